"""Each function with its derivative: one set for arrays, tensors and dual numbers.

A function that is written with NumPy, such as ``lambda x: np.sin(x) * x``, works
unchanged on a ``tape.Tensor`` and on a ``dual.Dual``: NumPy itself hands the call
over (its protocols ``__array_ufunc__``, NEP 13, and ``__array_function__``, NEP 18).
Both modes share the local derivatives below. They differ only in what they multiply
them by: reverse mode by the gradient that arrives from the output, forward mode by
the tangent that arrives from the input.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

__all__ = [
    *["abs", "concatenate", "cos", "exp", "log", "logaddexp", "maximum", "minimum", "relu"],
    *["sigmoid", "sin", "sqrt", "square", "stack", "tan", "tanh", "where"],
]


def _as_method(function: Callable) -> Callable:
    def method(self, *others):
        return function(self, *others)

    method.__name__ = function.__name__
    method.__doc__ = f"``{function.__name__}`` of each entry."
    return method


class Differentiable(NDArrayOperatorsMixin):
    """What a tensor and a dual number have in common: to be usable like an array.

    Operators (from the mixin) and methods call the NumPy function, and NumPy calls
    back: elementwise functions go to ``_elementwise``, the others to the method of the
    same name. A comparison yields a plain array: it has no derivative. ``x += y`` is
    ``x = x + y``: nothing is changed in place.
    """

    exp, log, sin, cos = map(_as_method, (np.exp, np.log, np.sin, np.cos))
    tan, tanh, sqrt, square = map(_as_method, (np.tan, np.tanh, np.sqrt, np.square))
    abs, maximum, minimum = map(_as_method, (np.absolute, np.maximum, np.minimum))

    _level = 0  # a tensor may hold dual numbers, never the reverse: the higher level acts

    def _plain(self) -> np.ndarray:
        """The numbers without their derivatives."""
        raise NotImplementedError

    @classmethod
    def _elementwise(cls, function: Callable, inputs: tuple) -> "Differentiable":
        """``function(*inputs)`` with its derivative, by the rules in ``PARTIALS``."""
        raise NotImplementedError

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any):
        """NumPy calls this for ``np.exp(x)``, and for ``array * x``."""
        if any(getattr(x, "_level", 0) > self._level for x in inputs):
            return NotImplemented
        if isinstance(options.get("out", (None,))[0], Differentiable):
            del options["out"]  # x += y, which then binds x to the new result
        if method != "__call__" or options:
            raise TypeError(
                f"np.{ufunc.__name__} works on a {type(self).__name__} only as a plain "
                f"call, without {'.' + method if method != '__call__' else sorted(options)}"
            )
        if ufunc in _WITHOUT_DERIVATIVE:
            return ufunc(*map(plain, inputs))
        if ufunc in PARTIALS:
            return self._elementwise(ufunc, inputs)
        return self._method_for(ufunc)(*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any):
        """NumPy calls this for ``np.sum(x)``, ``np.where(c, x, y)`` and the like."""
        if any(getattr(t, "_level", 0) > self._level for t in types):
            return NotImplemented
        if function in _WITHOUT_DERIVATIVE:
            return function(*map(plain, args), **options)
        for name in {"axes", "shape"}.intersection(options):  # np.transpose(x, axes=…)
            args = (*args, options.pop(name))
        return self._method_for(function)(*args, **options)

    def _method_for(self, function: Callable) -> Callable:
        if function not in _AS_METHODS:
            known = sorted(f.__name__ for f in (*PARTIALS, *_AS_METHODS))
            raise TypeError(
                f"{function.__name__} has no derivative rule for a {type(self).__name__}; "
                f"there are rules for {', '.join(known)}"
            )
        return getattr(type(self), function.__name__)

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        """Refused: the derivative would be lost without a word."""
        name = type(self).__name__
        raise TypeError(
            f"a {name} can't become an array, because its derivative would be lost: "
            f"join several with np.stack, and take the numbers alone from "
            f"{'.data' if name == 'Tensor' else '.value'}"
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._plain().shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._plain().ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._plain().size

    @property
    def T(self) -> "Differentiable":
        """The axes in reverse order."""
        return np.transpose(self)

    def __len__(self) -> int:
        return len(self._plain())

    def __iter__(self) -> Iterator["Differentiable"]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self._plain())

    __hash__ = object.__hash__  # by identity, since == compares entries

    def sigmoid(self) -> "Differentiable":
        """1 / (1 + exp(−x)) of each entry."""
        return self._elementwise(sigmoid, (self,))

    def relu(self) -> "Differentiable":
        """max(x, 0) of each entry."""
        return self._elementwise(relu, (self,))


def plain(x: Any) -> Any:
    """``x`` without derivatives: an array if ``x`` is a tensor or a dual number."""
    return x._plain() if isinstance(x, Differentiable) else x


def _numbers(x: Any) -> np.ndarray:
    array = np.asarray(x)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"x must hold numbers, got dtype {array.dtype}")
    return array


def sigmoid(x: Any) -> Any:
    """The logistic function 1 / (1 + exp(−x)), without overflow on either side."""
    if isinstance(x, Differentiable):
        return x.sigmoid()
    x = _numbers(x)
    sign = np.where(x.real >= 0, 1.0, -1.0)  # not abs: a complex step must pass through
    e = np.exp(-sign * x)
    return np.where(sign > 0, 1.0, e) / (1.0 + e)


def relu(x: Any) -> Any:
    """max(x, 0); its derivative at the kink x = 0 is taken to be 0, as in PyTorch."""
    if isinstance(x, Differentiable):
        return x.relu()
    return np.maximum(_numbers(x), 0.0)


def _power_by_base(a: Any, b: Any, y: Any) -> Any:
    return b * a ** np.where(b == 0, 1.0, b - 1)  # 0, not 0·∞, for a⁰ at a = 0


def _power_by_exponent(a: Any, b: Any, y: Any) -> Any:
    return y * np.log(np.where((a == 0) & (b >= 0), 1.0, a))  # 0, not 0·∞, at a = 0


# For y = f(a) or y = f(a, b): ∂y/∂a (a, y), or ∂y/∂a and ∂y/∂b (a, b, y), entry by entry.
# At a kink: abs has slope 0, maximum and minimum share a tie evenly (as PyTorch does).
PARTIALS: dict[Callable, tuple[Callable, ...]] = {
    np.add: (lambda a, b, y: 1.0, lambda a, b, y: 1.0),
    np.subtract: (lambda a, b, y: 1.0, lambda a, b, y: -1.0),
    np.multiply: (lambda a, b, y: b, lambda a, b, y: a),
    np.divide: (lambda a, b, y: 1.0 / b, lambda a, b, y: -y / b),
    np.power: (_power_by_base, _power_by_exponent),
    np.maximum: (
        lambda a, b, y: (a > b) + 0.5 * (a == b),
        lambda a, b, y: (b > a) + 0.5 * (a == b),
    ),
    np.minimum: (
        lambda a, b, y: (a < b) + 0.5 * (a == b),
        lambda a, b, y: (b < a) + 0.5 * (a == b),
    ),
    np.logaddexp: (lambda a, b, y: np.exp(a - y), lambda a, b, y: np.exp(b - y)),
    np.negative: (lambda a, y: -1.0,),
    np.absolute: (lambda a, y: np.sign(a),),
    np.square: (lambda a, y: 2.0 * a,),
    np.sqrt: (lambda a, y: 0.5 / y,),
    np.exp: (lambda a, y: y,),
    np.log: (lambda a, y: 1.0 / a,),
    np.sin: (lambda a, y: np.cos(a),),
    np.cos: (lambda a, y: -np.sin(a),),
    np.tan: (lambda a, y: 1.0 + y * y,),
    np.tanh: (lambda a, y: 1.0 - y * y,),
    sigmoid: (lambda a, y: y * (1.0 - y),),
    relu: (lambda a, y: 1.0 * (a > 0),),
}

_AS_METHODS = (
    *[np.matmul, np.sum, np.mean, np.max, np.reshape, np.transpose, np.swapaxes],
    *[np.broadcast_to, np.where, np.concatenate, np.stack],
)

_WITHOUT_DERIVATIVE = {
    *[np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal],
    *[np.sign, np.isnan, np.isinf, np.isfinite, np.shape, np.ndim, np.size],
    *[np.zeros_like, np.ones_like, np.argmax, np.argmin],
}

exp, log, sin, cos, tan, tanh = np.exp, np.log, np.sin, np.cos, np.tan, np.tanh
sqrt, square, abs, maximum, minimum = np.sqrt, np.square, np.abs, np.maximum, np.minimum
logaddexp, where, concatenate, stack = np.logaddexp, np.where, np.concatenate, np.stack
