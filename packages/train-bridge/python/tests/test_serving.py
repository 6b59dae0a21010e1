"""The server: what it writes is what the model writes, whatever else it does at the same time."""

from __future__ import annotations

import inspect
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
import transformers
from conftest import PACKAGE
from serving_client import Client, serving
from transformers import LlamaForSequenceClassification

from sq_train.errors import ConfigError, DataError
from sq_train.serve import main
from sq_train.serving.checkpoint import Checkpoint, open_checkpoint
from sq_train.serving.errors import ApiError, MemoryShortError
from sq_train.serving.http_server import MOST_BODY_BYTES
from sq_train.serving.key_values import KeyValues
from sq_train.serving.reply_text import ReplyText
from sq_train.serving.sampling import Sampling, pick_tokens, score_tokens

NANO = PACKAGE.parents[1] / "models" / "embedded" / "nano-solver.gguf"
PROBLEMS = [
    "Ann has 4 pens. She buys 5 more. How many pens does Ann have now?",
    "Compute $3 + 4$.",
    "Tom has 12 apples and gives 5 to Mia. How many apples does Tom have? Then he buys 3. How many now?",
    "What is 7 times 2?",
    "Find $x$ if $x + 2 = 9$.",
]
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def nano() -> Checkpoint:
    torch.set_num_threads(1)
    return open_checkpoint(NANO, device=CPU)


@pytest.fixture(scope="module")
def client(nano):
    with serving(nano) as client:
        yield client


@pytest.fixture(scope="module")
def head(tiny) -> Checkpoint:
    """A reward model with random weights."""
    tokenizer, model = tiny
    torch.manual_seed(5)
    config = type(model.config)(**{**model.config.to_dict(), "num_labels": 1, "dtype": "float32"})
    scorer = LlamaForSequenceClassification(config).float().eval()
    torch.nn.init.normal_(scorer.score.weight, std=0.5)
    return Checkpoint("classify", scorer, tokenizer, 128, frozenset())


def chat_ids(checkpoint: Checkpoint, problem: str) -> list[int]:
    tokenizer = checkpoint.tokenizer
    text = tokenizer.apply_chat_template([{"role": "user", "content": problem}], tokenize=False, add_generation_prompt=True)
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def generate(checkpoint: Checkpoint, ids: list[int], tokens: int) -> str:
    output = checkpoint.model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)), max_new_tokens=tokens, do_sample=False)
    return checkpoint.tokenizer.decode(output[0, len(ids) :], skip_special_tokens=True)


def ask_chat(client: Client, problem: str, **body) -> list[dict]:
    return client.ask("/v1/chat/completions", model="tiny", messages=[{"role": "user", "content": problem}], **body)["choices"]


def test_greedy_replies_of_one_crowded_server_are_those_of_generate(nano, client):
    expected = [generate(nano, chat_ids(nano, problem), 120) for problem in PROBLEMS]
    # More at once than there are places, so that rows of many lengths come and go.
    with ThreadPoolExecutor(15) as pool:
        asked = list(pool.map(lambda problem: ask_chat(client, problem, temperature=0, max_tokens=120)[0], PROBLEMS * 3))
    assert [choice["message"]["content"] for choice in asked] == expected * 3
    assert {choice["finish_reason"] for choice in asked} <= {"stop", "length"}


def make_other(nano: Checkpoint, name: str, **settings) -> transformers.PreTrainedModel:
    """A small model of another kind, with random weights large enough that no two tokens are alike."""
    torch.manual_seed(0)
    shape = {"vocab_size": 1024, "hidden_size": 64, "num_attention_heads": 4, "num_hidden_layers": 3, "intermediate_size": 96, "max_position_embeddings": 256}
    config = transformers.AutoConfig.for_model(name, **{**shape, "bos_token_id": None, "eos_token_id": None, "pad_token_id": 0, **settings})
    model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    for weight in model.parameters():
        if weight.ndim >= 2:
            torch.nn.init.normal_(weight, std=0.15)
    return model


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("qwen3", {"num_key_value_heads": 2, "head_dim": 16}),
        ("mistral", {"num_key_value_heads": 2, "sliding_window": 8}),
        ("gemma2", {"num_key_value_heads": 2, "head_dim": 16, "sliding_window": 8}),
        ("gpt2", {"n_embd": 64, "n_layer": 3, "n_head": 4}),
        ("bloom", {"n_layer": 3, "n_head": 4}),
    ],
)
def test_windows_learnt_positions_and_alibi_are_batched_as_generate_runs_them_alone(nano, name, settings):
    model = make_other(nano, name, **settings)
    prompts = [[(at * 37 + length * 11) % 1000 + 3 for at in range(length)] for length in (3, 17, 30, 8, 25)]
    expected = [
        model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)), max_new_tokens=20, do_sample=False)[0, len(ids) :].tolist()
        for ids in prompts
    ]
    body = {"temperature": 0, "max_tokens": 20, "ignore_eos": True, "return_token_ids": True}
    with serving(Checkpoint("generate", model, nano.tokenizer, 256, frozenset()), max_batch=3) as client, ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda ids: client.complete(ids, **body)[0]["token_ids"], prompts))
    assert found == expected


