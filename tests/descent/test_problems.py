"""Losses and gradients against autograd, differences, SciPy and closed forms."""

import functools
import warnings

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from descent.networks import MLP
from descent.problems import (
    Problem,
    beale,
    ill_conditioned,
    least_squares,
    logistic_regression,
    network_problem,
    quadratic,
    rosenbrock,
    two_wells,
    with_gradient_noise,
)
from descent.pytrees import leaves
from descent.tape import Tensor

torch = pytest.importorskip("torch")

few = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32)


def rng(seed=0):
    return np.random.default_rng(seed)


def table(seed, n=9, d=3):
    g = rng(seed)
    return g.normal(size=(n, d)), g.normal(size=n), g.normal(size=d)


def labels(seed, n=9):
    return rng(seed + 1).integers(0, 2, size=n)


def autograd(f, w):
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    value = f(w)
    value.backward()
    return value.item(), w.grad.numpy()


def torch_wells(w):
    narrow, wide = 8 * (w + 0.3) ** 2, 0.125 * (w - 2.4) ** 2
    return -0.05 * torch.logsumexp(torch.cat([-narrow, -wide]) / 0.05, 0)


# name: (problem, the same function in torch's words, a box to draw w from)
FUNCTIONS = {
    "quadratic": (
        quadratic([1.6, 5.0, 0.3], [1.0, -2.0, 0.5]),
        lambda w: 0.8 * (w[0] - 1) ** 2 + 2.5 * (w[1] + 2) ** 2 + 0.15 * (w[2] - 0.5) ** 2,
        [(-4, 4)] * 3,
    ),
    "ill-conditioned": (
        ill_conditioned(100, 3),
        lambda w: 0.5 * (w[0] ** 2 + 10 * w[1] ** 2 + 100 * w[2] ** 2),
        [(-4, 4)] * 3,
    ),
    "two wells": (two_wells(), torch_wells, [(-1.5, 5)]),
    "Rosenbrock": (
        rosenbrock(),
        lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2,
        [(-2, 2), (-1, 3)],
    ),
    "Rosenbrock, a=2, b=3": (
        rosenbrock(2, 3),
        lambda w: (2 - w[0]) ** 2 + 3 * (w[1] - w[0] ** 2) ** 2,
        [(-2, 2), (-1, 3)],
    ),
    "Beale": (
        beale(),
        lambda w: (
            (1.5 - w[0] + w[0] * w[1]) ** 2
            + (2.25 - w[0] + w[0] * w[1] ** 2) ** 2
            + (2.625 - w[0] + w[0] * w[1] ** 3) ** 2
        ),
        [(-4, 4), (-1.5, 1.5)],
    ),
}
every_function = pytest.mark.parametrize(
    "problem, f, box", FUNCTIONS.values(), ids=FUNCTIONS
)


# Functions of w alone


@few
@given(st.sampled_from(sorted(FUNCTIONS)), st.data())
def test_function_and_gradient_are_those_of_autograd(name, data):
    problem, f, box = FUNCTIONS[name]
    w = np.array([data.draw(st.floats(*side)) for side in box])
    value, gradient = autograd(f, w)
    assert problem.loss(w) == pytest.approx(value, rel=1e-12, abs=1e-12)
    scale = max(1.0, abs(gradient).max())
    np.testing.assert_allclose(problem.gradient(w), gradient, rtol=0, atol=1e-11 * scale)
    assert isinstance(problem.loss(w), float)
    assert problem.gradient(w).shape == w.shape


@every_function
def test_scipy_finds_no_lower_point_than_the_minimum(problem, f, box):
    least = problem.loss(problem.minimum)
    assert least == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(problem.gradient(problem.minimum), 0, atol=1e-12)
    for seed in range(4):
        start = rng(seed).uniform(*np.transpose(box))
        found = optimize.minimize(problem.loss, start, jac=problem.gradient, method="BFGS")
        assert found.fun > least - 2e-9


@every_function
def test_functions_have_no_rows(problem, f, box):
    assert problem.n is None and problem.per_sample_gradients is None
    with pytest.raises(ValueError, match="rows must be None"):
        problem.loss(problem.minimum, [0])
    with pytest.raises(ValueError, match="rows must be None"):
        problem.gradient(problem.minimum, np.arange(2))


