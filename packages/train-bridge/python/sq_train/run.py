"""One attempt of a run, from the checked configuration to `out/`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Optional

import torch
import transformers
from transformers import PreTrainedModel, PreTrainedTokenizerBase, set_seed

from .cancel import CancelSwitch
from .checkpoints import Checkpoint, Identity, find_newest, list_complete, refuse_drift, remove_incomplete
from .config import hash_config, pick_hashed
from .config_types import SftTraining, TrainConfig
from .errors import ConfigError
from .events import EventWriter
from .export import export_model
from .job import Examples, Job, TrainResult, run_training
from .kinds import Kind, find_kind
from .order import Plan, plan_batches
from .ranks import Ranks, explain_loss_of_peer
from .provenance import describe_machine, list_versions
from .rows import read_rows
from .sharded_checkpoint import restore_model
from .sharding import gather_model, is_sharded, load_sharded
from .template import find_prefix, warn_of_beginning
from .tokenizer import hash_tokenizer, prepare_tokenizer


def choose_device(wanted: str, ranks: Ranks) -> torch.device:
    """`auto` takes a GPU where torch sees one. Of several ranks each takes the one of its number on the machine."""
    if wanted != "cpu":
        # Before CUDA is asked for anything else: what it sees is settled then.
        ranks.take_gpu(torch.cuda.device_count())
    has_gpu = torch.cuda.is_available()
    if wanted == "cuda" and not has_gpu:
        raise ConfigError("device is 'cuda', but torch sees no GPU. Set device to 'auto' or 'cpu', or install a CUDA build of torch.")
    return torch.device("cuda" if has_gpu and wanted != "cpu" else "cpu")


# Kinds whose loss is a sum over examples, divided by what all examples of the step come to. A kind that looks at
# several examples at once, such as a group of answers, needs more than a share of them.
SEVERAL_PROCESSES = frozenset({"sft", "dpo", "reward", "regression"})


def check_world(config: TrainConfig, ranks: Ranks) -> None:
    """Throws a ConfigError where this training cannot be shared by so many processes."""
    if not ranks.is_one and config.kind not in SEVERAL_PROCESSES:
        raise ConfigError(f"The kind '{config.kind}' trains in one process, and {ranks.world} were started. Start one.")
    if config.batch_size < ranks.world:
        raise ConfigError(
            f"batchSize is {config.batch_size}, and {ranks.world} processes share a batch: some would have no row of it. "
            f"Start {config.batch_size} or fewer, or take a larger batch in a new run."
        )


def find_resume(folder: Path, identity: Identity, config: TrainConfig, events: EventWriter) -> Optional[Checkpoint]:
    """The newest intact checkpoint, after the refusal of a drift; spoiled ones are passed over with a warning."""
    checkpoint, spoiled = find_newest(folder / "checkpoints")
    for name in spoiled:
        events.warn("spoiled-checkpoint", f"'{name}' does not fit its hashes and is passed over.")
    if checkpoint is not None and not config.allow_drift:
        refuse_drift(checkpoint, identity)
    return checkpoint


def _describe_data(config: TrainConfig, examples: Examples) -> dict[str, Any]:
    return {
        "file": config.data.file,
        "rows": len(examples.lines),
        "sha256": config.data.sha256,
        "tokens": int(examples.lengths.sum()),
        "dropped": examples.dropped,
        "maskSelfTest": examples.self_test,
    }


def _warn_of_rows(examples: Examples, events: EventWriter) -> None:
    if examples.crossed:
        events.warn(
            "crossed-border",
            f"{len(examples.crossed)} rows have a token that lies over the border of the trained text (first: '{examples.crossed[0]}'); "
            "such a token has the weight of the piece that holds its last character.",
        )
    if examples.dropped["tooLong"] * 20 > len(examples.lines):
        events.warn("many-dropped", f"{examples.dropped['tooLong']} rows are longer than maxTokens and were dropped.")


def run_attempt(
    folder: Path, config: TrainConfig, raw: dict[str, Any], events: EventWriter, cancel: CancelSwitch, progress: dict[str, int], ranks: Ranks
) -> bool:
    """Trains or resumes, and exports. True when a cancel stopped it (a checkpoint is written then)."""
    check_world(config, ranks)
    began = time.monotonic()
    torch.set_num_threads(config.threads)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    device = choose_device(config.device, ranks)
    ranks.join(device.type)
    events.attempt = ranks.share(events.attempt)
    config_hash = hash_config(raw)
    events.emit("config", hash=config_hash, effective={**raw, "device": device.type})
    # The configuration is compared before the slow part; data and tokenizer once they are known.
    known = Identity(pick_hashed(raw), config_hash, config.data.sha256, tokenizer_sha256="")
    for checkpoint in list_complete(folder / "checkpoints")[:1]:
        # A cancel before training begins, and the heartbeats until then, tell where it would have gone on.
        progress["step"] = checkpoint.step
        if not config.allow_drift:
            refuse_drift(checkpoint, known, tokenizer_known=False)

    rows = read_rows(folder / config.data.file, sha256=config.data.sha256, rows=config.data.rows, kind=config.kind)
    cancel.check()
    tokenizer = ranks.first_then_rest(lambda: prepare_tokenizer(config, folder, rows))
    tokenizer_sha256 = hash_tokenizer(tokenizer)
    events.emit("tokenizer", entries=len(tokenizer), sha256=tokenizer_sha256)
    cancel.check()
    kind = find_kind(config.kind)
    examples = kind.prepare(rows, tokenizer, config)
    del rows
    prefix = find_prefix(tokenizer, config)
    events.emit("data", **_describe_data(config, examples))
    _warn_of_rows(examples, events)
    beginning = warn_of_beginning(prefix, tokenizer) if prefix else None
    if beginning is not None:
        events.warn("missing-beginning", beginning)
    cancel.check()

    identity = Identity(pick_hashed(raw), config_hash, config.data.sha256, tokenizer_sha256)
    resume = ranks.share(find_resume(folder, identity, config, events) if ranks.is_first else None)
    if ranks.is_first:
        remove_incomplete(folder / "checkpoints")
    plan = _plan(config, kind, examples, ranks)
    is_trained = resume is None or (resume.step < plan.total_steps and not cancel.wants_export_only())
    if hasattr(kind, "check_services") and is_trained:
        kind.check_services(config, examples, cancel, events)
        cancel.check()
    set_seed(config.seed)
    model = _load_model(config, folder, kind, tokenizer, device, ranks)
    progress["step"] = resume.step if resume else 0
    events.emit(
        "start",
        totalSteps=plan.total_steps,
        totalTokens=plan.total_tokens,
        resumeFrom=resume.step if resume else None,
        parameters=sum(weight.numel() for weight in model.parameters()),
        device=device.type,
        gpu=torch.cuda.get_device_name(device) if device.type == "cuda" else None,
    )
    job = Job(config, folder, device, model, tokenizer, examples, plan, identity, events, cancel, ranks, resume, progress)
    result = run_training(job, kind.create_trainer) if is_trained else _load_weights(job)
    progress["step"] = result.step
    whole = model
    if is_sharded(config, ranks) and not result.cancelled:
        with explain_loss_of_peer():
            whole = gather_model(model, ranks)
    if result.cancelled:
        events.emit("cancelled", step=result.step)
    elif ranks.is_first:
        assert whole is not None
        metrics = _collect_metrics(job, result, time.monotonic() - began)
        out = export_model(folder, whole, tokenizer, config.export, metrics, prefix)
        wall = round(time.monotonic() - began, 3)
        events.emit("done", step=result.step, out=out.relative_to(folder).as_posix(), metrics=metrics, wallSeconds=wall, partial=result.step < plan.total_steps)
    ranks.wait()
    ranks.leave()
    return result.cancelled


def _load_model(
    config: TrainConfig, folder: Path, kind: Kind, tokenizer: PreTrainedTokenizerBase, device: torch.device, ranks: Ranks
) -> PreTrainedModel:
    """The model that training begins with, of all ranks the same: whole, or this rank's part of it."""
    if is_sharded(config, ranks):
        return load_sharded(lambda: kind.load(config, folder, tokenizer), config, device, ranks)
    model = kind.load(config, folder, tokenizer)
    ranks.share_weights(model)
    return model


