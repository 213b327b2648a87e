"""Gradient descent on a noisy bowl, as the live figure ``noisy-descent`` shows it."""

from typing import Any

import numpy as np

from descent.live import heavy_ball
from descent.live.randomness import normals
from descent.live.rates import schedule

H = np.array([2.0, 4.0])
RUNS, LONGEST = 100, 200
DEFAULTS = {
    "lr": 0.1,
    "sigma": 1,
    "beta": 0,
    "n_steps": 60,
    "schedule": "constant",
    "decay": 0.1,
    "x1": -5,
    "x2": -2,
    "seed": 7,
}


def noise(seed: int) -> np.ndarray:
    """The noise of all runs, shape (RUNS, LONGEST, 2), common to every setting."""
    return normals(2 * LONGEST * RUNS, seed).reshape(RUNS, LONGEST, 2)


def _common(p: dict[str, Any]) -> dict[str, Any]:
    return {
        "h": H,
        "rate": schedule(p["schedule"], p["lr"], p["decay"], p["n_steps"]),
        "beta": p["beta"],
        "sigma": p["sigma"],
        "start": np.array([p["x1"], p["x2"]], dtype=np.float64),
    }


def trajectories(z: np.ndarray | None = None, **given: Any) -> np.ndarray:
    """The positions of all runs, shape (n_runs, n_steps + 1, 2).

    Parameters
    ----------
    z : ndarray, shape (n_runs, LONGEST, 2), optional
        The noise, made from the seed unless given.
    **given
        Settings that differ from DEFAULTS.
    """
    p = DEFAULTS | given
    z = noise(p["seed"]) if z is None else z
    steps = z[:, : p["n_steps"]].swapaxes(0, 1)
    return heavy_ball.run(**_common(p), z=steps).swapaxes(0, 1)


def predicted(**given: Any) -> np.ndarray:
    """The exact mean of f over all noise, shape (n_steps + 1,)."""
    p = DEFAULTS | given
    return heavy_ball.expected(**_common(p), n_steps=p["n_steps"])


def floor(lr: float = 0.1, beta: float = 0.0, sigma: float = 1.0) -> tuple:
    """The stationary variances, shape (2,), and the mean of f there; NaN if unstable."""
    variances = [heavy_ball.stationary_variance(lr, beta, h, sigma) for h in H]
    return np.array(variances), float(0.5 * H @ variances)