@pytest.mark.parametrize(("name", "settings"), [("mamba", {}), ("lfm2", {"num_key_value_heads": 2, "layer_types": ["conv", "full_attention", "conv"]})])
def test_models_that_keep_another_state_are_refused(nano, tmp_path, name, settings):
    make_other(nano, name, **settings).save_pretrained(tmp_path)
    nano.tokenizer.save_pretrained(tmp_path)
    with pytest.raises(ConfigError, match="keeps a state beside keys and values"):
        open_checkpoint(tmp_path, device=CPU)


def test_a_seeded_sample_is_the_same_alone_in_a_batch_and_as_a_child_of_n(client):
    settings = {"temperature": 1, "top_p": 0.95, "max_tokens": 24}
    alone = [client.complete("Ann has", seed=40 + child, **settings)[0]["text"] for child in range(6)]
    assert len(set(alone)) > 3
    with ThreadPoolExecutor(12) as pool:
        noise = [pool.submit(client.complete, problem, seed=1, temperature=1, max_tokens=40) for problem in PROBLEMS]
        children = client.complete("Ann has", seed=40, n=6, **settings)
        [future.result() for future in noise]
    assert [choice["text"] for choice in children] == alone
    assert [choice["index"] for choice in children] == list(range(6))
    # Unseeded ones differ from request to request.
    assert len({client.complete("Ann has", **settings)[0]["text"] for _ in range(4)}) > 1


def test_more_samples_than_places_and_several_prompts_keep_their_order(nano):
    with serving(nano, max_batch=3) as narrow, serving(nano, max_batch=64) as wide:
        body = {"n": 4, "seed": 3, "max_tokens": 12, "temperature": 1}
        prompts = ["Ann has", "Tom buys 3 pens and", "Ann has"]
        assert [c["text"] for c in narrow.complete(prompts, **body)] == [c["text"] for c in wide.complete(prompts, **body)]
        ids = [nano.tokenizer(prompt)["input_ids"] for prompt in prompts]
        choices = wide.ask("/v1/completions", prompt=ids, **body)
    assert [choice["text"] for choice in choices["choices"]][:4] == [choice["text"] for choice in choices["choices"]][8:]
    assert choices["usage"]["prompt_tokens"] == sum(len(one) for one in ids)


def test_equal_prompts_are_read_once(nano, monkeypatch):
    sizes = []
    read = KeyValues.read
    monkeypatch.setattr(KeyValues, "read", lambda self, prompts: (sizes.append(len(prompts)), read(self, prompts))[1])
    with serving(nano) as client:
        client.complete("Ann has", n=8, seed=1, max_tokens=4)
    assert sizes == [1]


def test_stops_are_found_over_the_borders_of_tokens_and_cut(nano, client):
    whole = ask_chat(client, PROBLEMS[0], temperature=0, max_tokens=60)[0]["message"]["content"]
    assert len(whole) > 12
    for start in range(2, len(whole) - 6):
        stop = whole[start : start + 5]
        [choice] = ask_chat(client, PROBLEMS[0], temperature=0, max_tokens=60, stop=[stop, "never there"])
        assert choice["message"]["content"] == whole[: whole.index(stop)]
        assert (choice["finish_reason"], choice["stop_reason"]) == ("stop", stop)
        if start > 8:
            break
    [kept] = ask_chat(client, PROBLEMS[0], temperature=0, max_tokens=60, stop=stop, include_stop_str_in_output=True)
    assert kept["message"]["content"] == whole[: whole.index(stop) + len(stop)]
    first = nano.tokenizer(whole, add_special_tokens=False)["input_ids"][0]
    [cut] = ask_chat(client, PROBLEMS[0], temperature=0, stop_token_ids=[first])
    assert (cut["message"]["content"], cut["finish_reason"], cut["stop_reason"]) == ("", "stop", first)


