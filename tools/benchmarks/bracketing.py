"""The gradient through three Jacobians: from the loss, and from the input."""

import numpy as np

from descent.timing import Timing, compare

ABOUT = "u (J3 J2 J1) for square Jacobians of n rows, bracketed from either side."
SIZES = (3, 16, 64, 256, 1024)


def measure() -> dict[str, Timing]:
    """Both bracketings at each size, in NumPy on one thread."""
    timings = {}
    for n in SIZES:
        rng = np.random.default_rng(n)
        J1, J2, J3 = rng.normal(size=(3, n, n)) / np.sqrt(n)
        u = rng.normal(size=n)
        both = compare(
            {
                f"from the loss @ {n}": lambda: ((u @ J3) @ J2) @ J1,
                f"from the input @ {n}": lambda: u @ (J3 @ (J2 @ J1)),
            },
            repeats=15,
            rtol=1e-8,
            atol=1e-10,
        )
        timings |= both
    return timings
