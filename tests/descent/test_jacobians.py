"""Products with Jacobians against torch.func, closed forms and counted multiplications."""

import numpy as np
import pytest
from expression_graphs import NumPy, Torch, programs, run, total
from hypothesis import given, settings
from hypothesis import strategies as st

from descent import functions
from descent.jacobians import (
    chain_multiplications,
    chain_product,
    hessian_vector_product,
    jacobian,
    jvp,
    vjp,
)
from descent.tape import Tensor

torch = pytest.importorskip("torch")

some = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def in_each_library(program):
    """The last result of a random graph as a function of its first leaf."""
    leaves, steps = program
    constants = [torch.tensor(x) for x in leaves[1:]]
    return (
        lambda x: run(NumPy, [x, *leaves[1:]], steps)[-1],
        lambda x: run(Torch(), [x, *constants], steps)[-1],
        leaves[0],
    )


def assert_close(ours, theirs, rtol=1e-9):
    theirs = np.asarray(theirs.detach())
    assert np.shape(ours) == theirs.shape
    scale = max(1.0, float(np.max(np.abs(theirs), initial=0)))
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-12 * scale)


def vector_field(x):
    """R³ → R², with the Jacobian below."""
    return np.stack([x[0] * x[1] + np.sin(x[2]), x[1] ** 2 * np.exp(x[0])])


def its_jacobian(x):
    return np.array(
        [
            [x[1], x[0], np.cos(x[2])],
            [x[1] ** 2 * np.exp(x[0]), 2 * x[1] * np.exp(x[0]), 0.0],
        ]
    )


X = np.array([0.3, -1.2, 2.0])


# Products


@some
@given(programs(max_steps=5), seeds)
def test_jvp_and_vjp_equal_torch_func_on_random_graphs(program, seed):
    f, g, x = in_each_library(program)
    rng = np.random.default_rng(seed)
    v = np.asarray(rng.normal(size=x.shape))
    t = torch.tensor(x, requires_grad=True)
    y, pull = torch.func.vjp(g, t)
    u = np.asarray(rng.normal(size=tuple(y.shape)))
    assert_close(vjp(f, x, u), pull(torch.tensor(u))[0])
    if "mask" in {name for name, *_ in program[1]}:
        return  # torch.func.jvp can't index by a mask
    assert_close(jvp(f, x, v), torch.func.jvp(g, (torch.tensor(x),), (torch.tensor(v),))[1])


@some
@given(programs(max_steps=5), seeds)
def test_both_products_agree_through_u_J_v(program, seed):
    f, _, x = in_each_library(program)
    rng = np.random.default_rng(seed)
    v = np.asarray(rng.normal(size=x.shape))
    Jv = jvp(f, x, v)
    u = np.asarray(rng.normal(size=Jv.shape))
    left, right = np.sum(u * Jv), np.sum(vjp(f, x, u) * v)
    scale = 1 + np.sum(np.abs(u * Jv)) + np.sum(np.abs(vjp(f, x, u) * v))
    assert abs(left - right) < 1e-11 * scale


@settings(max_examples=40, deadline=None)
@given(programs(max_steps=4))
def test_the_jacobian_of_either_mode_equals_torch_s(program):
    leaves, steps = program
    f, g, x = in_each_library((leaves, steps))
    reverse, forward = jacobian(f, x, mode="reverse"), jacobian(f, x, mode="forward")
    t = torch.tensor(x)
    assert_close(reverse, torch.autograd.functional.jacobian(g, t))
    np.testing.assert_allclose(reverse, forward, rtol=1e-9, atol=1e-10)


def test_rows_are_outputs_and_columns_are_inputs():
    J = its_jacobian(X)
    for mode in ("reverse", "forward"):
        np.testing.assert_allclose(jacobian(vector_field, X, mode=mode), J, rtol=1e-14)
    v, u = np.array([1.0, -2.0, 0.5]), np.array([3.0, -1.0])
    np.testing.assert_allclose(jvp(vector_field, X, v), J @ v, rtol=1e-14)
    np.testing.assert_allclose(vjp(vector_field, X, u), u @ J, rtol=1e-14)


def test_a_gradient_is_the_vjp_of_a_number_with_seed_1_in_the_variable_s_shape():
    W = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(vjp(lambda W: (W * W).sum(), W, 1.0), 2 * W)
    np.testing.assert_allclose(jacobian(lambda W: (W * W).sum(), W), 2 * W)
    assert jacobian(lambda W: W @ np.ones(3), W).shape == (2, 2, 3)
    assert jacobian(np.sin, 0.0).shape == () and vjp(np.sin, 0.0, 2.0) == 2.0


