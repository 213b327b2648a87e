"""Momentum on a parabola, as the live figure ``phase-diagram`` shows it."""

import numpy as np

from descent.live import heavy_ball
from descent.schedules import constant

DEFAULTS = {"ah": 0.16, "beta": 0.8, "kappa": 1}
STEPS = 60


def trajectory(
    ah: float = 0.16, beta: float = 0.8, kappa: float = 1, n_steps: int = STEPS
) -> np.ndarray:
    """x of the flat direction and of the steep one, shape (n_steps + 1, 2).

    Both start from 1 at rest, on the bowl ``½ (x_1² + kappa x_2²)`` with the rate ``ah``.
    """
    h, start = np.array([1.0, kappa]), np.ones(2)
    still = np.zeros((n_steps, 2))
    return heavy_ball.run(h, constant(ah), beta, sigma=0.0, start=start, z=still)


def roots(ah: float, beta: float) -> np.ndarray:
    """The roots of ``r² - (1 + beta - ah) r + beta``, complex, the larger first."""
    found = np.roots([1.0, -(1 + beta - ah), beta]).astype(complex)
    return found[np.lexsort([-found.imag, -np.abs(found)])]


def critical(ah: float) -> float:
    """The ``beta`` at which the two roots meet, ``(1 - sqrt(ah))²``."""
    return float((1 - np.sqrt(ah)) ** 2)


def best(kappa: float) -> dict[str, float]:
    """``ah`` and ``beta`` with the smallest factor for curvatures 1 and ``kappa``.

    ``sqrt(beta) = (sqrt(kappa) - 1) / (sqrt(kappa) + 1)`` and ``ah = (1 - sqrt(beta))²``.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.
    """
    root = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    return {"ah": float((1 - root) ** 2), "beta": float(root**2)}


def envelope(ah: float, beta: float, n_steps: int = STEPS) -> np.ndarray:
    """What |x| follows from 1 at rest, shape (n_steps + 1,).

    With complex roots of size r, x swings as ``C r^t cos(ωt + φ)``, and this is ``C r^t``.
    With real ones it is the part of the larger root a: ``|c a^t|``, or, where they are
    equal, ``|(1 + k t) a^t|``. The constants follow from ``x_0 = 1`` and
    ``x_1 = 1 - ah``.
    """
    a, b = roots(ah, beta)
    t, first = np.arange(n_steps + 1), 1 - ah
    if a.imag:
        return np.abs(1 - 1j * (first - a.real) / a.imag) * np.sqrt(beta) ** t
    a, b = a.real, b.real
    if a == b:
        return np.abs(a**t + (first - a) * t * a ** (t - 1.0))
    return np.abs((first - b) / (a - b) * a**t)
