"""Learning-rate schedules against torch's, closed forms and mpmath."""

import functools
import inspect
import math
import warnings

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from descent import schedules

quick = functools.partial(settings, deadline=None, database=None, max_examples=30)
LR = st.floats(1e-6, 1e3)
N = 60


def torch_rates(lr, make_scheduler, n_steps=N):
    """The rates of torch's scheduler: read, step, read, step, …"""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
    scheduler = make_scheduler(optimizer)
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's SequentialLR calls its own old API
        for _ in range(n_steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates


def assert_equals(schedule, rates, atol=0.0):
    ours = [schedule(t) for t in range(len(rates))]
    np.testing.assert_allclose(ours, rates, rtol=1e-12, atol=atol)


# Against torch.


@quick()
@given(lr=LR, gamma=st.floats(0.5, 1.0))
def test_exponential_is_exponential_lr_with_decay_minus_log_gamma(lr, gamma):
    ours = schedules.exponential(lr, -math.log(gamma))
    assert_equals(ours, torch_rates(lr, lambda o: lr_scheduler.ExponentialLR(o, gamma)))


@quick()
@given(
    lr=LR,
    gamma=st.floats(0.0, 2.0),
    boundaries=st.lists(st.integers(1, N), unique=True, max_size=5).map(sorted),
)
def test_piecewise_constant_is_multi_step_lr(lr, gamma, boundaries):
    ours = schedules.piecewise_constant(lr, boundaries, [gamma] * len(boundaries))
    theirs = torch_rates(lr, lambda o: lr_scheduler.MultiStepLR(o, boundaries, gamma))
    assert_equals(ours, theirs)


@quick()
@given(lr=LR, gamma=st.floats(0.1, 1.0), size=st.integers(1, 20))
def test_piecewise_constant_at_multiples_is_step_lr(lr, gamma, size):
    boundaries = range(size, N, size)
    ours = schedules.piecewise_constant(lr, boundaries, [gamma] * len(boundaries))
    assert_equals(ours, torch_rates(lr, lambda o: lr_scheduler.StepLR(o, size, gamma)))


@quick()
@given(lr=LR, n_steps=st.integers(1, N), share=st.floats(0.0, 1.0))
def test_cosine_is_cosine_annealing_lr_up_to_its_end(lr, n_steps, share):
    final = share * lr
    theirs = torch_rates(
        lr,
        lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=n_steps, eta_min=final),
        n_steps + 1,
    )
    # torch multiplies step by step, so near 0 it is exact to the rounding of lr only
    assert_equals(schedules.cosine(lr, n_steps, final), theirs, atol=1e-13 * lr)


@quick()
@given(lr=LR, n_steps=st.integers(1, N), power=st.floats(0.5, 3.0))
def test_polynomial_to_zero_is_polynomial_lr(lr, n_steps, power):
    theirs = torch_rates(lr, lambda o: lr_scheduler.PolynomialLR(o, n_steps, power))
    assert_equals(schedules.polynomial_to_zero(lr, n_steps, power), theirs)


@quick()
@given(lr=LR, decay=st.floats(0.0, 10.0), power=st.floats(0.0, 3.0))
def test_inverse_and_polynomial_are_lambda_lr_of_their_formulas(lr, decay, power):
    inverse = torch_rates(
        lr, lambda o: lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + decay * t))
    )
    assert_equals(schedules.inverse(lr, decay), inverse)
    polynomial = torch_rates(
        lr, lambda o: lr_scheduler.LambdaLR(o, lambda t: (1 + decay * t) ** -power)
    )
    assert_equals(schedules.polynomial(lr, decay, power), polynomial)


@quick()
@given(lr=LR, n_steps=st.integers(1, N), factor=st.floats(0.01, 1.0))
def test_warmup_to_a_constant_is_linear_lr(lr, n_steps, factor):
    theirs = torch_rates(
        lr, lambda o: lr_scheduler.LinearLR(o, start_factor=factor, total_iters=n_steps)
    )
    assert_equals(schedules.warmup(lr, n_steps, start=factor * lr), theirs)


