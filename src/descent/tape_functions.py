"""What each array operation sends back: its value and, beside it, its pullbacks.

A pullback takes the gradient of the loss with respect to the result and returns the
gradient with respect to one input, in that input's shape: it multiplies by the
transposed Jacobian without ever forming it. An operation that copies an entry adds
up the gradients of its copies; one that adds entries copies the gradient to each.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from descent.functions import PARTIALS, Differentiable, plain

Axis = int | tuple[int, ...] | None


def unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum ``g`` over the axes along which broadcasting has copied ``shape``."""
    extra = g.ndim - len(shape)
    stretched = (extra + i for i, n in enumerate(shape) if n == 1)
    axes = (*range(extra), *stretched)
    return g.sum(axis=axes, keepdims=True).reshape(shape) if axes else g


def spread(g: Any, shape: tuple[int, ...], axis: Axis) -> Any:
    """Copy ``g`` along the axes of ``shape`` over which a reduction has summed."""
    axes = _reduced(axis, len(shape))
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
    return np.broadcast_to(g.reshape(kept), shape)


def scatter_add(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of ``shape`` to which ``g`` is added at ``index``, repeats included."""
    if isinstance(g, Differentiable):
        return g._linear(lambda part: scatter_add(part, index, shape))
    out = np.zeros(shape)
    np.add.at(out, index, g)
    return out


def tie_weights(x: Any, axis: Axis) -> np.ndarray:
    """The derivative of ``max(x)`` by ``x``: 1 at the largest entry, shared by ties."""
    x = plain(x)
    largest = x == np.max(x, axis=axis, keepdims=True)
    return largest / np.sum(largest, axis=axis, keepdims=True)


def _reduced(axis: Axis, ndim: int) -> tuple[int, ...]:
    return tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim)


def _own_index(index: Any) -> Any:
    """A copy: the caller may reuse an array of rows before the backward pass."""
    if isinstance(index, tuple):
        return tuple(map(_own_index, index))
    return np.array(index) if isinstance(index, (list, np.ndarray)) else index


class TensorFunctions(Differentiable):
    """The operations of ``tape.Tensor``; NumPy's functions arrive here (``functions``).

    ``_record(value, op, inputs, pullbacks)`` and ``_lift(x)`` are the tensor's own.
    Values are read when the operation runs. They may themselves be dual numbers, so
    every rule is written in functions that both share.
    """

    _record: Callable[..., Any]
    _lift: Callable[..., Any]

    @classmethod
    def _elementwise(cls, function: Callable, inputs: tuple) -> Any:
        inputs = [cls._lift(x) for x in inputs]
        values = [x.data for x in inputs]
        y = function(*values)

        def pullback(x: Any, partial: Callable) -> Callable:
            return lambda g: unbroadcast(g * partial(*values, y), x.shape)

        pullbacks = [pullback(x, partial) for x, partial in zip(values, PARTIALS[function])]
        return cls._record(y, function.__name__, inputs, pullbacks)

    @classmethod
    def matmul(cls, a: Any, b: Any) -> Any:
        """``a @ b`` for vectors, matrices and stacks of matrices, by NumPy's rules.

        ``∂L/∂a = g @ bᵀ`` and ``∂L/∂b = aᵀ @ g``; a vector counts as one row on the
        left, as one column on the right.
        """
        a, b = cls._lift(a), cls._lift(b)
        y = np.matmul(a.data, b.data)
        A = a.data.reshape(1, -1) if a.ndim == 1 else a.data
        B = b.data.reshape(-1, 1) if b.ndim == 1 else b.data
        stack = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
        G_shape = (*stack, A.shape[-2], B.shape[-1])

        def pull_a(g: Any) -> Any:
            G = g.reshape(G_shape) @ np.swapaxes(B, -1, -2)
            return unbroadcast(G, A.shape).reshape(a.shape)

        def pull_b(g: Any) -> Any:
            G = np.swapaxes(A, -1, -2) @ g.reshape(G_shape)
            return unbroadcast(G, B.shape).reshape(b.shape)

        return cls._record(y, "matmul", [a, b], [pull_a, pull_b])

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """The sum over ``axis`` (all axes by default)."""
        y = np.sum(self.data, axis=axis, keepdims=keepdims)
        return self._record(y, "sum", [self], [lambda g: spread(g, self.shape, axis)])

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """The mean over ``axis``: each of the n entries receives ``g / n``."""
        y = np.mean(self.data, axis=axis, keepdims=keepdims)
        n = np.prod([self.shape[i] for i in _reduced(axis, self.ndim)])
        return self._record(y, "mean", [self], [lambda g: spread(g, self.shape, axis) / n])

    def max(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """The largest entry along ``axis``; ties share the gradient (torch's ``amax``)."""
        x = self.data
        y = np.max(x, axis=axis, keepdims=keepdims)
        weights = tie_weights(x, axis)
        return self._record(
            y, "max", [self], [lambda g: spread(g, x.shape, axis) * weights]
        )

    def reshape(self, *shape: Any) -> Any:
        """The same entries in another shape, given as ``(2, 3)`` or ``2, 3``."""
        y = np.reshape(self.data, shape[0] if len(shape) == 1 else shape)
        return self._record(y, "reshape", [self], [lambda g: g.reshape(self.shape)])

    def transpose(self, *axes: Any) -> Any:
        """The axes in the order given (NumPy's meaning), in reverse order by default."""
        axes = axes[0] if len(axes) == 1 else axes
        order = _reduced(axes, self.ndim) if axes else tuple(range(self.ndim))[::-1]
        back = tuple(np.argsort(order))
        y = np.transpose(self.data, order)
        return self._record(y, "transpose", [self], [lambda g: np.transpose(g, back)])

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """Two axes exchanged."""
        y = np.swapaxes(self.data, axis1, axis2)
        return self._record(y, "swapaxes", [self], [lambda g: np.swapaxes(g, axis1, axis2)])

    def broadcast_to(self, shape: tuple[int, ...]) -> Any:
        """Copies of the entries that fill ``shape``."""
        y = np.broadcast_to(self.data, shape)
        return self._record(
            y, "broadcast_to", [self], [lambda g: unbroadcast(g, self.shape)]
        )

    def __getitem__(self, index: Any) -> Any:
        index = _own_index(index)
        y = self.data[index]
        pullback = lambda g: scatter_add(g, index, self.shape)  # noqa: E731
        return self._record(y, "getitem", [self], [pullback])

    @classmethod
    def where(cls, condition: Any, a: Any, b: Any) -> Any:
        """``a`` where ``condition`` holds, ``b`` elsewhere."""
        c, a, b = np.array(plain(condition), dtype=bool), cls._lift(a), cls._lift(b)
        pull_a = lambda g: unbroadcast(np.where(c, g, 0.0), a.shape)  # noqa: E731
        pull_b = lambda g: unbroadcast(np.where(c, 0.0, g), b.shape)  # noqa: E731
        return cls._record(np.where(c, a.data, b.data), "where", [a, b], [pull_a, pull_b])

    @classmethod
    def concatenate(cls, arrays: Any, axis: int = 0) -> Any:
        """Tensors joined along an axis that they have; each gets its part back."""
        arrays = [cls._lift(a) for a in arrays]
        y = np.concatenate([a.data for a in arrays], axis)
        before = (slice(None),) * normalize_axis_index(axis, y.ndim)
        ends = np.cumsum([a.shape[axis] for a in arrays])
        starts = [0, *ends[:-1]]
        parts = [(*before, slice(start, end)) for start, end in zip(starts, ends)]
        pullbacks = [lambda g, part=part: g[part] for part in parts]
        return cls._record(y, "concatenate", arrays, pullbacks)

    @classmethod
    def stack(cls, arrays: Any, axis: int = 0) -> Any:
        """Tensors of one shape joined along a new axis; each gets its slice back."""
        arrays = [cls._lift(a) for a in arrays]
        y = np.stack([a.data for a in arrays], axis)
        before = (slice(None),) * normalize_axis_index(axis, y.ndim)
        pullbacks = [lambda g, i=i: g[(*before, i)] for i in range(len(arrays))]
        return cls._record(y, "stack", arrays, pullbacks)
