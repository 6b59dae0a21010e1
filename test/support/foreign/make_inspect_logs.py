"""Asks a model server by real inspect_ai and writes its log in both forms, and what inspect itself reads from it.

Usage: make_inspect_logs.py PROBLEMS.jsonl BASE_URL FOLDER
"""

import json
import pathlib
import sys

from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.model import get_model
from inspect_ai.scorer import (
    Score,
    accuracy,
    choice,
    includes,
    match,
    math,
    mean,
    model_graded_qa,
    pattern,
    scorer,
)
from inspect_ai.solver import generate, multiple_choice, prompt_template, solver

problems, base_url, folder = sys.argv[1:]
rows = [json.loads(line) for line in pathlib.Path(problems).read_text().splitlines()]
samples = [Sample(input=row["question"], target=row["answer"].split("#### ")[1]) for row in rows]
task = Task(
    name="own_gsm8k",
    dataset=MemoryDataset(samples, name="own"),
    solver=[prompt_template("Solve this.\n\n{prompt}"), generate()],
    scorer=[match(numeric=True), includes(), pattern(r"#### (-?[0-9.,]+)")],
    epochs=2,
    fail_on_error=False,
)
[log] = eval(
    task,
    model="openai-api/local/tiny",
    model_base_url=base_url,
    log_dir=folder,
    log_format="eval",
    display="none",
    temperature=0.5,
    max_tokens=64,
)
assert log.status == "success", log.error
log = read_eval_log(log.location)
write_eval_log(log, str(pathlib.Path(folder) / "log.json"), format="json")


@scorer(metrics={"*": [mean()]})
def rates():
    async def score(state, target):
        share = 1.0 if target.text in state.output.completion else 0.5
        return Score(value={"near": share, "said": bool(state.output.completion)})

    return score


@scorer(metrics=[accuracy()])
def spelled():
    async def score(state, target):
        return Score(value="yes" if target.text in state.output.completion else "no")

    return score


@solver
def stop_one():
    """Lets the third sample meet a limit at its first reply."""

    async def solve(state, generate):
        if state.sample_id == 3:
            state.message_limit = 1
        return state

    return solve


grading = get_model("openai-api/local/grader", base_url=base_url)
evals = [
    Task(
        name="own_scorers",
        dataset=MemoryDataset(samples[:8], name="own"),
        solver=[stop_one(), generate()],
        scorer=[
            match(numeric=True),
            math(),
            model_graded_qa(partial_credit=True, model=grading),
            rates(),
            spelled(),
        ],
    ),
    Task(
        name="own_choices",
        dataset=MemoryDataset(
            [
                Sample(input=sample.input, choices=["1", sample.target], target="B")
                for sample in samples[:4]
            ],
            name="own",
        ),
        solver=multiple_choice(),
        scorer=choice(),
    ),
]
others = eval(
    evals,
    model="openai-api/local/tiny",
    model_base_url=base_url,
    log_dir=str(pathlib.Path(folder) / "scorers"),
    max_tasks=1,
    display="none",
    max_tokens=64,
)
assert all(one.status == "success" for one in others), [one.error for one in others]


def describe(log):
    return [
        {
            "id": sample.id,
            "epoch": sample.epoch,
            "reply": sample.output.completion,
            "error": sample.error is not None,
            "limit": sample.limit.type if sample.limit else None,
            "tokens": usage_of(sample, log.eval.model),
            "scores": {
                name: score.value for name, score in (sample.scores or {}).items()
            },
        }
        for sample in log.samples
    ]


def usage_of(sample, model):
    usage = sample.model_usage.get(model)
    return None if usage is None else [usage.input_tokens, usage.output_tokens]


pathlib.Path(folder, "read.json").write_text(json.dumps(describe(log)))
for one in others:
    one = read_eval_log(one.location)
    path = pathlib.Path(folder, f"read-{one.eval.task}.json")
    path.write_text(json.dumps(describe(one)))
    path.with_suffix(".path").write_text(one.location)
