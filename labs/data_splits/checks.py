"""Checks of the lab on data splits."""

from itertools import permutations

import numpy as np

from labkit import Lab, Rng, Wrong, compare, unchanged
from labkit.comparing import as_array, kind

lab = Lab("data_splits", title="Lab: training, validation, test")

LOOSE = {"rtol": 1e-4, "atol": 1e-4}  # an answer may compute in single precision


# ------------------------------------------------------------------ prepare


DIFFERENTLY = (
    "The two parts have not been shifted and scaled by the same numbers: both by the "
    "training mean and the training standard deviation."
)


def table(rng, n, d, constant=None):
    """n rows whose entries keep apart in every column; one column may be all 7.0."""
    X = np.empty((n, d))
    for j in range(d):
        places = rng.permutation(n) + rng.uniform(-0.3, 0.3, n)
        X[:, j] = rng.uniform(-5, 5) + rng.uniform(0.2, 3) * places
    if constant is not None:
        X[:, constant] = 7.0
    return X


def two_parts(value, X, n_train, given):
    """(Ztrain, Zrest) as arrays of the right shapes, or a complaint."""

    def wrong(mistake, message, wanted=None):
        raise Wrong(mistake, message, given, value, wanted)

    if value is None:
        wrong("returns nothing", "prepare returns None: is a return missing?")
    if isinstance(value, np.ndarray) and value.ndim == 3:
        value = list(value)
    parts = list(value) if isinstance(value, (list, tuple)) else []
    arrays = [as_array(part) for part in parts]
    if len(arrays) != 2 or any(a is None or a.ndim != 2 for a in arrays):
        wrong("not a pair", f"A pair (Ztrain, Zrest) is wanted; here is {kind(value)}.")
    n, d = X.shape
    shapes, right = [a.shape for a in arrays], [(n_train, d), (n - n_train, d)]
    if shapes == right:
        return [np.array(a, dtype=float) for a in arrays]
    told = f"shapes {right[0]} and {right[1]}"
    value = f"shapes {shapes[0]} and {shapes[1]}"
    if shapes == right[::-1]:
        wrong("exchanged", "The training rows come first, then the rest.", told)
    if d != n and shapes == [shape[::-1] for shape in right]:
        wrong("transposed", "One row a sample is wanted; here it is one a column.", told)
    if shapes == [(rows, d - 1) for rows, _ in right]:
        wrong(
            "the constant column is missing",
            "A column that is constant stays, and becomes 0.",
            told,
        )
    if sum(shape[0] for shape in shapes) < n:
        wrong("rows are lost", "Some rows are in neither part.", told)
    if shapes[0] == right[0] and shapes[1][0] > n - n_train:
        wrong(
            "some rows twice, some never",
            "There are more rows than in X: was the training part drawn with replacement, "
            "or is the rest all of X?",
            told,
        )
    wrong("wrong shape", "The two parts do not have n_train rows and the rest.", told)


def is_standard(Z, columns):
    """Whether every column of Z has mean 0 and standard deviation 1 by itself."""
    if len(Z) < 2:
        return False
    spreads = [Z[:, columns].std(axis=0, ddof=ddof) for ddof in (0, 1)]
    near = any(np.allclose(spread, 1, atol=1e-4) for spread in spreads)
    return near and np.allclose(Z[:, columns].mean(axis=0), 0, atol=1e-4)


def are_rows(Z, X):
    """Whether every row of Z is a row of X, as it is."""
    return all(np.isclose(X, row, rtol=1e-5).all(axis=1).any() for row in Z)


