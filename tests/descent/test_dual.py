"""Dual numbers against torch's forward mode, mpmath and their own algebra."""

import mpmath
import numpy as np
import pytest
from expression_graphs import NumPy, Torch, programs, run
from hypothesis import given, settings
from hypothesis import strategies as st

from descent import functions
from descent.dual import Dual
from descent.tape import Tensor

torch = pytest.importorskip("torch")

numbers = st.floats(-3, 3, allow_subnormal=False)


@settings(max_examples=60, deadline=None)
@given(programs(), st.integers(0, 2**32 - 1))
def test_values_and_tangents_equal_torch_s_jvp_on_random_graphs(program, seed):
    leaves, steps = program
    rng = np.random.default_rng(seed)
    directions = [np.asarray(rng.normal(size=x.shape)) for x in leaves]
    ours = run(NumPy, [Dual(x, v) for x, v in zip(leaves, directions)], steps)
    primals = tuple(torch.tensor(x) for x in leaves)
    tangents = tuple(torch.tensor(v) for v in directions)
    with torch.autograd.forward_ad.dual_level():
        duals = [
            torch.autograd.forward_ad.make_dual(*pair) for pair in zip(primals, tangents)
        ]
        theirs = [
            torch.autograd.forward_ad.unpack_dual(y) for y in run(Torch(), duals, steps)
        ]
    for a, b in zip(ours, theirs):
        y, t = (
            b.primal.numpy(),
            np.zeros(b.primal.shape) if b.tangent is None else b.tangent,
        )
        assert a.shape == y.shape == a.tangent.shape
        scale = max(1.0, float(np.max(np.abs(np.asarray(t)), initial=0)))
        np.testing.assert_allclose(a.value, y, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(a.tangent, t, rtol=1e-9, atol=1e-12 * scale)


SCALAR = {
    "exp": mpmath.exp,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "tanh": mpmath.tanh,
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "square": lambda x: x * x,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
}


@pytest.mark.parametrize("name", SCALAR)
def test_each_derivative_equals_mpmath_s_to_fourteen_digits(name):
    points = [0.01, 0.5, 1.3, 2.9] + ([] if name in ("log", "sqrt") else [-2.2, -0.3])
    for x in points:
        with mpmath.workdps(40):
            derivative = float(mpmath.diff(SCALAR[name], mpmath.mpf(x)))
        y = getattr(functions, name)(Dual(x, 2.0))
        np.testing.assert_allclose(y.tangent, 2 * derivative, rtol=1e-14, atol=4e-16)


@given(numbers, numbers, numbers, numbers)
def test_products_follow_the_rule_of_leibniz_and_epsilon_squared_is_0(a, da, b, db):
    x, y = Dual(a, da), Dual(b, db)
    np.testing.assert_allclose((x * y).tangent, a * db + da * b, atol=1e-12)
    assert (Dual(0.0, da) * Dual(0.0, db)).tangent == 0


@given(numbers, numbers, st.integers(0, 5))
def test_a_whole_power_is_a_repeated_product(a, da, n):
    x, product = Dual(a, da), Dual(1.0, 0.0)
    for _ in range(n):
        product = product * x
    power = x**n
    np.testing.assert_allclose(power.value, product.value, atol=1e-12)
    np.testing.assert_allclose(power.tangent, product.tangent, atol=1e-10)


def test_a_constant_on_either_side_has_no_tangent():
    x = Dual([1.0, 2.0], [1.0, 10.0])
    for y in (np.array([5.0, 5.0]) + x, x + 5, 5 + x, np.float64(5) + x, x - -5.0):
        assert isinstance(y, Dual)
        np.testing.assert_array_equal(y.value, [6.0, 7.0])
        np.testing.assert_array_equal(y.tangent, [1.0, 10.0])
    y = np.stack([x, np.zeros(2)])
    np.testing.assert_array_equal(y.tangent, [[1.0, 10.0], [0.0, 0.0]])
    y = np.where([True, False], x, 0.0)
    np.testing.assert_array_equal(y.tangent, [1.0, 0.0])


def test_broadcasting_copies_the_tangent_too():
    y = Dual([1.0, 2.0], [3.0, 4.0]) + np.zeros((3, 2))
    np.testing.assert_array_equal(y.tangent, [[3.0, 4.0]] * 3)


def test_matmul_has_the_tangent_of_both_factors():
    rng = np.random.default_rng(0)
    A, dA, B, dB = rng.normal(size=(4, 3, 3))
    y = Dual(A, dA) @ Dual(B, dB)
    np.testing.assert_allclose(y.tangent, dA @ B + A @ dB, rtol=1e-15)
    np.testing.assert_allclose((A @ Dual(B, dB)).tangent, A @ dB, rtol=1e-15)
    np.testing.assert_allclose((Dual(A, dA) @ B).tangent, dA @ B, rtol=1e-15)


def test_axes_and_shapes_may_be_given_by_name_as_to_numpy():
    x, v = np.arange(6.0).reshape(2, 3), np.ones((2, 3)) * [1.0, 2.0, 3.0]
    turned = np.transpose(Dual(x, v), axes=(1, 0))
    np.testing.assert_array_equal(turned.tangent, v.T)
    copied = np.broadcast_to(Dual(x, v), shape=(4, 2, 3))
    np.testing.assert_array_equal(copied.tangent, np.stack([v] * 4))


def test_ties_of_max_average_their_tangents_so_that_both_modes_agree():
    y = Dual([2.0, 2.0, 1.0], [3.0, 5.0, 100.0]).max()
    assert (y.value, y.tangent) == (2.0, 4.0)


def test_comparisons_look_at_the_values_alone():
    x = Dual([1.0, 2.0], [7.0, -7.0])
    np.testing.assert_array_equal(x > 1.5, [False, True])
    np.testing.assert_array_equal(np.isfinite(x), [True, True])
    assert x.max() > 1 and x[0] == 1.0 and x.sum().item() == 3.0


def test_one_python_function_serves_arrays_complex_numbers_tensors_and_duals():
    def f(x):
        z = functions.sigmoid(x) * np.sin(x) + np.tanh(x) / (1 + x**2)
        return np.mean(np.stack([z, np.exp(z)]) @ np.ones(3))

    x, v = np.array([0.2, -1.1, 3.0]), np.array([1.0, 0.5, -2.0])
    tensor = Tensor(x, requires_grad=True)
    f(tensor).backward()
    dual = f(Dual(x, v))
    assert f(x) == f(tensor).item() == dual.item()
    np.testing.assert_allclose(dual.tangent, tensor.grad @ v, rtol=1e-14)
    np.testing.assert_allclose(f(x + 1e-30j * v).imag / 1e-30, dual.tangent, rtol=1e-14)


def test_a_tensor_may_hold_duals_and_then_leads_whichever_stands_first():
    t, d = Tensor([1.0, 2.0], requires_grad=True), Dual([3.0, 4.0], [1.0, 0.0])
    for y in (t * d, d * t, np.stack([d, t]), np.where([True, False], d, t)):
        assert isinstance(y, Tensor) and isinstance(y.data, Dual)
    (d * t).sum().backward()
    np.testing.assert_array_equal(t.grad.value, [3.0, 4.0])
    np.testing.assert_array_equal(t.grad.tangent, [1.0, 0.0])


def test_numbers_of_two_directions_refuse_to_meet():
    x, y = Dual(1.0, 1.0, direction="x"), Dual(2.0, 1.0, direction="y")
    for mix in (
        lambda: x + y,
        lambda: np.stack([x, y]),
        lambda: np.where(True, x, y),
        lambda: x.reshape(1) @ y.reshape(1),
    ):
        with pytest.raises(ValueError, match="two directional derivatives"):
            mix()
    assert (x * x).direction == "x"


@pytest.mark.parametrize(
    "value, tangent, error, said",
    [
        ([1.0, 2.0], [1.0], ValueError, r"tangent must have shape \(2,\), got \(1,\)"),
        ([1.0, 2.0], 1.0, ValueError, "tangent must have shape"),
        ("1", 1.0, TypeError, "value"),
        (1.0, 1j, TypeError, "tangent"),
        (1.0, None, TypeError, "tangent"),
    ],
)
def test_value_and_tangent_are_real_and_of_one_shape(value, tangent, error, said):
    with pytest.raises(error, match=said):
        Dual(value, tangent)


@pytest.mark.parametrize(
    "misuse", [np.asarray, np.floor, np.linalg.norm, float, np.add.reduce, lambda x: x + 1j]
)
def test_what_would_lose_the_tangent_is_refused(misuse):
    with pytest.raises(TypeError):
        misuse(Dual([1.0, 2.0], [1.0, 1.0]))


def test_a_dual_number_prints_both_parts_and_changes_neither_argument():
    v, w = np.array([1.0]), np.array([2.0])
    x = Dual(v, w)
    x += 1
    assert repr(x) == "Dual([2.], [2.])" and (v, w) == (1.0, 2.0)
