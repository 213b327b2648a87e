"""Samples as points and as lines, as ``data-and-parameter-space`` shows them."""

from typing import Any

import numpy as np

from descent.live.randomness import normals
from descent.objectives import Problem
from descent.optimizers import sgd
from descent.problems import least_squares

DEFAULTS = {
    "n_samples": 3,
    "rows": "all",
    "lr": 0.05,
    "step": 10,
    "w0": 1.5,
    "b0": -2.5,
}
X = np.array([1.5, -1, 2.5, -2.5, 0.5, -1.5, 3, -3, 2, -0.5, 1, -2])
Y = -1.5 * X + 1 + 0.8 * normals(12, 3)


def problem(n_samples: int = 3) -> Problem:
    """The mean squared error of the first samples, over slope and intercept."""
    rows = np.column_stack([X, np.ones(12)])[:n_samples]
    return least_squares(rows, Y[:n_samples], c=2.0)


def trajectory(**given: Any) -> np.ndarray:
    """The points of the run, shape (step + 1, 2).

    Each step is on all samples taken, or (``rows="one"``) on one of them, in turn.
    """
    p = DEFAULTS | given
    task, rule = problem(p["n_samples"]), sgd(p["lr"])
    w = np.array([p["w0"], p["b0"]], dtype=np.float64)
    state, found = rule.init(w), [w]
    for t in range(p["step"]):
        rows = None if p["rows"] == "all" else np.array([t % p["n_samples"]])
        w, state = rule.update(w, task.gradient(w, rows), state)
        found.append(w)
    return np.array(found)


def curvatures(n_samples: int = 3) -> np.ndarray:
    """Of the cost of the first samples, the smaller first, shape (2,)."""
    rows = np.column_stack([X, np.ones(12)])[:n_samples]
    return np.linalg.eigvalsh(2 * rows.T @ rows / n_samples)
