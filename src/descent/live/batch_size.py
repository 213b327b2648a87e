"""How noisy a batch is, and what it costs, as the live figure ``batch-size`` shows it."""

from typing import Any, NamedTuple

import numpy as np

from descent.live.randomness import normals, shuffles, uniforms
from descent.objectives import Problem
from descent.problems import least_squares

DEFAULTS = {"b": 4, "replacement": "without", "away": 0.5, "overhead": 20, "seed": 7}
N, DRAWS, DATA_SEED = 60, 200, 1


def problem() -> Problem:
    """Sixty points of ``y = -3 x + N(0, 1)``, x = -3, -2.9, …, 2.9, squared error."""
    x = np.arange(-30, 30) / 10
    X = np.column_stack([x, np.ones(N)])
    return least_squares(X, -3 * x + normals(N, DATA_SEED), c=2.0)


def point(away: float = 0.5) -> np.ndarray:
    """Slope and intercept that are both ``away`` too low, shape (2,)."""
    return np.array([-3.0 - away, -away])


def orders(replacement: str = "without", seed: int = 7) -> np.ndarray:
    """Row numbers of DRAWS batches of all sizes, shape (DRAWS, N): b rows are the first b.

    Without replacement a batch is the start of a shuffle; with it each row is drawn anew.
    """
    if replacement == "with":
        return (uniforms(DRAWS * N, seed + 10_000) * N).astype(int).reshape(DRAWS, N)
    return shuffles(DRAWS, N, seed)


class Noise(NamedTuple):
    """Of sample gradients at one point.

    Attributes
    ----------
    mean : ndarray, shape (2,)
        The full gradient.
    covariance : ndarray, shape (2, 2)
    sigma : float
        Root of its trace.
    scale : float
        The noise scale ``tr(H C) / gᵀ H g``, H the Hessian.
    """

    mean: np.ndarray
    covariance: np.ndarray
    sigma: float
    scale: float


def noise(away: float = 0.5) -> Noise:
    """Mean and covariance of the sample gradients at `point`.

    References
    ----------
    McCandlish et al. (2018), An empirical model of large-batch training, equation 2.8.
    """
    task, w = problem(), point(away)
    g, mean = task.per_sample_gradients(w), task.gradient(w)
    covariance = (g - mean).T @ (g - mean) / N
    hessian = np.column_stack([task.gradient(w + e) - mean for e in np.eye(2)])
    scale = np.trace(hessian @ covariance) / (mean @ hessian @ mean)
    return Noise(mean, covariance, float(np.sqrt(np.trace(covariance))), float(scale))


def batch_gradients(**given: Any) -> np.ndarray:
    """The gradients of all drawn batches of b rows, shape (DRAWS, 2)."""
    p = DEFAULTS | given
    task, w = problem(), point(p["away"])
    rows = orders(p["replacement"], p["seed"])[:, : p["b"]]
    return np.array([task.gradient(w, batch) for batch in rows])


def measured(**given: Any) -> np.ndarray:
    """Root mean square error of the batches of each size over σ, shape (N,)."""
    p = DEFAULTS | given
    g = problem().per_sample_gradients(point(p["away"]))
    found, sizes = noise(p["away"]), np.arange(1, N + 1)
    sums = np.cumsum(g[orders(p["replacement"], p["seed"])], axis=1)
    errors = sums / sizes[:, None] - found.mean
    return np.sqrt((errors**2).sum(axis=2).mean(axis=0)) / found.sigma


def predicted(replacement: str, b: np.ndarray) -> np.ndarray:
    """The same in theory: ``1/sqrt(b)``, times ``sqrt(1 - (b-1)/(N-1))`` without."""
    kept = 1 - (b - 1) / (N - 1) if replacement == "without" else 1.0
    return np.sqrt(kept / b)


def epoch_time(b: np.ndarray, overhead: float) -> np.ndarray:
    """``ceil(N/b) overhead + N``: an epoch, in the time that one more sample takes."""
    return np.ceil(N / b) * overhead + N


def target_time(b: np.ndarray, overhead: float, scale: float) -> np.ndarray:
    """``(1 + scale/b) (overhead + b)``: proportional to the time to a target."""
    return (1 + scale / b) * (overhead + b)
