"""Weights that are split over processes train what whole ones do, are held in parts, and go on from their checkpoints."""

from __future__ import annotations

import copy
import multiprocessing
import os
import shutil
import signal
import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import RunFolder, make_rows
from safetensors.numpy import load_file
from test_kinds import KINDS
from test_ranks import end, find_port, list_losses, list_rows, start_ranks
from transformers import LlamaConfig, LlamaForCausalLM

from sq_train.checkpoints import list_complete
from sq_train.config import read_config
from sq_train.config_types import OptimizerConfig
from sq_train.errors import ConfigError
from sq_train.optim import create_optimizer
from sq_train.ranks import Ranks
from sq_train.sharding import gather_model, load_sharded, take_local

# Of 20 rows in batches of 6 the last batch of an epoch has two, and a part of it none for rank 1.
SHAPE = dict(epochs=2, batchSize=6, microBatchSize=3, gradientAccumulation=1, logEverySteps=1, checkpointEverySteps=3)
# So small that every step is cut.
CLIP = {"gradientClip": 0.2}
GRPO = {
    "replies": 2, "maxReplyTokens": 8, "temperature": 1.0, "topP": 1.0, "klWeight": 0.0, "clipRange": 0.2, "loss": "grpo",
    "scaleRewards": "group", "verifier": {"deadlineSeconds": 5},
}


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
    alone, split = make_run("alone", rows=make(20), **settings), make_run("split", rows=make(20), **settings, sharding="full")
    # That copies train as one does is shown of the other kinds in test_ranks.
    copies = [make_run("copies", rows=make(20), **settings)] if kind == "sft" else []
    assert alone.run_here() == 0
    for run in (*copies, split):
        assert end(start_ranks(run, 2)) == [0, 0], tell(run)
        assert list_rows(run) == list_rows(alone)
        assert list_losses(run) == pytest.approx(list_losses(alone), abs=1e-4)
        for event in ("log", "eval"):
            assert len(run.events(event)) == len(alone.events(event)) > 0
        assert [event["gradNorm"] for event in run.events("log")] == pytest.approx([event["gradNorm"] for event in alone.events("log")], rel=1e-3)
        assert find_difference(run, alone) < 1e-4


def test_half_precision_is_that_of_whole_weights(make_run):
    settings = {"rows": make_rows(20), **SHAPE, **CLIP, "precision": "bfloat16", "activationCheckpointing": True}
    alone, split = make_run("alone", **settings), make_run("split", **settings, sharding="full")
    assert alone.run_here() == 0
    assert end(start_ranks(split, 2)) == [0, 0], tell(split)
    assert list_losses(split) == pytest.approx(list_losses(alone), rel=0.02)
    # Updates are kept in float32: in bfloat16, which has three digits, they would differ by more than this.
    assert find_difference(split, alone) < 0.02
    assert all(weight.dtype == np.float32 for weight in read_weights(split).values())


def wait_for_log(run, step, processes):
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        if any(event["step"] >= step for event in run.events("log")):
            return
        assert all(process.poll() is None for process in processes), tell(run)
        time.sleep(0.02)
    pytest.fail("the worker was too slow")


def test_a_killed_run_goes_on_from_its_parts_to_the_same_bytes_and_so_do_other_numbers_of_processes(make_run, tmp_path):
    settings = {"rows": make_rows(20), **SHAPE, "epochs": 6, "sharding": "full"}
    undisturbed, killed = make_run("undisturbed", **settings), make_run("killed", **settings)
    assert end(start_ranks(undisturbed, 2)) == [0, 0], tell(undisturbed)
    ranks = start_ranks(killed, 2)
    wait_for_log(killed, 7, ranks)
    ranks[1].send_signal(signal.SIGKILL)
    assert end(ranks) == [1, -signal.SIGKILL]
    error = killed.events("error")[-1]
    assert error["class"] == "peer" and "A process that trains with this one is gone" in error["message"]

    last = list_complete(killed.path / "checkpoints")[0]
    assert 6 <= last.step < 24
    parts = sorted(path.name for path in (last.path / "shards").glob("*.distcp"))
    assert parts == ["__0_0.distcp", "__1_0.distcp"]
    assert {f"shards/{part}" for part in parts} < set(last.marker["sha256"])
    one, three = (RunFolder.__new__(RunFolder) for _ in range(2))
    for run, name in ((one, "one"), (three, "three")):
        run.path = shutil.copytree(killed.path, tmp_path / name)

    assert end(start_ranks(killed, 2)) == [0, 0], tell(killed)
    assert killed.events("start")[-1]["resumeFrom"] == last.step
    assert list_rows(killed) == list_rows(undisturbed)
    mine, theirs = ((run.path / "out" / "model.safetensors").read_bytes() for run in (killed, undisturbed))
    assert mine == theirs

    assert one.run_here() == 0, one.events("error")
    assert end(start_ranks(three, 3)) == [0, 0, 0], tell(three)
    for run in (one, three):
        assert run.events("start")[-1]["resumeFrom"] == last.step
        assert list_rows(run) == list_rows(undisturbed)
        assert list_losses(run) == pytest.approx(list_losses(undisturbed), abs=1e-4)
        assert find_difference(run, undisturbed) < 1e-4


