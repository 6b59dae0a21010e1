"""The one place that turns rows into token ids, labels and loss weights, with the mask self-test."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Optional, Sequence

import numpy as np
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase

from .bpe import END_OF_TEXT
from .errors import DataError
from .rows import ChatRow, QuestionRow, Row, SegmentRow
from .template import ChatTemplate, PrefixTemplate, encode_behind_prefix, make_plain_encoder, read_chat_template, render_chat

SELF_TEST_ROWS = 12
SELF_TEST_SHOWN = 3
CHUNK_ROWS = 2000


@dataclass(frozen=True)
class Layout:
    """The fixed texts around the rows of a run, and what they weigh. With `prefix` the rows are questions behind it."""

    chat: ChatTemplate
    prefix: Optional[PrefixTemplate]
    end_of_text: str
    prompt_weight: float


def read_layout(tokenizer: PreTrainedTokenizerBase, prefix: Optional[PrefixTemplate], prompt_weight: float, *, has_chats: bool) -> Layout:
    chat = read_chat_template(tokenizer) if has_chats else ChatTemplate("", "", "")
    return Layout(chat, prefix, END_OF_TEXT if END_OF_TEXT in tokenizer.get_vocab() else tokenizer.eos_token, prompt_weight)


def lay_out_row(row: Row, layout: Layout) -> list[tuple[str, float]]:
    """A row as pieces of text with their loss weights; together they are the text that is tokenised."""
    if isinstance(row, SegmentRow):
        return [*row.segments, (layout.end_of_text, 1.0)]
    if isinstance(row, QuestionRow):
        if layout.prefix is None:
            raise DataError(f"Row '{row.id}' is a question, which stands behind a bare prefix. Give a template of kind 'question' or 'raw'.")
        return [(layout.prefix.prefix, layout.prompt_weight), (row.question + layout.prefix.end, 1.0)]
    assert isinstance(row, ChatRow)
    if layout.prefix is not None:
        raise DataError(f"Row '{row.id}' is a conversation, and the template is a bare prefix. Give questions, or the template 'chat'.")
    return [
        (layout.chat.before_prompt + row.prompt + layout.chat.before_reply, layout.prompt_weight),
        (layout.chat.space + row.reply + layout.chat.turn_end, 1.0),
    ]


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


@dataclass(frozen=True)
class EncodedRow:
    """The tokens of one row; `crossed` where one of them lies over the border of what is trained."""

    ids: np.ndarray
    weights: np.ndarray
    crossed: bool


def encode_rows(rows: Sequence[Row], layout: Layout, encoder: Tokenizer) -> list[EncodedRow]:
    """Each row's ids and loss weights. A question has the prefix's ids and then its own, as whoever asks the model sends them."""
    laid_out = [lay_out_row(row, layout) for row in rows]
    questions = [row for row in rows if isinstance(row, QuestionRow)]
    behind = iter(_encode_questions(questions, layout, encoder))
    others = [pieces for row, pieces in zip(rows, laid_out) if not isinstance(row, QuestionRow)]
    encodings = iter(encoder.encode_batch(["".join(text for text, _ in pieces) for pieces in others], add_special_tokens=False))
    encoded: list[EncodedRow] = []
    for row, pieces in zip(rows, laid_out):
        if isinstance(row, QuestionRow):
            encoded.append(next(behind))
            continue
        encoding = next(encodings)
        weights, crossed = weigh_tokens(pieces, np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2))
        encoded.append(EncodedRow(np.array(encoding.ids, dtype=np.int32), weights, crossed))
    return encoded


def _encode_questions(rows: Sequence[QuestionRow], layout: Layout, encoder: Tokenizer) -> list[EncodedRow]:
    if not rows or layout.prefix is None:
        return []
    parts = encode_behind_prefix(layout.prefix, [row.question for row in rows], [row.id for row in rows], encoder)
    before = len(layout.prefix.prefix_ids)
    return [
        EncodedRow(
            np.array([*layout.prefix.prefix_ids, *part], dtype=np.int32),
            np.repeat(np.array([layout.prompt_weight, 1], dtype=np.float32), [before, len(part)]),
            crossed=False,
        )
        for part in parts
    ]


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


def expect_texts(row: Row, layout: Layout, tokenizer: PreTrainedTokenizerBase) -> tuple[str, str]:
    """The whole text of a row and what of it weighs 1, found without tokens."""
    if isinstance(row, ChatRow):
        # The whole text comes from the real template here, not from its fixed parts: a template that
        # trims or rewrites a message shows itself.
        rendered, text = render_chat(tokenizer, row.prompt, row.reply), layout.chat.render(row.prompt, row.reply)
        if not rendered.startswith(text):
            raise DataError(
                f"Mask self-test, row '{row.id}': the chat template rewrites its messages; it gives {rendered[:200]!r}. "
                "Give the tokenizer a template that keeps them as they are."
            )
    pieces = lay_out_row(row, layout)
    return "".join(text for text, _ in pieces), "".join(text for text, weight in pieces if weight == 1)


def run_self_test(row: Row, encoded: EncodedRow, layout: Layout, tokenizer: PreTrainedTokenizerBase) -> dict[str, str]:
    """Decodes what will be trained in one row and compares it with what must be: stops the run when they differ.

    The borders of segments are the user's, and a token may lie over one (`crossed`, of which the run warns);
    those of a chat row and of a prefix are ours, where a token over one is a fault.
    """
    text, expected = expect_texts(row, layout, tokenizer)
    whole = compare_text(row.id, tokenizer, encoded.ids, text)
    trained = decode_exactly(tokenizer, encoded.ids[encoded.weights == 1])
    if not is_same_text(tokenizer, trained, expected) and not (encoded.crossed and isinstance(row, SegmentRow)):
        raise DataError(
            f"Mask self-test, row '{row.id}': {trained[:200]!r} would be trained, but {expected[:200]!r} must be. "
            "A token lies over the border of the trained text, or the template is broken. Correct the template or the segments."
        )
    return {"id": row.id, "text": whole, "trainedText": trained}


def decode_exactly(tokenizer: PreTrainedTokenizerBase, ids: np.ndarray) -> str:
    """The text of tokens, specials and spaces included."""
    return tokenizer.decode(ids.tolist(), skip_special_tokens=False, clean_up_tokenization_spaces=False)


def is_same_text(tokenizer: PreTrainedTokenizerBase, decoded: str, text: str) -> bool:
    """Whether tokens decode to a text. SentencePiece puts and drops spaces where a stretch between control tokens begins."""
    if decoded == text:
        return True
    if "▁" not in json.dumps([json.loads(tokenizer.backend_tokenizer.to_str())[part] for part in ("normalizer", "pre_tokenizer")], ensure_ascii=False):
        return False
    beginnings = re.compile("(^|" + "|".join(map(re.escape, list_specials(tokenizer))) + ") +")
    return beginnings.sub(r"\1", decoded) == beginnings.sub(r"\1", text)


def compare_text(name: str, tokenizer: PreTrainedTokenizerBase, ids: np.ndarray, text: str) -> str:
    """What the tokens of a row decode to; stops the run where that is not its text."""
    whole = decode_exactly(tokenizer, ids)
    if not is_same_text(tokenizer, whole, text):
        raise DataError(
            f"Mask self-test, row '{name}': its tokens decode to {whole[:200]!r}, not to its text {text[:200]!r}. "
            "The tokenizer loses text; choose another one."
        )
    return whole


def choose_tested(count: int) -> set[int]:
    """The rows that the self-test looks at, spread over the data."""
    return set(np.linspace(0, count - 1, num=min(SELF_TEST_ROWS, count), dtype=int).tolist())


def tokenise_rows(
    rows: Sequence[Row],
    tokenizer: PreTrainedTokenizerBase,
    *,
    prompt_weight: float,
    max_tokens: int,
    prefix: Optional[PrefixTemplate] = None,
) -> TokenisedRows:
    """Turns rows into ids and weights, drops what cannot be trained (counted), and runs the mask self-test.

    Twelve rows spread over the data are decoded and compared. Rows with a token over a border are listed in
    `crossed`. With `prefix`, questions stand behind it and conversations are refused.
    """
    layout = read_layout(tokenizer, prefix, prompt_weight, has_chats=any(isinstance(row, ChatRow) for row in rows))
    encoder = make_plain_encoder(tokenizer)
    specials = list_specials(tokenizer)
    tested = choose_tested(len(rows))
    dropped = {"tooLong": 0, "empty": 0, "fullyMasked": 0}
    kept: list[EncodedRow] = []
    lines: list[int] = []
    self_test: list[dict[str, str]] = []
    crossed_rows: list[str] = []

    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = [(line, row) for line, row in enumerate(rows[start : start + CHUNK_ROWS], start) if not _is_empty(row)]
        dropped["empty"] += min(CHUNK_ROWS, len(rows) - start) - len(chunk)
        for _, row in chunk:
            refuse_specials(row.id, _list_messages(row), specials)
        for (line, row), encoded in zip(chunk, encode_rows([row for _, row in chunk], layout, encoder)):
            if len(encoded.ids) > max_tokens:
                dropped["tooLong"] += 1
                continue
            if line in tested:
                shown = run_self_test(row, encoded, layout, tokenizer)
                if len(self_test) < SELF_TEST_SHOWN:
                    self_test.append(shown)
            if encoded.crossed:
                crossed_rows.append(row.id)
            # The first token has nothing before it to be predicted from.
            if not np.any(encoded.weights[1:] > 0):
                dropped["fullyMasked"] += 1
                continue
            kept.append(encoded)
            lines.append(line)

    refuse_nothing(len(lines), len(rows), dropped)
    starts = np.concatenate([[0], np.cumsum([len(row.ids) for row in kept])]).astype(np.int64)
    return TokenisedRows(
        ids=np.concatenate([row.ids for row in kept]),
        weights=np.concatenate([row.weights for row in kept]),
        starts=starts,
        lines=np.array(lines, dtype=np.int64),
        dropped=dropped,
        self_test=self_test,
        crossed=crossed_rows,
    )


def refuse_nothing(kept: int, rows: int, dropped: dict[str, int]) -> None:
    if kept == 0:
        raise DataError(f"None of the {rows} rows can be trained (dropped: {dropped}). Check the data and maxTokens.")


def _is_empty(row: Row) -> bool:
    if isinstance(row, SegmentRow):
        return not any(text for text, _ in row.segments)
    return not _list_messages(row)[-1]


def _list_messages(row: Row) -> list[str]:
    """The texts of a row that the template's fixed texts stand around; raw segments are none."""
    if isinstance(row, ChatRow):
        return [row.prompt, row.reply]
    return [row.question] if isinstance(row, QuestionRow) else []


def list_specials(tokenizer: PreTrainedTokenizerBase) -> list[str]:
    """The control tokens. Others that were added stand for ordinary text, such as runs of spaces, or Qwen3's <think>."""
    return [str(token) for token in tokenizer.added_tokens_decoder.values() if token.special]


def refuse_specials(name: str, messages: Sequence[str], specials: Sequence[str]) -> None:
    """A message that holds the text of a special token could end its own turn."""
    for special in specials:
        if any(special in message for message in messages):
            raise DataError(f"Row '{name}' holds the special token {special!r} in a message. Remove it, or write the row as segments.")
