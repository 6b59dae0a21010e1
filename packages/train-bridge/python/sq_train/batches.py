"""The dataset of a plan: one item is what is computed at once, so the order is ours and the loader adds nothing."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np
from datasets import Dataset, Features, Sequence as ListOf, Value

from .order import Plan, split_batch
from .ranks import Ranks

_FEATURES = Features({"examples": ListOf(Value("int64"))})


def list_batches(plan: Plan, ranks: Ranks) -> Dataset:
    """The numbers of the examples that are computed together, part after part; TRL's trainers take nothing but a Dataset.

    Of each part a rank has its share: together they train the same rows in a step as one process would.
    """
    return _make_dataset([ranks.take_share(part) for batch in plan.batches for part in split_batch(batch, plan.parts)])


def list_steps(plan: Plan, ranks: Ranks) -> Dataset:
    """The same for a kind that needs its share of a whole batch at once: that is cut into the parts."""
    return _make_dataset([part for batch in plan.batches for part in split_batch(ranks.take_share(batch), plan.parts)])


def list_held(plan: Plan, ranks: Ranks) -> Dataset:
    """The same of the examples that are held out, all of which every rank measures: as many at once as it trains at once."""
    size = max(1, -(-plan.batch_size // (plan.parts * ranks.world)))
    return _make_dataset([plan.held[at : at + size] for at in range(0, len(plan.held), size)])


def _make_dataset(parts: Sequence[np.ndarray]) -> Dataset:
    return Dataset.from_dict({"examples": [part.tolist() for part in parts]}, features=_FEATURES)


def take_examples(items: list[dict[str, Any]]) -> tuple[np.ndarray, int]:
    """The examples of a part, and how many of them count.

    A short batch may leave a part without any: then the first example stands in, and none counts.
    """
    examples = np.concatenate([np.asarray(item["examples"], dtype=np.int64) for item in items])
    if len(examples) == 0:
        return np.zeros(1, dtype=np.int64), 0
    return examples, len(examples)
