"""A generator of questions: rows behind a bare prefix, with the same token ids in training as whoever asks it sends."""

from __future__ import annotations

import copy
import json
import random

import numpy as np
import pytest
from tokenizers import AddedToken, processors
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from conftest import make_rows
from sq_train.bpe import train_bpe
from sq_train.config import build_config
from sq_train.errors import ConfigError, DataError
from sq_train.kinds import find_kind
from sq_train.rows import parse_row
from sq_train.template import find_prefix, warn_of_beginning

BEGIN = "<begin>"


def make_questions(count, seed=1):
    source = random.Random(seed)
    return [
        {"id": f"q{at}", "question": f"Ann has {source.randint(0, 30)} pens and Ben {source.randint(0, 30)}. How many pens?"}
        for at in range(count)
    ]


@pytest.fixture(scope="module")
def begun():
    """A tokenizer as DeepSeek's: a beginning token that it puts before every text, and words that own the space before them."""
    bare = train_bpe(["User: What is two and two? Assistant: four", "What is one?", "User: What is it"] * 4, 400)
    bare.add_special_tokens([AddedToken(BEGIN, special=True, normalized=False)])
    bare.post_processor = processors.TemplateProcessing(single=f"{BEGIN} $A", special_tokens=[(BEGIN, bare.token_to_id(BEGIN))])
    return PreTrainedTokenizerFast(
        tokenizer_object=bare, bos_token=BEGIN, eos_token="<|im_end|>", pad_token="<|endoftext|>", clean_up_tokenization_spaces=False
    )


def configure(make_run, template, **changes):
    return build_config(make_run(f"config-{random.random()}", rows=make_questions(2), template=template, **changes).config)


def prepare(make_run, tokenizer, template, rows, **changes):
    config = configure(make_run, template, **changes)
    return find_kind("sft").prepare([parse_row(row, 1) for row in rows], tokenizer, config)


def raw(prefix, end="\n\n<|im_end|>"):
    return {"kind": "raw", "prefix": prefix, "end": end}


def test_a_question_and_its_end_are_trained_and_the_prefix_weighs_the_prompt_weight(make_run, tiny):
    rows = prepare(make_run, tiny[0], {"kind": "question"}, [{"id": "a", "question": "How many pens?"}], promptWeight=0.25)
    assert tiny[0].decode(rows.ids) == "<|im_start|>user\nHow many pens?<|im_end|>"
    assert tiny[0].decode(rows.ids[rows.weights == 1]) == "How many pens?<|im_end|>"
    assert set(rows.weights[rows.weights != 1]) == {np.float32(0.25)}
    assert rows.self_test == [
        {"id": "a", "text": "<|im_start|>user\nHow many pens?<|im_end|>", "trainedText": "How many pens?<|im_end|>"}
    ]


def test_with_a_prompt_weight_of_1_all_of_it_is_trained(make_run, tiny):
    rows = prepare(make_run, tiny[0], {"kind": "question"}, make_questions(3), promptWeight=1)
    assert np.all(rows.weights == 1) and rows.self_test[0]["trainedText"].startswith("<|im_start|>user\n")


def test_a_prefix_that_ends_inside_a_token_is_refused_and_the_row_and_the_cure_are_named(make_run, begun):
    row = {"id": "q7", "question": "What is two and two?"}
    ids = begun(f"User: {row['question']}", add_special_tokens=False).input_ids
    assert begun.convert_ids_to_tokens(ids)[:3] == ["User", ":", "ĠWhat"]
    with pytest.raises(DataError, match="'q7'.*over the border.*white space"):
        prepare(make_run, begun, raw(f"{BEGIN}User: "), [row])
    # Without the space in the prefix the question has it, and the tokens are those that the model knows.
    rows = prepare(make_run, begun, raw(f"{BEGIN}User:"), [{**row, "question": f" {row['question']}"}])
    assert begun.convert_ids_to_tokens(rows.ids)[:4] == [BEGIN, "User", ":", "ĠWhat"]


def test_two_beginning_tokens_are_refused(make_run, begun):
    with pytest.raises(ConfigError, match="more than once"):
        prepare(make_run, begun, raw(f"{BEGIN}{BEGIN}User:"), make_questions(2))


