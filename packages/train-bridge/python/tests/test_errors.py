"""What goes wrong around a training: memory, disk, packages. Each is a real fault, its event says its class, and nothing is lost."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from conftest import PACKAGE, make_rows
from preference_rows import make_pairs
from sq_train.checkpoints import list_complete
from sq_train.errors import DataError, classify_error
from sq_train.events import EventWriter
from sq_train.job import JobTrainer
from sq_train.provenance import check_versions, list_versions
from sq_train.rows import hash_file, parse_row, read_rows
from test_kinds import KINDS


@contextlib.contextmanager
def limit(which, size):
    """Lowers a limit of this process for a while."""
    soft, hard = resource.getrlimit(which)
    resource.setrlimit(which, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(which, (soft, hard))


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (MemoryError(), "oom"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."), "oom"),
        (RuntimeError("CUDA error: out of memory"), "oom"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), "oom"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."), "oom"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."), "oom"),
        (RuntimeError("std::bad_alloc"), "oom"),
        (SafetensorError("Error while serializing: I/O error: Cannot allocate memory (os error 12)"), "oom"),
        (SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"), "io"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "oom"),
        (RuntimeError("shapes cannot be multiplied"), "internal"),
        (ModuleNotFoundError("No module named 'torch'"), "environment"),
        (OSError(errno.ENOSPC, "No space left on device"), "io"),
        (RuntimeError("PytorchStreamWriter failed writing file data/3: file write failed"), "io"),
    ],
)
def test_errors_are_classed_by_what_they_are(error, name):
    assert classify_error(error) == name


def test_too_little_memory_is_an_error_of_class_oom_that_a_smaller_micro_batch_cures(make_run):
    rows = [{"id": str(at), "prompt": "a", "reply": "many pens " * 200} for at in range(32)]
    # 13,000 tokens with 4,096 numbers each: a gigabyte and more in all, and little of two rows.
    model = {"kind": "new", "hiddenSize": 32, "layers": 1, "heads": 1, "feedForwardSize": 4096, "contextLength": 2048}
    run = make_run(rows=rows, model=model, maxTokens=2048, batchSize=32, maxSteps=1, export=None)
    # So that what is imported and made on the way is there, and only the batch is too large.
    assert make_run("before", rows=make_rows(8), maxSteps=1, export=None).run_here() == 0
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    with limit(resource.RLIMIT_AS, used + 400 * 2**20):
        assert run.run_here() == 1
        error = run.events("error")[0]
        assert error["class"] == "oom" and error["retryable"] is True and "allocate" in error["trace"]
        # What the TypeScript side does then: the same folder, with parts of half the size or less.
        run.write_config({**run.config, "microBatchSize": 2})
        assert run.run_here() == 0
    assert run.events("done")[0]["step"] == 1


@pytest.mark.parametrize(
    ("broken", "spoil", "words"),
    [
        ("model", lambda folder: shutil.rmtree(folder), "is missing. Correct model.path"),
        ("model", lambda folder: (folder / "model.safetensors").unlink(), "no file named model.safetensors"),
        ("model", lambda folder: os.truncate(folder / "model.safetensors", 4000), "cannot be loaded: .*SafetensorError"),
        ("model", lambda folder: (folder / "config.json").write_text('{"model_type": "nosuch"}'), "cannot be loaded: .*nosuch"),
        ("tokenizer", lambda folder: (folder / "tokenizer.json").write_text("{"), "cannot be loaded: .*JSONDecodeError"),
        ("tokenizer", lambda folder: (folder / "tokenizer.json").unlink(), "cannot be loaded"),
    ],
)
def test_a_folder_that_cannot_be_loaded_is_refused_once_and_for_all(make_run, tiny, tmp_path, broken, spoil, words):
    for part in ("model", "tokenizer"):
        tiny[1].save_pretrained(tmp_path / part)
        tiny[0].save_pretrained(tmp_path / part)
    spoil(tmp_path / broken)
    folders = {part: {"kind": "load", "path": str(tmp_path / part)} for part in ("model", "tokenizer")}
    run = make_run(rows=make_rows(8), export=None, **folders)
    assert run.run_here() == 2
    error = run.events("error")[0]
    assert error["class"] == "config" and error["retryable"] is False and re.search(f"The {broken} .*{words}", error["message"], re.DOTALL)


def test_weights_that_are_no_numbers_never_take_the_place_of_a_good_checkpoint(make_run, monkeypatch):
    # On a GPU the loss is looked at when it is logged, and many checkpoints may come before that.
    monkeypatch.setattr(JobTrainer, "check_loss", lambda self, loss: loss)
    optimizer = {"kind": "adamw", "learningRate": 1e30, "weightDecay": 0, "beta2": 0.98}
    run = make_run(optimizer=optimizer, checkpointEverySteps=1, keepCheckpoints=2, logEverySteps=100)
    assert run.run_here() == 1
    assert run.events("error")[0]["class"] == "nan" and "no checkpoint of them is written" in run.events("error")[0]["message"]
    kept = list_complete(run.path / "checkpoints")
    assert kept and all(weight.isfinite().all() for one in kept for weight in load_file(one.path / "model.safetensors").values())


@pytest.mark.parametrize("text", ['{"id": "b", "prompt": "\\ud800", "reply": "r"}', '{"id": "b\xff", "prompt": "p", "reply": "r"}'])
def test_a_row_that_is_no_text_is_named_by_its_line(tmp_path, text):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"id": "a", "prompt": "\\ud83d\\ude00", "reply": "r"}\n' + text.encode("latin-1") + b"\n")
    with pytest.raises(DataError, match="Row 2 of 'rows.jsonl' is not JSON in UTF-8"):
        read_rows(path, sha256=hash_file(path), rows=2)


@pytest.mark.parametrize("target", [1e300, 10**400, float("nan"), float("-inf")])
def test_a_target_whose_loss_would_be_no_number_is_named_by_its_line(target):
    with pytest.raises(DataError, match="Row 7 .*`target` must be a number below"):
        parse_row({"id": "a", "prompt": "p", "target": target}, 7, "regression")


def test_an_event_that_quotes_half_of_a_surrogate_pair_is_written(make_run):
    run = make_run()
    events = EventWriter(run.path / "events.jsonl", run="test-run")
    events.warn("some", "a \ud800 b")
    events.close()
    assert run.events("warning")[0]["message"] == "a \ud800 b"


@pytest.fixture
def half_done(make_run):
    """A DPO run whose last checkpoint and export are taken away again, and the weights that it ended with."""
    run = make_run(rows=make_pairs(80), maxSteps=8, checkpointEverySteps=4, **KINDS["dpo"][1])
    assert run.run_here() == 0
    weights = load_file(run.path / "out" / "model.safetensors")
    shutil.rmtree(run.path / "out")
    shutil.rmtree(list_complete(run.path / "checkpoints")[0].path)
    return run, weights


def check_resumes(run, weights):
    assert run.run_here() == 0 and run.events("start")[-1]["resumeFrom"] == 4
    again = load_file(run.path / "out" / "model.safetensors")
    assert all(torch.equal(again[name], weight) for name, weight in weights.items())


def check_told(run, path):
    error = run.events("error")[-1]
    assert error["class"] == "io" and error["retryable"] is True
    assert "The disk is full" in error["message"] and str(path) in error["message"]
    assert [checkpoint.step for checkpoint in list_complete(run.path / "checkpoints")] == [4]
    assert sorted(path.name for path in (run.path / "checkpoints").iterdir()) == ["checkpoint-4"]


def test_a_checkpoint_that_does_not_fit_on_the_disk_loses_nothing(half_done):
    run, weights = half_done
    with limit(resource.RLIMIT_FSIZE, 60_000):
        assert run.run_here() == 1
    check_told(run, run.path / "checkpoints" / "checkpoint-8")
    check_resumes(run, weights)


def test_an_export_that_does_not_fit_on_the_disk_is_done_again_from_the_last_checkpoint(make_run):
    run = make_run(maxSteps=4, checkpointEverySteps=4)
    assert run.run_here() == 0
    shutil.rmtree(run.path / "out")
    with limit(resource.RLIMIT_FSIZE, 60_000):
        assert run.run_here() == 1
    error = run.events("error")[-1]
    assert error["class"] == "io" and "only the export" in error["message"] and not (run.path / "out.part").exists()
    assert run.run_here() == 0 and (run.path / "out" / "model.gguf").exists()


def test_a_full_disk_under_the_run_folder_loses_nothing(half_done, tmp_path):
    run, weights = half_done
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        shutil.copytree(run.path, disk / "run")
        small = type(run).__new__(type(run))
        small.path, small.config = disk / "run", run.config
        (disk / "filler").write_bytes(b"")
        with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))
        # Not a byte is left: not even the event can be written, and yet the attempt ends by itself.
        assert small.run_here() == 1
        with (disk / "filler").open("r+b") as filler:
            filler.truncate((disk / "filler").stat().st_size - 96 * 1024)
        assert small.run_here() == 1
        check_told(small, disk / "run" / "checkpoints" / "checkpoint-8")
        (disk / "filler").unlink()
        check_resumes(small, weights)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def start_with(run, *arguments, path=""):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [path, str(PACKAGE)]))}
    return subprocess.run([sys.executable, *arguments, "-m", "sq_train", str(run.path)], env=environment, capture_output=True, timeout=120).returncode


def test_a_python_without_the_packages_is_told_what_to_install(make_run):
    run = make_run()
    assert start_with(run, "-S") == 1
    error = run.events("error")[0]
    assert error["class"] == "environment" and error["retryable"] is False
    assert "lacks torch, trl" in error["message"] and "pip install torch==" in error["message"]


def test_an_old_torch_is_refused(make_run, tmp_path):
    # What pip leaves of a package says its version; the first on the path counts.
    described = tmp_path / "site" / "torch-2.4.1.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.4.1\n")
    run = make_run()
    assert start_with(run, path=str(tmp_path / "site")) == 1
    assert run.events("error")[0]["class"] == "environment" and "has torch 2.4.1" in run.events("error")[0]["message"]


def test_another_release_than_the_tried_one_is_a_warning(make_run):
    run = make_run()
    events = EventWriter(run.path / "events.jsonl", run="test-run")
    check_versions(list_versions(), events)
    assert run.events("warning") == []
    check_versions({**list_versions(), "torch": "2.99.0+cu140"}, events)
    events.close()
    assert [event["code"] for event in run.events("warning")] == ["untried-version"]
