"""Landscapes to walk on: functions of ``w`` alone, whose minima are known.

All gradients are derived by hand.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from descent.objectives import QUIET, Problem
from descent.validation import as_array, as_count, as_number, describe


def quadratic(h: np.ndarray, minimum: np.ndarray | None = None) -> Problem:
    """A bowl along the axes, ``f(w) = ½ Σ h_i (w_i - m_i)²``.

    The gradient is ``h * (w - m)``. One step of gradient descent multiplies
    ``w_i - m_i`` by ``1 - lr * h_i``; the smoothness constant is ``max h``.

    Parameters
    ----------
    h : ndarray, shape (d,)
        Curvatures, all above 0.
    minimum : ndarray, shape (d,), optional
        The bottom ``m`` of the bowl, 0 if not given.

    Raises
    ------
    ValueError
        If a curvature isn't above 0 or the shapes differ.
    """
    h = as_array("h", h, ndim=1).copy()
    for i, curvature in enumerate(h.tolist()):
        as_number(f"h[{i}]", curvature, above=0)
    m = np.zeros_like(h) if minimum is None else minimum
    m = as_array("minimum", m, shape=h.shape).copy()
    return _function(
        "quadratic bowl",
        lambda w: 0.5 * np.sum(h * (w - m) ** 2),
        lambda w: h * (w - m),
        smoothness=float(h.max()),
        minimum=m,
    )


def ill_conditioned(condition: float, d: int = 2) -> Problem:
    """A long narrow valley: the bowl with curvatures from 1 to ``condition``.

    ``h_i = condition**((i - 1) / (d - 1))``: equal ratios from each to the next. The
    valley runs along the first axis; the minimum is 0.

    Parameters
    ----------
    condition : float
        The largest curvature divided by the smallest, at least 1.
    d : int
        Number of parameters, at least 2.
    """
    condition = as_number("condition", condition, at_least=1)
    d = as_count("d", d, at_least=2)
    return replace(
        quadratic(np.geomspace(1.0, condition, d)), name="ill-conditioned quadratic"
    )


NARROW_WELL, WIDE_WELL = -0.3, 2.4
NARROW_CURVATURE, WIDE_CURVATURE = 16.0, 0.25
TEMPERATURE = 0.05


def two_wells() -> Problem:
    """A narrow and a wide well, equally deep, in one dimension.

    A smooth minimum of two parabolas, with ``t = 0.05``::

        q_narrow(w) = ½ · 16 (w + 0.3)²       q_wide(w) = ½ · ¼ (w - 2.4)²
        f(w) = -t log(exp(-q_narrow(w) / t) + exp(-q_wide(w) / t))

    It is the negative logarithm of a mixture of two Gaussians, and its gradient the
    mean of the two parabolas' gradients, weighted by how much each contributes. Away
    from the barrier ``f`` is the lower parabola: minima -0.3 (curvature 16) and 2.4
    (curvature ¼), both with loss 0 (to 1e-9). From either the barrier, at w = 0.0194,
    is 0.703 high, so that curvature alone tells the wells apart. The curvature is
    nowhere above 16: without noise, gradient descent stays in the narrow well while
    ``lr < 2 / 16``. (It is -139 on the sharp barrier, so ``smoothness`` is None.)
    ``minimum`` is the wide well; ``w`` has shape ``(1,)``.

    References
    ----------
    S. Hochreiter, J. Schmidhuber, "Flat minima", Neural Computation 9 (1997).
    """
    centres = np.array([NARROW_WELL, WIDE_WELL])
    curvatures = np.array([NARROW_CURVATURE, WIDE_CURVATURE])

    def exponents(w: np.ndarray) -> np.ndarray:
        return -0.5 * curvatures * (w - centres) ** 2 / TEMPERATURE

    def gradient(w: np.ndarray) -> np.ndarray:
        a = exponents(w)
        weights = np.exp(a - np.logaddexp(*a))  # of the two parabolas; they sum to 1
        return np.sum(weights * curvatures * (w - centres), keepdims=True)

    return _function(
        "two wells",
        lambda w: -TEMPERATURE * np.logaddexp(*exponents(w)),
        gradient,
        minimum=np.array([WIDE_WELL]),
    )


def rosenbrock(a: float = 1.0, b: float = 100.0) -> Problem:
    """The curved valley ``f(w) = (a - w_1)² + b (w_2 - w_1²)²``, minimum ``(a, a²)``.

    Its floor is the parabola ``w_2 = w_1²``, along which ``f`` falls very slowly.

    References
    ----------
    H. H. Rosenbrock, "An automatic method for finding the greatest or least value of a
    function", The Computer Journal 3 (1960).
    """
    a, b = as_number("a", a), as_number("b", b, above=0)

    def gradient(w: np.ndarray) -> np.ndarray:
        x, y = w
        return np.array([-2 * (a - x) - 4 * b * x * (y - x**2), 2 * b * (y - x**2)])

    return _function(
        "Rosenbrock",
        lambda w: (a - w[0]) ** 2 + b * (w[1] - w[0] ** 2) ** 2,
        gradient,
        minimum=np.array([a, a**2]),
    )


def beale() -> Problem:
    """Beale's function, ``Σ_k (c_k - x + x y^k)²`` with c = 1.5, 2.25, 2.625.

    ``k`` is 1, 2, 3 and ``w = (x, y)``. Flat plateaus, steep corners, and the minimum 0
    at (3, 0.5).

    References
    ----------
    E. M. L. Beale, "On an iterative method for finding a local minimum of a function of
    more than one variable", Princeton Statistical Techniques Research Group, Technical
    Report 25 (1958).
    """
    c, k = np.array([1.5, 2.25, 2.625]), np.array([1, 2, 3])

    def gradient(w: np.ndarray) -> np.ndarray:
        x, y = w
        r = c - x + x * y**k
        return np.array([2 * r @ (y**k - 1), 2 * r @ (k * x * y ** (k - 1))])

    return _function(
        "Beale",
        lambda w: np.sum((c - w[0] + w[0] * w[1] ** k) ** 2),
        gradient,
        minimum=np.array([3.0, 0.5]),
    )


def _function(
    name: str,
    loss: Callable[[np.ndarray], float],
    gradient: Callable[[np.ndarray], np.ndarray],
    minimum: np.ndarray,
    smoothness: float | None = None,
) -> Problem:
    """A problem without data; ``w`` has the shape of ``minimum``."""

    def parameters(w: Any, rows: Any) -> np.ndarray:
        if rows is not None:
            raise ValueError(f"rows must be None, {name} has no data, got {describe(rows)}")
        return as_array("w", w, shape=minimum.shape, finite=False)

    @QUIET
    def checked_loss(w: np.ndarray, rows: Any = None) -> float:
        return float(loss(parameters(w, rows)))

    @QUIET
    def checked_gradient(w: np.ndarray, rows: Any = None) -> np.ndarray:
        return gradient(parameters(w, rows))

    return Problem(
        name, None, checked_loss, checked_gradient, None, smoothness, minimum=minimum
    )
