"""Momentum and gradient noise on a bowl: runs by the library, and their exact theory.

The bowl is ``½ Σ h_j x_j²``, and with independent standard normal ``z`` a step is
``v = beta * v + h * x + sigma * z``, then ``x = x - lr * v``. So x and v of each
direction form a linear system, whose means and covariances obey closed recursions.
"""

import numpy as np

from descent.optimizers import momentum
from descent.schedules import Schedule


def run(
    h: np.ndarray,
    rate: Schedule,
    beta: float,
    sigma: float,
    start: np.ndarray,
    z: np.ndarray,
) -> np.ndarray:
    """The positions of one run or of many, shape (n_steps + 1, …, d).

    Parameters
    ----------
    h, start : ndarray, shape (d,)
    rate : Schedule
    beta, sigma : float
    z : ndarray, shape (n_steps, …, d)
        The noise of each step; between its first and last axis are the runs.
    """
    rule = momentum(rate, beta)
    x = np.broadcast_to(np.asarray(start, dtype=np.float64), z.shape[1:])
    state, path = rule.init(x), [x]
    for noise in z:
        x, state = rule.update(x, h * x + sigma * noise, state)
        path.append(x)
    return np.array(path)


def expected(
    h: np.ndarray,
    rate: Schedule,
    beta: float,
    sigma: float,
    start: np.ndarray,
    n_steps: int,
) -> np.ndarray:
    """The mean of ``½ Σ h_j x_j²`` over all noise, shape (n_steps + 1,).

    For each direction the mean of ``(x, v)`` is multiplied by
    ``A = [[1 - lr h, -lr beta], [h, beta]]`` and the covariance C becomes
    ``A C Aᵀ + b bᵀ`` with ``b = sigma (-lr, 1)``.
    """
    f = np.zeros(n_steps + 1)
    for curvature, x in zip(h, start):
        mean, covariance = np.array([x, 0.0]), np.zeros((2, 2))
        f[0] += 0.5 * curvature * x**2
        for t in range(n_steps):
            lr = rate(t)
            step = np.array([[1 - lr * curvature, -lr * beta], [curvature, beta]])
            kick = sigma * np.array([-lr, 1.0])
            mean = step @ mean
            covariance = step @ covariance @ step.T + np.outer(kick, kick)
            f[t + 1] += 0.5 * curvature * (mean[0] ** 2 + covariance[0, 0])
    return f


def radius(lr: float, beta: float, h: float) -> float:
    """What a step leaves of the distance in the long run, along curvature ``h``.

    The larger root, in size, of ``r² - (1 + beta - lr h) r + beta``.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.
    """
    return float(np.abs(np.roots([1.0, -(1 + beta - lr * h), beta])).max())


def stationary_variance(lr: float, beta: float, h: float, sigma: float) -> float:
    """The variance of x that a fixed rate settles at; NaN where it is unstable.

    ``lr sigma² (1 + beta) / (h (1 - beta) (2 (1 + beta) - lr h))``, the fixed point of
    the covariance's recursion (see `expected`).
    """
    if radius(lr, beta, h) >= 1:
        return float("nan")
    return lr * sigma**2 * (1 + beta) / (h * (1 - beta) * (2 * (1 + beta) - lr * h))
