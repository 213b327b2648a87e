"""The loop against closed forms, torch and loops written out; and where it must stop."""

import copy
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descent import training
from descent.checkpoints import load_state, save_state
from descent.networks import MLP
from descent.objectives import Problem
from descent.optimizers import Optimizer, adam, clipped, momentum, parameter_groups, sgd
from descent.problems import (
    least_squares,
    network_problem,
    quadratic,
    rosenbrock,
    with_gradient_noise,
)
from descent.pytrees import leaves
from descent.sampling import epochs, steps_per_epoch, with_replacement
from descent.schedules import exponential, piecewise_constant
from descent.splits import split_rows
from descent.training import (
    DivergenceError,
    EarlyStopping,
    TestSplit,
    TestSplitUsedError,
    Trace,
    train,
)

H = np.array([1.0, 4.0])
START = np.array([2.0, -1.0])
X = np.random.default_rng(0).normal(size=(20, 2))
Y = X @ np.array([1.0, -2.0]) + 0.1 * np.random.default_rng(1).normal(size=20)
DATA = least_squares(X, Y)
TRAIN, VAL, HELD = np.arange(12), np.arange(12, 16), np.arange(16, 20)


def batches(n_epochs=5, seed=3, rows=TRAIN):
    return epochs(rows, 5, n_epochs, np.random.default_rng(seed))  # 3 steps an epoch


def by_hand(w, lr, stream):
    """Least squares by SGD, written out: parameters, batch losses, gradient norms."""
    path, losses, norms = [w], [], []
    for rows in stream:
        r = X[rows] @ w - Y[rows]
        g = X[rows].T @ r / len(rows)
        losses.append(0.5 * np.mean(r**2))
        norms.append(np.sqrt(g @ g))
        w = w - lr * g
        path.append(w)
    return np.array(path), np.array(losses), np.array(norms)


def full_loss(w, rows):
    return 0.5 * np.mean((X[rows] @ w - Y[rows]) ** 2)


def assert_same(a, b):
    """Two trees are equal bit for bit."""
    assert repr(a).split("array")[0] == repr(b).split("array")[0]
    for one, other in zip(leaves(a), leaves(b), strict=True):
        np.testing.assert_array_equal(one, other)


# What each row of the trace is


def test_row_t_of_a_trace_of_gradient_descent_is_the_closed_form():
    lr, T = 0.1, 25
    trace = train(quadratic(H), sgd(lr), T, START, watch={"f": None})
    powers = (1 - lr * H) ** np.arange(T + 1)[:, None]
    w = START * powers
    f = 0.5 * (H * w**2).sum(axis=1)
    assert isinstance(trace, Trace) and trace.n_steps == T
    np.testing.assert_allclose(trace.w, w, rtol=1e-13)
    np.testing.assert_allclose(trace.loss["f"], f, rtol=1e-13)
    np.testing.assert_array_equal(trace.steps, np.arange(T + 1))
    np.testing.assert_allclose(trace.batch_loss, f[:-1], rtol=1e-13)
    norms = np.sqrt(((H * w[:-1]) ** 2).sum(axis=1))
    np.testing.assert_allclose(trace.gradient_norm, norms, rtol=1e-13)
    np.testing.assert_array_equal(trace.lr, np.full(T, lr))
    np.testing.assert_array_equal(trace.w_final, trace.w[-1])
    assert trace.rows == [None] * T
    assert trace.test_loss is None and not trace.stopped_early and trace.first_step == 0


