"""Finite differences and their two errors, as the live figure ``finite-difference`` shows.

The functions use only operations that IEEE 754 rounds in one way, so that this module and
its JavaScript agree in every bit.
"""

from typing import Any

import numpy as np

from descent.differences import central_difference, forward_difference

DEFAULTS = {
    "log_h": -0.3,
    "x": 0.8,
    "method": "forward",
    "precision": "double",
    "f": "bell",
}
DTYPES = {"double": np.float64, "single": np.float32}


def step_of(log_h: float) -> float:
    """``10**log_h`` to three digits."""
    return float(f"{10.0**log_h:.3g}")


def value(f: str, x: Any) -> Any:
    """``1 / (1 + x²)``, ``x³ - x`` or ``max(x, 0)`` in the precision of x."""
    if f == "bell":
        return 1 / (1 + x * x)
    return x * x * x - x if f == "cubic" else np.maximum(x, 0)


def slopes(f: str, x: float) -> tuple[float, float, float]:
    """The first three derivatives at x; those of ``max(x, 0)`` from the left at 0."""
    if f == "bell":
        s = 1 + x * x
        return -2 * x / s**2, (6 * x * x - 2) / s**3, 24 * x * (1 - x * x) / s**4
    if f == "cubic":
        return 3 * x * x - 1, 6 * x, 6.0
    return float(x > 0), 0.0, 0.0


def quotient(f: str, x: float, h: float, method: str, precision: str) -> float:
    """The forward or central difference quotient, every operation in ``precision``."""
    if precision == "double":
        rule = central_difference if method == "central" else forward_difference
        return float(rule(lambda at: value(f, at), x, h))
    x, h = np.float32(x), np.float32(h)
    if method == "forward":
        return float((value(f, x + h) - value(f, x)) / h)
    return float((value(f, x + h) - value(f, x - h)) / (np.float32(2) * h))


def errors(f: str, x: float, steps: np.ndarray, method: str, precision: str) -> np.ndarray:
    """Size of ``quotient - derivative`` for each of ``steps``, shape (n_steps,)."""
    slope = slopes(f, float(DTYPES[precision](x)))[0]
    found = [quotient(f, x, float(h), method, precision) for h in steps]
    return np.abs(np.array(found) - slope)


def predicted(f: str, x: float, h: Any, method: str, precision: str) -> tuple[Any, Any]:
    """Truncation and rounding error, in size.

    Forward ``|h g''/2 + h² g'''/6|`` and ``eps |g| / h``; central ``h² |g'''| / 6`` and
    ``eps |g| / 2h``.
    """
    _, second, third = slopes(f, float(DTYPES[precision](x)))
    unit = float(np.finfo(DTYPES[precision]).eps) * abs(value(f, x)) / h
    if method == "central":
        return np.abs(h**2 / 6 * third), unit / 2
    return np.abs(h / 2 * second + h**2 / 6 * third), unit
