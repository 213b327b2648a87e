"""Jacobians, and the products with them that are all that learning ever needs.

Convention: ``J[i, j] = ∂y_i/∂x_j``: a row for each output, a column for each input. For
arrays of any shape, ``J`` has the shape ``y.shape + x.shape``. ``f`` is any function
that is written with operators and NumPy's functions (see `functions`).
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from descent.dual import Dual
from descent.functions import Differentiable
from descent.tape import Tensor, gradients
from descent.validation import as_array, as_choice, as_count


def jvp(f: Callable, x: Any, v: Any) -> np.ndarray:
    """``J v``, the derivative of ``f`` at ``x`` along ``v``, by one forward pass.

    Forward mode (dual numbers): costs about two evaluations of f, and no memory.

    Parameters
    ----------
    f : function of an array of x's shape
        Returns a number or an array.
    x, v : arrays of real numbers of one shape

    Returns
    -------
    ndarray of the shape of ``f(x)``

    Raises
    ------
    TypeError, ValueError
        If x or v isn't real, finite and of one shape, or f uses a function that has no
        derivative rule.
    """
    x = as_array("x", x)
    v = as_array("v", v, shape=x.shape)
    direction = object()
    y = f(Dual(x, v, direction))
    if isinstance(y, Dual) and y.direction is direction:
        return y.tangent
    return np.zeros(_constant(y).shape)


def vjp(f: Callable, x: Any, u: Any) -> np.ndarray:
    """``uᵀ J``, the gradient of ``u · f`` at ``x``, by one forward and one backward pass.

    Reverse mode (tape): costs about three evaluations of f, whatever the number of
    inputs, and the memory of every intermediate value. Parameters and errors as in
    `jvp`, with ``u`` of the shape of ``f(x)``; the result has the shape of ``x``.
    With ``u = 1`` and a scalar f it is the gradient.
    """
    x, y = _on_tape(f, x)
    return _pull_back(y, x, as_array("u", u, shape=y.shape))


def jacobian(f: Callable, x: Any, mode: str = "reverse") -> np.ndarray:
    """The whole ``J``, of shape ``f(x).shape + x.shape``, one product at a time.

    ``mode="reverse"`` finds it row by row: one backward pass for each output.
    ``mode="forward"`` finds it column by column: one pass for each input. Take reverse
    for few outputs (a loss), forward for few inputs (a curve).
    Parameters and errors as in `jvp`.
    """
    as_choice("mode", mode, ("forward", "reverse"))
    x = as_array("x", x)
    if mode == "forward":
        columns = [jvp(f, x, e) for e in _basis(x.shape)]
        return np.stack(columns, axis=-1).reshape(columns[0].shape + x.shape)
    x, y = _on_tape(f, x)
    rows = [_pull_back(y, x, e) for e in _basis(y.shape)]
    return np.stack(rows).reshape(y.shape + x.shape)


def hessian_vector_product(f: Callable, x: Any, v: Any) -> np.ndarray:
    """``H v`` with ``H[i, j] = ∂²f/∂x_i∂x_j``, without forming ``H``.

    ``H v`` is the derivative of the gradient along ``v``: forward mode over reverse
    mode, the `jvp` of a `vjp`. The tape then computes with dual numbers. It costs a few
    gradients, whatever the size of ``H``. Parameters and errors as in `jvp`; f must
    return a single number.

    References
    ----------
    B. A. Pearlmutter, "Fast exact multiplication by the Hessian", Neural
    Computation 6, 1994.
    """

    def gradient(z: Any) -> Any:
        z, y = _on_tape(f, z)
        if y.shape != ():
            raise ValueError(f"f(x) must be a single number, got shape {y.shape}")
        return _pull_back(y, z, np.ones(()))

    return jvp(gradient, x, v)


class ChainProduct(NamedTuple):
    """A product of Jacobians and the number of multiplications that it took."""

    product: np.ndarray
    multiplications: int


def chain_product(Js: Sequence[Any], bracketing: str = "left") -> ChainProduct:
    """``J_L ··· J_2 J_1`` for ``y = f_L(… f_2(f_1(x)))``, multiplied in a given order.

    All bracketings give the same product; they differ in cost. ``(m, k) @ (k, n)`` takes
    ``m k n`` multiplications. If the output is one loss, ``J_L`` is a single row: from
    the left every step is vector times matrix, from the right matrix times matrix.

    Parameters
    ----------
    Js : sequence of matrices
        In the order of the product as it is written, the output's first; each has as
        many columns as the next has rows.
    bracketing : "left" or "right"
        ``"left"``: ``((J_L J_{L−1}) …) J_1``, from the output, as reverse mode does
        (vector first, for a scalar loss). ``"right"``: ``J_L (… (J_2 J_1))``, from the
        input, as forward mode does (matrix first).

    Raises
    ------
    TypeError, ValueError
        If there is no matrix, an entry isn't a finite matrix, or neighbours don't fit.
    """
    Js = [as_array(f"Js[{i}]", J, ndim=2) for i, J in enumerate(_listed("Js", Js))]
    multiplications = chain_multiplications([J.shape for J in Js], bracketing)
    if bracketing == "left":
        product = Js[0]
        for J in Js[1:]:
            product = product @ J
    else:
        product = Js[-1]
        for J in Js[-2::-1]:
            product = J @ product
    return ChainProduct(np.array(product), multiplications)


def chain_multiplications(shapes: Sequence[tuple[int, int]], bracketing: str) -> int:
    """How many multiplications `chain_product` takes for matrices of these shapes."""
    as_choice("bracketing", bracketing, ("left", "right"))
    shapes = _listed("shapes", shapes)
    for i, shape in enumerate(shapes):
        if len(_listed(f"shapes[{i}]", shape)) != 2:
            raise ValueError(f"shapes[{i}] must be (rows, columns), got {shape}")
        for n in shape:
            as_count(f"shapes[{i}]", n, at_least=1)
    for i, (a, b) in enumerate(zip(shapes, shapes[1:])):
        if a[1] != b[0]:
            raise ValueError(
                f"matrix {i} of shape {a} must have as many columns as matrix {i + 1} of "
                f"shape {b} has rows"
            )
    if bracketing == "left":
        return sum(shapes[0][0] * k * n for k, n in shapes[1:])
    return sum(m * k * shapes[-1][1] for m, k in shapes[:-1])


def _listed(name: str, items: Any) -> list:
    if not isinstance(items, (list, tuple, np.ndarray)):
        raise TypeError(f"{name} must be a list, got {type(items).__name__}")
    if len(items) == 0:
        raise ValueError(f"{name} must not be empty")
    return list(items)


def _basis(shape: tuple[int, ...]) -> np.ndarray:
    """Arrays of ``shape`` with a single 1, for each entry in turn."""
    n = int(np.prod(shape))
    return np.eye(n).reshape(n, *shape)


def _on_tape(f: Callable, x: Any) -> tuple[Tensor, Tensor]:
    x = Tensor(x if isinstance(x, Dual) else as_array("x", x), requires_grad=True)
    y = f(x)
    return x, y if isinstance(y, Tensor) else Tensor(_constant(y))


def _pull_back(y: Tensor, x: Tensor, u: np.ndarray) -> Any:
    """``uᵀ J`` from the tape; zeros if y doesn't depend on x. No ``.grad`` is changed."""
    if y.requires_grad:
        for t, g in gradients(y, u):
            if t is x:
                return g if isinstance(g, Differentiable) else np.array(g)
    return np.zeros(x.shape)


def _constant(y: Any) -> np.ndarray:
    """The output of an f that doesn't depend on x, or uses it in a way unknown here."""
    if isinstance(y, Differentiable):
        raise TypeError(
            "f mixes two differentiations: it returned another's " + repr(y)[:40]
        )
    return as_array("f(x)", y)