def test_batch_loss_and_gradient_belong_to_the_parameters_before_the_step():
    trace = train(DATA, sgd(0.2), batches(), np.zeros(2), watch={"val": VAL})
    path, losses, norms = by_hand(np.zeros(2), 0.2, batches())
    np.testing.assert_allclose(trace.w, path, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(trace.batch_loss, losses, rtol=1e-12)
    np.testing.assert_allclose(trace.gradient_norm, norms, rtol=1e-12)
    val = [full_loss(w, VAL) for w in path]
    np.testing.assert_allclose(trace.loss["val"], val, rtol=1e-12)
    for seen, drawn in zip(trace.rows, batches(), strict=True):
        np.testing.assert_array_equal(seen, drawn)


def test_the_rate_recorded_for_step_t_is_the_schedules():
    schedule = piecewise_constant(0.1, [4], [0.1])
    trace = train(quadratic(H), sgd(schedule), 6, START)
    np.testing.assert_allclose(trace.lr, [0.1] * 4 + [0.01] * 2)
    moved = np.abs(np.diff(trace.w, axis=0)) / (H * np.abs(trace.w[:-1]))
    np.testing.assert_allclose(moved, trace.lr[:, None] * np.ones(2), rtol=1e-9)


def test_a_network_trains_and_keeps_a_list_of_parameters():
    mlp = MLP((2, 6, 1), "tanh")
    problem = network_problem(mlp, X, Y[:, None])
    w0 = mlp.init(np.random.default_rng(0), "xavier")
    trace = train(problem, adam(0.05), batches(20), w0, watch={"train": TRAIN})
    assert isinstance(trace.w, list) and len(trace.w) == trace.n_steps + 1 == 61
    assert trace.loss["train"][-1] < 0.1 * trace.loss["train"][0]
    for t in (0, 30, 60):
        assert trace.loss["train"][t] == mlp.loss(trace.w[t], X[TRAIN], Y[TRAIN, None])
    g = mlp.loss_and_gradients(trace.w[7], X[trace.rows[7]], Y[trace.rows[7], None])[1]
    want = np.linalg.norm(np.concatenate([leaf.ravel() for leaf in leaves(g)]))
    assert trace.gradient_norm[7] == pytest.approx(want, rel=1e-12)
    assert_same(trace.w_final, trace.w[-1])


def test_a_rate_for_each_group_is_no_single_rate():
    mlp = MLP((2, 3, 1))
    body, head = mlp.init(np.random.default_rng(0))

    def tree(f):
        return lambda w, rows=None: f([w["body"], w["head"]], X, Y[:, None])

    problem = Problem(
        "groups",
        None,
        tree(mlp.loss),
        lambda w, rows=None: dict(
            zip(("body", "head"), tree(mlp.loss_and_gradients)(w)[1], strict=True)
        ),
    )
    optimizer = parameter_groups({"body": sgd(0.0), "head": sgd(0.1)})
    trace = train(problem, optimizer, 5, {"body": body, "head": head})
    assert np.isnan(trace.lr).all()
    assert_same(trace.w_final["body"], body)
    assert trace.batch_loss[-1] < trace.batch_loss[0]


def test_parameters_are_kept_on_request_only():
    trace = train(DATA, sgd(0.1), batches(), np.zeros(2), keep_parameters=False)
    kept = train(DATA, sgd(0.1), batches(), np.zeros(2))
    assert trace.w is None
    np.testing.assert_array_equal(trace.w_final, kept.w[-1])


def test_scalar_parameters_are_an_array_without_axes():
    line = Problem(
        "line", None, lambda w, rows=None: float(w**2), lambda w, rows=None: 2 * w
    )
    trace = train(line, sgd(0.25), 3, 8.0)
    np.testing.assert_array_equal(trace.w, [8.0, 4.0, 2.0, 1.0])


# When the splits are watched


def test_splits_are_watched_once_an_epoch_if_the_epoch_length_is_known():
    assert steps_per_epoch(12, 5) == 3
    watch = {"train": TRAIN, "val": VAL, "all": None}
    trace = train(DATA, sgd(0.1), batches(4), np.zeros(2), watch=watch, epoch_length=3)
    np.testing.assert_array_equal(trace.steps, [0, 3, 6, 9, 12])
    np.testing.assert_array_equal(trace.epochs, [0, 1, 2, 3, 4])
    for name, rows in (("train", TRAIN), ("val", VAL), ("all", np.arange(20))):
        want = [full_loss(trace.w[t], rows) for t in trace.steps]
        np.testing.assert_allclose(trace.loss[name], want, rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(T=st.integers(1, 12), every=st.integers(1, 13))
def test_start_and_end_are_watched_whatever_the_interval(T, every):
    trace = train(quadratic(H), sgd(0.1), T, START, watch={"f": None}, watch_every=every)
    assert trace.steps.tolist() == sorted({*range(0, T + 1, every), T})
    want = [0.5 * (H * trace.w[t] ** 2).sum() for t in trace.steps]
    np.testing.assert_allclose(trace.loss["f"], want, rtol=1e-13)


def test_measures_are_taken_at_each_watch():
    trace = train(
        quadratic(H),
        sgd(0.1),
        4,
        START,
        measure={"distance": np.linalg.norm, "w": lambda w: w},
        watch_every=2,
    )
    np.testing.assert_array_equal(trace.measures["w"], trace.w[[0, 2, 4]])
    distances = np.linalg.norm(trace.w[[0, 2, 4]], axis=1)
    np.testing.assert_allclose(trace.measures["distance"], distances)


def test_epoch_batch_loss_is_the_mean_over_rows_of_each_whole_epoch():
    trace = train(DATA, sgd(0.1), batches(3), np.zeros(2), epoch_length=3)
    weights = [5, 5, 2]
    want = [np.average(trace.batch_loss[k : k + 3], weights=weights) for k in (0, 3, 6)]
    np.testing.assert_allclose(trace.epoch_batch_loss, want, rtol=1e-14)
    stream = list(batches(3))[:8]
    cut = train(DATA, sgd(0.1), stream, np.zeros(2), epoch_length=3)
    np.testing.assert_allclose(cut.epoch_batch_loss, want[:2], rtol=1e-14)


def test_epochs_are_not_guessed():
    trace = train(quadratic(H), sgd(0.1), 3, START)
    for name in ("epochs", "epoch_batch_loss"):
        with pytest.raises(ValueError, match="give train an epoch_length"):
            getattr(trace, name)


# The same again


def test_same_seeds_give_the_same_trace_bit_for_bit():
    a, b = (train(DATA, adam(0.1), batches(), np.zeros(2)) for _ in range(2))
    np.testing.assert_array_equal(a.w, b.w)
    np.testing.assert_array_equal(a.batch_loss, b.batch_loss)


def test_nothing_given_is_modified_and_nothing_returned_is_shared():
    w0, stream = np.zeros(2), [np.array([0, 1]), np.array([2, 3])]
    w0.flags.writeable = False
    for rows in stream:
        rows.flags.writeable = False
    watch = {"train": TRAIN}
    trace = train(DATA, sgd(0.1), stream, w0, watch=watch)
    assert not w0.any() and list(watch) == ["train"]
    trace.rows[0][:] = 7
    np.testing.assert_array_equal(stream[0], [0, 1])
    trace.w_final[:] = np.nan
    assert np.isfinite(trace.w).all() and np.isfinite(trace.checkpoint["w"]).all()


def test_a_rule_that_steps_in_place_does_not_rewrite_the_past():
    def in_place(w, g, state):
        state["v"] *= 0.9
        state["v"] += g
        w -= 0.1 * state["v"]
        return w, state

    heavy_ball = Optimizer(lambda w: {"v": np.zeros_like(w)}, in_place)
    w0, saved, wanted = START.copy(), [], []
    rest = {"watch": {"val": None}, "early_stopping": EarlyStopping(100)}
    trace = train(quadratic(H), heavy_ball, 9, w0, save=saved.append, **rest)
    pure = train(quadratic(H), momentum(0.1), 9, START, save=wanted.append, **rest)
    np.testing.assert_array_equal(w0, START)
    np.testing.assert_allclose(trace.w, pure.w, rtol=1e-13)
    np.testing.assert_array_equal(trace.w_final, trace.w[trace.best_step])
    assert trace.best_step < 9
    for got, want in zip(saved, wanted, strict=True):
        np.testing.assert_allclose(got["w"], want["w"], rtol=1e-13)
        np.testing.assert_allclose(got["optimizer"]["v"], want["optimizer"]["v"])
    for _ in range(2):
        again = train(quadratic(H), heavy_ball, 9, w0, resume=saved[3], **rest)
        np.testing.assert_array_equal(again.w, trace.w[4:])


def scripted(losses, n_steps=None, watch_every=None, resume=None, **options):
    """A run whose loss after t steps, and parameter, are ``losses[t]`` and t."""
    problem = Problem(
        "script",
        1,
        lambda w, rows=None: float(losses[round(float(w[0]))]),
        lambda w, rows=None: -np.ones(1),
    )
    return train(
        problem,
        sgd(1.0),
        n_steps or len(losses) - 1,
        np.zeros(1),
        watch={"val": None},
        watch_every=watch_every,
        early_stopping=EarlyStopping(**options),
        resume=resume,
    )


# Resuming


def run(n_steps=None, resume=None, **rest):
    stream = list(batches(4))[:n_steps]
    watch = {"train": TRAIN, "val": VAL}
    optimizer = adam(exponential(0.1, 0.05))
    start = np.array([3.0, 3.0])
    return train(DATA, optimizer, stream, start, watch=watch, resume=resume, **rest)


@pytest.mark.parametrize("cut", [1, 4, 6, 11])
def test_a_resumed_run_is_the_uninterrupted_one_bit_for_bit(cut, tmp_path):
    whole, part = run(epoch_length=3), run(cut, epoch_length=3)
    path = tmp_path / "run.npz"
    save_state(path, part.checkpoint)
    rest = run(epoch_length=3, resume=load_state(path))
    assert rest.first_step == cut and rest.n_steps == 12 - cut
    np.testing.assert_array_equal(rest.w, whole.w[cut:])
    np.testing.assert_array_equal(rest.batch_loss, whole.batch_loss[cut:])
    np.testing.assert_array_equal(rest.lr, whole.lr[cut:])
    watched = [t for t in whole.steps if t > cut]
    np.testing.assert_array_equal(rest.steps, [cut, *watched])
    assert rest.loss["val"][-len(watched) :].tolist() == [
        whole.loss["val"][k] for k, t in enumerate(whole.steps) if t > cut
    ]
    assert_same(rest.checkpoint, whole.checkpoint)
    whole_epochs = -(-cut // 3)
    np.testing.assert_array_equal(
        rest.epoch_batch_loss, whole.epoch_batch_loss[whole_epochs:]
    )


def test_resuming_twice_from_one_checkpoint_gives_the_same_twice():
    checkpoint = run(5).checkpoint
    kept = copy.deepcopy(checkpoint)
    a, b = run(resume=checkpoint), run(resume=checkpoint)
    np.testing.assert_array_equal(a.w, b.w)
    assert_same(checkpoint, kept)


def test_noise_in_the_gradient_resumes_with_its_generator():
    def noisy(n_steps, resume=None, seed=5):
        rng = np.random.default_rng(seed)
        problem = with_gradient_noise(quadratic(H), 1.0, rng)
        return train(problem, momentum(0.1), n_steps, START, rng=rng, resume=resume)

    whole, part = noisy(20), noisy(8)
    rest = noisy(20, resume=part.checkpoint, seed=99)
    np.testing.assert_array_equal(rest.w, whole.w[8:])


def test_checkpoints_are_saved_at_each_watch():
    saved = []
    whole = run(epoch_length=3, save=saved.append)
    assert [state["step"] for state in saved] == [3, 6, 9, 12]
    rest = run(epoch_length=3, resume=saved[1])
    np.testing.assert_array_equal(rest.w, whole.w[6:])


@pytest.mark.parametrize("watch_every", [1, 2, 3])
def test_early_stopping_resumes_in_the_middle_of_its_patience(watch_every):
    losses = [9, 8, 7, 6, 5, 4, 3, 4, 5, 4, 5, 4, 6, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9]
    options = {"watch_every": watch_every, "patience": 3}
    whole = scripted(losses, **options)
    assert whole.stopped_early and whole.best_step == 6
    for cut in range(1, whole.n_steps):
        part = scripted(losses, n_steps=cut, **options)
        rest = scripted(losses, resume=part.checkpoint, **options)
        assert rest.first_step + rest.n_steps == whole.n_steps
        assert rest.best_step == 6 and rest.stopped_early and not part.stopped_early
        np.testing.assert_array_equal(rest.w_final, [6.0])
    with pytest.raises(ValueError, match="this run stopped early, after"):
        scripted(losses, resume=whole.checkpoint, **options)
    longer = scripted(losses, resume=whole.checkpoint, **{**options, "patience": 4})
    assert longer.n_steps == watch_every


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda c: c.pop("w"), "resume must be a checkpoint"),
        (lambda c: c.update(step=99), "batches must be those .* it took 99, got 12"),
        (lambda c: c.update(step=4), "batches must be those .* batch 3 was"),
        (lambda c: c.update(w=np.zeros(3)), r"resume\['w'\] must have shape \(2,\)"),
        (lambda c: c.update(rng={}), "rng must be given"),
        (lambda c: c.update(step=-1), r"resume\['step'\] must be at least 0, got -1"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(change, match):
    checkpoint = run(5).checkpoint
    change(checkpoint)
    with pytest.raises(ValueError, match=match):
        run(resume=checkpoint)


def test_a_complete_run_has_nothing_to_resume():
    with pytest.raises(ValueError, match="the run that is resumed was complete"):
        run(resume=run().checkpoint)


# Early stopping


def test_the_run_stops_after_patience_watches_in_a_row_without_improvement():
    trace = scripted([5, 4, 3, 3.5, 2, 2.5, 2.2, 2.1, 1, 0], patience=3)
    assert trace.stopped_early and trace.n_steps == 7 and trace.best_step == 4
    np.testing.assert_array_equal(trace.w_final, [4.0])
    np.testing.assert_array_equal(trace.w[-1], [7.0])


def test_equal_is_not_better():
    trace = scripted([3, 3, 3, 3], patience=2)
    assert trace.stopped_early and trace.n_steps == 2 and trace.best_step == 0


def test_improvements_up_to_min_delta_do_not_count():
    losses = [4.0, 3.5, 3.0, 2.5, 2.25, 2.125]
    assert scripted(losses, patience=2, min_delta=0.5).best_step == 4
    trace = scripted(losses, patience=2, min_delta=0.5)
    assert trace.n_steps == 5 and not trace.stopped_early
    trace = scripted(losses, patience=1, min_delta=0.5)
    assert trace.n_steps == 1 and trace.best_step == 0 and trace.stopped_early


def test_the_best_parameters_are_restored_only_if_asked():
    losses = [5, 1, 2, 3, 0]
    np.testing.assert_array_equal(scripted(losses, patience=2).w_final, [1.0])
    last = scripted(losses, patience=2, restore_best=False)
    np.testing.assert_array_equal(last.w_final, [3.0])


def test_a_run_that_ends_before_patience_does_still_restores_the_best():
    trace = scripted([5, 1, 2], patience=9)
    assert not trace.stopped_early and trace.best_step == 1
    np.testing.assert_array_equal(trace.w_final, [1.0])


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"patience": 0}, ValueError, "patience must be at least 1, got 0"),
        ({"patience": 1.5}, TypeError, "patience must be a whole number"),
        (
            {"patience": 1, "min_delta": -1},
            ValueError,
            "min_delta must be finite, at least",
        ),
        ({"patience": 1, "split": 3}, TypeError, "split must be a name, got 3"),
        (
            {"patience": 1, "restore_best": "no"},
            TypeError,
            "restore_best must be True or False, got 'no'",
        ),
    ],
)
def test_early_stopping_that_cannot_be_is_refused(options, error, match):
    with pytest.raises(error, match=match):
        EarlyStopping(**options)


