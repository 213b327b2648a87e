"""Gradient descent on a parabola, as the live figure ``learning-rate`` shows it."""

import numpy as np

from descent.landscapes import quadratic
from descent.optimizers import sgd

DEFAULTS = {"h": 1.6, "lr": 0.2, "w0": 4.0}
STEPS = 10


def trajectory(
    h: float = 1.6, lr: float = 0.2, w0: float = 4.0, n_steps: int = STEPS
) -> np.ndarray:
    """The points ``w_0 … w_n`` on ``½ h w²``, shape (n_steps + 1,).

    Parameters
    ----------
    h : float, above 0
        Curvature.
    lr : float, at least 0
        Learning rate.
    w0 : float
        Start.
    """
    problem, rule = quadratic(np.array([h])), sgd(lr)
    w = np.array([float(w0)])
    state, path = rule.init(w), [w]
    for _ in range(n_steps):
        w, state = rule.update(w, problem.gradient(w), state)
        path.append(w)
    return np.concatenate(path)


def factor(h: float = 1.6, lr: float = 0.2) -> float:
    """``1 - lr * h``: what one step multiplies the distance to the minimum by."""
    return 1 - lr * h