def test_a_special_token_ends_a_reply_by_its_name_and_ignore_eos_passes_over_it(nano, client):
    end = nano.tokenizer.eos_token
    [first] = ask_chat(client, PROBLEMS[0], temperature=0, max_tokens=200)
    [named] = ask_chat(client, PROBLEMS[0], temperature=0, max_tokens=200, ignore_eos=True, stop=[end])
    assert first["finish_reason"] == "stop" and named["message"]["content"] == first["message"]["content"]
    answer = client.ask("/v1/completions", prompt="Ann has", temperature=0, max_tokens=150, ignore_eos=True, return_token_ids=True)
    assert answer["usage"]["completion_tokens"] == 150 == len(answer["choices"][0]["token_ids"])
    long = client.ask("/v1/completions", prompt=[nano.tokenizer.eos_token_id] * 3, temperature=0, min_tokens=20, max_tokens=25)
    assert 20 <= long["usage"]["completion_tokens"] <= 25


def test_max_tokens_has_vllms_defaults_and_the_context_ends_a_reply(nano, client):
    answer = client.ask("/v1/completions", prompt="Ann has", ignore_eos=True)
    assert answer["usage"] == {"prompt_tokens": len(nano.tokenizer("Ann has")["input_ids"]), "completion_tokens": 16, "total_tokens": answer["usage"]["total_tokens"]}
    ids = [5] * 500
    answer = client.ask("/v1/completions", prompt=ids, ignore_eos=True, max_tokens=4096)
    assert (answer["usage"]["completion_tokens"], answer["choices"][0]["finish_reason"]) == (12, "length")


@pytest.mark.parametrize("path", ["/v1/completions", "/v1/chat/completions"])
def test_streams_joined_are_the_unstreamed_answer(client, path):
    prompt = {"prompt": "Ann has"} if path == "/v1/completions" else {"messages": [{"role": "user", "content": PROBLEMS[0]}]}
    scored = {"logprobs": 2} if path == "/v1/completions" else {"logprobs": True, "top_logprobs": 2}
    body = {**prompt, **scored, "n": 3, "seed": 11, "temperature": 1, "max_tokens": 40, "stop": ["7", " is a"]}
    whole = client.ask(path, **body)
    events = client.stream(path, **body, stream_options={"include_usage": True})
    assert events[-1]["choices"] == [] and events[-1]["usage"] == whole["usage"]
    for choice in whole["choices"]:
        parts = [part for event in events for part in event["choices"] if part["index"] == choice["index"]]
        texts = [part["text"] if "text" in part else part["delta"].get("content", "") for part in parts]
        assert "".join(texts) == (choice["text"] if "text" in choice else choice["message"]["content"])
        assert [part["finish_reason"] for part in parts if part["finish_reason"]] == [choice["finish_reason"]]
        for name, values in choice["logprobs"].items():
            joined = [value for part in parts if part["logprobs"] for value in part["logprobs"][name]]
            assert json.dumps(joined)[:40] == json.dumps(values)[:40] and len(joined) == len(values)
    assert len(events) > 10


def test_logprobs_are_the_models_own_and_do_not_change_with_temperature(nano, client):
    ids = nano.tokenizer("Ann has 4 pens")["input_ids"]
    with torch.no_grad():
        expected = nano.model(torch.tensor([ids])).logits[0, -1].float().log_softmax(-1)
    for temperature in (0, 3):
        [choice] = client.complete(ids, temperature=temperature, seed=2, max_tokens=1, logprobs=5, ignore_eos=True, return_token_ids=True)
        scored = choice["logprobs"]
        assert scored["token_logprobs"][0] == pytest.approx(expected[choice["token_ids"][0]].item(), abs=1e-4)
        best = sorted(scored["top_logprobs"][0].values(), reverse=True)[:5]
        assert best == pytest.approx(expected.topk(5).values.tolist(), abs=1e-4)
        assert scored["tokens"] == [choice["text"]] and scored["text_offset"] == [0]
    [choice] = ask_chat(client, PROBLEMS[1], temperature=0, max_tokens=3, logprobs=True)
    assert [set(token) for token in choice["logprobs"]["content"]] == [{"token", "logprob", "bytes", "top_logprobs"}] * 3
    assert choice["logprobs"]["content"][0]["top_logprobs"] == []


