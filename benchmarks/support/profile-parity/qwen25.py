"""Asks parser.py and grader.py of a checkout of QwenLM/Qwen2.5-Math (its requirements: sympy 1.12,
antlr4-python3-runtime 4.11.1, word2number; also regex and numpy).

A prediction is stripped where it is extracted and once more, and the reference of a MATH problem once, as math_eval.py
does. Stripping counts to the comparison here: an extracted answer is the piece of the reply before it.
"""

import os
import subprocess
import sys

from answer_lines import answer_lines, read_arguments
from within_limit import within_limit

# The toolkit gives each pair three seconds of a process.
SECONDS = 3
arguments = read_arguments()
evaluation = os.path.join(arguments.checkout, "evaluation")
sys.path[:0] = [evaluation, os.path.join(evaluation, "latex2sympy")]

import grader  # noqa: E402
import parser as toolkit  # noqa: E402

strip_string = toolkit.strip_string


def is_equal(case):
    def work():
        prediction = strip_string(strip_string(case["candidate"]))
        return bool(grader.math_equal(prediction, strip_string(case["reference"])))

    return within_limit(SECONDS, work, lambda note: (False, note))


def extract(case):
    if not case["reply"]:
        return None
    toolkit.strip_string = lambda string, skip_unit=False: string
    try:
        return toolkit.extract_answer(case["reply"], "math")
    finally:
        toolkit.strip_string = strip_string


commit = subprocess.run(
    ["git", "-C", arguments.checkout, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
).stdout.strip()
answer_lines(
    ["sympy", "antlr4-python3-runtime", "mpmath", "word2number"], is_equal, extract, {"Qwen2.5-Math": commit or "no git"}
)
