# Honest programs, each with a feature of Python that a sandbox may break. All pass. Tests where a case has none: f(2) == 4, f(3) == 9.

# %% recursion
# does: recurses 900 deep
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
def f(x): return x * x if depth(900) == 900 else None

# %% raised-recursion-limit
# does: recurses 5,000 deep with a raised limit
import sys
sys.setrecursionlimit(20000)
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
def f(x): return x * x + depth(5000) - 5000

# %% recursion-error
# does: catches its own RecursionError
def endless(): return endless()
def f(x):
    try: endless()
    except RecursionError: return x * x

# %% big-numbers
# does: computes with integers of thousands of digits
def f(n): return 3 ** n
# tests:
assert f(5000) == 3 ** 5000
assert f(0) == 1
assert f(5000) - 1 == 3 ** 5000 - 1

# %% threads
# does: computes in threads and joins them
import threading
def f(x):
    found = []
    workers = [threading.Thread(target=lambda: found.append(x)) for _ in range(8)]
    for one in workers: one.start()
    for one in workers: one.join()
    return sum(found) // 8 * x

# %% thread-pool
# does: maps over a pool of threads
from concurrent.futures import ThreadPoolExecutor
def f(x):
    with ThreadPoolExecutor(4) as pool: return list(pool.map(lambda n: n * n, range(x)))
# tests:
assert f(5) == [0, 1, 4, 9, 16]

# %% daemon-thread
# does: leaves a daemon thread that sleeps
import threading, time
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
def f(x): return x * x

# %% queue-and-lock
# does: hands values through a queue under a lock
import queue, threading
def f(x):
    q, lock = queue.Queue(), threading.Lock()
    def put():
        with lock: q.put(x * x)
    threading.Thread(target=put).start()
    return q.get(timeout=10)

# %% asyncio
# does: awaits coroutines in an event loop
import asyncio
async def one(x):
    await asyncio.sleep(0)
    return x
async def both(x): return sum(await asyncio.gather(one(x), one(x * x - x)))
def f(x): return asyncio.run(both(x))

# %% generators
# does: returns a generator, and one that was begun
def f(x):
    yield from range(x)
    yield "end"
# tests:
assert list(f(3)) == [0, 1, 2, "end"]
g = f(2)
assert next(g) == 0 and next(g) == 1 and next(g) == "end"
try:
    next(g)
    assert False
except StopIteration:
    pass

# %% infinite-generator
# does: returns a generator without an end, of which some is read
import itertools
def f(): return (n * n for n in itertools.count())
# tests:
assert [value for value, _ in zip(f(), range(4))] == [0, 1, 4, 9]

# %% lazy-map-and-filter
# does: returns map, filter, zip and enumerate objects
def f(x): return map(lambda n: n + 1, filter(None, x)), zip(x, x), enumerate(x), reversed(x)
# tests:
a, b, c, d = f([1, 0, 2])
assert (list(a), list(b), list(c), list(d)) == ([2, 3], [(1, 1), (0, 0), (2, 2)], [(0, 1), (1, 0), (2, 2)], [2, 0, 1])

# %% closures
# does: returns functions that keep state
def f(start):
    count = start
    def add(by=1):
        nonlocal count
        count += by
        return count
    return add
# tests:
a, b = f(0), f(10)
assert (a(), a(by=5), b()) == (1, 6, 11)

# %% callbacks
# does: calls a function of the tests, and one that raises
def f(g, values):
    found = []
    for value in values:
        try: found.append(g(value))
        except ValueError as error: found.append(str(error))
    return found
# tests:
def g(value):
    if value < 0: raise ValueError("below")
    return value * 2
assert f(g, [1, -1, 3]) == [2, "below", 6]
assert f(lambda v: [v], [1]) == [[1]]

# %% callbacks-both-ways
# does: passes a function of its own to a function of the tests
def f(g): return g(lambda n: n + 1)
# tests:
assert f(lambda h: h(1) + h(2)) == 5

# %% iterator-of-the-tests
# does: reads an iterator of the tests
def f(values): return [v * 2 for v in values]
# tests:
assert f(iter([1, 2])) == [2, 4]
assert f(n for n in (3, 4)) == [6, 8]

# %% decorators
# does: wraps with functools and caches
import functools
def twice(g):
    @functools.wraps(g)
    def inner(*args, **keywords): return g(*args, **keywords) * 2
    return inner
@twice
@functools.lru_cache(maxsize=None)
def f(x, plus=0): return x + plus
# tests:
assert f(2) == 4 and f(1, plus=2) == 6 and f.__name__ == "f"

# %% classes
# does: has classes with inheritance, properties, class methods and operators
class Shape:
    made = 0
    def __init__(self, name): self.name = name; Shape.made += 1
    @property
    def area(self): return 0
    @classmethod
    def unit(cls): return cls(1)
