"""Reads pairs of sympy expressions as JSON lines and answers each with 'same', 'other' or 'unknown'."""

import json
import random
import signal
import sys

import sympy
from sympy import E, I, N, Rational, Symbol, pi

SECONDS = float(sys.argv[1])
DIGITS = 40


class TimeOut(Exception):
    pass


def stop(_signal, _frame):
    raise TimeOut


def root_of(value, index):
    """The real root of a negative number for an odd index, else the principal one."""
    if index % 2 == 1 and value.is_negative:
        return -((-value) ** Rational(1, index))
    return value ** Rational(1, index)


NAMES = {"root_of": root_of, "pi": pi, "E": E, "I": I, "Rational": Rational}


def read(text, names):
    symbols = {name: Symbol(name) for name in names}
    return sympy.sympify(text, locals={**NAMES, **symbols})


def is_other(a, b, names):
    """Whether the values at a positive point lie further apart than their digits allow."""
    source = random.Random(7)
    for _ in range(3):
        point = {Symbol(name): Rational(source.randint(30, 300), 97) for name in names}
        left, right = N(a.subs(point), DIGITS), N(b.subs(point), DIGITS)
        if not (left.is_number and right.is_number and left.is_finite and right.is_finite):
            continue
        size = max(abs(left), abs(right))
        if size > 0 and abs(left - right) > size * sympy.Float("1e-20"):
            return True
    return False


def compare(a, b, names):
    left, right = read(a, names), read(b, names)
    if is_other(left, right, names):
        return "other"
    if sympy.simplify(left - right) == 0 or left.equals(right) is True:
        return "same"
    return "unknown"


signal.signal(signal.SIGALRM, stop)
for line in sys.stdin:
    pair = json.loads(line)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        answer = compare(pair["a"], pair["b"], pair["names"])
    except TimeOut:
        answer = "timeout"
    except Exception as error:
        answer = "error " + type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    print(json.dumps(answer), flush=True)
