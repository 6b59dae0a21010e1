"""Asks a model server by real inspect_ai and writes its log in both forms, and what inspect itself reads from it.

Usage: make_inspect_logs.py PROBLEMS.jsonl BASE_URL FOLDER
"""

import json
import pathlib
import sys

from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.scorer import includes, match, pattern
from inspect_ai.solver import generate, prompt_template

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
read = [
    {
        "id": sample.id,
        "epoch": sample.epoch,
        "reply": sample.output.completion,
        "error": sample.error is not None,
        "scores": {name: score.value for name, score in (sample.scores or {}).items()},
    }
    for sample in log.samples
]
pathlib.Path(folder, "read.json").write_text(json.dumps(read))
