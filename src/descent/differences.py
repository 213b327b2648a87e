"""Derivatives from function values alone: finite differences and the complex step.

They can't replace a gradient (two evaluations for each parameter, and a third of the
digits lost), but they are its independent referee: see `gradcheck`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from descent.validation import as_array, as_number

EPS = float(np.finfo(np.float64).eps)


def forward_difference(f: Callable, x: Any, h: float | None = None) -> Any:
    """``(f(x + h e_j) − f(x)) / h`` for each entry j: d + 1 evaluations, error O(h).

    Truncation costs ``h |f''| / 2``, rounding ``2 eps |f| / h``. Their sum is least near
    ``h = sqrt(eps)``, which leaves about 8 digits.

    Parameters
    ----------
    f : function of an array of x's shape (of a float if x is one)
        Returns a number or an array of shape ``s``, real and finite.
    x : array of real numbers
    h : float, optional
        The step for every entry, used as it is (a step that is lost in rounding gives
        0). By default ``eps**(1/2) * max(1, |x_j|)``, rounded so that ``x_j + h`` is
        exact.

    Returns
    -------
    array of shape ``s + x.shape``
        ``∂f_i/∂x_j``: for a scalar ``f`` the gradient, in the shape of ``x``.

    Raises
    ------
    TypeError, ValueError
        If x, h or a value of f isn't real and finite, or f's shape changes.

    References
    ----------
    P. E. Gill, W. Murray, M. H. Wright, Practical Optimization, 1981, section 8.6.
    """
    x = as_array("x", x)
    at_x = evaluate(f, x)
    columns = []
    for j, step in enumerate(steps_for(x, h, EPS ** (1 / 2))):
        columns.append((evaluate(f, moved(x, j, step), at_x.shape) - at_x) / step)
    return _assemble(columns, at_x.shape, x.shape)


def central_difference(f: Callable, x: Any, h: float | None = None) -> Any:
    """``(f(x + h e_j) − f(x − h e_j)) / 2h`` for each entry j: 2d evaluations, O(h²).

    Truncation costs ``h² |f'''| / 6``, rounding ``eps |f| / h``. Their sum is least near
    ``h = eps**(1/3)``, which leaves about 10 digits. Parameters, result and errors are
    those of `forward_difference`; the default step is ``eps**(1/3) * max(1, |x_j|)``.
    """
    x = as_array("x", x)
    shape = evaluate(f, x).shape
    columns = []
    for j, step in enumerate(steps_for(x, h, EPS ** (1 / 3))):
        columns.append(central_quotient(f, x, j, step, shape))
    return _assemble(columns, shape, x.shape)


def complex_step(f: Callable, x: Any, h: float = 1e-30) -> Any:
    """``Im f(x + i h e_j) / h`` for each entry j: exact to rounding, error O(h²).

    There is no difference, so nothing cancels, and h may be as small as 1e-30. But f must
    be analytic and compute with complex numbers: ``abs``, ``max``, ``.real`` and
    comparisons break it, some of them silently (``abs(x) * x``).

    Parameters and result are those of `forward_difference`.

    Raises
    ------
    TypeError
        If f returns real numbers, having dropped the imaginary part.

    References
    ----------
    W. Squire, G. Trapp, "Using complex variables to estimate derivatives of real
    functions", SIAM Review 40, 1998.
    """
    x, h = as_array("x", x), as_number("h", h, above=0)
    columns, shape = [], None
    for j in range(x.size):
        y = np.asarray(f(moved(x.astype(np.complex128), j, 1j * h)[()]))
        if y.dtype.kind != "c":
            raise TypeError(
                "f(x) must be complex for a complex x: f has dropped the imaginary part "
                "(abs, .real, float(), a comparison), or isn't made for complex numbers"
            )
        as_array("f(x)", y.real, shape=shape)
        shape = y.shape
        columns.append(as_array("f(x)", y.imag) / h)
    return _assemble(columns, shape, x.shape)


def central_quotient(f: Callable, x: Any, j: int, step: float, shape: tuple) -> np.ndarray:
    """``(f(x + step e_j) − f(x − step e_j)) / 2 step`` for one entry j, in flat order."""
    above = evaluate(f, moved(x, j, step), shape)
    below = evaluate(f, moved(x, j, -step), shape)
    return (above - below) / (2 * step)


def steps_for(x: np.ndarray, h: float | None, relative: float) -> np.ndarray:
    """One step for each entry of ``x``, in flat order: ``h``, or ``relative`` scaled."""
    x = x.ravel()
    if h is not None:
        return np.full(x.size, as_number("h", h, above=0))
    return (x + relative * np.maximum(1.0, np.abs(x))) - x


def moved(x: np.ndarray, j: int, step: complex) -> np.ndarray:
    """A copy of ``x`` whose j-th entry, in flat order, has moved by ``step``."""
    x = x.copy()
    x.flat[j] += step
    return x


def evaluate(f: Callable, x: np.ndarray, shape: tuple | None = None) -> np.ndarray:
    """``f(x)``, checked and copied; ``f`` gets a copy of ``x``, or a float if x is one."""
    return np.array(as_array("f(x)", f(x.copy()[()]), shape=shape))


def _assemble(columns: list, y_shape: tuple, x_shape: tuple) -> Any:
    return np.stack(columns, axis=-1).reshape(y_shape + x_shape)[()]
