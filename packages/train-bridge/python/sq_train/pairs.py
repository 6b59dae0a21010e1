"""Pairs of a better and a worse text as token ids, and how a part of them is laid out: the chosen ones first, then the rejected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Sequence, Union, cast

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from .batches import take_examples
from .rows import ChatRow, PreferenceRow, QuestionRow, Row
from .template import PrefixTemplate, make_plain_encoder
from .tokenise import (
    CHUNK_ROWS, SELF_TEST_SHOWN, EncodedRow, choose_tested, encode_rows, list_specials, read_layout, refuse_nothing, refuse_specials,
    run_self_test,
)


@dataclass
class PairRows:
    """Pairs that will be trained. `chosen[i]` and `rejected[i]` are of row `lines[i]` of the data file, from 0."""

    chosen: list[EncodedRow]
    rejected: list[EncodedRow]
    lines: np.ndarray
    dropped: dict[str, int]
    self_test: list[dict[str, str]]
    crossed: list[str] = field(default_factory=list)

    @property
    def lengths(self) -> np.ndarray:
        return np.array([len(good.ids) + len(bad.ids) for good, bad in zip(self.chosen, self.rejected)], dtype=np.int64)


def split_pair(row: PreferenceRow) -> tuple[Union[ChatRow, QuestionRow], Union[ChatRow, QuestionRow]]:
    """The two texts of a pair as rows of their own."""
    if row.prompt is None:
        return QuestionRow(row.id, row.chosen), QuestionRow(row.id, row.rejected)
    return ChatRow(row.id, row.prompt, row.chosen), ChatRow(row.id, row.prompt, row.rejected)


def tokenise_pairs(
    rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, *, max_tokens: int, prefix: Optional[PrefixTemplate]
) -> PairRows:
    """Turns pairs into ids with their completions weighing 1, drops those with a text that is too long or empty (counted),
    and runs the mask self-test on both texts of twelve of them.
    """
    pairs = cast(Sequence[PreferenceRow], rows)
    layout = read_layout(tokenizer, prefix, 0, has_chats=any(pair.prompt is not None for pair in pairs))
    encoder, specials, tested = make_plain_encoder(tokenizer), list_specials(tokenizer), choose_tested(len(pairs))
    result = PairRows([], [], np.zeros(0, dtype=np.int64), {"tooLong": 0, "empty": 0, "fullyMasked": 0}, [])
    lines: list[int] = []
    for start in range(0, len(pairs), CHUNK_ROWS):
        chunk = [(line, pair) for line, pair in enumerate(pairs[start : start + CHUNK_ROWS], start) if pair.chosen and pair.rejected]
        result.dropped["empty"] += min(CHUNK_ROWS, len(pairs) - start) - len(chunk)
        for _, pair in chunk:
            refuse_specials(pair.id, [pair.prompt or "", pair.chosen, pair.rejected], specials)
        sides = [split_pair(pair) for _, pair in chunk]
        encoded = encode_rows([side for both in sides for side in both], layout, encoder)
        for (line, pair), both, good, bad in zip(chunk, sides, encoded[::2], encoded[1::2]):
            if max(len(good.ids), len(bad.ids)) > max_tokens:
                result.dropped["tooLong"] += 1
                continue
            if line in tested:
                shown = [run_self_test(side, row, layout, tokenizer) for side, row in zip(both, (good, bad))]
                if len(result.self_test) < 2 * SELF_TEST_SHOWN:
                    result.self_test += [{**text, "part": part} for text, part in zip(shown, ("chosen", "rejected"))]
            if good.crossed or bad.crossed:
                result.crossed.append(pair.id)
            result.chosen.append(good)
            result.rejected.append(bad)
            lines.append(line)
    refuse_nothing(len(lines), len(pairs), result.dropped)
    result.lines = np.array(lines, dtype=np.int64)
    return result


def pad_right(sequences: Sequence[np.ndarray], fill: float, dtype: Any) -> torch.Tensor:
    """Sequences of different lengths as the rows of a tensor."""
    padded = np.full((len(sequences), max(len(sequence) for sequence in sequences)), fill, dtype=dtype)
    for at, sequence in enumerate(sequences):
        padded[at, : len(sequence)] = sequence
    return torch.from_numpy(padded)


class PairCollator:
    """`input_ids` and `attention_mask` of the chosen texts and then of the rejected ones; `completion_mask` says what is compared."""

    def __init__(self, rows: PairRows, pad_id: int) -> None:
        self._rows = rows
        self._pad_id = pad_id

    def __call__(self, items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        examples, counted = take_examples(items)
        texts = [self._rows.chosen[at] for at in examples] + [self._rows.rejected[at] for at in examples]
        return {
            "input_ids": pad_right([text.ids for text in texts], self._pad_id, np.int64),
            "attention_mask": pad_right([np.ones(len(text.ids)) for text in texts], 0, np.int64),
            "completion_mask": pad_right([text.weights == 1 for text in texts], 0, np.int64),
            "row_count": torch.tensor(counted),
        }
