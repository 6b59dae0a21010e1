"""The losses of DPO against their formulas, and its reference: the model that the run began with, in every attempt."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import logsigmoid

from capture import capture_trainer, read_first_step, step_once
from preference_rows import make_pairs
from sq_train.checkpoints import list_complete
from test_kinds import KINDS

SETTINGS = KINDS["dpo"][1]
BETA = 0.3


def change_weights(model, seed=5):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape, generator=generator) * 0.02)


def sum_log_probabilities(model, batch):
    """The log-probability of each completion, and its tokens."""
    with torch.no_grad():
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits[:, :-1]
    mask = batch["completion_mask"][:, 1:]
    taken = logits.log_softmax(-1).gather(-1, batch["input_ids"][:, 1:, None]).squeeze(-1)
    return (taken * mask).sum(-1), mask.sum(-1)


@pytest.mark.parametrize(("loss", "smoothing"), [("sigmoid", 0), ("sigmoid", 0.2), ("robust", 0.2), ("hinge", 0), ("ipo", 0)])
@pytest.mark.parametrize("sft_weight", [0, 0.7])
def test_the_loss_is_that_of_the_formula(make_run, monkeypatch, loss, smoothing, sft_weight):
    dpo = {"beta": BETA, "loss": loss, "labelSmoothing": smoothing, "sftWeight": sft_weight}
    trainer = capture_trainer(make_run(rows=make_pairs(20), **{**SETTINGS, "dpo": dpo}), monkeypatch)
    change_weights(trainer.model)
    batch = read_first_step(trainer)
    found, _ = step_once(trainer, batch)

    ours, tokens = sum_log_probabilities(trainer.model, batch)
    ratio = ours - sum_log_probabilities(trainer.ref_model, batch)[0]
    chosen, rejected = ratio.chunk(2)
    margin = BETA * (chosen - rejected)
    if loss == "sigmoid":
        losses = -(1 - smoothing) * logsigmoid(margin) - smoothing * logsigmoid(-margin)
    elif loss == "robust":
        losses = (-(1 - smoothing) * logsigmoid(margin) + smoothing * logsigmoid(-margin)) / (1 - 2 * smoothing)
    elif loss == "hinge":
        losses = torch.relu(1 - margin)
    else:
        good, bad = tokens.chunk(2)
        losses = (chosen / good - rejected / bad - 1 / (2 * BETA)) ** 2
    expected = losses.mean() - sft_weight * ours.chunk(2)[0].sum() / tokens.chunk(2)[0].sum()
    assert found == pytest.approx(expected.item(), rel=1e-4)


def test_at_the_start_model_and_reference_are_the_same(make_run):
    run = make_run(rows=make_pairs(20), maxSteps=1, logEverySteps=1, **{**SETTINGS, "dpo": {"beta": 0.1, "loss": "sigmoid"}})
    assert run.run_here() == 0
    log = run.events("log")[0]
    assert log["loss"] == pytest.approx(math.log(2), abs=1e-5) and log["metrics"]["rewards/margins"] == pytest.approx(0, abs=1e-5)


def test_after_a_resume_the_reference_is_still_the_model_of_the_start(make_run, monkeypatch):
    run = make_run(rows=make_pairs(80), maxSteps=8, checkpointEverySteps=4, logEverySteps=1, **SETTINGS)
    assert run.run_here() == 0
    first = {event["step"]: event for event in run.events("log")}
    assert first[8]["metrics"]["rewards/margins"] > 0.1
    (list_complete(run.path / "checkpoints")[0].path / "COMPLETE.json").unlink()
    assert run.run_here() == 0
    assert run.events("start")[-1]["resumeFrom"] == 4
    again = {event["step"]: event for event in run.events("log") if event["attempt"] == 2}
    for step in range(5, 9):
        # Against the checkpoint of step 4 the margin would begin at 0 again.
        assert again[step]["loss"] == first[step]["loss"]
        assert again[step]["metrics"] == pytest.approx(first[step]["metrics"])


def test_a_reference_of_its_own_is_loaded(make_run, monkeypatch):
    other = make_run("other", rows=make_pairs(20), maxSteps=2, **SETTINGS)
    assert other.run_here() == 0
    out = str(other.path / "out")
    load = {"kind": "load", "path": out}
    dpo = {"beta": 0.1, "loss": "sigmoid", "reference": out}
    run = make_run(rows=make_pairs(20), tokenizer=load, **{**SETTINGS, "dpo": dpo})
    trainer = capture_trainer(run, monkeypatch)
    trained = other.events("done")[0]
    assert trained["step"] == 2 and not any(weight.requires_grad for weight in trainer.ref_model.parameters())
    from safetensors.torch import load_file

    weights = load_file(other.path / "out" / "model.safetensors")
    state = trainer.ref_model.state_dict()
    assert all(torch.equal(state[name], weight) for name, weight in weights.items())
    assert not all(torch.equal(trainer.model.state_dict()[name], weight) for name, weight in weights.items())


@pytest.mark.parametrize(
    ("dpo", "named"),
    [({"loss": "hinge", "labelSmoothing": 0.1}, "labelSmoothing"), ({"loss": "sigmoid", "reference": "nowhere"}, "dpo.reference")],
)
def test_what_cannot_be_is_refused(make_run, dpo, named):
    run = make_run(rows=make_pairs(20), **{**SETTINGS, "dpo": {"beta": 0.1, **dpo}})
    assert run.run_here() == 2
    assert named in run.events("error")[0]["message"]
