"""Made-up data, whose truth is known.

Rows are samples: ``X`` is ``(n, d)`` in float64; ``y`` is ``(n,)``, in float64 where it
is a number to predict and in int64 where it is a class. Every call makes new arrays.
"""

from typing import NamedTuple

import numpy as np

from descent.validation import as_array, as_count, as_flag, as_generator, as_number


class Dataset(NamedTuple):
    """Features ``X``, shape (n, d), and targets ``y``, shape (n,)."""

    X: np.ndarray
    y: np.ndarray


def line(rng: np.random.Generator, *, noise: float = 0.1) -> Dataset:
    """Sixty points of ``y = -3 x + noise · N(0, 1)``, x = -3, -2.9, …, 2.9.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the 60 noise terms.
    noise : float
        Standard deviation, at least 0.

    Returns
    -------
    Dataset
        ``X (60, 1)``, ``y (60,)``; the rows are sorted by x.
    """
    return _line(0.0, noise, rng)


def line_with_outliers(
    rng: np.random.Generator, *, outliers: bool = True, noise: float = 0.1
) -> Dataset:
    """Sixty points of ``y = -3 x + 1 + noise · N(0, 1)``, six of them then spoilt.

    x = -3, -2.9, …, 2.9. The outliers are ``y[0] = 0`` (the line has 10 there) and
    ``y[50:55] = 20`` (the line falls from -5 to -6.2).

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the 60 noise terms; the same with and without outliers.
    outliers : bool
        False leaves the line clean, as for validation.
    noise : float
        Standard deviation, at least 0.

    Returns
    -------
    Dataset
        ``X (60, 1)``, ``y (60,)``; the rows are sorted by x.
    """
    X, y = _line(1.0, noise, rng)
    if as_flag("outliers", outliers):
        y[0] = 0.0
        y[50:55] = 20.0
    return Dataset(X, y)


def _line(intercept: float, noise: float, rng: np.random.Generator) -> Dataset:
    noise, rng = as_number("noise", noise, at_least=0), as_generator("rng", rng)
    x = np.arange(-30, 30) / 10  # not arange(-3, 3, 0.1), which misses 0 by 3e-15
    return Dataset(x[:, None], -3 * x + intercept + noise * rng.standard_normal(60))


def noisy_sine(
    n: int,
    rng: np.random.Generator,
    low: float = -np.pi,
    high: float = np.pi,
    noise: float = 0.1,
) -> Dataset:
    """``y = sin(x) + noise · N(0, 1)``, x uniform on ``[low, high)``.

    Parameters
    ----------
    n : int
        Number of rows, at least 1.
    rng : numpy.random.Generator
        Draws the n x first, then the n noise terms.
    low, high : float
        Ends of the interval, one period unless given.
    noise : float
        Standard deviation, at least 0.

    Returns
    -------
    Dataset
        ``X (n, 1)``, not sorted, and ``y (n,)``.
    """
    n, rng = as_count("n", n, at_least=1), as_generator("rng", rng)
    low = as_number("low", low)
    high = as_number("high", high, above=low)
    noise = as_number("noise", noise, at_least=0)
    x = rng.uniform(low, high, size=n)
    return Dataset(x[:, None], np.sin(x) + noise * rng.standard_normal(n))


def gaussian_linear(
    n: int, w_true: np.ndarray, noise: float, rng: np.random.Generator
) -> Dataset:
    """``y = X w_true + noise · N(0, 1)``, all entries of X from N(0, 1).

    Parameters
    ----------
    n : int
        Number of rows, at least 1.
    w_true : ndarray, shape (d,)
    noise : float
        Standard deviation, at least 0.
    rng : numpy.random.Generator
        Draws X first, then the noise.

    Returns
    -------
    Dataset
        ``X (n, d)``, ``y (n,)``.
    """
    n, rng = as_count("n", n, at_least=1), as_generator("rng", rng)
    w_true = as_array("w_true", w_true, ndim=1)
    noise = as_number("noise", noise, at_least=0)
    X = rng.standard_normal((n, len(w_true)))
    return Dataset(X, X @ w_true + noise * rng.standard_normal(n))


def two_moons(n: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Two half circles that reach into each other, one for each class.

    With t in equal steps from 0 to π, class 0 is ``(cos t, sin t)`` and class 1 is
    ``(1 - cos t, ½ - sin t)``: half circles of radius 1 around (0, 0), above, and
    (1, ½), below. ``noise · N(0, 1)`` is added to each coordinate.

    Parameters
    ----------
    n : int
        Number of rows, at least 2: ``⌊n / 2⌋`` of class 0, the others of class 1.
    noise : float
        Standard deviation, at least 0.
    rng : numpy.random.Generator
        Draws the noise, then the order of the rows.

    Returns
    -------
    Dataset
        ``X (n, 2)``, shuffled, and labels ``y (n,)``, 0 or 1.
    """
    n, rng = as_count("n", n, at_least=2), as_generator("rng", rng)
    noise = as_number("noise", noise, at_least=0)
    t, u = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    upper = np.column_stack([np.cos(t), np.sin(t)])
    lower = np.column_stack([1 - np.cos(u), 0.5 - np.sin(u)])
    X = np.vstack([upper, lower]) + noise * rng.standard_normal((n, 2))
    y = np.repeat(np.array([0, 1], dtype=np.int64), [len(t), len(u)])
    order = rng.permutation(n)
    return Dataset(X[order], y[order])
