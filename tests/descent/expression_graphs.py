"""Random expression graphs: one program, run by any array library.

A program is a list of steps over a growing pool of arrays. Each step names a function
below and which members of the pool it takes. `run` hands the functions a library: NumPy
(which hands on to tensors and dual numbers) or PyTorch. Domains are chosen so that no
step meets a pole or overflows.
"""

import numpy as np
from hypothesis import strategies as st

from descent import functions

SHAPES = [(), (4,), (3, 1), (3, 4), (1, 4), (4, 4), (2, 3, 4), (2, 1, 4), (1,)]


class NumPy:
    """The functions of a program, for arrays, tensors and dual numbers."""

    exp, log, sin, cos, tan, tanh = np.exp, np.log, np.sin, np.cos, np.tan, np.tanh
    sqrt, abs, maximum, minimum, where = np.sqrt, np.abs, np.maximum, np.minimum, np.where
    logaddexp, square = np.logaddexp, np.square
    relu, sigmoid = staticmethod(functions.relu), staticmethod(functions.sigmoid)
    sum, mean, max, stack, concatenate = np.sum, np.mean, np.max, np.stack, np.concatenate
    transpose, swapaxes, reshape = np.transpose, np.swapaxes, np.reshape

    @staticmethod
    def broadcast(x, shape):
        return np.broadcast_to(x, shape)


class Torch:
    """The same functions, as PyTorch spells them."""

    def __init__(self):
        import torch

        for name in (
            *["exp", "log", "sin", "cos", "tan", "tanh", "sqrt", "abs", "maximum", "relu"],
            *["minimum", "sigmoid", "logaddexp", "square", "swapaxes", "reshape"],
        ):
            setattr(self, name, getattr(torch, name))
        self.torch = torch

    def where(self, condition, a, b):
        return self.torch.where(condition, a, b)

    def sum(self, x, axis=None, keepdims=False):
        return x.sum(self._dims(x, axis), keepdim=keepdims)

    def mean(self, x, axis=None, keepdims=False):
        return x.mean(self._dims(x, axis), keepdim=keepdims)

    def max(self, x, axis=None, keepdims=False):
        return x.amax(self._dims(x, axis), keepdim=keepdims)

    def _dims(self, x, axis):
        return tuple(range(x.ndim)) if axis is None else axis

    def stack(self, xs, axis):
        return self.torch.stack(list(xs), axis)

    def concatenate(self, xs, axis):
        return self.torch.cat(list(xs), axis)

    def transpose(self, x):
        return x.permute(tuple(range(x.ndim))[::-1])

    def broadcast(self, x, shape):
        return x.expand(shape)