def test_forward_mode_runs_f_once_for_each_input_and_reverse_once_in_all():
    calls = []

    def f(x):
        calls.append(type(x).__name__)
        return vector_field(x)

    jacobian(f, X, mode="forward")
    jacobian(f, X, mode="reverse")
    assert calls == ["Dual"] * 3 + ["Tensor"]


@pytest.mark.parametrize("f", [lambda x: 3.0, lambda x: np.array([1.0, 2.0])])
def test_a_function_that_doesn_t_depend_on_x_has_derivative_0(f):
    shape = np.shape(f(X))
    assert not jvp(f, X, X).any() and jvp(f, X, X).shape == shape
    assert not vjp(f, X, np.ones(shape)).any() and vjp(f, X, np.ones(shape)).shape == (3,)
    assert jacobian(f, X).shape == (*shape, 3)


def test_no_tensor_outside_f_gets_a_gradient_from_vjp():
    w = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    np.testing.assert_array_equal(vjp(lambda x: (w * x).sum(), X, 1.0), w.data)
    assert w.grad is None


# Second derivatives


@some
@given(programs(max_steps=5), seeds)
def test_the_hessian_vector_product_equals_torch_s_on_random_graphs(program, seed):
    leaves, steps = program
    v = np.asarray(np.random.default_rng(seed).normal(size=leaves[0].shape))
    constants = [torch.tensor(x) for x in leaves[1:]]
    ours = hessian_vector_product(
        lambda x: total(NumPy, [x, *leaves[1:]], steps), leaves[0], v
    )
    _, theirs = torch.autograd.functional.hvp(
        lambda x: total(Torch(), [x, *constants], steps),
        torch.tensor(leaves[0]),
        torch.tensor(v),
    )
    assert_close(ours, theirs, rtol=1e-8)


def test_the_hessian_of_a_quadratic_is_its_symmetric_matrix():
    rng = np.random.default_rng(0)
    A, v = rng.normal(size=(4, 4)), rng.normal(size=4)
    H = A + A.T
    product = hessian_vector_product(lambda x: x @ A @ x, rng.normal(size=4), v)
    np.testing.assert_allclose(product, H @ v, rtol=1e-13)


def test_columns_of_the_hessian_of_a_network_equal_torch_func_hessian():
    rng = np.random.default_rng(1)
    data, y, w = rng.normal(size=(8, 2)), rng.normal(size=8), rng.normal(size=9)

    def loss(w, lib=NumPy, data=data, y=y):
        h = lib.tanh(data @ w[:6].reshape(2, 3))
        return lib.mean((h @ w[6:] - y) ** 2)

    def theirs(w):
        return loss(w, Torch(), torch.tensor(data), torch.tensor(y))

    H = np.stack([hessian_vector_product(loss, w, e) for e in np.eye(9)], axis=1)
    assert_close(H, torch.func.hessian(theirs)(torch.tensor(w)), rtol=1e-10)
    np.testing.assert_allclose(H, H.T, atol=1e-13)


def test_the_hessian_of_a_linear_or_constant_function_is_0():
    np.testing.assert_array_equal(hessian_vector_product(lambda x: x.sum(), X, X), 0 * X)
    np.testing.assert_array_equal(hessian_vector_product(lambda x: 1.0, X, X), 0 * X)


def test_a_jvp_within_a_jvp_that_shares_its_variable_is_refused_not_wrong():
    with pytest.raises(ValueError, match="two directional derivatives"):
        jvp(lambda x: x * jvp(lambda y: x + y, 1.0, 1.0), 1.0, 1.0)
    with pytest.raises(TypeError, match="two differentiations"):
        jvp(lambda x: x * jvp(lambda y: x, 1.0, 1.0), 1.0, 1.0)
    with pytest.raises(TypeError, match="two differentiations"):
        vjp(lambda x: x * jvp(lambda y: x * y, 1.0, 1.0), 1.0, 1.0)


def test_the_jvp_of_a_vjp_in_another_variable_is_a_mixed_derivative():
    # ∂/∂z of ∂/∂x (x² z³) at x = 2, z = 3: 2·2·3·3² = 108
    mixed = jvp(lambda z: vjp(lambda x: x**2 * z**3, 2.0, 1.0), 3.0, 1.0)
    np.testing.assert_allclose(mixed, 108.0)


# Bad input


