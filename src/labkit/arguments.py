"""Arguments that a check passes on: copied, described, and made beside the learner.

A check names what it wants (``Rng(3)``, ``Tensor(X)``); :func:`realise` makes it where
the learner's code runs. It imports NumPy and the standard library; PyTorch when asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labkit.plain import Unplain, plain
from labkit.watching import watched


@dataclass(frozen=True)
class Rng:
    """``np.random.default_rng(seed)``; afterwards ``("rng", <whether it was used>)``."""

    seed: int


@dataclass(frozen=True)
class Stream:
    """A generator over ``items``, once; afterwards ``("stream", how many were taken)``."""

    items: Sequence[Any]


@dataclass(frozen=True)
class Watch:
    """A list of arrays; afterwards ``("watch", n)``: n entries had the largest result."""

    arrays: Sequence[Any]


@dataclass(frozen=True)
class Tensor:
    """A PyTorch tensor with the entries of ``array``; afterwards an array."""

    array: Any
    dtype: str = "float32"


@dataclass(frozen=True)
class TorchModule:
    """Linear layers ``(W, b)``, W of shape (d_in, d_out), the activation between them.

    Afterwards a list ``[(W, b), …]`` of its parameters.
    """

    layers: Sequence[tuple[Any, Any]]
    activation: str = "relu"
    dtype: str = "float32"


@dataclass(frozen=True)
class TorchSGD:
    """``torch.optim.SGD`` for the parameters of the TorchModule in the same call."""

    lr: float
    momentum: float = 0.0


@dataclass(frozen=True)
class Handle:
    """An object that stays beside the learner's code; made by ``ask.keep`` and others."""

    number: int


def is_earlier(value: Any) -> bool:
    """Whether ``value`` stands for what an earlier step of the same list gives."""
    return isinstance(value, Handle) and value.number < 0


@dataclass(frozen=True)
class Callback:
    """A callable of the check, answered on the check's side."""

    number: int


SPECIAL = (Rng, Stream, Tensor, TorchModule, TorchSGD, Handle, Callback, Watch)


@dataclass
class Marked:
    """Arguments ready to go: copied, each callable replaced by a :class:`Callback`.

    ``callables[number]`` is ``(argument, function)``: the argument is a position or a
    keyword.
    """

    args: list[Any]
    kwargs: dict[str, Any]
    callables: list[tuple[int | str, Callable]] = field(default_factory=list)


def mark(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Marked:
    """Copy the arguments of a call, and take the callables out.

    Raises
    ------
    TypeError
        An argument that cannot travel (the check's mistake, not the learner's).
    """
    marked = Marked([], {})

    def walk(value: Any, argument: int | str) -> Any:
        if isinstance(value, Stream):
            return Stream([walk(item, argument) for item in value.items])
        if isinstance(value, SPECIAL):
            return value
        if callable(value):
            marked.callables.append((argument, value))
            return Callback(len(marked.callables) - 1)
        if isinstance(value, dict):
            return {key: walk(item, argument) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(walk(item, argument) for item in value)
        return plain(value)

    for position, value in enumerate(args):
        marked.args.append(walk(value, position))
    for keyword, value in kwargs.items():
        marked.kwargs[keyword] = walk(value, keyword)
    return marked


class Once(Iterator):
    """A stream that counts what was taken from it."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items, self.taken = list(items), 0

    def __next__(self) -> Any:
        if self.taken >= len(self._items):
            raise StopIteration
        item, self._items[self.taken] = self._items[self.taken], None
        self.taken += 1
        return item


class Realised:
    """The arguments of one call, made beside the learner's code.

    Parameters
    ----------
    args, kwargs
        As :func:`mark` left them.
    objects : dict of int to object
        What the handles stand for.
    call : callable
        ``call(number, args)`` asks the check's side for the answer of a callback.

    Attributes
    ----------
    args, kwargs
        What the learner's function is called with.
    """

    def __init__(
        self,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        objects: Mapping[int, Any],
        call: Callable[[int, tuple], Any],
    ) -> None:
        self._objects, self._call = objects, call
        # What is told of an object afterwards; the object is kept: its id stays its own.
        self._told: dict[int, tuple[Any, Callable[[], tuple]]] = {}
        # First, since an optimizer may stand before its module.
        values = (*args, *kwargs.values())
        self._modules = [(v, _torch("module", v)) for v in values if type(v) is TorchModule]
        self.args = [self._make(value) for value in args]
        self.kwargs = {name: self._make(value) for name, value in kwargs.items()}

    def _make(self, value: Any) -> Any:
        if isinstance(value, Handle):
            return self._objects[value.number]
        if isinstance(value, Callback):
            return _proxy(value.number, self._call)
        if isinstance(value, Rng):
            rng = np.random.default_rng(value.seed)
            before = _drawn(rng)
            self._told[id(rng)] = (rng, lambda: ("rng", _drawn(rng) != before))
            return rng
        if isinstance(value, Stream):
            return Once([self._make(item) for item in value.items])
        if isinstance(value, Watch):
            arrays, largest = watched(value.arrays)
            self._told[id(arrays)] = (arrays, lambda: ("watch", largest[0]))
            return arrays
        if isinstance(value, TorchSGD):
            return _torch("sgd", value, [module for _, module in self._modules])
        if isinstance(value, Tensor):
            return _torch("tensor", value)
        if isinstance(value, TorchModule):
            return next(module for spec, module in self._modules if spec is value)
        if isinstance(value, dict):
            return {key: self._make(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self._make(item) for item in value)
        return np.array(value) if isinstance(value, np.ndarray) else value

    def after(self) -> list[Any]:
        """The positional arguments as they are now, in plain data."""
        return [self._look(value) for value in self.args]

    def _look(self, value: Any) -> Any:
        if id(value) in self._told:
            return self._told[id(value)][1]()
        if isinstance(value, Once):
            return ("stream", value.taken)
        if any(value is module for _, module in self._modules):
            return _torch("layers", value)
        return plain(value, strict=False)


def realise(
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    objects: Mapping[int, Any],
    call: Callable[[int, tuple], Any],
) -> Realised:
    """Make marked arguments beside the learner's code; see :class:`Realised`."""
    return Realised(args, kwargs, objects, call)


def _proxy(number: int, call: Callable[[int, tuple], Any]) -> Callable:
    def function(*args: Any) -> Any:
        try:
            values = tuple(plain(arg) for arg in args)
        except Unplain as error:
            raise TypeError(f"called with {error}") from None
        answer = call(number, values)
        # What NumPy functions return: it works as a float, and has .item() and .shape.
        return np.float64(answer) if type(answer) is float else answer

    return function


def _torch(name: str, *args: Any) -> Any:
    """A function of :mod:`labkit.torch_arguments`, which is imported if one is called."""
    from labkit import torch_arguments

    return getattr(torch_arguments, name)(*args)


def _drawn(rng: np.random.Generator) -> tuple:
    """A generator's state, the children it spawned among it."""
    bits = rng.bit_generator
    return repr(bits.state), bits.seed_seq.n_children_spawned
