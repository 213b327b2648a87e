"""Two plain values held against each other, and the mistake that explains a difference."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from labkit.mistakes import Wrong


def matches(got: Any, wanted: Any, rtol: float = 1e-6, atol: float = 0.0) -> bool:
    """Whether two plain values agree: kind, shape, and entries within the tolerance.

    Entry by entry ``|got - wanted| <= atol + rtol * |wanted|``; NaN agrees with NaN,
    an infinity with itself. A list that stacks into an array is as good as the array.
    """
    if isinstance(wanted, dict):
        return (
            isinstance(got, dict)
            and got.keys() == wanted.keys()
            and all(matches(got[key], wanted[key], rtol, atol) for key in wanted)
        )
    if isinstance(wanted, (list, tuple)):
        if isinstance(got, np.ndarray) and got.ndim:
            got = list(got)
        return (
            isinstance(got, (list, tuple))
            and len(got) == len(wanted)
            and all(matches(a, b, rtol, atol) for a, b in zip(got, wanted))
        )
    if wanted is None or isinstance(wanted, (str, bool)):
        return type(got) is type(wanted) and got == wanted
    a, b = as_array(got), np.asarray(wanted)
    if a is None or a.shape != b.shape:
        return False
    if a.dtype.kind == "U" or b.dtype.kind == "U":
        return bool(a.dtype.kind == b.dtype.kind and np.all(a == b))
    with np.errstate(all="ignore"):
        return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))


def as_array(value: Any) -> np.ndarray | None:
    """The array that a plain value is or stacks into; None if there is none."""
    if value is None or isinstance(value, (str, dict)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biufcU" else None


def compare(
    got: Any,
    wanted: Any,
    *,
    rtol: float = 1e-6,
    atol: float = 0.0,
    given: Mapping[str, Any],
    what: str = "the result",
    mistakes: Mapping[str, tuple[Any, str]] | None = None,
) -> None:
    """Hold ``got`` against ``wanted``, and name the mistake if it is a known one.

    Parameters
    ----------
    got, wanted : plain data
    rtol, atol : float
        ``|got - wanted| <= atol + rtol * |wanted|``, entry by entry.
    given : dict of str to object
        The input, by name.
    what : str
        What is compared, in a sentence: ``"the gradient"``.
    mistakes : dict of str to (value, message), optional
        For each known mistake what it would have given, and what to say.

    Raises
    ------
    Wrong
        By the name of the known mistake that ``got`` matches, else ``"returns
        nothing"``, ``"wrong type"``, ``"wrong shape"`` or ``"wrong value"``.
    """
    if matches(got, wanted, rtol, atol):
        return
    for mistake, (value, message) in (mistakes or {}).items():
        if matches(got, value, rtol, atol):
            raise Wrong(mistake, message, given, got, wanted)
    mistake, message = _describe(got, wanted, what)
    raise Wrong(mistake, message, given, got, wanted)


def _describe(got: Any, wanted: Any, what: str) -> tuple[str, str]:
    start = what[:1].upper() + what[1:]
    if got is None:
        return "returns nothing", f"{start} is None: is a return missing?"
    if isinstance(wanted, dict):
        if not isinstance(got, dict):
            return "wrong type", f"{start} is {kind(got)}, not {kind(wanted)}."
        if got.keys() != wanted.keys():
            names = ", ".join(map(repr, wanted))
            return "wrong keys", f"{start} must have exactly the keys {names}."
        return "wrong value", f"{start} differs from what is wanted."
    if isinstance(wanted, (list, tuple)):
        if not isinstance(got, (list, tuple, np.ndarray)):
            return "wrong type", f"{start} is {kind(got)}, not {kind(wanted)}."
        count = len(got) if isinstance(got, (list, tuple)) or got.ndim else 0
        if count != len(wanted):
            return "wrong shape", f"{start} has {count} items, not {len(wanted)}."
        return "wrong value", f"{start} differs from what is wanted."
    a, b = as_array(got), as_array(wanted)
    if a is None or b is None or (a.dtype.kind == "U") != (b.dtype.kind == "U"):
        return "wrong type", f"{start} is {kind(got)}, not {kind(wanted)}."
    if a.shape != b.shape:
        return "wrong shape", f"{start} is {kind(got)}; {kind(wanted)} is wanted."
    if np.all(np.isfinite(b)) and not np.all(np.isfinite(a)):
        return "not finite", f"{start} holds NaN or infinity."
    return "wrong value", f"{start} differs from what is wanted."


def kind(value: Any) -> str:
    """What a plain value is, in words: ``"an array of shape (2, 3)"``, ``"a number"``."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, dict):
        return "a dictionary"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    array = as_array(value)
    if isinstance(value, list):
        return f"a list of {len(value)}" + (
            f" (shape {array.shape})" if array is not None and array.ndim > 1 else ""
        )
    if isinstance(value, bool):
        return "True or False"
    return (
        f"an array of shape {array.shape}"
        if array is not None and array.ndim
        else "a number"
    )


def same(after: Any, before: Any) -> bool:
    """Whether two plain values are equal to the last bit, NaN equal to NaN."""
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or after.shape != before.shape:
            return False
        numeric = before.dtype.kind in "fc" and after.dtype.kind in "fc"
        return bool(np.array_equal(after, before, equal_nan=numeric))
    if isinstance(before, dict):
        return (
            isinstance(after, dict)
            and after.keys() == before.keys()
            and all(same(after[key], before[key]) for key in before)
        )
    if isinstance(before, (list, tuple)):
        return (
            isinstance(after, (list, tuple))
            and len(after) == len(before)
            and all(same(a, b) for a, b in zip(after, before))
        )
    return bool(after == before or (after != after and before != before))


def unchanged(reply: Any, argument: int, before: Any, name: str) -> None:
    """Hold argument number ``argument`` of a call against what went in.

    Raises
    ------
    Wrong
        ``"changes its input"``.
    """
    after = reply.args[argument]
    if not same(after, before):
        raise Wrong(
            "changes its input",
            f"{name} is not what it was before the call: work on a copy "
            f"({name} = np.array({name}, dtype=float) makes one).",
            {f"{name} before": before},
            after,
            before,
        )
