"""The stream of batches that a run takes: checked row by row, with a progress bar."""

import itertools
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from descent.heldout import TestSplit
from descent.rows import as_rows
from descent.validation import as_count, describe


def checked_batches(
    batches: Any, n: int | None, test: TestSplit | None = None
) -> Iterator[np.ndarray | None]:
    """Each batch as an array of its own of row numbers, or None for all rows.

    Parameters
    ----------
    batches : int or iterable of (ndarray of int or None)
        A number of steps, each on all rows, or the rows of each step.
    n : int or None
        How many rows there are; None if the problem has no rows.
    test : TestSplit, optional
        No batch may hold a row of it.

    Raises
    ------
    TypeError, ValueError
        At once if ``batches`` is neither; at the batch that is wrong, which the message
        names, otherwise.
    """
    if isinstance(batches, Iterable) and not isinstance(batches, (str, bytes, dict)):
        stream = iter(batches)
    elif isinstance(batches, (int, np.integer)):
        stream = itertools.repeat(None, as_count("batches", batches, at_least=1))
    else:
        raise TypeError(
            "batches must be a number of steps or an iterable of row numbers, "
            f"got {describe(batches)}"
        )

    def each() -> Iterator[np.ndarray | None]:
        for i, rows in enumerate(stream):
            name = f"batches[{i}]"
            if rows is not None:
                if n is None:
                    raise ValueError(
                        f"batches must be a number of steps, as the problem has no rows; "
                        f"got {describe(rows)} for step {i}"
                    )
                rows = as_rows(name, rows, n).copy()
            if test is not None:
                test.check_apart(name, rows)
            yield rows

    return each()


def with_bar(stream: Iterable, batches: Any, done: int, progress: bool | None) -> Iterable:
    """``stream`` with a progress bar on stderr, where someone is there to see it.

    Parameters
    ----------
    stream : iterable
    batches : int or iterable
        As given by the caller; its length, if it has one, is that of the whole run.
    done : int
        Steps taken before, by the run that this one resumes.
    progress : bool or None
        None shows it in a terminal alone, and only after a second: never in a notebook
        or a log, whose stored output would change from run to run. The environment
        variable ``TQDM_DISABLE=1`` silences even True.
    """
    if progress is False or (progress is None and not sys.stderr.isatty()):
        return stream
    from tqdm import tqdm

    total = len(batches) if hasattr(batches, "__len__") else None
    total = int(batches) if isinstance(batches, (int, np.integer)) else total
    delay = 0 if progress else 1
    return tqdm(stream, total=total, initial=done, delay=delay, unit="step", leave=False)
