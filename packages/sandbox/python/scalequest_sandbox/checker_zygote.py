"""Judges programs for Node: JSON Lines in, JSON Lines out. Trusted: it holds the tests, and runs no line of a program.

Started as `python -B -s -S checker_zygote.py SETTINGS` with PYTHONHASHSEED=0. SETTINGS is JSON:

- `command`: the argument list that starts host_zygote.py inside its sandbox; the host appends its two arguments.
- `path`: what tests and programs import from.
- `environment`: the host's whole environment; PYTHONHASHSEED must be 0 in it (`-E` and `-I` would ignore it).
- `host`: `mode` (bubblewrap, landlock, none), `work` (an empty folder), `readable`, and where
  they are not the default `mostFiles` (4096) and `mostFolderMb` (64).
- `examinations`: how many programs' tests may run in one process, in turn (1). Tests that do not come to their end
  in good order are the last in theirs.

It says `{"ready":true}` first. A request is `{"id","program","tests","entryPoint"?,"context"?,"limits"}`, its answer
`{"id","outcome","detail","ms","cpuMs"?,"memoryMb"?,"trace"?,"output"?}`, in order. It ends when its input does.
"""

import gc
import json
import os
import signal
import sys

import confine
import interpreter
from judge import Judge


def main() -> None:
    confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)
    # An interrupt at the terminal is Node's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    # Tests that read or print must not reach Node's lines.
    requests, answers = os.fdopen(os.dup(0), "r", encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="ascii")
    nothing = os.open("/dev/null", os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    settings = json.loads(sys.argv[1])
    interpreter.begin(settings["path"])
    judge = Judge(settings)
    gc.collect()
    gc.freeze()
    _say(answers, {"ready": True})
    for line in requests:
        _say(answers, judge.judge(json.loads(line)))
    judge.close()


def _say(answers, message) -> None:  # type: ignore[no-untyped-def]
    answers.write(json.dumps(message) + "\n")
    answers.flush()


main()
