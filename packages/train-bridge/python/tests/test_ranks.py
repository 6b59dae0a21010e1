"""Several processes train what one would: the same rows in each step, and weights that differ by rounding only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import Mapping, Sequence

import numpy as np
import pytest
from conftest import PACKAGE, ForkedWorker, RunFolder, begin_with, hold_behind, make_rows
from ports import find_port
from preference_rows import make_pairs
from safetensors.numpy import load_file

from sq_train.batches import list_batches, list_held
from sq_train.errors import ConfigError
from sq_train.order import plan_batches
from sq_train.ranks import Ranks
from sq_train.run import check_world


def list_environments(world: int) -> list[dict[str, str]]:
    """What a launcher tells each rank."""
    port = find_port()
    return [
        {
            "RANK": str(rank), "WORLD_SIZE": str(world), "LOCAL_RANK": str(rank),
            "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
        }
        for rank in range(world)
    ]


def start_ranks(run: RunFolder, world: int, before: Mapping[int, str] = {}) -> list[subprocess.Popen]:
    """As a launcher starts them, without the time that torchrun takes for itself. `before` is what single ranks do at first."""
    processes = []
    for rank, told in enumerate(list_environments(world)):
        begin = begin_with(before[rank]) if rank in before else ["-m", "sq_train"]
        with (run.path / "stderr.log").open("ab") as log:
            processes.append(subprocess.Popen(
                [sys.executable, *begin, str(run.path)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **told, "PYTHONPATH": str(PACKAGE)}, start_new_session=True,
            ))
    return processes


def fork_ranks(run: RunFolder, world: int) -> list[ForkedWorker]:
    """The same as forks, for which imports are already paid."""
    return [ForkedWorker(run, told) for told in list_environments(world)]


def end(processes: Sequence[subprocess.Popen | ForkedWorker]) -> list[int]:
    try:
        return [process.wait(timeout=240) for process in processes]
    finally:
        for process in processes:
            process.kill()


def list_losses(run: RunFolder) -> dict[int, float]:
    return {event["step"]: event["loss"] for event in run.events("log")}


def list_rows(run: RunFolder) -> dict[int, list[int]]:
    return {batch["step"]: batch["rows"] for batch in run.read_lines("batches.jsonl")}


# 20 rows in batches of 6: the last one of an epoch has two, and a part of it none for rank 1.
SHAPE = dict(epochs=5, batchSize=6, microBatchSize=2, gradientAccumulation=1, logEverySteps=1, checkpointEverySteps=2)


def test_the_shares_of_all_ranks_are_the_batch():
    plan = plan_batches(np.arange(1, 21), batch_size=6, accumulation=1, epochs=1, seed=3, max_steps=None, micro_batch_size=2, processes=2)
    whole = [item["examples"] for item in list_batches(plan, Ranks())]
    shares = [[item["examples"] for item in list_batches(plan, Ranks(rank, 2))] for rank in range(2)]
    assert [sorted(first + second) for first, second in zip(*shares)] == [sorted(part) for part in whole]
    assert any(len(part) == 0 for part in shares[1])


@pytest.mark.parametrize("world, parts", [(1, 24), (2, 12), (8, 3), (24, 1)])
def test_each_process_computes_as_many_rows_at_once_as_one_alone(world, parts):
    plan = plan_batches(
        np.ones(48, dtype=int), batch_size=24, accumulation=1, epochs=1, seed=3, max_steps=None, micro_batch_size=1, processes=world, held_count=24
    )
    assert plan.parts == parts
    for rank in range(world):
        ranks = Ranks(rank, world)
        assert [len(item["examples"]) for item in list_batches(plan, ranks)] == [1] * parts
        # Held-out rows are measured by each.
        assert [len(item["examples"]) for item in list_held(plan, ranks)] == [1] * 24


def test_two_processes_train_as_one_does_and_one_goes_on_where_two_stopped(make_run):
    alone, together = (make_run(name, rows=make_rows(20), **SHAPE) for name in ("alone", "together"))
    assert alone.run_here() == 0

    # Only rank 0 sees the file, for which it waits: both stop at the same step all the same.
    ranks = start_ranks(together, 2, {0: hold_behind(4, together.path / "control" / "cancel")})
    deadline = time.monotonic() + 200
    while not together.events("checkpoint") and time.monotonic() < deadline and ranks[0].poll() is None:
        time.sleep(0.05)
    (together.path / "control" / "cancel").touch()
    assert end(ranks) == [143, 143], (together.path / "stderr.log").read_text()[-2000:]
    stopped = together.events("cancelled")[-1]["step"]
    assert max(list_rows(together)) == stopped
    assert together.run_here() == 0
    assert together.events("start")[-1]["resumeFrom"] == stopped

    assert {event["rank"] for event in together.events()} == {0}
    assert not list(together.path.glob("events.rank-*"))
    assert list_rows(together) == list_rows(alone)
    losses = list_losses(alone)
    assert list_losses(together) == pytest.approx(losses, abs=1e-4)
    assert losses[max(losses)] < losses[1]
    mine, theirs = (load_file(run.path / "out" / "model.safetensors") for run in (alone, together))
    assert max(float(np.abs(mine[name] - theirs[name]).max()) for name in mine) < 1e-4


def test_pairs_are_shared_as_rows_are(make_run):
    dpo = {"kind": "dpo", "promptWeight": None, "dpo": {"beta": 0.1, "loss": "sigmoid", "sftWeight": 0.5}}
    settings = {**dpo, **SHAPE, "epochs": 2, "evaluation": {"rows": 2, "everySteps": 3}}
    alone, together = (make_run(name, rows=make_pairs(20), **settings) for name in ("alone", "together"))
    assert alone.run_here() == 0
    assert end(start_ranks(together, 2)) == [0, 0], (together.path / "stderr.log").read_text()[-2000:]
    assert list_rows(together) == list_rows(alone)
    assert list_losses(together) == pytest.approx(list_losses(alone), abs=1e-4)
    # What is measured is of the pairs of both.
    for kind, count in (("log", 6), ("eval", 2)):
        measured = [[read_pair_metrics(event) for event in run.events(kind)] for run in (alone, together)]
        assert len(measured[0]) == count and len(measured[0][0]) == 6
        assert measured[1] == [pytest.approx(metrics, abs=1e-3) for metrics in measured[0]]
    mine, theirs = (load_file(run.path / "out" / "model.safetensors") for run in (alone, together))
    assert max(float(np.abs(mine[name] - theirs[name]).max()) for name in mine) < 1e-4


def read_pair_metrics(event) -> dict[str, float]:
    """Those that are means over pairs."""
    return {name: value for name, value in event["metrics"].items() if name.startswith(("rewards/", "logps/"))}


def test_each_process_of_a_machine_takes_one_of_its_gpus(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    Ranks(5, 8, local_rank=1).take_gpu(4)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "1"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,GPU-6")
    with pytest.raises(ConfigError, match="Rank 2 is number 2 of its machine, counted from 0, and torch sees 2 GPUs"):
        Ranks(2, 3, local_rank=2).take_gpu(2)
    Ranks(1, 3, local_rank=1).take_gpu(2)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-6"


def test_a_kind_that_is_not_known_to_train_in_several_processes_is_refused():
    with pytest.raises(ConfigError, match="kind 'grpo' trains in one process, and 2 were started"):
        check_world(SimpleNamespace(kind="grpo", batch_size=8), Ranks(0, 2))
    check_world(SimpleNamespace(kind="grpo", batch_size=8), Ranks())


def test_a_batch_smaller_than_the_number_of_processes_is_refused(make_run, monkeypatch):
    run = make_run(batchSize=2)
    for name, value in {"RANK": "0", "WORLD_SIZE": "3", "LOCAL_RANK": "0"}.items():
        monkeypatch.setenv(name, value)
    assert run.run_here() == 2
    error = run.events("error")[0]
    assert error["class"] == "config"
    assert "batchSize is 2, and 3 processes share a batch" in error["message"]


def test_a_rank_does_not_outlive_what_started_it(tmp_path):
    program = "from sq_train.ranks import die_with_parent; import time; die_with_parent(); print('began', flush=True); time.sleep(20); print('outlived')"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "SCALEQUEST_DIE_WITH_PARENT": "1"}
    # In a session of its own, as under torchrun: a signal to the group of the one above does not come.
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {program!r}], start_new_session=True)"]
    parent = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "began\n"
    parent.kill()
    parent.wait()
    # The pipe ends when the last process that holds it has ended.
    assert parent.stdout.read() == ""


def test_a_rank_ends_by_its_code_whatever_would_come_when_python_is_taken_down(make_run):
    run = make_run(batchSize=0)
    # As threads of its connections do now and then.
    aborts = "import atexit, os\natexit.register(os.abort)"
    assert end(start_ranks(run, 2, {0: aborts, 1: aborts})) == [2, 2], (run.path / "stderr.log").read_text()[-2000:]
    assert run.events("error")[0]["class"] == "config"


def test_the_death_of_a_rank_ends_the_others_with_an_error_that_says_so(make_run):
    # Enough steps that they cannot end before.
    run = make_run(rows=make_rows(400), epochs=50, checkpointEverySteps=1000)
    ranks = start_ranks(run, 2)
    deadline = time.monotonic() + 200
    while not run.events("log") and time.monotonic() < deadline and ranks[0].poll() is None:
        time.sleep(0.05)
    ranks[0].send_signal(signal.SIGKILL)
    assert end(ranks) == [-signal.SIGKILL, 1]
    (error,) = run.read_lines("events.rank-1.jsonl")
    assert (error["t"], error["rank"], error["attempt"], error["class"]) == ("error", 1, 1, "peer")
    assert "A process that trains with this one is gone" in error["message"]
