"""Polynomials that fit and don't predict, and flattering tests, as ``overfitting`` shows.

Sixty points of a sine with noise; training takes some of them, validation the rest. New
points are drawn from 200 places, so that every expectation is a sum.
"""

from math import comb, erf
from typing import Any, NamedTuple

import numpy as np

from descent.live.randomness import normals, shuffles, uniforms
from descent.problems import least_squares

DEFAULTS = {
    "degree": 9,
    "n_train": 20,
    "noise": 0.3,
    "K": 10,
    "m": 20,
    "split": 2,
    "tests": 1,
}
POOL, HIGHEST = 60, 15
SETS, LARGEST, GRID, NEAR = 400, 100, 200, 0.5
X, Z = 2 * uniforms(POOL, 5) - 1, normals(POOL, 6)
PLACES = (2 * np.arange(GRID) + 1) / GRID - 1
TRUTH = np.sin(np.pi * PLACES)


def orthonormal(
    t: np.ndarray, x: np.ndarray, highest: int
) -> tuple[np.ndarray, np.ndarray]:
    """Polynomials of degree 0, …, highest with ``mean(p_i(t) p_j(t)) = [i = j]``.

    Each is x times the one before it, made orthogonal to all before it, twice.

    Returns
    -------
    at_t, at_x : ndarray, shapes (n, highest + 1) and (len(x), highest + 1)

    References
    ----------
    Forsythe (1957), Generation and use of orthogonal polynomials for data-fitting with a
    digital computer. Brubeck, Nakatsukasa & Trefethen (2021), Vandermonde with Arnoldi.
    """
    n, both = len(t), np.concatenate([t, x])
    basis = np.ones((len(both), highest + 1))
    for k in range(highest):
        new, old = both * basis[:, k], basis[:, : k + 1]
        for _ in range(2):
            new = new - old @ (old[:n].T @ new[:n] / n)
        basis[:, k + 1] = new / np.sqrt(np.mean(new[:n] ** 2))
    return basis[:n], basis[n:]


class Models(NamedTuple):
    """The fits of all degrees.

    Attributes
    ----------
    x, y : ndarray, shape (POOL,)
        The points; the first ``n_train`` are for training.
    train, validation, truth : ndarray, shape (HIGHEST + 1,)
        Mean squared error by degree; in truth is on new points, noise included.
    curves : ndarray, shape (HIGHEST + 1, GRID)
        Values at PLACES.
    """

    x: np.ndarray
    y: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    truth: np.ndarray
    curves: np.ndarray


def models(**given: Any) -> Models:
    """Fit every degree to the training points by least squares."""
    p = DEFAULTS | given
    n, rows = p["n_train"], shuffles(1, POOL, p["split"])[0]
    x, y = X[rows], np.sin(np.pi * X[rows]) + p["noise"] * Z[rows]
    near, far = orthonormal(x[:n], np.concatenate([x[n:], PLACES]), HIGHEST)
    tasks = [least_squares(near[:, : d + 1], y[:n], c=2.0) for d in range(HIGHEST + 1)]
    fits = np.array([far[:, : d + 1] @ task.minimum for d, task in enumerate(tasks)])
    return Models(
        x,
        y,
        np.array([task.loss(task.minimum) for task in tasks]),
        np.mean((fits[:, : POOL - n] - y[n:]) ** 2, axis=1),
        np.mean((fits[:, POOL - n :] - TRUTH) ** 2, axis=1) + p["noise"] ** 2,
        fits[:, POOL - n :],
    )


def draws(tests: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the places of all test points, and their noise, shape (SETS, LARGEST)."""
    shape = (SETS, LARGEST)
    places = (uniforms(SETS * LARGEST, tests) * GRID).astype(int)
    return places.reshape(shape), normals(SETS * LARGEST, tests + 10_000).reshape(shape)


def scores(curve: np.ndarray, noise: float, m: int, tests: int) -> np.ndarray:
    """Share of the first m points of each set within NEAR of the fit, shape (SETS,)."""
    places, z = (part[:, :m] for part in draws(tests))
    return np.mean(np.abs((curve - TRUTH)[places] - noise * z) <= NEAR, axis=1)


def skill(curve: np.ndarray, noise: float) -> float:
    """The share of all new points within NEAR of the fit: what the scores estimate."""
    ends = ((curve - TRUTH)[:, None] + [-NEAR, NEAR]) / noise / np.sqrt(2)
    return float(np.mean([erf(high) - erf(low) for low, high in ends]) / 2)


def predicted(p: float, m: int, K: int) -> float:
    """Expected best of K scores of m points each, ``Σ_{s<m} (1 - F(s)^K) / m``.

    F is the binomial distribution function of m trials with probability p.
    """
    chances = [comb(m, s) * p**s * (1 - p) ** (m - s) for s in range(m)]
    below = np.minimum(np.cumsum(chances), 1.0)
    return float(np.sum(1 - below**K) / m)


def mean_best(found: np.ndarray, K: int) -> float:
    """Mean of the best of K, over all ways to take K of the scores."""
    ways = [comb(i, K - 1) / comb(len(found), K) for i in range(len(found))]
    return float(np.sort(found) @ ways)
