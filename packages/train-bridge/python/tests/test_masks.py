"""What each kind of training computes its loss on, read off the gradients of one real step of TRL's trainer.

The expected texts are written out here, so that a change of the template, of TRL or of transformers that trains anything else
fails, whatever our own masks say.
"""

from __future__ import annotations

import pytest

from capture import capture_trainer, read_first_step, step_once
from conftest import make_rows
from preference_rows import make_bare_pairs, make_pairs, make_scored
from test_kinds import KINDS
from test_prefix import make_questions


def open_run(make_run, monkeypatch, kind, rows, **changes):
    run = make_run(rows=rows, **{**KINDS[kind][1], "batchSize": 6, **changes})
    trainer = capture_trainer(run, monkeypatch)
    batch = read_first_step(trainer)
    _, counts = step_once(trainer, batch)
    lines = trainer._job.examples.lines[trainer._job.plan.rows_of_step(1)]
    return trainer._job.tokenizer, batch, counts, [rows[line] for line in lines]


def read_trained(tokenizer, ids, counts):
    """The tokens after the positions that count, each of which is predicted there."""
    return tokenizer.decode([token for token, count in zip(ids.tolist(), counts.tolist()) if count > 0])


def expect_sft(row):
    if "reply" in row:
        return row["reply"] + "<|im_end|>"
    if "question" in row:
        return row["question"] + "<|im_end|>"
    return "".join(part["text"] for part in row["segments"] if part["weight"] == 1) + "<|endoftext|>"


@pytest.mark.parametrize("template", [None, {"kind": "question"}, {"kind": "raw", "prefix": "Ask:\n", "end": "<|im_end|>"}])
def test_sft_trains_replies_questions_and_segments_of_weight_1(make_run, monkeypatch, template):
    rows = make_rows(30) if template is None else make_questions(30)
    tokenizer, batch, counts, trained = open_run(make_run, monkeypatch, "sft", rows, promptWeight=0, template=template)
    texts = [read_trained(tokenizer, *both) for both in zip(batch["labels"], counts)]
    assert texts == [expect_sft(row) for row in trained] and len(texts) == 6


def test_the_prompt_counts_as_soon_as_it_has_a_weight(make_run, monkeypatch):
    tokenizer, batch, counts, trained = open_run(make_run, monkeypatch, "sft", make_questions(30), promptWeight=0.01, template={"kind": "question"})
    texts = [read_trained(tokenizer, *both) for both in zip(batch["labels"], counts)]
    # All but the first token, which nothing goes before.
    assert texts == ["user\n" + expect_sft(row) for row in trained]


def test_a_pack_trains_what_its_rows_train(make_run, monkeypatch):
    tokenizer, batch, counts, trained = open_run(make_run, monkeypatch, "packed", make_rows(30), promptWeight=0)
    texts = [read_trained(tokenizer, *both) for both in zip(batch["labels"], counts)]
    assert "".join(texts) == "".join(expect_sft(row) for row in trained) and len(trained) > len(texts)


@pytest.mark.parametrize("loss", ["sigmoid", "hinge", "ipo", "robust"])
def test_dpo_compares_the_replies(make_run, monkeypatch, loss):
    dpo = {"beta": 0.1, "loss": loss}
    tokenizer, batch, counts, trained = open_run(make_run, monkeypatch, "dpo", make_pairs(30), dpo=dpo)
    texts = [read_trained(tokenizer, *both) for both in zip(batch["input_ids"][:, 1:], counts)]
    assert texts == [row[part] + "<|im_end|>" for part in ("chosen", "rejected") for row in trained]


def test_dpo_behind_a_bare_prefix_compares_the_questions(make_run, monkeypatch):
    tokenizer, batch, counts, trained = open_run(make_run, monkeypatch, "dpo", make_bare_pairs(30), template={"kind": "question"})
    texts = [read_trained(tokenizer, *both) for both in zip(batch["input_ids"][:, 1:], counts)]
    assert texts == [row[part] + "<|im_end|>" for part in ("chosen", "rejected") for row in trained]


def read_scored(tokenizer, batch, counts):
    """The text up to the one position that counts, in each text."""
    assert ((counts > 0).sum(-1) == 1).all()
    return [tokenizer.decode(ids[: int(count.argmax()) + 1]) for ids, count in zip(batch["input_ids"], counts)]


def test_a_reward_is_read_at_the_end_of_the_conversation(make_run, monkeypatch):
    tokenizer, batch, counts, trained = open_run(make_run, monkeypatch, "reward", make_pairs(30))
    assert read_scored(tokenizer, batch, counts) == [
        f"<|im_start|>user\n{row['prompt']}<|im_end|>\n<|im_start|>assistant\n{row[part]}<|im_end|>\n"
        for part in ("chosen", "rejected") for row in trained
    ]


def test_a_regression_is_read_at_the_end_of_the_question(make_run, monkeypatch):
    tokenizer, batch, counts, trained = open_run(make_run, monkeypatch, "regression", make_scored(30))
    assert read_scored(tokenizer, batch, counts) == [f"<|im_start|>user\n{row['prompt']}<|im_end|>\n" for row in trained]
    assert batch["targets"].tolist() == [row["target"] for row in trained]
