"""Begins a program for each request: a warm interpreter that forks. Runs inside the sandbox; knows no test."""

import ctypes
import gc
import json
import os
import random
import resource
import select
import shutil
import signal
import socket
import sys

import confine
from program_host import ProgramHost

# What programs import most is there already.
import abc, array, asyncio, bisect, calendar, cmath, collections.abc, contextlib, copy, dataclasses, datetime, decimal  # noqa: E401,F401
import enum, fractions, functools, hashlib, heapq, io, itertools, math, operator, queue, re, statistics, string  # noqa: E401,F401
import textwrap, threading, time, traceback, types, typing, unicodedata, uuid, zlib  # noqa: E401,F401


def main():
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)
    confine.prctl(confine.PR_SET_DUMPABLE, 0)
    work = settings["work"]
    os.chdir(work)
    if settings["mode"] == "landlock":
        confine.drop_capabilities()
        confine.restrict_files(settings["readable"] + _own_paths(), [work, "/dev/null"])
    if settings["mode"] != "none":
        confine.prctl(confine.PR_SET_NO_NEW_PRIVS, 1)
        confine.allow_calls().install()
    os.environ.clear()
    os.environ.update(HOME=work, TMPDIR=work, TZ="UTC", LC_ALL="C.UTF-8", PATH="")
    time.tzset()
    gc.collect()
    gc.freeze()
    control.sendall(b'{"ready":true}\n')
    while True:
        data, fds, _, _ = socket.recv_fds(control, 4096, 2)
        if not data:
            return
        serve(control, json.loads(data), fds, settings)


def _own_paths():
    return [path for path in sys.path if path] + ["/usr/lib", "/lib", "/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo", "/dev/urandom"]


def serve(control, request, fds, settings):
    child = os.fork()
    if child == 0:
        try:
            run(control, request, fds, settings)
        finally:
            os._exit(70)
    for fd in fds:
        os.close(fd)
    # The checker says when to stop; until then there is nothing to do but notice an early end.
    watch = os.pidfd_open(child)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(watch, select.POLLIN)
    while True:
        events = dict(poll.poll())
        if control.fileno() in events:
            data = control.recv(4096)
            if not data:
                os.kill(child, signal.SIGKILL)
                sys.exit(0)
            break
        poll.unregister(watch)
    early = watch_ended(child)
    if os.getpid() == 1:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
    elif not early:
        os.kill(child, signal.SIGKILL)
    os.close(watch)
    _, status, usage = os.wait4(child, 0)
    while True:
        try:
            if os.waitpid(-1, 0)[0] == 0:
                break
        except ChildProcessError:
            break
    clean = empty(settings["work"])
    report = {
        "status": status if early else None,
        "cpuMs": round((usage.ru_utime + usage.ru_stime) * 1000, 1),
        "memoryMb": usage.ru_maxrss >> 10,
        "clean": clean,
    }
    control.sendall(json.dumps(report).encode() + b"\n")


def watch_ended(child):
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def run(control, request, fds, settings):
    control.close()
    wire, output = fds
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if settings["mode"] == "none":
        os.setsid()
    confine.limit_resources(request["limits"])
    if settings["mode"] != "none":
        confine.forbid_processes(os.getpid()).install()
    random.seed(0)
    sys.argv[:] = ["program.py"]
    gc.enable()
    ProgramHost(socket.socket(fileno=wire)).serve()
    os._exit(0)


def empty(folder):
    """Whether nothing of a program is left in its folder."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries]
    if not names:
        return True
    for name in names:
        path = os.path.join(folder, name)
        try:
            if os.path.isdir(path) and not os.path.islink(path):
                _open_up(path)
                shutil.rmtree(path)
            else:
                os.unlink(path)
        except OSError:
            return False
    return True


def _open_up(folder):
    os.chmod(folder, 0o700)
    for root, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(root, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)


main()
