"""Weights that are split over processes train what whole ones do, are held in parts, and go on from their checkpoints."""

from __future__ import annotations

import signal
import time

import numpy as np
import pytest
from conftest import make_rows
from safetensors.numpy import load_file
from test_kinds import KINDS
from test_ranks import end, list_losses, list_rows, start_ranks

# Odd sizes: no weight has as many rows for one rank as for the other where it can be so. Of 20 rows in batches of 6 the last
# batch of an epoch has two, and a part of it none for rank 1.
SHAPE = dict(epochs=2, batchSize=6, microBatchSize=3, gradientAccumulation=1, logEverySteps=1, checkpointEverySteps=3)
# So small that every step is cut.
CLIP = {"gradientClip": 0.2}


def read_weights(run):
    return load_file(run.path / "out" / "model.safetensors")


def tell(run):
    return (run.path / "stderr.log").read_text()[-3000:]


def find_difference(one, other):
    mine, theirs = read_weights(one), read_weights(other)
    assert mine.keys() == theirs.keys()
    return max(float(np.abs(mine[name] - theirs[name]).max()) for name in mine)


@pytest.mark.parametrize("kind", ["sft", "packed", "dpo", "reward", "regression"])
def test_split_weights_train_as_whole_ones_do(make_run, kind):
    make, settings = KINDS[kind]
    settings = {**settings, **SHAPE, **CLIP, "evaluation": {"rows": 2, "everySteps": 3}, "activationCheckpointing": kind == "dpo"}
    alone, copied, split = (
        make_run(name, rows=make(20), **settings, sharding=sharding) for name, sharding in (("alone", None), ("copied", None), ("split", "full"))
    )
    assert alone.run_here() == 0
    for run in (copied, split):
        assert end(start_ranks(run, 2)) == [0, 0], tell(run)
        assert list_rows(run) == list_rows(alone)
        assert list_losses(run) == pytest.approx(list_losses(alone), abs=1e-4)
        for event in ("log", "eval"):
            assert len(run.events(event)) == len(alone.events(event)) > 0
        assert [event["gradNorm"] for event in run.events("log")] == pytest.approx([event["gradNorm"] for event in alone.events("log")], rel=1e-3)
        assert find_difference(run, alone) < 1e-4
