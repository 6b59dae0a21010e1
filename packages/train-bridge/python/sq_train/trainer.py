"""Supervised training on TRL's SFTTrainer with pre-tokenised rows, per-token weights and our own order of rows."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import psutil
import torch
from torch.nn import functional
from torch.utils.data import Sampler, SequentialSampler
from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, TrainerCallback
from transformers.trainer_callback import PrinterCallback, ProgressCallback
from trl import SFTConfig, SFTTrainer

from .batches import BatchCollator, list_batches
from .cancel import CancelSwitch
from .checkpoints import Checkpoint, Identity, complete_checkpoint, prune_checkpoints, remove_checkpoint
from .config import TrainConfig
from .errors import NanError
from .events import EventWriter
from .optim import create_optimizer, create_schedule
from .order import Plan
from .tokenise import TokenisedRows


@dataclass
class Job:
    """Everything that one attempt trains with."""

    config: TrainConfig
    folder: Path
    device: torch.device
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    rows: TokenisedRows
    plan: Plan
    identity: Identity
    events: EventWriter
    cancel: CancelSwitch
    resume: Optional[Checkpoint] = None
    # The heartbeat's thread reads the step from here.
    progress: dict[str, int] = field(default_factory=dict)


def weighted_loss(model: PreTrainedModel, inputs: dict[str, torch.Tensor], total_weight: torch.Tensor) -> torch.Tensor:
    """Cross entropy summed over the labels with their weights, divided by `total_weight`.

    Only positions with a weight go through the output matrix; for a small model that is a third of the work.
    """
    hidden = model.base_model(input_ids=inputs["input_ids"], use_cache=False).last_hidden_state
    weights = inputs["weights"].reshape(-1)
    kept = weights.nonzero().squeeze(1)
    logits = model.get_output_embeddings()(hidden.reshape(-1, hidden.shape[-1]).index_select(0, kept))
    labels = inputs["labels"].reshape(-1).index_select(0, kept)
    losses = functional.cross_entropy(logits.float(), labels, reduction="none")
    return torch.dot(losses, weights.index_select(0, kept)) / total_weight


class RunCallback(TrainerCallback):
    """After each step: notes which rows it trained, asks for a checkpoint when one is due, stops on a cancel."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._file = _open_batches(job.folder / "batches.jsonl")
        self.cancelled = False

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        job, step = self._job, state.global_step
        job.progress["step"] = step
        lines = job.rows.lines[job.plan.rows_of_step(step)].tolist()
        record = {"attempt": job.events.attempt, "step": step, "rows": lines}
        self._file.write(json.dumps(record, separators=(",", ":")) + "\n")
        self._file.flush()
        last = step >= job.plan.total_steps
        # A cancel in the last step comes too late to change anything: the run is done.
        self.cancelled = not last and job.cancel.is_asked()
        if step % job.config.checkpoint_every_steps == 0 or last or self.cancelled:
            control.should_save = True
        if step % job.config.log_every_steps == 0 or last or self.cancelled:
            control.should_log = True
        if self.cancelled:
            control.should_training_stop = True
        return control

    def close(self) -> None:
        self._file.close()


def _open_batches(path: Path) -> Any:
    """Opens the record of consumed batches for appending; a line that a kill tore off is cut."""
    if path.exists():
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole != len(data):
            with path.open("rb+") as file:
                file.truncate(whole)
    return path.open("a", encoding="utf-8")


