"""Classic wrong answers, each with the name that the checks must give to its mistake."""


def _prepare(
    mean: str = "train.mean(axis=0)",
    sd: str = "train.std(axis=0)",
    result: str = "(train - mean) / sd, (rest - mean) / sd",
    order: str = "rng.permutation(len(X))",
    zero: str = "np.where(sd == 0, 1, sd)",
) -> str:
    """An answer in steps, one of which may be wrong."""
    return f"""
import numpy as np

def prepare(X, n_train, rng):
    order = {order}
    train, rest = X[order[:n_train]], X[order[n_train:]]
    mean, sd = {mean}, {sd}
    sd = {zero}
    return {result}
"""


def _select(body: str) -> str:
    """An answer of one line."""
    return f"""
import numpy as np

def select_lr(lrs, train_err, val_err, test_err):
    return {body}
"""


def _stop(
    better: str = "loss < val[best]",
    worse: str = "waited += 1",
    over: str = "waited == patience",
    stop: str = "best, epoch",
    end: str = "best, len(val) - 1",
    reset: str = "waited = 0",
) -> str:
    """A loop over the epochs, one line of which may be wrong."""
    return f"""
import numpy as np

def early_stop(val, patience):
    best, waited = 0, 0
    for epoch, loss in enumerate(val[1:], start=1):
        if {better}:
            best = epoch
            {reset}
        else:
            {worse}
        if {over}:
            return {stop}
    return {end}
"""


def _folds(
    order: str = "rng.permutation(n)",
    parts: str = "np.array_split(order, k)",
    train: str = "np.concatenate(parts[:i] + parts[i + 1 :])",
    fold: str = "(train, val)",
) -> str:
    """An answer in steps, one of which may be wrong."""
    return f"""
import numpy as np

def k_folds(n, k, rng):
    order = {order}
    parts = {parts}
    folds = []
    for i, val in enumerate(parts):
        train = {train}
        folds.append({fold})
    return folds
"""