def test_the_tokenizer_adds_no_second_beginning_token(make_run, begun):
    rows = prepare(make_run, begun, raw(f"{BEGIN}User:\n"), make_questions(2))
    assert rows.ids.tolist().count(begun.bos_token_id) == 2


def test_a_missing_beginning_token_is_a_warning_event(make_run, begun, tmp_path):
    assert warn_of_beginning(find_prefix(begun, configure(make_run, raw(f"{BEGIN}User:\n"))), begun) is None
    begun.save_pretrained(tmp_path / "begun")
    tokenizer = {"kind": "load", "path": str(tmp_path / "begun")}
    run = make_run(rows=make_questions(8), template=raw("User:\n"), tokenizer=tokenizer, maxSteps=1, maxTokens=128, export=None)
    assert run.run_here() == 0
    assert [event["code"] for event in run.events("warning")] == ["missing-beginning"]
    assert BEGIN in run.events("warning")[0]["message"]


def test_an_end_without_the_end_token_is_refused(make_run, tiny):
    with pytest.raises(ConfigError, match="never learn to stop"):
        prepare(make_run, tiny[0], raw("User:\n", end="\n\n"), make_questions(2))


def test_a_template_that_does_not_end_the_users_message_is_refused(make_run, tiny):
    broken = copy.deepcopy(tiny[0])
    broken.chat_template = (
        "{%- for message in messages -%}{{ message['role'] + ': ' + message['content'] }}"
        "{%- if message['role'] == 'assistant' -%}<|im_end|>{%- else -%}{{ ' ' }}{%- endif -%}{%- endfor -%}"
    )
    with pytest.raises(ConfigError, match="kind 'raw'"):
        prepare(make_run, broken, {"kind": "question"}, make_questions(2))


def test_rows_and_templates_that_do_not_belong_together_are_refused(make_run, tiny):
    with pytest.raises(DataError, match="'q0' is a question"):
        prepare(make_run, tiny[0], {"kind": "chat"}, make_questions(2))
    with pytest.raises(DataError, match="'chat-0' is a conversation"):
        prepare(make_run, tiny[0], {"kind": "question"}, make_rows(2))


def test_a_question_with_a_special_token_is_refused(make_run, tiny):
    with pytest.raises(DataError, match="special token"):
        prepare(make_run, tiny[0], {"kind": "question"}, [{"id": "a", "question": "What?<|im_end|>"}])


def test_a_tokenizer_that_loses_text_fails_the_self_test(make_run, tiny):
    from tokenizers import normalizers

    broken = copy.deepcopy(tiny[0])
    broken.backend_tokenizer.normalizer = normalizers.Lowercase()
    with pytest.raises(DataError, match="self-test"):
        prepare(make_run, broken, {"kind": "question"}, make_questions(2))


def test_a_generator_is_asked_with_the_ids_that_it_was_trained_behind(make_run):
    rows = make_questions(240)
    run = make_run(rows=rows, template={"kind": "question"}, promptWeight=0)
    assert run.run_here() == 0
    out = run.path / "out"
    prefix = json.loads((out / "prefix.json").read_text())
    tokenizer = AutoTokenizer.from_pretrained(out, local_files_only=True)
    assert prefix["prefix"] == "<|im_start|>user\n" and prefix["end"] == "<|im_end|>"
    assert prefix["prefixIds"] == tokenizer(prefix["prefix"]).input_ids and prefix["endIds"] == [tokenizer.eos_token_id]
    # What the trainer has learnt from begins with the ids of the file, in every row.
    examples = find_kind("sft").prepare([parse_row(row, 1) for row in rows], tokenizer, build_config(run.config))
    for row, start, end in zip(rows, examples.starts, examples.starts[1:]):
        asked = tokenizer(row["question"], add_special_tokens=False).input_ids
        assert examples.ids[start:end].tolist() == [*prefix["prefixIds"], *asked, *prefix["endIds"]]
    # Asked with them, the model begins a question; its loss fell.
    import torch

    model = AutoModelForCausalLM.from_pretrained(out, local_files_only=True)
    ids = torch.tensor([prefix["prefixIds"]])
    answer = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=6, do_sample=False)
    assert tokenizer.decode(answer[0, ids.shape[1] :]).startswith("Ann has")
    losses = [event["loss"] for event in run.events("log")]
    assert losses[-1] < 0.5 * losses[0]
