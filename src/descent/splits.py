"""Which rows are for training, which for choosing, which for the final judgement.

Rows are shuffled once and cut: into training, validation and test, or into k folds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from descent.rows import all_rows
from descent.validation import as_array, as_count, as_generator, as_number


class Split(NamedTuple):
    """Row numbers of the three parts: disjoint, and together all rows."""

    train: np.ndarray
    val: np.ndarray
    test: np.ndarray


class Fold(NamedTuple):
    """Row numbers of one fold: ``val`` is held out, ``train`` is all the others."""

    train: np.ndarray
    val: np.ndarray


def split_rows(n: int, fractions: Sequence[float], rng: np.random.Generator) -> Split:
    """Shuffle the rows once and cut them into train, validation and test.

    The cuts are at ``round(n * f_train)`` and ``round(n * (f_train + f_val))``
    (halves to even, as Python rounds), so each part is within one row of its share.

    Parameters
    ----------
    n : int
        Number of rows, at least 3.
    fractions : three floats above 0 that sum to 1
        The shares of train, validation and test, such as ``(0.7, 0.15, 0.15)``.
    rng : numpy.random.Generator

    Returns
    -------
    Split
        ``train``, ``val``, ``test``: disjoint, none empty, together all rows.

    Raises
    ------
    ValueError
        If the fractions don't sum to 1, or ``n`` is so small that a part is empty.
    """
    n, rng = as_count("n", n, at_least=3), as_generator("rng", rng)
    shares = as_array("fractions", fractions, shape=(3,)).tolist()
    for name, share in zip(Split._fields, shares):
        as_number(f"fractions ({name})", share, above=0)
    if abs(sum(shares) - 1) > 1e-9:
        raise ValueError(
            f"fractions must sum to 1, got {shares}, which sum to {sum(shares)}"
        )
    cuts = [round(n * shares[0]), round(n * (shares[0] + shares[1]))]
    split = Split(*np.split(rng.permutation(n), cuts))
    for name, rows in zip(Split._fields, split):
        if len(rows) == 0:
            raise ValueError(
                f"fractions {shares} of n = {n} rows leave {name} empty; wanted at least 1"
            )
    return split


def k_folds(n: int | np.ndarray, k: int, rng: np.random.Generator) -> list[Fold]:
    """Shuffle the rows once and cut them into ``k`` folds, each held out in turn.

    The first ``n mod k`` folds have ``⌈n / k⌉`` rows, the others ``⌊n / k⌋``.

    Parameters
    ----------
    n : int or ndarray of int
        How many rows there are, or the rows themselves.
    k : int
        Number of folds, from 2 to the number of rows (leave one out).
    rng : numpy.random.Generator

    Returns
    -------
    list of Fold
        ``k`` pairs ``(train, val)``; every row is in ``val`` exactly once.

    References
    ----------
    M. Stone, "Cross-validatory choice and assessment of statistical predictions",
    Journal of the Royal Statistical Society B 36 (1974).
    """
    rows = all_rows("n", n)
    k, rng = as_count("k", k, at_least=2, at_most=len(rows)), as_generator("rng", rng)
    parts = np.array_split(rng.permutation(rows), k)
    return [
        Fold(np.concatenate(parts[:i] + parts[i + 1 :]), val) for i, val in enumerate(parts)
    ]
