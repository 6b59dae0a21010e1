"""Asks PyPI's math-verify, installed as its README says: `pip install math-verify[antlr4_13_2]`. Its older grammars,
for other runtimes of ANTLR, read less: no percentages.

Mathematics is set between dollars where it is not yet, as the README asks. An extracted answer is the text that
parse() reads as mathematics, or the first that it finds where it can read none.
"""

from answer_lines import answer_lines, read_arguments
from math_verify import parse, parser, verify

extract_match = parser.extract_match
found = []


def record(match, target):
    value, text = extract_match(match, target)
    found.append((value, text))
    return value, text


parser.extract_match = record


def wrap(text):
    return text if "$" in text or "\\boxed" in text else f"${text}$"


def is_equal(case):
    return bool(verify(parse(wrap(case["reference"])), parse(wrap(case["candidate"]))))


def extract(case):
    found.clear()
    parse(case["reply"])
    texts = [text for value, text in found if value is not None] + [text for _, text in found if text]
    return texts[0] if texts else None


read_arguments()
answer_lines(["math-verify", "latex2sympy2_extended", "sympy", "antlr4-python3-runtime"], is_equal, extract)
