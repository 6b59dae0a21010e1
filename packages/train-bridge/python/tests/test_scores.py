"""Models that score a text: what they leave in `out/`, their head over a resume and a reload, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, LlamaForSequenceClassification

from capture import capture_trainer, read_first_step, step_once
from preference_rows import make_pairs, make_scored
from sq_train.checkpoints import list_complete
from sq_train.kinds.regression import correlate, rank
from test_kinds import KINDS

REWARD, REGRESSION = KINDS["reward"][1], KINDS["regression"][1]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A finished reward model and a finished regression."""
    from conftest import RunFolder

    folder = tmp_path_factory.mktemp("scores")
    runs = {
        "reward": RunFolder(folder / "reward", make_pairs(120), **REWARD),
        "regression": RunFolder(folder / "regression", make_scored(320), **{**REGRESSION, "epochs": 2, "evaluation": {"rows": 40, "everySteps": 100}}),
    }
    for run in runs.values():
        assert run.run_here() == 0
    return runs


def score(out, conversations):
    """As a server does it: the template around the messages, padded on the right, one number for each."""
    tokenizer = AutoTokenizer.from_pretrained(out, local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(out, local_files_only=True).eval()
    texts = [tokenizer.apply_chat_template(messages, tokenize=False) for messages in conversations]
    with torch.no_grad():
        return model(**tokenizer(texts, add_special_tokens=False, padding=True, return_tensors="pt")).logits.squeeze(-1)


def list_conversations(pairs, part):
    return [[{"role": "user", "content": row["prompt"]}, {"role": "assistant", "content": row[part]}] for row in pairs]


def test_a_reward_model_puts_unseen_better_replies_first_alone_or_in_a_batch(trained):
    out, pairs = trained["reward"].path / "out", make_pairs(20, seed=9)
    good, bad = (score(out, list_conversations(pairs, part)) for part in ("chosen", "rejected"))
    assert (good > bad).all() and (good - bad).mean() > 1
    alone = torch.cat([score(out, [conversation]) for conversation in list_conversations(pairs, "chosen")])
    assert torch.allclose(alone, good, atol=1e-5)


def test_a_regression_follows_unseen_targets_and_tells_how_well(trained):
    run = trained["regression"]
    rows = make_scored(60, seed=9)
    scores = score(run.path / "out", [[{"role": "user", "content": row["prompt"]}] for row in rows]).numpy()
    assert correlate(scores, np.array([row["target"] for row in rows])) > 0.8
    metrics = run.events("eval")[-1]["metrics"]
    assert set(metrics) == {"loss", "mae", "pearson", "spearman"}
    assert metrics["pearson"] > 0.8 and metrics["spearman"] > 0.8 and metrics["mae"] ** 2 <= metrics["loss"] * 1.0001


@pytest.mark.parametrize("kind", ["reward", "regression"])
def test_the_folder_says_what_servers_must_know(trained, kind):
    out = trained[kind].path / "out"
    config = json.loads((out / "config.json").read_text())
    assert config["architectures"] == ["LlamaForSequenceClassification"] and config["problem_type"] == "regression"
    assert config["id2label"] == {"0": "score"} and AutoConfig.from_pretrained(out, local_files_only=True).num_labels == 1
    assert config["pad_token_id"] == AutoTokenizer.from_pretrained(out, local_files_only=True).pad_token_id
    weights = load_file(out / "model.safetensors")
    assert weights["score.weight"].shape == (1, 32) and not any(name.startswith("lm_head") for name in weights)
    assert not (out / "model.gguf").exists()


def load(out):
    return {"kind": "load", "path": str(out)}


def test_a_loaded_reward_model_keeps_its_head(trained, make_run):
    out = trained["reward"].path / "out"
    run = make_run(rows=make_pairs(24, seed=4), model=load(out), tokenizer=load(out), maxSteps=1, logEverySteps=1, **REWARD)
    assert run.run_here() == 0
    log = run.events("log")[0]
    assert log["metrics"]["accuracy"] == 1 and log["loss"] < 0.5 * trained["reward"].events("log")[0]["loss"]


def test_a_head_is_put_on_a_language_model_from_the_seed(make_run):
    base = make_run("base", maxSteps=2)
    assert base.run_here() == 0
    heads = []
    for name, path in (("folder", base.path / "out"), ("gguf", base.path / "out" / "model.gguf")):
        still = {"kind": "adamw", "learningRate": 1e-20, "weightDecay": 0, "beta2": 0.98}
        run = make_run(name, rows=make_pairs(16), model=load(path), tokenizer=load(path), maxSteps=1, optimizer=still, **REWARD)
        assert run.run_here() == 0
        weights = load_file(run.path / "out" / "model.safetensors")
        theirs = load_file(base.path / "out" / "model.safetensors")
        assert all(torch.equal(weights[layer], theirs[layer]) for layer in theirs)
        heads.append(weights["score.weight"])
    assert torch.equal(heads[0], heads[1]) and 0.01 < heads[0].std() < 0.04


def test_a_run_killed_after_its_last_step_exports_the_head(trained):
    import shutil

    run = trained["reward"]
    before = load_file(run.path / "out" / "model.safetensors")
    shutil.rmtree(run.path / "out")
    assert list_complete(run.path / "checkpoints")[0].step == run.events("done")[0]["step"]
    assert run.run_here() == 0
    after = load_file(run.path / "out" / "model.safetensors")
    assert all(torch.equal(before[name], after[name]) for name in before) and set(before) == set(after)


def test_a_model_with_two_outputs_is_refused(trained, make_run, tmp_path):
    out = trained["reward"].path / "out"
    config = AutoConfig.from_pretrained(out, local_files_only=True, num_labels=2)
    LlamaForSequenceClassification(config).save_pretrained(tmp_path / "two")
    run = make_run(rows=make_pairs(8), model=load(tmp_path / "two"), tokenizer=load(out), **REWARD)
    assert run.run_here() == 2
    assert "gives 2 numbers" in run.events("error")[0]["message"]


def test_a_text_that_ends_with_the_padding_token_is_refused(trained, make_run, tmp_path):
    tokenizer = AutoTokenizer.from_pretrained(trained["reward"].path / "out", local_files_only=True)
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.chat_template = tokenizer.chat_template.replace("'<|im_end|>\\n'", "'<|im_end|>'")
    tokenizer.save_pretrained(tmp_path / "padded")
    run = make_run(rows=make_pairs(8), tokenizer=load(tmp_path / "padded"), **REWARD)
    assert run.run_here() == 2
    assert "padding token of its own" in run.events("error")[0]["message"]


def test_a_template_that_trims_messages_fails_the_self_test(trained, make_run, tmp_path):
    tokenizer = AutoTokenizer.from_pretrained(trained["reward"].path / "out", local_files_only=True)
    tokenizer.chat_template = tokenizer.chat_template.replace("message['content']", "message['content'] | trim")
    tokenizer.save_pretrained(tmp_path / "trims")
    rows = [{**row, "chosen": f" {row['chosen']} "} for row in make_pairs(8)]
    run = make_run(rows=rows, tokenizer=load(tmp_path / "trims"), **REWARD)
    assert run.run_here() == 1
    assert "self-test" in run.events("error")[0]["message"]


def test_a_gguf_of_a_model_that_scores_is_refused(make_run):
    run = make_run(rows=make_pairs(8), **{**REWARD, "export": {"gguf": "f32", "name": "x", "license": "MIT", "description": ""}})
    assert run.run_here() == 2
    assert "GGUF" in run.events("error")[0]["message"]


def test_the_loss_of_a_pair_is_that_of_the_formula(make_run, monkeypatch):
    run = make_run(rows=make_pairs(20), **{**REWARD, "reward": {"centerWeight": 3}})
    trainer = capture_trainer(run, monkeypatch)
    batch = read_first_step(trainer)
    with torch.no_grad():
        chosen, rejected = trainer.model(batch["input_ids"], batch["attention_mask"]).logits.squeeze(-1).chunk(2)
    expected = -torch.nn.functional.logsigmoid(chosen - rejected).mean() + 3 * ((chosen + rejected) ** 2).mean()
    assert step_once(trainer, batch)[0] == pytest.approx(expected.item(), rel=1e-4)


def test_muon_leaves_the_head_to_adamw(make_run):
    muon = {"kind": "muon", "learningRate": 0.005, "weightDecay": 0.01, "beta2": 0.98}
    run = make_run(rows=make_pairs(80), optimizer=muon, **REWARD)
    assert run.run_here() == 0
    assert run.events("log")[-1]["metrics"]["accuracy"] == 1


def test_huber_counts_far_misses_less_than_the_square(make_run):
    losses = []
    for loss in ("mse", "huber"):
        run = make_run(loss, rows=make_scored(16), maxSteps=1, logEverySteps=1, **{**REGRESSION, "regression": {"loss": loss}})
        assert run.run_here() == 0
        losses.append(run.events("log")[0])
    # An untrained model gives about 0, and the targets are 1 to 4: Huber's loss is the miss less a half.
    assert losses[1]["loss"] == pytest.approx(losses[1]["metrics"]["mae"] - 0.5, abs=0.05) and losses[0]["loss"] > losses[1]["loss"]


def test_ranks_share_their_mean_and_correlations_are_those_of_the_formula():
    assert rank(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [2.5, 0, 2.5, 1]
    first, second = np.random.default_rng(1).normal(size=(2, 50))
    assert correlate(first, second) == pytest.approx(np.corrcoef(first, second)[0, 1])
    assert np.isnan(correlate(first, np.ones(50)))
    assert correlate(rank(first), rank(np.exp(first))) == pytest.approx(1)
