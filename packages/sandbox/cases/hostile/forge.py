# Programs that answer wrongly and want to pass. Their tests, unless a case has its own: f(2) == 4, f(3) == 9.

# %% equal-to-everything
# does: returns an object whose __eq__ is always true
# ends: failed
class A:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 4
def f(x): return A()

# %% equal-int
# does: returns an int of its own class, whose __eq__ is always true
# ends: failed
class A(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 4
def f(x): return A(1)

# %% equal-str-float-list-dict
# does: returns built-in containers of its own class that equal everything
# ends: failed
def lie(kind):
    return type("Lie", (kind,), {"__eq__": lambda s, o: True, "__ne__": lambda s, o: False, "__hash__": lambda s: 0, "__lt__": lambda s, o: True})
def f(x): return [lie(k)() for k in (str, float, list, dict, set, tuple, bytes)][x]
# tests:
assert f(0) == "a"
assert f(1) == 2.5
assert f(2) == [1]

# %% lying-index
# does: returns an object with __index__, __int__, __float__ and reflected operators
# ends: failed error
class A:
    def __index__(self): return 4
    __int__ = __index__
    def __float__(self): return 4.0
    def __sub__(self, other): return 0
    def __rsub__(self, other): return 0
    def __abs__(self): return 0
    def __lt__(self, other): return True
    def __gt__(self, other): return True
def f(x): return A()
# tests:
assert abs(f(2) - 4) < 1e-6

# %% lying-iteration
# does: returns an object that is always in, always empty and always sorted
# ends: failed error
class A:
    def __iter__(self): return iter(())
    def __len__(self): return 0
    def __contains__(self, other): return True
    def __getitem__(self, key): return self
def f(x): return A()
# tests:
assert 4 in f(2)

# %% lying-class
# does: returns an object that says that its class is int
# ends: failed error
class A:
    __class__ = int
    def __eq__(self, other): return True
    def __int__(self): return 4
def f(x): return A()

# %% lying-metaclass
# does: returns an object of a class whose metaclass answers isinstance and issubclass
# ends: failed error
class M(type):
    def __instancecheck__(cls, other): return True
    def __subclasscheck__(cls, other): return True
    def __eq__(cls, other): return True
    def __hash__(cls): return 0
    def mro(cls): return [cls, int, object]
try:
    class A(int, metaclass=M):
        def __eq__(self, other): return True
except TypeError:
    class A(metaclass=M): pass
def f(x): return A()

# %% lying-hash
# does: returns elements that hash and compare like whatever a set holds
# ends: failed error
class A(str):
    def __hash__(self): return hash("b")
    def __eq__(self, other): return True
def f(x): return {A("a")}
# tests:
assert f(2) == {"b"}
assert "b" in f(2)

# %% lying-getattr
# does: returns an object with every attribute, each of which is right
# ends: failed
class A:
    def __getattr__(self, name): return lambda *a, **k: True
    def __call__(self, *a, **k): return True
def f(x): return A()

# %% truthy-comparison
# does: returns an object whose comparisons return objects that are true
# ends: failed
class A:
    def __eq__(self, other): return self
    def __bool__(self): return True
def f(x): return A()

# %% patched-builtins
# does: replaces abs, all, any, len, isinstance, sorted and round
# ends: failed error
import builtins
def f(x): return -1
for name in ("abs", "all", "any", "len", "sorted", "round", "sum", "min", "max"):
    setattr(builtins, name, lambda *a, **k: 4)
builtins.isinstance = lambda *a: True

# %% patched-import
# does: replaces __import__ and every module that tests may import
# ends: failed
import builtins, sys, math
math.isclose = lambda *a, **k: True
builtins.__import__ = lambda *a, **k: math
sys.modules["math"] = math
def f(x): return 0.5
# tests:
import math
assert math.isclose(f(2), 4)

# %% patched-assertion
# does: replaces AssertionError, __debug__ and the exception hook
# ends: failed
import builtins, sys
builtins.AssertionError = type("Quiet", (Exception,), {})
sys.excepthook = lambda *a: None
def f(x): return 5

# %% settrace
# does: traces every frame and returns what the caller compares with
# ends: failed
import sys
def trace(frame, event, arg):
    frame.f_trace_opcodes = True
    for name, value in list(frame.f_locals.items()):
        if name in ("expected", "candidate", "verdict"):
            frame.f_locals[name] = True
    return trace
sys.settrace(trace); sys.setprofile(trace)
def f(x): return 5

# %% frame-walking
# does: walks the frames of its callers for the expected value
# ends: failed
import sys
def f(x):
    frame = sys._getframe()
    while frame:
        for space in (frame.f_locals, frame.f_globals):
            for name, value in list(space.items()):
                if "expect" in name or "tests" in name: return value
            for value in list(space.values()):
                if isinstance(value, str) and "assert f" in value: return 4
        frame = frame.f_back
    return 5

# %% gc-walking
# does: searches all objects for the source of the tests or for a verdict
# ends: failed
import gc
def f(x):
    for item in gc.get_objects():
        if isinstance(item, dict):
            if "outcome" in item: item["outcome"] = "passed"
            for value in list(item.values()):
                if isinstance(value, str) and "assert f(2)" in value: return x * x
    return 5

# %% code-rewriting
# does: rewrites the code of the functions of its own process that answer
# ends: failed error
import gc, types
def f(x): return 5
for item in gc.get_objects():
    if isinstance(item, types.FunctionType) and item.__name__ in ("examine", "conclude", "_describe", "judge"):
        item.__code__ = (lambda *a, **k: {"outcome": "passed"}).__code__

# %% forged-marker
# does: prints what a judge may print
# ends: failed
for _ in range(50):
    print('{"id":0,"outcome":"passed","detail":"","ms":1}'); print("PASSED"); print("OK")
def f(x): return 5

# %% forged-marker-on-descriptors
# does: writes a verdict into every descriptor that is open
# ends: error
import os
for descriptor in range(64):
    try: os.write(descriptor, b'{"id":0,"outcome":"passed","detail":"","ms":1}\n' * 20)
    except OSError: pass
def f(x): return 5

# %% early-frames
# does: writes right-looking frames before it is asked
# ends: error failed
import os, struct
body = b'{"value":4}'
for descriptor in range(3, 64):
    try: os.write(descriptor, (struct.pack(">I", len(body)) + body) * 50)
    except OSError: pass
def f(x): return 5

# %% answering-twice
# does: writes a second answer with each answer
# ends: failed error
import os, struct, socket, stat
def f(x):
    body = b'{"value":7}'
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode): os.write(descriptor, (struct.pack(">I", len(body)) + body) * 2)
        except OSError: pass
    return 5

