"""Forward-mode automatic differentiation on arrays by dual numbers.

A dual number ``value + tangent·ε`` with ``ε² = 0`` carries a directional derivative
along: ``f(x + v·ε) = f(x) + (J v)·ε`` with ``J[i, j] = ∂f_i/∂x_j``. Each operation
multiplies its local derivative by the tangent that arrives; nothing is remembered.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from descent.functions import PARTIALS, Differentiable, plain
from descent.tape_functions import Axis, tie_weights
from descent.validation import as_array


class Dual(Differentiable):
    """``value + tangent·ε``, entry by entry.

    Parameters
    ----------
    value, tangent : arrays of real numbers of one shape
        The tangent is how fast the value changes along the direction that is followed:
        ``Dual(x, v)`` is the input of a function whose ``J v`` is wanted.
    direction : object, optional
        What the tangent is a derivative along. Duals of two directions refuse to meet:
        ``ε`` would stand for two things at once ("perturbation confusion").

    Raises
    ------
    ValueError
        If the shapes differ, or if numbers of two directions meet.
    TypeError
        If ``value`` or ``tangent`` isn't real numbers.

    References
    ----------
    R. E. Wengert, "A simple automatic derivative evaluation program", CACM 7, 1964.
    J. M. Siskind, B. A. Pearlmutter, "Nesting forward-mode AD in a functional
    framework", Higher-Order and Symbolic Computation 21, 2008 (perturbation confusion).
    """

    _level = 1

    def __init__(self, value: Any, tangent: Any, direction: object = None):
        self.value = as_array("value", value, finite=False, allow_empty=True)
        self.tangent = as_array(
            "tangent", tangent, shape=self.value.shape, finite=False, allow_empty=True
        )
        self.direction = direction

    def _plain(self) -> np.ndarray:
        return self.value

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.tangent})"

    def item(self) -> float:
        """The value of a dual number of one entry, as a float."""
        return self.value.item()

    def _linear(self, f: Callable) -> "Dual":
        """A linear ``f`` acts on the value and on the tangent alike."""
        return Dual(f(self.value), f(self.tangent), self.direction)

    @classmethod
    def _elementwise(cls, function: Callable, inputs: tuple) -> "Dual":
        values = [_value(x) for x in inputs]
        y = function(*values)
        tangent = np.zeros(np.shape(y))
        for x, partial in zip(inputs, PARTIALS[function]):
            if isinstance(x, Dual):
                tangent = tangent + partial(*values, y) * x.tangent
        return cls(y, tangent, _common_direction(inputs))

    @classmethod
    def matmul(cls, a: Any, b: Any) -> "Dual":
        """``a @ b``, with the tangent ``a' @ b + a @ b'``."""
        y = np.matmul(_value(a), _value(b))
        tangent = np.matmul(_tangent(a), _value(b)) + np.matmul(_value(a), _tangent(b))
        return cls(y, tangent, _common_direction([a, b]))

    def sum(self, axis: Axis = None, keepdims: bool = False) -> "Dual":
        """The sum over ``axis`` (all axes by default)."""
        return self._linear(lambda x: np.sum(x, axis=axis, keepdims=keepdims))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> "Dual":
        """The mean over ``axis``."""
        return self._linear(lambda x: np.mean(x, axis=axis, keepdims=keepdims))

    def max(self, axis: Axis = None, keepdims: bool = False) -> "Dual":
        """The largest entry along ``axis``; the tangents of ties are averaged."""
        y = np.max(self.value, axis=axis, keepdims=keepdims)
        weighted = tie_weights(self.value, axis) * self.tangent
        return Dual(y, np.sum(weighted, axis=axis, keepdims=keepdims), self.direction)

    def reshape(self, *shape: Any) -> "Dual":
        """The same entries in another shape, given as ``(2, 3)`` or ``2, 3``."""
        return self._linear(lambda x: x.reshape(*shape))

    def transpose(self, *axes: Any) -> "Dual":
        """The axes in the order given, in reverse order by default."""
        return self._linear(lambda x: x.transpose(*axes))

    def swapaxes(self, axis1: int, axis2: int) -> "Dual":
        """Two axes exchanged."""
        return self._linear(lambda x: x.swapaxes(axis1, axis2))

    def broadcast_to(self, shape: tuple[int, ...]) -> "Dual":
        """Copies of the entries that fill ``shape``."""
        return self._linear(lambda x: np.broadcast_to(x, shape))

    def __getitem__(self, index: Any) -> "Dual":
        return self._linear(lambda x: x[index])

    @classmethod
    def where(cls, condition: Any, a: Any, b: Any) -> "Dual":
        """``a`` where ``condition`` holds, ``b`` elsewhere; tangents follow."""
        c = np.asarray(plain(condition), dtype=bool)
        y, tangent = (
            np.where(c, _value(a), _value(b)),
            np.where(c, _tangent(a), _tangent(b)),
        )
        return cls(y, tangent, _common_direction([a, b]))

    @classmethod
    def concatenate(cls, arrays: Any, axis: int = 0) -> "Dual":
        """Dual arrays joined along an axis that they have."""
        return cls._join(np.concatenate, arrays, axis)

    @classmethod
    def stack(cls, arrays: Any, axis: int = 0) -> "Dual":
        """Dual arrays of one shape joined along a new axis."""
        return cls._join(np.stack, arrays, axis)

    @classmethod
    def _join(cls, join: Callable, arrays: Any, axis: int) -> "Dual":
        values, tangents = zip(*((_value(a), _tangent(a)) for a in arrays))
        return cls(join(values, axis), join(tangents, axis), _common_direction(arrays))


def _value(x: Any) -> np.ndarray:
    if isinstance(x, Dual):
        return x.value
    return as_array("operand", x, finite=False, allow_empty=True)


def _tangent(x: Any) -> np.ndarray:
    """The tangent of ``x``: zeros for a constant."""
    return x.tangent if isinstance(x, Dual) else np.zeros(np.shape(x))


def _common_direction(inputs: Any) -> object:
    first, *others = [x.direction for x in inputs if isinstance(x, Dual)]
    if any(other is not first for other in others):
        raise ValueError(
            "two directional derivatives are mixed (a jvp within a jvp that shares its "
            "variable): their tangents can't be told apart"
        )
    return first
