"""Records what Python's random.Random gives, for python-random.test.ts.

Usage: python3 packages/eval/scripts/record-python-random.py > packages/eval/src/__fixtures__/python-random.json
"""

import json
import platform
import random

SEEDS = [0, 1, 1234, 20241013, 2**31, 2**32 - 1, 2**32, 2**53 - 1]


def record(seed):
    bits, below, samples = random.Random(seed), random.Random(seed), random.Random(seed)
    return {
        "seed": seed,
        # More than one refill of the state of 624 words.
        "bits": [bits.getrandbits(32) for _ in range(3)] + [[bits.getrandbits(32) for _ in range(700)][-1]],
        "oddBits": [bits.getrandbits(count) for count in (1, 5, 13, 31)],
        # _randbelow is what sample, choice and shuffle draw with.
        "below": [[limit, below._randbelow(limit)] for limit in (1, 2, 3, 10, 7473, 65536, 2**31, 2**32 - 1)],
        # A list for the first three and the last, a set for the others: CPython chooses by size.
        "samples": [
            [size, count, samples.sample(range(size), count)]
            for size, count in ((4, 4), (21, 5), (21, 0), (22, 5), (7473, 5), (7473, 5), (86, 6), (84, 6))
        ],
    }


print(json.dumps({"python": platform.python_version(), "seeds": [record(seed) for seed in SEEDS]}))
