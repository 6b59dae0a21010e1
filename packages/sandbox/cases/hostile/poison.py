# Programs that prepare the ground for the next one. After each, an honest program must pass. Tests: f(2) == 4, f(3) == 9.

# %% poisoned-modules
# does: replaces functions of modules that are loaded already
# ends: failed
import json, math, random, struct, socket, sys
math.sqrt = lambda x: 0
random.random = lambda: 4
json.loads = json.dumps = lambda *a, **k: "passed"
sys.modules["heapq"] = None
def f(x): return 5

# %% poisoned-builtins
# does: replaces what every program uses
# ends: failed error
import builtins
builtins.range = lambda *a: []
builtins.print = lambda *a, **k: None
builtins.compile = lambda *a, **k: None
def f(x): return 5

# %% poisoned-wire
# does: replaces the functions of its own host
# ends: error failed timeout
import sys
for name in ("wire", "program_host"):
    module = sys.modules.get(name)
    if module is not None:
        module.send_frame = lambda sock, message: None
def f(x): return 5

# %% leftover-module
# does: leaves a module in its folder for the next to import
# ends: failed
open("math.py", "w").write("raise SystemExit")
open("sitecustomize.py", "w").write("raise SystemExit")
import os
os.mkdir("json"); open("json/__init__.py", "w").write("raise SystemExit")
def f(x): return 5

# %% changed-process
# does: changes folder, mask, locale, time zone, signals and seeds
# ends: failed
import locale, os, random, signal, sys, time
os.umask(0o777); os.environ["TZ"] = "Asia/Tokyo"; time.tzset(); random.seed(1)
signal.signal(signal.SIGTERM, signal.SIG_IGN); sys.setrecursionlimit(50)
sys.path[:] = []; os.environ["PYTHONHASHSEED"] = "7"
def f(x): return 5

# %% locked-files
# does: locks what its zygote reads
# ends: failed error
import fcntl, os
for path in (os.__file__, "."):
    fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
def f(x): return 5
