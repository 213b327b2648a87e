"""The tape against PyTorch on random graphs, against closed forms, and on bad input."""

import sys

import numpy as np
import pytest
from expression_graphs import NumPy, Torch, programs, run, total
from hypothesis import given, settings
from hypothesis import strategies as st

from descent import tape
from descent.dual import Dual
from descent.tape import Tensor, as_tensor, gradients, graph, tensor, topological_order

torch = pytest.importorskip("torch")

many = settings(max_examples=60, deadline=None)


def leaf(*values, **options):
    return Tensor(values[0] if len(values) == 1 else values, requires_grad=True, **options)


def twins(arrays):
    """The same leaves for the tape and for torch."""
    ours = [Tensor(x, requires_grad=True) for x in arrays]
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in arrays]
    return ours, theirs


def assert_close(ours, theirs, rtol=1e-9):
    theirs = np.zeros_like(ours) if theirs is None else theirs.detach().numpy()
    assert ours.shape == theirs.shape
    scale = max(1.0, float(np.max(np.abs(theirs), initial=0)))
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-12 * scale)


# Equal to torch


@many
@given(programs())
def test_values_and_all_gradients_equal_torch_on_random_graphs(program):
    leaves, steps = program
    ours, theirs = twins(leaves)
    our_pool, their_pool = run(NumPy, ours, steps), run(Torch(), theirs, steps)
    for x, y in zip(our_pool, their_pool):
        assert_close(x.data, y)
    for y in their_pool[len(leaves) :]:
        y.retain_grad()
    weights = [np.cos(np.arange(x.size).reshape(x.shape)) for x in our_pool]
    our_loss = sum((x * c).sum() for x, c in zip(our_pool, weights))
    their_loss = sum((y * torch.tensor(c)).sum() for y, c in zip(their_pool, weights))
    our_loss.backward()
    their_loss.backward()
    for x, y in zip(our_pool, their_pool):
        assert_close(x.grad, y.grad)


@many
@given(programs(max_steps=4), st.integers(0, 2**32 - 1))
def test_a_seed_of_the_output_s_shape_weights_the_rows_of_the_jacobian(program, seed):
    leaves, steps = program
    ours, theirs = twins(leaves)
    y, z = run(NumPy, ours, steps)[-1], run(Torch(), theirs, steps)[-1]
    u = np.asarray(np.random.default_rng(seed).normal(size=y.shape))
    y.backward(u)
    z.backward(torch.tensor(u))
    for a, b in zip(ours, theirs):
        assert_close(a.data * 0 if a.grad is None else a.grad, b.grad)


