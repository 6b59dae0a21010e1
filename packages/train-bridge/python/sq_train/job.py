"""What all kinds of training share: the job of an attempt, the order of rows, the log, the checkpoints and the cancel."""

from __future__ import annotations

import contextlib
import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Iterator, Optional, Protocol, Sequence

import numpy as np
import psutil
import torch
from torch.utils.data import Sampler, SequentialSampler
from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, TrainerCallback
from transformers.trainer_callback import PrinterCallback, ProgressCallback

from .batches import list_batches, list_held
from .cancel import CancelSwitch
from .checkpoints import Checkpoint, Identity, complete_checkpoint, prune_checkpoints, remove_checkpoint
from .config_types import TrainConfig
from .errors import NanError, explain_write
from .events import EventWriter
from .optim import create_optimizer, create_schedule
from .order import Plan
from .ranks import Ranks, explain_loss_of_peer
from .sharded_checkpoint import has_shards, restore_model, restore_moments_of_shards, save_shards
from .sharding import clip_gradients, is_sharded, take_local


class Examples(Protocol):
    """What a kind of training has made of the rows: as many examples as can be trained."""

    dropped: dict[str, int]
    self_test: list[dict[str, str]]
    crossed: list[str]

    @property
    def lines(self) -> np.ndarray:
        """The row of each example in the data file, from 0."""

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each example."""


@dataclass
class Job:
    """Everything that one attempt trains with."""

    config: TrainConfig
    folder: Path
    device: torch.device
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    examples: Examples
    plan: Plan
    identity: Identity
    events: EventWriter
    cancel: CancelSwitch
    ranks: Ranks
    resume: Optional[Checkpoint] = None
    # The heartbeat's thread reads the step from here.
    progress: dict[str, int] = field(default_factory=dict)


class RunCallback(TrainerCallback):
    """After each step: notes which rows it trained, asks for a checkpoint when one is due or wanted, stops on a cancel."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._file = _open_batches(job.folder / "batches.jsonl") if job.ranks.is_first else None
        self.cancelled = False

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        job, step = self._job, state.global_step
        job.progress["step"] = step
        self._note(step)
        last = step >= job.plan.total_steps
        # A cancel in the last step comes too late to change anything: the run is done.
        self.cancelled = job.cancel.is_asked() and not last
        is_wanted = job.cancel.take_checkpoint_request()
        if step % job.config.checkpoint_every_steps == 0 or last or self.cancelled or is_wanted:
            control.should_save = True
        if step % job.config.log_every_steps == 0 or last or self.cancelled:
            control.should_log = True
        evaluation = job.config.evaluation
        if evaluation is not None and (step % evaluation.every_steps == 0 or last):
            control.should_evaluate = True
        if self.cancelled:
            control.should_training_stop = True
        return control

    def _note(self, step: int) -> None:
        if self._file is None:
            return
        lines = self._job.examples.lines[self._job.plan.rows_of_step(step)].tolist()
        record = {"attempt": self._job.events.attempt, "step": step, "rows": lines}
        with explain_write(self._job.folder / "batches.jsonl", "The record of trained rows", "The last complete checkpoint is kept."):
            self._file.write(json.dumps(record, separators=(",", ":")) + "\n")
            self._file.flush()

    def close(self) -> None:
        if self._file is None:
            return
        with contextlib.suppress(OSError):  # what a full disk did not take before
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


