"""Prints the prompts that EvalPlus itself builds, one JSON line each: {"task", "id", "prompt", "stop", "maxTokens"}.

Usage: render-evalplus-prompts.py DATA_DIR COUNT. Its decoders are given a tokenizer and a client that only note what they are
asked: nothing is generated or downloaded. The template is ChatML without a system turn of its own.
"""

import gzip
import json
import os
import sys
import types

data_dir, count = sys.argv[1], int(sys.argv[2])

vllm = types.ModuleType("vllm")
vllm.LLM = lambda **_: Engine()
vllm.SamplingParams = dict
sys.modules["vllm"] = vllm

asked = {}


class Output:
    text = ""


class Choices:
    outputs = [Output()]


class Engine:
    def generate(self, prompts, parameters, **_):
        asked.update(prompt=prompts[0], stop=parameters["stop"], maxTokens=parameters["max_tokens"])
        return [Choices()]


class Tokenizer:
    chat_template = "ChatML"

    def apply_chat_template(self, messages, **_):
        return "".join(f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in messages)


transformers = types.ModuleType("transformers")
transformers.AutoTokenizer = type("AutoTokenizer", (), {"from_pretrained": lambda *_, **__: Tokenizer()})
sys.modules["transformers"] = transformers

import evalplus.codegen as codegen  # noqa: E402
from evalplus.gen.util import openai_request  # noqa: E402
from evalplus.provider.openai import OpenAIChatDecoder  # noqa: E402
from evalplus.provider.vllm import VllmDecoder  # noqa: E402


def note_request(client, message, model, max_tokens, **_):
    asked.update(prompt=message, stop=[], maxTokens=max_tokens)
    message = type("Message", (), {"content": ""})
    return type("Reply", (), {"choices": [type("Choice", (), {"message": message})]})


openai_request.make_auto_request = note_request


def read_rows(name):
    with gzip.open(os.path.join(data_dir, "benchmark", name + ".jsonl.gz"), "rt") as lines:
        return [json.loads(line) for line, _ in zip(lines, range(count))]


def capture_decoders():
    """The decoders as EvalPlus itself makes them, with its own sentences, for both back ends and data sets."""
    made = {}
    codegen.codegen = lambda **arguments: None
    kinds = {"vllm": VllmDecoder, "openai": OpenAIChatDecoder}

    def make(model, backend, dataset, instruction_prefix, response_prefix, **_):
        arguments = dict(name=model, instruction_prefix=instruction_prefix, response_prefix=response_prefix)
        if backend == "vllm":
            arguments["dataset"] = dataset
        made[backend, dataset] = kinds[backend](**arguments)
        return made[backend, dataset]

    codegen.make_model = make
    for backend in kinds:
        for dataset in ("humaneval", "mbpp"):
            # The list of stops is one object for all decoders, which each of them makes longer.
            import evalplus.provider.base as base

            base.EOS = list(base.EOS[:6])
            codegen.run_codegen(model="m", dataset=dataset, root=os.devnull + "-", backend=backend, greedy=True)
    return made


stdout, sys.stdout = sys.stdout, sys.stderr
codegen.os.makedirs = lambda *_, **__: None
decoders = capture_decoders()
for (backend, dataset), decoder in decoders.items():
    task = ("evalplus " if backend == "vllm" else "evalplus-openai ") + dataset
    for row in read_rows("humaneval/test" if dataset == "humaneval" else "mbpp/plus-v0.1.0"):
        decoder.codegen(row["prompt"].strip() + "\n", do_sample=False, num_samples=1)
        print(json.dumps({"task": task, "id": row["task_id"], **asked}), file=stdout)
