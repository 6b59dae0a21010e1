"""seccomp: what may be asked of the kernel at all. Two filters: a zygote's, and the stricter one of each program."""

import ctypes
import platform
import struct
from typing import Dict, Iterator, List, Tuple

from confine import PR_SET_SECCOMP, CannotConfine, prctl
from system_calls import MACHINES

_LD, _JA, _JEQ, _JGE, _JSET, _AND, _RET = 0x20, 0x05, 0x15, 0x35, 0x45, 0x54, 0x06
_WORD = 0xFFFFFFFF
_VALUE = struct.Struct("=I")
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EPERM, _ENOMEM, _ENOSYS = 1, 12, 38
_CLONE_THREAD = 0x10000
_AF_UNIX, _SOCK_STREAM = 1, 1
# F_SETOWN, F_SETSIG, F_SETOWN_EX: a descriptor that is ready would signal any process of the same user.
_SIGNALLING_FCNTL = (8, 10, 15)
# TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: the others reach devices, or signal like the above.
_HARMLESS_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
_PR_NAMES = (15, 16)
# Landlock says nothing about modes and times of a file, so its user's own files would be open to these.
_METADATA = ("chmod", "fchmod", "fchmodat", "utime", "utimes", "utimensat")
# Stands for the number of the process that the filter is installed in: no process has it.
_OWN = 0x7FFFFFFF
# The memory of a program bounds its threads through their stacks: with the smallest, one program took half of the process
# numbers of a machine, and others could start none. Threads that do not ask for less have 8 MiB.
_MAP_STACK, _SMALLEST_STACK = 0x20000, 1 << 20
_PROCESSES = ("fork", "wait4", "waitid", "setsid", "setrlimit", "pidfd_open", "seccomp")


class Filter:
    """A filter over the number of a system call. Jumps are short, so every check ends in its own verdict."""

    def __init__(self) -> None:
        architecture, self.numbers = _machine()
        self._code: List[bytes] = []
        self._load(4)
        self._add(_JEQ, architecture, 1, 0)
        self._return(_ERRNO | _EPERM)
        self._load(0)

    def _add(self, code: int, value: int, yes: int = 0, no: int = 0) -> None:
        self._code.append(struct.pack("=HBBI", code, yes, no, value & 0xFFFFFFFF))

    def _load(self, offset: int) -> None:
        self._add(_LD, offset)

    def _return(self, value: int) -> None:
        self._add(_RET, value)

    def refuse(self, name: str, error: int = _EPERM) -> None:
        if name in self.numbers:
            self._add(_JEQ, self.numbers[name], 0, 1)
            self._return(_ERRNO | error)

    def allow_where(self, name: str, *conditions: Tuple[int, int, Tuple[int, ...]]) -> None:
        """Allows the call where each argument, under its mask, has one of its values, and refuses it else."""
        if name not in self.numbers:
            return
        self._add(_JEQ, self.numbers[name], 0, sum(len(values) + 3 for _, _, values in conditions) + 1)
        for argument, mask, values in conditions:
            self._load(16 + 8 * argument)
            self._add(_AND, mask)
            for index, value in enumerate(values):
                self._add(_JEQ, value, len(values) - index, 0)
            self._return(_ERRNO | _EPERM)
        self._return(_ALLOW)

    def refuse_where(self, name: str, argument: int, values: Tuple[int, ...]) -> None:
        """Refuses the call where an argument has one of the values; later checks decide about the rest."""
        self._add(_JEQ, self.numbers[name], 0, len(values) + 4)
        self._load(16 + 8 * argument)
        for index, value in enumerate(values):
            self._add(_JEQ, value, len(values) - index, 0)
        self._add(_JA, 1)
        self._return(_ERRNO | _EPERM)
        self._load(0)

    def refuse_without(self, name: str, argument: int, bits: int) -> None:
        """Refuses the call where an argument has none of the bits, and allows it else."""
        self._add(_JEQ, self.numbers[name], 0, 4)
        self._load(16 + 8 * argument)
        self._add(_JSET, bits, 0, 1)
        self._return(_ALLOW)
        self._return(_ERRNO | _EPERM)

    def allow_reading_limits(self) -> None:
        """`prlimit64` of this process (0), with no new limit (a null pointer, in two halves)."""
        self._add(_JEQ, self.numbers["prlimit64"], 0, 8)
        self._load(32)
        self._add(_JEQ, 0, 0, 4)
        self._load(36)
        self._add(_JEQ, 0, 0, 2)
        self._load(16)
        self._add(_JEQ, 0, 1, 0)
        self._return(_ERRNO | _EPERM)
        self._return(_ALLOW)

    def refuse_small_stacks(self) -> None:
        """`mmap` of a thread's stack; later checks decide about the rest. A length has two halves."""
        self._add(_JEQ, self.numbers["mmap"], 0, 8)
        self._load(40)
        self._add(_JSET, _MAP_STACK, 0, 5)
        self._load(28)
        self._add(_JEQ, 0, 0, 3)
        self._load(24)
        self._add(_JGE, _SMALLEST_STACK, 1, 0)
        self._return(_ERRNO | _ENOMEM)
        self._load(0)

    def allow_only(self, numbers: List[int]) -> None:
        for first, last in _runs(sorted(numbers)):
            self._add(_JGE, first, 0, 2)
            self._add(_JGE, last + 1, 1, 0)
            self._return(_ALLOW)
        self._return(_ERRNO | _EPERM)

    def allow_others(self) -> None:
        self._return(_ALLOW)

    def prepare(self) -> "PreparedFilter":
        return PreparedFilter(self._code)