def test_early_stopping_needs_its_split_to_be_watched():
    with pytest.raises(ValueError, match="watch must hold the split 'val'"):
        train(
            DATA,
            sgd(0.1),
            batches(),
            np.zeros(2),
            watch={"train": TRAIN},
            early_stopping=EarlyStopping(2),
        )


# The test split


def test_the_test_split_is_evaluated_once_after_the_last_step():
    sealed = TestSplit(HELD)
    assert len(sealed) == 4 and "sealed" in repr(sealed)
    trace = train(DATA, sgd(0.1), batches(), np.zeros(2), test=sealed)
    assert trace.test_loss == pytest.approx(full_loss(trace.w[-1], HELD), rel=1e-12)
    assert sealed.used and "used" in repr(sealed)


def test_the_test_split_cannot_be_used_twice():
    sealed, drawn = TestSplit(HELD), []
    train(DATA, sgd(0.1), batches(), np.zeros(2), test=sealed)
    stream = (drawn.append(rows) or rows for rows in batches())
    with pytest.raises(TestSplitUsedError, match="has been used"):
        train(DATA, sgd(0.1), stream, np.zeros(2), test=sealed)
    assert not drawn  # refused before the first step
    with pytest.raises(TestSplitUsedError):
        sealed.open()


def test_the_test_split_opens_once_by_hand_too():
    sealed = TestSplit(HELD)
    np.testing.assert_array_equal(sealed.open(), HELD)
    with pytest.raises(TestSplitUsedError):
        sealed.open()