def look_at_parts(train, rest, X, columns, given):
    """Mistakes that show before one knows which row is which."""
    Z = np.vstack([train, rest])

    def wrong(mistake, message):
        raise Wrong(mistake, message, given, (train, rest))

    if len(columns) and not np.isfinite(Z[:, columns]).all():
        wrong("not finite", "The result holds NaN or infinity.")
    others = np.setdiff1d(np.arange(X.shape[1]), columns)
    if not np.isfinite(Z[:, others]).all():
        wrong(
            "a constant column becomes NaN",
            "A column of equal values has the standard deviation 0, and 0/0 is not a "
            "number. Such a column is to become 0.",
        )
    if X.shape[1] > 1 and np.allclose(Z.mean(axis=1), 0, atol=1e-4):
        wrong(
            "along the rows",
            "Every row has the mean 0. A mean and a standard deviation belong to a "
            "column: axis=0.",
        )
    if are_rows(train, X) and are_rows(rest, X):
        wrong("not standardised", "These are rows of X as they were.")
    if are_rows(rest, X):
        wrong(
            "the rest is not standardised",
            "The rest holds rows of X as they were. They get the same treatment as the "
            "training rows: a model must meet them in the same units.",
        )
    if is_standard(train, columns) and is_standard(rest, columns):
        wrong(
            "each part by itself",
            "The rest has been standardised with its own mean and standard deviation. "
            "Use those of the training rows for both parts: in use, rows come one by one.",
        )
    centred = np.allclose(rest[:, columns].mean(axis=0), 0, atol=1e-4)
    if len(rest) > 1 and centred and is_standard(train, columns):
        wrong("the two parts scaled differently", DIFFERENTLY)


def columns_moved(Z, X, columns):
    """Whether Z would hold the rows of X if its columns were in another order."""
    ranks = np.argsort(np.argsort(X[:, columns], axis=0), axis=0)
    mine = np.argsort(np.argsort(Z, axis=0), axis=0)
    rows = sorted(map(tuple, ranks))
    return any(
        sorted(map(tuple, mine[:, order])) == rows
        for order in permutations(range(X.shape[1]), len(columns))
    )


def rows_by_rank(Z, X, columns, parts, given):
    """Which row of X each row of Z is: scaling keeps a column's order.

    ``parts``: where in Z the training rows and the rest are.
    """
    found = []
    for j in columns:
        order = np.argsort(Z[:, j])
        if np.diff(Z[order, j]).min() < 1e-3 * np.ptp(Z[:, j]):
            raise Wrong(
                "some rows twice, some never",
                "Two rows of the result are the same: each row of X belongs to one part, "
                "once.",
                given,
                Z,
            )
        rows = np.empty(len(X), dtype=int)
        rows[order] = np.argsort(X[:, j])
        found.append(rows)
    if all(np.array_equal(rows, found[0]) for rows in found):
        return found[0]
    if all(
        np.corrcoef(np.sort(Z[:, j]), np.sort(X[:, j]))[0, 1] > 1 - 1e-7 for j in columns
    ):
        raise Wrong(
            "rows torn apart",
            "The entries of a row no longer stand together: every column has been "
            "shuffled by itself.",
            given,
            Z,
        )
    if columns_moved(Z, X, columns):
        raise Wrong(
            "columns exchanged",
            "The columns have changed places. The rows are to be shuffled; along a row "
            "every entry keeps its column.",
            given,
            Z,
        )
    if any(is_standard(Z[part], columns) for part in parts):
        raise Wrong("the two parts scaled differently", DIFFERENTLY, given, Z)
    raise Wrong(
        "not rows of X",
        "The result is not made of the rows of X, shifted and scaled column by column: "
        "either the two parts were not treated alike, or entries have changed more than "
        "their scale.",
        given,
        Z,
    )


def scaled(X, shift, scale):
    """Standardised with these; a constant column becomes 0."""
    scale = np.broadcast_to(scale, X.shape[1:])
    return (X - shift) / np.where(scale == 0, 1.0, scale)


