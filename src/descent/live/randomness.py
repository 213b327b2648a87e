"""The seeded random numbers of the live figures, as ``live/core/random.mjs`` makes them."""

import math
from collections.abc import Callable

import numpy as np

from descent.validation import as_count

_MASK = 0xFFFFFFFF


def mulberry32(seed: int) -> Callable[[], float]:
    """A function that gives the next uniform number in [0, 1) at each call.

    32 bits of state, a period of 2³²: enough for a picture, not for research.

    References
    ----------
    T. Ettinger (2017), mulberry32.
    """
    state = as_count("seed", seed) & _MASK

    def uniform() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & _MASK
        t = ((state ^ (state >> 15)) * (state | 1)) & _MASK
        t = ((t + (t ^ (t >> 7)) * (t | 61)) & _MASK) ^ t
        return (t ^ (t >> 14)) / 2**32

    return uniform


def normals(n: int, seed: int) -> np.ndarray:
    """``n`` standard normal numbers, shape (n,), by Box and Muller's method.

    Two uniform numbers u, v give ``sqrt(-2 log(1 - u))`` times cos and sin of ``2πv``.

    References
    ----------
    Box & Muller (1958), A note on the generation of random normal deviates.
    """
    n, uniform = as_count("n", n), mulberry32(seed)
    z = np.empty(n + n % 2)
    for i in range(0, n, 2):
        radius = math.sqrt(-2 * math.log(1 - uniform()))
        angle = 2 * math.pi * uniform()
        z[i : i + 2] = radius * math.cos(angle), radius * math.sin(angle)
    return z[:n]
