"""A regression on a reward model's head: a number for a text, such as how difficult a question is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional, Sequence, cast

import numpy as np
import torch
from torch.nn import functional
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ..classifier import prepare_classifier
from ..config_types import RegressionTraining, TrainConfig
from ..job import Job, RunCallback
from ..rows import Row, ScoredRow
from ..scored import Conversation, ScoredTexts, tokenise_texts
from ..template import find_prefix
from .reward import ScoreTrainer

LOSSES = {"mse": functional.mse_loss, "huber": functional.huber_loss}


def prepare(rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, config: RegressionTraining) -> ScoredTexts:
    scored = cast(Sequence[ScoredRow], rows)
    return tokenise_texts(
        [row.id for row in scored],
        [[Conversation(row.prompt, row.reply)] for row in scored],
        [row.target for row in scored],
        tokenizer,
        max_tokens=config.max_tokens,
        prefix=find_prefix(tokenizer, config),
    )


def load(config: TrainConfig, folder: Path, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    return prepare_classifier(config, folder, tokenizer)


def create_trainer(job: Job, callback: RunCallback) -> Any:
    return RegressionTrainer(job, callback)


class RegressionTrainer(ScoreTrainer):
    """The squared error, or Huber's with a delta of 1. Of the rows that are held out: mae, and both correlations."""

    def begin_job(self, job: Job, callback: RunCallback) -> None:
        super().begin_job(job, callback)
        self._loss_of = LOSSES[cast(RegressionTraining, job.config).regression.loss]
        self._held: list[tuple[np.ndarray, np.ndarray]] = []

    def measure_loss(self, model: Any, inputs: dict[str, Any], share: float) -> torch.Tensor:
        outputs = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], use_cache=False)
        scores, targets = outputs.logits.squeeze(-1).float(), inputs["targets"]
        mode = "train" if self.model.training else "eval"
        self._metrics[mode]["mae"].append((scores.detach() - targets).abs().mean().item())
        if mode == "eval":
            self._held.append((scores.cpu().numpy(), targets.cpu().numpy()))
        return self._loss_of(scores, targets)

    def log(self, logs: dict[str, float], start_time: Optional[float] = None) -> None:
        if "eval_loss" in logs and self._held:
            scores, targets = (np.concatenate(column) for column in zip(*self._held))
            self._metrics["eval"]["pearson"] = [correlate(scores, targets)]
            self._metrics["eval"]["spearman"] = [correlate(rank(scores), rank(targets))]
            self._held.clear()
        super().log(logs, start_time)


def correlate(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's correlation; NaN where one side is all the same, which has none."""
    first, second = first.astype(np.float64) - first.mean(), second.astype(np.float64) - second.mean()
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / size if size > 0 else float("nan")


def rank(values: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal values share the mean of theirs.

    Example: rank(np.array([3, 1, 3])) is [1.5, 0, 1.5]
    """
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2)[where]
