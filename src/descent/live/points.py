"""Points of two classes on a grid, as ``live/models/points.mjs`` makes and writes them.

A point is a pair of whole numbers i, k from 0 to 60, at ((i - 30)/10, (k - 30)/10).
"""

import string

import numpy as np

from descent.live.randomness import normals, uniforms
from descent.synthetic import Dataset
from descent.validation import as_choice, as_count

SIDE, SEED, HALF = 61, 11, 40
SIGNS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
NOISE = {"moons": 0.2, "circles": 0.2, "xor": 0.45, "spirals": 0.08}
SETS = (*NOISE, "own")


def shape(name: str, t: np.ndarray, c: int) -> np.ndarray:
    """Where class ``c`` lies before the noise, shape (n, 2), as t goes from 0 to 1."""
    if name == "moons":
        upper = np.array([1.6 * np.cos(np.pi * t) - 0.8, 2 * np.sin(np.pi * t) - 0.65])
        return (-upper if c else upper).T
    if name == "xor":
        x = np.where(t < 0.5, -1.5, 1.5)
        return np.column_stack([x, -x if c else x])
    if name == "circles":
        radius, angle = 2.3 if c else 0.9, 2 * np.pi * t
    else:
        radius, angle = 0.3 + 2.4 * t, 2.5 * np.pi * t + np.pi * c
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def made(name: str) -> list[np.ndarray]:
    """A ready-made set as places of the grid, (40, 2) for each class."""
    z = normals(4 * HALF, SEED).reshape(2, HALF, 2)
    t = np.arange(HALF) / HALF
    places = [shape(name, t, c) + NOISE[name] * z[c] for c in (0, 1)]
    return [np.clip(np.floor(10 * x + 0.5) + 30, 0, SIDE - 1).astype(int) for x in places]


def read(text: str) -> np.ndarray:
    """Points written with two signs of SIGNS each, as places of the grid, (n, 2)."""
    places = [SIGNS.find(sign) for sign in text]
    if len(text) % 2 or -1 in places:
        raise ValueError(f"text must hold two of A-Z a-z 0-9 - _ for each point: {text!r}")
    return np.minimum(np.array(places, dtype=int).reshape(-1, 2), SIDE - 1)


def table(data: str = "moons", blue: str = "", orange: str = "") -> Dataset:
    """The points ``X (n, 2)`` and labels ``y (n,)``, those of class 0 first.

    Parameters
    ----------
    data : str
        One of SETS; ``own`` are the points in ``blue`` (class 0) and ``orange``.
    """
    as_choice("data", data, SETS)
    both = [read(blue), read(orange)] if data == "own" else made(data)
    y = np.repeat([0, 1], [len(places) for places in both])
    return Dataset((np.vstack(both) - 30) / 10, y)


def shuffled(n: int, seed: int) -> np.ndarray:
    """The order in which an epoch takes ``n`` rows.

    References
    ----------
    R. Durstenfeld (1964), Algorithm 235: random permutation.
    """
    n = as_count("n", n)
    order = np.arange(n)
    for i, u in zip(range(n - 1, 0, -1), uniforms(max(n - 1, 0), seed)):
        k = int(u * (i + 1))
        order[[i, k]] = order[[k, i]]
    return order
