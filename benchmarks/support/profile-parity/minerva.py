"""Asks lm-eval's task minerva_math: the metric exact_match, without the metric math_verify."""

from answer_lines import answer_lines, read_arguments
from lm_eval.tasks.minerva_math import utils


def is_equal(case):
    reference = utils.normalize_final_answer(case["reference"])
    candidate = utils.normalize_final_answer(case["candidate"])
    return utils.is_equiv(candidate, reference)


def extract(case):
    answer = utils.get_unnormalized_answer(case["reply"])
    return None if answer == "[invalidanswer]" else answer


read_arguments()
answer_lines(["lm_eval", "sympy", "antlr4-python3-runtime"], is_equal, extract)
