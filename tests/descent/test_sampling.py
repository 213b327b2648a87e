"""Which rows are seen: counted, never compared with the code's own output."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descent.sampling import (
    epochs,
    in_order,
    minibatches,
    steps_per_epoch,
    with_replacement,
)
from descent.splits import k_folds, split_rows

torch = pytest.importorskip("torch")

seeds = st.integers(0, 2**32)
few = settings(max_examples=60, deadline=None)


def rng(seed=0):
    return np.random.default_rng(seed)


@st.composite
def sizes(draw):
    n = draw(st.integers(1, 60))
    return n, draw(st.integers(1, n))


# Without replacement


@few
@given(sizes(), st.integers(1, 4), seeds)
def test_every_row_occurs_exactly_once_in_each_epoch(size, n_epochs, seed):
    n, b = size
    batches = list(epochs(n, b, n_epochs, rng(seed)))
    per_epoch = len(batches) // n_epochs
    assert len(batches) == per_epoch * n_epochs
    for k in range(n_epochs):
        rows = np.concatenate(batches[k * per_epoch : (k + 1) * per_epoch])
        assert sorted(rows) == list(range(n))


@few
@given(sizes(), st.integers(0, 3), st.booleans(), st.booleans(), seeds)
def test_batch_sizes_are_those_of_a_torch_data_loader(size, k, drop_last, shuffle, seed):
    n, b = size
    loader = torch.utils.data.DataLoader(range(n), batch_size=b, drop_last=drop_last)
    wanted = [len(batch) for batch in loader] * k
    got = [
        len(rows)
        for rows in epochs(n, b, k, rng(seed), drop_last=drop_last, shuffle=shuffle)
    ]
    assert got == wanted
    assert steps_per_epoch(n, b, drop_last) == len(loader)


@few
@given(sizes(), st.integers(1, 3), seeds)
def test_drop_last_leaves_out_the_remainder_and_repeats_no_row(size, n_epochs, seed):
    n, b = size
    batches = list(epochs(n, b, n_epochs, rng(seed), drop_last=True))
    per_epoch = n // b
    for k in range(n_epochs):
        rows = np.concatenate(batches[k * per_epoch : (k + 1) * per_epoch])
        assert len(set(rows.tolist())) == len(rows) == per_epoch * b


def test_the_short_last_batch_counts_unless_told_otherwise():
    assert steps_per_epoch(7, 3) == len(list(epochs(7, 3, 1, rng()))) == 3


def test_epochs_differ_from_each_other():
    first, second = epochs(50, 50, 2, rng())
    assert (first != second).any()


def test_each_row_stands_at_each_place_equally_often():
    n, runs = 5, 4000
    places = np.zeros((n, n))
    for order in epochs(n, n, runs, rng(3)):
        places[np.arange(n), order] += 1
    # Binomial: mean 800, standard deviation 25.
    assert abs(places - runs / n).max() < 5 * 25.3


def test_all_orders_occur_equally_often():
    counts = Counter(tuple(order) for order in epochs(3, 3, 6000, rng(1)))
    assert len(counts) == 6
    assert max(abs(c - 1000) for c in counts.values()) < 5 * 29


def test_the_mean_of_the_batches_of_an_epoch_is_the_mean_of_all():
    values = rng(5).normal(size=12)
    means = [values[rows].mean() for rows in epochs(12, 4, 1, rng())]
    assert np.mean(means) == pytest.approx(values.mean(), abs=1e-15)


@few
@given(sizes(), st.integers(0, 3), st.booleans())
def test_in_order_reads_the_file_from_the_start_in_every_epoch(size, n_epochs, drop_last):
    n, b = size
    one = [list(range(s, min(s + b, n))) for s in range(0, n, b)]
    one = [rows for rows in one if len(rows) == b or not drop_last]
    got = [rows.tolist() for rows in in_order(n, b, n_epochs, drop_last=drop_last)]
    assert got == one * n_epochs
    unshuffled = epochs(n, b, n_epochs, None, drop_last=drop_last, shuffle=False)
    assert [rows.tolist() for rows in unshuffled] == got


@pytest.mark.parametrize(
    "make", [lambda r: epochs(r, 2, 2, rng()), lambda r: in_order(r, 2, 2)]
)
def test_rows_may_be_named_instead_of_counted(make):
    rows = np.array([7, 3, 11, 20, 5])
    batches = list(make(rows))
    assert sorted(np.concatenate(batches[:3])) == sorted(np.concatenate(batches[3:]))
    assert sorted(np.concatenate(batches[:3])) == sorted(rows)
    assert rows.tolist() == [7, 3, 11, 20, 5]


def test_writing_into_a_batch_spoils_neither_later_epochs_nor_the_rows_given():
    rows = np.arange(6)
    batches = in_order(rows, 3, 2)
    for batch in batches:
        seen = batch.copy()
        batch[:] = -1
        assert seen.min() >= 0
    assert rows.tolist() == list(range(6))


def test_rows_changed_after_the_call_change_nothing():
    rows = np.arange(4)
    streams = [in_order(rows, 2, 1), with_replacement(rows, 4, 9, rng())]
    rows[:] = 99
    assert [batch.tolist() for batch in streams[0]] == [[0, 1], [2, 3]]
    assert max(batch.max() for batch in streams[1]) <= 3


# With replacement


@few
@given(sizes(), st.integers(0, 5), seeds)
def test_with_replacement_gives_full_batches_of_rows_in_range(size, n_steps, seed):
    n, b = size
    batches = list(with_replacement(n, b, n_steps, rng(seed)))
    assert [rows.shape for rows in batches] == [(b,)] * n_steps
    assert all(0 <= row < n for rows in batches for row in rows)


def test_with_replacement_is_uniform_and_repeats_rows_within_a_batch():
    n, steps = 6, 3000
    batches = np.array(list(with_replacement(n, n, steps, rng(2))))
    counts = np.bincount(batches.ravel(), minlength=n)
    assert abs(counts - steps).max() < 5 * np.sqrt(n * steps * (1 / n) * (1 - 1 / n))
    missed = np.mean([len(set(rows.tolist())) for rows in batches])
    assert missed == pytest.approx(n * (1 - (1 - 1 / n) ** n), abs=0.1)


def test_with_replacement_draws_are_independent_of_each_other():
    draws = np.concatenate(list(with_replacement(2, 2, 5000, rng(4))))
    same = np.mean([a == b for a, b in pairwise(draws)])
    assert same == pytest.approx(0.5, abs=0.03)


def test_with_replacement_takes_only_the_rows_named():
    rows = np.concatenate(list(with_replacement([4, 9, 2], 3, 60, rng())))
    assert set(rows.tolist()) == {4, 9, 2}


# Determinism


@pytest.mark.parametrize(
    "make",
    [
        lambda g: list(epochs(23, 5, 3, g)),
        lambda g: list(with_replacement(23, 5, 9, g)),
        lambda g: [x for x, _ in minibatches(np.eye(7), np.arange(7), 3, g)],
        lambda g: split_rows(23, (0.5, 0.25, 0.25), g),
        lambda g: [fold.val for fold in k_folds(23, 4, g)],
    ],
)
def test_the_generator_alone_decides(make):
    once, again, other = make(rng(1)), make(rng(1)), make(rng(2))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(once, other, strict=True))


def test_the_global_generator_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    list(epochs(9, 2, 2, rng()))
    split_rows(9, (0.4, 0.3, 0.3), rng())
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


# Mini-batches


@few
@given(sizes(), st.booleans(), seeds)
def test_each_row_of_X_keeps_its_target(size, drop_last, seed):
    n, b = size
    X = rng(seed).normal(size=(n, 3))
    y = 10 * X[:, 0] - X[:, 2]
    seen = []
    batches = list(minibatches(X, y, b, rng(seed), drop_last=drop_last))
    for xb, yb in batches:
        assert xb.shape == (len(yb), 3)
        np.testing.assert_array_equal(yb, 10 * xb[:, 0] - xb[:, 2])
        seen += yb.tolist()
    assert len(batches) == (n // b if drop_last else -(-n // b))
    assert len(seen) == len(set(seen)) == (n - n % b if drop_last else n)
    assert set(seen) <= set(y.tolist())


def test_minibatches_are_shuffled():
    ((xb, _),) = minibatches(np.arange(40.0)[:, None], np.zeros(40), 40, rng())
    assert (xb[:, 0] != np.arange(40)).any()


@pytest.mark.parametrize("b", [1, 3, 4, 8])
def test_minibatches_share_no_memory_with_the_data(b):
    X, y = rng().normal(size=(8, 2)), np.arange(8)
    X0, y0 = X.copy(), y.copy()
    for xb, yb in minibatches(X, y, b, rng()):
        assert not np.shares_memory(xb, X) and not np.shares_memory(yb, y)
        xb[:], yb[:] = -1, -1
    assert (X == X0).all() and (y == y0).all()


@pytest.mark.parametrize("y, dtype", [([0, 1, 2], int), ([0.5, 1, 2], float)])
def test_labels_stay_whole_and_numbers_are_float64(y, dtype):
    for xb, yb in minibatches(np.eye(3, dtype=np.float32), np.array(y), 2, rng()):
        assert xb.dtype == np.float64 and yb.dtype == dtype


def test_float32_targets_become_float64():
    ((_, yb),) = minibatches(np.eye(2), np.ones(2, np.float32), 2, rng())
    assert yb.dtype == np.float64


def test_columns_of_targets_keep_their_shape():
    shapes = [yb.shape for _, yb in minibatches(np.eye(5), np.ones((5, 2)), 3, rng())]
    assert shapes == [(3, 2), (2, 2)]


# Splits and folds


@st.composite
def shares(draw):
    parts = draw(st.tuples(*[st.integers(1, 20)] * 3))
    return tuple(part / sum(parts) for part in parts)


@few
@given(st.integers(60, 300), shares(), seeds)
def test_a_split_is_a_partition_and_each_part_is_within_a_row_of_its_share(n, f, seed):
    split = split_rows(n, f, rng(seed))
    assert sorted(np.concatenate(split)) == list(range(n))
    for part, share in zip(split, f, strict=True):
        assert len(part) >= 1
        assert abs(len(part) - n * share) <= 1 + 1e-9


def test_sizes_of_a_split():
    sizes = [len(part) for part in split_rows(1797, (0.7, 0.15, 0.15), rng())]
    assert sizes == [1258, 269, 270]  # cuts at round(1257.9) and round(1527.45)
    assert [len(p) for p in split_rows(10, (0.8, 0.1, 0.1), rng())] == [8, 1, 1]
    assert [len(p) for p in split_rows(3, (0.3, 0.4, 0.3), rng())] == [1, 1, 1]
    assert [len(p) for p in split_rows(10, (0.25, 0.25, 0.5), rng())] == [2, 3, 5]


def test_each_row_is_in_the_test_part_equally_often():
    counts = np.zeros(8)
    for seed in range(3000):
        counts[split_rows(8, (0.5, 0.25, 0.25), rng(seed)).test] += 1
    assert abs(counts - 750).max() < 5 * 23.7


@few
@given(st.integers(2, 60), st.data(), seeds)
def test_every_row_is_held_out_once_and_folds_are_as_equal_as_can_be(n, data, seed):
    k = data.draw(st.integers(2, n))
    folds = k_folds(n, k, rng(seed))
    assert len(folds) == k
    assert sorted(np.concatenate([fold.val for fold in folds])) == list(range(n))
    lengths = [len(fold.val) for fold in folds]
    assert lengths == [n // k + 1] * (n % k) + [n // k] * (k - n % k)
    for fold in folds:
        assert sorted([*fold.train, *fold.val]) == list(range(n))


def test_folds_of_named_rows_are_shuffled():
    rows = np.arange(100, 140)
    folds = k_folds(rows, 2, rng())
    assert sorted(np.concatenate([fold.val for fold in folds])) == rows.tolist()
    assert np.concatenate([fold.val for fold in folds]).tolist() != rows.tolist()


# Bad input: refused when the function is called, not when the first batch is drawn

X3, y3 = np.eye(3), np.zeros(3)
BAD = {
    "batch_size 0": (ValueError, "^batch_size must", lambda: epochs(5, 0, 1, rng())),
    "negative batch": (
        ValueError,
        "^batch_size must be at least 1 and at most 5, got -2",
        lambda: epochs(5, -2, 1, rng()),
    ),
    "batch beyond n": (ValueError, "at most 5, got 6", lambda: epochs(5, 6, 1, rng())),
    "dropped batch beyond n": (
        ValueError,
        "^batch_size must",
        lambda: epochs(5, 6, 1, rng(), drop_last=True),
    ),
    "fractional batch": (TypeError, "^batch_size must", lambda: epochs(5, 2.0, 1, rng())),
    "boolean batch": (TypeError, "^batch_size must", lambda: epochs(5, True, 1, rng())),
    "no rows": (ValueError, "^n must", lambda: epochs(0, 1, 1, rng())),
    "n is text": (TypeError, "^n must", lambda: epochs("5", 1, 1, rng())),
    "fractional n": (TypeError, "^n must", lambda: epochs(5.0, 1, 1, rng())),
    "empty rows": (ValueError, "^n must", lambda: epochs([], 1, 1, rng())),
    "ragged rows": (TypeError, "^n must", lambda: epochs([[1], [1, 2]], 1, 1, rng())),
    "repeated row": (ValueError, "once", lambda: epochs([1, 2, 1], 1, 1, rng())),
    "negative row": (ValueError, "at least 0", lambda: epochs([1, -2], 1, 1, rng())),
    "rows in a table": (
        ValueError,
        "axes",
        lambda: epochs(np.eye(2, dtype=int), 1, 1, rng()),
    ),
    "mask": (TypeError, "boolean", lambda: epochs(np.array([True, False]), 1, 1, rng())),
    "True in a list": (TypeError, "boolean", lambda: epochs([2, True], 1, 1, rng())),
    "fractional rows": (TypeError, "whole", lambda: epochs([0.5, 1.0], 1, 1, rng())),
    "negative epochs": (ValueError, "^n_epochs must", lambda: epochs(5, 1, -1, rng())),
    "fractional epochs": (TypeError, "^n_epochs must", lambda: epochs(5, 1, 1.5, rng())),
    "seed for a generator": (TypeError, "^rng must", lambda: epochs(5, 1, 1, 0)),
    "no generator": (TypeError, "^rng must", lambda: epochs(5, 1, 1, None)),
    "global generator": (TypeError, "^rng must", lambda: epochs(5, 1, 1, np.random)),
    "in_order batch": (ValueError, "^batch_size must", lambda: in_order(5, 6, 1)),
    "in_order epochs": (ValueError, "^n_epochs must", lambda: in_order(5, 1, -1)),
    "replaced batch 0": (
        ValueError,
        "^batch_size must",
        lambda: with_replacement(5, 0, 1, rng()),
    ),
    "replaced beyond n": (
        ValueError,
        "^batch_size must",
        lambda: with_replacement(5, 6, 1, rng()),
    ),
    "negative steps": (
        ValueError,
        "^n_steps must",
        lambda: with_replacement(5, 1, -1, rng()),
    ),
    "fractional steps": (
        TypeError,
        "^n_steps must",
        lambda: with_replacement(5, 1, 1.5, rng()),
    ),
    "replaced seed": (TypeError, "^rng must", lambda: with_replacement(5, 1, 1, 7)),
    "replaced n": (ValueError, "^n must", lambda: with_replacement(0, 1, 1, rng())),
    "y too short": (ValueError, "^y must", lambda: minibatches(X3, y3[:2], 1, rng())),
    "y too long": (ValueError, "^y must", lambda: minibatches(X3, np.zeros(4), 1, rng())),
    "y a number": (ValueError, "^y must", lambda: minibatches(X3, 1.0, 1, rng())),
    "X not a table": (ValueError, "^X must", lambda: minibatches(y3, y3, 1, rng())),
    "no data": (ValueError, "^X must", lambda: minibatches(X3[:0], y3[:0], 1, rng())),
    "NaN in X": (ValueError, "^X must", lambda: minibatches(X3 * np.nan, y3, 1, rng())),
    "NaN in y": (ValueError, "^y must", lambda: minibatches(X3, y3 * np.nan, 1, rng())),
    "text in y": (TypeError, "^y must", lambda: minibatches(X3, ["a", "b", "c"], 1, rng())),
    "ragged y": (TypeError, "^y must", lambda: minibatches(X3, [[1], [1, 2], 3], 1, rng())),
    "data batch": (ValueError, "^batch_size must", lambda: minibatches(X3, y3, 4, rng())),
    "data seed": (TypeError, "^rng must", lambda: minibatches(X3, y3, 1, 0)),
    "steps batch 0": (ValueError, "^batch_size must", lambda: steps_per_epoch(5, 0)),
    "drop_last no": (
        TypeError,
        "^drop_last must be True or False, got 'no'",
        lambda: epochs(5, 2, 1, rng(), drop_last="no"),
    ),
    "shuffle 0": (
        TypeError,
        "^shuffle must be True or False, got 0",
        lambda: epochs(5, 2, 1, rng(), shuffle=0),
    ),
    "steps drop_last": (TypeError, "^drop_last must", lambda: steps_per_epoch(5, 2, None)),
    "steps drop all": (ValueError, "^batch_size must", lambda: steps_per_epoch(5, 6, True)),
    "steps n": (ValueError, "^n must", lambda: steps_per_epoch(0, 1)),
    "split sum": (
        ValueError,
        r"^fractions must sum to 1, got \[0.5, 0.125, 0.125\], which sum to 0.75",
        lambda: split_rows(9, (0.5, 0.125, 0.125), rng()),
    ),
    "split of two": (
        ValueError,
        "^fractions must have shape",
        lambda: split_rows(9, (0.5, 0.5), rng()),
    ),
    "split negative": (
        ValueError,
        r"^fractions \(val\) must",
        lambda: split_rows(9, (0.8, -0.1, 0.3), rng()),
    ),
    "split zero": (
        ValueError,
        r"^fractions \(test\) must",
        lambda: split_rows(9, (0.8, 0.2, 0), rng()),
    ),
    "split NaN": (
        ValueError,
        "^fractions must be finite",
        lambda: split_rows(9, (0.8, np.nan, 0.2), rng()),
    ),
    "split empty": (
        ValueError,
        r"^fractions \[.*\] of n = 5 rows leave val empty; wanted at least 1",
        lambda: split_rows(5, (0.8, 0.05, 0.15), rng()),
    ),
    "split too few": (ValueError, "^n must", lambda: split_rows(2, (0.4, 0.3, 0.3), rng())),
    "split seed": (TypeError, "^rng must", lambda: split_rows(9, (0.4, 0.3, 0.3), 0)),
    "one fold": (ValueError, "^k must", lambda: k_folds(9, 1, rng())),
    "too many folds": (ValueError, "^k must", lambda: k_folds(9, 10, rng())),
    "fold of one row": (ValueError, "^k must", lambda: k_folds(1, 2, rng())),
    "folds of no rows": (ValueError, "^n must", lambda: k_folds(0, 2, rng())),
    "fold seed": (TypeError, "^rng must", lambda: k_folds(9, 2, 0)),
}


@pytest.mark.parametrize("error, words, call", BAD.values(), ids=BAD)
def test_bad_input_is_refused_at_the_call(error, words, call):
    with pytest.raises(error, match=words):
        call()


def test_whole_numbers_of_numpy_are_welcome():
    assert len(list(epochs(np.int64(5), np.uint8(2), np.int32(1), rng()))) == 3
    assert steps_per_epoch(np.int64(5), np.int8(2), np.bool_(True)) == 2