class JobTrainer:
    """Goes before one of TRL's trainers in a class of ours: order, log, checkpoints and the split of batches are our own.

    TRL's own tokenising and model cards stay unused. A class calls `begin_job` before the trainer's own start and `finish_start`
    after it, and gives the dataset of `list_batches`.
    """

    args: Any
    state: Any
    loss_is_scaled_for_ga: bool
    remove_callback: Any
    optimizer: Any
    lr_scheduler: Any
    accelerator: Any
    _metrics: Any

    def begin_job(self, job: Job, callback: RunCallback) -> None:
        self._job = job
        self._callback = callback
        self._is_sharded = is_sharded(job.config, job.ranks)
        # When the last log was, and the tokens until then.
        self._logged: Optional[tuple[float, int]] = None
        self.last_log: dict[str, Any] = {}

    def finish_start(self) -> None:
        self.remove_callback(PrinterCallback)
        self.remove_callback(ProgressCallback)
        # The loss is divided by the sum over the whole accumulated batch, so Trainer must not divide again.
        self.loss_is_scaled_for_ga = True

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler:
        return SequentialSampler(train_dataset if train_dataset is not None else self.train_dataset)

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor:
        """The rows that are trained in one step. A kind whose rows weigh differently sums their weights."""
        return torch.stack([batch["row_count"].sum() for batch in batch_samples]).sum().to(device)

    def count_tokens(self) -> int:
        """The tokens that the run has trained, those of earlier attempts included."""
        return int(self._job.plan.tokens_after_step[self.state.global_step])

    def get_batch_samples(self, epoch_iterator: Any, num_batches: int, device: torch.device) -> tuple:
        samples, count = super().get_batch_samples(epoch_iterator, num_batches, device)  # type: ignore[misc]
        return samples, self._job.ranks.sum(count)

    def training_step(self, model: Any, inputs: dict, num_items_in_batch: Any = None) -> torch.Tensor:
        """The loss of a part, as far as it is of this rank's rows. After the last part the gradients are summed over all."""
        if self._logged is None:
            self._logged = (time.monotonic(), self.count_tokens())
        loss = super().training_step(model, inputs, num_items_in_batch)  # type: ignore[misc]
        if self.accelerator.sync_gradients and not self._is_sharded:
            self._job.ranks.sum_gradients(self._job.model.parameters())
        return loss

    def check_loss(self, loss: torch.Tensor) -> torch.Tensor:
        """The loss of a part of a step, which must be a number."""
        # On a GPU reading the number would wait for the device at every step; there `log` looks.
        if loss.device.type == "cpu" and not math.isfinite(loss.item()):
            raise NanError(
                f"The loss of step {self.state.global_step + 1} is {loss.item()}. The learning rate is probably too high. "
                "Lower optimizer.learningRate, or lengthen schedule.warmupSteps, in a new run."
            )
        return loss

    def floating_point_ops(self, inputs: dict) -> int:
        return 0

    def _take_metrics(self, mode: str, weights: Sequence[float] = ()) -> dict[str, float]:
        """The means over all ranks of what TRL's trainer has measured since it was last asked.

        What was measured once for each of `weights` is weighed by them. NaN is what a part could not measure.
        """
        measured = self._metrics[mode]
        names = sorted(measured)
        sums = [sum_weighted(measured[name], weights) for name in names]
        measured.clear()
        totals = self._job.ranks.sum(torch.tensor(sums, dtype=torch.float64)).tolist() if names else []
        return {name: total / weight for name, (total, weight) in zip(names, totals) if weight > 0}

    def log(self, logs: dict[str, float], start_time: Optional[float] = None) -> None:
        """One `log` or `eval` event; Trainer's closing summary (which has no step's loss) is none."""
        if "eval_loss" in logs:
            metrics = {name.removeprefix("eval_"): value for name, value in {**logs, **self._take_metrics("eval")}.items()}
            kept = {name: value for name, value in metrics.items() if name not in _TIMINGS}
            self._job.events.emit("eval", step=self.state.global_step, metrics=kept)
            return
        if "loss" not in logs:
            return
        logs = {**logs, "loss": self._job.ranks.sum(torch.tensor(logs["loss"])).item()}
        if not math.isfinite(logs["loss"]) or not math.isfinite(logs.get("grad_norm", 0.0)):
            raise NanError(
                f"At step {self.state.global_step} the loss is {logs['loss']} and the gradient's norm {logs.get('grad_norm')}. "
                "Lower optimizer.learningRate in a new run."
            )
        step, now, plan = self.state.global_step, time.monotonic(), self._job.plan
        tokens = self.count_tokens()
        since, before = self._logged or (now, tokens)
        self._logged = (now, tokens)
        self.last_log = {
            "step": step,
            "epoch": round(step / plan.steps_per_epoch, 4),
            "loss": logs["loss"],
            "learningRate": logs["learning_rate"],
            "gradNorm": logs.get("grad_norm"),
            "tokens": tokens,
            "tokensPerSecond": round((tokens - before) / max(now - since, 1e-9), 1),
            "memoryGiB": round(_measure_memory(self._job.device), 3),
        }
        metrics = self._take_metrics("train")
        self._job.events.emit("log", **self.last_log, **({"metrics": metrics} if metrics else {}))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        restore_model(self._job.model, Path(resume_from_checkpoint))

    def _load_optimizer_and_scheduler(self, checkpoint: Optional[str]) -> None:
        if checkpoint is None or not has_shards(Path(checkpoint)):
            super()._load_optimizer_and_scheduler(checkpoint)  # type: ignore[misc]
            return
        restore_moments_of_shards(self._job.model, self.optimizer, Path(checkpoint), alone=not self._is_sharded)
        self.lr_scheduler.load_state_dict(torch.load(Path(checkpoint) / "scheduler.pt", weights_only=True))
        for group, rate in zip(self.optimizer.param_groups, self.lr_scheduler.get_last_lr(), strict=True):
            group["lr"] = rate

    def _clip_grad_norm(self, model: Any) -> torch.Tensor:
        if self._is_sharded:
            return clip_gradients(self._job.model, self.args.max_grad_norm)
        return super()._clip_grad_norm(model)  # type: ignore[misc]

    def _get_grad_norm(self, model: Any, grad_norm: Any = None) -> Any:
        if self._is_sharded and grad_norm is None:
            return clip_gradients(self._job.model, math.inf)
        return super()._get_grad_norm(model, grad_norm)  # type: ignore[misc]

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Trainer's checkpoint (not that of TRL's trainer, which adds a model card), then the marker, then the pruning."""
        self._check_weights()
        if self._is_sharded:
            self._write_shards(model, trial)
        elif self._job.ranks.is_first:
            self._write_checkpoint(model, trial)
        # A rank that went on and ended would make its launcher end the one that still writes.
        self._job.ranks.wait()

    def _check_weights(self) -> None:
        """Of all ranks alike: a checkpoint of spoiled weights would take the place of a good one."""
        step, weights = self.state.global_step, self._job.model.named_parameters()
        spoiled = next((name for name, weight in weights if not take_local(weight).isfinite().all()), None)
        if self._job.ranks.any(spoiled is not None):
            which = f"weights '{spoiled}'" if spoiled is not None else "weights that another process holds"
            raise NanError(
                f"After step {step} the {which} are no longer numbers; no checkpoint of them is written. The learning rate "
                "is probably too high. Lower optimizer.learningRate, or lengthen schedule.warmupSteps, in a new run."
            )

    def _write_checkpoint(self, model: Any, trial: Any) -> None:
        path = self._clear_checkpoint()
        with self._discard_half(path):
            Trainer._save_checkpoint(self, model, trial)
            marker = complete_checkpoint(path, self.state.global_step, self._job.identity)
        self._announce_checkpoint(path, marker)

    def _write_shards(self, model: Any, trial: Any) -> None:
        """Every rank writes its part. Rank 0 makes the folder before, and the marker once all have written."""
        is_first, path = self._job.ranks.is_first, self._clear_checkpoint()
        with self._discard_half(path):
            if is_first:
                path.mkdir(parents=True)
            self._job.ranks.wait()
            save_shards(path, self._job.model, self.optimizer)
            if not is_first:
                return
            Trainer._save_checkpoint(self, model, trial)
            marker = complete_checkpoint(path, self.state.global_step, self._job.identity)
        self._announce_checkpoint(path, marker)

    def save_model(self, output_dir: Optional[str] = None, _internal_call: bool = False) -> None:
        """Of split weights what their own files do not say: which model they are of."""
        if self._is_sharded:
            self._job.model.config.save_pretrained(output_dir)
        else:
            super().save_model(output_dir, _internal_call)  # type: ignore[misc]

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        if self._is_sharded:
            torch.save(self.lr_scheduler.state_dict(), Path(output_dir) / "scheduler.pt")
        else:
            super()._save_optimizer_and_scheduler(output_dir)  # type: ignore[misc]

    def _clear_checkpoint(self) -> Path:
        """The folder of this step's checkpoint, without what an earlier attempt has left there."""
        path = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        if self._job.ranks.is_first and path.exists():
            remove_checkpoint(path)
        return path

    @contextlib.contextmanager
    def _discard_half(self, path: Path) -> Iterator[None]:
        try:
            with explain_write(path, "The checkpoint", "The last complete checkpoint is kept."):
                yield
        except BaseException:
            # What there is of it is no use, and its room may be what the error's event needs.
            if self._job.ranks.is_first:
                remove_checkpoint(path)
            raise

    def _announce_checkpoint(self, path: Path, marker: dict[str, Any]) -> None:
        job, step = self._job, self.state.global_step
        prune_checkpoints(path.parent, job.config.keep_checkpoints)
        job.events.emit(
            "checkpoint",
            step=step,
            path=path.relative_to(job.folder).as_posix(),
            bytes=marker["bytes"],
            sha256=marker["sha256"].get("model.safetensors"),
        )