class Square(Shape):
    def __init__(self, side): super().__init__("square"); self.side = side
    @property
    def area(self): return self.side ** 2
    def __add__(self, other): return Square(self.side + other.side)
def f(x): return (Square(x) + Square.unit()).area
# tests:
assert f(2) == 9
s = Square(3)
assert s.area == 9 and s.name == "square" and Square.unit().side == 1
s.side = 4
assert s.area == 16 and isinstance(s, Shape) and Shape.made >= 3

# %% dataclasses
# does: uses dataclasses with order and defaults
from dataclasses import dataclass, field, asdict
@dataclass(order=True, frozen=True)
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False)
def f(values): return [asdict(p) for p in sorted(P(*v) for v in values)]
# tests:
assert f([(2, 1), (1, 5)]) == [{"x": 1, "y": 5, "tags": []}, {"x": 2, "y": 1, "tags": []}]

# %% enums
# does: uses enumerations
import enum
class Colour(enum.Enum):
    RED = 1
    BLUE = 2
class Level(enum.IntEnum):
    LOW = 1
def f(name): return Colour[name]
def g(): return Level.LOW
# tests:
assert f("RED").value == 1 and f("BLUE").name == "BLUE" and f("RED") == Colour.RED
assert g() == 1

# %% named-tuples
# does: returns named tuples, which are tuples
from collections import namedtuple
from typing import NamedTuple
P = namedtuple("P", "x y")
class Q(NamedTuple):
    a: int
    b: str = "b"
def f(x): return P(x, x + 1), Q(x)
# tests:
p, q = f(1)
assert p == (1, 2) and p.y == 2 and q == (1, "b") and q.b == "b"

# %% collections
# does: returns what the collections module has
import collections
def f(text):
    d = collections.defaultdict(list)
    for index, letter in enumerate(text): d[letter].append(index)
    return collections.Counter(text), collections.OrderedDict(d), d, collections.deque(text, maxlen=2)
# tests:
c, o, d, q = f("aba")
assert c == {"a": 2, "b": 1} and c.most_common(1) == [("a", 2)]
assert list(o) == ["a", "b"] and d == {"a": [0, 2], "b": [1]} and list(q) == ["b", "a"]

# %% decimals-and-fractions
# does: computes exactly
from decimal import Decimal
from fractions import Fraction
def f(a, b): return Decimal(a) / Decimal(b), Fraction(int(a), int(b))
# tests:
from decimal import Decimal
from fractions import Fraction
assert f("1", "8") == (Decimal("0.125"), Fraction(1, 8))

# %% dates
# does: computes with dates
import datetime
def f(y, m, d): return datetime.date(y, m, d) + datetime.timedelta(days=1), datetime.datetime(y, m, d, 12)
# tests:
import datetime
assert f(2024, 2, 28) == (datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 28, 12))

# %% floats
# does: returns infinities, NaN, complex numbers and negative zero
import cmath, math
def f(): return float("inf"), -float("inf"), float("nan"), complex(1, -2), -0.0, 0.1 + 0.2
# tests:
import math
a, b, c, d, e, g = f()
assert a == math.inf and b == -math.inf and c != c and d == complex(1, -2) and math.copysign(1, e) == -1 and g == 0.1 + 0.2

# %% bytes-and-text
# does: returns bytes, byte arrays and text of many scripts
def f(text): return text.encode(), bytearray(b"\x00\xff"), text[::-1], "\ud83d", "\x00"
# tests:
assert f("aé漢😀") == ("aé漢😀".encode(), bytearray(b"\x00\xff"), "😀漢éa", "\ud83d", "\x00")

# %% sets-and-keys
# does: returns sets of tuples, frozen sets and mixed keys
def f(): return {(1, 2), (3,)}, frozenset({"a"}), {1: "a", "1": 2, (1,): None, None: True, 2.5: frozenset()}, range(3), slice(1, 2)
# tests:
assert f() == ({(1, 2), (3,)}, frozenset({"a"}), {1: "a", "1": 2, (1,): None, None: True, 2.5: frozenset()}, range(3), slice(1, 2))
assert type(f()[0]) is set and type(f()[1]) is frozenset

# %% exact-types
# does: returns a bool, an int and a float that are equal
def f(): return [True, 1, 1.0, (1,), [1]]
# tests:
assert [type(v).__name__ for v in f()] == ["bool", "int", "float", "tuple", "list"]

# %% changed-arguments
# does: changes lists, dicts and sets that it was given, also nested ones
def f(values, mapping, members, nested=None):
    values.sort(); mapping["new"] = 1; members.discard(1); nested["deep"][0].append(2)
