"""What trainers share whose loss is a mean over rows: the same training however a batch is split, and exact means of what is measured."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, Optional, Sequence

import torch

from .job import Job, JobTrainer, RunCallback, sum_weighted


class CountedTrainer(JobTrainer):
    """Goes before one of TRL's trainers whose `compute_loss` gives the mean over the rows of a part.

    The loss of a part weighs as many rows of the step's as it has. A collator gives `row_count`, a tensor with that number.
    """

    model: Any
    accelerator: Any

    def begin_job(self, job: Job, callback: RunCallback) -> None:
        super().begin_job(job, callback)
        # Rows of each part that was measured, and the loss of each that was held out.
        self._part_rows: dict[str, list[float]] = defaultdict(list)
        self._held_losses: list[float] = []

    def measure_loss(self, model: Any, inputs: dict[str, Any], share: float) -> torch.Tensor:
        """The mean loss of a part, which is `share` of its step."""
        return super().compute_loss(model, inputs)  # type: ignore[misc]

    def compute_loss(self, model: Any, inputs: dict, return_outputs: bool = False, num_items_in_batch: Any = None) -> torch.Tensor:
        rows = inputs["row_count"].sum().item()
        share = rows / num_items_in_batch.reshape(-1)[0].item()
        self._part_rows["train" if self.model.training else "eval"].append(rows)
        loss = self.measure_loss(model, {name: value for name, value in inputs.items() if name != "row_count"}, share)
        return self.check_loss(loss * share)

    def prediction_step(self, model: Any, inputs: dict, prediction_loss_only: bool, ignore_keys: Any = None) -> tuple:
        """The mean loss of a part that is held out."""
        with torch.no_grad(), self.compute_loss_context_manager():  # type: ignore[attr-defined]
            inputs = self._prepare_inputs(inputs)  # type: ignore[attr-defined]
            loss = self.compute_loss(model, inputs, num_items_in_batch=self._get_num_items_in_batch([inputs], self.args.device))
        self._held_losses.append(loss.item())
        return loss, None, None

    def _take_metrics(self, mode: str, weights: Sequence[float] = ()) -> dict[str, float]:
        """Means over rows, where TRL takes them over parts. Its count of tokens, which begins anew at a resume, stays out."""
        self._metrics[mode].pop("num_tokens", None)
        means = super()._take_metrics(mode, self._part_rows[mode])
        self._part_rows[mode].clear()
        return means

    def log(self, logs: dict[str, float], start_time: Optional[float] = None) -> None:
        if "eval_loss" in logs:
            total, weight = sum_weighted(self._held_losses, self._part_rows["eval"])
            logs = {**logs, "eval_loss": total / weight if weight > 0 else math.nan}
            self._held_losses.clear()
        super().log(logs, start_time)