@pytest.mark.parametrize(
    "call, error, said",
    [
        (lambda: jvp(vector_field, X, X[:2]), ValueError, r"v must have shape \(3,\)"),
        (lambda: jvp(vector_field, X, X[:, None]), ValueError, r"v must have shape \(3,\)"),
        (lambda: jvp(vector_field, X * np.nan, X), ValueError, "x must be finite"),
        (lambda: jvp(vector_field, "x", X), TypeError, "x must"),
        (lambda: vjp(vector_field, X, X), ValueError, r"u must have shape \(2,\)"),
        (lambda: vjp(vector_field, X, 1.0), ValueError, r"u must have shape \(2,\)"),
        (lambda: vjp(vector_field, [], 1.0), ValueError, "x must not be empty"),
        (lambda: jacobian(vector_field, X, mode="both"), ValueError, "mode must be one of"),
        (lambda: jvp(np.linalg.norm, X, X), TypeError, "no derivative rule"),
        (lambda: vjp(lambda x: [x[0], x[1]], X, [1, 1]), TypeError, "np.stack"),
        (lambda: jvp(lambda x: "y", X, X), TypeError, r"f\(x\)"),
        (lambda: hessian_vector_product(vector_field, X, X), ValueError, "single number"),
        (lambda: hessian_vector_product(np.sum, X, 1.0), ValueError, "v must have shape"),
    ],
)
def test_bad_arguments_are_named(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_no_argument_is_modified():
    x, v = X.copy(), np.ones(3)

    def f(x):
        x = functions.relu(x)
        x += 1
        return x.sum()

    vjp(f, x, 1.0), jvp(f, x, v), hessian_vector_product(f, x, v)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(v, np.ones(3))


# Chains


@st.composite
def chains(draw):
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=7))
    rng = np.random.default_rng(draw(seeds))
    return [rng.normal(size=pair) for pair in zip(sizes, sizes[1:])]


@given(chains())
@settings(deadline=None)
def test_both_bracketings_give_the_product_and_their_cost_is_counted_term_by_term(Js):
    expected = np.linalg.multi_dot(Js) if len(Js) > 1 else Js[0]
    counts = {"left": 0, "right": 0}
    shape = Js[0].shape
    for J in Js[1:]:
        counts["left"] += sum(1 for _ in np.ndindex(*shape, J.shape[1]))
        shape = (shape[0], J.shape[1])
    shape = Js[-1].shape
    for J in Js[-2::-1]:
        counts["right"] += sum(1 for _ in np.ndindex(*J.shape, shape[1]))
        shape = (J.shape[0], shape[1])
    for bracketing, count in counts.items():
        product, multiplications = chain_product(Js, bracketing)
        np.testing.assert_allclose(product, expected, rtol=1e-9, atol=1e-10)
        assert multiplications == count
        assert chain_multiplications([J.shape for J in Js], bracketing) == count


def test_for_a_scalar_loss_vector_first_costs_n_squared_and_matrix_first_n_cubed():
    n, layers = 10, 4
    shapes = [(1, n), *[(n, n)] * layers]
    assert chain_multiplications(shapes, "left") == layers * n**2
    assert chain_multiplications(shapes, "right") == (layers - 1) * n**3 + n**2


def test_the_chain_of_jacobians_is_the_jacobian_of_the_chain():
    def g(y):
        return np.stack([y[0] * y[1], np.tanh(y[0]), y[1] ** 2])

    Js = [jacobian(g, vector_field(X)), jacobian(vector_field, X)]
    whole = jacobian(lambda x: g(vector_field(x)), X)
    np.testing.assert_allclose(chain_product(Js, "right").product, whole, rtol=1e-13)


def test_the_product_of_a_single_matrix_is_a_copy_that_cost_nothing():
    J = np.eye(2)
    product, multiplications = chain_product([J])
    product[0, 0] = 5.0
    assert multiplications == 0 and J[0, 0] == 1.0


@pytest.mark.parametrize(
    "call, error, said",
    [
        (lambda: chain_product([]), ValueError, "Js must not be empty"),
        (lambda: chain_product(3), TypeError, "Js must be a list"),
        (lambda: chain_product([np.ones(3)]), ValueError, r"Js\[0\] must have 2 axes"),
        (lambda: chain_product([np.eye(2), np.eye(3)]), ValueError, "as many columns"),
        (lambda: chain_product([np.eye(2)] * 2, "middle"), ValueError, "bracketing"),
        (lambda: chain_product([np.eye(2) * np.nan]), ValueError, "finite"),
        (lambda: chain_multiplications([(1, 2, 3)], "left"), ValueError, r"shapes\[0\]"),
        (lambda: chain_multiplications([(1.5, 2)], "left"), TypeError, r"shapes\[0\]"),
        (lambda: chain_multiplications([(0, 2)], "left"), ValueError, r"shapes\[0\]"),
    ],
)
def test_chains_that_don_t_fit_are_named(call, error, said):
    with pytest.raises(error, match=said):
        call()
