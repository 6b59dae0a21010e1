from __future__ import annotations

import json
import time

import pytest

from sq_train.errors import ConfigError, DataError, NanError, classify_error
from sq_train.events import EventWriter, Heartbeat


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith('{"v"')]


def test_each_event_is_one_flushed_line_with_the_common_fields(tmp_path):
    events = EventWriter(tmp_path / "e.jsonl", "r")
    events.emit("start", totalSteps=3, text="line\nbreak")
    (event,) = read(tmp_path / "e.jsonl")
    assert event["ts"].endswith("Z")
    del event["ts"]
    assert event == {"v": 1, "t": "start", "run": "r", "attempt": 1, "seq": 0, "rank": 0, "totalSteps": 3, "text": "line\nbreak"}


def test_a_second_writer_is_the_next_attempt_and_starts_on_its_own_line(tmp_path):
    path = tmp_path / "e.jsonl"
    EventWriter(path, "r").emit("hello")
    with path.open("a") as file:
        file.write('{"v":1,"t":"lo')
    second = EventWriter(path, "r")
    second.emit("hello")
    events = [json.loads(line) for line in path.read_text().splitlines() if not line.endswith('"lo')]
    assert [(event["attempt"], event["seq"]) for event in events] == [(1, 0), (2, 0)]


def test_a_number_that_json_lacks_is_written_as_null(tmp_path):
    EventWriter(tmp_path / "e.jsonl", "r").emit("log", loss=float("nan"), deep=[{"x": float("inf")}])
    (event,) = read(tmp_path / "e.jsonl")
    assert event["loss"] is None and event["deep"] == [{"x": None}]


def test_the_heartbeat_beats_until_it_is_stopped(tmp_path):
    events = EventWriter(tmp_path / "e.jsonl", "r")
    heartbeat = Heartbeat(events, lambda: 7, seconds=0.02)
    heartbeat.start()
    deadline = time.monotonic() + 10
    while len(read(tmp_path / "e.jsonl")) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    heartbeat.stop()
    count = len(read(tmp_path / "e.jsonl"))
    assert count >= 3 and {event["step"] for event in read(tmp_path / "e.jsonl")} == {7}
    time.sleep(0.1)
    assert len(read(tmp_path / "e.jsonl")) == count


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (ConfigError("x"), "config"), (DataError("x"), "data"), (NanError("x"), "nan"), (MemoryError(), "oom"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "oom"), (ModuleNotFoundError("trl"), "environment"),
        (OSError(28, "No space left on device"), "io"), (KeyError("x"), "internal"),
    ],
)
def test_every_failure_has_a_class(error, name, tmp_path):
    assert classify_error(error) == name
    EventWriter(tmp_path / "e.jsonl", "r").fail(error, "trace")
    (event,) = read(tmp_path / "e.jsonl")
    assert event["class"] == name and event["retryable"] is (name in ("oom", "io")) and event["message"]
