"""A verdict on a gradient that was derived by hand, with the likely cause of an error.

The numerical derivatives (`differences`) can be imported from here as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from descent.differences import (
    EPS,
    central_difference,
    central_quotient,
    complex_step,
    evaluate,
    forward_difference,
    moved,
    steps_for,
)
from descent.validation import as_array, as_number

__all__ = [
    "Verdict",
    "central_difference",
    "check_gradient",
    "complex_step",
    "forward_difference",
    "relative_error",
]


def relative_error(
    a: Any, b: Any, floor: float = float(np.finfo(np.float64).tiny)
) -> float:
    """The largest ``|a_i − b_i| / max(|a_i|, |b_i|, floor)``, entry by entry.

    Not a ratio of norms: one wrong entry among a million must show. ``floor`` is the
    size below which an entry counts as 0. The result is between 0 and 2.

    Raises
    ------
    ValueError
        If the shapes differ, or a number isn't finite.
    """
    a = as_array("a", a)
    b = as_array("b", b, shape=a.shape)
    return float(np.max(_relative_errors(a, b, as_number("floor", floor, above=0))))


@dataclass(frozen=True)
class Verdict:
    """What a gradient check found; true exactly if the gradient is accepted.

    Attributes
    ----------
    ok : whether every entry agrees within the tolerance
    worst : the largest relative error, found at ``index``
    index : where, as a tuple (``()`` for a single number)
    analytic, numeric : the given and the numerical derivative there
    h : the step that was used there
    message : all this in a sentence, with a likely cause
    """

    ok: bool
    worst: float
    index: tuple[int, ...]
    analytic: float
    numeric: float
    h: float
    message: str

    def __bool__(self) -> bool:
        return self.ok


def check_gradient(
    f: Callable, gradient: Any, x: Any, *, h: float | None = None, tolerance: float = 1e-6
) -> Verdict:
    """Compare ``gradient`` with central differences of ``f`` at ``x``, entry by entry.

    How large may the relative error be? In float64 a correct gradient of a smooth
    function gives 1e-11 to 1e-8, the error of the difference itself; wrong formulas give
    1e-2 and more. The default tolerance lies in the wide gap between. An error between
    1e-6 and 1e-4 can still be innocent if a kink (relu, abs, max) lies near x or f is
    computed in float32: move x, don't raise the tolerance. (After the course notes of
    Stanford's cs231n, which put the borders at 1e-7, 1e-4 and 1e-2.)

    What differences can't resolve isn't held against the gradient: an absolute error
    below their rounding, ``10 eps max(|f|, |x_j ∂f/∂x_j|, …) / h``, or below their
    truncation, which a second step 2h reveals (Richardson).

    Parameters
    ----------
    f : function of an array of x's shape, returning a number
    gradient : function of x, or array
        The derivative to judge, in the shape of x.
    x : array of real numbers
    h : float, optional
        As in `central_difference`.
    tolerance : float, optional
        The relative error that is accepted.

    Raises
    ------
    TypeError, ValueError
        If an argument, f(x) or the gradient is no real, finite array of its shape.
    """
    x, tolerance = as_array("x", x), as_number("tolerance", tolerance, above=0)
    at_x = as_array("f(x)", evaluate(f, x), shape=())
    given = gradient(x.copy()[()]) if callable(gradient) else gradient
    given = as_array("gradient", given, shape=x.shape)
    numeric = np.asarray(central_difference(f, x, h))
    steps = steps_for(x, h, EPS ** (1 / 3)).reshape(x.shape)
    errors = _errors(f, at_x, x, given, numeric, steps, tolerance)
    j = int(np.argmax(errors))
    index = tuple(int(i) for i in np.unravel_index(j, x.shape))
    worst, ok = float(errors[index]), bool(np.all(errors <= tolerance))
    a, n, step = (float(values[index]) + 0.0 for values in (given, numeric, steps))
    where = f" at index {index}" if index else ""
    if ok:
        message = (
            f"The gradient agrees with central differences: relative error at most "
            f"{worst:.2g}{where}, tolerance {tolerance:g}."
        )
    else:
        right = float(evaluate(f, moved(x, j, step)) - at_x) / step
        left = float(at_x - evaluate(f, moved(x, j, -step))) / step
        if abs(right - left) > 0.1 * max(abs(a), abs(n)):
            cause = _kink(left, right)
        else:
            cause = _likely_cause(given, numeric, errors > tolerance)
        message = (
            f"The gradient{where} is {a:.6g}, central differences give {n:.6g} "
            f"(relative error {worst:.2g}, tolerance {tolerance:g}). Likely cause: {cause}."
        )
    return Verdict(ok, worst, index, a, n, step, message)


def _errors(
    f: Callable, at_x: Any, x: Any, given: Any, numeric: Any, steps: Any, tolerance: float
) -> np.ndarray:
    """Relative errors, in which what the differences can't resolve counts for nothing."""
    change = np.abs(numeric) * np.maximum(1.0, np.abs(x))
    scale = max(float(np.abs(at_x)), float(np.max(change)))
    unresolved = np.array(10 * EPS * scale / steps + np.finfo(np.float64).tiny)
    errors = _relative_errors(given, numeric, unresolved / tolerance)
    for j in np.flatnonzero(errors > tolerance):
        coarse = central_quotient(f, x, j, 2 * steps.flat[j], ())
        unresolved.flat[j] += abs(coarse - numeric.flat[j])
    return _relative_errors(given, numeric, unresolved / tolerance)


def _kink(left: float, right: float) -> str:
    return (
        f"a kink of f (relu, abs, max) within h: its slope is {left:.4g} on the left and "
        f"{right:.4g} on the right, so the difference is no referee here; move x away"
    )


def _likely_cause(given: np.ndarray, numeric: np.ndarray, wrong: np.ndarray) -> str:
    close = {"rtol": 1e-4, "atol": 1e-9 * float(np.max(np.abs(numeric)))}
    if np.allclose(given, numeric, **close):
        return (
            "nearly right: f is computed in float32, has a kink near x, or h is too large"
        )
    if not given.any():
        return "the gradient is 0 everywhere: it was never computed, or reset too late"
    square = given.ndim == 2 and given.shape[0] == given.shape[1]
    if square and np.allclose(given.T, numeric, **close):
        return "transposed: rows and columns of the gradient are exchanged"
    ratio = float(np.vdot(numeric, given) / max(np.vdot(numeric, numeric), 1e-300))
    if np.allclose(given, ratio * numeric, **close) and ratio != 0:
        return _factor(ratio)
    if np.all(given[wrong] == 0):
        return f"{wrong.sum()} of {wrong.size} entries are 0: a path to them is missing"
    if not wrong.all():
        return (
            f"{wrong.sum()} of {wrong.size} entries are wrong, the others agree: look "
            f"for what is special about them (a missing term, an index, a last row)"
        )
    return "no simple pattern: a wrong local derivative, or a term that is missing"


def _factor(ratio: float) -> str:
    if np.isclose(ratio, -1, rtol=1e-3):
        return "the sign is flipped"
    sign = "the sign is flipped, and " if ratio < 0 else ""
    size = abs(ratio)
    if size > 1:
        return (
            f"{sign}too large by the factor {size:.4g} everywhere: a sum where a mean was "
            f"meant, or a forgotten 1/2"
        )
    return (
        f"{sign}too small by the factor {1 / size:.4g} everywhere: a mean where a sum was "
        f"meant, divided by n twice, or a forgotten 2"
    )


def _relative_errors(a: np.ndarray, b: np.ndarray, floor: Any) -> np.ndarray:
    return np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