def sum_weighted(values: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """The sum of the numbers times their weights, and that of the weights."""
    weighed = [*zip(values, weights if len(weights) == len(values) else [1.0] * len(values))]
    kept = [(value, weight) for value, weight in weighed if math.isfinite(value) and weight > 0]
    return math.fsum(value * weight for value, weight in kept), math.fsum(weight for _, weight in kept)


# What Trainer measures of an evaluation beside its metrics; times differ from run to run.
_TIMINGS = frozenset({"runtime", "samples_per_second", "steps_per_second", "epoch", "model_preparation_time"})


def _measure_memory(device: torch.device) -> float:
    """GiB in use: the device's peak on a GPU, the process's resident memory on a CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**30
    return psutil.Process().memory_info().rss / 2**30


def list_arguments(job: Job) -> dict[str, Any]:
    """Trainer's arguments for any kind: everything that it would do by itself is off."""
    config = job.config
    return dict(
        output_dir=str(job.folder / "checkpoints"),
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        gradient_accumulation_steps=job.plan.accumulation * job.plan.parts,
        max_steps=job.plan.total_steps,
        max_grad_norm=config.gradient_clip,
        learning_rate=config.optimizer.learning_rate,
        seed=config.seed,
        use_cpu=job.device.type == "cpu",
        bf16=config.precision == "bfloat16",
        fp16=False,
        activation_checkpointing=config.activation_checkpointing or False,
        save_strategy="no",
        logging_strategy="no",
        logging_nan_inf_filter=False,
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_num_workers=0,
        dataloader_pin_memory=False,
        include_num_input_tokens_seen="no",
    )


def list_datasets(job: Job) -> dict[str, Any]:
    """Trainer's datasets: the parts that are trained, and those that are held out."""
    return {
        "train_dataset": list_batches(job.plan, job.ranks),
        "eval_dataset": list_held(job.plan, job.ranks) if len(job.plan.held) > 0 else None,
    }


def create_optimizers(job: Job) -> tuple[torch.optim.Optimizer, Any]:
    """The optimizer and its schedule; moves the model to the device first."""
    optimizer = create_optimizer(job.model.to(job.device), job.config.optimizer)
    return optimizer, create_schedule(optimizer, job.config.schedule, job.plan.total_steps)


@dataclass(frozen=True)
class TrainResult:
    step: int
    cancelled: bool
    last_log: dict[str, Any]


def run_training(job: Job, create_trainer: Callable[[Job, RunCallback], Any]) -> TrainResult:
    """Trains from the start or from `job.resume` until the plan's end or a cancel. The model is trained in place."""
    callback = RunCallback(job)
    try:
        trainer = create_trainer(job, callback)
        job.model.train()
        with explain_loss_of_peer():
            trainer.train(resume_from_checkpoint=str(job.resume.path) if job.resume else None)
        return TrainResult(trainer.state.global_step, callback.cancelled, trainer.last_log)
    finally:
        callback.close()