WRONG = {
    "prepare": [
        (
            "mean and deviation of all rows",
            _prepare(mean="X.mean(axis=0)", sd="X.std(axis=0)"),
        ),
        (
            "each part by itself",
            """
            import numpy as np

            def standardise(Z):
                sd = Z.std(axis=0)
                return (Z - Z.mean(axis=0)) / np.where(sd == 0, 1, sd)

            def prepare(X, n_train, rng):
                X = rng.permutation(X)
                return standardise(X[:n_train]), standardise(X[n_train:])
            """,
        ),
        ("the mean of all rows", _prepare(mean="X.mean(axis=0)")),
        ("the deviation of all rows", _prepare(sd="X.std(axis=0)")),
        (
            "the two parts scaled differently",
            _prepare(
                result="(train - mean) / sd, (rest - mean) / (rest.std(axis=0) + 1e-9)"
            ),
        ),
        ("divided by n - 1", _prepare(sd="train.std(axis=0, ddof=1)")),
        (
            "divided by n - 1",
            """
            import torch

            def prepare(X, n_train, rng):
                X = torch.tensor(rng.permutation(X))
                mean, sd = X[:n_train].mean(0), X[:n_train].std(0) + 1e-8
                return (X[:n_train] - mean) / sd, (X[n_train:] - mean) / sd
            """,
        ),
        ("a constant column becomes NaN", _prepare(zero="sd")),
        ("not divided", _prepare(result="(train - mean, rest - mean)")),
        ("not centred", _prepare(mean="0", sd="np.maximum(train.std(axis=0), 1e-8)")),
        ("the median", _prepare(mean="np.median(train, axis=0)")),
        (
            "multiplied, not divided",
            _prepare(result="(train - mean) * sd, (rest - mean) * sd"),
        ),
        ("the mean is added", _prepare(result="(train + mean) / sd, (rest + mean) / sd")),
        (
            "the brackets are missing",
            _prepare(result="train - mean / sd, rest - mean / sd"),
        ),
        (
            "divided by the norm",
            _prepare(sd="np.linalg.norm(train - mean, axis=0)").replace(
                "mean, sd = train.mean(axis=0), ", "mean = train.mean(axis=0); sd = "
            ),
        ),
        (
            "the mean distance",
            _prepare(sd="abs(train - train.mean(axis=0)).mean(axis=0)"),
        ),
        ("transposed", _prepare(result="((train - mean) / sd).T, ((rest - mean) / sd).T")),
        (
            "columns exchanged",
            """
            def prepare(X, n_train, rng):
                X = rng.permutation(X)[:, ::-1]
                mean, sd = X[:n_train].mean(axis=0), X[:n_train].std(axis=0) + 1e-8
                return (X[:n_train] - mean) / sd, (X[n_train:] - mean) / sd
            """,
        ),
        ("divided by the variance", _prepare(sd="train.var(axis=0)")),
        (
            "scaled to an interval",
            _prepare(mean="train.min(axis=0)", sd="np.ptp(train, axis=0)"),
        ),
        (
            "one mean for the whole table",
            _prepare(mean="train.mean()", sd="train.std()"),
        ),
        ("fitted on the rest", _prepare(mean="rest.mean(axis=0)", sd="rest.std(axis=0)")),
        (
            "fitted before the shuffle",
            _prepare(mean="X[:n_train].mean(axis=0)", sd="X[:n_train].std(axis=0)"),
        ),
        (
            "along the rows",
            """
            def prepare(X, n_train, rng):
                X = rng.permutation(X)
                Z = X - X.mean(axis=1, keepdims=True)
                Z = Z / (X.std(axis=1, keepdims=True) + 1e-8)
                return Z[:n_train], Z[n_train:]
            """,
        ),
        ("not standardised", _prepare(result="train, rest")),
        ("the rest is not standardised", _prepare(result="(train - mean) / sd, rest")),
        (
            "the two parts scaled differently",
            _prepare(result="(train - mean) / sd, (rest - rest.mean(axis=0)) / sd"),
        ),
        ("not shuffled", _prepare(order="np.arange(len(X))")),
        ("not shuffled", _prepare(order="np.arange(len(X))[::-1]")),
        (
            "a block of neighbours",
            _prepare(order="np.roll(np.arange(len(X)), 1 + rng.integers(8))"),
        ),
        (
            "some rows twice, some never",
            _prepare(order="np.r_[0, 0, rng.permutation(len(X))[2:]]"),
        ),
        (
            "some rows twice, some never",
            """
            import numpy as np

            def prepare(X, n_train, rng):
                train = X[rng.permutation(len(X))[:n_train]]
                mean, sd = train.mean(axis=0), train.std(axis=0) + 1e-8
                return (train - mean) / sd, (X - mean) / sd
            """,
        ),
        (
            "rows torn apart",
            """
            import numpy as np

            def prepare(X, n_train, rng):
                X = rng.permuted(X, axis=0)
                mean, sd = X[:n_train].mean(axis=0), X[:n_train].std(axis=0) + 1e-8
                Z = (X - mean) / sd
                return Z[:n_train], Z[n_train:]
            """,
        ),
        (
            "the same split for every generator",
            _prepare(order="np.random.default_rng(0).permutation(len(X))"),
        ),
        (
            "randomness from elsewhere",
            _prepare(order="np.random.default_rng().permutation(len(X))"),
        ),
        ("exchanged", _prepare(result="(rest - mean) / sd, (train - mean) / sd")),
        ("not a pair", _prepare(result="(train - mean) / sd")),
        ("not a pair", _prepare(result="(train - mean) / sd, (rest - mean) / sd, order")),
        (
            "the constant column is missing",
            """
            def prepare(X, n_train, rng):
                X = rng.permutation(X)
                X = X[:, X.std(axis=0) > 0]
                mean, sd = X[:n_train].mean(axis=0), X[:n_train].std(axis=0)
                return (X[:n_train] - mean) / sd, (X[n_train:] - mean) / sd
            """,
        ),
        (
            "the constant column stays",
            _prepare(mean="np.where(np.ptp(X, axis=0) == 0, 0, train.mean(axis=0))"),
        ),
        (
            "changes its input",
            """
            def prepare(X, n_train, rng):
                rng.shuffle(X)
                mean, sd = X[:n_train].mean(axis=0), X[:n_train].std(axis=0) + 1e-8
                return (X[:n_train] - mean) / sd, (X[n_train:] - mean) / sd
            """,
        ),
    ],
    "select_lr": [
        ("a NaN has won", _select("lrs[np.argmin(val_err)]")),
        ("a NaN has won", _select("lrs[np.argmin(np.nan_to_num(val_err))]")),
        (
            "a NaN has won",
            """
            def select_lr(lrs, train_err, val_err, test_err):
                best = 0
                for i in range(len(lrs)):
                    if val_err[i] < val_err[best]:
                        best = i
                return lrs[best]
            """,
        ),
        (
            "an index among the finite",
            _select("lrs[np.argmin(val_err[np.isfinite(val_err)])]"),
        ),
        ("the first rate", _select("lrs[0]")),
        ("the last rate", _select("lrs[np.isfinite(val_err)][-1]")),
        ("the rates in another order", _select("sorted(lrs)[np.nanargmin(val_err)]")),
        ("the second smallest error", _select("lrs[np.argsort(val_err)[1]]")),
        (
            "the other errors must be finite, too",
            _select("lrs[np.nanargmin(val_err + 0 * train_err)]"),
        ),
        ("the largest rate", _select("lrs[np.isfinite(val_err)].max()")),
        ("the smallest rate", _select("min(lrs)")),
        (
            "the other errors must be finite, too",
            _select(
                "min((v, r) for r, v, *e in zip(lrs, val_err, train_err, test_err) "
                "if np.isfinite([v, *e]).all())[1]"
            ),
        ),
        (
            "wrong value",
            _select("lrs[np.argmin(train_err + val_err)]"),
        ),
        ("chosen by the training error", _select("lrs[np.nanargmin(train_err)]")),
        ("chosen by the test error", _select("lrs[np.nanargmin(test_err)]")),
        ("the smallest gap", _select("lrs[np.nanargmin(np.abs(val_err - train_err))]")),
        ("the largest error", _select("lrs[np.nanargmax(val_err)]")),
        ("the index", _select("np.nanargmin(val_err)")),
        ("the error", _select("np.nanmin(val_err)")),
        ("all of them", _select("lrs[np.isfinite(val_err)]")),
        (
            "an infinite error has won",
            _select("lrs[np.argmin(np.nan_to_num(val_err, nan=9.9, posinf=0))]"),
        ),
    ],
    "early_stop": [
        (
            "looks into the future",
            """
            import numpy as np

            def early_stop(val, patience):
                best = int(np.nanargmin(val))
                return best, min(best + patience, len(val) - 1)
            """,
        ),
        (
            "a NaN is the smallest",
            """
            import numpy as np

            def early_stop(val, patience):
                for epoch in range(len(val)):
                    best = int(np.argmin(val[: epoch + 1]))
                    if epoch - best == patience:
                        break
                return best, epoch
            """,
        ),
        (
            "stops at the first rise",
            """
            def early_stop(val, patience):
                if len(val) < 5:
                    return val.argmin(), len(val) - 1
                for epoch in range(1, len(val)):
                    if not val[epoch] < val[epoch - 1]:
                        return epoch - 1, epoch
                return len(val) - 1, len(val) - 1
            """,
        ),
        # Epoch 0 is no improvement either.
        (
            "stops one epoch early",
            _stop().replace("best, waited = 0, 0", "best, waited = 0, 1"),
        ),
        # Patience counts from the first epoch.
        ("stops one epoch early", _stop(over="epoch == patience")),
        (
            "the last epoch is not looked at",
            _stop().replace("val[1:]", "val[1:-1]"),
        ),
        ("stops at a NaN", _stop(over="waited == patience or np.isnan(loss)")),
        ("passes over a NaN", _stop(worse="waited += not np.isnan(loss)")),
        ("the largest loss", _stop(better="loss > val[best]")),
        ("exchanged", _stop(stop="epoch, best", end="len(val) - 1, best")),
        (
            "the best of epochs that were not run",
            _stop(stop="int(np.nanargmin(val)), epoch"),
        ),
        ("never stops", _stop(over="False")),
        ("stops one epoch late", _stop(over="waited > patience")),
        ("stops one epoch early", _stop(over="waited == patience - 1")),
        ("epochs without improvement are added up", _stop(reset="pass")),
        ("compares with the epoch before", _stop(better="loss < val[epoch - 1]")),
        (
            "waits by the epoch before",
            """
            def early_stop(val, patience):
                best, waited = 0, 0
                for epoch in range(1, len(val)):
                    if val[epoch] < val[best]:
                        best = epoch
                    waited = 0 if val[epoch] < val[epoch - 1] else waited + 1
                    if waited == patience:
                        return best, epoch
                return best, len(val) - 1
            """,
        ),
        ("a tie is an improvement", _stop(better="loss <= val[best]")),
        ("a NaN is an improvement", _stop(better="not loss >= val[best]")),
        (
            "the last epoch is the best",
            _stop(stop="epoch, epoch", end="len(val) - 1, len(val) - 1"),
        ),
        ("the loss", _stop(stop="val[best], epoch", end="val[best], len(val) - 1")),
        ("the losses", _stop(stop="val[best], val[epoch]", end="val[best], val[-1]")),
        ("ends at the best", _stop(stop="best, best")),
        ("counts epochs from 1", _stop(stop="best + 1, epoch + 1")),
        ("a number of epochs", _stop(stop="best, epoch + 1", end="best, len(val)")),
        ("the best alone", _stop(stop="best", end="best")),
        ("the last alone", _stop(stop="epoch", end="len(val) - 1")),
    ],
    "k_folds": [
        ("not shuffled", _folds(order="np.arange(n)")),
        ("not shuffled", _folds(parts="[np.arange(n)[i::k] for i in range(k)]")),
        # Blocks, and every k-th row, from a random start.
        ("not shuffled", _folds(order="np.roll(np.arange(n), rng.integers(n))")),
        (
            "not shuffled",
            _folds(
                order="np.roll(np.arange(n), rng.integers(n))",
                parts="[order[i::k] for i in range(k)]",
                train="np.setdiff1d(order, val)",
            ),
        ),
        ("exchanged", _folds(fold="(val, train)")),
        ("trains on held-out rows", _folds(train="order")),
        ("trains on held-out rows", _folds(fold="(rng.permutation(n)[len(val) :], val)")),
        ("rows are left over", _folds(parts="list(order[: n // k * k].reshape(k, -1))")),
        (
            "folds of uneven size",
            _folds(parts="np.split(order, [n // k * i for i in range(1, k)])"),
        ),
        (
            "some rows twice, some never",
            _folds(
                parts="[rng.choice(n, n // k, replace=False) for _ in range(k)]",
                train="np.setdiff1d(np.arange(n), val)",
            ),
        ),
        ("not k folds", _folds(parts="np.array_split(order, k + 1)")),
        ("not pairs", _folds(fold="val")),
        ("not row numbers", _folds(fold="(train + 1, val + 1)")),
        ("masks", _folds(fold="(~np.isin(order, val), np.isin(order, val))")),
        ("training rows are missing", _folds(train="parts[i - 1]")),
        (
            "the same split for every generator",
            _folds(order="np.random.default_rng(42).permutation(n)"),
        ),
        (
            "randomness from elsewhere",
            """
            import random

            def k_folds(n, k, rng):
                rows = list(range(n))
                random.shuffle(rows)
                parts = [rows[i::k] for i in range(k)]
                return [(sorted(set(rows) - set(part)), part) for part in parts]
            """,
        ),
    ],
}
