"""Weights that are split over processes train what whole ones do, are held in parts, and go on from their checkpoints."""

from __future__ import annotations

import math
import multiprocessing
import os
import resource
import shutil
import signal
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import RunFolder, make_rows
from ports import find_port
from safetensors.numpy import load_file
from test_kinds import KINDS
from test_ranks import end, fork_ranks, list_losses, list_rows, start_ranks
from transformers import LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM

from sq_train.checkpoints import list_complete
from sq_train.config import read_config
from sq_train.config_types import OptimizerConfig
from sq_train.errors import ConfigError, WriteError, explain_write
from sq_train.optim import create_optimizer
from sq_train.ranks import Ranks
from sq_train.sharded_checkpoint import save_shards
from sq_train.sharding import clip_gradients, gather_model, load_sharded, take_local

# Of 20 rows in batches of 6 the last batch of an epoch has two, and a part of it none for rank 1.
SHAPE = dict(epochs=2, batchSize=6, microBatchSize=2, gradientAccumulation=1, logEverySteps=1, checkpointEverySteps=3)
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
        assert end(fork_ranks(run, 2)) == [0, 0], tell(run)
        assert list_rows(run) == list_rows(alone)
        assert list_losses(run) == pytest.approx(list_losses(alone), abs=1e-4)
        for event in ("log", "eval"):
            assert len(run.events(event)) == len(alone.events(event)) > 0
        assert [event["gradNorm"] for event in run.events("log")] == pytest.approx([event["gradNorm"] for event in alone.events("log")], rel=1e-3)
        assert find_difference(run, alone) < 1e-4


@pytest.mark.parametrize("kind", ["packed", "dpo"])
def test_half_precision_is_that_of_whole_weights(make_run, kind):
    make, own = KINDS[kind]
    settings = {**own, **SHAPE, **CLIP, "precision": "bfloat16", "activationCheckpointing": kind == "packed"}
    alone, split = make_run("alone", rows=make(20), **settings), make_run("split", rows=make(20), **settings, sharding="full")
    assert alone.run_here() == 0
    assert end(fork_ranks(split, 2)) == [0, 0], tell(split)
    assert list_losses(split) == pytest.approx(list_losses(alone), rel=0.02)
    # Updates are kept in float32: hardly any number is one that bfloat16 has too.
    numbers = torch.cat([torch.from_numpy(weight).reshape(-1) for weight in read_weights(split).values()])
    assert numbers.dtype == torch.float32 and (numbers != numbers.bfloat16().float()).float().mean() > 0.9


# Before its forward pass, so that the other is in the midst of gathering weights.
DIE_IN_STEP_8 = """
import os, signal
from sq_train.job import JobTrainer
go_on = JobTrainer.training_step
def training_step(self, *inputs):
    if self.state.global_step == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return go_on(self, *inputs)
JobTrainer.training_step = training_step
"""


def test_a_killed_run_goes_on_from_its_parts_to_the_same_bytes_and_so_do_other_numbers_of_processes(make_run, tmp_path):
    settings = {"rows": make_rows(20), **SHAPE, "epochs": 3, "sharding": "full"}
    undisturbed, killed = make_run("undisturbed", **settings), make_run("killed", **settings)
    # Processes of their own, as launchers start them: none may be aborted as it ends, neither by what it held nor by a peer's death.
    assert end(start_ranks(undisturbed, 2)) == [0, 0], tell(undisturbed)
    assert end(start_ranks(killed, 2, {1: DIE_IN_STEP_8})) == [1, -signal.SIGKILL], tell(killed)
    error = killed.events("error")[-1]
    assert error["class"] == "peer" and "A process that trains with this one is gone" in error["message"]

    last = list_complete(killed.path / "checkpoints")[0]
    assert last.step == 6
    parts = sorted(path.name for path in (last.path / "shards").glob("*.distcp"))
    assert parts == ["__0_0.distcp", "__1_0.distcp"]
    assert {f"shards/{part}" for part in parts} < set(last.marker["sha256"])
    one, three = (RunFolder.__new__(RunFolder) for _ in range(2))
    for run, name in ((one, "one"), (three, "three")):
        run.path = shutil.copytree(killed.path, tmp_path / name)

    assert end(fork_ranks(killed, 2)) == [0, 0], tell(killed)
    assert killed.events("start")[-1]["resumeFrom"] == last.step
    assert list_rows(killed) == list_rows(undisturbed)
    mine, theirs = ((run.path / "out" / "model.safetensors").read_bytes() for run in (killed, undisturbed))
    assert mine == theirs
    # As --export-only does it: one process reads all parts.
    shutil.rmtree(undisturbed.path / "out")
    assert undisturbed.run_here() == 0, undisturbed.events("error")
    assert (undisturbed.path / "out" / "model.safetensors").read_bytes() == theirs

    assert one.run_here() == 0, one.events("error")
    assert end(fork_ranks(three, 3)) == [0, 0, 0], tell(three)
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
    assert end(fork_ranks(run, 2)) == [2, 2]
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