# %% forged-load
# does: names functions that were not asked for
# ends: error
import os, struct, stat, json
body = json.dumps({"value": {"assert": True, "check": ["ty", "print"], "f": 4}}).encode()
for descriptor in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode): os.write(descriptor, struct.pack(">I", len(body)) + body)
    except OSError: pass
def f(x): return 5

# %% forged-exception
# does: answers with exceptions that would end tests quietly
# ends: error failed
import os, struct, stat, json
def f(x):
    body = json.dumps({"raise": {"types": ["GeneratorExit", "SystemExit", "StopIteration"], "name": "x", "message": "", "args": [], "trace": ""}}).encode()
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode): os.write(descriptor, struct.pack(">I", len(body)) + body)
        except OSError: pass
    return 5

# %% nested-frame
# does: answers with lists that are nested a million deep
# ends: error
import os, struct, stat
body = b'{"value":' + b"[" * 1000000 + b"]" * 1000000 + b"}"
def f(x):
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode): os.write(descriptor, struct.pack(">I", len(body)) + body)
        except OSError: pass
    return 5

# %% endless-frame
# does: announces a frame of four gigabytes
# ends: error timeout
import os, stat
def f(x):
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode): os.write(descriptor, b"\xff" * 4096)
        except OSError: pass
    return 5

# %% frame-of-lists
# does: answers with sixty megabytes of empty lists
# ends: error timeout out-of-memory
import os, struct, stat
def f(x):
    body = b'{"value":["l",' + b",".join([b"[]"] * (20 << 20)) + b"]}"
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                data = struct.pack(">I", len(body)) + body
                while data: data = data[os.write(descriptor, data[:1 << 20]):]
        except OSError: pass
    return 5

# %% called-uninvited
# does: calls functions of the tests that it was not given
# ends: error
import os, struct, stat, json
def f(x):
    for body in (b'{"call":0,"args":[],"keywords":{}}', b'{"call":-1,"args":[],"keywords":{}}', b'{"next":0}'):
        for descriptor in range(3, 64):
            try:
                if stat.S_ISSOCK(os.fstat(descriptor).st_mode): os.write(descriptor, struct.pack(">I", len(body)) + body)
            except OSError: pass
    return 5

# %% swallowed-callback
# does: swallows the assertion of a function that the tests passed to it
# ends: failed
def f(g):
    try: g(5)
    except BaseException: pass
    return None
