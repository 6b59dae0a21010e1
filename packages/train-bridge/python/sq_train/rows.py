"""The rows of `data/train.jsonl`: a chat row (prompt and reply) or a row of weighted segments of raw text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

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


Row = Union[ChatRow, SegmentRow]


def parse_row(raw: Any, line: int) -> Row:
    """Checks one row; `line` is its number in the file, from 1, for the message."""

    def refuse(reason: str) -> DataError:
        return DataError(f"Row {line} of the training data is not usable: {reason}. Make the data again with `scalequest train`.")

    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise refuse("it is not an object with a text `id`")
    if set(raw) == {"id", "prompt", "reply"}:
        if not isinstance(raw["prompt"], str) or not isinstance(raw["reply"], str):
            raise refuse("`prompt` and `reply` must be texts")
        return ChatRow(raw["id"], raw["prompt"], raw["reply"])
    if set(raw) == {"id", "segments"} and isinstance(raw["segments"], list):
        segments: list[tuple[str, float]] = []
        for segment in raw["segments"]:
            if not isinstance(segment, dict) or set(segment) != {"text", "weight"} or not isinstance(segment["text"], str):
                raise refuse("a segment must be {text, weight}")
            weight = segment["weight"]
            if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
                raise refuse(f"a segment's weight must be from 0 to 1, not {weight!r}")
            segments.append((segment["text"], float(weight)))
        return SegmentRow(raw["id"], tuple(segments))
    raise refuse(f"its keys are {sorted(raw)}; expected id, prompt, reply or id, segments")


def hash_file(path: Path) -> str:
    """sha256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def read_rows(path: Path, *, sha256: str, rows: int) -> list[Row]:
    """Reads the data file, whose hash and number of rows must be those of the configuration."""
    if not path.is_file():
        raise DataError(f"The data file '{path}' is missing. Make the run folder again with `scalequest train`.")
    found = hash_file(path)
    if found != sha256:
        raise DataError(f"The data file '{path.name}' has sha256 {found}, expected {sha256}. It was changed after the run was made; start a new run.")
    result: list[Row] = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                raw = json.loads(line)
            except ValueError as error:
                raise DataError(f"Row {number} of '{path.name}' is not JSON: {error}. Make the data again with `scalequest train`.") from error
            result.append(parse_row(raw, number))
    if len(result) != rows:
        raise DataError(f"The data file '{path.name}' has {len(result)} rows, expected {rows}. Correct data.rows or start a new run.")
    return result
