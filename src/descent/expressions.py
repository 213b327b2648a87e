"""A formula of one number, written once for every library.

``lambda x, m: m.sin(x) * x``: ``m`` is the library that ``x`` belongs to, be it NumPy,
PyTorch, SymPy, mpmath, the tape or dual numbers.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from descent.dual import Dual
from descent.tape import Tensor
from descent.validation import as_count, describe


class Expression:
    """A function of one number, for numbers of every library.

    Parameters
    ----------
    formula : callable
        ``formula(x, m)`` with the functions of ``m``: ``m.sin``, ``m.cos``, ``m.tan``,
        ``m.tanh``, ``m.exp``, ``m.log``, ``m.sqrt`` are in all libraries.
    name : str
        For figures and messages.

    Examples
    --------
    >>> f = Expression(lambda x, m: x * m.sin(x), "x sin x")
    >>> float(f(0.5)) == 0.5 * np.sin(0.5)
    True
    """

    def __init__(self, formula: Callable[[Any, Any], Any], name: str = "f"):
        if not callable(formula):
            raise TypeError(f"formula must be callable as f(x, m), got {describe(formula)}")
        self.formula = formula
        self.name = name

    def __call__(self, x: Any) -> Any:
        """The value at ``x``, a number or array of whatever library (see `library_of`)."""
        return self.formula(x, library_of(x))

    def __repr__(self) -> str:
        return f"Expression({self.name})"


def library_of(x: Any) -> Any:
    """The library whose ``sin``, ``exp``, … take ``x``.

    NumPy's take Python's numbers and arrays, and the tensors and dual numbers of this
    package (NumPy hands the call over to them).
    """
    if isinstance(x, (Tensor, Dual, np.ndarray, np.generic, int, float, complex)):
        return np
    root = type(x).__module__.partition(".")[0]
    if root not in ("torch", "sympy", "mpmath"):
        raise TypeError(
            "x must be a number or an array of NumPy, PyTorch, SymPy, mpmath, the tape or "
            f"dual numbers, got {describe(x)}"
        )
    return sys.modules[root]


def nested_cos_tan_sin(depth: int) -> Expression:
    """``f ← cos(tan(sin f))``, ``depth`` times, from ``f = x``.

    Each level uses the last one once: the derivative is a product of ``3 depth``
    factors, and the tangent's argument stays within [−1, 1], far from its poles.
    """
    depth = as_count("depth", depth)

    def formula(x: Any, m: Any) -> Any:
        for _ in range(depth):
            x = m.cos(m.tan(m.sin(x)))
        return x

    return Expression(formula, f"cos(tan(sin …)), {depth} deep")


def product_chain(depth: int) -> Expression:
    """``f ← f · sin f``, ``depth`` times, from ``f = x``.

    Each level uses the last one **twice**, so that a tree of it doubles at every level,
    its derivative more than doubles, and a graph of it grows by two nodes.
    """
    depth = as_count("depth", depth)

    def formula(x: Any, m: Any) -> Any:
        for _ in range(depth):
            x = x * m.sin(x)
        return x

    return Expression(formula, f"f·sin f, {depth} deep")


def as_expression(expression: Any) -> Expression:
    """``expression``, if it is an `Expression`."""
    if not isinstance(expression, Expression):
        raise TypeError(f"expression must be an Expression, got {describe(expression)}")
    return expression
