"""Asks EvaluatorMathBatch of a checkout of DART-Math (sympy 1.12, antlr4-python3-runtime 4.11.1).

Its limit of five seconds is kept by a timer instead of its pool of processes, and what it imports for models alone
(vllm, datasets) is replaced by empty modules.
"""

import hashlib
import signal
import sys
import types
from pathlib import Path

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


signal.signal(signal.SIGVTALRM, stop)


def within_limit(work, otherwise):
    # Of its own processor time, so that a busy machine changes nothing.
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        return work()
    except OutOfTime:
        return otherwise("timeout")
    except Exception:
        return otherwise("error")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def is_equal(case):
    asks_for_set = is_querying4set(case.get("problem", ""))
    return within_limit(
        lambda: evaluator.eq(case["reference"], case["candidate"], asks_for_set), lambda note: (False, note)
    )


def extract(case):
    return within_limit(lambda: evaluator.extract_ans(case["reply"]), lambda note: "")


source = hashlib.sha256((Path(arguments.checkout) / "dart_math" / "eval.py").read_bytes()).hexdigest()
answer_lines(["sympy", "antlr4-python3-runtime", "mpmath"], is_equal, extract, {"dart_math/eval.py sha256": source})
