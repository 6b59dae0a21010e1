"""Makes one small mistake in each program: JSON Lines of {"id", "program"} in, {"id", "program", "change"} out.

The mistake is chosen by the program's id, so it is the same in every run: another constant, another operator, another
comparison, `and` for `or`; where there is no place for these, a result that is lost.
"""

import ast
import hashlib
import json
import sys
from typing import Any, Callable, List, Tuple

_OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}  # fmt: skip
_COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip

Change = Tuple[str, Callable[[], None]]


def find_changes(tree: ast.AST) -> List[Change]:
    changes: List[Change] = []
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in texts:
            value: Any = node.value
            if type(value) is bool:
                changes.append(("constant", lambda node=node, value=value: setattr(node, "value", not value)))
            elif type(value) in (int, float):
                changes.append(("constant", lambda node=node, value=value: setattr(node, "value", value + 1)))
            elif type(value) is str:
                changes.append(("constant", lambda node=node, value=value: setattr(node, "value", value + "x")))
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in _OPERATORS:
            changes.append(("operator", lambda node=node: setattr(node, "op", _OPERATORS[type(node.op)]())))
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
            changes.append(("comparison", lambda node=node: node.ops.__setitem__(0, _COMPARISONS[type(node.ops[0])]())))
        elif isinstance(node, ast.BoolOp):
            other = ast.Or if isinstance(node.op, ast.And) else ast.And
            changes.append(("and-or", lambda node=node, other=other: setattr(node, "op", other())))
    return changes or [
        ("result", lambda node=node: setattr(node, "value", None))
        for node in ast.walk(tree)
        if isinstance(node, ast.Return) and node.value is not None
    ]


for line in sys.stdin:
    given = json.loads(line)
    tree = ast.parse(given["program"])
    changes = find_changes(tree)
    change = None
    if changes:
        seed = int.from_bytes(hashlib.sha256(given["id"].encode()).digest()[:8], "big")
        change, make = changes[seed % len(changes)]
        make()
    print(json.dumps({"id": given["id"], "program": ast.unparse(tree), "change": change}))
