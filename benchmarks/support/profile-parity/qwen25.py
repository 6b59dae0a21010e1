"""The grader of Qwen2.5-Math's evaluation toolkit, asked over JSON Lines.

Usage: python qwen25.py CHECKOUT < questions.jsonl > answers.jsonl
CHECKOUT is a checkout of QwenLM/Qwen2.5-Math; the environment holds what its requirements pin
(sympy 1.12, antlr4-python3-runtime 4.11.1, word2number, regex, numpy).
A question is {"id", "reference", "candidate"}, answered by {"id", "equal"}, or {"id", "reply"}, answered by
{"id", "answer"}: the piece of the reply before the toolkit strips it.
"""

import os
import sys

evaluation = os.path.join(sys.argv[1], "evaluation")
sys.path[:0] = [evaluation, os.path.join(evaluation, "latex2sympy"), os.path.dirname(os.path.abspath(__file__))]

from answer_lines import answer_lines  # noqa: E402
import grader  # noqa: E402
import parser as toolkit  # noqa: E402

strip_string = toolkit.strip_string


def is_equal(question):
    """As math_eval.py: a prediction is stripped when it is extracted and once more, a MATH reference once."""
    prediction = strip_string(strip_string(question["candidate"]))
    return bool(grader.math_equal(prediction, strip_string(question["reference"])))


def extract(question):
    """run_execute gives None for an empty reply. Stripping is part of is_equal here."""
    if not question["reply"]:
        return None
    toolkit.strip_string = lambda string, skip_unit=False: string
    try:
        return toolkit.extract_answer(question["reply"], "math")
    finally:
        toolkit.strip_string = strip_string


# The toolkit's own process pool gives each pair three seconds, and a pair that needs more counts as wrong.
answer_lines(is_equal=is_equal, extract=extract, limit_seconds=3)