@pytest.mark.parametrize("name", ["test", "Test", "test_rows"])
def test_watching_a_test_split_is_refused(name):
    with pytest.raises(ValueError, match="watch must hold no test split"):
        train(DATA, sgd(0.1), batches(), np.zeros(2), watch={name: HELD})


def test_watching_a_test_split_under_another_name_is_refused():
    sealed = TestSplit(HELD)
    for watch in ({"val": sealed}, {"val": HELD[:1]}, {"all": None}):
        with pytest.raises(ValueError, match="no (row of the )?test split"):
            train(DATA, sgd(0.1), batches(), np.zeros(2), watch=watch, test=sealed)
    assert not sealed.used


def test_training_on_a_row_of_the_test_split_is_refused():
    sealed = TestSplit(HELD)
    leak = [np.array([0, 1]), np.array([2, 17])]
    with pytest.raises(ValueError, match=r"batches\[1\] must hold no row .* got row 17"):
        train(DATA, sgd(0.1), leak, np.zeros(2), test=sealed)
    with pytest.raises(ValueError, match=r"batches\[0\] must hold no row .* all rows"):
        train(DATA, sgd(0.1), 3, np.zeros(2), test=sealed)
    assert not sealed.used


def test_a_run_that_diverges_leaves_the_test_split_sealed():
    sealed = TestSplit(HELD)
    with pytest.raises(DivergenceError):
        train(DATA, sgd(50.0), batches(50), np.zeros(2), test=sealed)
    assert not sealed.used


