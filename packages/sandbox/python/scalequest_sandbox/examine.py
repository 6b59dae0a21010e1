"""Runs the tests of one request, and says what they found."""

import random
import socket
import traceback
from types import CodeType
from typing import Any, Dict, Optional

from link import CannotCarry, Link, ProgramFault, ProgramGone
from tests_source import STANDARD, TestsSource

Verdict = Dict[str, Any]


class TestsBroken(BaseException):
    """The tests or their context are at fault, whatever the program is."""


def examine(sock: socket.socket, request: Dict[str, Any], tests: TestsSource, context: Optional[CodeType]) -> Verdict:
    random.seed(0)
    link = Link(sock)
    try:
        _run_tests(link, request, tests, context)
        fault: Optional[BaseException] = link.fault or link.refuted
        if fault is None and not link.asked:
            return {"outcome": "error", "detail": "the tests ended without asking anything of the program"}
    except BaseException as error:
        fault = link.fault or link.refuted or error
    if fault is None:
        return {"outcome": "passed", "detail": ""}
    return _describe(fault)


def _run_tests(link: Link, request: Dict[str, Any], tests: TestsSource, context: Optional[CodeType]) -> None:
    space: Dict[str, Any] = {"__name__": "tests", **STANDARD}
    given = set()
    if context is not None:
        try:
            exec(context, space)
        except BaseException as error:
            raise TestsBroken("the context of the tests raised %s: %s" % (type(error).__name__, error)) from None
        given = {name for name, value in space.items() if name in context.co_names or STANDARD.get(name) is not value}
    entry = request.get("entryPoint")
    wanted = set(tests.names) - given
    if entry is not None:
        if "check" in wanted and entry != "check":
            raise TestsBroken("the tests call 'check', which they do not define")
        wanted.add(entry)
    elif not wanted:
        wanted.update(tests.replaced - given)
    found = link.load(request["program"], sorted(wanted))
    if entry is not None and entry not in found:
        raise NameError("the program does not define '%s'" % entry)
    space.update((name, value) for name, value in found.items() if name not in given)
    exec(tests.code, space)
    if entry is not None and tests.has_check:
        space["check"](found[entry])


def _describe(error: BaseException) -> Verdict:
    if isinstance(error, TestsBroken):
        return {"outcome": "refused", "detail": str(error)}
    if isinstance(error, CannotCarry):
        return {"outcome": "error", "detail": "it cannot be checked: %s" % error}
    if isinstance(error, ProgramFault):
        return {"outcome": "error", "detail": str(error), "gone": isinstance(error, ProgramGone)}
    raised = getattr(error, "__program__", None)
    if raised is not None:
        outcome = "out-of-memory" if raised["memory"] else "error"
        return {"outcome": outcome, "detail": "%s: %s" % (raised["name"], raised["message"]), "trace": raised["trace"]}
    if isinstance(error, AssertionError):
        return {"outcome": "failed", "detail": _place(error) + (": " + _text(error) if _text(error) else "")}
    if isinstance(error, TimeoutError):
        return {"outcome": "timeout", "detail": "%s: %s" % (_place(error), _text(error))}
    return {"outcome": "error", "detail": "%s: %s: %s" % (_place(error), type(error).__name__, _text(error))}


def _place(error: BaseException) -> str:
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == "tests.py"]
    return "line %d of the tests" % lines[-1] if lines else "the tests"


def _text(error: BaseException) -> str:
    # A message may hold a thing of the program, which is asked for its text.
    try:
        return str(error)[:2000]
    except BaseException:
        return ""
