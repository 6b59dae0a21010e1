"""Begins a program for each request: a warm interpreter that forks. Runs inside the sandbox; knows no test.

Started by checker_zygote.py as `python -B -s -S host_zygote.py FD SETTINGS`: FD is the control socket, SETTINGS is JSON:
`mode` (bubblewrap, landlock, none), `path` (what to import from), `work` (the one folder that programs may write, empty
now), `readable` (further paths that Landlock opens for reading) and, where they are not the default, `mostFiles` and
`mostFolderMb`.
"""

import gc
import json
import linecache
import os
import select
import signal
import socket
import sys
import time
from typing import Any, Dict, List, Mapping, Optional

_settings = json.loads(sys.argv[2])
# Where Python forks, `random` takes a new seed and `threading` forgets other threads: more than a fork itself costs.
# Here the seed is 0, and there is no other thread. Only without a sandbox may programs fork themselves.
_register = os.register_at_fork
if _settings["mode"] != "none":
    os.register_at_fork = lambda **hooks: None

# The folder of these modules is not the program's to import from.
import cleaning  # noqa: E402
import confine  # noqa: E402
import interpreter  # noqa: E402
import landlock  # noqa: E402
from program_host import ProgramHost  # noqa: E402
from seccomp import PreparedFilter, filter_of_program, filter_of_zygote  # noqa: E402
from wire import receive_frame, send_frame  # noqa: E402

interpreter.begin(_settings["path"])

# What programs import most is there already. Not what is large or brings libraries of its own (dataclasses, hashlib,
# statistics): each page makes every fork dearer, and few programs import it.
import abc, bisect, collections.abc, contextlib, copy, datetime, decimal, enum, fractions, functools  # noqa: E401,E402,F401
import heapq, io, itertools, math, operator, random, re, string, traceback, types, typing  # noqa: E401,E402,F401

os.register_at_fork = _register

_SYSTEM = ("/usr/lib", "/lib", "/lib64", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo", "/dev/urandom")
# How often the folder of a program that runs on is measured, and how long a program has to end that has hung up.
_GUARD_MS, _GRACE_MS = 200, 500


def main() -> None:
    if sys.flags.hash_randomization:
        raise SystemExit("PYTHONHASHSEED is not 0: the order of a set would differ from run to run")
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = _settings
    mode, work = settings["mode"], settings["work"]
    # A parent that has ended before this line has closed the control socket, which ends the loop below.
    confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)
    confine.prctl(confine.PR_SET_DUMPABLE, 0)
    os.chdir(work)
    if mode == "landlock":
        confine.drop_capabilities()
        landlock.restrict_files([*settings.get("readable", ()), *sys.path, *_SYSTEM], [work, "/dev/null"])
    program_filter = None
    if mode == "none":
        confine.prctl(confine.PR_SET_CHILD_SUBREAPER, 1)
    else:
        confine.prctl(confine.PR_SET_NO_NEW_PRIVS, 1)
        filter_of_zygote().prepare().install()
        program_filter = filter_of_program(keep_metadata=mode == "landlock").prepare()
    become_a_program()
    os.environ.clear()
    os.environ.update(HOME=work, TMPDIR=work, TZ="UTC", LC_ALL="C.UTF-8", PATH="")
    time.tzset()
    warm_up()
    gc.collect()
    gc.freeze()
    control.sendall(b'{"ready":true}\n')
    while True:
        data, fds, _, _ = socket.recv_fds(control, 4096, 2)
        if not data:
            return
        report = serve(control, json.loads(data), fds, settings, program_filter)
        control.sendall(json.dumps(report).encode() + b"\n")


