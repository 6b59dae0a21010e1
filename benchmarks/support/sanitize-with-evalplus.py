"""Answers each line {"text", "entryPoint"} with {"program", "isPython"}: what EvalPlus's sanitizer keeps, and what CPython says."""

import ast
import json
import sys
import warnings

from evalplus.sanitize import sanitize

warnings.simplefilter("ignore")


def is_python(text):
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


for line in sys.stdin:
    row = json.loads(line)
    answer = {"program": sanitize(row["text"], row["entryPoint"]), "isPython": is_python(row["text"])}
    print(json.dumps(answer), flush=True)