def make_tiny(kind, **settings):
    config = kind.config_class(
        vocab_size=37, hidden_size=32, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=1, intermediate_size=52,
        max_position_embeddings=32, pad_token_id=0, **settings,
    )
    torch.manual_seed(5)
    return kind(config)


def compute_loss(model):
    ids = torch.arange(12).reshape(2, 6)
    return model(input_ids=ids, labels=ids).loss


def run_on_two(work, *arguments):
    """What `work(ranks, *arguments)` gives on each of two ranks."""
    context, port = multiprocessing.get_context("fork"), find_port()
    found = context.Queue()

    def run(rank):
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
        torch.set_num_threads(1)
        ranks = Ranks(rank, 2, rank)
        ranks.join("cpu")
        found.put((rank, work(ranks, *arguments)))
        ranks.leave()

    processes = [context.Process(target=run, args=(rank,)) for rank in range(2)]
    for process in processes:
        process.start()
    told = dict(found.get(timeout=200) for _ in processes)
    for process in processes:
        process.join(60)
    return told[0], told[1]


CONFIG = SimpleNamespace(
    precision="float32", sharding="full",
    optimizer=OptimizerConfig(kind="adamw", learning_rate=0.01, weight_decay=0.0, beta2=0.95, muon_learning_rate=None),
)


def measure_part(ranks, kind, settings):
    """What a rank holds of a model, and what it did to get it."""
    loads = []

    def load():
        loads.append(ranks.rank)
        return make_tiny(kind, **settings)

    model = load_sharded(load, CONFIG, torch.device("cpu"), ranks)
    optimizer = create_optimizer(model, CONFIG.optimizer)
    again = gather_model(model, ranks)
    loss = compute_loss(model)
    loss.backward()
    held = {"weights": list(model.parameters()), "gradients": [weight.grad for weight in model.parameters()]}
    norm = clip_gradients(model, 0.5)
    optimizer.step()
    held["moments"] = [value for state in optimizer.state.values() for value in (state["exp_avg"], state["exp_avg_sq"])]
    return {
        "loads": len(loads),
        "held": {name: count_allocated(tensors) for name, tensors in held.items()},
        "loss": loss.item(),
        "norm": norm.item(),
        "clipped": clip_gradients(model, math.inf).item(),
        "again": None if again is None else (type(again), same_tensors(again, make_tiny(kind, **settings))),
    }


def count_allocated(tensors):
    """Numbers of four bytes: what is kept in memory, which may be more than a tensor shows of it."""
    storages = [take_local(tensor).untyped_storage() for tensor in tensors]
    return sum({storage.data_ptr(): storage.nbytes() // 4 for storage in storages}.values())


def same_tensors(one, other):
    mine, theirs = ({**dict(model.named_parameters()), **dict(model.named_buffers())} for model in (one, other))
    return mine.keys() == theirs.keys() and all(torch.equal(mine[name], value) for name, value in theirs.items())


@pytest.mark.parametrize("kind, settings", [
    (LlamaForCausalLM, {"tie_word_embeddings": False}),
    (Qwen2ForCausalLM, {"tie_word_embeddings": True}),
    (MistralForCausalLM, {"tie_word_embeddings": False, "sliding_window": 4}),
])
def test_each_of_two_holds_half_of_everything_and_only_the_first_loads_the_model(kind, settings):
    told = run_on_two(measure_part, kind, settings)
    whole = make_tiny(kind, **settings)
    total = sum(weight.numel() for weight in whole.parameters())
    loss = compute_loss(whole)
    loss.backward()
    norm = torch.nn.utils.get_total_norm([weight.grad for weight in whole.parameters()]).item()
    assert [one["loads"] for one in told] == [1, 0]
    for one in told:
        # 37 rows of the vocabulary are 19 and 18, and the second part has room for 19.
        assert one["held"] == {name: pytest.approx(times * total / 2, rel=0.01) for name, times in (("weights", 1), ("gradients", 1), ("moments", 2))}
        assert one["loss"] == pytest.approx(loss.item(), rel=1e-5)
        # Both ranks have the same rows here, and gradients are added up.
        assert one["norm"] == pytest.approx(2 * norm, rel=1e-4)
        assert one["clipped"] == pytest.approx(0.5, rel=1e-4)
    # Put together again it is the model that was split, to the last bit and under its own name.
    assert [one["again"] for one in told] == [(kind, True), None]


def write_with_little_room(ranks, path):
    model = load_sharded(lambda: make_tiny(LlamaForCausalLM), CONFIG, torch.device("cpu"), ranks)
    optimizer = create_optimizer(model, CONFIG.optimizer)
    if not ranks.is_first:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        with explain_write(path, "The checkpoint", "The last one is kept."):
            save_shards(path, model, optimizer)
    except Exception as error:
        return type(error), str(error)
    return None


def test_all_are_told_that_a_part_could_not_be_written(tmp_path):
    for told in run_on_two(write_with_little_room, tmp_path / "checkpoint-1"):
        assert told is not None and told[0] is WriteError
        assert "The disk is full" in told[1] and "The last one is kept." in told[1]
