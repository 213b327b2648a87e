"""Numerical derivatives against closed forms; verdicts on right and on wrong gradients."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descent.gradcheck import (
    Verdict,
    central_difference,
    check_gradient,
    complex_step,
    forward_difference,
    relative_error,
)

RNG = np.random.default_rng(0)
A = RNG.normal(size=(5, 3))
METHODS = [(forward_difference, 1e-6), (central_difference, 1e-9), (complex_step, 1e-14)]


def f(w):
    return np.sum(np.sin(A @ w) + np.exp(0.3 * A @ w))


def gradient(w):
    return A.T @ (np.cos(A @ w) + 0.3 * np.exp(0.3 * A @ w))


W = np.array([0.4, -1.2, 0.7])


# Differences


@pytest.mark.parametrize("method, rtol", METHODS)
def test_a_gradient_has_the_shape_of_its_variable_and_the_right_values(method, rtol):
    np.testing.assert_allclose(method(f, W), gradient(W), rtol=rtol)
    of_matrix = method(lambda X: np.sum(X**3), A)
    assert of_matrix.shape == A.shape
    np.testing.assert_allclose(of_matrix, 3 * A**2, rtol=rtol, atol=10 * rtol)
    slope = method(lambda x: x**2 * np.sin(x), 1.5)
    assert np.shape(slope) == ()
    expected = float(mpmath.diff(lambda x: x**2 * mpmath.sin(x), 1.5))
    np.testing.assert_allclose(slope, expected, rtol=rtol)


@pytest.mark.parametrize("method, rtol", METHODS)
def test_the_jacobian_of_an_array_has_a_row_for_each_output(method, rtol):
    J = method(lambda w: A @ w, W)
    assert J.shape == (5, 3)
    np.testing.assert_allclose(J, A, rtol=rtol)
    J = method(lambda X: X @ W, A)  # y_i = Σ_k X_ik W_k: ∂y_i/∂X_jk = δ_ij W_k
    assert J.shape == (5, 5, 3)
    np.testing.assert_allclose(J, np.eye(5)[:, :, None] * W, atol=10 * rtol)


def test_the_error_falls_as_h_for_forward_and_as_h_squared_for_central():
    errors = {}
    for h in (1e-2, 1e-3):
        for method in (forward_difference, central_difference):
            errors[method, h] = abs(method(np.exp, 1.0, h) - np.e)
    ratio = {m: errors[m, 1e-2] / errors[m, 1e-3] for m, _ in METHODS[:2]}
    assert 9 < ratio[forward_difference] < 11
    assert 90 < ratio[central_difference] < 110
    np.testing.assert_allclose(errors[forward_difference, 1e-3], 1e-3 * np.e / 2, rtol=1e-3)
    np.testing.assert_allclose(errors[central_difference, 1e-3], 1e-6 * np.e / 6, rtol=1e-3)


@pytest.mark.parametrize("method", [forward_difference, central_difference])
def test_the_default_step_is_better_than_steps_a_thousand_times_larger_or_smaller(method):
    def error(h):
        points = np.linspace(0.5, 2.0, 40)
        return np.mean([abs(method(np.exp, x, h) - np.exp(x)) for x in points])

    power = 1 / 2 if method is forward_difference else 1 / 3
    best = np.finfo(float).eps ** power
    assert error(None) < 0.1 * error(1000 * best)
    assert error(None) < 0.1 * error(best / 1000)


def test_the_default_step_grows_with_x():
    for x in (1e8, -1e-8, 1e-300):
        for method, rtol in METHODS[:2]:
            np.testing.assert_allclose(method(lambda x: 3 * x, x), 3.0, rtol=rtol)
    np.testing.assert_allclose(central_difference(np.square, 1e8), 2e8, rtol=1e-9)
    np.testing.assert_allclose(forward_difference(np.square, 1e8), 2e8, rtol=1e-7)


def test_a_given_step_is_used_as_it_is_down_to_where_rounding_leaves_nothing():
    assert forward_difference(np.exp, 1.0, 1e-20) == 0.0
    expected = (np.exp(1.25) - np.exp(0.75)) / 0.5
    np.testing.assert_allclose(central_difference(np.exp, 1.0, 0.25), expected, rtol=1e-15)


def test_the_number_of_evaluations_is_d_plus_1_for_forward_and_2d_and_a_look_for_central():
    calls = []

    def counted(w):
        calls.append(w)
        return float(np.sum(w))

    forward_difference(counted, np.ones(10))
    assert len(calls) == 11
    calls.clear()
    central_difference(counted, np.ones(10))
    assert len(calls) == 21


def test_the_complex_step_is_exact_where_differences_are_not():
    x, derivative = 1.5, None
    with mpmath.workdps(40):
        hard = lambda z: mpmath.exp(z) / (mpmath.sin(z) ** 3 + mpmath.cos(z) ** 3)  # noqa: E731
        derivative = float(mpmath.diff(hard, mpmath.mpf(x)))

    def g(z):
        return np.exp(z) / (np.sin(z) ** 3 + np.cos(z) ** 3)

    np.testing.assert_allclose(complex_step(g, x), derivative, rtol=4e-15)
    assert abs(central_difference(g, x) - derivative) > 1e-13


def test_a_function_that_drops_the_imaginary_part_is_refused():
    for real in (np.abs, lambda z: z.real, lambda z: 3.0):
        with pytest.raises(TypeError, match="complex"):
            complex_step(real, 1.0)


@pytest.mark.parametrize("method, _", METHODS)
def test_x_isn_t_modified_even_by_a_function_that_writes_into_it(method, _):
    def rude(w):
        w *= 2
        return np.sum(w)

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(method(rude, x), [2.0, 2.0], rtol=1e-6)
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_a_function_that_returns_one_buffer_again_and_again_does_no_harm():
    buffer = np.zeros(2)

    def g(w):
        buffer[:] = w**2
        return buffer

    expected = np.diag([2.0, 4.0])
    for method in (forward_difference, central_difference):
        np.testing.assert_allclose(method(g, np.array([1.0, 2.0])), expected, atol=1e-6)


@pytest.mark.parametrize("method, _", METHODS)
@pytest.mark.parametrize(
    "x, h, error, said",
    [
        ("a", 1e-5, TypeError, "x must"),
        (1j, 1e-5, TypeError, "x must"),
        ([1.0, np.nan], 1e-5, ValueError, "x must be finite"),
        ([], 1e-5, ValueError, "x must not be empty"),
        (1.0, 0, ValueError, "h must"),
        (1.0, -1e-5, ValueError, "h must"),
        (1.0, "small", TypeError, "h must"),
        (1.0, np.nan, ValueError, "h must"),
    ],
)
def test_a_bad_point_or_step_is_named(method, _, x, h, error, said):
    with pytest.raises(error, match=said):
        method(np.sin, x, h)


def test_a_function_whose_values_are_unusable_is_named():
    with (
        pytest.raises(ValueError, match=r"f\(x\) must be finite"),
        np.errstate(all="ignore"),
    ):
        central_difference(np.log, -1.0)
    with pytest.raises(TypeError, match=r"f\(x\)"):
        forward_difference(lambda x: "one", 1.0)
    shapes = iter([2, 2, 3])
    with pytest.raises(ValueError, match=r"f\(x\) must have shape"):
        forward_difference(lambda x: np.ones(next(shapes)), np.ones(2))


# Relative error


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_relative_error_is_symmetric_and_free_of_units(a, b):
    expected = abs(a - b) / max(a, b)
    np.testing.assert_allclose(relative_error(a, b), expected, atol=1e-15)
    assert relative_error(a, b) == relative_error(b, a)
    assert relative_error([0.0, 1.0], [0.0, 1.0]) == 0.0
    assert relative_error(a, -a) == 2.0


def test_one_wrong_entry_among_many_shows_in_full():
    a = np.full(1000, 1e3)
    b = a.copy()
    a[7], b[7] = 1e-3, 2e-3
    assert relative_error(a, b) == 0.5
    np.testing.assert_allclose(relative_error(a, b, floor=1.0), 1e-3)


def test_relative_error_broadcasts_nothing():
    with pytest.raises(ValueError, match=r"b must have shape \(3,\), got \(3, 1\)"):
        relative_error(np.ones(3), np.ones((3, 1)))
    with pytest.raises(ValueError, match="finite"):
        relative_error([np.nan], [1.0])
    with pytest.raises(ValueError, match="floor"):
        relative_error(1.0, 1.0, floor=0)


# Verdicts


def verdict(wrong, w=W):
    return check_gradient(f, wrong, w)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-6, 6), st.floats(-6, 6))
def test_right_gradients_are_accepted_whatever_their_scale(seed, log_scale, log_x):
    rng = np.random.default_rng(seed)
    w = 10**log_x * rng.normal(size=(2, 3))
    c = 10**log_scale * rng.normal(size=(2, 3))
    s = 10**log_x
    result = check_gradient(
        lambda w: np.sum(c * np.sin(w / s)) + 3 * np.sum(c),
        lambda w: c / s * np.cos(w / s),
        w,
        h=None if s > 0.1 else 1e-5 * s,
    )
    assert result.ok, result.message


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 5), st.floats(1e-4, 10))
def test_one_wrong_entry_is_rejected_and_found(seed, k, size):
    rng = np.random.default_rng(seed)
    w, c = rng.normal(size=(2, 3)), rng.uniform(0.5, 2.0, size=(2, 3))
    wrong = np.cos(w) * c
    wrong.flat[k] += size
    result = check_gradient(lambda w: np.sum(c * np.sin(w)), wrong, w)
    assert not result.ok and result.index == np.unravel_index(k, (2, 3))
    np.testing.assert_allclose(result.analytic - result.numeric, size, rtol=1e-4)


def test_small_entries_beside_large_ones_and_high_powers_near_0_are_accepted():
    x = np.array([1e-3, 1.0, 0.0, 10.0, 1e-5])
    assert check_gradient(lambda x: np.sum(x**4), lambda x: 4 * x**3, x)
    assert check_gradient(lambda x: x**4, lambda x: 4 * x**3, 1e-3)  # truncation shows
    assert check_gradient(lambda x: np.sum(x**4), lambda x: 4 * x**3, [1e-3, 2e-3])
    assert not check_gradient(lambda x: x**4, lambda x: 5 * x**3, 1e-3)
    assert check_gradient(lambda x: np.sum(x**2), lambda x: 2 * x, np.zeros(3))
    assert check_gradient(lambda x: (x - 1) ** 2 + 1e6, lambda x: 2 * (x - 1), 1.0)


def test_a_verdict_holds_both_values_the_place_and_the_step():
    result = verdict(lambda w: gradient(w) + np.array([0.0, 0.5, 0.0]))
    assert isinstance(result, Verdict) and not result and result.ok is False
    assert result.index == (1,)
    np.testing.assert_allclose(result.numeric, gradient(W)[1], rtol=1e-8)
    np.testing.assert_allclose(result.analytic, gradient(W)[1] + 0.5, rtol=1e-12)
    expected = 0.5 / max(abs(result.analytic), abs(result.numeric))
    np.testing.assert_allclose(result.worst, expected, rtol=1e-6)
    assert 6e-6 < result.h < 8e-6
    assert "(1,)" in result.message and "1 of 3 entries are wrong" in result.message


def test_a_right_gradient_is_true_and_says_how_well_it_agrees():
    result = verdict(gradient)
    assert result and result.ok is True and result.worst < 1e-8
    assert "agrees" in result.message and "1e-06" in result.message
    assert check_gradient(f, gradient(W), W)  # an array will do


@pytest.mark.parametrize(
    "wrong, cause",
    [
        (lambda w: -gradient(w), "sign is flipped"),
        (lambda w: 2 * gradient(w), "too large by the factor 2 "),
        (lambda w: 0.5 * gradient(w), "too small by the factor 2 "),
        (lambda w: 300 * gradient(w), "too large by the factor 300 "),
        (lambda w: gradient(w) / -5, "sign is flipped, and too small by the factor 5 "),
        (lambda w: 0 * w, "0 everywhere"),
        (lambda w: gradient(w) * [1, 0, 1], "1 of 3 entries are 0"),
        (lambda w: gradient(w) + [0, 0.1, 0], "1 of 3 entries are wrong"),
        (lambda w: gradient(w) + w, "no simple pattern"),
        (lambda w: gradient(w) * (1 + 1e-5), "nearly right"),
    ],
)
def test_the_likely_cause_is_named(wrong, cause):
    result = verdict(wrong)
    assert not result.ok
    assert cause in result.message


def test_a_transposed_gradient_is_recognised():
    B = np.array([[1.0, 2.0], [5.0, 3.0]])
    result = check_gradient(lambda W: np.sum(B * np.sin(W)), lambda W: (B * np.cos(W)).T, B)
    assert not result.ok and "transposed" in result.message


@pytest.mark.parametrize("x", [0.0, 2e-6])
def test_a_kink_within_the_step_is_blamed_rather_than_the_gradient(x):
    result = check_gradient(lambda x: np.maximum(x, 0.0), 1.0, x)
    assert not result.ok and "kink" in result.message
    smooth = check_gradient(lambda x: x**2, 1.0, 0.0)
    assert not smooth.ok and "kink" not in smooth.message


def test_away_from_the_kink_the_gradient_of_relu_is_accepted():
    x = np.array([-1.0, 1e-4, 2.0])
    assert check_gradient(lambda x: np.sum(np.maximum(x, 0)), lambda x: 1.0 * (x > 0), x)


def test_a_stricter_or_looser_tolerance_is_obeyed():
    def nearly(w):
        return gradient(w) * (1 + 1e-4)

    assert not check_gradient(f, nearly, W, tolerance=1e-5)
    assert check_gradient(f, nearly, W, tolerance=1e-3)


@pytest.mark.parametrize(
    "call, error, said",
    [
        (
            lambda: check_gradient(f, gradient(W)[:, None], W),
            ValueError,
            "gradient must have",
        ),
        (
            lambda: check_gradient(f, lambda w: 1.0, W),
            ValueError,
            "gradient must have shape",
        ),
        (lambda: check_gradient(f, W * np.nan, W), ValueError, "gradient must be finite"),
        (
            lambda: check_gradient(lambda w: w, np.eye(3), W),
            ValueError,
            r"f\(x\) must have",
        ),
        (lambda: check_gradient(f, gradient, W, tolerance=0), ValueError, "tolerance"),
        (lambda: check_gradient(f, gradient, W, h=-1), ValueError, "h must"),
        (lambda: check_gradient(f, "g", W), TypeError, "gradient"),
        (lambda: check_gradient(f, gradient, "W"), TypeError, "x must"),
    ],
)
def test_bad_arguments_are_named(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_neither_f_nor_the_gradient_can_change_x():
    def rude(w):
        w *= 0
        return w

    w = W.copy()
    check_gradient(lambda w: float(np.sum(rude(w))), rude, w)
    np.testing.assert_array_equal(w, W)