def prepare_mistakes(X, rows, n_train):
    """What the known mistakes would give for the two parts."""
    train, rest = X[rows[:n_train]], X[rows[n_train:]]
    mean, sd = train.mean(axis=0), train.std(axis=0)

    def both(shift, scale):
        return scaled(train, shift, scale), scaled(rest, shift, scale)

    found = {
        "mean and deviation of all rows": (
            both(X.mean(axis=0), X.std(axis=0)),
            "The mean and the standard deviation are those of all rows: the rest has "
            "leaked into the training rows. Split first, then take them of the training "
            "rows alone.",
        ),
        "the mean of all rows": (
            both(X.mean(axis=0), sd),
            "The mean is that of all rows: the rest has leaked into the training rows. "
            "Take it of the training rows alone.",
        ),
        "the deviation of all rows": (
            both(mean, X.std(axis=0)),
            "The standard deviation is that of all rows: the rest has leaked into the "
            "training rows. Take it of the training rows alone.",
        ),
        "the two parts scaled differently": (
            (scaled(train, mean, sd), scaled(rest, mean, rest.std(axis=0))),
            DIFFERENTLY,
        ),
        "divided by n - 1": (
            both(mean, train.std(axis=0, ddof=1)),
            "This is the standard deviation with n - 1 in it (ddof=1, and the default of "
            "torch and pandas). Wanted is the one with n.",
        ),
        "not divided": (both(mean, 1.0), "The mean is gone, the scale is as it was."),
        "not centred": (
            both(0.0, sd),
            "The columns are divided, but their mean is not subtracted.",
        ),
        "multiplied, not divided": (
            both(mean, scaled(np.ones_like(sd)[None], 0.0, sd)[0]),
            "The columns are multiplied by the standard deviation; divide by it.",
        ),
        "the mean is added": (
            both(-mean, sd),
            "The mean is added. Subtract it.",
        ),
        "the brackets are missing": (
            both(mean / np.where(sd == 0, 1, sd), 1.0),
            "Only the mean has been divided by the standard deviation: X - mean / sd "
            "divides first. The difference stands above the line as a whole.",
        ),
        "divided by the norm": (
            both(mean, np.sqrt(len(train)) * sd),
            "The columns are divided by their length, the root of the sum of squares. The "
            "standard deviation is the root of their mean.",
        ),
        "the mean distance": (
            both(mean, np.abs(train - mean).mean(axis=0)),
            "The columns are divided by the mean distance from the mean. The standard "
            "deviation is the root of the mean of the squares.",
        ),
        "divided by the variance": (
            both(mean, sd**2),
            "The columns are divided by the variance; its root is the standard deviation.",
        ),
        "scaled to an interval": (
            both(train.min(axis=0), np.ptp(train, axis=0)),
            "The columns run from 0 to 1 on the training rows. Standardised means: mean 0 "
            "and standard deviation 1.",
        ),
        "the median": (
            both(np.median(train, axis=0), sd),
            "The columns are shifted by their median; the mean is wanted.",
        ),
        "one mean for the whole table": (
            both(train.mean(), train.std()),
            "One mean and one standard deviation for all columns: each column has its "
            "own (axis=0).",
        ),
        "fitted on the rest": (
            both(rest.mean(axis=0), rest.std(axis=0)),
            "The mean and the standard deviation are those of the rest. They are to come "
            "from the training rows.",
        ),
        "fitted before the shuffle": (
            both(X[:n_train].mean(axis=0), X[:n_train].std(axis=0)),
            "The mean and the standard deviation are those of the first n_train rows of "
            "X, but these are not the training rows.",
        ),
    }
    constant = np.ptp(X, axis=0) == 0
    if constant.any():
        left = [np.where(constant, 7.0, part) for part in both(mean, sd)]
        found["the constant column stays"] = (
            tuple(left),
            "The column of 7s is still there. Its mean is subtracted, too: it becomes 0.",
        )
    return found


def check_random(rows, n_train, given):
    """A split of many rows must not follow their order."""
    n, train = len(rows), set(rows[:n_train].tolist())
    ends = set(range(n_train)), set(range(n - n_train, n))
    if train in ends:
        raise Wrong(
            "not shuffled",
            "The training rows are neighbours in X, from one end of it. Data often lie "
            "in some order: split at random.",
            given,
            f"training rows {sorted(train)}",
        )
    if any({(k + i) % n for i in range(n_train)} == train for k in range(n)):
        raise Wrong(
            "a block of neighbours",
            "The training rows are neighbours in X. Each set of n_train rows must have "
            "its chance.",
            given,
            f"training rows {sorted(train)}",
        )


