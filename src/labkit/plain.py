"""Whatever a learner's code returns, as plain data: numbers, text, arrays, lists, dicts.

It runs beside the learner's code, in the notebook as in the sandbox: it imports NumPy
and the standard library alone, and looks at PyTorch's objects without importing it.
"""

import numbers
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

LIMIT = 10_000
DEPTH = 30
KINDS = "biufcU"


class Unplain(TypeError):
    """An object that holds no plain data; ``args[0]`` says which."""


class Endless(Unplain):
    """An iterable with more items than anyone asked for."""


def type_name(value: Any) -> str:
    """The type's name: ``"float"``, ``"numpy.ndarray"``, ``"torch.Tensor"``, …"""
    kind = type(value)
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def plain(value: Any, limit: int = LIMIT, *, strict: bool = True) -> Any:
    """A deep copy of ``value`` in plain data.

    NumPy's scalars become Python's numbers; tensors, and whatever else converts to an
    array, become arrays; every other iterable is drained into a list, each item copied
    before the next is asked for (a reused buffer is no trouble).

    Parameters
    ----------
    value : object
    limit : int
        The most items that an iterable may give.
    strict : bool
        If False, a string like ``"<generator>"`` stands for what isn't plain, and
        nothing is drained: for looking at arguments after a call.

    Raises
    ------
    Unplain
        Something in ``value`` holds no plain data, or it is nested too deeply.
    Endless
        An iterable gave more than ``limit`` items.
    """
    return _plain(value, limit, strict, 0)


def write(target: Any, value: Any) -> None:
    """Write ``value`` into the arrays of ``target``, which has the same structure.

    Raises
    ------
    TypeError
        There is no array, list or dict to write into, or the structures differ.
    """
    if isinstance(target, np.ndarray):
        target[...] = value
    elif hasattr(target, "detach"):
        target.detach().copy_(sys.modules["torch"].as_tensor(np.asarray(value)))
    elif isinstance(target, dict) and isinstance(value, dict):
        for key, item in value.items():
            write(target[key], item)
    elif isinstance(target, (list, tuple)) and len(target) == len(value):
        for part, item in zip(target, value):
            write(part, item)
    else:
        raise TypeError(f"cannot write into an object of type {type(target).__name__}")


def _plain(value: Any, limit: int, strict: bool, depth: int) -> Any:
    if depth > DEPTH:
        return _refuse("lists inside lists without end", "<…>", strict)
    if value is None or type(value) is bool:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(value, limit, strict, depth)
    if isinstance(value, numbers.Number):
        return _number(value)
    if isinstance(value, Mapping):
        return {
            _key(key): _plain(value[key], limit, strict, depth + 1) for key in list(value)
        }
    if isinstance(value, (list, tuple)):
        items = _items(value, limit, strict, depth)
        return tuple(items) if isinstance(value, tuple) else items
    return _foreign(value, limit, strict, depth)


def _refuse(why: str, stand_in: str, strict: bool) -> str:
    if strict:
        raise Unplain(why)
    return stand_in


def _number(value: Any) -> Any:
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, complex):
        return np.array(value)
    return float(value)


def _array(value: Any, limit: int, strict: bool, depth: int) -> Any:
    if value.dtype.kind == "O":
        # A ragged or boxed array: numbers if they are numbers, else a list.
        try:
            return np.array(value.tolist(), dtype=float)
        except (TypeError, ValueError):
            return _plain(value.tolist(), limit, strict, depth + 1)
    if value.dtype.kind not in KINDS:
        return _refuse(f"an array of {value.dtype}", f"<array of {value.dtype}>", strict)
    if isinstance(value, np.generic) and value.dtype.kind != "c":
        item = value.item()
        return float(item) if value.dtype.kind == "f" else item
    return np.array(value, subok=False)


def _key(key: Any) -> Any:
    if isinstance(key, (str, bool, int, float)) or key is None:
        return str.__str__(key) if isinstance(key, str) else key
    if isinstance(key, np.generic):
        return key.item()
    if isinstance(key, tuple):
        return tuple(_key(part) for part in key)
    return f"<{type_name(key)}>"


def _items(values: Iterable, limit: int, strict: bool, depth: int) -> list:
    items = []
    for item in values:
        if len(items) >= limit:
            raise Endless(f"more than {limit} items")
        items.append(_plain(item, limit, strict, depth + 1))
    return items


def _foreign(value: Any, limit: int, strict: bool, depth: int) -> Any:
    """What neither Python nor NumPy defines, and everything that is drained."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
        if "bfloat16" in str(value.dtype):
            value = value.float()
        return _array(np.array(value.resolve_conj().numpy()), limit, strict, depth)
    stand_in = f"<{type_name(value)}>"
    if isinstance(value, type) or callable(value):
        return _refuse(f"an object of type {type_name(value)}", stand_in, strict)
    if hasattr(value, "__array__"):
        return _array(np.asarray(value), limit, strict, depth)
    if isinstance(value, Iterable) or hasattr(type(value), "__getitem__"):
        return _items(value, limit, strict, depth) if strict else stand_in
    if hasattr(value, "__float__"):
        return float(value)
    return _refuse(f"an object of type {type_name(value)}", stand_in, strict)