@every_function
def test_functions_leave_w_alone_and_return_new_arrays(problem, f, box):
    w = np.array(problem.minimum) + 0.1
    before = w.copy()
    problem.loss(w)
    g = problem.gradient(w)
    g += 1
    assert (w == before).all() and not np.shares_memory(g, w)
    np.testing.assert_allclose(problem.gradient(w), g - 1, atol=1e-12)


@few
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=5), seeds)
def test_smoothness_of_the_bowl_is_its_largest_curvature(h, seed):
    problem = quadratic(h)
    assert problem.smoothness == max(h)
    a, b = rng(seed).normal(size=(2, len(h)))
    change = np.linalg.norm(problem.gradient(a) - problem.gradient(b))
    assert change <= problem.smoothness * np.linalg.norm(a - b) * (1 + 1e-12)


def test_a_step_on_the_bowl_shrinks_each_axis_by_its_own_factor():
    problem = quadratic([2.0, 0.5], [1.0, 1.0])
    w = np.array([4.0, -3.0])
    after = w - 0.1 * problem.gradient(w)
    np.testing.assert_allclose(after - 1, (w - 1) * [0.8, 0.95], rtol=1e-15)


@few
@given(st.floats(1, 1e6), st.integers(2, 6))
def test_condition_number_of_the_ill_conditioned_bowl(condition, d):
    problem = ill_conditioned(condition, d)
    h = problem.gradient(np.ones(d))
    assert len(h) == d
    assert h.max() / h.min() == pytest.approx(condition, rel=1e-12)
    np.testing.assert_allclose(np.diff(np.log(h)), np.log(condition) / (d - 1), atol=1e-9)
    assert problem.smoothness == pytest.approx(condition, rel=1e-12)


# Two wells


def second_derivative(problem, w, h=1e-4):
    return (problem.gradient([w + h]) - problem.gradient([w - h]))[0] / (2 * h)


def test_wells_and_barrier_are_where_the_docstring_says():
    problem = two_wells()
    for centre, curvature in [(-0.3, 16), (2.4, 0.25)]:
        found = optimize.minimize_scalar(
            lambda w: problem.loss([w]),
            bounds=(centre - 0.2, centre + 0.2),
            method="bounded",
        )
        assert found.x == pytest.approx(centre, abs=1e-5)
        assert problem.loss([centre]) == pytest.approx(0, abs=1e-9)
        assert second_derivative(problem, centre) == pytest.approx(curvature, rel=1e-4)
    top = optimize.brentq(lambda w: problem.gradient([w])[0], -0.1, 0.1, xtol=1e-14)
    assert top == pytest.approx(0.0194, abs=5e-5)
    assert problem.loss([top]) == pytest.approx(0.703, abs=5e-4)
    curvatures = [second_derivative(problem, w) for w in np.linspace(-3, 6, 4001)]
    assert max(curvatures) == pytest.approx(16, rel=1e-4)
    assert min(curvatures) == pytest.approx(-139, abs=1)


def test_wells_are_exact_where_exponentials_underflow():
    problem = two_wells()
    with mpmath.workdps(40):
        t = mpmath.mpf("0.05")
        for w in (-50.0, -0.3, 0.01, 0.3, 2.4, 300.0):
            q = [8 * (mpmath.mpf(w) + mpmath.mpf(0.3)) ** 2, (mpmath.mpf(w) - 2.4) ** 2 / 8]
            wanted = -t * mpmath.log(sum(mpmath.exp(-x / t) for x in q))
            assert problem.loss([w]) == pytest.approx(float(wanted), rel=1e-13, abs=1e-15)


@functools.cache
def slopes_of_the_wells():
    problem, grid = two_wells(), np.linspace(-6, 12, 9001)
    return grid, np.array([problem.gradient([w])[0] for w in grid])


def escaped(start, lr, sigma, n_runs=300, n_steps=1000):
    """The share of runs of noisy gradient descent that end in the other well."""
    noise, w = rng(42), np.full(n_runs, start)
    for _ in range(n_steps):
        gradient = np.interp(w, *slopes_of_the_wells())  # all runs at once
        w = w - lr * (gradient + sigma * noise.standard_normal(n_runs))
    assert w.min() > -6 and w.max() < 12
    return np.mean((w > 0.0194) != (start > 0.0194))


def test_noise_leaves_the_narrow_well_the_sooner_the_larger_the_rate():
    shares = [escaped(-0.3, lr, sigma=2.0) for lr in (0.03, 0.05, 0.07)]
    assert shares[0] < 0.02
    assert 0.25 < shares[1] < 0.55
    assert shares[2] > 0.9