def test_the_test_loss_is_that_of_the_restored_parameters():
    split = split_rows(20, (0.5, 0.25, 0.25), np.random.default_rng(0))
    trace = train(
        DATA,
        sgd(0.3),
        [split.train[:2]] * 60,
        np.array([1.2, -1.0]),
        watch={"val": split.val},
        test=TestSplit(split.test),
        early_stopping=EarlyStopping(4),
    )
    want = full_loss(trace.w[trace.best_step], split.test)
    assert trace.test_loss == pytest.approx(want, rel=1e-12)


# Divergence


def test_too_large_a_rate_is_named_with_the_smoothness():
    with pytest.raises(DivergenceError) as caught:
        train(quadratic(H), sgd(0.6), 10_000, START)
    error = caught.value
    # The second coordinate grows by 0.6 * 4 - 1 = 1.4 a step.
    t = 2 * np.arange(200)
    f = 0.5 * 4 * 1.4**t + 0.5 * 2**2 * 0.4**t
    first_beyond = int(np.argmax(f > 1e30))
    assert error.step == first_beyond and error.lr == 0.6
    assert error.loss == pytest.approx(f[first_beyond], rel=1e-9)
    assert "0.6 × 4 = 2.4 > 2" in error.cause and "lr < 2 / 4 = 0.5" in error.cause
    for part in (f"step {first_beyond}", "last finite loss", "learning rate 0.6"):
        assert part in str(error)
    assert error.trace.n_steps == first_beyond == len(error.trace.w) - 1
    np.testing.assert_allclose(error.trace.batch_loss, f[:first_beyond], rtol=1e-9)


