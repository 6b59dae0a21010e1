"""The rows of `data/train.jsonl`. Which forms a training takes is said by its kind."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Union

from .errors import DataError


@dataclass(frozen=True)
class ChatRow:
    """Rendered with the chat template; the reply and its end of turn weigh 1, all else the prompt weight."""

    id: str
    prompt: str
    reply: str


@dataclass(frozen=True)
class SegmentRow:
    """Raw text in pieces with their loss weights (0 to 1), followed by the end-of-text token with weight 1."""

    id: str
    segments: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class QuestionRow:
    """A question behind the bare prefix of the template."""

    id: str
    question: str


@dataclass(frozen=True)
class PreferenceRow:
    """Two texts, of which the first is the better one; without a prompt they stand behind the bare prefix."""

    id: str
    prompt: Optional[str]
    chosen: str
    rejected: str


@dataclass(frozen=True)
class ScoredRow:
    """A text and the number that is to be given for it; with a reply the text is a conversation."""

    id: str
    prompt: str
    reply: Optional[str]
    target: float


@dataclass(frozen=True)
class AnswerRow:
    """A problem and the answer that replies are compared with."""

    id: str
    prompt: str
    answer: str


Row = Union[ChatRow, SegmentRow, QuestionRow, PreferenceRow, ScoredRow, AnswerRow]


def _parse_segments(raw: Mapping[str, Any]) -> SegmentRow:
    segments: list[tuple[str, float]] = []
    if not isinstance(raw["segments"], list):
        raise ValueError("`segments` must be a list")
    for segment in raw["segments"]:
        if not isinstance(segment, dict) or set(segment) != {"text", "weight"} or not isinstance(segment["text"], str):
            raise ValueError("a segment must be {text, weight}")
        weight = segment["weight"]
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
            raise ValueError(f"a segment's weight must be from 0 to 1, not {weight!r}")
        segments.append((segment["text"], float(weight)))
    return SegmentRow(raw["id"], tuple(segments))


def _parse_texts(kind: Callable[..., Row], *names: str) -> Callable[[Mapping[str, Any]], Row]:
    def parse(raw: Mapping[str, Any]) -> Row:
        if not all(isinstance(raw[name], str) for name in names):
            raise ValueError(f"{' and '.join(f'`{name}`' for name in names)} must be texts")
        return kind(raw["id"], *(raw[name] for name in names))

    return parse


def _parse_pair(raw: Mapping[str, Any]) -> PreferenceRow:
    if not all(isinstance(raw[name], str) for name in raw):
        raise ValueError("`prompt`, `chosen` and `rejected` must be texts")
    if raw["chosen"] == raw["rejected"]:
        raise ValueError("`chosen` and `rejected` are the same text")
    return PreferenceRow(raw["id"], raw.get("prompt"), raw["chosen"], raw["rejected"])


# Its square, which is a loss, is a number in float32 too.
_LARGEST = 1e18


def _parse_scored(raw: Mapping[str, Any]) -> ScoredRow:
    reply, target = raw.get("reply"), raw["target"]
    if not isinstance(raw["prompt"], str) or not (reply is None or isinstance(reply, str)):
        raise ValueError("`prompt` and `reply` must be texts")
    # Not infinity or NaN, which Python's JSON takes, and not what is infinite in float32.
    if isinstance(target, bool) or not isinstance(target, (int, float)) or not abs(target) < _LARGEST:
        raise ValueError(f"`target` must be a number below {_LARGEST}, not {str(target)[:40]}")
    return ScoredRow(raw["id"], raw["prompt"], reply, float(target))


_PAIRS: dict[frozenset[str], Callable[[Mapping[str, Any]], Row]] = {
    frozenset({"id", "prompt", "chosen", "rejected"}): _parse_pair,
    frozenset({"id", "chosen", "rejected"}): _parse_pair,
}

# What the keys of a row say that it is, for each kind of training.
_FORMS: dict[str, dict[frozenset[str], Callable[[Mapping[str, Any]], Row]]] = {
    "sft": {
        frozenset({"id", "prompt", "reply"}): _parse_texts(ChatRow, "prompt", "reply"),
        frozenset({"id", "segments"}): _parse_segments,
        frozenset({"id", "question"}): _parse_texts(QuestionRow, "question"),
    },
    "dpo": _PAIRS,
    "reward": _PAIRS,
    "regression": {
        frozenset({"id", "prompt", "target"}): _parse_scored,
        frozenset({"id", "prompt", "reply", "target"}): _parse_scored,
    },
    "grpo": {frozenset({"id", "prompt", "answer"}): _parse_texts(AnswerRow, "prompt", "answer")},
}


def parse_row(raw: Any, line: int, kind: str = "sft") -> Row:
    """Checks one row; `line` is its number in the file, from 1, for the message."""

    def refuse(reason: str) -> DataError:
        return DataError(f"Row {line} of the training data is not usable: {reason}. Make the data again with `scalequest train`.")

    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise refuse("it is not an object with a text `id`")
    forms = _FORMS[kind]
    parse = forms.get(frozenset(raw))
    if parse is None:
        expected = " or ".join(", ".join(sorted(form, key=lambda key: (key != "id", key))) for form in forms)
        raise refuse(f"its keys are {sorted(raw)}; expected {expected}")
    try:
        return parse(raw)
    except ValueError as error:
        raise refuse(str(error)) from None


def hash_file(path: Path) -> str:
    """sha256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def read_rows(path: Path, *, sha256: str, rows: int, kind: str = "sft") -> list[Row]:
    """Reads the data file of a kind of training, whose hash and number of rows must be those of the configuration."""
    if not path.is_file():
        raise DataError(f"The data file '{path}' is missing. Make the run folder again with `scalequest train`.")
    found = hash_file(path)
    if found != sha256:
        raise DataError(f"The data file '{path.name}' has sha256 {found}, expected {sha256}. It was changed after the run was made; start a new run.")
    result: list[Row] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                raw = json.loads(line.decode("utf-8"))
                if b"\\u" in line:
                    # Half of a surrogate pair: JSON can escape it, and no tokenizer takes it.
                    json.dumps(raw, ensure_ascii=False).encode("utf-8")
            except ValueError as error:
                raise DataError(f"Row {number} of '{path.name}' is not JSON in UTF-8: {error}. Make the data again with `scalequest train`.") from error
            result.append(parse_row(raw, number, kind))
    if len(result) != rows:
        raise DataError(f"The data file '{path.name}' has {len(result)} rows, expected {rows}. Correct data.rows or start a new run.")
    return result