def test_noise_hardly_ever_leaves_the_wide_well():
    assert escaped(2.4, 0.05, sigma=2.0) < 0.03
    assert escaped(2.4, 0.07, sigma=2.0) < 0.06


@pytest.mark.parametrize("start", [-0.3, 2.4, -0.25, 0.0])
def test_without_noise_no_run_ever_leaves_its_well(start):
    assert escaped(start, 0.07, sigma=0.0, n_runs=1) == 0


# Least squares and logistic regression


@few
@given(seeds, st.integers(1, 12), st.integers(1, 4), st.sampled_from([1.0, 2.0, 0.3]))
def test_least_squares_is_the_loss_of_torch(seed, n, d, c):
    X, y, w = table(seed, n, d)
    tX, ty = torch.tensor(X), torch.tensor(y)
    value, gradient = autograd(
        lambda w: c / 2 * torch.nn.functional.mse_loss(tX @ w, ty), w
    )
    problem = least_squares(X, y, c=c)
    assert problem.loss(w) == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(problem.gradient(w), gradient, rtol=1e-9, atol=1e-12)


def test_least_squares_halves_the_square_unless_told():
    X, y = np.array([[1.0], [2.0]]), np.array([0.0, 1.0])
    assert least_squares(X, y).loss([1.0]) == 0.5 * (1 + 1) / 2
    assert least_squares(X, y, c=2).loss([1.0]) == (1 + 1) / 2
    assert least_squares(X, y).gradient([1.0]) == [(1 * 1 + 1 * 2) / 2]


