"""Rows for the tests of kinds that compare or score texts: a right sum is better than a wrong one."""

from __future__ import annotations

import random
from typing import Any


def make_pairs(count: int, seed: int = 1) -> list[dict[str, Any]]:
    source = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for at in range(count):
        a, b = source.randint(0, 30), source.randint(0, 30)
        rows.append({
            "id": f"pair-{at}",
            "prompt": f"Ann has {a} pens and Ben {b}. How many pens?",
            "chosen": f"{a} + {b} = {a + b}. The answer is $\\boxed{{{a + b}}}$.",
            "rejected": f"I do not know, {a} and {b} are many pens.",
        })
    return rows


def make_bare_pairs(count: int, seed: int = 1) -> list[dict[str, Any]]:
    return [{"id": row["id"], "chosen": row["prompt"], "rejected": row["rejected"]} for row in make_pairs(count, seed)]


def make_scored(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Questions with one to four names; the target is how many there are."""
    source = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for at in range(count):
        names = source.sample(["Ann", "Ben", "Cem", "Dee", "Eve"], source.randint(1, 4))
        rows.append({"id": f"scored-{at}", "prompt": f"{' and '.join(names)} have {source.randint(0, 30)} pens each.", "target": len(names)})
    return rows
