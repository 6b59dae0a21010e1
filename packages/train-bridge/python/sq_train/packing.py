"""Puts rows of different lengths into packs with little room left over."""

from __future__ import annotations

from collections import deque

import numpy as np


def pack_rows(lengths: np.ndarray, capacity: int, seed: int) -> list[np.ndarray]:
    """Best fit, longest first: each row goes into the pack that it fills best.

    Rows of one length come in an order drawn from the seed. Every row is in exactly one pack.

    Example: pack_rows(np.array([5, 3, 4, 2]), 7, seed=0) is [[0, 3], [2, 1]]

    Raises ValueError for a row that is longer than a pack.
    """
    if len(lengths) > 0 and lengths.max() > capacity:
        raise ValueError(f"a row has {lengths.max()} tokens, and a pack only {capacity}")
    shuffled = np.random.default_rng([seed, 0x50_41_43_4B]).permutation(len(lengths))
    order = shuffled[np.argsort(-lengths[shuffled], kind="stable")]
    packs: list[list[int]] = []
    # The packs with so much room left; the bits of `rooms` say which of these lists hold any.
    open_packs: list[deque[int]] = [deque() for _ in range(capacity + 1)]
    rooms = 0
    for row in order.tolist():
        length = int(lengths[row])
        fitting = rooms >> length
        if fitting:
            room = length + (fitting & -fitting).bit_length() - 1
            number = open_packs[room].popleft()
            if not open_packs[room]:
                rooms &= ~(1 << room)
        else:
            room, number = capacity, len(packs)
            packs.append([])
        packs[number].append(row)
        open_packs[room - length].append(number)
        rooms |= 1 << (room - length)
    return [np.array(pack, dtype=np.int64) for pack in packs]
