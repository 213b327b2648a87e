"""Row numbers: which samples of a data set are meant, checked once for all callers."""

from typing import Any

import numpy as np

from descent.validation import as_array, as_count, describe


def as_rows(name: str, value: Any, n: int | None = None) -> np.ndarray:
    """Row numbers ``(m,)`` as an array of int64, each in ``0 … n-1``; repeats may occur.

    Raises
    ------
    TypeError
        If they aren't whole numbers; a boolean mask is refused too.
    ValueError
        If there are none, or not in one axis, or one is out of range.
    """
    flags = value if isinstance(value, (list, tuple)) else np.ravel(value)[:1]
    if any(isinstance(flag, (bool, np.bool_)) for flag in flags):
        raise TypeError(
            f"{name} must hold row numbers, not booleans, got {describe(value)}"
        )
    rows = as_array(name, value, ndim=1, dtype=np.int64)
    last = rows.max() if n is None else n - 1
    if rows.min() < 0 or rows.max() > last:
        wanted = "at least 0" if n is None else f"from 0 to {last}"
        bad = rows[(rows < 0) | (rows > last)][0]
        raise ValueError(f"{name} must hold row numbers {wanted}, got {bad}")
    return rows


def all_rows(name: str, n: int | np.ndarray) -> np.ndarray:
    """``0 … n-1`` for a number; a copy of the row numbers for an array."""
    if not isinstance(n, (list, tuple)) and np.ndim(n) == 0:
        return np.arange(as_count(name, n, at_least=1))
    rows = as_rows(name, n).copy()
    if len(np.unique(rows)) < len(rows):
        raise ValueError(f"{name} must hold each row once, got a repeat in {describe(n)}")
    return rows