def test_overflow_is_divergence_without_a_bound_and_without_warnings(recwarn):
    with pytest.raises(DivergenceError) as caught:
        train(rosenbrock(), sgd(0.1), 1000, np.array([-1.5, 2.0]), max_loss=math.inf)
    steep = Problem("steep", None, lambda w, rows=None: w**4, lambda w, rows=None: 4 * w**3)
    with pytest.raises(DivergenceError):
        train(steep, sgd(0.1), 1000, np.array(9.0), max_loss=math.inf)
    error = caught.value
    assert "the loss grew from" in error.cause and np.isfinite(error.loss)
    assert np.isfinite(error.trace.w).all() and np.isfinite(error.trace.gradient_norm).all()
    assert not recwarn.list


def test_small_rate_with_momentum_or_single_rows_is_not_blamed_on_the_mean():
    lr = 1.9 / DATA.smoothness
    steepest = int(np.argmax((X**2).sum(axis=1)))
    with pytest.raises(DivergenceError) as caught:
        train(DATA, sgd(lr), [np.array([steepest])] * 2000, np.zeros(2))
    assert "a batch can be steeper than the mean" in caught.value.cause


def test_nan_in_the_data_is_named_with_its_row():
    targets = Y.copy()
    targets[7] = np.nan

    def loss(w, rows=None):
        rows = np.arange(20) if rows is None else rows
        return float(0.5 * np.mean((X[rows] @ w - targets[rows]) ** 2))

    problem = Problem("hole", 20, loss, DATA.gradient)
    stream = [np.array([0, 1]), np.array([2, 3]), np.array([4, 7])]
    with pytest.raises(DivergenceError) as caught:
        train(problem, sgd(0.1), stream, np.zeros(2))
    assert caught.value.step == 2 and "loss of row 7 is not finite" in caught.value.cause
    assert caught.value.loss == caught.value.trace.batch_loss[-1]
    with pytest.raises(DivergenceError, match="loss of row 7 is not finite"):
        train(problem, sgd(0.1), 3, np.zeros(2))
    with pytest.raises(DivergenceError, match="on the split 'val' the loss is nan"):
        train(problem, sgd(0.1), stream[:2], np.zeros(2), watch={"val": [6, 7]})


def test_a_start_where_only_the_sum_overflows_is_told_from_bad_data():
    def loss(w, rows=None):
        return float(np.sum(np.full(20, 1e308)[slice(None) if rows is None else rows]))

    problem = Problem("huge", 20, loss, lambda w, rows=None: 0 * w)
    with pytest.raises(DivergenceError, match="overflows where the run starts"):
        train(problem, sgd(0.1), 3, np.zeros(2), max_loss=math.inf)


def test_a_run_can_go_on_from_where_it_diverged():
    watch, stream = {"train": TRAIN}, list(batches())
    whole = train(DATA, adam(0.1), stream, np.zeros(2), watch=watch)

    def fragile(checkpoint, bad_step):
        def gradient(w, rows=None):
            g = DATA.gradient(w, rows)
            return g * np.nan if np.array_equal(rows, stream[bad_step]) else g

        problem = Problem("fragile", 20, DATA.loss, gradient)
        with pytest.raises(DivergenceError) as caught:
            train(problem, adam(0.1), stream, np.zeros(2), resume=checkpoint)
        assert caught.value.step == bad_step
        return caught.value.trace.checkpoint

    checkpoint = fragile(fragile(None, 4), 4)
    rest = train(DATA, adam(0.1), stream, np.zeros(2), watch=watch, resume=checkpoint)
    np.testing.assert_array_equal(rest.w, whole.w[4:])