def test_sampling_follows_the_distribution_that_is_asked_for():
    logits = torch.tensor([0.5, 0.2, 0.15, 0.1, 0.05]).log().repeat(4000, 1)
    draws = [(at + 0.5) / 4000 for at in range(4000)]

    def shares(**settings) -> list[float]:
        chosen = pick_tokens(logits, [Sampling(max_tokens=1, **settings)] * 4000, draws)
        return [round(chosen.count(token) / 4000, 2) for token in range(5)]

    assert shares() == [0.5, 0.2, 0.15, 0.1, 0.05]
    assert shares(temperature=0) == [1, 0, 0, 0, 0]
    assert shares(top_k=2) == [0.71, 0.29, 0, 0, 0]
    assert shares(top_p=0.69) == [0.71, 0.29, 0, 0, 0]
    assert shares(top_p=0.71) == [0.59, 0.24, 0.18, 0, 0]
    assert shares(min_p=0.29) == [0.59, 0.24, 0.18, 0, 0]
    assert shares(temperature=0.5) == [0.77, 0.12, 0.07, 0.03, 0.01]
    # Rows keep to their own settings.
    mixed = pick_tokens(logits[:3], [Sampling(1, temperature=0), Sampling(1, top_k=1), Sampling(1)], [0.99, 0.99, 0.99])
    assert mixed == [0, 0, 4]


def test_a_character_of_several_tokens_comes_whole_and_half_a_stop_is_held_back():
    text = ReplyText(lambda ids: bytes(ids).decode("utf-8", "replace"), [], ["€!"], includes_stop=False)
    seen = []
    for byte in "a€b€".encode():
        assert text.push(byte) is None
        seen.append(text.take_new(is_over=False))
    assert seen == ["a", "", "", "", "€b", "", "", ""]
    assert text.push(ord("!")) == "€!" and text.take_new(is_over=True) == "" and text.text == "a€b"


def test_tokens_of_texts_and_conversations_and_back(nano, client):
    found = client.ask("/tokenize", prompt="Ann has", return_token_strs=True)
    assert found["tokens"] == nano.tokenizer("Ann has")["input_ids"] and found["count"] == len(found["tokens"]) and found["max_model_len"] == 512
    assert "".join(found["token_strs"]) == "Ann has"
    chat = client.ask("/tokenize", messages=[{"role": "user", "content": "Hi"}])["tokens"]
    assert chat == chat_ids(nano, "Hi")
    assert client.ask("/detokenize", tokens=chat)["prompt"] == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    assert client.ask("/tokenize", prompt="") == {"count": 0, "max_model_len": 512, "tokens": [], "token_strs": None}