def split(ask, X, n_train, generator):
    """The training rows that one call chose, all else held against what is wanted."""
    given = {"X": X, "n_train": n_train}
    reply = ask(X, n_train, generator)
    columns = np.flatnonzero(np.ptp(X, axis=0))
    train, rest = two_parts(reply.value, X, n_train, given)
    look_at_parts(train, rest, X, columns, given)
    parts = slice(0, n_train), slice(n_train, None)
    rows = rows_by_rank(np.vstack([train, rest]), X, columns, parts, given)
    if len(X) > 15:
        check_random(rows, n_train, given)
    mine, others = X[rows[:n_train]], X[rows[n_train:]]
    mean, sd = mine.mean(axis=0), mine.std(axis=0)
    compare(
        (train, rest),
        (scaled(mine, mean, sd), scaled(others, mean, sd)),
        given=given | {"training rows": np.sort(rows[:n_train])},
        what="(Ztrain, Zrest)",
        mistakes=prepare_mistakes(X, rows, n_train),
        **LOOSE,
    )
    unchanged(reply, 0, X, name="X")
    return sorted(rows[:n_train].tolist()), given


def check_generator(chosen, seed):
    """``chosen(seed)`` gives what was drawn and the input: from rng, and from it alone."""
    first, given = chosen(seed)
    second, _ = chosen(seed)
    if first != second:
        raise Wrong(
            "randomness from elsewhere",
            "Two generators in the same state gave two different splits. All randomness "
            "must come from rng.",
            given,
            second,
            first,
        )
    if all(chosen(seed + k)[0] == first for k in (1, 2)):
        raise Wrong(
            "the same split for every generator",
            "Different generators gave the same split. The randomness must come from rng.",
            given,
            first,
        )


@lab.question(
    "prepare",
    points=4,
    signature="prepare(X, n_train, rng)",
    forbidden=("descent.splits",),
)
def prepare(ask, rng):
    """(Ztrain, Zrest): a random split, standardised by what the training rows say."""
    seed = int(rng.integers(2**31))
    small = np.array([[1.5, 4.5], [2.25, 9.5], [4.5, 2.75], [9.5, 6.5], [3.75, 5.25]])
    split(ask, small, 3, Rng(seed))
    small[:, 0] = 7.0
    split(ask, small, 3, Rng(seed))
    X = table(rng, 24, 4, constant=2)
    check_generator(lambda s: split(ask, X, 15, Rng(s)), seed)


# ------------------------------------------------------------------ select_lr


def finite_mistakes(lrs, val, best, by):
    """Mistakes that need no diverged run; ``by(errors)`` is the rate that they choose."""
    return {
        "the index": (best, "This is the place of the rate in lrs, not the rate."),
        "the error": (val[best], "This is the smallest validation error, not its rate."),
        "all of them": (lrs, "One rate is wanted."),
        "the largest error": (
            by(-val),
            "This rate has the largest validation error.",
        ),
        "the first rate": (lrs[0], "This is the first of the rates. Is nothing compared?"),
        "the last rate": (lrs[-1], "This is the last of the rates. Is nothing compared?"),
        "the rates in another order": (
            np.sort(lrs)[best],
            "The place is right in val_err, but the rates have been sorted: both lists "
            "must be in the same order.",
        ),
        "the second smallest error": (
            lrs[np.argsort(val)[min(1, len(val) - 1)]],
            "This rate has the second smallest validation error.",
        ),
        "the largest rate": (
            by(-lrs),
            "This is the largest rate. The smallest validation error chooses.",
        ),
        "the smallest rate": (
            by(lrs),
            "This is the smallest rate. The smallest validation error chooses.",
        ),
    }


def chosen_by_others(train, val, test, by):
    """Mistakes of those who look at another number than the validation error."""
    return {
        "chosen by the training error": (
            by(train),
            "This rate has the smallest training error. Training does not know about new "
            "data; the validation error chooses.",
        ),
        "chosen by the test error": (
            by(test),
            "This rate has the smallest test error. The test data choose nothing: "
            "otherwise their number is too good.",
        ),
        "the smallest gap": (
            by(np.abs(val - train)),
            "This rate has the smallest difference of validation and training error. A "
            "run that learned nothing has none: the validation error itself must be small.",
        ),
    }


