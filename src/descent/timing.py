"""How long a call takes, measured so that one can believe it.

One reading of a stopwatch mostly measures what else the machine was doing. Here every
contender is warmed up, its answer is compared with the others' **before** any clock is
read, a fast call is repeated until the clock can resolve it, contenders take turns
(A B A B …) so that a disturbance hits all alike, and every repeat is kept: the spread
is part of the result.
"""

import gc
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from descent.pytrees import leaves_with_path
from descent.timing_records import Timing, TimingRecord, load_record
from descent.validation import as_count, as_number, describe

__all__ = ["Timing", "TimingRecord", "compare", "faster", "load_record", "time_call"]

Clock = Callable[[], float]
# A reading is made to last this long: ten thousand ticks of a microsecond clock.
SHORTEST = 0.01  # seconds
_MOST_CALLS = 10_000_000


def time_call(
    f: Callable[..., Any],
    *args: Any,
    repeats: int = 7,
    warmup: int = 1,
    calls: int | None = None,
    clock: Clock = time.perf_counter,
) -> Timing:
    """Time ``f(*args)``.

    Parameters
    ----------
    repeats : int
        Readings of the clock that are kept.
    warmup : int
        Calls before the first reading: caches fill, code is compiled.
    calls : int, optional
        Calls a reading; unless given, as many as make a reading last 10 ms.
    clock : callable
        Seconds that never run backwards.

    Returns
    -------
    Timing
        With the result of the last warm-up call (of one more call if ``warmup`` is 0).
    """
    return compare(
        {"f": lambda: f(*args)},
        repeats=repeats,
        warmup=warmup,
        calls=calls,
        clock=clock,
    )["f"]


def compare(
    contenders: Mapping[str, Callable[[], Any]],
    *,
    repeats: int = 7,
    warmup: int = 1,
    calls: int | None = None,
    rtol: float = 1e-9,
    atol: float = 0.0,
    clock: Clock = time.perf_counter,
) -> dict[str, Timing]:
    """Time calls that answer the same question, by turns; refuse if the answers differ.

    Parameters
    ----------
    contenders : mapping of names to functions of no argument
        Their results are numbers, arrays, tensors, or nests of dicts, lists and tuples
        of them. The first is the one that the others must agree with.
    rtol, atol : float
        Two numbers agree if ``|a − b| ≤ atol + rtol·|b|`` (NaN never does).
    repeats, warmup, calls, clock
        As in `time_call`; ``calls`` is found for each contender by itself.

    Returns
    -------
    dict of Timing by name

    Raises
    ------
    ValueError
        If two results differ in structure, shape or value; nothing was timed then.
    """
    if not isinstance(contenders, Mapping) or not contenders:
        raise ValueError(f"contenders must hold at least one, got {describe(contenders)}")
    for name, f in contenders.items():
        if not callable(f):
            raise TypeError(f"contenders[{name!r}] must be callable, got {describe(f)}")
    repeats = as_count("repeats", repeats, at_least=1)
    warmup = as_count("warmup", warmup)
    if calls is not None:
        calls = as_count("calls", calls, at_least=1)
    rtol = as_number("rtol", rtol, at_least=0)
    atol = as_number("atol", atol, at_least=0)

    results = {name: _warm(f, warmup) for name, f in contenders.items()}
    first, *others = results
    for name in others:
        _check_same(first, results[first], name, results[name], rtol, atol)
    n_calls = {name: calls or _enough_calls(f, clock) for name, f in contenders.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for repeat in range(repeats):
        # Every other round backwards: nobody always follows the same neighbour.
        for name in list(contenders)[:: 1 if repeat % 2 == 0 else -1]:
            reading = _read(contenders[name], n_calls[name], clock)
            seconds[name].append(reading / n_calls[name])
    for name, readings in seconds.items():
        if min(readings) <= 0:
            raise ValueError(
                f"contenders[{name!r}] took {min(readings)} seconds for {n_calls[name]} "
                "calls: the clock can't resolve it, give more calls"
            )
    return {
        name: Timing(np.array(readings), n_calls[name], results[name])
        for name, readings in seconds.items()
    }


def faster(a: Timing, b: Timing, by: float = 1.0) -> bool:
    """Whether ``a`` takes less than 1/``by`` of the time of ``b``, comparing the best.

    A lesson asserts this with a margin far below what was measured (``by=2`` where
    ten was seen): the ordering is the claim, the seconds are the machine's.
    """
    for name, timing in (("a", a), ("b", b)):
        if not isinstance(timing, Timing):
            raise TypeError(f"{name} must be a Timing, got {describe(timing)}")
    return a.best * as_number("by", by, at_least=1) < b.best


def _warm(f: Callable[[], Any], warmup: int) -> Any:
    for _ in range(warmup - 1):
        f()
    return f()


def _enough_calls(f: Callable[[], Any], clock: Clock) -> int:
    """So many calls that a reading lasts ``SHORTEST``; doubled until it does."""
    calls = 1
    while True:
        seconds = _read(f, calls, clock)
        if seconds >= SHORTEST or calls >= _MOST_CALLS:
            return calls
        needed = calls * SHORTEST / seconds if seconds > 0 else math.inf
        calls = min(int(np.ceil(min(needed * 1.1, 10 * calls))), _MOST_CALLS)


def _read(f: Callable[[], Any], calls: int, clock: Clock) -> float:
    """Seconds for so many calls; the garbage collector waits until afterwards."""
    turns = range(calls)
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = clock()
        for _ in turns:
            f()
        return clock() - start
    finally:
        if collecting:
            gc.enable()


def _check_same(a: str, left: Any, b: str, right: Any, rtol: float, atol: float) -> None:
    """Raise unless the two results agree, saying where they don't."""
    ours = {path: _as_numbers(a, x) for path, x in leaves_with_path(left)}
    theirs = {path: _as_numbers(b, x) for path, x in leaves_with_path(right)}
    refused = f"{b!r} and {a!r} don't compute the same, so they were not timed"
    if ours.keys() != theirs.keys():
        raise ValueError(
            f"{refused}: one returns {sorted(theirs)}, the other {sorted(ours)}"
        )
    for path, x in ours.items():
        y, place = theirs[path], f" at {path}" if path else ""
        if x.shape != y.shape:
            raise ValueError(f"{refused}: shapes {y.shape} and {x.shape}{place}")
        with np.errstate(invalid="ignore"):
            apart = np.abs(np.subtract(y, x, dtype=np.complex128))
            close = (y == x) | (apart <= atol + rtol * np.abs(x))
        if not close.all():
            i = tuple(int(k) for k in np.argwhere(~close)[0])
            where = f"{place} {list(i)}" if i else place
            raise ValueError(f"{refused}: {y[i]} and {x[i]}{where}")


def _as_numbers(name: str, result: Any) -> np.ndarray:
    """A number, array or tensor (also one that requires a gradient) as an array."""
    array = np.asarray(result.detach().data if hasattr(result, "detach") else result)
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"the result of {name!r} must be numbers, to be compared, "
            f"got {describe(result)}"
        )
    return array
