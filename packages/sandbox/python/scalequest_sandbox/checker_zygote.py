"""Judges programs for Node: JSON Lines in, JSON Lines out. Trusted: it holds the tests, and runs no line of a program."""

import ast
import collections
import ctypes
import gc
import hashlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
import traceback

import checker
import confine

# What tests import most, so that a fork has it.
import bisect, cmath, copy, datetime, decimal, fractions, functools, heapq, itertools, math, operator, random, re, statistics, string, typing  # noqa: E401,F401

_STANDARD = {name: sys.modules[name] for name in sys.stdlib_module_names if name in sys.modules and not name.startswith("_")}


def main():
    sys.set_int_max_str_digits(0)
    settings = json.loads(sys.argv[1])
    confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)
    judge = Judge(settings)
    gc.collect()
    gc.freeze()
    out = sys.stdout
    out.write('{"ready":true}\n')
    out.flush()
    for line in sys.stdin:
        out.write(json.dumps(judge.judge(json.loads(line))) + "\n")
        out.flush()
    judge.close()


class Judge:
    def __init__(self, settings):
        self._settings = settings
        self._compiled = collections.OrderedDict()
        self._start_host()

    def _start_host(self):
        mine, theirs = socket.socketpair()
        theirs.set_inheritable(True)
        command = self._settings["command"] + [str(theirs.fileno()), json.dumps(self._settings["host"])]
        self._host = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=self._settings["environment"])
        theirs.close()
        self._control = mine
        self._reader = mine.makefile("r")
        if not self._reader.readline():
            raise SystemExit("the sandbox did not start: exit status %s" % self._host.wait())

    def close(self):
        self._reader.close()
        self._control.close()
        self._host.wait()

    def judge(self, request):
        began = time.monotonic()
        try:
            code, names = self._compile(request["tests"])
        except (SyntaxError, ValueError) as error:
            return {"id": request["id"], "outcome": "refused", "detail": "the tests are no Python: %s" % error, "ms": 0}
        limits = request["limits"]
        mine, theirs = socket.socketpair()
        output, output_end = os.pipe2(os.O_CLOEXEC)
        result, result_end = os.pipe2(os.O_CLOEXEC)
        socket.send_fds(self._control, [json.dumps({"limits": limits}).encode()], [theirs.fileno(), output_end])
        theirs.close()
        os.close(output_end)
        child = os.fork()
        if child == 0:
            try:
                os.close(result)
                self._control.close()
                examine(mine, request, code, names, result_end)
            finally:
                os._exit(70)
        mine.close()
        os.close(result_end)
        verdict, text = self._wait(result, output, began + limits["timeoutMs"] / 1000, limits["outputBytes"])
        os.close(result)
        os.close(output)
        if verdict is None or "outcome" not in verdict:
            os.kill(child, signal.SIGKILL)
        self._control.sendall(b"{}")
        line = self._reader.readline()
        os.waitpid(child, 0)
        report = json.loads(line) if line else None
        answer = conclude(verdict, report, limits)
        answer.update(id=request["id"], ms=round((time.monotonic() - began) * 1000, 2))
        if report is not None:
            answer.update(cpuMs=report["cpuMs"], memoryMb=report["memoryMb"])
        if text:
            answer["output"] = text.decode("utf-8", "replace")
        if report is None or not report["clean"]:
            self.close()
            self._start_host()
        return answer

    def _wait(self, result, output, deadline, most):
        """The verdict, or None at the deadline; and the beginning of what the program printed."""
        poll = select.poll()
        poll.register(result, select.POLLIN)
        poll.register(output, select.POLLIN)
        said, text = b"", b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return None, text
            for fd, _ in poll.poll(left * 1000):
                data = os.read(fd, 1 << 16)
                if fd == output:
                    if not data:
                        poll.unregister(output)
                    elif len(text) < most:
                        text += data[: most - len(text)]
                elif data:
                    said += data
                else:
                    return (json.loads(said) if said else {}), text

    def _compile(self, tests):
        key = hashlib.sha256(tests.encode("utf-8", "surrogatepass")).digest()
        known = self._compiled.get(key)
        if known is None:
            tree = ast.parse(tests, "tests.py")
            known = compile(tree, "tests.py", "exec", dont_inherit=True), sorted(wanted_names(tree))
            self._compiled[key] = known
            if len(self._compiled) > 2048:
                self._compiled.popitem(last=False)
        else:
            self._compiled.move_to_end(key)
        return known


def wanted_names(tree):
    """Names that the tests read and neither bind themselves nor find in Python: those are the program's."""
    read, bound = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
    return {name for name in read - bound if name not in checker.builtins.__dict__ and name not in _STANDARD}


def examine(sock, request, code, names, result):
    """Runs the tests: in a process of their own, which ends here."""
    memory = 4 << 30
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    random.seed(0)
    link = checker.Link(sock)
    verdict = {"outcome": "error", "detail": "the tests did not end"}
    try:
        entry = request.get("entryPoint")
        wanted = set(names)
        if entry is not None:
            wanted.add(entry)
        found = link.load(request["program"], sorted(wanted))
        if entry is not None and entry not in found:
            raise NameError("name '%s' is not defined" % entry)
        space = {"__name__": "tests", **_STANDARD, **{name: value for name, value in found.items() if value is not None}}
        exec(code, space)
        check = space.get("check")
        if entry is not None and callable(check) and "check" not in found:
            check(found[entry])
        verdict = {"outcome": "passed", "detail": ""}
    except checker.ProgramGone as error:
        verdict = {"outcome": "error", "detail": str(error), "gone": True}
    except checker.CannotCarry as error:
        verdict = {"outcome": "error", "detail": "cannot be checked: %s" % error}
    except BaseException as error:
        verdict = describe(error)
    body = json.dumps(verdict).encode()
    while body:
        body = body[os.write(result, body):]
    os._exit(0)


def describe(error):
    raised = getattr(error, "__program__", None)
    if raised is not None:
        outcome = "out-of-memory" if raised["name"] == "MemoryError" else "error"
        return {"outcome": outcome, "detail": "%s: %s" % (raised["name"], raised["message"]), "trace": raised["trace"]}
    if isinstance(error, AssertionError):
        return {"outcome": "failed", "detail": where(error)}
    return {"outcome": "error", "detail": "%s: %s" % (type(error).__name__, str(error)[:2000])}


def where(error):
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "tests.py"]
    line = frames[-1].lineno if frames else 0
    message = str(error)[:2000]
    return "line %d of the tests%s" % (line, ": " + message if message else "")


def conclude(verdict, report, limits):
    """Puts together what the tests found and how the program's process ended."""
    status = None if report is None else report["status"]
    if verdict is None:
        return {"outcome": "timeout", "detail": "it ran longer than %d ms" % limits["timeoutMs"]}
    if verdict.get("outcome") == "passed":
        return {"outcome": "passed", "detail": ""}
    if verdict.get("gone") and status is not None:
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGXCPU or (number == signal.SIGKILL and report["cpuMs"] >= limits["cpuSeconds"] * 1000):
                return {"outcome": "timeout", "detail": "it used %d s of processor time" % limits["cpuSeconds"]}
            return {"outcome": "killed", "detail": "it was ended by signal %d" % number}
        return {"outcome": "error", "detail": "it exited with status %d before its tests ended" % os.WEXITSTATUS(status)}
    if "outcome" not in verdict:
        return {"outcome": "error", "detail": "the tests ended without a verdict"}
    return {key: verdict[key] for key in ("outcome", "detail", "trace") if key in verdict}


main()
