from __future__ import annotations

import json

import pytest
import torch

from sq_train.compare import main
from sq_train.gguf_write import write_gguf


@pytest.fixture
def compared(tiny, tmp_path):
    """Runs the command on prompts of different lengths and gives its results by id."""
    tokenizer, model = tiny
    write_gguf(tmp_path / "m.gguf", model, tokenizer, kind="f16", name="tiny")
    prompts = [
        {"id": "long", "prompt": "Ann has 12 pens and Ben 3. How many pens are there in all, do you think?"},
        {"id": "short", "prompt": "2+2?", "maxTokens": 5},
        {"id": "raw", "text": "3+4="},
    ]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(prompt) + "\n" for prompt in prompts))
    arguments = ["--gguf", str(tmp_path / "m.gguf"), "--prompts", str(tmp_path / "p.jsonl"), "--out", str(tmp_path / "o.jsonl")]
    assert main([*arguments, "--max-tokens", "20"]) == 0
    return [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()], tmp_path


def test_the_results_keep_the_order_of_the_prompts_and_their_limits(compared):
    results, _ = compared
    assert [result["id"] for result in results] == ["long", "short", "raw"]
    assert results[1]["tokens"] <= 5 and all(result["finish"] in ("stop", "length") for result in results)
    assert all(len(result["top"]) == 5 for result in results)


def test_a_batch_of_padded_prompts_gives_what_each_prompt_gives_alone(compared):
    from sq_train.gguf_read import load_gguf_as_llama

    results, folder = compared
    model, tokenizer = load_gguf_as_llama(folder / "m.gguf")
    chat = tokenizer.apply_chat_template([{"role": "user", "content": "2+2?"}], tokenize=False, add_generation_prompt=True)
    for text, result in ((chat, results[1]), ("3+4=", results[2])):
        ids = tokenizer.encode(text)
        with torch.no_grad():
            first = torch.softmax(model(torch.tensor([ids])).logits[0, -1].double(), dim=-1)
            assert [top["probability"] for top in result["top"]] == pytest.approx(first.topk(5).values.tolist(), abs=1e-6)
            for _ in range(result["tokens"]):
                ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
        assert tokenizer.decode(ids[len(tokenizer.encode(text)) :], skip_special_tokens=True) == result["text"]
