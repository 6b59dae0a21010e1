"""Tiny run folders for the tests: a model of 30 thousand weights, rows of short sums."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, Mapping, Optional

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pytest

PACKAGE = Path(__file__).resolve().parents[1]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows why a test was tried again (`npm test` does so once), which pytest-rerunfailures does not."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"first try of {report.nodeid}")
        terminalreporter.line(report.longreprtext)


def make_rows(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Half chat rows, half segments."""
    random_source = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for index in range(count):
        a, b = random_source.randint(0, 30), random_source.randint(0, 30)
        if index % 2:
            segments = [{"text": f"{a}+{b}=", "weight": 0}, {"text": str(a + b), "weight": 1}]
            rows.append({"id": f"sum-{index}", "segments": segments})
        else:
            reply = f"{a} + {b} = {a + b}. The answer is $\\boxed{{{a + b}}}$."
            rows.append({"id": f"chat-{index}", "prompt": f"Ann has {a} pens and Ben {b}. How many pens?", "reply": reply})
    return rows


def make_config(rows: list[dict[str, Any]], data: bytes, **changes: Any) -> dict[str, Any]:
    config: dict[str, Any] = {
        "version": 1, "kind": "sft", "run": "test-run", "seed": 0, "threads": 1, "device": "cpu",
        "data": {"file": "data/train.jsonl", "rows": len(rows), "sha256": hashlib.sha256(data).hexdigest()},
        "tokenizer": {"kind": "train", "vocabSize": 320, "sampleRows": 1000},
        "model": {"kind": "new", "hiddenSize": 32, "layers": 2, "heads": 1, "feedForwardSize": 64, "contextLength": 128},
        "promptWeight": 0.05, "maxTokens": 96, "batchSize": 8, "gradientAccumulation": 1, "epochs": 1,
        "optimizer": {"kind": "adamw", "learningRate": 0.005, "weightDecay": 0.01, "beta2": 0.98},
        "schedule": {"kind": "cosine", "warmupSteps": 5, "finalShare": 0.05},
        "gradientClip": 1.0, "checkpointEverySteps": 10, "keepCheckpoints": 2, "logEverySteps": 5,
        "export": {"gguf": "f32", "name": "test-model", "license": "Apache-2.0", "description": "for tests"},
    }
    config.update(changes)
    return {key: value for key, value in config.items() if value is not None}


def hold_behind(step: int, until: Path) -> str:
    """A program for a worker to begin with: behind this step it waits until there is this file, so that what is asked of it comes in time."""
    return f"""
import pathlib, time
from sq_train.job import JobTrainer
go_on = JobTrainer.training_step
def training_step(self, *inputs):
    while self.state.global_step == {step} and not pathlib.Path({str(until)!r}).exists():
        time.sleep(0.01)
    return go_on(self, *inputs)
JobTrainer.training_step = training_step
"""


def begin_with(program: str) -> list[str]:
    """Arguments of Python that run the program, and then the worker."""
    return ["-c", f"{program}\nimport runpy\nrunpy.run_module('sq_train', run_name='__main__', alter_sys=True)"]


class RunFolder:
    """A run folder on disk, and the worker started on it as TypeScript starts it."""

    def __init__(self, path: Path, rows: list[dict[str, Any]], **changes: Any) -> None:
        self.path = path
        for name in ("data", "control"):
            (path / name).mkdir(parents=True)
        data = "".join(json.dumps(row) + "\n" for row in rows).encode()
        (path / "data" / "train.jsonl").write_bytes(data)
        self.write_config(make_config(rows, data, **changes))

    def write_config(self, config: dict[str, Any]) -> None:
        self.config = config
        (self.path / "train.json").write_text(json.dumps(config))

    def start(self, before: str) -> subprocess.Popen:
        """`before` is a program that it runs at first."""
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
        with (self.path / "stderr.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *begin_with(before), str(self.path)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True,
            )

    def fork(self, before: str) -> "ForkedWorker":
        """Runs an attempt in a process of its own, for which imports are already paid."""
        return ForkedWorker(self, before=before)

    def run_here(self) -> int:
        """Runs an attempt in this process (imports are already paid for)."""
        import signal

        from sq_train.__main__ import main

        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            return main([str(self.path)])
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def read_lines(self, name: str) -> list[dict[str, Any]]:
        path = self.path / name
        if not path.exists():
            return []
        found = []
        for line in path.read_text(encoding="utf-8").split("\n"):
            try:
                found.append(json.loads(line))
            except ValueError:  # a line that a kill tore, or the end
                continue
        return found

    def events(self, kind: Optional[str] = None) -> list[dict[str, Any]]:
        return [event for event in self.read_lines("events.jsonl") if kind is None or event["t"] == kind]


class ForkedWorker:
    """A fork that runs one attempt; it is asked and killed as what `start` gives."""

    def __init__(self, run: RunFolder, environment: Mapping[str, str] = {}, before: str = "") -> None:
        self._process = multiprocessing.get_context("fork").Process(target=self._work, args=(run, environment, before))
        self._process.start()
        self.pid = self._process.pid

    def _work(self, run: RunFolder, environment: Mapping[str, str], before: str) -> None:
        from accelerate.state import AcceleratorState

        from sq_train.__main__ import main

        os.setsid()
        os.environ.update(environment)
        # What an attempt in the process above has left of its own: accelerate looks at the environment once.
        AcceleratorState._reset_state(reset_partial_state=True)
        with (run.path / "stderr.log").open("ab") as log:
            os.dup2(log.fileno(), 2)
        exec(before, {})
        os._exit(main([str(run.path)]))

    def poll(self) -> Optional[int]:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("fork", timeout)
        return self._process.exitcode


@pytest.fixture
def make_run(tmp_path):
    """Gives make_run(name, rows=..., **changes of the configuration)."""

    def make(name: str = "run", rows: Optional[list[dict[str, Any]]] = None, **changes: Any) -> RunFolder:
        return RunFolder(tmp_path / name, make_rows(160) if rows is None else rows, **changes)

    return make


@pytest.fixture(scope="session")
def tiny():
    """A tokenizer and a new model of the tests' sizes."""
    import torch

    from sq_train.bpe import list_stretches, train_bpe, wrap_tokenizer
    from sq_train.config_types import NewModel
    from sq_train.model import create_model
    from sq_train.rows import parse_row

    torch.set_num_threads(1)
    rows = [parse_row(row, 1) for row in make_rows(200)]
    tokenizer = wrap_tokenizer(train_bpe(list_stretches(rows), 320), 128)
    config = NewModel(kind="new", hidden_size=64, layers=2, heads=2, feed_forward_size=96, context_length=128)
    return tokenizer, create_model(config, tokenizer, seed=3)


@pytest.fixture(scope="session")
def server():
    """The server of the verifier, for all tests that neither kill it nor count what others ask of it."""
    from real_verifier import RealVerifier

    one = RealVerifier()
    yield one
    one.kill()
