"""Asks lm-eval's task gsm8k: the filter and the metric with the settings of its own file."""

from pathlib import Path

import lm_eval.tasks
import yaml
from answer_lines import answer_lines, read_arguments
from lm_eval.api.metrics import exact_match_fn
from lm_eval.filters import get_filter

arguments = read_arguments()
task = yaml.safe_load((Path(lm_eval.tasks.__file__).parent / "gsm8k" / "gsm8k.yaml").read_text())
name = {"gsm8k-strict": "strict-match", "gsm8k-flexible": "flexible-extract"}[arguments.profile]
steps = next(entry["filter"] for entry in task["filter_list"] if entry["name"] == name)
options = {key: value for key, value in steps[0].items() if key != "function"}
apply_filter = get_filter(steps[0]["function"])(**options)
metric = task["metric_list"][0]
settings = {key: metric[key] for key in ("ignore_case", "ignore_punctuation", "regexes_to_ignore")}


def is_equal(case):
    reference = f"A solution.\n#### {case['reference']}"
    return exact_match_fn(predictions=[case["candidate"]], references=[reference], **settings)["exact_match"] == 1


def extract(case):
    answer = list(apply_filter.apply([[case["reply"]]], [{}]))[0][0]
    return None if answer == "[invalid]" else answer


answer_lines(["lm_eval", "numpy"], is_equal, extract)