MATMULS = [
    *[((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((1, 3), (3, 1))],
    *[((5, 2, 3), (5, 3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (3,))],
    *[((3,), (5, 3, 4)), ((6, 1, 2, 3), (5, 3, 4)), ((1, 2, 3), (5, 3, 1))],
]


@pytest.mark.parametrize("shape_a, shape_b", MATMULS)
def test_matmul_of_vectors_matrices_and_stacks_equals_torch(shape_a, shape_b):
    rng = np.random.default_rng(0)
    (a, b), (ta, tb) = twins([rng.normal(size=shape_a), rng.normal(size=shape_b)])
    y, ty = a @ b, ta @ tb
    assert y.shape == tuple(ty.shape)
    u = rng.normal(size=y.shape)
    y.backward(u)
    ty.backward(torch.tensor(u))
    assert_close(a.grad, ta.grad, rtol=1e-13)
    assert_close(b.grad, tb.grad, rtol=1e-13)


INDICES = {
    "int": 1,
    "negative": -1,
    "slice": slice(None, None, 2),
    "empty slice": slice(2, 2),
    "rows repeated": np.array([0, 2, 2, 2]),
    "list": [1, 1],
    "pairs repeated": ([0, 0, 1], [3, 3, 2]),
    "slice and list": (slice(1, None), [0, 0]),
    "ellipsis": (..., 1),
    "new axis": (None, 1, None),
    "int array of two axes": np.array([[0, 1], [1, 1]]),
    "boolean rows": np.array([True, False, True]),
    "boolean mask": np.arange(12).reshape(3, 4) % 2 == 0,
}


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_every_kind_of_index_sends_its_gradient_back_as_torch_does(index):
    rng = np.random.default_rng(1)
    (x,), (t,) = twins([rng.normal(size=(3, 4))])
    as_torch = torch.tensor(index) if isinstance(index, np.ndarray) else index
    y, ty = x[index], t[as_torch]
    u = rng.normal(size=y.shape)
    y.backward(u)
    ty.backward(torch.tensor(u))
    assert_close(x.grad, t.grad, rtol=0)


ARRANGEMENTS = {
    "axes in a cycle": (lambda x, y: x.transpose(2, 0, 1), lambda t, s: t.permute(2, 0, 1)),
    "the other cycle": (
        lambda x, y: np.transpose(x, (1, 2, 0)),
        lambda t, s: t.permute(1, 2, 0),
    ),
    "axes by name": (
        lambda x, y: np.transpose(x, axes=(1, 2, 0)),
        lambda t, s: t.permute(1, 2, 0),
    ),
    "axes from the end": (
        lambda x, y: x.transpose((0, -1, -2)),
        lambda t, s: t.permute(0, 2, 1),
    ),
    "T": (lambda x, y: x[0].T, lambda t, s: t[0].T),
    "swapaxes": (lambda x, y: x.swapaxes(0, -1), lambda t, s: t.swapaxes(0, -1)),
    "reshape": (lambda x, y: x.reshape(4, -1), lambda t, s: t.reshape(4, -1)),
    "broadcast": (
        lambda x, y: np.broadcast_to(x[:, :1], (5, 2, 3, 4)),
        lambda t, s: t[:, :1].expand(5, 2, 3, 4),
    ),
    "broadcast to a shape by name": (
        lambda x, y: np.broadcast_to(x[0, 0], shape=(2, 4)),
        lambda t, s: t[0, 0].expand(2, 4),
    ),
    "join first axis": (
        lambda x, y: tape.concatenate([x, y, x[:1]]),
        lambda t, s: torch.cat([t, s, t[:1]]),
    ),
    "join middle axis": (
        lambda x, y: tape.concatenate([x[:, :1], y], axis=1),
        lambda t, s: torch.cat([t[:, :1], s], 1),
    ),
    "join last axis": (
        lambda x, y: tape.concatenate([x, y[..., :1], x], axis=-1),
        lambda t, s: torch.cat([t, s[..., :1], t], -1),
    ),
    "stack first": (lambda x, y: tape.stack([x, y]), lambda t, s: torch.stack([t, s])),
    "stack middle": (
        lambda x, y: tape.stack([x, y, x], axis=1),
        lambda t, s: torch.stack([t, s, t], 1),
    ),
    "stack last": (
        lambda x, y: tape.stack([x, y], axis=-1),
        lambda t, s: torch.stack([t, s], -1),
    ),
    "where, broadcast": (
        lambda x, y: tape.where(x > 0, x[:1], y[..., :1]),
        lambda t, s: torch.where(t > 0, t[:1], s[..., :1]),
    ),
}


@pytest.mark.parametrize("ours, theirs", ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_what_only_moves_entries_sends_each_gradient_back_to_its_entry(ours, theirs):
    rng = np.random.default_rng(2)
    (x, y), (t, s) = twins(rng.normal(size=(2, 2, 3, 4)))
    z, w = ours(x, y), theirs(t, s)
    u = rng.normal(size=z.shape)
    np.testing.assert_array_equal(z.data, w.detach().numpy())
    (z * u).sum().backward()
    (w * torch.tensor(u)).sum().backward()
    assert_close(x.grad, t.grad, rtol=1e-15)
    assert_close(np.zeros(y.shape) if y.grad is None else y.grad, s.grad, rtol=1e-15)


@pytest.mark.parametrize("values", [[1.0, 3, 3, 2], [2.0, 2, 2, 2]])
def test_ties_of_max_share_the_gradient_as_torch_s_amax(values):
    (x,), (t,) = twins([values])
    x.max().backward()
    t.amax().backward()
    assert_close(x.grad, t.grad)
    (x,), (t,) = twins([np.array([values, values[::-1]])])
    (x.max(axis=0, keepdims=True) * [[1.0, 2, 3, 4]]).sum().backward()
    (t.amax(0, keepdim=True) * torch.tensor([1.0, 2, 3, 4])).sum().backward()
    assert_close(x.grad, t.grad)


@pytest.mark.parametrize(
    "name, f, g",
    [
        ("relu", lambda x: x.relu(), lambda t: t.relu()),
        ("abs", lambda x: abs(x), lambda t: t.abs()),
        ("maximum", lambda x: x.maximum(0.0), lambda t: t.maximum(torch.tensor(0.0))),
        ("minimum", lambda x: x.minimum(0.0), lambda t: t.minimum(torch.tensor(0.0))),
        ("sqrt", lambda x: x.sqrt(), lambda t: t.sqrt()),
        ("x**0", lambda x: x**0, lambda t: t**0),
        ("x**1", lambda x: x**1, lambda t: t**1),
        ("x**2", lambda x: x**2, lambda t: t**2),
        ("x**-1", lambda x: x**-1, lambda t: t**-1),
        ("0**x", lambda x: 0.0 ** (x + 1), lambda t: 0.0 ** (t + 1)),
        ("0**0", lambda x: 0.0**x, lambda t: 0.0**t),
    ],
)
def test_at_kinks_and_edges_at_0_the_derivative_is_torch_s(name, f, g):
    (x,), (t,) = twins([[0.0]])
    with np.errstate(all="ignore"):
        f(x).sum().backward()
    g(t).sum().backward()
    np.testing.assert_array_equal(x.grad, t.grad.numpy())


def test_sigmoid_and_its_gradient_neither_overflow_nor_lose_digits_far_out():
    values = [-800.0, -700.0, -40.0, 0.0, 40.0, 800.0]
    (x,), (t,) = twins([values])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y = tape.sigmoid(x)
        y.sum().backward()
    ty = torch.sigmoid(t)
    ty.sum().backward()
    np.testing.assert_allclose(y.data, ty.detach().numpy(), rtol=1e-15, atol=0)
    np.testing.assert_allclose(x.grad, t.grad.numpy(), rtol=1e-15, atol=1e-300)


# Closed forms: the documented rules, without torch


def test_the_gradient_of_each_elementwise_function_is_its_textbook_derivative():
    x = np.array([0.3, 0.7, 1.1])
    derivatives = {
        "exp": np.exp(x),
        "log": 1 / x,
        "sin": np.cos(x),
        "cos": -np.sin(x),
        "tan": 1 / np.cos(x) ** 2,
        "tanh": 1 / np.cosh(x) ** 2,
        "sqrt": 1 / (2 * np.sqrt(x)),
        "square": 2 * x,
        "sigmoid": np.exp(-x) / (1 + np.exp(-x)) ** 2,
        "relu": np.ones(3),
        "abs": np.ones(3),
    }
    for name, derivative in derivatives.items():
        by_method, by_function = leaf(x), leaf(x)
        getattr(by_method, name)().sum().backward()
        getattr(tape, name)(by_function).sum().backward()
        np.testing.assert_allclose(by_method.grad, derivative, rtol=1e-14)
        np.testing.assert_array_equal(by_method.grad, by_function.grad)


@pytest.mark.parametrize("reduce", ["sum", "mean", "max"])
@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_a_reduction_keeps_its_axes_only_when_asked(reduce, axis):
    x = np.arange(6.0).reshape(2, 3)
    for keepdims in (False, True):
        ours = getattr(leaf(x), reduce)(axis=axis, keepdims=keepdims)
        wanted = getattr(np, reduce)(x, axis=axis, keepdims=keepdims)
        np.testing.assert_array_equal(ours.data, wanted, strict=True)


def test_the_mean_hands_each_of_n_entries_a_gradient_of_1_over_n():
    x = leaf(np.ones((2, 5)))
    x.mean().backward()
    np.testing.assert_array_equal(x.grad, np.full((2, 5), 0.1))
    x.zero_grad()
    x.mean(axis=1).sum().backward()
    np.testing.assert_array_equal(x.grad, np.full((2, 5), 0.2))


def test_a_bias_that_was_broadcast_over_rows_receives_the_sum_over_rows():
    X, b = np.zeros((7, 3)), leaf([1.0, 2, 3])
    (X + b).sum().backward()
    np.testing.assert_array_equal(b.grad, [7.0, 7, 7])


def test_a_value_used_twice_receives_both_gradients():
    x = leaf(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0


def test_numpy_arrays_and_numbers_on_the_left_give_tensors():
    x = leaf([1.0, 2.0])
    for y in (
        *[np.array([1.0, 2]) * x, np.array([1.0, 2]) + x, np.float64(2) - x, 2 / x],
        *[np.float64(2) ** x, np.ones((3, 2)) @ x, np.exp(x), np.array(3) * x, np.sum(x)],
    ):
        assert isinstance(y, Tensor) and y.requires_grad
    (np.array([[1.0, 2], [3, 4]]) @ x).sum().backward()
    np.testing.assert_array_equal(x.grad, [4.0, 6.0])


def test_comparisons_return_plain_boolean_arrays():
    x = leaf([1.0, 2.0])
    for y in (x > 1.5, x == 2, np.less(1.5, x), x != 1.0, np.array([1.5, 1.5]) <= x):
        assert isinstance(y, np.ndarray) and y.dtype == bool
        np.testing.assert_array_equal(y, [False, True])
    assert x.max() > 1 and len(x) == 2 and [v.item() for v in x] == [1.0, 2.0]
    assert len({x, x}) == 1


def test_plain_questions_about_a_tensor_are_answered_with_plain_values():
    x = leaf([[1.0, np.nan], [np.inf, 2.0]])
    assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 2), 2, 4)
    np.testing.assert_array_equal(np.isfinite(x), [[True, False], [False, True]])
    np.testing.assert_array_equal(np.zeros_like(x), np.zeros((2, 2)))
    assert isinstance(np.ones_like(x), np.ndarray)


def test_plus_equals_binds_a_new_tensor_and_leaves_the_old_as_it_was():
    x = leaf([1.0, 2.0])
    y = x
    y += 1
    y *= 2
    assert y is not x
    np.testing.assert_array_equal(x.data, [1.0, 2.0])
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [2.0, 2.0])


# What .grad means


def test_grad_accumulates_over_backward_passes_as_in_torch():
    (x,), (t,) = twins([[1.0, 2.0]])
    for _ in range(3):
        (x * x).sum().backward()
        (t * t).sum().backward()
    np.testing.assert_array_equal(x.grad, t.grad.numpy())
    np.testing.assert_array_equal(x.grad, 3 * 2 * x.data)
    x.zero_grad()
    assert x.grad is None


def test_a_second_backward_through_the_same_graph_adds_the_same_again():
    (x,), (t,) = twins([[1.0, 2.0]])
    y, ty = x.exp(), t.exp()
    loss, tloss = (y * y).sum(), (ty * ty).sum()
    ty.retain_grad()
    for _ in range(2):
        loss.backward()
        tloss.backward(retain_graph=True)
    assert_close(x.grad, t.grad)
    assert_close(y.grad, ty.grad)


def test_no_gradient_shares_memory_with_another_or_with_the_seed():
    x, y, seed = leaf([1.0, 2.0]), leaf([3.0, 4.0]), np.ones(2)
    z = x + y
    z.backward(seed)
    arrays = [x.grad, y.grad, z.grad, seed]
    for i, a in enumerate(arrays):
        assert a.flags.writeable
        assert not any(np.shares_memory(a, b) for b in arrays[:i])
    total_ = leaf([1.0, 2.0])
    total_.sum().backward()
    total_.grad *= 2  # as clipping does: a view of a broadcast would refuse
    np.testing.assert_array_equal(total_.grad, [2.0, 2.0])


def test_the_caller_s_arrays_are_copied_and_never_modified():
    data, rows, factor = np.arange(3.0), np.array([0, 0, 1]), np.array([1.0, 2, 3])
    x = leaf(data)
    y = (x[rows] * factor).sum()
    data[:], rows[:], factor[:] = 9.0, 2, 9.0  # buffers reused before backward
    y.backward()
    np.testing.assert_array_equal(x.data, [0.0, 1, 2])
    np.testing.assert_array_equal(x.grad, [3.0, 3, 0])


def test_a_tensor_that_needs_no_gradient_gets_none_and_detach_cuts_the_path():
    x, c = leaf([1.0, 2.0], name="x"), tensor([3.0, 4.0])
    (x * c + x.detach() * 5).sum().backward()
    np.testing.assert_array_equal(x.grad, [3.0, 4.0])
    assert c.grad is None
    d = x.detach()
    d.data[0] = 99.0
    assert x.data[0] == 1.0 and not d.requires_grad and not (c * 2).requires_grad


def test_gradients_returns_what_backward_would_add_and_touches_no_grad():
    x = leaf([1.0, 2.0])
    y = (x * x).sum()
    found = {id(t): g for t, g in gradients(y)}
    np.testing.assert_array_equal(found[id(x)], [2.0, 4.0])
    assert x.grad is None and y.grad is None


# Cost: linear in the graph


@pytest.mark.parametrize("n", [20, 60])
def test_n_doublings_give_2_to_the_n_in_n_steps(n):
    x = leaf(1.0)
    y = x
    for _ in range(n):
        y = y + y
    assert len(topological_order(y)) == n + 1
    y.backward()
    assert x.grad == 2.0**n


def test_each_pullback_runs_once_however_many_paths_lead_through_it():
    x = leaf(1.0)
    calls, y = [], x
    for _ in range(30):
        y = y * y
        pullbacks = y._pullbacks
        y._pullbacks = [
            lambda g, p=p, y=y: calls.append(id(y)) or p(g)  # counts, then acts
            for p in pullbacks
        ]
    y.backward()
    assert len(calls) == 2 * 30


def test_a_chain_of_50_000_operations_needs_no_recursion():
    x = leaf(2.0)
    y = x
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(500)
    try:
        for _ in range(50_000):
            y = -y
        y.backward()
        assert len(graph(y).nodes) == 50_001
        del y  # taking the chain apart must not recurse either
    finally:
        sys.setrecursionlimit(limit)
    assert x.grad == 1.0


# The graph for drawing


def test_the_graph_lists_nodes_inputs_first_with_values_gradients_and_both_wires():
    w, x = leaf(2.0, name="w"), tensor(3.0)
    y = w * x
    loss = (y * y).sum()
    loss.backward()
    nodes, edges = graph(loss)
    assert [n.op for n in nodes] == ["leaf", "constant", "multiply", "multiply", "sum"]
    assert [n.label for n in nodes] == ["w", "3", "×", "×", "sum"]
    assert [float(n.value) for n in nodes] == [2, 3, 6, 36, 36]
    assert [None if n.grad is None else float(n.grad) for n in nodes] == [
        36,
        None,
        12,
        1,
        1,
    ]
    assert [n.id for n in nodes] == [0, 1, 2, 3, 4]
    assert sorted(edges) == [(0, 2), (1, 2), (2, 3), (2, 3), (3, 4)]


def test_before_backward_the_graph_has_no_gradients_and_arrays_show_their_shape():
    nodes = graph((leaf(np.ones((2, 3))) @ np.ones(3)).sum()).nodes
    assert all(n.grad is None for n in nodes)
    assert [n.label for n in nodes] == ["(2, 3)", "(3,)", "@", "sum"]


@pytest.mark.parametrize(
    "name, make",
    {
        "sum": lambda x: x.sum(axis=0),
        "mean": lambda x: x.mean(axis=0),
        "max": lambda x: x.max(axis=0),
        "matmul": lambda x: x @ x,
        "reshape": lambda x: x.reshape(4),
        "transpose": lambda x: x.T,
        "swapaxes": lambda x: x.swapaxes(0, 1),
        "broadcast_to": lambda x: np.broadcast_to(x, (3, 2, 2)),
        "getitem": lambda x: x[0],
        "where": lambda x: np.where([True, False], x, 0.0),
        "concatenate": lambda x: np.concatenate([x, x]),
        "stack": lambda x: np.stack([x, x]),
        "exp": np.exp,
    }.items(),
)
def test_a_node_bears_the_name_of_its_operation_in_numpy(name, make):
    assert graph(make(leaf(np.eye(2)))).nodes[-1].op == name


@settings(max_examples=30, deadline=None)
@given(programs())
def test_the_graph_is_in_topological_order(program):
    leaves, steps = program
    nodes, edges = graph(total(NumPy, [leaf(x) for x in leaves], steps))
    assert all(start < end for start, end in edges)
    assert {n.id for n in nodes} == set(range(len(nodes)))


# Bad input


@pytest.mark.parametrize(
    "data", ["1.0", None, 1j, [1.0, "a"], [[1, 2], [3]], object(), np.array([None])]
)
def test_data_that_is_no_real_numbers_is_refused(data):
    with pytest.raises(TypeError, match="^data must"):
        Tensor(data)


def test_whole_numbers_and_booleans_become_float64_and_nan_may_pass():
    assert Tensor([1, 2]).data.dtype == np.float64
    assert Tensor(True).item() == 1.0
    assert np.isnan(Tensor([1.0, np.nan]).data[1])
    assert Tensor(np.float32(0.5)).data.dtype == np.float64
    assert Tensor([]).shape == (0,)


def test_a_tensor_of_a_tensor_is_refused_and_as_tensor_returns_it():
    x = leaf(1.0)
    assert as_tensor(x) is x and not as_tensor(2.0).requires_grad
    with pytest.raises(TypeError, match=r"^data is a Tensor already: use as_tensor\(x\)"):
        Tensor(x)
    with pytest.raises(TypeError, match="^requires_grad must be True or False, got 1"):
        Tensor(1.0, requires_grad=1)


def test_backward_on_a_tensor_that_needs_no_gradient_says_what_to_do():
    with pytest.raises(
        ValueError, match="^this tensor needs no gradient: .*requires_grad=True"
    ):
        tensor(1.0).backward()
    with pytest.raises(
        ValueError, match="^this tensor needs no gradient: .*requires_grad=True"
    ):
        leaf(1.0).detach().exp().backward()


def test_backward_on_several_numbers_wants_a_seed_and_one_of_the_right_shape():
    x = leaf(np.ones((2, 3)))
    with pytest.raises(
        ValueError, match=r"^a tensor of shape \(2, 3\) has no .*: give backward .*seed"
    ):
        (x * 2).backward()
    for seed in (np.ones(3), np.ones((3, 2)), 1.0, np.ones((2, 3, 1))):
        with pytest.raises(ValueError, match=r"^gradient must have shape \(2, 3\)"):
            (x * 2).backward(seed)
    with pytest.raises(TypeError, match="^gradient must"):
        (x * 2).backward(np.ones((2, 3)) * 1j)
    assert x.grad is None


def test_one_entry_needs_no_seed_whatever_its_shape():
    x = leaf([[2.0]])
    (x * 3).backward()
    np.testing.assert_array_equal(x.grad, [[3.0]])


def test_item_wants_one_entry():
    assert leaf([[2.5]]).item() == 2.5 and isinstance(leaf(1).item(), float)
    with pytest.raises(ValueError, match="size 1"):
        leaf([1.0, 2.0]).item()


@pytest.mark.parametrize(
    "misuse, said",
    [
        (lambda x: np.asarray(x), "derivative would be lost"),
        (lambda x: np.array([x[0], x[1]]), "np.stack"),
        (lambda x: float(x[0]), "Tensor"),
        (lambda x: np.dot(x, x), "no derivative rule"),
        (lambda x: np.linalg.norm(x), "no derivative rule"),
        (lambda x: np.floor(x), "no derivative rule"),
        (lambda x: x // 2, "no derivative rule"),
        (lambda x: np.add.reduce(x), "plain call"),
        (lambda x: np.exp(x, where=[True, False]), "plain call"),
        (lambda x: np.add(np.ones(2), x, out=np.ones(2)), "plain call"),
        (lambda x: x * "2", "real numbers"),
        (lambda x: x + 1j, "real numbers"),
        (lambda x: np.arange(2)[x], "derivative would be lost"),
        (lambda x: tape.relu("a"), "numbers"),
        (lambda x: tape.sigmoid(np.array(["a"])), "numbers"),
    ],
)
def test_what_would_lose_the_derivative_is_refused_with_a_reason(misuse, said):
    with pytest.raises(TypeError, match=said):
        misuse(leaf([1.0, 2.0]))


def test_an_array_can_t_be_filled_in_place_with_a_tensor():
    a = np.ones(2)
    with pytest.raises(TypeError, match="plain call"):
        a += leaf([1.0, 2.0])
    np.testing.assert_array_equal(a, [1.0, 1.0])


@pytest.mark.parametrize(
    "misuse",
    [
        lambda x: x + np.ones(3),
        lambda x: x @ np.ones(3),
        lambda x: x.sum(axis=2),
        lambda x: x.reshape(3),
        lambda x: x.transpose(0, 0),
        lambda x: tape.concatenate([x, np.ones((2, 2))]),
        lambda x: tape.stack([x, np.ones(3)]),
        lambda x: tape.concatenate([x, x], axis=1),
        lambda x: bool(x > 0),
    ],
)
def test_shapes_that_don_t_fit_raise_value_errors(misuse):
    with pytest.raises(ValueError):
        misuse(leaf([1.0, 2.0]))


def test_an_index_beyond_the_data_is_an_index_error_and_a_number_has_no_length():
    with pytest.raises(IndexError):
        leaf([1.0])[3]
    with pytest.raises(TypeError):
        list(leaf(1.0))


def test_a_tensor_prints_its_values_and_its_name():
    assert repr(leaf(1.5, name="w")) == "tensor(1.5, requires_grad=True, name='w')"
    assert repr(tensor(2.0)) == "tensor(2.0, requires_grad=False)"


def test_a_name_goes_with_a_tensor_and_its_constant():
    w = tensor([1.0, 2.0], requires_grad=True, name="w")
    assert (w.name, w.detach().name, (w * 2).name) == ("w", "w", None)
    assert w.requires_grad and w.grad is None


def test_an_empty_tensor_has_an_empty_gradient():
    x = leaf(np.ones((0, 3)))
    (x * 2).backward(np.ones((0, 3)))
    assert x.grad.shape == (0, 3)


def test_an_infinite_seed_goes_through():
    x = leaf([1.0, 2.0])
    (x * 2).backward([np.inf, 1.0])
    np.testing.assert_array_equal(x.grad, [np.inf, 2.0])


def test_a_constant_is_passed_over_and_what_lies_beyond_still_gets_its_gradient():
    x = leaf(2.0)
    y = (x * 3).exp() * tensor(5.0).sin() + tensor(1.0)
    (tensor(4.0) * y * tensor(2.0)).backward()
    assert x.grad == pytest.approx(8 * 3 * np.exp(6.0) * np.sin(5.0))


def test_the_gradient_of_a_tensor_of_dual_numbers_carries_second_derivatives():
    x = leaf(Dual([1.0, 2.0], [1.0, -1.0]))
    (x**3).sum().backward()
    np.testing.assert_allclose(x.grad.value, [3, 12], rtol=1e-15)  # 3 x²
    np.testing.assert_allclose(x.grad.tangent, [6, -12], rtol=1e-15)  # 6 x v


def test_second_derivatives_pass_through_entries_that_were_taken_twice():
    x = leaf(Dual([1.0, 2.0, 5.0], [1.0, -1.0, 1.0]))
    (x[np.array([0, 0, 1])] ** 3).sum().backward()
    np.testing.assert_allclose(x.grad.value, [6, 12, 0], rtol=1e-15)  # 3 x², per use
    np.testing.assert_allclose(x.grad.tangent, [12, -12, 0], rtol=1e-15)  # 6 x v
