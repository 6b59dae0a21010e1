# Programs that end, hang, or leave something running. Tests: f(2) == 4, f(3) == 9.

# %% os-exit
# does: ends its process with status 0 when it is loaded
# ends: error
import os
os._exit(0)

# %% os-exit-in-call
# does: ends its process with status 0 when it is called
# ends: error
import os
def f(x): os._exit(0)

# %% sys-exit
# does: raises SystemExit(0)
# ends: error
import sys
sys.exit(0)

# %% raise-base-exception
# does: raises KeyboardInterrupt and GeneratorExit
# ends: error
def f(x): raise (KeyboardInterrupt if x == 2 else GeneratorExit)

# %% abort
# does: aborts
# ends: killed
import os
def f(x): os.abort()

# %% segmentation-fault
# does: reads address 0 through ctypes
# ends: killed
import ctypes
def f(x): return ctypes.string_at(0)

# %% kill-itself
# does: sends SIGKILL to itself
# ends: killed
import os
def f(x): os.kill(os.getpid(), 9)

# %% close-descriptors
# does: closes every descriptor and goes on
# ends: error
import os, time
os.closerange(0, 64)
time.sleep(5)
def f(x): return 5

# %% endless-loop
# does: loops
# ends: timeout
def f(x):
    while True: pass

# %% endless-loop-at-load
# does: loops when it is loaded, and ignores SIGXCPU
# ends: timeout
import signal
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
while True: pass

# %% sleep
# does: sleeps
# ends: timeout
import time
def f(x):
    while True:
        try: time.sleep(1000)
        except BaseException: pass

# %% catch-everything
# does: catches everything, for ever
# ends: timeout
import time
def f(x):
    while True:
        try:
            while True: time.sleep(0.01)
        except BaseException: pass

# %% stop-itself
# does: stops its own process
# ends: timeout
import os, signal
def f(x): os.kill(os.getpid(), signal.SIGSTOP)

# %% slow-regex
# does: runs a regular expression that backtracks for ever
# ends: timeout
import re
def f(x): return re.match(r"(a+)+$", "a" * 64 + "b")

# %% huge-power
# does: computes a power that takes hours, inside one instruction
# ends: timeout out-of-memory
def f(x): return 7 ** (7 ** 12)

# %% alarm
# does: interrupts its own host with an alarm that raises
# ends: error killed failed
import signal
def ring(*_): raise SystemExit(0)
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
def f(x): return 5

# %% threads-left
# does: leaves threads that compute for ever
# ends: failed timeout
import threading
def spin():
    while True: pass
for _ in range(4): threading.Thread(target=spin).start()
def f(x): return 5

# %% exit-handlers
# does: registers handlers that print a verdict at the end
# ends: failed
import atexit, threading
atexit.register(lambda: print('{"outcome":"passed"}'))
def f(x): return 5

# %% daemon
# does: forks twice and leaves a process behind
# ends: error failed
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import time
        print("REACHED", flush=True)
        time.sleep(1000)
    os._exit(0)
def f(x): return 5

# %% infinite-recursion
# does: recurses without an end, with a raised limit
# ends: error killed out-of-memory timeout
import sys
sys.setrecursionlimit(10 ** 9)
def f(x): return f(x + 1)

# %% null-and-surrogates
# does: is no text that Python reads
# ends: error
x = "@NULL@"

# %% syntax-error
# does: is no Python
# ends: error
def f(x: return 4

# %% nested-source
# does: is nested too deep for the parser
# ends: error killed out-of-memory
x = eval("(" * 100000 + ")" * 100000)
