"""Reads the source of tests: what it names of the program, and whether it holds any test."""

import ast
import builtins
import symtable
import sys
from types import CodeType
from typing import FrozenSet, Iterator, NamedTuple, Set

# What tests import most, so that a fork has it, and a test that forgot the import still finds it.
import bisect, cmath, collections, copy, datetime, decimal, fractions, functools, heapq, itertools, math, operator  # noqa: E401,F401
import random, re, statistics, string, typing  # noqa: E401,F401

STANDARD = {
    name: sys.modules[name]
    for name in (
        "bisect cmath collections copy datetime decimal fractions functools heapq itertools math operator "
        "random re statistics string sys typing"
    ).split()
}


class TestsSource(NamedTuple):
    code: CodeType
    #: What the tests take from the program where the context does not give it.
    names: FrozenSet[str]
    #: Names of builtins that are under test where `names` is empty: a program may be asked to write `sum`.
    replaced: FrozenSet[str]
    #: Whether they define `check`, to be called with the entry point.
    has_check: bool
    is_empty: bool


def read_tests(source: str) -> TestsSource:
    """Raises SyntaxError or ValueError where the source is no Python."""
    tree = ast.parse(source, "tests.py")
    bound, read = _find_names(symtable.symtable(source, "tests.py", "exec"))
    aside = {name for name in read if name in STANDARD and not _is_used_alone(tree, name)}
    free = read - bound - aside
    return TestsSource(
        code=compile(tree, "tests.py", "exec", dont_inherit=True),
        names=frozenset(name for name in free if not hasattr(builtins, name) and not name.startswith("__")),
        replaced=frozenset(_find_replaced(tree) & free),
        has_check="check" in bound,
        is_empty=all(isinstance(node, ast.Pass) or _is_constant(node) for node in tree.body),
    )


def _find_names(table: symtable.SymbolTable) -> "tuple[Set[str], Set[str]]":
    """The names that the module binds, and those that it or its functions read from the module."""
    bound, read = set(), set()
    for scope in _walk(table):
        top = scope is table
        for symbol in scope.get_symbols():
            if not top and not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.is_imported() or (top and symbol.is_namespace()):
                bound.add(symbol.get_name())
            if symbol.is_referenced():
                read.add(symbol.get_name())
    return bound, read


def _walk(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _walk(child)


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_used_alone(tree: ast.Module, name: str) -> bool:
    """Whether a name such as `copy` is used otherwise than as the module `copy.`."""
    uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
    dotted = sum(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name for node in ast.walk(tree)
    )
    return uses > dotted


def _find_replaced(tree: ast.Module) -> Set[str]:
    """The builtins that asserts call innermost on their left side."""
    found: Set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assert):
            side = node.test.left if isinstance(node.test, ast.Compare) else node.test
            for call in ast.walk(side):
                if _is_builtin_call(call) and not any(_is_builtin_call(inner) for inner in ast.walk(call) if inner is not call):
                    found.add(call.func.id)  # type: ignore[attr-defined]
    return found


def _is_builtin_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and hasattr(builtins, node.func.id)
