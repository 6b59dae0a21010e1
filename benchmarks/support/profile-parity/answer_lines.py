"""Reads questions from standard input, asks a grader, writes one answer a line, each under a limit of time."""

import io
import json
import os
import signal
import sys


class Overtime(BaseException):
    """Not an Exception, so that fewer handlers of a grader take it for a failed step."""


def answer_lines(is_equal, extract, limit_seconds):
    # A grader may print; standard output is for the answers alone.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = io.StringIO()
    for line in sys.stdin:
        question = json.loads(line)
        is_late = False

        def stop(*_):
            nonlocal is_late
            is_late = True
            raise Overtime()

        # A bare except of the grader may swallow the first signal: it comes again.
        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, limit_seconds, 0.2)
        answer = {"id": question["id"]}
        try:
            if "reply" in question:
                answer["answer"] = extract(question)
            else:
                answer["equal"] = is_equal(question)
        except Overtime:
            is_late = True
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"[:200]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if is_late or "error" in answer:
            answer["late" if is_late else "failed"] = True
            answer["answer" if "reply" in question else "equal"] = None if "reply" in question else False
        out.write(json.dumps(answer) + "\n")
        out.flush()
        sys.stdout.seek(0)
        sys.stdout.truncate()
