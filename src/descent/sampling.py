"""Which rows an optimizer sees, and when.

Every function draws from the generator passed to it and from nothing else: the
same generator, in the same state, gives the same rows. An *epoch* is one pass over
the data, a *step* is one batch. Arguments are checked when the function is called,
not when the first batch is drawn.
"""

from collections.abc import Iterator

import numpy as np

from descent.rows import all_rows
from descent.validation import as_count, as_flag, as_generator, as_pair


def epochs(
    n: int | np.ndarray,
    batch_size: int,
    n_epochs: int,
    rng: np.random.Generator | None,
    *,
    drop_last: bool = False,
    shuffle: bool = True,
) -> Iterator[np.ndarray]:
    """Batches *without* replacement: each epoch shows every row once, reshuffled.

    With ``b = batch_size``, epoch ``k`` is a fresh permutation ``p`` of the rows and
    its batches are ``p[0:b], p[b:2b], …``. The last one is short when ``b`` doesn't
    divide ``n``. One permutation is drawn at the start of each epoch.

    Parameters
    ----------
    n : int or ndarray of int
        How many rows there are, or the rows themselves (such as ``split.train``).
    batch_size : int
        Rows in a batch, from 1 to the number of rows.
    n_epochs : int
        Passes over the data, at least 0.
    rng : numpy.random.Generator
        Source of the permutations; may be None if ``shuffle`` is False.
    drop_last : bool
        Leave out the short last batch of each epoch.
    shuffle : bool
        False keeps the rows in order, in every epoch.

    Yields
    ------
    ndarray of int, shape (batch_size,) or shorter
        The rows of the next batch.

    Raises
    ------
    ValueError
        If ``batch_size`` is 0 or beyond the data, or a row occurs twice in ``n``.
    TypeError
        If a count isn't a whole number or ``rng`` isn't a generator.

    References
    ----------
    M. Gürbüzbalaban, A. Ozdaglar, P. A. Parrilo, "Why random reshuffling beats
    stochastic gradient descent", Mathematical Programming 186 (2021).
    """
    rows = all_rows("n", n)
    b = as_count("batch_size", batch_size, at_least=1, at_most=len(rows))
    n_epochs = as_count("n_epochs", n_epochs)
    n_steps = steps_per_epoch(len(rows), b, drop_last)
    if as_flag("shuffle", shuffle):
        rng = as_generator("rng", rng)

    def batches() -> Iterator[np.ndarray]:
        for _ in range(n_epochs):
            order = rng.permutation(rows) if shuffle else rows.copy()
            for step in range(n_steps):
                yield order[step * b : (step + 1) * b]

    return batches()


def in_order(
    n: int | np.ndarray, batch_size: int, n_epochs: int, *, drop_last: bool = False
) -> Iterator[np.ndarray]:
    """Batches in the order of the file: ``0 … b-1, b … 2b-1, …``, in every epoch.

    Nothing is random. Where the file is sorted, the batches are biased: the last
    rows of the file always have the last word.

    Parameters
    ----------
    n, batch_size, n_epochs, drop_last
        As in :func:`epochs`; so are what it yields and raises.
    """
    return epochs(n, batch_size, n_epochs, None, drop_last=drop_last, shuffle=False)


def with_replacement(
    n: int | np.ndarray, batch_size: int, n_steps: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Batches *with* replacement: each row of each batch is drawn from all rows alike.

    The draws are independent and uniform, so the gradient of a batch is an unbiased
    estimate of the full one at every step. A row may occur twice in a batch; ``n``
    draws miss a given row with probability ``(1 - 1/n)**n``, about 0.37.

    Parameters
    ----------
    n : int or ndarray of int
        How many rows there are, or the rows themselves.
    batch_size : int
        Rows in a batch, from 1 to the number of rows.
    n_steps : int
        How many batches to draw, at least 0.
    rng : numpy.random.Generator

    Yields
    ------
    ndarray of int, shape (batch_size,)

    Raises
    ------
    ValueError, TypeError
        As :func:`epochs`.
    """
    rows = all_rows("n", n)
    b = as_count("batch_size", batch_size, at_least=1, at_most=len(rows))
    n_steps, rng = as_count("n_steps", n_steps), as_generator("rng", rng)
    return (rows[rng.integers(len(rows), size=b)] for _ in range(n_steps))


def minibatches(
    X: np.ndarray,
    y: np.ndarray,
    batch_size: int,
    rng: np.random.Generator,
    *,
    drop_last: bool = False,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """One shuffled epoch of ``(X[rows], y[rows])``: row ``i`` of X keeps its target.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,) or (n, k)
        Targets; whole numbers (labels) stay whole numbers.
    batch_size, rng, drop_last
        As in :func:`epochs`.

    Yields
    ------
    xb : ndarray, shape (b, d)
    yb : ndarray, shape (b,) or (b, k)
        Copies: writing to them changes neither ``X`` nor ``y``.

    Raises
    ------
    ValueError
        If ``X`` and ``y`` have different numbers of rows, are empty or not finite.
    """
    X, targets = as_pair("X", X, "y", y)
    y = np.asarray(y)
    y = y if y.dtype.kind in "biu" else targets
    batches = epochs(len(X), batch_size, 1, rng, drop_last=drop_last)
    return ((X[rows], y[rows]) for rows in batches)


def steps_per_epoch(n: int, batch_size: int, drop_last: bool = False) -> int:
    """Batches in one epoch: ``⌈n / batch_size⌉``, or ``⌊n / batch_size⌋`` if the
    short last one is dropped.

    Raises
    ------
    ValueError
        If ``batch_size`` is 0 or beyond ``n`` (``drop_last`` would leave nothing).
    """
    n = as_count("n", n, at_least=1)
    b = as_count("batch_size", batch_size, at_least=1, at_most=n)
    return n // b if as_flag("drop_last", drop_last) else -(-n // b)