def diverged_mistakes(lrs, train, val, test):
    """Mistakes that show when some errors are NaN or infinite."""
    finite, found = np.isfinite(val), {}
    found["an index among the finite"] = (
        lrs[int(np.argmin(val[finite]))],
        "The place was found among the finite errors alone, and then used on all "
        "rates: filter both alike.",
    )
    whole = finite & np.isfinite(train) & np.isfinite(test)
    if whole.any():
        found["the other errors must be finite, too"] = (
            lrs[whole][np.argmin(val[whole])],
            "A better rate was left out because its training or test error is not finite. "
            "The validation error alone decides.",
        )
    if np.isnan(val).any():
        found["a NaN has won"] = (
            lrs[int(np.argmin(val))],
            "This rate's validation error is NaN: it diverged. argmin returns the place "
            "of a NaN, and every comparison with NaN is False.",
        )
        found["not a rate but NaN"] = (
            np.nan,
            "The result is NaN: the smallest of some numbers with a NaN among them is NaN.",
        )
    if np.isinf(val).any():
        found["an infinite error has won"] = (
            lrs[int(np.argmax(np.isinf(val)))],
            "This rate's validation error is infinite.",
        )
    return found


def check_select(ask, lrs, train, val, test):
    """Hold one call against the rate of the smallest finite validation error.

    Mistakes that need no diverged run are named where there is none: the first check.
    """
    lrs, train, val, test = (np.array(a, dtype=float) for a in (lrs, train, val, test))
    finite = np.isfinite(val)
    best = int(np.argmin(np.where(finite, val, np.inf)))

    def by(errors):
        return lrs[int(np.argmin(errors))]

    if finite.all():
        mistakes = chosen_by_others(train, val, test, by)
        mistakes |= finite_mistakes(lrs, val, best, by)
    else:
        mistakes = diverged_mistakes(lrs, train, val, test)
    got = ask(lrs, train, val, test).value
    if isinstance(got, np.ndarray) and got.size == 1:
        got = got.reshape(-1)[0]
    compare(
        got,
        lrs[best],
        rtol=1e-5,
        given={"lrs": lrs, "train_err": train, "val_err": val, "test_err": test},
        what="the rate",
        mistakes=mistakes,
    )


@lab.question(
    "select_lr", points=2, signature="select_lr(lrs, train_err, val_err, test_err)"
)
def select_lr(ask, rng):
    """The learning rate with the smallest finite validation error."""
    nan, inf = np.nan, np.inf
    # Whatever one may choose by, it chooses another rate here.
    check_select(
        ask,
        [0.7, 0.05, 0.08, 4.0, 0.002, 0.01, 0.005, 0.02, 0.15, 0.35, 1.5, 2.5],
        [0.9, 0.6, 0.15, 0.3, 0.2, 0.45, 0.4, 0.7, 0.5, 0.1, 0.8, 0.95],
        [0.65, 0.1, 0.25, 0.5, 0.8, 0.2, 0.3, 0.7, 0.4, 0.6, 0.9, 0.75],
        [0.6, 0.8, 0.45, 0.3, 0.5, 0.35, 0.2, 0.7, 0.1, 0.9, 0.4, 0.85],
    )
    check_select(
        ask,
        [0.01, 0.03, 0.1, 0.3, 3.0, 5.0],
        [0.5, 0.3, 0.12, inf, 0.1, nan],
        [nan, 0.5, 0.2, inf, 0.4, 0.7],
        [0.5, 0.6, nan, inf, 0.4, 0.1],
    )
    check_select(
        ask,
        [3.0, 0.3, 0.1, 0.03, 0.01],
        [inf, 0.1, 0.2, nan, 0.4],
        [inf, nan, 0.6, 0.4, 0.5],
        [inf, 0.3, 0.1, 0.5, 0.4],
    )
    lrs = rng.permutation(np.geomspace(1e-4, 1, 8))
    train, val, test = rng.uniform(0.1, 0.9, (3, 8))
    bad = rng.permutation(8)
    val[bad[:2]], val[bad[2]] = nan, inf
    check_select(ask, lrs, train, val, test)