@quick()
@given(lr=LR, n_steps=st.integers(1, N // 2), factor=st.floats(0.01, 1.0))
def test_warmup_then_cosine_is_torchs_sequential_lr(lr, n_steps, factor):
    def sequential(optimizer):
        linear = lr_scheduler.LinearLR(optimizer, factor, total_iters=n_steps)
        cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=N)
        return lr_scheduler.SequentialLR(optimizer, [linear, cosine], [n_steps])

    ours = schedules.warmup(schedules.cosine(lr, N), n_steps, start=factor * lr)
    assert_equals(ours, torch_rates(lr, sequential), atol=1e-13 * lr)


@quick()
@given(lr=LR, lengths=st.lists(st.integers(1, 15), min_size=2, max_size=2))
def test_chain_is_torchs_sequential_lr(lr, lengths):
    first, second = lengths

    def sequential(o):
        parts = [
            lr_scheduler.ConstantLR(o, factor=1.0),
            lr_scheduler.ExponentialLR(o, 0.9),
            lr_scheduler.StepLR(o, 5, 0.5),
        ]
        return lr_scheduler.SequentialLR(o, parts, [first, first + second])

    ours = schedules.chain(
        [
            (lr, first),
            (schedules.exponential(lr, -math.log(0.9)), second),
            (schedules.piecewise_constant(lr, range(5, N, 5), [0.5] * 11), None),
        ]
    )
    assert_equals(ours, torch_rates(lr, sequential))


# Closed forms.


def test_the_rates_that_the_docstrings_state():
    assert [schedules.constant(0.3)(t) for t in (0, 1, 10**9)] == [0.3] * 3
    assert schedules.inverse(0.5, 0.01)(100) == 0.25
    assert schedules.polynomial(0.5, 3.0, 0.5)(1) == 0.25
    assert schedules.polynomial_to_zero(2.0, 4)(3) == 0.5
    steps = schedules.piecewise_constant(1.0, [10, 20], [0.5, 0.1])
    assert [steps(t) for t in (0, 9, 10, 19, 20, 999)] == [1, 1, 0.5, 0.5, 0.05, 0.05]
    assert schedules.cosine(3.0, 10, 1.0)(5) == pytest.approx(2.0, rel=1e-15)
    line = schedules.warmup(schedules.inverse(0.8, 1.0), 4)
    assert [line(t) for t in range(6)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 0.4])


def test_every_schedule_begins_at_lr():
    begins = [
        schedules.constant(0.7),
        schedules.inverse(0.7, 2.0),
        schedules.polynomial(0.7, 2.0, 0.3),
        schedules.polynomial_to_zero(0.7, 5),
        schedules.exponential(0.7, 2.0),
        schedules.piecewise_constant(0.7, [1], [0.5]),
        schedules.cosine(0.7, 5, 0.1),
    ]
    assert [schedule(0) for schedule in begins] == [0.7] * len(begins)


@quick()
@given(lr=LR, decay=st.floats(0, 1), t=st.integers(0, 10**6), power=st.floats(0, 2))
def test_far_steps_are_right_to_the_last_digits(lr, decay, t, power):
    with mpmath.workdps(50):
        grown = 1 + mpmath.mpf(decay) * t
        for ours, exact in [
            (schedules.inverse(lr, decay)(t), lr / grown),
            (schedules.polynomial(lr, decay, power)(t), lr * grown**-power),
            (schedules.exponential(lr, decay)(t), lr * mpmath.exp(-mpmath.mpf(decay) * t)),
        ]:
            assert abs(ours - exact) <= 1e-9 * exact + 1e-300


def test_cosine_and_polynomial_to_zero_stay_where_they_arrive():
    for t in (20, 21, 30, 40, 10**6):
        assert schedules.cosine(1.0, 20, 0.25)(t) == 0.25
        assert schedules.cosine(1.0, 20)(t) == 0.0
        assert schedules.polynomial_to_zero(1.0, 20, 2.0)(t) == 0.0