# tests:
v, m, s, n = [2, 1], {}, {1, 2}, {"deep": [[1]]}
inner = n["deep"][0]
assert f(v, m, s, nested=n) is None
assert (v, m, s, n) == ([1, 2], {"new": 1}, {2}, {"deep": [[1, 2]]}) and inner == [1, 2]

# %% exceptions
# does: raises exceptions of Python's own and of its own class
class TooSmall(ValueError):
    pass
def f(x):
    if x < 0: raise TooSmall("below 0")
    if x == 0: raise KeyError("zero")
    return [1][x]
# tests:
for given, kind, text in ((-1, ValueError, "below 0"), (0, KeyError, "'zero'"), (5, IndexError, "list index out of range")):
    try:
        f(given)
        assert False, "it must raise"
    except kind as error:
        assert str(error) == text

# %% context-managers
# does: uses with, try and finally
from contextlib import contextmanager
def f(x):
    steps = []
    @contextmanager
    def within():
        steps.append("in")
        try: yield x
        finally: steps.append("out")
    with within() as value: steps.append(value)
    return steps
# tests:
assert f(2) == ["in", 2, "out"]

# %% main-guard
# does: reads its input only where it is the main program
def f(x): return x * x
if __name__ == "__main__":
    print(f(int(input())))

# %% input-ends
# does: meets the end of its input
def f(x):
    try: return input()
    except EOFError: return x * x

# %% print-and-string-io
# does: prints, also into a string
import contextlib, io
def f(x):
    held = io.StringIO()
    with contextlib.redirect_stdout(held): print("n", x, sep="=", end="")
    print("seen")
    return held.getvalue()
# tests:
assert f(2) == "n=2"

# %% patched-names
# does: has functions and variables that are named like builtins
def max(values): return sorted(values)[-1]
list = [1, 2, 3]
def f(x): return x * x + max(list) - 3

# %% builtin-under-test
# does: defines the function under test with the name of a builtin
def sum(a, b): return a * 10 + b
# tests:
assert sum(1, 2) == 12
assert sum(3, 4) == 34

# %% builtin-as-entry-point
# does: defines its entry point with the name of a builtin
def sorted(values): return "mine"
# tests:
def check(candidate):
    assert candidate([2, 1]) == "mine"
    assert sorted([2, 1]) == "mine"
# entry: sorted

# %% helper-in-context
# does: leaves out a helper that the context of the tests has
def f(x): return x * 0.1 * 10 * x
# tests:
def check(candidate): assert close(candidate(3), 9)
# context:
def close(a, b): return abs(a - b) < 1e-6
# entry: f

# %% matrix
# does: returns what a matrix product in plain lists gives
def f(a, b): return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]
# tests:
assert f([[1, 2], [3, 4]], [[5, 6], [7, 8]]) == [[19, 22], [43, 50]]

# %% regular-expressions
# does: matches, and returns match objects
import re
def f(text): return re.findall(r"\d+", text), re.search(r"(?P<word>[a-z]+)", text)
# tests:
numbers, match = f("12 ab 3")
assert numbers == ["12", "3"] and match.group("word") == "ab" and match.span() == (3, 5)

# %% interactive-names
# does: names exit, quit and help, which Python's site module gives
known = [exit, quit, help, copyright]
def f(x): return x * x if len(known) == 4 else exit(1)

# %% seeded-random
# does: draws the same numbers in every run
import random
def f(): return [random.randint(0, 99) for _ in range(3)]
# tests:
assert f() == [49, 97, 53]

# %% fixed-order
# does: gives the same order of a set of strings, the same zone and locale in every run
import locale, os, time
def f(): return list({"a", "b", "c", "d"}), time.tzname[0], sorted(os.environ), hash("a") == hash("a")
# tests:
order, zone, names, same = f()
assert sorted(order) == ["a", "b", "c", "d"] and zone == "UTC" and same
assert hash("scalequest") == hash("scalequest") and "HOME" in names and len(names) <= 8

# %% files-of-its-own
# does: writes, reads, renames and removes files in its folder
import os, pathlib, tempfile
def f(x):
    pathlib.Path("a.txt").write_text("é" * x)
    os.rename("a.txt", "b.txt")
    with tempfile.TemporaryDirectory() as folder:
        with tempfile.NamedTemporaryFile("w+", dir=folder) as file:
            file.write("x"); file.seek(0)
            read = file.read()
    text = pathlib.Path("b.txt").read_text()
    os.remove("b.txt")
    return text + read
# tests:
assert f(3) == "éééx"

# %% abstract-classes-and-typing
# does: uses abc, Protocol, generics and overloads
from abc import ABC, abstractmethod
from typing import Dict, Generic, List, Optional, TypeVar, Union
T = TypeVar("T")
class Stack(Generic[T]):
    def __init__(self) -> None: self.items: List[T] = []
    def push(self, item: T) -> None: self.items.append(item)
    def pop(self) -> Optional[T]: return self.items.pop() if self.items else None
