"""Judges one program after the other: starts its process and the tests' process, and puts together how both ended."""

import collections
import hashlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from types import CodeType
from typing import Any, Callable, Dict, Optional, Tuple

import cleaning
from examiner import Examiner
from tests_source import read_tests

Answer = Dict[str, Any]

_MOST_SOURCE = 16 << 20
_MOST_COMPILED = 2048


class Judge:
    """Holds the host zygote, which it starts again when it has ended or left something behind."""

    def __init__(self, settings: Dict[str, Any]) -> None:
        self._settings = settings
        self._tests = Cache(read_tests)
        self._contexts = Cache(lambda source: compile(source, "context.py", "exec", dont_inherit=True))
        self._examiner: Optional[Examiner] = None
        self._start_host()

    def _start_host(self) -> None:
        mine, theirs = socket.socketpair()
        host = {**self._settings["host"], "path": self._settings["path"]}
        command = self._settings["command"] + [str(theirs.fileno()), json.dumps(host)]
        self._host = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=self._settings["environment"],
        )
        theirs.close()
        self._control = mine
        self._reader = mine.makefile("r")
        if not self._reader.readline():
            raise SystemExit("the sandbox did not start: exit status %s" % self._host.wait())

    def close(self) -> None:
        self._dismiss_examiner()
        self._reader.close()
        self._control.close()
        try:
            self._host.wait(5)
        except subprocess.TimeoutExpired:
            self._host.kill()
            self._host.wait()

    def _restart_host(self) -> None:
        self.close()
        # In its own mount namespace a host takes its folder along; elsewhere what it could not remove is removed here.
        if self._settings["host"]["mode"] != "bubblewrap":
            cleaning.empty_folder(self._settings["host"]["work"])
        self._start_host()

    def judge(self, request: Dict[str, Any]) -> Answer:
        began = time.monotonic()
        tests, context, refusal = self._prepare(request)
        if refusal is not None:
            return {"id": request["id"], "outcome": "refused", "detail": refusal, "ms": _since(began)}
        limits = request["limits"]
        mine, theirs = socket.socketpair()
        output, output_end = os.pipe2(os.O_CLOEXEC)
        self._begin_program({"limits": limits}, [theirs.fileno(), output_end])
        theirs.close()
        os.close(output_end)
        examiner = self._examiner = self._examiner or Examiner([self._control, mine])
        examiner.begin(mine, request, tests, context)
        mine.close()
        deadline = began + limits["timeoutMs"] / 1000
        verdict, text = _await_verdict(examiner.sock.fileno(), output, deadline, limits["outputBytes"])
        if not _is_settled(verdict) or examiner.served >= self._settings.get("examinations", 1):
            self._dismiss_examiner()
        report = self._end_program(verdict)
        text += _read_rest(output, limits["outputBytes"] - len(text))
        os.close(output)
        answer = {"id": request["id"], **conclude(verdict, report, limits), "ms": _since(began)}
        if report is not None:
            answer.update(cpuMs=report["cpuMs"], memoryMb=report["memoryMb"])
        if text:
            answer["output"] = text.decode("utf-8", "replace")
        if report is None or not report["clean"]:
            self._restart_host()
        if verdict == {} and examiner.served > 1:
            # The tests' process ended, and what earlier tests left in it may be why: this time it is a new one.
            return self.judge(request)
        return answer

    def _dismiss_examiner(self) -> None:
        if self._examiner is not None:
            self._examiner.end()
            self._examiner = None

    def _prepare(self, request: Dict[str, Any]) -> Tuple[Any, Optional[CodeType], Optional[str]]:
        """The compiled tests and their context, or why the request cannot be judged."""
        program, source = request.get("program"), request.get("context")
        if not isinstance(program, str):
            return None, None, "the program is no text"
        if len(program) > _MOST_SOURCE:
            return None, None, "the program is longer than %d characters" % _MOST_SOURCE
        try:
            context = None if source is None else self._contexts.get(source)
            tests = self._tests.get(request["tests"])
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return None, None, "the tests or their context are no Python: %s" % error
        if tests.is_empty:
            return None, None, "there are no tests"
        return tests, context, None

    def _begin_program(self, message: Dict[str, Any], descriptors: "list[int]") -> None:
        body = json.dumps(message).encode()
        try:
            socket.send_fds(self._control, [body], descriptors)
        except OSError:
            # It was ended between two programs.
            self._restart_host()
            socket.send_fds(self._control, [body], descriptors)

    def _end_program(self, verdict: Optional[Answer]) -> Optional[Answer]:
        """How the program's process ended; None where the host is gone."""
        gone = verdict is not None and verdict.get("gone", False)
        try:
            self._control.sendall(json.dumps({"gone": gone}).encode())
            line = self._reader.readline()
        except OSError:
            return None
        return json.loads(line) if line else None