# ------------------------------------------------------------------ early_stop


def watch(val, patience, *, better=lambda v, best, last: v < best, row=True, late=0):
    """(best, last) of a run that stops; with a mistake in it if asked for."""
    best, waited = 0, 0
    for epoch in range(1, len(val)):
        if better(val[epoch], val[best], val[epoch - 1]):
            best, waited = epoch, 0 if row else waited
        else:
            waited += 1
        if waited >= patience + late:
            return best, epoch
    return best, len(val) - 1


def steps_back(val, patience):
    """Someone who waits while each loss is below the one before."""
    best, waited = 0, 0
    for epoch in range(1, len(val)):
        best = epoch if val[epoch] < val[best] else best
        waited = 0 if val[epoch] < val[epoch - 1] else waited + 1
        if waited >= patience:
            return best, epoch
    return best, len(val) - 1


def by_argmin(val, patience):
    """Someone to whom the first NaN is the smallest loss."""
    for epoch in range(len(val)):
        best = int(np.argmin(val[: epoch + 1]))
        if epoch - best >= patience:
            break
    return best, epoch


def stops_at_nan(val, patience):
    """Someone who ends the run at the first NaN."""
    bad = np.flatnonzero(np.isnan(val))
    end = int(bad[0]) if len(bad) else len(val)
    best, last = watch(val[:end], patience)
    stopped = last < end - 1 or last - best >= patience
    return (best, last) if stopped or end == len(val) else (best, end)


def passes_over_nan(val, patience):
    """Someone to whom an epoch with NaN does not count."""
    rows = np.flatnonzero(~np.isnan(val))
    best, last = watch(val[rows], patience)
    whole = last == len(rows) - 1 and last - best < patience
    return int(rows[best]), len(val) - 1 if whole else int(rows[last])


def check_stop(ask, val, patience):
    """Hold one call against the run written out."""
    val = np.array(val, dtype=float)
    wanted = best, last = watch(val, patience)
    overall = int(np.nanargmin(val))
    rise = next((i for i in range(1, len(val)) if not val[i] < val[i - 1]), len(val) - 1)
    mistakes = {
        "exchanged": ((last, best), "The pair is exchanged: first best, then last."),
        "the best of epochs that were not run": (
            (overall, last),
            "The best epoch lies after the last: when the run stops there, nobody ever "
            "sees it.",
        ),
        "looks into the future": (
            (overall, min(overall + patience, len(val) - 1)),
            "The best was looked for among all epochs. But the losses come one by one: "
            "patience runs out before that best is ever seen.",
        ),
        "a NaN is the smallest": (
            by_argmin(val, patience),
            "np.argmin returns the place of a NaN. NaN is no improvement.",
        ),
        "the last epoch is not looked at": (
            (watch(val[:-1], patience)[0] if len(val) > 1 else best, last),
            "The last loss has not been looked at, and it is the best: does the loop end "
            "too soon?",
        ),
        "stops at a NaN": (
            stops_at_nan(val, patience),
            "The run stops at the first NaN. NaN is no improvement, and no more than that.",
        ),
        "passes over a NaN": (
            passes_over_nan(val, patience),
            "Epochs with NaN are passed over. They have not improved: they count.",
        ),
        "the largest loss": (
            watch(-val, patience),
            "An improvement is a smaller loss; here it is a larger one.",
        ),
        "stops one epoch late": (
            watch(val, patience, late=1),
            "The run stops when patience epochs in a row have not improved, not one later.",
        ),
        "stops one epoch early": (
            watch(val, patience, late=-1),
            "The run stops too early: it is to stop when patience epochs in a row have not "
            "improved, counted from the best so far.",
        ),
        "epochs without improvement are added up": (
            watch(val, patience, row=False),
            "Only epochs in a row count: an improvement starts the count anew.",
        ),
        "compares with the epoch before": (
            watch(val, patience, better=lambda v, best, last: v < last),
            "An improvement is a loss below the best so far, not below that of the epoch "
            "before.",
        ),
        "waits by the epoch before": (
            steps_back(val, patience),
            "An improvement is a loss below the best so far, not below that of the epoch "
            "before.",
        ),
        "a tie is an improvement": (
            watch(val, patience, better=lambda v, best, last: v <= best),
            "A loss equal to the best so far is no improvement.",
        ),
        "a NaN is an improvement": (
            watch(val, patience, better=lambda v, best, last: not v >= best),
            "NaN is no improvement. (Every comparison with NaN is False, and so its "
            "opposite, with not, is True.)",
        ),
        "the last epoch is the best": (
            (last, last),
            "The run is patient for some epochs after the best: best and last differ.",
        ),
        "ends at the best": (
            (best, best),
            "Nobody knows yet that this was the best: the run goes on until patience is "
            "over, and last is the epoch at which it ends.",
        ),
        "stops at the first rise": (
            (rise - 1, rise),
            "The run stops at the first loss that does not fall. It is to be patient.",
        ),
        "the loss": ((val[best], last), "Epochs are wanted, not losses."),
        "the losses": ((val[best], val[last]), "Epochs are wanted, not losses."),
        "counts epochs from 1": (
            (best + 1, last + 1),
            "Epochs are numbered like the entries of val: the first is 0.",
        ),
        "a number of epochs": (
            (best, last + 1),
            "last is the number of the last epoch that was run; the first is 0.",
        ),
        "the best alone": (best, "A pair is wanted: (best, last)."),
        "the last alone": (last, "A pair is wanted: (best, last)."),
        "never stops": (
            (overall, len(val) - 1),
            "The run goes through to the end; patience is over earlier.",
        ),
        "never stops, and forgets": (
            (best, len(val) - 1),
            "The run goes through to the end; patience is over earlier.",
        ),
    }
    compare(
        ask(val, patience).value,
        wanted,
        given={"val": val, "patience": patience},
        what="(best, last)",
        mistakes=mistakes,
    )


