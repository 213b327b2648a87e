"""Reverse-mode automatic differentiation on arrays, small enough to read.

Each operation on tensors computes its value and notes, on the result, its inputs and
how to send a gradient back to each of them (`tape_functions`). ``backward`` walks these
notes once, from the output to the inputs. Spelled as in PyTorch where the meaning is
the same; ``axis``, ``max``, ``transpose`` and the like are NumPy's.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from descent.functions import *  # noqa: F403 (tape.exp(x), as torch.exp(x))
from descent.functions import Differentiable, plain
from descent.tape_functions import TensorFunctions
from descent.validation import as_array, as_flag


class Tensor(TensorFunctions):
    """An array that remembers how it was computed.

    Parameters
    ----------
    data : array_like of real numbers
        Copied, as float64. NaN and infinity may pass, so that their way can be studied.
        (Dual numbers are taken as they are: see `jacobians.hessian_vector_product`.)
    requires_grad : bool
        Whether ``backward`` shall compute the gradient with respect to this tensor.
        A result requires a gradient if one of its inputs does.
    name : str, optional
        For the drawing (`graph`).

    Attributes
    ----------
    data : ndarray
        The values. Changing them in place (``w.data -= lr * w.grad``) is not recorded:
        do it after ``backward``, never between an operation and its ``backward``,
        which would then use the changed values (PyTorch's ``.data`` does the same).
    grad : ndarray or None
        The gradient, in the shape of ``data``. Each ``backward`` **adds** to it, as in
        PyTorch; ``zero_grad()`` or ``w.grad = None`` starts afresh. Every tensor on the
        way keeps one (in PyTorch only leaves do, unless ``retain_grad()`` is called).

    Raises
    ------
    TypeError
        If ``data`` isn't real numbers, or is a tensor already (see `as_tensor`).

    References
    ----------
    S. Linnainmaa, "Taylor expansion of the accumulated rounding error", BIT 16, 1976.
    """

    _level = 2

    def __init__(self, data: Any, requires_grad: bool = False, name: str | None = None):
        if isinstance(data, Tensor):
            raise TypeError("data is a Tensor already: use as_tensor(x), or x.detach()")
        if not isinstance(data, Differentiable):
            data = np.array(as_array("data", data, finite=False, allow_empty=True))
        self.data = data
        self.requires_grad = as_flag("requires_grad", requires_grad)
        self.name = name
        self.grad: Any = None
        self._op: str | None = None
        self._parents: Sequence[Tensor] = ()
        self._pullbacks: Sequence[Callable] = ()

    @classmethod
    def _record(
        cls, value: Any, op: str, inputs: Sequence["Tensor"], pullbacks: Sequence[Callable]
    ) -> "Tensor":
        out = cls(value, requires_grad=any(x.requires_grad for x in inputs))
        out._op, out._parents, out._pullbacks = op, inputs, pullbacks
        return out

    @classmethod
    def _lift(cls, x: Any) -> "Tensor":
        return as_tensor(x)

    def _plain(self) -> np.ndarray:
        return plain(self.data)

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"tensor({self.data}, requires_grad={self.requires_grad}{name})"

    def item(self) -> float:
        """The value of a tensor of one entry, as a float."""
        return self.data.item()

    def detach(self) -> "Tensor":
        """A constant with the same values (a copy): no gradient passes through it."""
        return Tensor(self.data, name=self.name)

    def zero_grad(self) -> None:
        """Forget the gradient: the next ``backward`` starts from none."""
        self.grad = None

    def backward(self, gradient: Any = None) -> None:
        """Add to ``.grad`` of each tensor the gradient of this one with respect to it.

        ``x.grad += Jᵀ u`` with ``J[i, j] = ∂self_i/∂x_j`` and ``u = gradient``.

        Parameters
        ----------
        gradient : array of this tensor's shape, optional
            The seed ``u``. It may be left out if there is one entry: then it is 1.

        Raises
        ------
        ValueError
            If this tensor needs no gradient, or has several entries and no seed, or a
            seed of another shape.
        """
        for x, g in gradients(self, gradient):
            own = g if isinstance(g, Differentiable) else np.array(g)
            x.grad = own if x.grad is None else x.grad + own


def tensor(data: Any, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A new `Tensor`, spelled as ``torch.tensor``."""
    return Tensor(data, requires_grad=requires_grad, name=name)


def as_tensor(x: Any) -> Tensor:
    """``x`` itself if it is a `Tensor`, otherwise a constant."""
    return x if isinstance(x, Tensor) else Tensor(x)


def topological_order(output: Tensor) -> list[Tensor]:
    """Every tensor that ``output`` was computed from, each after all of its inputs.

    A depth-first search with its own stack, so that no depth exhausts Python's.
    """
    order, seen, waiting = [], set(), [(output, False)]
    while waiting:
        x, inputs_done = waiting.pop()
        if inputs_done:
            order.append(x)
        elif id(x) not in seen:
            seen.add(id(x))
            waiting.append((x, True))
            waiting.extend((parent, False) for parent in reversed(x._parents))
    return order


def gradients(output: Tensor, gradient: Any = None) -> list[tuple[Tensor, Any]]:
    """What ``output.backward(gradient)`` computes, as pairs (tensor, its gradient).

    From the output back, each tensor is met once, when the gradients of all its uses
    have been added up: the cost is linear in the graph, however many paths it has.
    No ``.grad`` is changed. Arguments and errors are those of `Tensor.backward`.
    """
    if not output.requires_grad:
        raise ValueError(
            "this tensor needs no gradient: make one of its inputs with requires_grad=True"
        )
    if gradient is None:
        if output.size != 1:
            raise ValueError(
                f"a tensor of shape {output.shape} has no single gradient: "
                f"give backward a gradient (seed) of that shape, or take its sum or mean"
            )
        gradient = np.ones(output.shape)
    seed = as_array(
        "gradient", gradient, shape=output.shape, finite=False, allow_empty=True
    )
    arrived, result = {id(output): seed}, []
    for x in reversed(topological_order(output)):
        if id(x) not in arrived:
            continue
        g = arrived.pop(id(x))
        result.append((x, g))
        for parent, pullback in zip(x._parents, x._pullbacks):
            if parent.requires_grad:
                g_parent = pullback(g)
                if id(parent) in arrived:
                    g_parent = arrived[id(parent)] + g_parent
                arrived[id(parent)] = g_parent
    return result


class Node(NamedTuple):
    """One tensor in a drawing: ``op`` is ``"leaf"``, ``"constant"`` or the operation."""

    id: int
    op: str
    label: str
    value: np.ndarray
    grad: np.ndarray | None


class Graph(NamedTuple):
    """Nodes, inputs first, and edges (from, to) by id; ``x * x`` has two edges."""

    nodes: list[Node]
    edges: list[tuple[int, int]]


_SYMBOLS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "negative": "−"}
_SYMBOLS |= {"power": "^", "matmul": "@", "absolute": "|·|", "getitem": "[ ]"}


def graph(output: Tensor) -> Graph:
    """The computation that led to ``output``, for drawing.

    Values belong above the wires, gradients (``None`` before ``backward``) below.
    The label is the tensor's name if it has one; else the operation, or the value of a
    single number, or the shape.
    """
    order = topological_order(output)
    ids = {id(x): i for i, x in enumerate(order)}
    nodes = []
    for i, x in enumerate(order):
        op = x._op or ("leaf" if x.requires_grad else "constant")
        number_or_shape = f"{x.item():g}" if x.size == 1 else str(x.shape)
        label = x.name or (_SYMBOLS.get(op, op) if x._op else number_or_shape)
        nodes.append(Node(i, op, label, x.data, x.grad))
    edges = [(ids[id(parent)], ids[id(x)]) for x in order for parent in x._parents]
    return Graph(nodes, edges)