def test_health_and_models_tell_what_is_served(client):
    assert client.send("/health")[0] == 200
    [model] = json.loads(client.send("/v1/models")[1])["data"]
    assert (model["id"], model["max_model_len"], model["object"]) == ("tiny", 512, "model")


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v1/completions", {"prompt": "x", "model": "other"}, 404, "The model 'other' does not exist; this server has 'tiny'."),
        ("/v1/completions", {}, 400, "'prompt' is missing"),
        ("/v1/completions", {"prompt": ""}, 400, "has no tokens"),
        ("/v1/completions", {"prompt": []}, 400, "empty list"),
        ("/v1/completions", {"prompt": [1, 99999]}, 400, "no token id from 0 to 1023"),
        ("/v1/completions", {"prompt": [5] * 512}, 400, "has 512 tokens, and the context length is 512"),
        ("/v1/completions", {"prompt": "x", "n": 0}, 400, "'n' is 0"),
        # A thousand may wait: a request that asks for more is not built in memory first.
        ("/v1/completions", {"prompt": ["x"] * 10_000, "n": 4096}, 400, "asks for 40960000 samples, and 1008 are taken at most"),
        ("/v1/completions", '{"prompt": "a\\ud800b"}', 400, "half of a surrogate pair"),
        ("/v1/completions", '{"prompt": "a", "model": "\\uD800"}', 400, "half of a surrogate pair"),
        ("/v1/completions", {"prompt": "x", "return_token_ids": "no"}, 400, "'return_token_ids' is \"no\""),
        ("/v1/completions", {"prompt": "x", "max_tokens": 0}, 400, "'max_tokens' is 0"),
        ("/v1/completions", {"prompt": "x", "temperature": -1}, 400, "'temperature' is -1"),
        ("/v1/completions", {"prompt": "x", "temperature": "hot"}, 400, "'temperature' is \"hot\""),
        ("/v1/completions", {"prompt": "x", "top_p": 0}, 400, "'top_p' is 0"),
        ("/v1/completions", {"prompt": "x", "seed": 1.5}, 400, "'seed' is 1.5"),
        ("/v1/completions", {"prompt": "x", "stop": [""]}, 400, "'stop' is"),
        ("/v1/completions", {"prompt": "x", "echo": True}, 400, "'echo' is not supported"),
        ("/v1/completions", {"prompt": "x", "repetition_penalty": 1.2}, 400, "'repetition_penalty' is not supported"),
        ("/v1/completions", {"prompt": "x", "response_format": {"type": "json_object"}}, 400, "'response_format'"),
        ("/v1/chat/completions", {"messages": []}, 400, "'messages' is missing"),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 400, "no text"),
        ("/v1/chat/completions", {"messages": [{"role": "user"}]}, 400, "has no content"),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}], "top_logprobs": 2}, 400, "needs \"logprobs\""),
        ("/v1/completions", "{", 400, "not JSON"),
        ("/v1/completions", "[]", 400, "not a JSON object"),
        ("/classify", {"input": "x"}, 404, "no classification head"),
        ("/nowhere", {}, 404, "Not Found: POST /nowhere"),
        ("/v1/completions", None, 405, "Method Not Allowed: GET /v1/completions; ask it by POST."),
        ("/health", {}, 405, "Method Not Allowed: POST /health; ask it by GET."),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(client, path, body, status, said):
    found, message = client.refuse(path, body)
    assert found == status and said in message


