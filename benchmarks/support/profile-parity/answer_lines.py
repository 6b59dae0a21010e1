"""The loop that every script of this folder shares: cases in, answers out, both as JSON Lines."""

import argparse
import json
import sys
from importlib.metadata import version


def answer_lines(packages, is_equal, extract, extra_versions=None):
    """Prints the versions, then one answer for every case of standard input.

    `is_equal(case)` gives a bool or a pair (bool, note), `extract(case)` a text or None. What the system itself prints
    goes to standard error.
    """
    out, sys.stdout = sys.stdout, sys.stderr
    versions = {"python": sys.version.split()[0], **{name: version(name) for name in packages}, **(extra_versions or {})}
    print(json.dumps({"versions": versions}), file=out)
    for line in sys.stdin:
        case = json.loads(line)
        if case["kind"] == "pair":
            found = is_equal(case)
            equal, note = found if isinstance(found, tuple) else (found, None)
            row = {"equal": bool(equal), **({"note": note} if note else {})}
        else:
            row = {"answer": extract(case)}
        print(json.dumps(row), file=out)
    out.flush()


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", required=True)
    parser.add_argument("--checkout")
    return parser.parse_args()
