"""The event file: one JSON object a line, appended and flushed, read by the TypeScript side while we run."""

from __future__ import annotations

import contextlib
import json
import math
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable

from .errors import RETRYABLE, WriteError, classify_error, explain_write

PROTOCOL_VERSION = 1


def find_last_attempt(path: Path) -> int:
    """The highest attempt number in an event file; 0 when there is none. A torn line is skipped."""
    if not path.exists():
        return 0
    last = 0
    with path.open("rb") as file:
        for line in file:
            try:
                last = max(last, int(json.loads(line)["attempt"]))
            except (ValueError, KeyError, TypeError):
                continue
    return last


def end_torn_line(path: Path) -> None:
    """Ends a line that a kill left unfinished, so that the next line starts on its own."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            file.write(b"\n")


def _finite(value: Any) -> Any:
    """JSON has no NaN: such a number is written as null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


class EventWriter:
    """Appends events of one attempt. Safe to use from the heartbeat's thread.

    The first attempt is 1; `seq` starts at 0 in each attempt and grows by one a line, so a gap is a lost line.
    """

    rank = 0

    def __init__(self, path: Path, run: str) -> None:
        self.run = run
        self.attempt = find_last_attempt(path) + 1
        self._seq = 0
        self._lock = threading.Lock()
        self._file = self._open(path)

    def _open(self, path: Path) -> Any:
        end_torn_line(path)
        # Half of a surrogate pair, which UTF-8 has no bytes for, is written as JSON's own escape.
        return path.open("a", encoding="utf-8", errors="backslashreplace")

    def emit(self, kind: str, **fields: Any) -> None:
        """Writes one event and flushes it. After `close` it does nothing."""
        with self._lock:
            if self._file.closed:
                return
            now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            head = {"v": PROTOCOL_VERSION, "t": kind, "ts": now, "run": self.run, "attempt": self.attempt}
            event = {**head, "seq": self._seq, "rank": self.rank, **_finite(fields)}
            with explain_write(Path(self._file.name), "The event file", "The last complete checkpoint is kept."):
                self._file.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
                self._file.flush()
            self._seq += 1

    def warn(self, code: str, message: str) -> None:
        """Writes a `warning` event."""
        self.emit("warning", code=code, message=message)

    def fail(self, error: BaseException, trace: str) -> None:
        """Writes the `error` event that goes before every exit code 1 and 2."""
        name = classify_error(error)
        message = str(error) or type(error).__name__
        self.emit("error", **{"class": name}, message=message, trace=trace, retryable=name in RETRYABLE)

    def close(self) -> None:
        with self._lock:
            self._file.close()


class RankEventWriter(EventWriter):
    """The events of a rank behind the first: its errors alone, in a file of its own (`events.rank-N.jsonl`)."""

    def __init__(self, folder: Path, run: str, rank: int) -> None:
        self.run = run
        self.rank = rank
        # The first rank says which attempt this is; until it has, the last line that it wrote does.
        self.attempt = 0
        self._first_path = folder / "events.jsonl"
        self._path = folder / f"events.rank-{rank}.jsonl"

    def emit(self, kind: str, **fields: Any) -> None:
        if kind != "error":
            return
        self.attempt = self.attempt or find_last_attempt(self._first_path)
        self._seq = 0
        self._lock = threading.Lock()
        self._file = self._open(self._path)
        super().emit(kind, **fields)
        self._file.close()

    def close(self) -> None:
        """Nothing is open between two errors."""


class Heartbeat:
    """A thread that writes a `heartbeat` event every `seconds` (10 by default), so that a dead worker is seen."""

    def __init__(self, events: EventWriter, read_step: Callable[[], int], seconds: float = 10.0) -> None:
        self._events = events
        self._read_step = read_step
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def _beat(self) -> None:
        while not self._stop.wait(self._seconds):
            with contextlib.suppress(WriteError):  # the training meets it too, and tells
                self._events.emit("heartbeat", step=self._read_step())

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
