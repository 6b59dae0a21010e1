"""Asks lm-eval's task hendrycks_math: its own extraction, normalisation and comparison."""

from answer_lines import answer_lines, read_arguments
from lm_eval.tasks.hendrycks_math import utils


def is_equal(case):
    return utils.is_equiv(case["candidate"], case["reference"])


def extract(case):
    seen = []
    original = utils.is_equiv
    utils.is_equiv = lambda answer, reference: seen.append(answer) or False
    try:
        utils.process_results({"solution": "\\boxed{1}"}, [case["reply"]])
    finally:
        utils.is_equiv = original
    return seen[0]


read_arguments()
answer_lines(["lm_eval"], is_equal, extract)