def _plan(config: TrainConfig, kind: Kind, examples: Examples, ranks: Ranks) -> Plan:
    held = config.evaluation.rows if config.evaluation else 0
    if held >= len(examples.lines):
        raise ConfigError(f"evaluation.rows is {held}, and there are only {len(examples.lines)} rows that can be trained. Hold out fewer.")
    if hasattr(kind, "plan_steps"):
        return kind.plan_steps(config, examples)
    return plan_batches(
        examples.lengths,
        batch_size=config.batch_size,
        accumulation=config.gradient_accumulation,
        epochs=config.epochs,
        seed=config.seed,
        max_steps=config.max_steps,
        micro_batch_size=config.micro_batch_size,
        processes=ranks.world,
        held_count=held,
        pack_tokens=config.max_tokens if isinstance(config, SftTraining) and config.packing else None,
    )


def _load_weights(job: Job) -> TrainResult:
    """The weights of the checkpoint: when a kill came after the last step, and when no more is wanted."""
    assert job.resume is not None
    with explain_loss_of_peer():
        restore_model(job.model, job.resume.path)
    return TrainResult(job.resume.step, False, {})


def _collect_metrics(job: Job, result: TrainResult, seconds: float) -> dict[str, Any]:
    """What metrics.json and the `done` event hold; of an attempt that resumed, the seconds are its own."""
    config, plan = job.config, job.plan
    return {
        "run": config.run,
        "attempt": job.events.attempt,
        "steps": result.step,
        "tokens": result.last_log.get("tokens", plan.total_tokens),
        "loss": result.last_log.get("loss"),
        "parameters": sum(weight.numel() for weight in job.model.parameters()),
        "tokenizerEntries": len(job.tokenizer),
        "trainSeconds": round(seconds, 3),
        "resumedFrom": job.resume.step if job.resume else None,
        "seed": config.seed,
        "configHash": job.identity.config_hash,
        "dataSha256": job.identity.data_sha256,
        "tokenizerSha256": job.identity.tokenizer_sha256,
        "threads": torch.get_num_threads(),
        "processes": job.ranks.world,
        "device": job.device.type,
        "machine": describe_machine(),
        "versions": list_versions(),
    }
