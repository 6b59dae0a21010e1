from __future__ import annotations

import json
import math

import pytest
import torch

from conftest import make_rows
from sq_train.checkpoints import list_complete
from sq_train.gguf_read import load_gguf_as_llama


def average_loss(model, tokenizer, rows):
    """The mean loss of the trained tokens of chat rows."""
    from sq_train.rows import parse_row
    from sq_train.tokenise import tokenise_rows

    data = tokenise_rows([parse_row(row, 1) for row in rows], tokenizer, prompt_weight=0, max_tokens=128)
    total = weight_sum = 0.0
    for start, end in zip(data.starts[:-1], data.starts[1:]):
        ids = torch.from_numpy(data.ids[start:end]).long()
        weights = torch.from_numpy(data.weights[start + 1 : end])
        with torch.no_grad():
            logits = model(ids[None, :-1]).logits[0]
        total += float((torch.nn.functional.cross_entropy(logits, ids[1:], reduction="none") * weights).sum())
        weight_sum += float(weights.sum())
    return total / weight_sum


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """One finished run that several tests look at."""
    from conftest import RunFolder

    run = RunFolder(tmp_path_factory.mktemp("trained") / "run", make_rows(240))
    assert run.run_here() == 0
    return run


def test_a_few_steps_bring_the_loss_under_that_of_the_untrained_model(trained):
    from sq_train.config import read_config
    from sq_train.model import create_model

    config, _ = read_config(trained.path)
    model, tokenizer = load_gguf_as_llama(trained.path / "out" / "model.gguf")
    untrained = create_model(config.model, tokenizer, config.seed)
    unseen = [row for row in make_rows(60, seed=9) if "reply" in row]
    before, after = average_loss(untrained, tokenizer, unseen), average_loss(model, tokenizer, unseen)
    # An untrained model knows nothing: about ln(entries), a little more as tied embeddings favour the last token again.
    assert 0.95 * math.log(len(tokenizer)) < before < 1.3 * math.log(len(tokenizer))
    assert after < 0.6 * before
    losses = [event["loss"] for event in trained.events("log")]
    assert losses[-1] < 0.6 * losses[0]


def test_the_events_tell_the_run_in_order(trained):
    events = trained.events()
    kinds = [event["t"] for event in events if event["t"] != "heartbeat"]
    assert kinds[:5] == ["hello", "config", "tokenizer", "data", "start"] and kinds[-1] == "done"
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert {event["attempt"] for event in events} == {1} and {event["v"] for event in events} == {1}
    assert trained.events("start")[0]["totalSteps"] == 30
    assert trained.events("log")[-1]["step"] == trained.events("done")[0]["step"] == 30
    assert trained.events("log")[-1]["tokens"] == trained.events("data")[0]["tokens"]
    assert trained.events("data")[0]["maskSelfTest"][0]["trainedText"].endswith("<|im_end|>")


def test_every_row_is_trained_exactly_once_in_an_epoch(trained):
    batches = trained.read_lines("batches.jsonl")
    assert [batch["step"] for batch in batches] == list(range(1, 31))
    assert sorted(row for batch in batches for row in batch["rows"]) == list(range(240))


def test_the_folder_and_the_gguf_hold_the_same_model(trained):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    out = trained.path / "out"
    folder = AutoModelForCausalLM.from_pretrained(out, local_files_only=True)
    loaded, _ = load_gguf_as_llama(out / "model.gguf")
    for name, weight in loaded.state_dict().items():
        assert torch.equal(weight, folder.state_dict()[name].float()), name
    tokenizer = AutoTokenizer.from_pretrained(out, local_files_only=True)
    chat = tokenizer.apply_chat_template([{"role": "user", "content": "2+2?"}], tokenize=False, add_generation_prompt=True)
    assert chat == "<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n"


def test_the_metrics_say_what_the_model_was_made_with(trained):
    metrics = json.loads((trained.path / "out" / "metrics.json").read_text())
    assert metrics["dataSha256"] == trained.config["data"]["sha256"]
    assert metrics["configHash"] == trained.events("config")[0]["hash"]
    assert metrics["versions"]["torch"] == torch.__version__ and metrics["threads"] == 1 and metrics["steps"] == 30


def test_an_f16_export_rounds_the_folder_too(make_run):
    from transformers import AutoModelForCausalLM

    run = make_run(maxSteps=2, export={"gguf": "f16", "name": "x", "license": "MIT", "description": ""})
    assert run.run_here() == 0
    folder = AutoModelForCausalLM.from_pretrained(run.path / "out", local_files_only=True, dtype=torch.float32)
    loaded, _ = load_gguf_as_llama(run.path / "out" / "model.gguf")
    assert all(torch.equal(weight, folder.state_dict()[name]) for name, weight in loaded.state_dict().items())


