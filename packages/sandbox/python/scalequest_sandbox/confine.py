"""Takes rights away from this process: capabilities, resources. The kernel's other tools are in landlock.py and seccomp.py."""

import ctypes
import os
import platform
import resource
import signal
import struct
from typing import Any, Mapping

_libc = ctypes.CDLL(None, use_errno=True)
syscall = _libc.syscall
syscall.restype = ctypes.c_long
_prctl = _libc.prctl
_prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 24, 36, 38


_SIGKILL = int(signal.SIGKILL)


class CannotConfine(Exception):
    """The kernel refuses a part of the confinement."""


def failure(what: str) -> CannotConfine:
    return CannotConfine("%s: %s" % (what, os.strerror(ctypes.get_errno())))


def prctl(option: int, argument: int, third: int = 0) -> None:
    if _prctl(option, argument, third, 0, 0) != 0:
        raise failure("prctl %d" % option)


def die_with_parent(parent: int) -> None:
    """Ends this process when its parent ends; at once where `parent` has ended already."""
    prctl(PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(70)


def drop_capabilities() -> None:
    for capability in range(64):
        if _prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    if syscall(126 if platform.machine() == "x86_64" else 91, ctypes.c_char_p(header), ctypes.c_char_p(bytes(24))) != 0:
        raise failure("capset")


def limit_resources(limits: Mapping[str, Any]) -> None:
    """The limits of one program. SIGXCPU comes a second before SIGKILL; a file that grows too large is an OSError."""
    set_limit = resource.setrlimit
    memory = limits["memoryMb"] << 20
    set_limit(resource.RLIMIT_AS, (memory, memory))
    set_limit(resource.RLIMIT_CPU, (limits["cpuSeconds"], limits["cpuSeconds"] + 1))
    set_limit(resource.RLIMIT_FSIZE, (limits["fileMb"] << 20, limits["fileMb"] << 20))
    set_limit(resource.RLIMIT_NOFILE, (limits["files"], limits["files"]))
    set_limit(resource.RLIMIT_CORE, (0, 0))
