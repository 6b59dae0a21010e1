"""Greedy text and first probabilities of a GGUF file under torch, for comparing with llama.cpp.

    python -m sq_train.compare --gguf model.gguf --prompts prompts.jsonl --out torch.jsonl [--max-tokens 150]

A line of the prompts is {"id", "prompt"} (a user's message, rendered with the file's chat template) or {"id", "text"}
(raw text); `maxTokens` in a line overrides the option. A line of the result, in the same order:
{"id", "text", "finish": "stop" | "length", "tokens", "top": [{"token", "id", "probability"} x 5 of the first position]}.
The text is without special tokens.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Sequence

import torch
from transformers import DynamicCache, LlamaForCausalLM, PreTrainedTokenizerFast

from .bpe import END_OF_TEXT
from .errors import DataError, WorkerError
from .gguf_read import load_gguf_as_llama

TOP = 5
BATCH = 32


def render_prompt(row: dict[str, Any], tokenizer: PreTrainedTokenizerFast) -> str:
    """The text that the model continues."""
    if "text" in row:
        return row["text"]
    messages = [{"role": "user", "content": row["prompt"]}]
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)


def _list_top(logits: torch.Tensor, tokenizer: PreTrainedTokenizerFast) -> list[dict[str, Any]]:
    values, ids = torch.topk(torch.softmax(logits.double(), dim=-1), TOP)
    return [
        {"token": tokenizer.decode([number]), "id": number, "probability": value}
        for value, number in zip(values.tolist(), ids.tolist())
    ]


@torch.inference_mode()
def complete_batch(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, prompts: Sequence[list[int]], limits: Sequence[int]
) -> list[dict[str, Any]]:
    """Continues prompts greedily with a key-value cache; shorter ones are padded on the left and masked."""
    ends = {tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids(END_OF_TEXT)}
    width = max(len(prompt) for prompt in prompts)
    ids = torch.tensor([[tokenizer.pad_token_id] * (width - len(prompt)) + prompt for prompt in prompts])
    lengths = torch.tensor([len(prompt) for prompt in prompts])
    mask = (torch.arange(width)[None, :] >= width - lengths[:, None]).long()
    positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
    cache = DynamicCache(config=model.config)

    def predict(ids: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        output = model(
            input_ids=ids, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True, logits_to_keep=1
        )
        return output.logits[:, -1]

    logits = predict(ids, positions)
    tops = [_list_top(row, tokenizer) for row in logits]
    texts: list[list[int]] = [[] for _ in prompts]
    finish = ["length"] * len(prompts)
    context = model.config.max_position_embeddings
    room = [min(limit, context - len(prompt)) for limit, prompt in zip(limits, prompts)]
    open_rows = {at for at in range(len(prompts)) if room[at] > 0}
    while open_rows:
        chosen = logits.argmax(dim=-1)
        for at in sorted(open_rows):
            token = int(chosen[at])
            if token in ends:
                finish[at] = "stop"
                open_rows.discard(at)
                continue
            texts[at].append(token)
            if len(texts[at]) >= room[at]:
                open_rows.discard(at)
        if open_rows:
            mask = torch.cat([mask, mask.new_ones(len(prompts), 1)], dim=1)
            # A row that is done keeps computing beside the others, inside the context.
            positions = (positions[:, -1:] + 1).clamp(max=context - 1)
            logits = predict(chosen[:, None], positions)
    return [
        {"text": tokenizer.decode(ids, skip_special_tokens=True), "finish": end, "tokens": len(ids), "top": top}
        for ids, end, top in zip(texts, finish, tops)
    ]


def complete_prompts(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, rows: Sequence[dict[str, Any]], max_tokens: int
) -> list[dict[str, Any]]:
    """Results in the order of `rows`; prompts of similar length run together."""
    ids = [tokenizer.encode(render_prompt(row, tokenizer), add_special_tokens=False) for row in rows]
    for row, prompt in zip(rows, ids):
        if not prompt or len(prompt) >= model.config.max_position_embeddings:
            raise DataError(
                f"Prompt '{row['id']}' has {len(prompt)} tokens; the model takes 1 to "
                f"{model.config.max_position_embeddings - 1}. Leave it out."
            )
    by_length = sorted(range(len(rows)), key=lambda at: len(ids[at]))
    results: dict[int, dict[str, Any]] = {}
    for start in range(0, len(by_length), BATCH):
        part = by_length[start : start + BATCH]
        limits = [int(rows[at].get("maxTokens", max_tokens)) for at in part]
        for at, result in zip(part, complete_batch(model, tokenizer, [ids[at] for at in part], limits)):
            results[at] = {"id": rows[at]["id"], **result}
    return [results[at] for at in range(len(rows))]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sq_train.compare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--prompts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--max-tokens", type=int, default=150)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        model, tokenizer = load_gguf_as_llama(options.gguf)
        rows = [json.loads(line) for line in options.prompts.read_text(encoding="utf-8").splitlines() if line.strip()]
        results = complete_prompts(model, tokenizer, rows, options.max_tokens)
    except WorkerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    with options.out.open("w", encoding="utf-8") as file:
        for result in results:
            file.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