def test_whole_weights_cannot_go_on_split(make_run):
    run = make_run(rows=make_rows(20), **SHAPE)
    assert run.run_here() == 0
    shutil.rmtree(run.path / "out")
    run.write_config({**run.config, "sharding": "full"})
    assert end(start_ranks(run, 2)) == [2, 2]
    error = run.events("error")[-1]
    assert error["class"] == "config" and "is of whole weights, and sharding is 'full' now. Set sharding to 'none'" in error["message"]


@pytest.mark.parametrize("settings, reason", [
    ({"optimizer": {"kind": "muon", "learningRate": 0.01, "weightDecay": 0, "beta2": 0.95}}, "'muon' needs each matrix whole"),
    ({"kind": "grpo", "promptWeight": None, "export": None, "grpo": GRPO}, "'grpo' trains in one process"),
])
def test_what_cannot_be_split_is_refused(make_run, settings, reason):
    run = make_run(**settings, sharding="full")
    with pytest.raises(ConfigError, match=reason):
        read_config(run.path)


def measure_part(rank, port, layers, found):
    """What a rank holds of a model, and what it did to get it."""
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    torch.set_num_threads(1)
    ranks = Ranks(rank, 2, rank)
    ranks.join("cpu")
    loads, whole = [], make_llama(layers)

    def load():
        loads.append(rank)
        return copy.deepcopy(whole)

    model = load_sharded(load, CONFIG, torch.device("cpu"), ranks)
    optimizer = create_optimizer(model, CONFIG.optimizer)
    ids = torch.arange(12).reshape(2, 6)
    before = gather_model(model, ranks)
    model(input_ids=ids, labels=ids).loss.backward()
    held = {"weights": list(model.parameters()), "gradients": [weight.grad for weight in model.parameters()]}
    optimizer.step()
    held["moments"] = [value for state in optimizer.state.values() for value in (state["exp_avg"], state["exp_avg_sq"])]
    found.put((rank, {
        "loads": len(loads),
        "held": {name: count_allocated(tensors) for name, tensors in held.items()},
        "equal": None if before is None else same_weights(before, whole),
        "class": None if before is None else type(before).__name__,
    }))
    ranks.leave()


def count_allocated(tensors):
    """Numbers of four bytes: what is kept in memory, which may be more than a tensor shows of it."""
    storages = [take_local(tensor).untyped_storage() for tensor in tensors]
    return sum({storage.data_ptr(): storage.nbytes() // 4 for storage in storages}.values())


def make_llama(layers, tied=False):
    config = LlamaConfig(
        vocab_size=37, hidden_size=32, num_hidden_layers=layers, num_attention_heads=2, num_key_value_heads=1, intermediate_size=52,
        max_position_embeddings=32, tie_word_embeddings=tied,
    )
    torch.manual_seed(5)
    return LlamaForCausalLM(config)


def same_weights(one, other):
    mine, theirs = dict(one.named_parameters()) | dict(one.named_buffers()), dict(other.named_parameters()) | dict(other.named_buffers())
    return mine.keys() == theirs.keys() and all(torch.equal(mine[name], value) for name, value in theirs.items())


CONFIG = SimpleNamespace(
    precision="float32", sharding="full",
    optimizer=OptimizerConfig(kind="adamw", learning_rate=0.01, weight_decay=0.0, beta2=0.95, muon_learning_rate=None),
)


def test_each_of_two_holds_half_of_everything_and_only_the_first_loads_the_model():
    context, port = multiprocessing.get_context("fork"), find_port()
    found = context.Queue()
    processes = [context.Process(target=measure_part, args=(rank, port, 3, found)) for rank in range(2)]
    for process in processes:
        process.start()
    told = dict(found.get(timeout=200) for _ in processes)
    for process in processes:
        process.join(60)
    total = sum(weight.numel() for weight in make_llama(3).parameters())
    assert [told[rank]["loads"] for rank in range(2)] == [1, 0]
    for name, times in (("weights", 1), ("gradients", 1), ("moments", 2)):
        for rank in range(2):
            # 37 rows of the vocabulary are padded to 38.
            assert told[rank]["held"][name] == pytest.approx(times * total / 2, rel=0.01), (rank, name)
    # Put together again it is the model that was split, to the last bit, under its own name.
    assert told[0]["equal"] is True and told[0]["class"] == "LlamaForCausalLM"
    assert told[1]["equal"] is None
