"""The dataset and the collator of a plan: one item is one batch, so the order is ours and the loader adds nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from datasets import Dataset

from .order import Plan
from .tokenise import TokenisedRows


def list_batches(plan: Plan) -> Dataset:
    """The numbers of the plan's batches; SFTTrainer takes nothing but a `datasets.Dataset`."""
    return Dataset.from_dict({"batch": list(range(len(plan.batches)))})


class BatchCollator:
    """Pads the rows of a batch on the right.

    `input_ids` are all tokens but the last, `labels` all but the first, `weights` the loss weights of the labels
    (0 on padding). No attention mask: attention is causal, so padding on the right is seen by padding only.
    """

    def __init__(self, rows: TokenisedRows, plan: Plan, pad_id: int) -> None:
        self._rows = rows
        self._plan = plan
        self._pad_id = pad_id

    def __call__(self, items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        indexes = np.concatenate([self._plan.batches[item["batch"]] for item in items])
        rows = self._rows
        lengths = rows.lengths[indexes]
        ids = np.full((len(indexes), int(lengths.max())), self._pad_id, dtype=np.int64)
        weights = np.zeros(ids.shape, dtype=np.float32)
        for at, (row, length) in enumerate(zip(indexes, lengths)):
            start = rows.starts[row]
            ids[at, :length] = rows.ids[start : start + length]
            weights[at, :length] = rows.weights[start : start + length]
        tensor = torch.from_numpy(ids)
        return {
            "input_ids": tensor[:, :-1].contiguous(),
            "labels": tensor[:, 1:].contiguous(),
            "weights": torch.from_numpy(weights[:, 1:].copy()),
        }
