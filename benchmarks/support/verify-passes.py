"""Verifies sets of pairs in turn with math-verify, and tells the processor seconds of each and the verdicts of the last.

Usage: python verify-passes.py < [[[reference, candidate], ...], ...]
"""

import importlib.metadata
import json
import sys
import time

from math_verify import parse, verify


def wrap(text):
    """Parsed as its documentation asks for: mathematics stands between dollars."""
    return text if "$" in text or "\\boxed" in text else "$" + text + "$"


def judge(reference, candidate):
    try:
        return bool(verify(parse(wrap(reference)), parse(wrap(candidate))))
    except Exception:
        return None


seconds, verdicts = [], []
for pairs in json.load(sys.stdin):
    began = time.process_time()
    verdicts = [judge(reference, candidate) for reference, candidate in pairs]
    seconds.append(time.process_time() - began)
versions = {name: importlib.metadata.version(name) for name in ["math-verify", "latex2sympy2-extended", "sympy"]}
print(json.dumps({"seconds": seconds, "verdicts": verdicts, "versions": versions, "python": sys.version.split()[0]}))
