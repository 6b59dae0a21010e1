"""OlympiadBench's own judge, asked over JSON Lines.

Usage: python olympiadbench.py CHECKOUT < questions.jsonl > answers.jsonl
CHECKOUT is a checkout of OpenBMB/OlympiadBench; the environment holds what its requirements pin
(sympy 1.12, antlr4-python3-runtime 4.11.0).
A question is {"id", "reference", "candidate", "tolerance"?}, answered by {"id", "equal"}, or {"id", "reply"}, answered
by {"id", "answer"}: what the judge compares, before it replaces symbols.
"""

import os
import re
import sys

checkout = sys.argv[1]
sys.path[:0] = [os.path.join(checkout, "inference", "code"), os.path.dirname(os.path.abspath(__file__))]

from answer_lines import answer_lines  # noqa: E402
from math_judger import MathJudger  # noqa: E402

judger = MathJudger()


def precision_of(error):
    if "," in error:
        return [float(part) if part else 1e-8 for part in error.split(",")]
    return float(error)


def is_equal(question):
    """As inference/judge.py calls it: the model's answer first."""
    candidate, reference = question["candidate"], question["reference"]
    error = question.get("tolerance")
    if error:
        return bool(judger.judge(candidate, reference, precision_of(error)))
    return bool(judger.judge(candidate, reference))


def extract(question):
    """The words that judge.py looks for, then the boxes or the last line of the judge."""
    matches = re.findall("So the final answer is (.*)", question["reply"])
    answer = matches[-1].strip() if matches else question["reply"]
    # preprocess replaces symbols as its second step; its first step is seen where the map of symbols is empty.
    try:
        first_steps = ReadsOnly().preprocess(answer, "")
    except ValueError:
        return None
    return first_steps[0]


class ReadsOnly(MathJudger):
    """The judge without a symbol to replace."""

    def __init__(self):
        super().__init__()
        self.special_signal_map = {}


answer_lines(is_equal=is_equal, extract=extract, limit_seconds=10)