def test_a_start_outside_the_domain_is_told_from_a_large_rate():
    log = Problem(
        "log",
        None,
        lambda w, rows=None: float(np.log(w[0])),
        lambda w, rows=None: 1 / w,
    )
    with pytest.raises(DivergenceError, match="not finite where the run starts"):
        train(log, sgd(0.1), 3, np.array([-1.0]))
    with pytest.raises(DivergenceError, match="one step leapt too far") as caught:
        train(log, sgd(10.0), 3, np.array([1.0]))
    assert caught.value.step == 1 and caught.value.loss == 0.0


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_gradients_and_parameters_that_are_not_finite_stop_the_run(value):
    flat = Problem(
        "flat", None, lambda w, rows=None: 1.0, lambda w, rows=None: np.full(2, value)
    )
    with pytest.raises(DivergenceError, match="step 0: the gradient is not finite"):
        train(flat, sgd(0.1), 3, START)

    def jump(w, g, state):
        return np.full(2, value), state

    with pytest.raises(DivergenceError, match="step 0: the next w is not finite"):
        train(quadratic(H), Optimizer(lambda w: {}, jump), 3, START)


def test_a_loss_without_bottom_is_divergence():
    hill = Problem(
        "hill",
        None,
        lambda w, rows=None: -float(w @ w),
        lambda w, rows=None: -2 * w,
    )
    with pytest.raises(DivergenceError, match=r"loss -1\.\d+e\+03 is beyond 1000"):
        train(hill, sgd(0.5), 100, START, max_loss=1000)


def test_a_catapult_that_comes_back_is_let_through():
    trace = train(DATA, clipped(sgd(5.0), 1.0), batches(2), np.array([100.0, 0]))
    assert trace.n_steps == 6 and trace.batch_loss.max() > 1000


# Bad input


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ({"batches": 0}, ValueError, "batches must be at least 1, got 0"),
        ({"batches": True}, TypeError, "batches must be a whole number, got True"),
        ({"batches": 2.0}, TypeError, "number of steps or an iterable of row numbers"),
        ({"batches": "ab"}, TypeError, "number of steps or an iterable of row numbers"),
        ({"batches": []}, ValueError, "batches gave no step"),
        ({"batches": [[20]]}, ValueError, r"batches\[0\] .* from 0 to 19, got 20"),
        ({"batches": [[-1]]}, ValueError, r"batches\[0\] .* from 0 to 19, got -1"),
        ({"batches": [[0], [0.5]]}, TypeError, r"batches\[1\] must hold whole numbers"),
        ({"batches": [np.ones(20, bool)]}, TypeError, r"batches\[0\] .*not booleans"),
        ({"batches": np.arange(5)}, ValueError, r"batches\[0\] must have 1 axes"),
        ({"batches": [(X[:5], Y[:5])]}, TypeError, r"batches\[0\] must"),
        ({"w0": [0.0, np.nan]}, ValueError, r"w0 must be finite, got nan|w0/1 must"),
        ({"w0": "x"}, TypeError, "w0 must hold real numbers"),
        ({"w0": np.zeros(3)}, ValueError, "w must have shape"),
        ({"problem": X}, TypeError, "problem must be of type Problem, got an array"),
        ({"optimizer": sgd}, TypeError, "optimizer must be of type Optimizer, got"),
        ({"watch": [TRAIN]}, TypeError, "watch must be a dict of row numbers"),
        ({"watch": {"val": [99]}}, ValueError, r"watch\['val'\] .* got 99"),
        ({"watch": {"val": []}}, ValueError, r"watch\['val'\] must not be empty"),
        ({"measure": {"acc": 3}}, TypeError, r"measure\['acc'\] must be a function"),
        ({"measure": len}, TypeError, "measure must be a dict of functions"),
        ({"epoch_length": 0}, ValueError, "epoch_length must be at least 1, got 0"),
        ({"watch_every": 0}, ValueError, "watch_every must be at least 1, got 0"),
        ({"watch_every": 1.5}, TypeError, "watch_every must be a whole number"),
        ({"max_loss": 0}, ValueError, "max_loss must be finite, above 0, got 0"),
        ({"max_loss": np.nan}, ValueError, "max_loss must be finite, above 0, got nan"),
        ({"max_loss": np.ones(2)}, TypeError, "max_loss must be a number"),
        ({"keep_parameters": "no"}, TypeError, "keep_parameters must be True or False"),
        ({"progress": 0}, TypeError, "progress must be True or False, got 0"),
        ({"save": "run.npz"}, TypeError, "save must be a function .* got 'run.npz'"),
        ({"rng": 3}, TypeError, "rng must be a numpy.random.Generator"),
        ({"test": HELD}, TypeError, "test must be a TestSplit, got an array"),
        ({"early_stopping": 3}, TypeError, "early_stopping must be of type EarlyStopping"),
        ({"resume": 3}, ValueError, "resume must be a checkpoint, .* got 3"),
    ],
)
def test_bad_input_is_refused_by_name(given, error, match):
    arguments = {
        "problem": DATA,
        "optimizer": sgd(0.1),
        "batches": [[0, 1]],
        "w0": np.zeros(2),
        **given,
    }
    with pytest.raises(error, match=match):
        train(**arguments)


