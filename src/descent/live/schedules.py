"""What a schedule can carry, as the live figure ``schedules`` shows it."""

import math
from typing import Any

import numpy as np

from descent.landscapes import quadratic
from descent.live.randomness import normals
from descent.live.rates import schedule
from descent.optimizers import sgd
from descent.schedules import Schedule

H, SEED, LONGEST = 2.0, 7, 1000
DEFAULTS = {
    "schedule": "exponential",
    "decay": 0.1,
    "lr": 0.1,
    "n_steps": 100,
    "sigma": 1,
    "x0": -5,
}


def run(**given: Any) -> dict[str, np.ndarray]:
    """Rates, their sums, and the mean and standard deviation of x on ``½ · 2 x²``.

    The mean goes as without noise; the variance V becomes
    ``(1 - lr h)² V + (lr sigma)²`` at each step.

    Parameters
    ----------
    **given
        Settings that differ from DEFAULTS.

    Returns
    -------
    dict of ndarray
        ``rates`` (n_steps,); ``sums``, ``means`` and ``spreads`` (n_steps + 1,).
    """
    p = DEFAULTS | given
    rate = _rate(p)
    rates = np.array([rate(t) for t in range(p["n_steps"])])
    variances = [0.0]
    for lr in rates:
        variances.append((1 - lr * H) ** 2 * variances[-1] + (lr * p["sigma"]) ** 2)
    return {
        "rates": rates,
        "sums": np.concatenate([[0.0], np.cumsum(rates)]),
        "means": path(np.zeros(p["n_steps"]), **given),
        "spreads": np.sqrt(variances),
    }


def path(z: np.ndarray | None = None, **given: Any) -> np.ndarray:
    """One run with the noise ``z`` (one number a step), shape (n_steps + 1,)."""
    p = DEFAULTS | given
    z = normals(LONGEST, SEED) if z is None else z
    problem, rule = quadratic(np.array([H])), sgd(_rate(p))
    x = np.array([float(p["x0"])])
    state, found = rule.init(x), [x]
    for noise in z[: p["n_steps"]]:
        x, state = rule.update(x, problem.gradient(x) + p["sigma"] * noise, state)
        found.append(x)
    return np.concatenate(found)


def forever(**given: Any) -> tuple[float, float]:
    """The sum of all rates for ever, and the share of the way that it leaves."""
    p = DEFAULTS | given
    if p["schedule"] != "exponential":
        return math.inf, 0.0
    t = np.arange(math.ceil(40 / p["decay"]))
    left = np.prod(1 - H * p["lr"] * np.exp(-p["decay"] * t))
    return p["lr"] / (1 - math.exp(-p["decay"])), float(left)


def _rate(p: dict[str, Any]) -> Schedule:
    return schedule(p["schedule"], p["lr"], p["decay"], p["n_steps"])