class PreparedFilter:
    """A filter as the kernel takes it. Made once: a fork that installs it has little left to do."""

    def __init__(self, code: List[bytes]) -> None:
        body = b"".join(code)
        self._body = ctypes.create_string_buffer(body, len(body))
        self._own = [8 * index + 4 for index, line in enumerate(code) if line.endswith(_VALUE.pack(_OWN))]
        program = struct.pack("=HxxxxxxQ", len(code), ctypes.addressof(self._body))
        self._program = ctypes.create_string_buffer(program, len(program))
        self._address = ctypes.addressof(self._program)

    def install(self, own: int = _OWN) -> None:
        """`own` is the number of this process, where the filter names it."""
        for place in self._own:
            _VALUE.pack_into(self._body, place, own)
        prctl(PR_SET_SECCOMP, 2, self._address)


def _machine() -> Tuple[int, Dict[str, int]]:
    known = MACHINES.get(platform.machine())
    if known is None:
        raise CannotConfine("no system call table for %s" % platform.machine())
    return known


def _runs(numbers: List[int]) -> Iterator[Tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def filter_of_zygote() -> Filter:
    """The calls that Python needs, and nothing else: no socket, no exec, no mount, no namespace."""
    made = Filter()
    made.refuse("clone3", _ENOSYS)
    made.refuse_where("fcntl", 1, _SIGNALLING_FCNTL)
    made.allow_where("ioctl", (1, _WORD, _HARMLESS_IOCTL))
    # A connected pair, with which an event loop wakes itself. A datagram socket could send to any socket of the machine.
    made.allow_where("socketpair", (0, _WORD, (_AF_UNIX,)), (1, 0xF, (_SOCK_STREAM,)))
    made.allow_only([number for name, number in made.numbers.items() if name not in ("clone3", "ioctl", "socketpair")])
    return made


def filter_of_program(keep_metadata: bool) -> Filter:
    """What a program may not do that its zygote must: begin processes, signal others than itself, change limits."""
    made = Filter()
    for name in _PROCESSES + (_METADATA if keep_metadata else ()):
        made.refuse(name)
    made.refuse_without("clone", 0, _CLONE_THREAD)
    made.refuse_small_stacks()
    for name in ("kill", "tgkill"):
        made.allow_where(name, (0, _WORD, (_OWN,)))
    made.allow_where("prctl", (0, _WORD, _PR_NAMES))
    made.allow_reading_limits()
    made.allow_others()
    return made