class Cache:
    """The last sources that were compiled: many samples share their tests."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make
        self._known: "collections.OrderedDict[bytes, Any]" = collections.OrderedDict()

    def get(self, source: str) -> Any:
        key = hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._make(source)
            if len(self._known) > _MOST_COMPILED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return known


def conclude(verdict: Optional[Answer], report: Optional[Answer], limits: Dict[str, Any]) -> Answer:
    """Puts together what the tests found (None: nothing in time) and how the program's process ended."""
    if verdict is not None and verdict.get("outcome") == "passed":
        return {"outcome": "passed", "detail": ""}
    if report is not None and report["excess"] is not None:
        return {"outcome": "killed", "detail": report["excess"]}
    if verdict is None:
        return {"outcome": "timeout", "detail": "it ran longer than %d ms" % limits["timeoutMs"]}
    if "outcome" not in verdict:
        return {"outcome": "error", "detail": "the tests ended without a verdict: a value was too large for them"}
    if verdict.get("gone"):
        if report is None:
            return {"outcome": "killed", "detail": "it ended together with its sandbox"}
        status = report["status"]
        if status is not None and os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGXCPU or (number == signal.SIGKILL and report["cpuMs"] >= limits["cpuSeconds"] * 1000):
                return {"outcome": "timeout", "detail": "it used %d s of processor time" % limits["cpuSeconds"]}
            return {"outcome": "killed", "detail": "it was ended by signal %d (%s)" % (number, signal.Signals(number).name)}
        if status is not None:
            return {"outcome": "error", "detail": "it exited with status %d before its tests ended" % os.WEXITSTATUS(status)}
    return {key: _clean(verdict[key]) for key in ("outcome", "detail", "trace") if key in verdict}


def _clean(text: str) -> str:
    # Half of a surrogate pair is no text outside of Python.
    return text.encode("utf-8", "replace").decode()


def _since(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 2)


def _is_settled(verdict: Optional[Answer]) -> bool:
    """Whether the tests came to their end in good order and left their process so that others may run in it."""
    return verdict is not None and verdict.get("outcome") in ("passed", "failed") and not verdict["last"]


def _await_verdict(examiner: int, output: int, deadline: float, most: int) -> Tuple[Optional[Answer], bytes]:
    """What the tests say, or None at the deadline; and the beginning of what the program printed."""
    poll = select.poll()
    poll.register(examiner, select.POLLIN)
    poll.register(output, select.POLLIN)
    said, text = b"", b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return None, text
        for descriptor, _ in poll.poll(left * 1000):
            try:
                data = os.read(descriptor, 1 << 16)
            except ConnectionResetError:
                # It ended before it had read all of the request.
                data = b""
            if descriptor == output:
                if data:
                    text += data[: most - len(text)]
                else:
                    poll.unregister(output)
            elif data:
                said += data
                if said.endswith(b"\n"):
                    return json.loads(said), text
            else:
                return {}, text


def _read_rest(output: int, most: int) -> bytes:
    os.set_blocking(output, False)
    try:
        return os.read(output, most) if most > 0 else b""
    except BlockingIOError:
        return b""
