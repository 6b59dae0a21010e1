"""PyPI's math-verify, asked over JSON Lines.

Usage: python math_verify.py < questions.jsonl > answers.jsonl
The environment holds math-verify 0.9.0 with an antlr runtime.
A question is {"id", "reference", "candidate"}, answered by {"id", "equal"}, or {"id", "reply"}, answered by
{"id", "answer"}: the text that parse() reads as mathematics, or the first that it finds where it can read none.
"""

import os
import sys

folder = os.path.dirname(os.path.abspath(__file__))
sys.path.append(folder)

from answer_lines import answer_lines  # noqa: E402

# This file has the name of the package, and its folder stands first in the path.
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != folder]

from math_verify import parse, parser, verify  # noqa: E402

extract_match = parser.extract_match
found = []


def record(match, target):
    value, text = extract_match(match, target)
    percent = any(name.endswith("percent") and part for name, part in match.groupdict().items())
    found.append((value, text, percent))
    return value, text


parser.extract_match = record


def wrap(text):
    """Mathematics stands between dollars, as the package's README asks."""
    return text if "$" in text or "\\boxed" in text else f"${text}$"


def is_equal(question):
    return bool(verify(parse(wrap(question["reference"])), parse(wrap(question["candidate"]))))


def extract(question):
    found.clear()
    parse(question["reply"])
    read = [text for value, text, _ in found if value is not None]
    texts = read or [text for _, text, _ in found if text]
    return texts[0] if texts else None


# parse() and verify() have limits of five seconds each.
answer_lines(is_equal=is_equal, extract=extract, limit_seconds=30)