def become_a_program() -> None:
    """Sets here what each fork would have to: standard input, signals, arguments, the seed."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.argv[:] = ["program.py"]
    random.seed(0)


def warm_up() -> None:
    """Runs small programs here, as each fork will: what Python and the linker do at first use is then done once."""
    load = {"do": "load", "program": "def f(x):\n    return [x]\n", "names": ["f"]}
    for _ in range(20):
        mine, theirs = socket.socketpair()
        host = ProgramHost(socket.SocketType(fileno=theirs.detach()))
        send_frame(mine, load)
        host.serve_one()
        handle = receive_frame(mine)["value"]["f"][1]
        send_frame(mine, {"do": "call", "on": handle, "args": [["l", 1, 2.5, "a"]], "keywords": {}})
        host.serve_one()
        mine.close()
    del sys.modules["program"]
    linecache.clearcache()


def serve(
    control: socket.socket,
    request: Mapping[str, Any],
    fds: List[int],
    settings: Mapping[str, Any],
    program_filter: Optional[PreparedFilter],
) -> Dict[str, Any]:
    """Runs one program until the checker says that it is done; what is left of it is ended and removed."""
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            if parent != 1:
                # A namespace ends with its first process.
                confine.die_with_parent(parent)
            run(control, request, fds, program_filter)
        finally:
            os._exit(70)
    for fd in fds:
        os.close(fd)
    excess = wait_for_end(control, child, settings)
    early = excess is None and has_ended(child)
    end_all(child, settings["mode"])
    _, status, usage = os.wait4(child, 0)
    reap_others()
    return {
        "status": status if early else None,
        "excess": excess,
        "cpuMs": round((usage.ru_utime + usage.ru_stime) * 1000, 1),
        "memoryMb": usage.ru_maxrss >> 10,
        "clean": cleaning.empty_folder(settings["work"]),
    }


def wait_for_end(control: socket.socket, child: int, settings: Mapping[str, Any]) -> Optional[str]:
    """Waits for the checker's word. Gives a reason where the program filled its folder, and was ended for that."""
    watch = os.pidfd_open(child)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    excess = None
    try:
        while not poll.poll(_GUARD_MS):
            if excess is None:
                excess = find_excess(settings)
                if excess is not None:
                    os.kill(child, signal.SIGKILL)
        data = control.recv(4096)
        if not data:
            end_all(child, settings["mode"])
            cleaning.empty_folder(settings["work"])
            os._exit(0)
        if json.loads(data).get("gone"):
            # The wire breaks a moment before the process has ended, and how it ended is the reason to report.
            ending = select.poll()
            ending.register(watch, select.POLLIN)
            ending.poll(_GRACE_MS)
        return excess
    finally:
        os.close(watch)


def find_excess(settings: Mapping[str, Any]) -> Optional[str]:
    most_files, most_mb = settings.get("mostFiles", 4096), settings.get("mostFolderMb", 64)
    files, size = cleaning.measure_folder(settings["work"], most_files)
    if files > most_files:
        return "it wrote more than %d files" % most_files
    if size > most_mb << 20:
        return "its files took more than %d MiB" % most_mb
    return None


def has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end_all(child: int, mode: str) -> None:
    """Ends the program and its children. A filter leaves it none; where there is none, they are found and ended."""
    if mode == "bubblewrap" and os.getpid() == 1:
        _kill(-1)
        return
    _kill(child)
    if mode == "none":
        _kill(-child)
        # Orphans become this process's own children once their parent has ended, so killing children until there are
        # none ends them all.
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        for _ in range(10_000):
            children = [number for number in _children() if number != child]
            if not children:
                break
            for number in children:
                _kill(number)
                try:
                    os.waitpid(number, 0)
                except ChildProcessError:
                    pass


def reap_others() -> None:
    try:
        while os.waitpid(-1, 0)[0] != 0:
            pass
    except ChildProcessError:
        pass


def _kill(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _children() -> List[int]:
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def run(control: socket.socket, request: Mapping[str, Any], fds: List[int], program_filter: Optional[PreparedFilter]) -> None:
    """Becomes the program's process."""
    control.close()
    wire, output = fds
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    if program_filter is None:
        os.setsid()
        random.seed(0)
    confine.limit_resources(request["limits"])
    if program_filter is not None:
        program_filter.install(os.getpid())
    # Without what Python adds to a socket: a fork pays for each page that it touches.
    ProgramHost(socket.SocketType(fileno=wire)).serve()
    os._exit(0)


main()
