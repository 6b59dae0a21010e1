"""Judges recorded replies with math-verify: how many are right, and on how many it raised an error.

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
        return None


with open(sys.argv[1]) as lines:
    judged = [judge(json.loads(line)) for line in lines]
version = importlib.metadata.version("math-verify")
print(json.dumps({"correct": judged.count(True), "raised": judged.count(None), "version": version}))
