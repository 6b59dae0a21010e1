"""Judges recorded replies with math-verify: how many are right.

Usage: python score-with-math-verify.py REPLIES, JSON Lines of {"reference", "reply"}.
"""

import importlib.metadata
import json
import sys

from math_verify import parse, verify


def judge(row):
    """The reference stands between dollars, as the documentation asks for; a reply holds its own marks."""
    try:
        return bool(verify(parse("$" + row["reference"] + "$"), parse(row["reply"])))
    except Exception:
        return False


with open(sys.argv[1]) as lines:
    correct = sum(judge(json.loads(line)) for line in lines)
print(json.dumps({"correct": correct, "version": importlib.metadata.version("math-verify")}))
