from __future__ import annotations

import os
import shutil
import signal
import time

import pytest
import torch
from safetensors.torch import load_file

from conftest import RunFolder, hold_behind, make_rows
from sq_train.checkpoints import list_complete
from test_kinds import KINDS

# So many steps that the middle has a checkpoint before it and one behind it.
MODEL = {"kind": "new", "hiddenSize": 64, "layers": 4, "heads": 2, "feedForwardSize": 128, "contextLength": 128}
COMMON = {"checkpointEverySteps": 10, "logEverySteps": 1, "model": MODEL}
STEPS = {"sft": 60, "dpo": 48, "reward": 48}
BATCHES = {"sft": 16, "dpo": 8, "reward": 8}


def make_settings(kind):
    make, settings = KINDS[kind]
    rows = make(BATCHES[kind] * STEPS[kind], seed=2)
    return {"rows": rows, **settings, **COMMON, "batchSize": BATCHES[kind], "maxSteps": STEPS[kind]}


def start(run, kind, step):
    """
    One kind as it is really started; the others without waiting for the imports again. It waits behind the step, to be killed there or
    let go on.
    """
    before = hold_behind(step, run.path / "control" / "go-on")
    return run.start(before) if kind == "sft" else run.fork(before)


def wait_for_step(run, process, step, seconds=120):
    """Until the worker has logged `step`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the worker ended with {process.returncode}: {(run.path / 'stderr.log').read_text()[-2000:]}")
        text = (run.path / "events.jsonl").read_text() if (run.path / "events.jsonl").exists() else ""
        if f'"t":"log"' in text and f'"step":{step},' in text:
            return
        time.sleep(0.02)
    pytest.fail("the worker was too slow")


def finish(process, seconds=60):
    try:
        return process.wait(timeout=seconds)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def read_lineage(run):
    """For each step the rows of the last attempt that ran it."""
    return {batch["step"]: batch["rows"] for batch in run.read_lines("batches.jsonl")}


@pytest.fixture(scope="module", params=list(STEPS))
def undisturbed(request, tmp_path_factory):
    kind = request.param
    run = RunFolder(tmp_path_factory.mktemp(f"undisturbed-{kind}") / "run", **make_settings(kind))
    run.kind = kind
    assert run.run_here() == 0
    return run


def check_equal_to(run, undisturbed):
    steps, batch_size = STEPS[undisturbed.kind], BATCHES[undisturbed.kind]
    assert run.events("done")[-1]["step"] == steps
    lineage = read_lineage(run)
    assert sorted(lineage) == list(range(1, steps + 1))
    rows = sum(lineage.values(), [])
    assert len(rows) == len(set(rows)) == batch_size * steps
    assert lineage == read_lineage(undisturbed)
    ours, theirs = (load_file(folder.path / "out" / "model.safetensors") for folder in (run, undisturbed))
    assert set(ours) == set(theirs)
    for name, weight in theirs.items():
        assert torch.allclose(ours[name], weight, rtol=1e-5, atol=1e-6), name


@pytest.mark.parametrize("ask", ["SIGTERM", "file"])
def test_a_run_that_was_asked_to_stop_writes_a_checkpoint_and_ends_like_an_undisturbed_one(make_run, undisturbed, ask):
    if ask == "file" and undisturbed.kind != "sft":
        pytest.skip("the file is seen at the same place as the signal, which each kind has a test of")
    run = make_run(**make_settings(undisturbed.kind))
    process = start(run, undisturbed.kind, 13)
    wait_for_step(run, process, 13)
    if ask == "file":
        (run.path / "control" / "cancel").write_text("")
    else:
        os.killpg(process.pid, getattr(signal, ask))
    (run.path / "control" / "go-on").write_text("")
    assert finish(process) == 143
    step = run.events("cancelled")[0]["step"]
    assert 13 <= step < STEPS[undisturbed.kind] and list_complete(run.path / "checkpoints")[0].step == step
    assert not (run.path / "out").exists() and not (run.path / "control" / "cancel").exists()
    assert run.run_here() == 0
    assert run.events("start")[-1]["resumeFrom"] == step and run.events("start")[-1]["attempt"] == 2
    check_equal_to(run, undisturbed)


def test_a_killed_run_goes_on_from_its_last_complete_checkpoint_and_ends_like_an_undisturbed_one(make_run, undisturbed):
    run = make_run(**make_settings(undisturbed.kind))
    process = start(run, undisturbed.kind, 24)
    wait_for_step(run, process, 24)
    os.killpg(process.pid, signal.SIGKILL)
    assert finish(process) == -signal.SIGKILL
    seen = len(run.read_lines("batches.jsonl"))
    last = list_complete(run.path / "checkpoints")[0].step
    assert 20 <= last <= seen < STEPS[undisturbed.kind]
    # What a kill in the middle of a write leaves: half a checkpoint and torn lines.
    half = run.path / "checkpoints" / f"checkpoint-{last + 1}"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")
    for name in ("events.jsonl", "batches.jsonl"):
        with (run.path / name).open("a") as file:
            file.write('{"attempt":1,"st')
    assert run.run_here() == 0
    assert run.events("start")[-1]["resumeFrom"] == last
    assert not half.exists()
    check_equal_to(run, undisturbed)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_signals_ask_for_a_stop_and_a_second_one_changes_nothing(tmp_path, number):
    from sq_train.cancel import CancelSwitch

    handlers = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        switch = CancelSwitch(tmp_path)
        switch.listen()
        assert not switch.is_asked()
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        assert switch.is_asked()
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)


def test_a_cancel_before_the_first_step_ends_with_143_and_nothing_trained(make_run):
    run = make_run()
    (run.path / "control" / "cancel").write_text("")
    assert run.run_here() == 143
    assert run.events("cancelled")[0]["step"] == 0 and not (run.path / "batches.jsonl").exists()


@pytest.fixture
def half_done(make_run):
    """A run with checkpoints at 10 and 20, its end taken away."""
    run = make_run()
    assert run.run_here() == 0
    return run


def test_only_the_newest_checkpoints_are_kept(make_run):
    run = make_run(checkpointEverySteps=3, maxSteps=11, keepCheckpoints=2)
    assert run.run_here() == 0
    assert [checkpoint.step for checkpoint in list_complete(run.path / "checkpoints")] == [11, 9]
    assert len(list((run.path / "checkpoints").iterdir())) == 2


def test_a_changed_configuration_is_refused_and_the_change_is_named(half_done):
    half_done.write_config({**half_done.config, "seed": 5})
    assert half_done.run_here() == 2
    error = half_done.events("error")[-1]
    assert error["class"] == "config" and "seed: 0 -> 5" in error["message"]


def test_changed_data_are_refused(half_done):
    other = RunFolder(half_done.path.parent / "other", make_rows(160, seed=8))
    (half_done.path / "data" / "train.jsonl").write_bytes((other.path / "data" / "train.jsonl").read_bytes())
    half_done.write_config(other.config)
    assert half_done.run_here() == 2
    assert "data.sha256" in half_done.events("error")[-1]["message"]


def test_allow_drift_lets_a_changed_configuration_go_on(half_done):
    half_done.write_config({**half_done.config, "gradientClip": 0.5, "allowDrift": True})
    assert half_done.run_here() == 0
    assert half_done.events("start")[-1]["resumeFrom"] == 20


def test_what_does_not_change_the_weights_may_change(half_done):
    half_done.write_config({**half_done.config, "logEverySteps": 2, "keepCheckpoints": 5, "checkpointEverySteps": 7})
    assert half_done.run_here() == 0


def test_a_spoiled_checkpoint_is_passed_over_for_the_one_before(half_done):
    newest, before = list_complete(half_done.path / "checkpoints")[:2]
    (newest.path / "model.safetensors").write_bytes(b"spoiled")
    assert half_done.run_here() == 0
    assert half_done.events("start")[-1]["resumeFrom"] == before.step
    assert half_done.events("warning")[-1]["code"] == "spoiled-checkpoint"
    assert list_complete(half_done.path / "checkpoints")[0].step == newest.step


def test_a_run_killed_after_its_last_step_only_exports(half_done):
    import shutil

    before = load_file(half_done.path / "out" / "model.safetensors")
    shutil.rmtree(half_done.path / "out")
    batches = len(half_done.read_lines("batches.jsonl"))
    assert half_done.run_here() == 0
    after = load_file(half_done.path / "out" / "model.safetensors")
    assert len(half_done.read_lines("batches.jsonl")) == batches
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_cancel_before_a_resumed_training_begins_tells_the_step_of_the_newest_checkpoint(make_run):
    run = make_run(maxSteps=10, checkpointEverySteps=5)
    assert run.run_here() == 0
    # As a kill between the last checkpoint and the export leaves it.
    shutil.rmtree(run.path / "out")
    (run.path / "control" / "cancel").write_text("")
    assert run.run_here() == 143
    assert [event["step"] for event in run.events("cancelled")] == [10]
    assert {event["run"] for event in run.events()} == {"test-run"}
