"""Asks EvaluatorMathBatch of a checkout of DART-Math (sympy 1.12, antlr4-python3-runtime 4.11.1).

Its limit of five seconds is kept by an alarm instead of its pool of processes, and what it imports for models alone
(vllm, datasets) is replaced by empty modules.
"""

import signal
import subprocess
import sys
import types

from answer_lines import answer_lines, read_arguments

SECONDS = 5
arguments = read_arguments()


class Anything:
    """Stands for a class that is only named."""


for name, members in {"vllm": ["CompletionOutput", "LLM", "SamplingParams"], "datasets": [], "orjson": []}.items():
    module = types.ModuleType(name)
    for member in members:
        setattr(module, member, Anything)
    sys.modules.setdefault(name, module)
utils = types.ModuleType("dart_math.utils")
utils.PROJ_HOME = arguments.checkout
for member in ("PromptTemplate", "load_json", "load_jsonl"):
    setattr(utils, member, Anything)
sys.modules["dart_math.utils"] = utils
sys.path.insert(0, arguments.checkout)

from dart_math.eval import EvaluatorMathBatch, is_querying4set  # noqa: E402

evaluator = EvaluatorMathBatch()


class OutOfTime(BaseException):
    """No handler of the system catches it, as none outlives its process."""


def stop(*_):
    raise OutOfTime


signal.signal(signal.SIGALRM, stop)


def within_limit(work, otherwise):
    signal.alarm(SECONDS)
    try:
        return work()
    except OutOfTime:
        return otherwise("timeout")
    except Exception:
        return otherwise("error")
    finally:
        signal.alarm(0)


def is_equal(case):
    asks_for_set = is_querying4set(case.get("problem", ""))
    return within_limit(
        lambda: evaluator.eq(case["reference"], case["candidate"], asks_for_set), lambda note: (False, note)
    )


def extract(case):
    return within_limit(lambda: evaluator.extract_ans(case["reply"]), lambda note: "")


commit = subprocess.run(
    ["git", "-C", arguments.checkout, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
).stdout.strip()
answer_lines(["sympy", "antlr4-python3-runtime", "mpmath"], is_equal, extract, {"dart-math": commit or "no git"})
