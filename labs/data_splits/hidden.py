"""Further cases for grading: other shapes, one row left, ties, many divergent rates."""

import numpy as np

from labkit import Rng
from labkit.loading import current_checks as checks
from labkit.loading import current_lab as lab


@lab.hidden("prepare")
def prepare(ask, rng):
    """A single column, one row in the rest, many rows, constants at the end."""
    seed = int(rng.integers(2**31))
    checks.split(ask, checks.table(rng, 9, 1), 8, Rng(seed))
    checks.split(ask, checks.table(rng, 40, 3, constant=0), 10, Rng(seed))
    X = checks.table(rng, 200, 6, constant=5)
    checks.check_generator(lambda s: checks.split(ask, X, 150, Rng(s)), seed)


@lab.hidden("select_lr")
def select_lr(ask, rng):
    """A single rate; one finite error among many; tiny and huge errors."""
    checks.check_select(ask, [0.1], [1.0], [2.0], [3.0])
    n = 12
    lrs = rng.permutation(np.geomspace(1e-6, 10, n))
    val = rng.choice([np.nan, np.inf], n)
    val[int(rng.integers(n))] = 1e300
    checks.check_select(ask, lrs, rng.uniform(size=n), val, rng.uniform(size=n))
    val = rng.permutation(np.geomspace(1e-12, 1e12, n))
    val[int(rng.integers(n))] = np.nan
    checks.check_select(ask, lrs, np.full(n, np.nan), val, rng.uniform(size=n))


@lab.hidden("early_stop")
def early_stop(ask, rng):
    """One epoch, no improvement at all, patience 1, random losses with ties."""
    checks.check_stop(ask, [2.0], 3)
    checks.check_stop(ask, [1, 2, 3, 4, 5], 3)
    checks.check_stop(ask, [5, 4, 3, 4, 2], 1)
    checks.check_stop(ask, [5, 4, 3, 2, 1], 2)
    for patience in (2, 3, 5):
        checks.check_stop(ask, rng.integers(0, 30, 40), patience)


@lab.hidden("k_folds")
def k_folds(ask, rng):
    """Two folds, each row a fold, many rows."""
    seed = int(rng.integers(2**31))
    checks.check_folds(ask, 9, 2, Rng(seed))
    checks.check_folds(ask, 5, 5, Rng(seed))
    checks.check_generator(lambda s: checks.check_folds(ask, 101, 10, Rng(s)), seed)
