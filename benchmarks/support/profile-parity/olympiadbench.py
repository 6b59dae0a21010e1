"""Asks MathJudger and judge.py's rules of a checkout of OpenBMB/OlympiadBench (its requirements: sympy 1.12,
antlr4-python3-runtime 4.11.0).

As in judge.py, the model's answer is the first argument of the judge. The judge has no limit of time; ten seconds here.
"""

import os
import re
import subprocess
import sys

from answer_lines import answer_lines, read_arguments
from within_limit import within_limit

SECONDS = 10
arguments = read_arguments()
sys.path.insert(0, os.path.join(arguments.checkout, "inference", "code"))

from math_judger import MathJudger  # noqa: E402

judger = MathJudger()


def read_precision(error):
    return [float(part) if part else 1e-8 for part in error.split(",")] if "," in error else float(error)


def is_equal(case):
    texts = [case["candidate"], case["reference"]]
    error = case.get("tolerance")
    precision = [read_precision(error)] if error else []
    return within_limit(SECONDS, lambda: bool(judger.judge(*texts, *precision)), lambda note: (False, note))


def extract(case):
    """What the judge goes on to compare: behind the words that judge.py looks for, boxes or the last line."""
    matches = re.findall("So the final answer is (.*)", case["reply"])
    answer = matches[-1].strip() if matches else case["reply"]
    try:
        return judger.preprocess(answer, "")[0]
    except ValueError:
        return None


commit = subprocess.run(
    ["git", "-C", arguments.checkout, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
).stdout.strip()
answer_lines(["sympy", "antlr4-python3-runtime", "mpmath"], is_equal, extract, {"OlympiadBench": commit or "no git"})
