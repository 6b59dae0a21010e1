"""What tests can leave behind in their process, where it would reach the tests that follow them."""

import _thread
import builtins
import decimal
import os
import signal
import sys
from typing import Any, NamedTuple, Tuple

# What its address space may grow by, in bytes, so that those that follow have nearly all that one alone has.
_GROWTH = 256 << 20


class ProcessState(NamedTuple):
    settings: Tuple[Any, ...]
    memory: int

    def is_kept(self) -> bool:
        """Whether the process is still as it was: no thread, nothing replaced, no memory that adds up."""
        now = take_state()
        return now.settings == self.settings and now.memory - self.memory < _GROWTH


def take_state() -> ProcessState:
    context = decimal.getcontext()
    settings = (
        _thread._count(),
        os.getcwd(),
        sys.getrecursionlimit(),
        (id(sys.stdin), id(sys.stdout), id(sys.stderr)),
        (context.prec, context.rounding, context.Emin, context.Emax, context.capitals, context.clamp, context.traps),
        dict(vars(builtins)),
    )
    return ProcessState(settings, _measure_memory())


def _measure_memory() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        # Without /proc it is not known: fifty programs at the most share the process.
        return 0


def stop_alarms() -> None:
    """Tests that put an end to a slow call leave their alarm's handler, and may leave the alarm."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