def test_a_used_up_generator_trains_nothing_and_says_so():
    stream = batches(1)
    train(DATA, sgd(0.1), stream, np.zeros(2))
    with pytest.raises(ValueError, match="a generator that has been used up"):
        train(DATA, sgd(0.1), stream, np.zeros(2))


def test_a_function_without_rows_takes_a_number_of_steps():
    with pytest.raises(ValueError, match="batches must be a number of steps"):
        train(quadratic(H), sgd(0.1), [np.array([0])], START)
    with pytest.raises(ValueError, match=r"watch\['f'\] must be None"):
        train(quadratic(H), sgd(0.1), 3, START, watch={"f": [0]})
    with pytest.raises(ValueError, match="test must be None"):
        train(quadratic(H), sgd(0.1), 3, START, test=TestSplit([0]))


def test_shapes_that_would_broadcast_are_refused():
    column = Problem(
        "column",
        None,
        lambda w, rows=None: float(w @ w),
        lambda w, rows=None: 2 * w[:, None],
    )
    with pytest.raises(ValueError, match=r"gradient must have shape \(2,\), got \(2, 1\)"):
        train(column, sgd(0.1), 3, START)
    many = Problem("many", None, lambda w, rows=None: w**2, lambda w, rows=None: 2 * w)
    with pytest.raises(ValueError, match="problem.loss must give one number"):
        train(many, sgd(0.1), 3, START)
    wide = Optimizer(lambda w: {}, lambda w, g, state: (w - g[:, None], state))
    with pytest.raises(ValueError, match=r"w after the step must have shape \(2,\)"):
        train(quadratic(H), wide, 3, START)


# Which rows, and the progress bar


def test_any_stream_of_rows_will_do():
    rng = np.random.default_rng(0)
    a = train(DATA, sgd(0.1), with_replacement(20, 4, 7, rng), np.zeros(2))
    assert a.n_steps == 7 and all(len(rows) == 4 for rows in a.rows)
    all_rows = [None, np.arange(20)]
    b = train(DATA, sgd(0.1), all_rows, np.zeros(2))
    c = train(DATA, sgd(0.1), 2, np.zeros(2))
    np.testing.assert_allclose(b.w, c.w, rtol=1e-13)


PROGRESS = """
import io, sys, time
import numpy as np
from descent.optimizers import sgd
from descent.objectives import Problem
from descent.training import train

class Screen(io.StringIO):
    def isatty(self):
        return self.tty

def shown(progress, tty, seconds=0.0, steps=4):
    screen, sys.stderr = Screen(), sys.stderr
    screen.tty, sys.stderr = tty, screen
    wait = lambda w, rows=None: time.sleep(seconds) or 1.0
    flat = Problem("flat", None, wait, lambda w, rows=None: 0 * w)
    train(flat, sgd(0.1), steps, np.ones(2), progress=progress)
    sys.stderr = sys.__stderr__
    return f"/{steps}" in screen.getvalue()

print(shown(None, False), shown(None, True), shown(False, True), shown(True, False))
print(*(shown(p, t, 0.3) for p, t in ((None, True), (None, False), (False, True))))
"""


@pytest.mark.parametrize(
    ("disable", "shown"),
    [
        ("", "False False False True\nTrue False False\n"),
        ("1", "False False False False\nFalse False False\n"),
    ],
)
def test_progress_shows_in_a_terminal_after_a_second_and_never_where_disabled(
    disable, shown
):
    environment = {k: v for k, v in os.environ.items() if k != "TQDM_DISABLE"}
    environment |= {"PYTHONPATH": str(Path(training.__file__).parents[1])}
    environment |= {"TQDM_DISABLE": disable} if disable else {}
    done = subprocess.run(
        [sys.executable, "-c", PROGRESS], env=environment, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == (shown, "")