def test_without_an_export_there_is_no_gguf(make_run):
    run = make_run(maxSteps=1, export=None)
    assert run.run_here() == 0
    assert (run.path / "out" / "model.safetensors").exists() and not (run.path / "out" / "model.gguf").exists()


def test_max_steps_cuts_the_run_short(make_run):
    run = make_run(maxSteps=3)
    assert run.run_here() == 0
    assert run.events("done")[0]["step"] == 3 and len(run.read_lines("batches.jsonl")) == 3


def test_two_epochs_see_each_row_twice_in_another_order(make_run):
    run = make_run(rows=make_rows(20), epochs=2)
    assert run.run_here() == 0
    rows = [batch["rows"] for batch in run.read_lines("batches.jsonl")]
    assert sorted(sum(rows, [])) == sorted([*range(20), *range(20)])
    assert rows[:3] != rows[3:]


def test_accumulated_small_batches_train_like_one_large_batch(make_run):
    # One window of equal rows: both runs see the same 8 rows in a step, as 8 or as 2 x 4.
    rows = [row for row in make_rows(16) if "reply" in row]
    large = make_run("large", rows=rows, maxSteps=1, batchSize=8)
    small = make_run("small", rows=rows, maxSteps=1, batchSize=4, gradientAccumulation=2)
    assert large.run_here() == 0 and small.run_here() == 0
    assert sorted(large.read_lines("batches.jsonl")[0]["rows"]) == sorted(small.read_lines("batches.jsonl")[0]["rows"])
    assert large.events("log")[0]["loss"] == pytest.approx(small.events("log")[0]["loss"], rel=1e-5)
    assert large.events("log")[0]["gradNorm"] == pytest.approx(small.events("log")[0]["gradNorm"], rel=1e-4)


def test_muon_trains_and_its_state_survives_a_checkpoint(make_run):
    muon = {"kind": "muon", "learningRate": 0.01, "weightDecay": 0.01, "beta2": 0.98}
    whole = make_run("whole", optimizer=muon, maxSteps=20, checkpointEverySteps=10)
    assert whole.run_here() == 0
    losses = [event["loss"] for event in whole.events("log")]
    assert losses[-1] < 0.8 * losses[0]
    final = load_gguf_as_llama(whole.path / "out" / "model.gguf")[0].state_dict()
    # The same folder goes back to its first checkpoint and does the second half again.
    newest = list_complete(whole.path / "checkpoints")[0]
    (newest.path / "COMPLETE.json").unlink()
    assert whole.run_here() == 0
    assert whole.events("start")[-1]["resumeFrom"] == 10
    again = load_gguf_as_llama(whole.path / "out" / "model.gguf")[0].state_dict()
    assert all(torch.equal(final[name], again[name]) for name in final)


def test_a_model_can_be_trained_further_from_a_gguf(trained, make_run):
    gguf = str(trained.path / "out" / "model.gguf")
    load = {"kind": "load", "path": gguf}
    run = make_run(rows=make_rows(80, seed=4), model=load, tokenizer=load, maxSteps=4, logEverySteps=1)
    assert run.run_here() == 0
    assert run.events("log")[0]["loss"] < 0.6 * trained.events("log")[0]["loss"]


def test_a_learning_rate_that_explodes_is_an_error_of_class_nan(make_run):
    optimizer = {"kind": "adamw", "learningRate": 1e30, "weightDecay": 0, "beta2": 0.98}
    run = make_run(optimizer=optimizer, schedule={"kind": "constant", "warmupSteps": 0, "finalShare": 1})
    assert run.run_here() == 1
    error = run.events("error")[0]
    assert error["class"] == "nan" and error["retryable"] is False and "learningRate" in error["message"]


def test_changed_data_is_an_error_of_class_data(make_run):
    run = make_run()
    (run.path / "data" / "train.jsonl").write_text('{"id": "a", "prompt": "b", "reply": "c"}\n')
    assert run.run_here() == 1
    assert run.events("error")[0]["class"] == "data"


def test_a_broken_row_is_an_error_of_class_data(make_run):
    run = make_run(rows=[*make_rows(8), {"id": "x", "query": "?"}])
    assert run.run_here() == 1
    assert run.events("error")[0]["class"] == "data" and "Row 9" in run.events("error")[0]["message"]


def test_a_wrong_configuration_is_refused_with_exit_code_2(make_run):
    run = make_run()
    run.write_config({**run.config, "colour": "red"})
    assert run.run_here() == 2
    error = run.events("error")[0]
    assert error["class"] == "config" and "colour" in error["message"]
    assert [event["t"] for event in run.events()] == ["hello", "error"]


def test_no_configuration_at_all_is_refused_with_exit_code_2(make_run):
    run = make_run()
    (run.path / "train.json").unlink()
    assert run.run_here() == 2
    assert run.events("error")[0]["class"] == "config"