def test_a_warmup_of_no_steps_is_the_schedule():
    cosine = schedules.cosine(1.0, 20)
    assert_equals(schedules.warmup(cosine, 0), [cosine(t) for t in range(25)])


def test_the_last_part_of_a_chain_runs_on_whether_or_not_its_length_is_given():
    for n_steps in (3, None):
        chain = schedules.chain([(1.0, 2), (schedules.inverse(0.5, 1.0), n_steps)])
        assert [chain(t) for t in range(6)] == [1.0, 1.0, 0.5, 0.25, 0.5 / 3, 0.125]


@quick()
@given(lr=LR, decay=st.floats(1e-3, 1.0), n_steps=st.integers(0, 200))
def test_the_total_of_an_exponential_is_its_geometric_sum(lr, decay, n_steps):
    wanted = lr * -math.expm1(-decay * n_steps) / -math.expm1(-decay)
    assert schedules.total(schedules.exponential(lr, decay), n_steps) == pytest.approx(
        wanted, rel=1e-12
    )


def test_the_total_of_a_constant_and_of_no_steps():
    assert schedules.total(0.1, 10) == 1.0  # a naive sum gives 0.9999999999999999
    assert schedules.total(schedules.constant(0.1), 0) == 0.0
    assert schedules.total(schedules.inverse(1.0, 1.0), 100) == pytest.approx(
        float(mpmath.harmonic(100)), rel=1e-15
    )


def test_steps_in_any_order_give_the_same_rates():
    chain = schedules.chain(
        [(schedules.warmup(1.0, 5), 10), (schedules.cosine(1.0, 20), 20)]
    )
    forward = [chain(t) for t in range(40)]
    assert [chain(t) for t in reversed(range(40))] == forward[::-1]


def test_a_number_is_a_constant_schedule_and_a_function_is_taken_as_it_is():
    assert schedules.as_schedule(0.5)(7) == 0.5
    assert schedules.as_schedule(lambda t: 2 * t)(7) == 14.0
    assert type(schedules.as_schedule(lambda t: np.float64(t))(7)) is float


# Bad input.

MAKERS = {
    "constant": {"lr": 1.0},
    "inverse": {"lr": 1.0, "decay": 1.0},
    "polynomial": {"lr": 1.0, "decay": 1.0, "power": 1.0},
    "polynomial_to_zero": {"lr": 1.0, "n_steps": 5, "power": 1.0},
    "exponential": {"lr": 1.0, "decay": 1.0},
    "piecewise_constant": {"lr": 1.0, "boundaries": [5], "factors": [0.5]},
    "cosine": {"lr": 1.0, "n_steps": 5, "final": 0.5},
    "warmup": {"schedule": 1.0, "n_steps": 5, "start": 0.5},
    "chain": {"parts": [(1.0, 5), (2.0, 5)]},
}
FLOATS = [
    (name, argument)
    for name, arguments in MAKERS.items()
    for argument, value in arguments.items()
    if isinstance(value, float)
]


def test_the_tables_of_these_tests_hold_every_schedule():
    public = {
        name
        for name, f in inspect.getmembers(schedules, inspect.isfunction)
        if f.__module__ == schedules.__name__ and not name.startswith("_")
    }
    assert public == set(MAKERS) | {"as_schedule", "total"}
    for name, arguments in MAKERS.items():
        assert list(inspect.signature(getattr(schedules, name)).parameters) == list(
            arguments
        )


@pytest.mark.parametrize("name, argument", FLOATS)
def test_a_negative_or_infinite_or_nan_argument_is_refused_by_name(name, argument):
    make = getattr(schedules, name)
    for bad in (-1e-9, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=f"^{argument} must be finite.*got {bad}"):
            make(**MAKERS[name] | {argument: bad})
    for bad in ("1", None, True, np.ones(1)):
        with pytest.raises(TypeError, match=f"^{argument} must be a number"):
            make(**MAKERS[name] | {argument: bad})


