"""The one place that turns rows into token ids, labels and loss weights, with the mask self-test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Sequence

import numpy as np
from transformers import PreTrainedTokenizerBase

from .bpe import END_OF_TEXT
from .errors import DataError
from .rows import ChatRow, Row, SegmentRow
from .template import ChatTemplate, make_plain_encoder, read_chat_template, render_chat

SELF_TEST_ROWS = 12
SELF_TEST_SHOWN = 3
CHUNK_ROWS = 2000


def lay_out_row(row: Row, template: ChatTemplate, prompt_weight: float, end_of_text: str) -> list[tuple[str, float]]:
    """A row as pieces of text with their loss weights; together they are the text that is tokenised."""
    if isinstance(row, ChatRow):
        return [
            (template.before_prompt + row.prompt + template.before_reply, prompt_weight),
            (row.reply + template.turn_end, 1.0),
        ]
    if isinstance(row, SegmentRow):
        return [*row.segments, (end_of_text, 1.0)]
    raise DataError(f"Row '{row.id}' is a question, which stands behind a bare prefix. Give a template of kind 'question' or 'raw'.")


def weigh_tokens(pieces: Sequence[tuple[str, float]], offsets: np.ndarray) -> tuple[np.ndarray, bool]:
    """The loss weight of each token, and whether a token holds trained (weight 1) text and other text.

    A token has the weight of the piece that holds its last character.
    """
    ends = np.cumsum([len(text) for text, _ in pieces])
    weights = np.array([weight for _, weight in pieces], dtype=np.float32)
    last = np.maximum(offsets[:, 1] - 1, 0)
    piece_of_last = np.minimum(np.searchsorted(ends, last, side="right"), len(weights) - 1)
    # Trained characters before each place of the text.
    is_trained = np.repeat(weights == 1, [len(text) for text, _ in pieces])
    trained_before = np.concatenate([[0], np.cumsum(is_trained)])
    trained = trained_before[offsets[:, 1]] - trained_before[offsets[:, 0]]
    crossed = bool(np.any((trained > 0) & (trained < offsets[:, 1] - offsets[:, 0])))
    return weights[piece_of_last], crossed


@dataclass
class TokenisedRows:
    """Rows that will be trained: ids and weights end to end, `starts` has one more entry than there are rows.

    `lines[i]` is the index of row i in the data file, from 0.
    """

    ids: np.ndarray
    weights: np.ndarray
    starts: np.ndarray
    lines: np.ndarray
    dropped: dict[str, int]
    self_test: list[dict[str, str]]
    crossed: list[str] = field(default_factory=list)

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.starts)

    @property
    def tokens(self) -> int:
        return int(self.starts[-1])


def run_self_test(
    row: Row,
    ids: Sequence[int],
    weights: np.ndarray,
    crossed: bool,
    tokenizer: PreTrainedTokenizerBase,
    template: ChatTemplate,
    end_of_text: str,
) -> dict[str, str]:
    """Decodes what will be trained in one row and compares it with what must be: stops the run when they differ.

    The borders of segments are the user's, and a token may lie over one (`crossed`, of which the run warns);
    those of a chat row are ours, where a token over one is a fault.
    """
    decode: Callable[[Sequence[int]], str] = lambda some: tokenizer.decode(list(some), skip_special_tokens=False)
    if isinstance(row, ChatRow):
        expected = row.reply + template.turn_end
        # The whole text comes from the real template here, not from its fixed parts: a template that
        # trims or rewrites a message shows itself.
        text = render_chat(tokenizer, row.prompt, row.reply)
        if not text.startswith(template.render(row.prompt, row.reply)):
            raise DataError(
                f"Mask self-test, row '{row.id}': the chat template rewrites its messages; it gives {text[:200]!r}. "
                "Give the tokenizer a template that keeps them as they are."
            )
        text = template.render(row.prompt, row.reply)
    else:
        expected = "".join(part for part, weight in row.segments if weight == 1) + end_of_text
        text = "".join(part for part, _ in row.segments) + end_of_text
    whole = decode(ids)
    trained = decode([token for token, weight in zip(ids, weights) if weight == 1])
    if whole != text:
        raise DataError(
            f"Mask self-test, row '{row.id}': its tokens decode to {whole[:200]!r}, not to its text {text[:200]!r}. "
            "The tokenizer loses text; choose another one."
        )
    if trained != expected and not (crossed and not isinstance(row, ChatRow)):
        raise DataError(
            f"Mask self-test, row '{row.id}': {trained[:200]!r} would be trained, but {expected[:200]!r} must be. "
            "A token lies over the border of the trained text, or the template is broken. Correct the template or the segments."
        )
    return {"id": row.id, "text": whole, "trainedText": trained}


def tokenise_rows(
    rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, *, prompt_weight: float, max_tokens: int
) -> TokenisedRows:
    """Turns rows into ids and weights, drops what cannot be trained (counted), and runs the mask self-test.

    Twelve rows spread over the data are decoded and compared. Rows with a token over a border are listed in
    `crossed`.
    """
    template = read_chat_template(tokenizer) if any(isinstance(row, ChatRow) for row in rows) else ChatTemplate("", "", "")
    end_of_text = END_OF_TEXT if END_OF_TEXT in tokenizer.get_vocab() else tokenizer.eos_token
    encoder = make_plain_encoder(tokenizer)
    specials = [str(token) for token in tokenizer.added_tokens_decoder.values()]
    tested = set(np.linspace(0, len(rows) - 1, num=min(SELF_TEST_ROWS, len(rows)), dtype=int).tolist())
    dropped = {"tooLong": 0, "empty": 0, "fullyMasked": 0}
    ids_parts: list[np.ndarray] = []
    weight_parts: list[np.ndarray] = []
    lines: list[int] = []
    self_test: list[dict[str, str]] = []
    crossed_rows: list[str] = []

    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        laid_out = [lay_out_row(row, template, prompt_weight, end_of_text) for row in chunk]
        texts = ["".join(text for text, _ in pieces) for pieces in laid_out]
        for at, encoding in enumerate(encoder.encode_batch(texts, add_special_tokens=False)):
            line, row = start + at, chunk[at]
            if _is_empty(row):
                dropped["empty"] += 1
                continue
            _refuse_specials(row, specials)
            ids = encoding.ids
            if len(ids) > max_tokens:
                dropped["tooLong"] += 1
                continue
            weights, crossed = weigh_tokens(laid_out[at], np.array(encoding.offsets, dtype=np.int64))
            if line in tested:
                shown = run_self_test(row, ids, weights, crossed, tokenizer, template, end_of_text)
                if len(self_test) < SELF_TEST_SHOWN:
                    self_test.append(shown)
            if crossed:
                crossed_rows.append(row.id)
            # The first token has nothing before it to be predicted from.
            if not np.any(weights[1:] > 0):
                dropped["fullyMasked"] += 1
                continue
            ids_parts.append(np.array(ids, dtype=np.int32))
            weight_parts.append(weights)
            lines.append(line)

    if not lines:
        raise DataError(f"None of the {len(rows)} rows can be trained (dropped: {dropped}). Check the data and maxTokens.")
    starts = np.concatenate([[0], np.cumsum([len(part) for part in ids_parts])]).astype(np.int64)
    return TokenisedRows(
        ids=np.concatenate(ids_parts),
        weights=np.concatenate(weight_parts),
        starts=starts,
        lines=np.array(lines, dtype=np.int64),
        dropped=dropped,
        self_test=self_test,
        crossed=crossed_rows,
    )


def _is_empty(row: Row) -> bool:
    if isinstance(row, ChatRow):
        return not row.reply
    return not any(text for text, _ in row.segments)


def _refuse_specials(row: Row, specials: Sequence[str]) -> None:
    """A message that holds the text of a special token could end its own turn; raw segments may."""
    if not isinstance(row, ChatRow):
        return
    for special in specials:
        if special in row.prompt or special in row.reply:
            raise DataError(f"Row '{row.id}' holds the special token {special!r} in a message. Remove it, or write the row as segments.")