class WeightedTrainer(SFTTrainer):
    """SFTTrainer with our loss, order, log and checkpoints; its own tokenising, metrics and model cards stay unused."""

    def __init__(self, job: Job, args: SFTConfig, callback: RunCallback) -> None:
        self._job = job
        self._callback = callback
        optimizer = create_optimizer(job.model.to(job.device), job.config.optimizer)
        super().__init__(
            model=job.model,
            args=args,
            data_collator=BatchCollator(job.rows, job.plan, job.tokenizer.pad_token_id),
            train_dataset=list_batches(job.plan),
            processing_class=job.tokenizer,
            optimizers=(optimizer, create_schedule(optimizer, job.config.schedule, job.plan.total_steps)),
            callbacks=[callback],
        )
        self.remove_callback(PrinterCallback)
        self.remove_callback(ProgressCallback)
        # The loss is divided by the weights of the whole accumulated batch, so Trainer must not divide again.
        self.loss_is_scaled_for_ga = True
        self._logged = (time.monotonic(), job.resume.step if job.resume else 0)
        self.last_log: dict[str, Any] = {}

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler:
        return SequentialSampler(train_dataset if train_dataset is not None else self.train_dataset)

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor:
        """The sum of the loss weights over the micro-batches of one step."""
        return torch.stack([batch["weights"].sum() for batch in batch_samples]).sum().to(device)

    def compute_loss(self, model: Any, inputs: dict, return_outputs: bool = False, num_items_in_batch: Any = None) -> torch.Tensor:
        loss = weighted_loss(self.model, inputs, num_items_in_batch)
        # On a GPU reading the number would wait for the device at every step; there `log` looks.
        if loss.device.type == "cpu" and not math.isfinite(loss.item()):
            raise NanError(
                f"The loss of step {self.state.global_step + 1} is {loss.item()}. The learning rate is probably too high. "
                "Lower optimizer.learningRate, or lengthen schedule.warmupSteps, in a new run."
            )
        return loss

    def floating_point_ops(self, inputs: dict) -> int:
        return 0

    def log(self, logs: dict[str, float], start_time: Optional[float] = None) -> None:
        """One `log` event; Trainer's closing summary (which has no step's loss) is not one."""
        if "loss" not in logs:
            return
        if not math.isfinite(logs["loss"]) or not math.isfinite(logs.get("grad_norm", 0.0)):
            raise NanError(
                f"At step {self.state.global_step} the loss is {logs['loss']} and the gradient's norm {logs.get('grad_norm')}. "
                "Lower optimizer.learningRate in a new run."
            )
        step, now, plan = self.state.global_step, time.monotonic(), self._job.plan
        since, before = self._logged
        self._logged = (now, step)
        new_tokens = int(plan.tokens_after_step[step] - plan.tokens_after_step[before])
        self.last_log = {
            "step": step,
            "epoch": round(step / plan.steps_per_epoch, 4),
            "loss": logs["loss"],
            "learningRate": logs["learning_rate"],
            "gradNorm": logs.get("grad_norm"),
            "tokens": int(plan.tokens_after_step[step]),
            "tokensPerSecond": round(new_tokens / max(now - since, 1e-9), 1),
            "memoryGiB": round(_measure_memory(self._job.device), 3),
        }
        self._job.events.emit("log", **self.last_log)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Trainer's checkpoint (not SFTTrainer's, which adds a model card), then the marker, then the pruning."""
        job, step = self._job, self.state.global_step
        path = Path(self.args.output_dir) / f"checkpoint-{step}"
        if path.exists():
            remove_checkpoint(path)
        Trainer._save_checkpoint(self, model, trial)
        marker = complete_checkpoint(path, step, job.identity)
        prune_checkpoints(path.parent, job.config.keep_checkpoints)
        job.events.emit(
            "checkpoint",
            step=step,
            path=path.relative_to(job.folder).as_posix(),
            bytes=marker["bytes"],
            sha256=marker["sha256"].get("model.safetensors"),
        )


def _measure_memory(device: torch.device) -> float:
    """GiB in use: the device's peak on a GPU, the process's resident memory on a CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**30
    return psutil.Process().memory_info().rss / 2**30


def create_arguments(job: Job) -> SFTConfig:
    """Trainer's arguments: everything that it would do by itself is off."""
    config = job.config
    return SFTConfig(
        output_dir=str(job.folder / "checkpoints"),
        per_device_train_batch_size=1,
        gradient_accumulation_steps=config.gradient_accumulation,
        max_steps=job.plan.total_steps,
        max_grad_norm=config.gradient_clip,
        learning_rate=config.optimizer.learning_rate,
        seed=config.seed,
        use_cpu=job.device.type == "cpu",
        bf16=False,
        fp16=False,
        activation_checkpointing=False,
        save_strategy="no",
        logging_strategy="no",
        logging_nan_inf_filter=False,
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_num_workers=0,
        dataloader_pin_memory=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        completion_only_loss=False,
        max_length=None,
        include_num_input_tokens_seen="no",
    )


@dataclass(frozen=True)
class TrainResult:
    step: int
    cancelled: bool
    last_log: dict[str, Any]


def run_training(job: Job) -> TrainResult:
    """Trains from the start or from `job.resume` until the plan's end or a cancel. The model is trained in place."""
    callback = RunCallback(job)
    try:
        trainer = WeightedTrainer(job, create_arguments(job), callback)
        job.model.train()
        trainer.train(resume_from_checkpoint=str(job.resume.path) if job.resume else None)
        return TrainResult(trainer.state.global_step, callback.cancelled, trainer.last_log)
    finally:
        callback.close()