@lab.question(
    "early_stop",
    points=2,
    signature="early_stop(val, patience)",
    forbidden=("descent.stopping",),
)
def early_stop(ask, rng):
    """(best, last): the epoch to go back to, and the one at which training stops."""
    check_stop(ask, [4.5, 3.5, 2.5, 2.75], 3)
    check_stop(ask, [5.5, 3.5, 4.5, 6.5, 7.5, 2.5, 1.5, 8.5, 9.5, 9.0, 8.0, 7.0], 3)
    check_stop(ask, [2.5, 3.5, 4.5, 5.5], 2)
    check_stop(ask, [5, 4, 4.5, 3, 3.5, 2, 2.5, 2.6, 2.7, 1, 1.5], 2)
    check_stop(ask, [9, 3, 6, 5, 4, 5, 4.5, 4.2, 3.5], 3)
    check_stop(ask, [3, 2, 2, 2.5, 2.5, 1, 3], 2)
    check_stop(ask, [3, 2, 2.5, np.nan, np.nan, np.nan, 4, 4, 4, 4], 3)
    check_stop(ask, [3.5, 2.5, 1.5], 2)
    val = 1 / (1 + np.arange(40)) + np.arange(40) / 60 + rng.normal(0, 0.03, 40)
    check_stop(ask, val, 4)


# ------------------------------------------------------------------ k_folds


def folds_of(value, n, k, given):
    """The folds as a list of (train, val), arrays of row numbers; or a complaint."""

    def wrong(mistake, message, got):
        raise Wrong(mistake, message, given, got)

    if value is None:
        wrong("returns nothing", "k_folds returns None: is a return missing?", None)
    if isinstance(value, np.ndarray) and value.ndim > 1:
        value = list(value)
    if not isinstance(value, (list, tuple)):
        wrong("wrong type", f"k pairs are wanted; here is {kind(value)}.", value)
    folds = []
    for fold in value:
        if isinstance(fold, np.ndarray) and fold.ndim > 1:
            fold = list(fold)
        parts = list(fold) if isinstance(fold, (list, tuple)) else []
        arrays = [as_array(part) for part in parts]
        if len(arrays) != 2 or any(a is None or a.ndim != 1 for a in arrays):
            message = f"A fold is a pair (train, val) of row numbers; here is {kind(fold)}."
            wrong("not pairs", message, fold)
        if any(a.dtype.kind == "b" for a in arrays):
            wrong("masks", "Row numbers are wanted, not True and False.", fold)
        rows = np.concatenate(arrays)
        if np.any((rows % 1 != 0) | (rows < 0) | (rows >= n)):
            wrong("not row numbers", f"Row numbers lie between 0 and {n - 1}.", fold)
        folds.append([a.astype(int) for a in arrays])
    if len(folds) != k:
        wrong("not k folds", f"The number of folds is {len(folds)} instead of {k}.", value)
    return folds


