"""The order in which rows are trained, decided once from the seed: step s of a run always sees the same rows.

What is ordered are examples: rows, or packs of several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .packing import pack_rows

# Rows are sorted by length inside windows of this many batches: little padding, and still a random order.
WINDOW_BATCHES = 64


def order_batches(lengths: np.ndarray, *, batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """One epoch as batches of row indexes of similar length; each row is in exactly one batch."""
    random = np.random.default_rng([seed, epoch, 0x53_51])
    shuffled = random.permutation(len(lengths))
    batches: list[np.ndarray] = []
    window = batch_size * WINDOW_BATCHES
    for start in range(0, len(shuffled), window):
        part = shuffled[start : start + window]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[at : at + batch_size] for at in range(0, len(part), batch_size)]
    return [batches[index] for index in random.permutation(len(batches))]


@dataclass(frozen=True)
class Plan:
    """All batches of a run in order, and what follows from them."""

    batches: list[np.ndarray]
    # Examples that are not trained, and are measured.
    held: np.ndarray
    batch_size: int
    # A batch is computed in so many parts, one after the other; of each every process has its share.
    parts: int
    total_steps: int
    steps_per_epoch: float
    accumulation: int
    tokens_after_step: np.ndarray
    # The rows of each example, where an example is a pack.
    packs: Optional[list[np.ndarray]] = None
    # False where only a part of the tokens is known before they are generated.
    knows_tokens: bool = True

    @property
    def total_tokens(self) -> Optional[int]:
        """All tokens of the training; None where they are not known beforehand."""
        return int(self.tokens_after_step[-1]) if self.knows_tokens else None

    def rows_of_step(self, step: int) -> np.ndarray:
        """The rows that step `step` (from 1) trains."""
        examples = np.concatenate(self.batches[(step - 1) * self.accumulation : step * self.accumulation])
        return examples if self.packs is None else np.concatenate([self.packs[example] for example in examples])


def split_batch(batch: np.ndarray, parts: int) -> list[np.ndarray]:
    """A batch in parts of nearly the same size. A short batch may leave parts empty."""
    return np.array_split(batch, parts)


def plan_batches(
    lengths: np.ndarray,
    *,
    batch_size: int,
    accumulation: int,
    epochs: int,
    seed: int,
    max_steps: Optional[int],
    micro_batch_size: Optional[int] = None,
    processes: int = 1,
    held_count: int = 0,
    pack_tokens: Optional[int] = None,
) -> Plan:
    """Orders all epochs; `max_steps` cuts the plan short, it never lengthens it. `held_count` rows are left out.

    With `pack_tokens` several rows make one example of at most so many tokens; those that are held out stay alone. Each of the
    `processes` computes at most `micro_batch_size` examples at once: a part is what all of them compute.
    """
    held = np.sort(np.random.default_rng([seed, 0x48_45_4C_44]).permutation(len(lengths))[:held_count])
    trained = np.setdiff1d(np.arange(len(lengths)), held)
    packs: Optional[list[np.ndarray]] = None
    if pack_tokens is not None:
        packs = [trained[pack] for pack in pack_rows(lengths[trained], pack_tokens, seed)] + [np.array([row]) for row in held]
        lengths = np.array([lengths[pack].sum() for pack in packs])
        held = np.arange(len(packs) - held_count, len(packs))
        trained = np.arange(len(packs) - held_count)
    batches: list[np.ndarray] = []
    for epoch in range(epochs):
        batches += [trained[batch] for batch in order_batches(lengths[trained], batch_size=batch_size, seed=seed, epoch=epoch)]
    per_epoch = len(batches) / epochs / accumulation
    if max_steps is not None:
        batches = batches[: max_steps * accumulation]
    total = -(-len(batches) // accumulation)
    tokens = np.array([int(lengths[batch].sum()) for batch in batches])
    after = np.cumsum([tokens[at : at + accumulation].sum() for at in range(0, len(tokens), accumulation)])
    parts = -(-batch_size // (micro_batch_size * processes)) if micro_batch_size is not None else 1
    return Plan(batches, held, batch_size, parts, total, per_epoch, accumulation, np.concatenate([[0], after]), packs)
