"""One clear error for each kind of bad input.

Every function returns its argument in the form the caller needs, or raises
``TypeError`` (wrong kind of thing) or ``ValueError`` (right kind, wrong value).
The message names the argument, says what came and what was wanted.
"""

import operator
from typing import Any

import numpy as np


def describe(value: Any) -> str:
    """``value`` in a few words for an error message: arrays by shape and dtype."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    text = repr(value)
    return text if len(text) <= 60 else f"{type(value).__name__} {text[:50]}…"


def as_number(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
) -> float:
    """A finite float within the bounds given; booleans and arrays are refused."""
    scalar = isinstance(value, (int, float, np.integer, np.floating))
    if isinstance(value, (bool, np.bool_)) or not scalar:
        raise TypeError(f"{name} must be a number, got {describe(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{name} must be finite, got more than any float holds") from None
    bounds = [
        (above, number > above if above is not None else True, "above"),
        (at_least, number >= at_least if at_least is not None else True, "at least"),
        (below, number < below if below is not None else True, "below"),
        (at_most, number <= at_most if at_most is not None else True, "at most"),
    ]
    if not np.isfinite(number) or not all(holds for _, holds, _ in bounds):
        wanted = " and ".join(f"{word} {b:g}" for b, _, word in bounds if b is not None)
        raise ValueError(f"{name} must be finite{wanted and f', {wanted}'}, got {value}")
    return number


def as_count(
    name: str, value: Any, *, at_least: int = 0, at_most: int | None = None
) -> int:
    """A whole number within the bounds given; 3.0 and True are refused."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be a whole number, got {value}")
    try:
        count = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {describe(value)}") from None
    if count < at_least or (at_most is not None and count > at_most):
        upper = "" if at_most is None else f" and at most {at_most}"
        raise ValueError(f"{name} must be at least {at_least}{upper}, got {count}")
    return count


def as_flag(name: str, value: Any) -> bool:
    """True or False; 1, ``"no"`` and None are refused."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {describe(value)}")
    return bool(value)


def as_array(
    name: str,
    value: Any,
    *,
    shape: tuple[int | None, ...] | None = None,
    ndim: int | None = None,
    dtype: type = np.float64,
    finite: bool = True,
    allow_empty: bool = False,
) -> np.ndarray:
    """``value`` as an array of ``dtype``; a copy only where one is needed.

    ``shape`` may hold ``None`` for an axis of any length. Nothing is broadcast:
    ``(n,)`` where ``(n, 1)`` is wanted is an error. So is a masked entry, which
    would come back unmasked.
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise TypeError(f"{name} must have no masked entries, got {describe(value)}")
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:  # from the value's own library
        raise TypeError(f"{name} must be an array of numbers: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got {describe(array)}")
    if array.dtype.kind == "f" and np.dtype(dtype).kind in "iu" and array.size:
        raise TypeError(f"{name} must hold whole numbers, got {describe(array)}")
    array = array.astype(dtype, copy=False)
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, got shape {array.shape}")
    if shape is not None:
        same = len(shape) == array.ndim and all(
            want is None or want == got for want, got in zip(shape, array.shape)
        )
        if not same:
            wanted = str(shape).replace("None", "any")
            raise ValueError(f"{name} must have shape {wanted}, got {array.shape}")
    if array.size == 0 and not allow_empty:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    if finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        bad = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, got {array[bad]} at index {bad}")
    return array


def as_generator(name: str, value: Any) -> np.random.Generator:
    """A ``numpy.random.Generator``; seeds are refused, so that none is global."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator, such as "
            f"np.random.default_rng(0), got {describe(value)}"
        )
    return value


def as_choice(name: str, value: Any, choices: Any) -> str:
    """One of the names in ``choices``."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {sorted(choices)}, got {describe(value)}")
    return value


def as_pair(name_x: str, X: Any, name_y: str, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Features ``(n, d)`` and targets with the same number of rows."""
    X, y = as_array(name_x, X, ndim=2), as_array(name_y, y)
    if y.ndim == 0 or len(y) != len(X):
        raise ValueError(
            f"{name_y} must have one row for each of the {len(X)} rows of {name_x}, "
            f"got shape {y.shape}"
        )
    return X, y
