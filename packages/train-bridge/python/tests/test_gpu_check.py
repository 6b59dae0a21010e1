"""scripts/gpu-check, tried on the CPU: a machine with a GPU runs the same stages."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import torch
from conftest import PACKAGE

SCRIPT = PACKAGE.parent / "scripts" / "gpu-check"


# As on a cluster whose proxy reaches nothing of this machine.
BEHIND_PROXY = {**os.environ, "http_proxy": "http://127.0.0.1:9", "no_proxy": ""}


def run_script(*options: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, str(SCRIPT), *options], env=BEHIND_PROXY, capture_output=True, text=True, timeout=280)


def test_every_stage_runs_and_its_figures_are_written(tmp_path):
    out = tmp_path / "figures.json"
    ended = run_script("--size", "tiny", "--device", "cpu", "--out", str(out))
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(out.read_text())
    assert figures["failure"] is None and figures["versions"]["torch"] == torch.__version__
    assert figures["sft"]["steps"] == 500 and figures["dpo"]["steps"] == 40
    assert figures["sft"]["lastLoss"] < 0.5 * figures["sft"]["firstLoss"]
    assert figures["dpo"]["metrics"]["rewards/accuracies"] > 0.6
    assert figures["generation"]["replies"] == 64 and figures["generation"]["completionTokensPerSecond"] > 0


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_without_a_gpu_it_says_so_and_what_to_do(tmp_path):
    ended = run_script("--out", str(tmp_path / "figures.json"))
    assert ended.returncode == 2
    assert "sees no GPU" in ended.stderr and "--device cpu" in ended.stderr


def test_what_did_not_end_in_time_is_a_failure_and_the_figures_so_far_are_written(tmp_path):
    out = tmp_path / "figures.json"
    ended = run_script("--size", "tiny", "--device", "cpu", "--minutes", "0.02", "--out", str(out))
    assert ended.returncode == 1 and "did not end within the time" in ended.stderr
    assert "did not end" in json.loads(out.read_text())["failure"]