def test_values_that_change_nothing_are_taken(client):
    neutral = {"presence_penalty": 0.0, "frequency_penalty": 0, "repetition_penalty": 1.0, "best_of": 1, "echo": False, "logit_bias": {}, "user": "me", "top_k": -1}
    assert len(client.complete("x", max_tokens=1, **neutral)) == 1


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client):
    with socket.create_connection(("127.0.0.1", client.port)) as connection:
        connection.sendall(b"POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    with socket.create_connection(("127.0.0.1", client.port)) as connection:
        connection.sendall(b"HELLO\r\n\r\n")
        assert b'{"error":' in connection.recv(1000)
    with socket.create_connection(("127.0.0.1", client.port)) as connection:
        connection.sendall(b"POST /v1/completions HTTP/1.1\r\ncontent-length: " + b"9" * 5000 + b"\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    # A client that sends all of it first reads the reason afterwards, and not the end of its connection.
    assert client.refuse("/v1/completions", " " * (MOST_BODY_BYTES + 1))[0] == 413


def test_one_connection_carries_many_requests_whatever_they_hold(client):
    body = b'{"prompt":"x","max_tokens":1}'
    asks = b"POST /v1/completions HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    others = b"GET /health HTTP/1.1\r\ncontent-length: 5\r\n\r\nhelloHEAD /health HTTP/1.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", client.port)) as connection, connection.makefile("rb") as answers:
        connection.sendall(asks * 2 + others + b"GET /load HTTP/1.0\r\n\r\n")
        assert answers.read().count(b"HTTP/1.1 200 OK\r\n") == 5


def test_a_request_that_asks_for_the_impossible_harms_no_other(nano, client):
    # Neither the id of another tokenizer nor a temperature whose quotients are no numbers.
    greedy = client.complete("Ann has", temperature=0, max_tokens=8)[0]["text"]
    for strange in ({"stop_token_ids": [151_645], "min_tokens": 4}, {"temperature": 5e-324}, {"temperature": 5e-324, "top_p": 0.9}):
        assert client.complete("Ann has", **{"temperature": 0, "max_tokens": 8, **strange})[0]["text"] == greedy
    assert not client.service.is_dead


def test_logits_that_are_no_numbers_fail_their_own_request_alone(nano, monkeypatch):
    forward = nano.model.forward

    def spoilt(*args, **kwargs):
        output = forward(*args, **kwargs)
        output.logits[(kwargs["input_ids"] == 7).any(-1) & (kwargs["input_ids"].shape[1] > 1)] = float("nan")
        return output

    spoilt.__signature__ = inspect.signature(forward)
    monkeypatch.setattr(nano.model, "forward", spoilt)
    with serving(nano) as client, ThreadPoolExecutor(2) as pool:
        good = pool.submit(client.complete, [5] * 9, temperature=0, max_tokens=100, ignore_eos=True)
        for _ in range(4):
            assert client.refuse("/v1/completions", {"prompt": [7, 8], "n": 2, "logprobs": 1}) == (
                500, "The checkpoint gives logits that are no numbers. Look at its weights, or give --dtype float32."
            )
        assert len(good.result()) == 1 and not client.service.is_dead


def test_a_token_that_is_never_written_has_a_log_probability_that_json_can_hold():
    [scored] = score_tokens(torch.tensor([[0.0, float("-inf")]]), [0], [2])
    assert scored.top == ((0, 0.0), (1, -9999.0))


def test_a_client_that_goes_away_is_seen_while_short_samples_come_one_upon_another(nano):
    with serving(nano, max_batch=1) as client:
        body = json.dumps({"prompt": "Ann has", "n": 1000, "max_tokens": 1})
        with socket.create_connection(("127.0.0.1", client.port)) as connection:
            connection.sendall(f"POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode())
            while client.service.describe_load()["waiting"] == 0:
                time.sleep(0.001)
        started = []
        engine = client.service._worker
        advance = engine._advance
        engine._advance = lambda rows, logits: (started.append(1), time.sleep(0.02), advance(rows, logits))
        assert len(client.complete("Tom has", max_tokens=3)) == 1
        # Each sample takes two hundredths of a second, and a thousand would come first.
        assert len(started) < 500


@pytest.mark.parametrize("streams", [False, True])
def test_a_client_that_goes_away_frees_its_places(nano, streams):
    with serving(nano, max_batch=2) as client:
        body = json.dumps({"prompt": "Ann has", "n": 400, "max_tokens": 500, "ignore_eos": True, "stream": streams})
        with socket.create_connection(("127.0.0.1", client.port)) as connection:
            connection.sendall(f"POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode())
            while client.service.describe_load()["waiting"] < 100:
                time.sleep(0.01)
        # 200 times two samples of 500 tokens would come first.
        assert len(client.complete("Tom has", max_tokens=3)) == 1
        assert client.service.describe_load()["waiting"] == 0


def test_where_memory_runs_out_rows_are_read_again_and_lose_nothing(nano, monkeypatch):
    body = {"n": 6, "seed": 5, "temperature": 1, "max_tokens": 30}
    with serving(nano) as client:
        expected = client.complete("Ann has", **body)
    forward, failures = nano.model.forward, []

    def cramped(*args, **kwargs):
        if kwargs["attention_mask"].numel() > 40:
            failures.append(kwargs["attention_mask"].shape[0])
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return forward(*args, **kwargs)

    cramped.__signature__ = inspect.signature(forward)
    monkeypatch.setattr(nano.model, "forward", cramped)
    with serving(nano) as client:
        assert client.complete("Ann has", **body) == expected
        assert max(failures) > 1
        status, said = client.refuse("/v1/completions", {"prompt": [5] * 100})
        assert status == 413 and "too little memory" in said
        assert len(client.complete("Ann has", max_tokens=2)) == 1


def test_where_memory_runs_out_while_a_token_is_drawn_the_draw_is_the_same_afterwards(nano, monkeypatch):
    body = {"n": 4, "seed": 5, "temperature": 1, "max_tokens": 20}
    with serving(nano) as client:
        expected = client.complete("Ann has", **body)
    calls = []

    def cramped(*args):
        calls.append(1)
        if len(calls) == 6:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return pick_tokens(*args)

    monkeypatch.setattr("sq_train.serving.engine.pick_tokens", cramped)
    with serving(nano) as client:
        assert client.complete("Ann has", **body) == expected
        assert len(calls) > 6


def test_a_failing_model_fails_its_requests_and_after_three_in_a_row_the_server(nano, monkeypatch):
    forward = nano.model.forward
    broken = lambda *args, **kwargs: (_ for _ in ()).throw(RuntimeError("device-side assert"))  # noqa: E731
    broken.__signature__ = inspect.signature(forward)
    service = None
    with serving(nano) as client:
        service = client.service
        monkeypatch.setattr(nano.model, "forward", broken)
        assert client.refuse("/v1/completions", {"prompt": "x"}) == (500, "The engine failed: RuntimeError: device-side assert")
        monkeypatch.undo()
        assert len(client.complete("x")) == 1 and not service.is_dead
        monkeypatch.setattr(nano.model, "forward", broken)
        for _ in range(3):
            assert client.refuse("/v1/completions", {"prompt": "x"})[0] == 500
        assert service.is_dead and client.send("/health")[0] == 503
        assert client.refuse("/v1/completions", {"prompt": "x"})[0] == 503


def test_a_line_that_is_too_long_is_told_to_come_back(nano, monkeypatch):
    forward, gate = nano.model.forward, threading.Event()
    held = lambda *args, **kwargs: (gate.wait(60), forward(*args, **kwargs))[1]  # noqa: E731
    held.__signature__ = inspect.signature(forward)
    monkeypatch.setattr(nano.model, "forward", held)
    with serving(nano, max_batch=1, max_waiting=3) as client, ThreadPoolExecutor(1) as pool:
        long = pool.submit(client.complete, "Ann has", n=4, max_tokens=3)
        while client.service.describe_load()["waiting"] != 3:
            time.sleep(0.005)
        assert client.refuse("/v1/completions", {"prompt": "x"})[0] == 503
        gate.set()
        assert len(long.result()) == 4


def test_a_reward_model_scores_texts_as_in_this_process(head):
    texts = ["Ann has 4 pens.", "7", "Tom has 12 apples and gives 5 to Mia. How many are left?"]
    ids = [head.tokenizer(text)["input_ids"] for text in texts]
    with torch.no_grad():
        expected = [head.model(torch.tensor([one])).logits[0].tolist() for one in ids]
    with serving(head) as client:
        raw = client.ask("/classify", input=texts, use_activation=False)
        assert [one["probs"] for one in raw["data"]] == [pytest.approx(one, abs=1e-5) for one in expected]
        assert raw["data"][0]["num_classes"] == 1 and raw["data"][0]["label"] == "LABEL_0" and raw["usage"]["prompt_tokens"] == sum(map(len, ids))
        share = client.ask("/classify", input=texts[0])["data"][0]["probs"][0]
        assert share == pytest.approx(torch.tensor(expected[0]).sigmoid().item(), abs=1e-5)
        [pooled] = client.ask("/pooling", input=texts[2], use_activation=False)["data"]
        assert pooled["data"] == pytest.approx(expected[2], abs=1e-5)
        [each] = client.ask("/pooling", input=ids[2], task="token_classify", use_activation=False)["data"]
        assert len(each["data"]) == len(ids[2]) and each["data"][-1] == pytest.approx(expected[2], abs=1e-5)
        turns = [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}]
        as_text = head.tokenizer.apply_chat_template(turns, tokenize=False)
        chat = client.ask("/classify", messages=turns, use_activation=False)["data"][0]["probs"]
        assert chat == pytest.approx(client.ask("/classify", input=as_text, use_activation=False)["data"][0]["probs"], abs=1e-5)
        assert client.refuse("/pooling", {"input": "x", "task": "encode"}) == (400, "Unsupported task: 'encode' Supported tasks: classify, token_classify")
        assert client.refuse("/v1/completions", {"prompt": "x"})[0] == 400
        assert client.refuse("/classify", {"input": [5] * 129})[0] == 400
        with ThreadPoolExecutor(12) as pool:
            many = list(pool.map(lambda at: client.ask("/classify", input=texts[at % 3], use_activation=False)["data"][0]["probs"], range(24)))
        assert many == [pytest.approx(expected[at % 3], abs=1e-5) for at in range(24)]


def test_a_regressor_gives_its_number_as_it_is(head, monkeypatch):
    monkeypatch.setattr(head.model.config, "problem_type", "regression")
    with serving(head) as client:
        assert client.ask("/classify", input="7")["data"][0]["probs"] == client.ask("/classify", input="7", use_activation=False)["data"][0]["probs"]


def test_folders_are_opened_by_what_their_configuration_says(nano, head, tmp_path):
    for name, checkpoint in (("solver", nano), ("reward", head)):
        checkpoint.model.save_pretrained(tmp_path / name)
        checkpoint.tokenizer.save_pretrained(tmp_path / name)
        opened = open_checkpoint(tmp_path / name, device=CPU, max_context=64)
        assert (opened.task, opened.max_context) == (checkpoint.task, 64)
        for name_of, weight in checkpoint.model.state_dict().items():
            assert torch.equal(opened.model.state_dict()[name_of], weight)
    with pytest.raises(ConfigError, match="made for 512 tokens"):
        open_checkpoint(tmp_path / "solver", device=CPU, max_context=513)


def test_what_is_no_checkpoint_is_refused_with_the_reason(nano, tmp_path):
    def refuse(path: Path, kind: type, said: str) -> None:
        with pytest.raises(kind, match=said):
            open_checkpoint(path, device=CPU)

    refuse(tmp_path / "none", ConfigError, "There is no checkpoint")
    refuse(tmp_path, ConfigError, "holds no config.json")
    (tmp_path / "adapter_config.json").write_text("{}")
    refuse(tmp_path, ConfigError, "LoRA adapter")
    (tmp_path / "x.txt").write_text("x")
    refuse(tmp_path / "x.txt", ConfigError, "neither a folder nor a GGUF")
    (tmp_path / "cut.gguf").write_bytes(NANO.read_bytes()[:5000])
    refuse(tmp_path / "cut.gguf", DataError, "cut short")
    nano.model.save_pretrained(tmp_path / "bare")
    refuse(tmp_path / "bare", DataError, "no tokenizer")
    nano.tokenizer.save_pretrained(tmp_path / "bare")
    # Ten terabytes on paper: what does not fit is refused before the system kills.
    with (tmp_path / "bare" / "model.safetensors").open("r+b") as file:
        file.truncate(10 * 2**40)
    refuse(tmp_path / "bare", MemoryShortError, "10240.0 GiB as float32")


def test_the_last_line_of_a_start_that_fails_names_the_class(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "dtype": "float32"}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(10 * 2**40)
    for arguments, code, said in (
        ([str(tmp_path), "--port", "0"], 1, "sq_train.serve: error (oom): The weights of "),
        (["nowhere", "--port", "0"], 2, "sq_train.serve: error (config): There is no checkpoint 'nowhere'."),
        ([str(tmp_path), "--port", "0", "--device", "cuda"], 2, "sq_train.serve: error (config): --device is cuda"),
    ):
        if "cuda" in arguments and torch.cuda.is_available():
            continue
        assert main(arguments) == code
        assert capfd.readouterr().err.splitlines()[-1].startswith(said)


def test_the_program_says_where_it_listens_finishes_what_is_in_flight_and_ends(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    command = [sys.executable, "-m", "sq_train.serve"]
    with (tmp_path / "errors").open("w") as errors:
        server = subprocess.Popen([*command, str(NANO), "--port", "0", "--grace", "300"], stdout=subprocess.PIPE, stderr=errors, env=environment, text=True)
    try:
        where = json.loads(server.stdout.readline())
        assert (where["model"], where["task"], where["maxContext"], where["dtype"]) == ("nano-solver", "generate", 512, "float32")
        busy = subprocess.run([*command, str(NANO), "--port", str(where["port"])], capture_output=True, env=environment, text=True)
        assert busy.returncode == 2
        assert f"error (config): Port {where['port']} of 127.0.0.1 cannot be listened on: Address already in use." in busy.stderr.splitlines()[-1]
        client = Client(where["port"], None)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(client.complete, "Ann has", n=32, max_tokens=300, ignore_eos=True)
            while not answer.done() and json.loads(client.send("/load")[1])["running"] == 0:
                time.sleep(0.01)
            server.send_signal(signal.SIGTERM)
            assert len(answer.result()) == 32
        assert server.wait(60) == 0
    finally:
        server.kill()
    assert (tmp_path / "errors").read_text() == ""


def test_an_unknown_error_code_keeps_the_shape():
    assert ApiError(503, "x", retry_after=1).to_body() == {"error": {"message": "x", "type": "server_error", "param": None, "code": None}}