def check_folds(ask, n, k, generator):
    """The folds' validation rows, held against what k folds must be."""
    given = {"n": n, "k": k}
    folds = folds_of(ask(n, k, generator).value, n, k, given)

    def wrong(mistake, message):
        raise Wrong(mistake, message, given, [tuple(fold) for fold in folds])

    everything = list(range(n))
    vals = [sorted(val.tolist()) for _, val in folds]
    trains = [sorted(train.tolist()) for train, _ in folds]
    whole = [sorted(train + val) == everything for train, val in zip(trains, vals)]
    if k > 2 and all(whole) and sorted(sum(trains, [])) == everything:
        wrong("exchanged", "A fold is (train, val): first the rows to train on.")
    for train, val in zip(trains, vals):
        if set(train) & set(val):
            wrong(
                "trains on held-out rows",
                "Some row is in both parts of a fold: the model has seen what it is "
                "validated on.",
            )
    seen = sorted(sum(vals, []))
    if seen != everything:
        if len(seen) < n and len(set(seen)) == len(seen):
            wrong(
                "rows are left over",
                "Some rows never serve as validation: when n is not a multiple of k, the "
                "folds differ in size by one.",
            )
        wrong(
            "some rows twice, some never",
            "Every row serves as validation exactly once: cut one shuffled order into k "
            "pieces.",
        )
    sizes = [len(val) for val in vals]
    if max(sizes) - min(sizes) > 1:
        wrong(
            "folds of uneven size",
            f"The folds have the sizes {sizes}: they may differ by one.",
        )
    if not all(whole):
        wrong(
            "training rows are missing",
            "A model trains on all rows that are not held out, each once.",
        )
    if n > 15:
        # From one row to the next, and from the last round to the first: whoever starts
        # somewhere in the middle has not shuffled either.
        steps = [np.diff([*val, val[0] + n]) for val in vals]
        in_order = all(np.sum(step == 1) >= len(step) - 1 for step in steps)
        in_turn = all(np.sum(step == k) >= len(step) - 2 for step in steps)
        if in_order or in_turn:
            wrong(
                "not shuffled",
                "The folds follow the order of the rows, whichever row is the first. Data "
                "often lie in some order: shuffle all rows.",
            )
    return sorted(vals), given


@lab.question(
    "k_folds",
    points=2,
    signature="k_folds(n, k, rng)",
    forbidden=("descent.splits",),
)
def k_folds(ask, rng):
    """k pairs (train, val) of row numbers; each row is held out once."""
    seed = int(rng.integers(2**31))
    check_folds(ask, 6, 3, Rng(seed))
    check_folds(ask, 7, 3, Rng(seed))
    check_generator(lambda s: check_folds(ask, 22, 4, Rng(s)), seed)


lab.words(
    "which_error",
    points=2,
    prompt=(
        "You tried twelve learning rates and chose one by its validation error. Which "
        "of its three errors do you report, and why neither of the other two? What changes "
        "if a colleague goes back and takes the rate with the smallest test error?"
    ),
    rubric=(
        "1 point: the test error, since nothing was trained or chosen by it; the training "
        "error is that of rows which the parameters were fitted to. "
        "1 point: the validation error chose the rate, and the smallest of twelve noisy "
        "numbers is too small on average (selection bias), though no model was trained on "
        "those rows. The same happens to the test error once somebody goes back and "
        "chooses by it."
    ),
)