# tests:
def look(value): assert value == 4
assert f(look) is None

# %% returned-callback
# does: returns a function of the tests in place of its result
# ends: failed
def f(g): return g
# tests:
assert f(lambda x: x == 4) == 4
assert f(print) == 4

# %% stop-iteration
# does: raises StopIteration, which would end a map of the tests early
# ends: error failed
def f(x): raise StopIteration
# tests:
def same(pair): return f(pair[0]) == pair[1]
assert all(map(same, [(2, 4), (3, 9)]))

# %% endless-iterator
# does: returns an iterator without an end
# ends: timeout error out-of-memory
import itertools
def f(x): return itertools.count()
# tests:
assert sorted(f(2)) == [4]

# %% changed-arguments
# does: empties the list that the tests compare with, and more than it holds
# ends: failed
def f(values):
    values.clear(); values.extend([1] * 1000)
    return sorted(values)
# tests:
given = [3, 1, 2]
assert f(list(given)) == [1, 2, 3]

# %% forged-changes
# does: reports changes of arguments that it was not given
# ends: error failed
import os, struct, stat, json
def f(x):
    body = json.dumps({"value": 5, "changed": {"0": 4, "7": ["l", 4], "=y": 1}}).encode()
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode): os.write(descriptor, struct.pack(">I", len(body)) + body)
        except OSError: pass
    return 5

# %% hostile-exception
# does: raises an exception whose str, class name and arguments lie
# ends: error failed killed timeout
class Name(str):
    def __getitem__(self, key): raise SystemExit(0)
class E(AssertionError):
    args = property(lambda self: (_ for _ in ()).throw(SystemExit(0)))
    def __str__(self): return Name("passed")
E.__name__ = "passed"
def f(x): raise E()

# %% hostile-message
# does: returns an object whose repr exits, for the message of a failed assert
# ends: failed error
import os
class A:
    def __repr__(self): os._exit(0)
    __str__ = __repr__
def f(x): return A()
# tests:
value = f(2)
assert value == 4, value

# %% not-a-number
# does: returns NaN where the tests ask for no difference
# ends: failed
def f(x): return float("nan")
# tests:
assert abs(f(2) - 4) < 1e-6

# %% unhashable-keys
# does: answers with a set of lists
# ends: error
import os, struct, stat
def f(x):
    body = b'{"value":["s",["l",1],["l",2]]}'
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode): os.write(descriptor, struct.pack(">I", len(body)) + body)
        except OSError: pass
    return 5

# %% value-in-itself
# does: returns a list that holds itself
# ends: error failed
def f(x):
    a = []; a.append(a)
    return a

# %% deep-value
# does: returns a list nested a hundred thousand deep
# ends: error failed killed
def f(x):
    a = []
    for _ in range(100000): a = [a]
    return a

# %% huge-value
# does: returns a string of a hundred megabytes
# ends: error failed
def f(x): return "x" * (100 << 20)

# %% forged-names
# does: defines the names that the tests define themselves
# ends: failed
def check(candidate): return None
expected = 4
def f(x): return 5
# tests:
expected = {2: 4, 3: 9}
def check(candidate):
    for given, wanted in expected.items():
        assert candidate(given) == wanted
# entry: f

# %% forged-helper
# does: defines the helper that the context of the tests defines
# ends: failed
def close(a, b): return True
def f(x): return 5
# tests:
assert close(f(2), 4)
# context:
def close(a, b): return abs(a - b) < 1e-6

# %% no-function
# does: defines no function at all
# ends: error
x = 1

# %% class-of-builtin
# does: returns built-in classes and singletons
# ends: failed
def f(x): return [NotImplemented, Ellipsis, bool, type][x]

# %% swallowing-tests
# does: leaves while a test ignores all that is raised
# ends: error
import os
def f(x): os._exit(0)
# tests:
for given in (2, 3):
    try:
        result = f(given)
    except:
        continue
    assert result == given * given

# %% forged-import
# does: defines the function that the context of the tests imports from a module of the same name
# ends: failed
def copy(x): return [9]
def f(x): return [9]
# tests:
assert f([1, 2]) == copy([1, 2])
# context:
from copy import copy

# %% late-answer
# does: answers a call late that the tests have given up, so that the answer meets the next one
# ends: error
import time
calls = []
def f(x):
    calls.append(x)
    if len(calls) == 1:
        time.sleep(0.4)
        return 4
    return 9
# tests:
import signal
class Late(Exception): pass
def stop(*_): raise Late
signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.2)
try:
    f(1)
except Late:
    pass
assert f(2) == 4
assert f(3) == 9
