"""Landlock: what can be read, the one folder that can be written, no TCP, no signals to processes outside."""

import ctypes
import os
import struct
from typing import Iterable

from confine import PR_SET_NO_NEW_PRIVS, CannotConfine, failure, prctl, syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _IOCTL = 1 << 13, 1 << 14, 1 << 15
_ALL_OF_THE_FIRST = (1 << 13) - 1


def landlock_version() -> int:
    """What the kernel knows of Landlock: 0 where it has none."""
    return max(0, syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    """From here on this process and its children reach these paths and no others. Paths that do not exist are left out."""
    version = landlock_version()
    if version < 1:
        raise CannotConfine("the kernel has no Landlock")
    handled = _ALL_OF_THE_FIRST
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL)):
        if version >= since:
            handled |= right
    # TCP (bind, connect) from version 4; abstract sockets and signals from version 6.
    attributes = struct.pack("=QQQ", handled, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = syscall(_CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        raise failure("landlock_create_ruleset")
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR | _EXECUTE)
        for path in writable:
            _allow(ruleset, path, handled & ~_EXECUTE)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        if syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)) != 0:
            raise failure("landlock_restrict_self")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _READ_FILE | _WRITE_FILE | _EXECUTE
        rule = struct.pack("=Qi", rights, place)
        if syscall(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.c_char_p(rule), ctypes.c_uint32(0)) != 0:
            raise failure("landlock_add_rule %s" % path)
    finally:
        os.close(place)
