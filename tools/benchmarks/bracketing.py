"""The gradient through three Jacobians: from the loss, and from the input."""

from functools import partial

import numpy as np

from descent.timing import Timing, compare

ABOUT = "u (J3 J2 J1) for square Jacobians of n rows, bracketed from either side."
SIZES = (3, 16, 64, 256, 1024)


def from_the_loss(u, J3, J2, J1):
    """Row times matrix, three times."""
    return ((u @ J3) @ J2) @ J1


def from_the_input(u, J3, J2, J1):
    """Matrix times matrix, twice."""
    return u @ (J3 @ (J2 @ J1))


def measure() -> dict[str, Timing]:
    """Both bracketings at each size, in NumPy on one thread."""
    timings = {}
    for n in SIZES:
        rng = np.random.default_rng(n)
        Js = rng.normal(size=(3, n, n)) / np.sqrt(n)
        u = rng.normal(size=n)
        both = {
            f"from the loss @ {n}": partial(from_the_loss, u, *Js),
            f"from the input @ {n}": partial(from_the_input, u, *Js),
        }
        timings |= compare(both, repeats=15, rtol=1e-8, atol=1e-10)
    return timings
