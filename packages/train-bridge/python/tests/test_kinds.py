"""What holds for every kind of training: it learns, however it is split and computed, and what is held out stays out."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file

from conftest import make_rows
from preference_rows import make_bare_pairs, make_pairs, make_scored

KINDS = {
    "sft": (make_rows, {}),
    "packed": (make_rows, {"packing": True, "batchSize": 4}),
    "dpo": (make_pairs, {"kind": "dpo", "promptWeight": None, "dpo": {"beta": 0.1, "loss": "sigmoid", "sftWeight": 0.5}}),
    "reward": (make_pairs, {"kind": "reward", "promptWeight": None, "export": None, "reward": {"centerWeight": 0.01}}),
    "regression": (make_scored, {"kind": "regression", "promptWeight": None, "export": None, "regression": {"loss": "mse"}}),
}


@pytest.fixture(params=list(KINDS))
def start(request, make_run):
    """Gives start(name, count of rows, **changes), which runs a training of one kind to its end."""
    make, settings = KINDS[request.param]

    def run_to_end(name, count=60, **changes):
        run = make_run(name, rows=make(count), **{**settings, **changes})
        assert run.run_here() == 0, (run.path / "events.jsonl").read_text()[-2000:]
        return run

    run_to_end.kind = request.param
    return run_to_end


def read_weights(run):
    return load_file(run.path / "out" / "model.safetensors")


def list_metrics(run, kind, name):
    return [event["metrics"][name] for event in run.events(kind)]


def test_rows_that_are_held_out_are_not_trained_and_are_measured(start):
    run = start("run", 80, evaluation={"rows": 12, "everySteps": 4}, epochs=2)
    trained = {row for batch in run.read_lines("batches.jsonl") for row in batch["rows"]}
    assert len(trained) == 68 and trained < set(range(80))
    steps = run.events("done")[0]["step"]
    assert [event["step"] for event in run.events("eval")] == sorted({*range(4, steps + 1, 4), steps})
    losses = list_metrics(run, "eval", "loss")
    assert losses[-1] < losses[0]


def test_micro_batches_give_the_same_weights(start):
    # Steps with a short last batch, and a part size that does not divide it.
    settings = {"maxSteps": 5, "evaluation": {"rows": 7, "everySteps": 5}, "logEverySteps": 1}
    whole, split = start("whole", 41, **settings), start("split", 41, microBatchSize=3, **settings)
    for name, weight in read_weights(whole).items():
        assert torch.allclose(read_weights(split)[name], weight, rtol=1e-5, atol=1e-5), name
    for ours, theirs in zip(split.events("log"), whole.events("log"), strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=1e-5)
    ours, theirs = split.events("eval")[0]["metrics"], whole.events("eval")[0]["metrics"]
    for name in {"loss", "rewards/margins", "accuracy", "mae"} & set(theirs):
        assert ours[name] == pytest.approx(theirs[name], rel=1e-3), name


def test_activations_that_are_computed_again_give_the_same_weights(start, monkeypatch):
    from transformers.models.llama.modeling_llama import LlamaMLP

    computed = []
    forward = LlamaMLP.forward
    monkeypatch.setattr(LlamaMLP, "forward", lambda self, hidden: (computed.append(torch.is_grad_enabled()), forward(self, hidden))[1])
    plain = start("plain", maxSteps=3)
    assert computed.count(True) == 2 * 3
    computed.clear()
    again = start("again", maxSteps=3, activationCheckpointing=True)
    assert computed.count(True) == 2 * 2 * 3
    for name, weight in read_weights(plain).items():
        assert torch.allclose(read_weights(again)[name], weight, atol=1e-6), name


def test_bfloat16_computes_in_half_precision_and_keeps_the_weights_in_full(start, monkeypatch):
    seen = set()
    linear = torch.nn.functional.linear

    def watch(*arguments):
        result = linear(*arguments)
        seen.add(result.dtype)
        return result

    monkeypatch.setattr(torch.nn.functional, "linear", watch)
    full = start("full", maxSteps=4)
    assert seen == {torch.float32}
    seen.clear()
    half = start("half", maxSteps=4, precision="bfloat16", evaluation={"rows": 5, "everySteps": 2})
    assert torch.bfloat16 in seen
    assert {weight.dtype for weight in read_weights(half).values()} == {torch.float32}
    assert not all(torch.equal(read_weights(full)[name], weight) for name, weight in read_weights(half).items())


def test_the_loss_falls_against_that_of_a_run_that_learns_nothing(start):
    """The base is the same rows in the same order with a learning rate of almost 0."""
    schedule = {"kind": "constant", "warmupSteps": 0, "finalShare": 1}
    still = {"kind": "adamw", "learningRate": 1e-12, "weightDecay": 0, "beta2": 0.98}
    base = start("base", 160, optimizer=still, schedule=schedule, logEverySteps=1)
    run = start("run", 160, logEverySteps=1)
    assert run.events("log")[0]["loss"] == pytest.approx(base.events("log")[0]["loss"], rel=1e-6)
    last = [sum(event["loss"] for event in one.events("log")[-5:]) / 5 for one in (run, base)]
    assert last[0] < 0.8 * last[1]
    if start.kind == "dpo":
        margins = [list_metrics(one, "log", "rewards/margins") for one in (run, base)]
        assert margins[1] == pytest.approx([0] * len(margins[1]), abs=1e-4) and margins[0][-1] > 1
        assert list_metrics(run, "log", "rewards/accuracies")[-1] == 1
        assert {"rewards/chosen", "rewards/rejected", "logps/chosen", "logps/rejected"} <= set(run.events("log")[0]["metrics"])
    if start.kind == "reward":
        accuracies = [sum(list_metrics(one, "log", "accuracy")[-5:]) / 5 for one in (run, base)]
        assert accuracies[0] == 1 and accuracies[1] < 1
        assert list_metrics(run, "log", "margin")[-1] > list_metrics(base, "log", "margin")[-1] + 1
    if start.kind == "regression":
        assert list_metrics(run, "log", "mae")[-1] < 0.6 * list_metrics(base, "log", "mae")[-1]


@pytest.mark.parametrize("kind", ["dpo", "reward"])
def test_pairs_of_questions_stand_behind_the_bare_prefix(make_run, kind):
    _, settings = KINDS[kind]
    run = make_run(rows=make_bare_pairs(24), template={"kind": "question"}, maxSteps=2, **settings)
    assert run.run_here() == 0
    shown = run.events("data")[0]["maskSelfTest"][:2]
    assert [text["part"] for text in shown] == ["chosen", "rejected"]
    assert all(text["text"].startswith("<|im_start|>user\n") and text["text"].endswith(".<|im_end|>") or "?" in text["text"] for text in shown)
    assert (run.path / "out" / "prefix.json").exists()


@pytest.mark.parametrize("kind", ["dpo", "reward", "regression"])
def test_rows_that_are_too_long_are_dropped_and_counted(make_run, kind):
    make, settings = KINDS[kind]
    rows = make(10)
    rows[3] = {**rows[3], ("chosen" if "chosen" in rows[3] else "prompt"): "many pens " * 60}
    rows[5] = {**rows[5], ("rejected" if "rejected" in rows[5] else "prompt"): "many pens " * 60}
    run = make_run(rows=rows, maxSteps=1, **settings)
    assert run.run_here() == 0
    assert run.events("data")[0]["dropped"] == {"tooLong": 2, "empty": 0, "fullyMasked": 0}
    assert run.events("data")[0]["rows"] == 8