@few
@given(seeds, st.integers(1, 12), st.integers(1, 4), st.floats(0.01, 30))
def test_logistic_regression_is_the_loss_of_torch(seed, n, d, scale):
    X, _, w = table(seed, n, d)
    y, w = labels(seed, n), scale * w
    tX, ty = torch.tensor(X), torch.tensor(y, dtype=torch.float64)
    value, gradient = autograd(
        lambda w: torch.nn.functional.binary_cross_entropy_with_logits(tX @ w, ty), w
    )
    problem = logistic_regression(X, y)
    assert problem.loss(w) == pytest.approx(value, rel=1e-10, abs=1e-13)
    np.testing.assert_allclose(problem.gradient(w), gradient, rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("z", [-800.0, -40.0, -1e-9, 0.0, 3.0, 40.0, 700.0, 1e6])
@pytest.mark.parametrize("y", [0, 1])
def test_logistic_loss_and_slope_are_right_to_the_last_digits(z, y):
    problem = logistic_regression([[1.0]], [y])
    with mpmath.workdps(50):
        u = mpmath.mpf(z) * (1 - 2 * y)
        loss = float(mpmath.log1p(mpmath.exp(u)))
        slope = float((1 - 2 * y) / (1 + mpmath.exp(-u)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert problem.loss([z]) == pytest.approx(loss, rel=1e-13, abs=5e-324)
        assert problem.gradient([z])[0] == pytest.approx(slope, rel=1e-13, abs=5e-324)


LINEAR = {
    "least squares": lambda seed, n, d: (least_squares(*table(seed, n, d)[:2]), 1.0),
    "least squares, c=2": lambda seed, n, d: (
        least_squares(*table(seed, n, d)[:2], c=2),
        2.0,
    ),
    "logistic": lambda seed, n, d: (
        logistic_regression(table(seed, n, d)[0], labels(seed, n)),
        0.25,
    ),
}
linear = st.sampled_from(sorted(LINEAR))


@few
@given(linear, seeds, st.data())
def test_rows_mean_the_problem_of_those_rows_alone(name, seed, data):
    problem, _ = LINEAR[name](seed, 9, 3)
    X, y, w = table(seed)
    rows = data.draw(st.lists(st.integers(0, 8), min_size=1, max_size=15))
    if name == "logistic":
        alone = logistic_regression(X[rows], labels(seed)[rows])
    else:
        alone = least_squares(X[rows], y[rows], c=2 if "c=2" in name else 1)
    assert problem.n == 9
    assert problem.loss(w, rows) == pytest.approx(alone.loss(w), rel=1e-13)
    np.testing.assert_allclose(
        problem.gradient(w, rows), alone.gradient(w), rtol=1e-10, atol=1e-14
    )
    for form in (tuple(rows), np.array(rows), np.array(rows, dtype=np.uint8)):
        assert problem.loss(w, form) == problem.loss(w, rows)


@few
@given(linear, seeds, st.data())
def test_per_sample_gradients_are_those_of_one_row_and_average_to_the_batch(
    name, seed, data
):
    problem, _ = LINEAR[name](seed, 9, 3)
    w = table(seed)[2]
    rows = data.draw(st.none() | st.lists(st.integers(0, 8), min_size=1, max_size=12))
    each = problem.per_sample_gradients(w, rows)
    assert each.shape == (9 if rows is None else len(rows), 3)
    np.testing.assert_allclose(
        each.mean(axis=0), problem.gradient(w, rows), rtol=1e-9, atol=1e-14
    )
    for g, row in zip(each, range(9) if rows is None else rows, strict=True):
        np.testing.assert_allclose(g, problem.gradient(w, [row]), rtol=1e-10, atol=1e-13)


@few
@given(linear, seeds, st.integers(1, 12), st.integers(1, 4))
def test_smoothness_bounds_the_change_of_the_gradient_and_is_attained(name, seed, n, d):
    problem, c = LINEAR[name](seed, n, d)
    X = table(seed, n, d)[0]
    top = np.linalg.svd(X, compute_uv=False)[0]
    assert problem.smoothness == pytest.approx(c * top**2 / n, rel=1e-10)
    a, b = rng(seed + 7).normal(size=(2, d))
    change = np.linalg.norm(problem.gradient(a) - problem.gradient(b))
    assert change <= problem.smoothness * np.linalg.norm(a - b) * (1 + 1e-9)
    # Steepest at 0, along the top direction, where σ' is 1/4.
    v = np.linalg.svd(X)[2][0] * 1e-4
    change = np.linalg.norm(problem.gradient(v) - problem.gradient(-v)) / 2e-4
    assert change == pytest.approx(problem.smoothness, rel=1e-5)


@few
@given(seeds, st.integers(1, 12), st.integers(1, 5))
def test_minimum_of_least_squares_is_the_shortest_solution(seed, n, d):
    X, y, w = table(seed, n, d)
    problem = least_squares(X, y)
    np.testing.assert_allclose(problem.minimum, np.linalg.pinv(X) @ y, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(problem.gradient(problem.minimum), 0, atol=1e-9)
    assert problem.loss(problem.minimum) <= problem.loss(w)


def test_gradient_descent_below_two_over_L_never_climbs_and_above_it_does():
    X, y, _ = table(3, 20, 3)
    problem = least_squares(X, y)
    top = np.linalg.eigh(X.T @ X)[1][:, -1]
    w = problem.minimum + top
    down = w - 1.99 / problem.smoothness * problem.gradient(w)
    up = w - 2.01 / problem.smoothness * problem.gradient(w)
    assert problem.loss(down) < problem.loss(w) < problem.loss(up)


def test_logistic_regression_meets_scipy_at_its_minimum():
    X, _, _ = table(11, 60, 3)
    y = labels(11, 60)
    problem = logistic_regression(X, y)
    assert problem.minimum is None

    def negative_log_likelihood(w):
        p = 1 / (1 + np.exp(-X @ w))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    found = optimize.minimize(negative_log_likelihood, np.zeros(3), tol=1e-10)
    assert problem.loss(found.x) == pytest.approx(found.fun, rel=1e-12)
    np.testing.assert_allclose(problem.gradient(found.x), 0, atol=1e-6)


@pytest.mark.parametrize("kind", [int, bool, float, np.uint8])
def test_labels_may_come_as_any_kind_of_0_and_1(kind):
    X, _, w = table(1)
    y = labels(1)
    assert logistic_regression(X, y.astype(kind)).loss(w) == logistic_regression(X, y).loss(
        w
    )


def test_data_are_copied_so_that_later_changes_do_not_matter():
    X, y, w = table(0)
    problems = [least_squares(X, y), logistic_regression(X, (y > 0).astype(float))]
    before = [p.loss(w) for p in problems]
    X[:], y[:] = 0, 0
    assert [p.loss(w) for p in problems] == before
    h, m = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    bowl = quadratic(h, m)
    h[:], m[:] = 9, 9
    assert bowl.loss([0.0, 0.0]) == 0.5 * 9 + 16


def test_minimum_is_read_only_and_no_array_of_the_caller_becomes_so():
    m = np.array([1.0])
    problem = quadratic([1.0], m)
    with pytest.raises(ValueError, match="read-only"):
        problem.minimum[0] = 5
    m[0] = 2
    own = Problem("mine", None, lambda w: 0.0, lambda w: w, minimum=m)
    m[0] = 3
    assert own.minimum[0] == 2


# Divergence


@pytest.mark.parametrize(
    "problem", [least_squares([[1.0]], [1.0]), quadratic([1.0]), two_wells()]
)
def test_what_overflows_is_infinite_without_a_warning(problem):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert problem.loss([1e200]) == np.inf
        assert np.isnan(problem.loss([np.nan]))
        assert not np.isfinite(problem.gradient([np.inf])).all()


@pytest.mark.parametrize("problem", [rosenbrock(), beale()])
def test_what_overflows_in_the_plane_is_not_finite_and_not_warned_of(problem):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not np.isfinite(problem.loss([1e200, -1e200]))
        assert not np.isfinite(problem.gradient([1e200, -1e200])).all()


# Networks


def network(loss, seed=0):
    mlp = MLP((2, 4, 3), "tanh", loss)
    X = rng(seed).normal(size=(7, 2))
    y = (
        rng(seed).integers(3, size=7)
        if loss == "cross_entropy"
        else rng(1).normal(size=(7, 3))
    )
    return mlp, X, y, mlp.init(rng(5), "xavier")


every_loss = pytest.mark.parametrize("loss", ["squared", "cross_entropy"])


@every_loss
@pytest.mark.parametrize("rows", [None, [2], [0, 5, 5, 1]])
def test_network_gradient_is_the_slope_of_the_mean_loss_over_the_rows(loss, rows):
    mlp, X, y, w = network(loss)
    problem = network_problem(mlp, X, y)
    chosen = slice(None) if rows is None else rows
    assert problem.n == 7
    assert problem.loss(w, rows) == pytest.approx(
        mlp.loss(w, X[chosen], y[chosen]), rel=1e-14
    )
    g = problem.gradient(w, rows)
    for l, name, i in [(0, "W", (1, 2)), (0, "b", (3,)), (1, "W", (0, 2)), (1, "b", (1,))]:

        def shifted(h, l=l, name=name, i=i):
            moved = [{k: v.copy() for k, v in layer.items()} for layer in w]
            moved[l][name][i] += h
            return problem.loss(moved, rows)

        slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5
        assert g[l][name][i] == pytest.approx(slope, rel=1e-7, abs=1e-9)


@every_loss
def test_per_sample_gradients_of_a_network_are_those_of_one_row_batches(loss):
    mlp, X, y, w = network(loss)
    problem = network_problem(mlp, X, y)
    rows = [3, 0, 3]
    each = problem.per_sample_gradients(w, rows)
    for i, row in enumerate(rows):
        for stack, g in zip(leaves(each), leaves(problem.gradient(w, [row])), strict=True):
            np.testing.assert_allclose(stack[i], g, rtol=1e-12, atol=1e-15)
    assert [leaf.shape[0] for leaf in leaves(problem.per_sample_gradients(w))] == [7] * 4


def test_network_data_are_copied_and_labels_stay_labels():
    mlp, X, y, w = network("cross_entropy")
    problem = network_problem(mlp, X, y)
    before = problem.loss(w)
    X[:], y[:] = 0, 0
    assert problem.loss(w) == before


# Noisy gradients


def test_noise_is_added_to_the_gradient_alone_with_mean_zero_and_the_variance_asked():
    bowl = quadratic([2.0, 4.0])
    noisy = with_gradient_noise(bowl, 3.0, rng(0))
    w = np.array([-5.0, -2.0])
    noise = np.array([noisy.gradient(w) for _ in range(4000)]) - [-10, -8]
    assert abs(noise.mean(axis=0)).max() < 5 * 3 / np.sqrt(4000)
    np.testing.assert_allclose(noise.var(axis=0), 9, rtol=0.12)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 5 / np.sqrt(4000)
    assert noisy.loss(w) == bowl.loss(w) == 25 + 8
    assert noisy.smoothness == 4 and noisy.minimum.tolist() == [0, 0]


def test_gradient_noise_comes_from_the_generator_passed():
    w, runs = np.ones(2), []
    for seed in (1, 1, 2):
        problem = with_gradient_noise(quadratic([1.0, 1.0]), 1.0, rng(seed))
        runs.append(problem.gradient(w).tolist())
    assert runs[0] == runs[1] != runs[2]
    still = with_gradient_noise(quadratic([1.0, 1.0]), 0.0, rng())
    assert still.gradient(w).tolist() == [1, 1]


def test_gradient_noise_takes_rows_where_the_problem_does():
    X, y, w = table(0)
    noisy = with_gradient_noise(least_squares(X, y), 0.0, rng())
    assert noisy.gradient(w, [2]).tolist() == least_squares(X, y).gradient(w, [2]).tolist()


# Bad input

X, y, w = table(0)
fit = least_squares(X, y)
net = network_problem(*network("squared")[:3])
CLASSES = MLP((3, 2), loss="cross_entropy")
BAD = {
    "w a column": (
        ValueError,
        r"w must have shape \(3,\), got \(3, 1\)",
        lambda: fit.loss(w[:, None]),
    ),
    "w a row": (ValueError, "w must", lambda: fit.gradient(w[None])),
    "w too long": (ValueError, "w must", lambda: fit.per_sample_gradients(np.ones(4))),
    "w a number": (ValueError, "w must", lambda: fit.loss(1.0)),
    "w text": (TypeError, "w must", lambda: fit.loss(["a", "b", "c"])),
    "w complex": (TypeError, "w must", lambda: fit.loss(w * 1j)),
    "bowl w a column": (
        ValueError,
        "w must",
        lambda: quadratic([1.0, 1.0]).loss([[0], [0]]),
    ),
    "bowl w a number": (ValueError, "w must", lambda: quadratic([1.0]).gradient(1.0)),
    "wells w a number": (ValueError, "w must", lambda: two_wells().loss(1.0)),
    "Beale in space": (ValueError, "w must", lambda: beale().gradient([1.0, 2.0, 3.0])),
    "no rows": (ValueError, "rows must not be empty", lambda: fit.loss(w, [])),
    "no rows, array": (ValueError, "rows", lambda: fit.loss(w, np.array([], dtype=int))),
    "row beyond": (ValueError, "from 0 to 8, got 9", lambda: fit.loss(w, [1, 9])),
    "row negative": (ValueError, "from 0 to 8, got -1", lambda: fit.gradient(w, [-1])),
    "row alone": (ValueError, "rows must have 1 axes", lambda: fit.loss(w, 3)),
    "rows in a table": (ValueError, "rows", lambda: fit.gradient(w, [[0, 1]])),
    "fractional rows": (TypeError, "rows", lambda: fit.loss(w, [0.0, 1.0])),
    "mask": (TypeError, "rows .* not booleans", lambda: fit.loss(w, y > 0)),
    "list mask": (TypeError, "rows .* not booleans", lambda: fit.loss(w, [True] * 9)),
    "boolean among rows": (TypeError, "not booleans", lambda: fit.loss(w, [2, True])),
    "slice": (TypeError, "rows", lambda: fit.loss(w, slice(3))),
    "rows of each sample": (ValueError, "rows", lambda: fit.per_sample_gradients(w, [9])),
    "y a column": (
        ValueError,
        r"y must have shape \(9,\), got \(9, 1\)",
        lambda: least_squares(X, y[:, None]),
    ),
    "y short": (ValueError, "y must", lambda: least_squares(X, y[:-1])),
    "X flat": (ValueError, "X must have 2 axes", lambda: least_squares(X[:, 0], y)),
    "no data": (ValueError, "X must not be empty", lambda: least_squares(X[:0], y[:0])),
    "no features": (ValueError, "X must not be empty", lambda: least_squares(X[:, :0], y)),
    "NaN in X": (ValueError, "X must be finite", lambda: least_squares(X * np.nan, y)),
    "inf in y": (ValueError, "y must be finite", lambda: least_squares(X, y + np.inf)),
    "c 0": (ValueError, "c must", lambda: least_squares(X, y, c=0)),
    "c negative": (ValueError, "c must", lambda: least_squares(X, y, c=-1.0)),
    "c text": (TypeError, "c must", lambda: least_squares(X, y, c="half")),
    "labels ±1": (
        ValueError,
        r"labels 0 and 1, got -1; .*\(y \+ 1\) / 2",
        lambda: logistic_regression(X, np.sign(y)),
    ),
    "label 2": (
        ValueError,
        "0 and 1, got 2$",
        lambda: logistic_regression(X, np.arange(9) % 3),
    ),
    "label between": (
        ValueError,
        "got 0.5",
        lambda: logistic_regression(X, np.full(9, 0.5)),
    ),
    "labels a column": (
        ValueError,
        "y must",
        lambda: logistic_regression(X, np.ones((9, 1))),
    ),
    "label NaN": (ValueError, "y must", lambda: logistic_regression(X, y * np.nan)),
    "flat bowl": (ValueError, r"h\[1\] must", lambda: quadratic([1.0, 0.0])),
    "saddle": (ValueError, r"h\[0\] must", lambda: quadratic([-1.0, 2.0])),
    "h a number": (ValueError, "h must", lambda: quadratic(1.6)),
    "h empty": (ValueError, "h must", lambda: quadratic([])),
    "h NaN": (ValueError, "h must", lambda: quadratic([np.nan])),
    "bottom elsewhere": (ValueError, "minimum must", lambda: quadratic([1.0], [0.0, 0.0])),
    "bottom a column": (
        ValueError,
        "minimum must",
        lambda: quadratic([1.0, 2.0], [[0], [0]]),
    ),
    "condition below 1": (ValueError, "condition must", lambda: ill_conditioned(0.5)),
    "condition infinite": (ValueError, "condition must", lambda: ill_conditioned(np.inf)),
    "one axis": (ValueError, "d must", lambda: ill_conditioned(10, 1)),
    "half an axis": (TypeError, "d must", lambda: ill_conditioned(10, 2.5)),
    "b 0": (ValueError, "b must", lambda: rosenbrock(1, 0)),
    "a NaN": (ValueError, "a must", lambda: rosenbrock(np.nan)),
    "sigma negative": (
        ValueError,
        "sigma",
        lambda: with_gradient_noise(beale(), -1.0, rng()),
    ),
    "noise seed": (TypeError, "rng", lambda: with_gradient_noise(beale(), 1.0, 0)),
    "noise of no problem": (
        TypeError,
        "^problem must be a Problem, got",
        lambda: with_gradient_noise(np.sin, 1.0, rng()),
    ),
    "masked X": (
        TypeError,
        "^X must have no masked entries",
        lambda: least_squares(np.ma.masked_greater(X, 0.0), y),
    ),
    "X on torch's tape": (
        TypeError,
        "^X must be an array of numbers: .*requires grad",
        lambda: least_squares(torch.tensor(X, requires_grad=True), y),
    ),
    "y on our tape": (
        TypeError,
        "^y must be an array of numbers: a Tensor can't",
        lambda: least_squares(X, Tensor(y)),
    ),
    "network y short": (
        ValueError,
        r"^y must have shape \(9, 1\), got \(8, 1\)",
        lambda: network_problem(MLP((3, 1)), X, np.ones((8, 1))),
    ),
    "network y flat": (
        ValueError,
        r"^y must have shape \(9, 1\), got \(9,\)",
        lambda: network_problem(MLP((3, 1)), X, y),
    ),
    "network label beyond": (
        ValueError,
        "^y must hold labels from 0 to 1, got 2 at index 8",
        lambda: network_problem(CLASSES, X, [0, 1, 0, 1, 0, 1, 0, 1, 2]),
    ),
    "network labels a column": (
        ValueError,
        r"^y must have shape \(9,\), got \(9, 1\)",
        lambda: network_problem(CLASSES, X, np.ones((9, 1), int)),
    ),
    "network fractional labels": (
        TypeError,
        "^y must hold whole numbers",
        lambda: network_problem(CLASSES, X, y),
    ),
    "network X narrow": (
        ValueError,
        r"^X must have shape \(any, 3\), got \(9, 2\)",
        lambda: network_problem(MLP((3, 1)), X[:, :2], y[:, None]),
    ),
    "parameters for a network": (
        TypeError,
        "^mlp must be an MLP, got",
        lambda: network_problem(MLP((3, 1)).init(rng()), X, y[:, None]),
    ),
    "network rows": (
        ValueError,
        "rows must",
        lambda: net.loss(MLP((2, 4, 3)).init(rng()), [7]),
    ),
    "network w": (TypeError, "params", lambda: net.loss(np.ones(3))),
}


@pytest.mark.parametrize("error, words, call", BAD.values(), ids=BAD)
def test_bad_input_is_refused_and_named(error, words, call):
    with pytest.raises(error, match=words):
        call()
