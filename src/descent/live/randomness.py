"""The seeded random numbers of the live figures, as ``live/core/random.mjs`` makes them."""

import numpy as np

from descent.validation import as_count


def uniforms(n: int, seed: int) -> np.ndarray:
    """``n`` uniform numbers in [0, 1), shape (n,), by mulberry32.

    A counter that grows by a constant, and its bits mixed: 32 bits of state, a period of
    2³². Enough for a picture, not for research.

    References
    ----------
    T. Ettinger (2017), mulberry32.
    """
    n, seed = as_count("n", n), as_count("seed", seed)
    counter = np.arange(1, n + 1, dtype=np.uint64) * 0x6D2B79F5 + seed
    a = counter.astype(np.uint32)  # modulo 2³², as every product below
    t = (a ^ (a >> 15)) * (a | 1)
    t = (t + (t ^ (t >> 7)) * (t | 61)) ^ t
    return (t ^ (t >> 14)) / 2**32


def normals(n: int, seed: int) -> np.ndarray:
    """``n`` standard normal numbers, shape (n,), by Box and Muller's method.

    Two uniform numbers u, v give ``sqrt(-2 log(1 - u))`` times cos and sin of ``2πv``.

    References
    ----------
    Box & Muller (1958), A note on the generation of random normal deviates.
    """
    pairs = uniforms(n + n % 2, seed).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(1 - pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    z = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return z.ravel()[:n]


def shuffles(rows: int, n: int, seed: int) -> np.ndarray:
    """The numbers 0, …, n - 1 in random order, ``rows`` times, shape (rows, n).

    References
    ----------
    Fisher & Yates (1938), Statistical tables, example 12.
    """
    rows, n = as_count("rows", rows), as_count("n", n, at_least=1)
    u = uniforms(rows * (n - 1), seed).reshape(rows, n - 1)
    found, every = np.tile(np.arange(n), (rows, 1)), np.arange(rows)
    for k, i in enumerate(range(n - 1, 0, -1)):
        j = (u[:, k] * (i + 1)).astype(int)
        found[every, i], found[every, j] = found[every, j], found[every, i]
    return found