UNARY = {
    "exp": lambda lib, x: lib.exp(lib.tanh(x)),
    "log": lambda lib, x: lib.log(1.5 + lib.sin(x)),
    "sin": lambda lib, x: lib.sin(x),
    "cos": lambda lib, x: lib.cos(x),
    "tan": lambda lib, x: lib.tan(lib.tanh(x)),
    "tanh": lambda lib, x: lib.tanh(x),
    "sigmoid": lambda lib, x: lib.sigmoid(x),
    "relu": lambda lib, x: lib.relu(x),
    "sqrt": lambda lib, x: lib.sqrt(x * x + 0.5),
    "square": lambda lib, x: lib.square(lib.sin(x)),
    "abs": lambda lib, x: lib.abs(x),
    "negative": lambda lib, x: -x,
    "a number minus": lambda lib, x: 2 - x,
    "a number over": lambda lib, x: 3.0 / (2.0 + lib.cos(x)),
    "a number to the power": lambda lib, x: 1.7 ** lib.sin(x),
    "square by power": lambda lib, x: lib.tanh(x) ** 2,
    "cube": lambda lib, x: lib.tanh(x) ** 3,
    "inverse": lambda lib, x: (2.0 + lib.sin(x)) ** -1,
    "fractional power": lambda lib, x: (x * x + 0.1) ** 0.3,
    "sum": lambda lib, x: lib.sum(x),
    "mean": lambda lib, x: lib.mean(x),
    "max": lambda lib, x: lib.max(x),
    "sum of last": lambda lib, x: lib.sum(x, axis=-1) if x.ndim else x,
    "mean of first, kept": lambda lib, x: (
        lib.mean(x, axis=0, keepdims=True) if x.ndim else x
    ),
    "max of last, kept": lambda lib, x: lib.max(x, axis=-1, keepdims=True) if x.ndim else x,
    "mean of two": lambda lib, x: lib.mean(x, axis=(0, -1)) if x.ndim > 1 else x,
    "max of two": lambda lib, x: lib.max(x, axis=(0, -1)) if x.ndim > 1 else x,
    "transpose": lambda lib, x: lib.transpose(x),
    "swapaxes": lambda lib, x: lib.swapaxes(x, 0, -1) if x.ndim else x,
    "flatten": lambda lib, x: lib.reshape(x, (-1,)),
    "new axis": lambda lib, x: x[None],
    "newaxis at the end": lambda lib, x: x[..., None],
    "row": lambda lib, x: x[-1] if x.ndim else x,
    "every other": lambda lib, x: x[..., ::2] if x.ndim else x,
    "reversed rows by index": lambda lib, x: x[list(range(len(x)))[::-1]] if x.ndim else x,
    "repeated index": lambda lib, x: x[[0, 0, -1]] if x.ndim else x,
    "pairs of indices": lambda lib, x: x[[0, 0, -1], [0, 0, -1]] if x.ndim > 1 else x,
    "mask": lambda lib, x: x[x > -0.5] if x.ndim else x,
    "broadcast": lambda lib, x: lib.broadcast(x, (2, *x.shape)),
    "fork": lambda lib, x: x + lib.sin(x) * x,
    "Gram": lambda lib, x: (
        lib.tanh(x) @ lib.swapaxes(lib.tanh(x), -1, -2) if x.ndim > 1 else x
    ),
}

BINARY = {
    "add": lambda lib, x, y: x + y,
    "subtract": lambda lib, x, y: x - y,
    "multiply": lambda lib, x, y: x * lib.tanh(y),
    "divide": lambda lib, x, y: x / (2.0 + lib.sin(y)),
    "power": lambda lib, x, y: (1.5 + lib.sin(x)) ** lib.tanh(y),
    "maximum": lambda lib, x, y: lib.maximum(x, y),
    "minimum": lambda lib, x, y: lib.minimum(x, y),
    "logaddexp": lambda lib, x, y: lib.logaddexp(x, y),
    "where": lambda lib, x, y: lib.where(x > 0.1, y, x * x),
    "matmul": lambda lib, x, y: lib.tanh(x) @ y,
    "stack": lambda lib, x, y: lib.stack([x, y], -1),
    "concatenate": lambda lib, x, y: lib.concatenate([x, y], 0),
}


def shape_after(name, x, y):
    """The shape of a step's result, or None if the step doesn't apply to these."""
    try:
        with np.errstate(all="ignore"):
            result = BINARY[name](NumPy, x, y) if name in BINARY else UNARY[name](NumPy, x)
    except ValueError:
        return None
    return result if 0 < result.size <= 300 and result.ndim <= 4 else None


@st.composite
def programs(draw, max_steps=7):
    """Leaves (arrays), and steps (name, first, second) that all apply."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=2, max_size=3))
    leaves = [np.asarray(rng.normal(size=shape)) for shape in shapes]
    pool, steps = list(leaves), []
    for _ in range(draw(st.integers(1, max_steps))):
        members = st.integers(0, len(pool) - 1)
        name, i, j = draw(st.sampled_from([*UNARY, *BINARY])), draw(members), draw(members)
        result = shape_after(name, pool[i], pool[j])
        if result is not None:
            steps.append((name, i, j))
            pool.append(np.asarray(result))
    return leaves, steps


def run(lib, leaves, steps):
    """The whole pool: the leaves and the result of each step."""
    pool = list(leaves)
    for name, i, j in steps:
        if name in BINARY:
            pool.append(BINARY[name](lib, pool[i], pool[j]))
        else:
            pool.append(UNARY[name](lib, pool[i]))
    return pool


def total(lib, leaves, steps):
    """One number that depends on every result, each with its own weight."""
    pool = run(lib, leaves, steps)
    return sum(lib.mean(lib.sin(x)) * (k + 1) for k, x in enumerate(pool))