class Base(ABC):
    @abstractmethod
    def go(self): ...
def f(x: int) -> Union[int, None]:
    try: Base()
    except TypeError: pass
    s: Stack[int] = Stack()
    s.push(x * x)
    return s.pop()

# %% custom-containers
# does: has a class with len, item, iteration and contains
class Ring:
    def __init__(self, *items): self.items = list(items)
    def __len__(self): return len(self.items)
    def __getitem__(self, n): return self.items[n % len(self.items)]
    def __iter__(self): return iter(self.items)
    def __contains__(self, item): return item in self.items
    def __str__(self): return "Ring%r" % self.items
    def __bool__(self): return bool(self.items)
def f(*items): return Ring(*items)
# tests:
r = f(1, 2, 3)
assert len(r) == 3 and r[4] == 2 and list(r) == [1, 2, 3] and 2 in r and str(r) == "Ring[1, 2, 3]" and r and not f()

# %% subclassed-data
# does: returns a dict and a list of its own class
class D(dict):
    def total(self): return sum(self.values())
class L(list): pass
def f(): return D(a=1, b=2), L([1])
# tests:
d, l = f()
assert d == {"a": 1, "b": 2} and d.total() == 3 and l == [1] and isinstance(l, list)

# %% linked-list
# does: returns nodes that are linked in a ring
class Node:
    def __init__(self, value): self.value, self.next = value, self
def f(x):
    a, b = Node(x), Node(x + 1)
    a.next, b.next = b, a
    return a
# tests:
a = f(1)
assert a.next.value == 2 and a.next.next == a and a.next != a

# %% signals-and-timers
# does: sets an alarm and handles it
import signal
def f(x):
    rung = []
    signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause()
    return x * x * len(rung)

# %% exit-handlers
# does: registers an exit handler
import atexit
atexit.register(print, "bye")
def f(x): return x * x

# %% dynamic-code
# does: uses exec, eval, type and inspect
import inspect
exec("def g(x): return x * x")
K = type("K", (), {"go": lambda self, x: eval("g(x)", globals(), {"x": x})})
def f(x):
    assert "def f" in inspect.getsource(f)
    return K().go(x)

# %% copy-and-pickle
# does: copies and pickles instances of its own class
import copy, pickle
class P:
    def __init__(self, x): self.x = x
def f(x): return pickle.loads(pickle.dumps(copy.deepcopy(P(x)))).x ** 2

# %% large-data
# does: takes and returns a list of two hundred thousand numbers
def f(values): return [value + 1 for value in values]
# tests:
assert f(list(range(200000))) == list(range(1, 200001))

# %% carriage-returns
# does: is written with line ends of Windows
def f(x):@CR@
    return x * x@CR@

# %% hashing-and-binary
# does: uses hashlib, struct, base64, zlib and json
import base64, hashlib, json, struct, zlib
def f(text):
    data = text.encode()
    return hashlib.sha256(data).hexdigest()[:8], base64.b64encode(data).decode(), zlib.decompress(zlib.compress(data)), json.loads(json.dumps({"a": [1, None]})), struct.pack(">H", 258)
# tests:
assert f("abc") == ("ba7816bf", "YWJj", b"abc", {"a": [1, None]}, b"\x01\x02")

# %% function-attributes
# does: keeps state on functions and returns bound methods
def f(x):
    f.calls = getattr(f, "calls", 0) + 1
    return [].append if x == 0 else f.calls
# tests:
assert f(1) == 1 and f(1) == 2 and f.calls == 2 and f(0)(5) is None

# %% match-by-keywords
# does: takes positional, keyword, default and collected arguments
def f(a, *rest, b=2, **more): return a, rest, b, more
# tests:
assert f(1, 2, 3, b=4, c=5) == (1, (2, 3), 4, {"c": 5}) and f(0) == (0, (), 2, {})

# %% alias-of-a-builtin
# does: is a built-in class under another name
f = int
# tests:
assert f("4") == 4 and isinstance(f(), int)

# %% private-attributes
# does: has attributes with the names that proxies like to use
class P:
    def __init__(self, n):
        self._name, self._handle, self._link = n, n + 1, n + 2
def f(n): return P(n)
# tests:
p = f(1)
assert (p._name, p._handle, p._link) == (1, 2, 3)

# %% called-from-threads
# does: is called by several threads of the tests
import time
def f(x):
    time.sleep(0.01 * (3 - x))
    return [x] * 3000
# tests:
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    assert list(pool.map(f, range(4))) == [[x] * 3000 for x in range(4)]