@pytest.mark.parametrize("name", MAKERS)
def test_a_step_must_be_a_whole_number_from_zero_on(name):
    schedule = getattr(schedules, name)(**MAKERS[name])
    with pytest.raises(ValueError, match="t must be at least 0, got -1"):
        schedule(-1)
    for bad in (1.0, True, None, np.arange(3)):
        with pytest.raises(TypeError, match="t must be a whole number"):
            schedule(bad)
    assert schedule(np.int64(3)) == schedule(3)
    assert type(schedule(3)) is float


@pytest.mark.parametrize("name", ["polynomial_to_zero", "cosine", "warmup"])
def test_a_length_must_be_a_whole_number(name):
    make = getattr(schedules, name)
    with pytest.raises(ValueError, match="n_steps must be at least"):
        make(**MAKERS[name] | {"n_steps": -1})
    with pytest.raises(TypeError, match="n_steps must be a whole number"):
        make(**MAKERS[name] | {"n_steps": 5.0})


def test_what_has_no_meaning_is_refused():
    for make in (schedules.cosine, schedules.polynomial_to_zero):
        with pytest.raises(ValueError, match="n_steps must be at least 1, got 0"):
            make(1.0, 0)
    with pytest.raises(ValueError, match="power must be finite, above 0, got 0"):
        schedules.polynomial_to_zero(1.0, 5, 0)
    with pytest.raises(ValueError, match="factors must be 2, as boundaries, got 1"):
        schedules.piecewise_constant(1.0, [1, 2], [0.5])
    for unordered in ([2, 1], [3, 3]):
        with pytest.raises(ValueError, match="boundaries must increase"):
            schedules.piecewise_constant(1.0, unordered, [0.5, 0.5])
    with pytest.raises(ValueError, match=r"boundaries\[0\] must be at least 1, got 0"):
        schedules.piecewise_constant(1.0, [0], [0.5])
    with pytest.raises(TypeError, match=r"boundaries\[0\] must be a whole number"):
        schedules.piecewise_constant(1.0, [1.5], [0.5])
    with pytest.raises(
        ValueError, match=r"factors\[1\] must be finite, at least 0, got -1"
    ):
        schedules.piecewise_constant(1.0, [1, 2], [0.5, -1])
    with pytest.raises(TypeError, match="boundaries must be a sequence, got 3"):
        schedules.piecewise_constant(1.0, 3, [0.5])
    with pytest.raises(TypeError, match="parts must be a sequence, got 3"):
        schedules.chain(3)
    with pytest.raises(ValueError, match="parts must hold at least one"):
        schedules.chain([])
    with pytest.raises(
        TypeError, match=r"parts\[1\] must be \(schedule, n_steps\), got 0.1"
    ):
        schedules.chain([(0.1, 2), 0.1])
    with pytest.raises(TypeError, match=r"n_steps of parts\[0\] must be a whole number"):
        schedules.chain([(0.1, None), (0.1, None)])
    with pytest.raises(
        ValueError, match=r"n_steps of parts\[1\] must be at least 1, got 0"
    ):
        schedules.chain([(0.1, 2), (0.1, 0)])
    with pytest.raises(ValueError, match="n_steps must be at least 0"):
        schedules.total(0.1, -1)


def test_a_bad_rate_is_refused_at_its_step():
    falling = schedules.as_schedule(lambda t: 2 - t)
    assert [falling(0), falling(2)] == [2.0, 0.0]
    with pytest.raises(ValueError, match="lr at step 3 must be finite, at least 0, got -1"):
        falling(3)
    with pytest.raises(TypeError, match="lr at step 0 must be a number, got None"):
        schedules.as_schedule(lambda t: None)(0)
    with pytest.raises(ValueError, match=r"parts\[0\] at step 3"):
        schedules.chain([(lambda t: 2 - t, 5)])(3)
    with pytest.raises(ValueError, match="schedule at step 3"):
        schedules.total(lambda t: 2 - t, 10)
