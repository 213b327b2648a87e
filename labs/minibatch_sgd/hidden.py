"""Further cases for grading: other sizes, ties, deeper models; every order must occur."""

import numpy as np

from labkit import Rng, Wrong
from labkit.loading import current_checks as checks
from labkit.loading import current_lab as lab


@lab.hidden("minibatches")
def minibatches(ask, rng):
    """One row a batch, one batch, a batch larger than the data, one row left over."""
    seed = int(rng.integers(2**31))
    for n, B in [(5, 1), (12, 12), (11, 50), (1, 1), (16, 5), (40, 13)]:
        checks.check_epoch(ask, n, B, seed, column=n % 2 == 0)


@lab.hidden("minibatches")
def every_row_comes_everywhere(ask, rng):
    """In 80 epochs each of four rows comes to each of four places, but for 2e-9."""
    kept, seen = ask.keep(Rng(int(rng.integers(2**31)))), set()
    for _ in range(80):
        rows, given = checks.epoch(ask, 4, 2, kept)
        seen |= set(enumerate(rows))
    if len(seen) < 16:
        raise Wrong(
            "not every order occurs",
            "In 80 epochs some row never came to some place: all orders must be "
            "equally likely.",
            given,
        )


@lab.hidden("train_epoch")
def train_epoch(ask, rng):
    """One batch, one row a batch, two hidden layers, tanh, momentum over many steps."""
    net = checks.network
    checks.check_train(ask, net(rng, 2, 1), checks.some_batches(rng, 2, 5), 0.1)
    checks.check_train(ask, net(rng, 2, 1), checks.some_batches(rng, 2, 1, 1, 1), 0.02)
    deep, many = net(rng, 3, 5, 4, 1), [7] * 6 + [2]
    checks.check_train(
        ask, deep, checks.some_batches(rng, 3, *many), 0.02, 0.5, "tanh", stream=False
    )
    checks.check_train(
        ask, deep, checks.some_batches(rng, 3, *many[::-1]), 0.02, activation="tanh"
    )


@lab.hidden("batch_error")
def batch_error(ask, rng):
    """One row a batch, all rows but one, many entries, rows far from zero."""
    G = rng.normal(size=(8, 30)) + 10 * rng.normal(size=30)
    for b in (1, 7, 4):
        checks.check_error(ask, G, b)
    checks.check_error(ask, np.arange(10.0)[:, None] ** 2, 6)
