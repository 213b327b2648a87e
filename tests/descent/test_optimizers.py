"""The update rules against torch.optim, closed forms, and their own promises."""

import copy
import functools
import warnings

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from descent import optimizers, schedules
from descent.checkpoints import load_state, save_state
from descent.optimizers import Optimizer, clip_by_norm, clip_by_value
from descent.pytrees import leaves, rebuild

STEPS = 100
SHAPES = [(), (1,), (4,), (3, 1), (2, 3), (2, 1, 2)]
quick = functools.partial(settings, deadline=None, database=None)


def numbers(low, high, *special):
    """Floats of a range, with its awkward members drawn often."""
    return st.one_of(st.sampled_from([low, *special]), st.floats(low, high))


DECAY = numbers(0.0, 0.5, 0.01)
EPS = st.sampled_from([1e-10, 1e-8, 1e-3])
BETA = numbers(0.0, 0.99, 0.9)
BETA_2 = numbers(0.0, 0.999, 0.99)

# For each rule: our hyper-parameters, and the same for torch's counterpart.
RULES = {
    "sgd": (
        st.fixed_dictionaries({"weight_decay": DECAY}),
        lambda p: (torch.optim.SGD, p),
    ),
    "momentum": (
        st.fixed_dictionaries(
            {"beta": BETA, "dampening": numbers(0.0, 1.0, 1.0), "weight_decay": DECAY}
        ),
        lambda p: (torch.optim.SGD, {"momentum": p["beta"]} | without(p, "beta")),
    ),
    "nesterov": (
        st.fixed_dictionaries({"beta": numbers(0.01, 0.99), "weight_decay": DECAY}),
        lambda p: (
            torch.optim.SGD,
            {"momentum": p["beta"], "nesterov": True} | without(p, "beta"),
        ),
    ),
    "adagrad": (
        st.fixed_dictionaries(
            {
                "eps": EPS,
                "lr_decay": numbers(0.0, 1.0),
                "weight_decay": DECAY,
                "initial_accumulator": numbers(0.0, 2.0),
            }
        ),
        lambda p: (
            torch.optim.Adagrad,
            {"initial_accumulator_value": p["initial_accumulator"]}
            | without(p, "initial_accumulator"),
        ),
    ),
    "rmsprop": (
        st.fixed_dictionaries(
            {
                "alpha": numbers(0.3, 0.99),
                "eps": EPS,
                "centered": st.booleans(),
                "momentum": BETA,
                "weight_decay": DECAY,
            }
        ),
        lambda p: (torch.optim.RMSprop, p),
    ),
    "adam": (
        st.fixed_dictionaries(
            {
                "beta1": BETA,
                "beta2": BETA_2,
                "eps": EPS,
                "amsgrad": st.booleans(),
                "weight_decay": DECAY,
            }
        ),
        lambda p: (torch.optim.Adam, with_betas(p)),
    ),
    "adamw": (
        st.fixed_dictionaries(
            {
                "beta1": BETA,
                "beta2": BETA_2,
                "eps": EPS,
                "amsgrad": st.booleans(),
                "weight_decay": DECAY,
            }
        ),
        lambda p: (torch.optim.AdamW, with_betas(p)),
    ),
}

# One optimizer of each rule, every memory in use.
# Made in each test: what is made when this file is read is out of a mutant's reach.
EXAMPLES = {
    "sgd": lambda: optimizers.sgd(0.1, weight_decay=0.01),
    "momentum": lambda: optimizers.momentum(
        schedules.inverse(0.1, 0.1), 0.9, dampening=0.5
    ),
    "nesterov": lambda: optimizers.nesterov(0.05, 0.8),
    "adagrad": lambda: optimizers.adagrad(0.1, lr_decay=0.01, initial_accumulator=0.1),
    "rmsprop": lambda: optimizers.rmsprop(0.01, 0.9, centered=True, momentum=0.5),
    "adam": lambda: optimizers.adam(schedules.cosine(0.01, 50), amsgrad=True),
    "adamw": lambda: optimizers.adamw(0.01),
    "clipped": lambda: optimizers.clipped(optimizers.adam(0.01), 0.5),
}


def without(params, *names):
    return {name: value for name, value in params.items() if name not in names}


def with_betas(params):
    betas = (params["beta1"], params["beta2"])
    return {"betas": betas} | without(params, "beta1", "beta2")


@st.composite
def trees(draw):
    """Parameters: one array, or nests of arrays of several shapes, and a generator."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    a, b, c = (rng.normal(size=draw(st.sampled_from(SHAPES))) for _ in range(3))
    w = draw(
        st.sampled_from([a, [a, b], (b,), {"W": a, "b": b}, [{"z": a, "W": (b, None)}, c]])
    )
    return w, rng


@st.composite
def rates(draw, high=0.5):
    """A schedule: constant, or another rate at every step."""
    lr = draw(numbers(0.0, high, 1e-3))
    period = draw(st.integers(1, 7))
    return lambda t: lr * (1 + t % period) / period


def torch_run(optimizer_class, params, w, gradient, lr, n_steps=STEPS, before_step=None):
    """Yield the leaves of torch's parameters after each step."""
    tensors = [torch.tensor(leaf, dtype=torch.float64) for leaf in leaves(w)]
    twin = optimizer_class(tensors, lr=1.0, **params)
    for t in range(n_steps):
        now = [tensor.numpy().copy() for tensor in tensors]
        for tensor, g in zip(tensors, gradient(t, now)):
            tensor.grad = torch.tensor(g, dtype=torch.float64)
        if before_step:
            before_step(tensors)
        twin.param_groups[0]["lr"] = lr(t)
        twin.step()
        yield [tensor.numpy().copy() for tensor in tensors]


def our_run(optimizer, w, gradient, n_steps=STEPS):
    """Yield the leaves of our parameters after each step."""
    state = optimizer.init(w)
    for t in range(n_steps):
        g = rebuild(w, gradient(t, leaves(w)))
        w, state = optimizer.update(w, g, state)
        yield leaves(w)


def largest_error(ours, theirs):
    """At any step, relative to the largest parameter so far of each leaf."""
    scale, worst, count = 0.0, 0.0, 0
    for mine, torchs in zip(ours, theirs, strict=True):
        scale = np.maximum(scale, [np.abs(leaf).max() for leaf in torchs])
        error = np.array([np.abs(a - b).max() for a, b in zip(mine, torchs, strict=True)])
        worst = np.maximum(worst, (error / scale).max())
        count += 1
    assert count == STEPS
    return worst


def assert_equal_runs(ours, theirs):
    assert largest_error(ours, theirs) <= 1e-12


def assume_not_chaotic(run, w, steps):
    """Only draws where torch, started 1e-14 away from itself, stays about as near.

    Where one gradient alone is in the denominator, and depends on the parameters, the
    smallest rounding can grow without bound: no two programs agree there.
    """
    nudged = rebuild(w, [leaf * (1 + 1e-14) for leaf in leaves(w)])
    assume(largest_error(run(nudged), steps) <= 5e-14)


def alternating_noise(w, rng):
    """Given gradients: no component's variance is ever near 0, but one may be all 0."""
    size = [(STEPS, *np.shape(leaf)) for leaf in leaves(w)]
    sign = (-1.0) ** np.arange(STEPS)
    noise = [(rng.uniform(0.5, 1.5, s).T * sign).T for s in size]
    if noise[0][0].size > 1:
        noise[0].reshape(STEPS, -1)[:, 0] = 0.0
    return noise


@pytest.mark.parametrize("gradients", ["given", "of a quadratic bowl and noise"])
@pytest.mark.parametrize("name", RULES)
@quick(max_examples=6)
@given(data=st.data())
def test_a_rule_equals_torch_at_each_of_100_steps(name, gradients, data):
    params = data.draw(RULES[name][0])
    (w, rng), lr = data.draw(trees()), data.draw(rates())
    noise = alternating_noise(w, rng)
    curvature = [rng.uniform(0.1, 1.0, np.shape(leaf)) for leaf in leaves(w)]
    if gradients == "given":
        curvature = [0.0 * h for h in curvature]

    def gradient(t, now):
        return [h * leaf + g[t] for h, leaf, g in zip(curvature, now, noise)]

    def run_of_torch(w):
        torch_class, torch_params = RULES[name][1](params)
        return torch_run(torch_class, torch_params, w, gradient, lr)

    theirs = list(run_of_torch(w))
    if gradients != "given" or params["weight_decay"]:
        assume_not_chaotic(run_of_torch, w, theirs)
    assert_equal_runs(our_run(getattr(optimizers, name)(lr, **params), w, gradient), theirs)


@pytest.mark.parametrize(
    "name, torch_class, lr",
    [
        ("adagrad", torch.optim.Adagrad, 0.01),
        ("rmsprop", torch.optim.RMSprop, 0.01),
        ("adam", torch.optim.Adam, 1e-3),
        ("adamw", torch.optim.AdamW, 1e-3),
    ],
)
def test_the_defaults_are_those_of_torch(name, torch_class, lr):
    w = np.array([1.0, -2.0, 0.5])
    noise = alternating_noise(w, np.random.default_rng(0))
    assert torch_class([torch.ones(1)]).param_groups[0]["lr"] == lr
    assert_equal_runs(
        our_run(getattr(optimizers, name)(), w, lambda t, _: [g[t] for g in noise]),
        torch_run(torch_class, {}, w, lambda t, _: [g[t] for g in noise], lambda t: lr),
    )


def test_the_default_of_momentum_and_nesterov_is_nine_tenths():
    w, g = np.zeros(1), np.ones(1)
    for rule, second in [(optimizers.momentum, 1.9), (optimizers.nesterov, 1 + 0.9 * 1.9)]:
        first, state = rule(1.0).update(w, g, rule(1.0).init(w))
        np.testing.assert_allclose(rule(1.0).update(w, g, state)[0], -second, rtol=1e-15)


# The rules at the points where implementations differ.


@pytest.mark.parametrize("dampening", [0.0, 0.3, 1.0])
def test_the_first_step_of_momentum_is_not_dampened(dampening):
    optimizer = optimizers.momentum(0.5, 0.9, dampening=dampening)
    w, g = np.array([1.0, 2.0]), np.array([4.0, -8.0])
    w1, state = optimizer.update(w, g, optimizer.init(w))
    np.testing.assert_array_equal(w1, [-1.0, 6.0])
    np.testing.assert_array_equal(state["v"], g)
    _, state = optimizer.update(w1, g, state)
    np.testing.assert_allclose(state["v"], (0.9 + 1 - dampening) * g, rtol=1e-15)


def test_momentum_under_a_constant_gradient_grows_as_a_geometric_sum():
    optimizer, w, g = optimizers.momentum(0.1, 0.8), np.zeros(2), np.array([1.0, -3.0])
    state = optimizer.init(w)
    for n in range(1, 40):
        w, state = optimizer.update(w, g, state)
        np.testing.assert_allclose(state["v"], g * (1 - 0.8**n) / (1 - 0.8), rtol=1e-14)


def test_nesterov_is_the_gradient_at_the_point_looked_ahead_to():
    """Sutskever et al. (2013), equations 3 and 4, in their own variables."""
    h, beta, lr = np.array([1.0, 0.2]), 0.8, 0.3
    theta, velocity = np.array([1.0, -2.0]), np.zeros(2)
    optimizer, w = optimizers.nesterov(lr, beta), np.array([1.0, -2.0])
    state = optimizer.init(w)
    for _ in range(30):
        velocity = beta * velocity - lr * h * (theta + beta * velocity)
        theta = theta + velocity
        w, state = optimizer.update(w, h * w, state)
        np.testing.assert_allclose(w, theta + beta * velocity, rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
@pytest.mark.parametrize("rule", [optimizers.adam, optimizers.adamw])
def test_the_first_step_of_adam_is_as_long_as_the_rate_whatever_the_gradient(rule, scale):
    optimizer = rule(0.1, weight_decay=0.0, eps=1e-30)
    w, g = np.zeros(3), scale * np.array([1.0, -20.0, 0.0])
    w, _ = optimizer.update(w, g, optimizer.init(w))
    np.testing.assert_allclose(w, [-0.1, 0.1, 0.0], rtol=1e-12)


def test_the_means_of_adam_are_unbiased_under_a_constant_gradient():
    optimizer, w = optimizers.adam(0.1, 0.7, 0.95, eps=1e-300), np.zeros(1)
    state = optimizer.init(w)
    for n in range(1, 50):
        w, state = optimizer.update(w, np.array([5.0]), state)
        np.testing.assert_allclose(w, [-0.1 * n], rtol=1e-12)


def test_adamw_shrinks_the_weights_and_leaves_the_gradients_means_alone():
    plain, decayed = optimizers.adam(0.1), optimizers.adamw(0.1, weight_decay=0.5)
    w, g = np.array([10.0]), np.array([1.0])
    w_plain, state_plain = plain.update(w, g, plain.init(w))
    w_decayed, state_decayed = decayed.update(w, g, decayed.init(w))
    np.testing.assert_allclose(w_plain - w_decayed, 0.1 * 0.5 * w, rtol=1e-12)
    assert state_plain == state_decayed


def test_amsgrad_remembers_the_largest_mean_square_and_plain_adam_does_not():
    big_then_small = [10.0] + [0.1] * 20
    states = {}
    for amsgrad in (False, True):
        optimizer, w = optimizers.adam(0.1, 0.9, 0.5, amsgrad=amsgrad), np.zeros(1)
        state = optimizer.init(w)
        for g in big_then_small:
            w, state = optimizer.update(w, np.array([g]), state)
        states[amsgrad] = state
    np.testing.assert_allclose(states[True]["v_max"], 0.5 * 10.0**2, rtol=1e-15)
    assert "v_max" not in states[False]
    np.testing.assert_array_equal(states[True]["v"], states[False]["v"])


def test_centred_rmsprop_stays_finite_where_the_gradient_never_varies():
    g = np.linspace(0.1, 10, 1000)
    optimizer, w = optimizers.rmsprop(1e-3, 0.5, centered=True), np.zeros(1000)
    state, below_zero = optimizer.init(w), False
    for _ in range(100):
        w, state = optimizer.update(w, g, state)
        below_zero |= (state["s"] < state["m"] ** 2).any()
    assert below_zero  # rounding did make some estimated variance negative
    assert np.isfinite(w).all()


@pytest.mark.parametrize(
    "rule, options, keys",
    [
        ("sgd", {}, {"t"}),
        ("momentum", {}, {"t", "v"}),
        ("rmsprop", {}, {"t", "s"}),
        ("rmsprop", {"momentum": 0.9}, {"t", "s", "v"}),
        ("rmsprop", {"centered": True}, {"t", "s", "m"}),
        ("adam", {}, {"t", "m", "v"}),
    ],
)
def test_a_rule_keeps_what_it_needs_and_no_more(rule, options, keys):
    optimizer = getattr(optimizers, rule)(0.1, **options)
    w, state = optimizer.update(np.ones(2), np.ones(2), optimizer.init(np.ones(2)))
    assert set(state) == keys


def test_centred_rmsprop_remembers_the_mean_of_the_gradients():
    rule, g = optimizers.rmsprop(alpha=0.75, centered=True), np.array([4.0, -8.0])
    _, state = rule.update(np.ones(2), g, rule.init(np.ones(2)))
    np.testing.assert_allclose(state["m"], [1.0, -2.0], rtol=1e-15)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_rate_of_zero_moves_nothing(name):
    params = {"max_norm": 1.0} if name == "clipped" else {}
    rule = optimizers.adamw if name == "clipped" else getattr(optimizers, name)
    optimizer = optimizers.clipped(rule(0.0), **params) if params else rule(0.0)
    w = np.array([1.0, -2.0])
    w1, _ = optimizer.update(w, np.array([3.0, 4.0]), optimizer.init(w))
    np.testing.assert_array_equal(w1, w)


# Schedules.


def test_the_rate_of_each_step_is_the_schedules_from_step_zero_on():
    lr = schedules.piecewise_constant(1.0, [1, 2], [0.5, 0.5])
    optimizer = optimizers.sgd(lr)
    w, state, seen = np.zeros(1), optimizer.init(np.zeros(1)), []
    for t in range(4):
        before = w
        assert state["t"] == t
        assert optimizer.lr(t) == lr(t)
        w, state = optimizer.update(w, np.ones(1), state)
        seen.append(float(before[0] - w[0]))
    assert seen == [1.0, 0.5, 0.25, 0.25]


@pytest.mark.parametrize("bad", [-0.1, float("nan"), float("inf")])
def test_a_bad_rate_of_a_schedule_is_refused_at_its_step(bad):
    optimizer = optimizers.adam(lambda t: bad if t == 3 else 0.1)
    w, state = np.ones(2), optimizer.init(np.ones(2))
    for _ in range(3):
        w, state = optimizer.update(w, w, state)
    with pytest.raises(ValueError, match=r"lr at step 3 .*at least 0"):
        optimizer.update(w, w, state)


# Clipping.


@quick(max_examples=30)
@given(
    tree=trees(), max_norm=st.floats(1e-3, 1e3), scale=st.sampled_from([0, 1e-8, 1, 1e5])
)
def test_clipping_by_norm_equals_torch(tree, max_norm, scale):
    g = rebuild(tree[0], [scale * leaf for leaf in leaves(tree[0])])
    tensors = [torch.zeros(np.shape(leaf), dtype=torch.float64) for leaf in leaves(g)]
    for tensor, leaf in zip(tensors, leaves(g)):
        tensor.grad = torch.tensor(leaf, dtype=torch.float64)
    norm = torch.nn.utils.clip_grad_norm_(tensors, max_norm)
    ours, our_norm = clip_by_norm(g, max_norm)
    assert our_norm == pytest.approx(float(norm), rel=1e-14, abs=0)
    assert isinstance(our_norm, float)
    for tensor, leaf in zip(tensors, leaves(ours)):
        np.testing.assert_allclose(leaf, tensor.grad.numpy(), rtol=1e-13)


@quick(max_examples=20)
@given(tree=trees(), limit=st.floats(1e-3, 3.0))
def test_clipping_by_value_equals_torch(tree, limit):
    tensors = [torch.zeros(np.shape(leaf), dtype=torch.float64) for leaf in leaves(tree[0])]
    for tensor, leaf in zip(tensors, leaves(tree[0])):
        tensor.grad = torch.tensor(leaf, dtype=torch.float64)
    torch.nn.utils.clip_grad_value_(tensors, limit)
    for tensor, leaf in zip(tensors, leaves(clip_by_value(tree[0], limit))):
        np.testing.assert_array_equal(leaf, tensor.grad.numpy())


def test_clipping_keeps_the_direction_and_what_is_short_enough():
    g = {"W": np.array([[3.0, 0.0]]), "b": np.array([4.0])}
    short, norm = clip_by_norm(g, 1.0)
    assert norm == 5.0
    np.testing.assert_allclose(short["W"], [[0.6, 0.0]], rtol=1e-6)
    np.testing.assert_allclose(short["b"], [0.8], rtol=1e-6)
    same, _ = clip_by_norm(g, 5.1)
    np.testing.assert_array_equal(same["W"], g["W"])
    assert not np.shares_memory(same["W"], g["W"])
    assert not np.shares_memory(clip_by_value(g, 9.0)["W"], g["W"])


@pytest.mark.parametrize("bad", [np.inf, np.nan, 1e200])
def test_clipping_a_broken_gradient_does_what_torch_does(bad):
    g, tensor = np.array([1.0, bad]), torch.zeros(2, dtype=torch.float64)
    tensor.grad = torch.tensor(g)
    norm = torch.nn.utils.clip_grad_norm_([tensor], 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours, our_norm = clip_by_norm(g, 1.0)
    np.testing.assert_array_equal(our_norm, float(norm))
    np.testing.assert_array_equal(ours, tensor.grad.numpy())


@quick(max_examples=5)
@given(tree=trees(), max_norm=st.floats(0.1, 3.0))
def test_a_clipped_optimizer_equals_clip_and_step_in_torch(tree, max_norm):
    w, rng = tree
    noise = alternating_noise(w, rng)
    optimizer = optimizers.clipped(optimizers.adam(0.01, weight_decay=0.1), max_norm)
    assert optimizer.lr(5) == 0.01

    def clip(tensors):
        torch.nn.utils.clip_grad_norm_(tensors, max_norm)

    assert_equal_runs(
        our_run(optimizer, w, lambda t, _: [g[t] for g in noise]),
        torch_run(
            torch.optim.Adam,
            {"weight_decay": 0.1},
            w,
            lambda t, _: [g[t] for g in noise],
            lambda t: 0.01,
            before_step=clip,
        ),
    )


# Parameter groups.


def test_parameter_groups_equal_those_of_torch():
    rng = np.random.default_rng(1)
    w = {
        "head": {"W": rng.normal(size=(3, 2)), "b": np.zeros(2)},
        "body": [rng.normal(size=4)],
    }
    optimizer = optimizers.parameter_groups(
        {
            "body": optimizers.adam(schedules.inverse(0.1, 0.1), 0.5, weight_decay=0.1),
            "head": optimizers.adam(0.01, amsgrad=True),
        }
    )
    body, b, W = (torch.tensor(leaf) for leaf in leaves(w))
    twin = torch.optim.Adam(
        [
            {"params": [body], "betas": (0.5, 0.999), "weight_decay": 0.1},
            {"params": [b, W], "lr": 0.01, "amsgrad": True},
        ],
        lr=0.1,
    )
    state = optimizer.init(w)
    for t in range(STEPS):
        g = rebuild(w, [rng.normal(size=leaf.shape) for leaf in leaves(w)])
        for tensor, leaf in zip((body, b, W), leaves(g)):
            tensor.grad = torch.tensor(leaf)
        twin.param_groups[0]["lr"] = 0.1 / (1 + 0.1 * t)
        twin.step()
        w, state = optimizer.update(w, g, state)
        for tensor, leaf in zip((body, b, W), leaves(w)):
            np.testing.assert_allclose(leaf, tensor.numpy(), rtol=1e-12)
    assert list(w) == ["head", "body"]
    assert optimizer.lr is None


def test_a_group_with_rate_zero_stays_and_the_other_moves():
    optimizer = optimizers.parameter_groups(
        {"frozen": optimizers.sgd(0.0), "free": optimizers.sgd(1.0)}
    )
    w = {"frozen": np.ones(2), "free": np.ones(2)}
    w, _ = optimizer.update(w, w, optimizer.init(w))
    np.testing.assert_array_equal(w["frozen"], [1, 1])
    np.testing.assert_array_equal(w["free"], [0, 0])


def test_parameter_groups_refuse_other_groups_and_say_where_a_shape_is_wrong():
    sgd = optimizers.sgd(0.1)
    optimizer = optimizers.parameter_groups({"head": sgd, "body": sgd})
    w = {"head": np.ones(3), "body": [np.ones((2, 1))]}
    state = optimizer.init(w)
    with pytest.raises(ValueError, match="^w must be a dict with the groups"):
        optimizer.init({"head": np.ones(3)})
    with pytest.raises(ValueError, match=r"^w must be .*\], got an array of shape \(3,\)"):
        optimizer.init(np.ones(3))
    with pytest.raises(
        ValueError, match=r"^g must be .*\['head', 'body'\], got \['head'\]"
    ):
        optimizer.update(w, {"head": np.ones(3)}, state)
    with pytest.raises(
        ValueError, match=r"^in the group 'body': g/0 must have shape \(2, 1\)"
    ):
        optimizer.update(w, {"head": np.ones(3), "body": [np.ones(2)]}, state)
    with pytest.raises(TypeError, match=r"^groups must be a dict of optimizers, got list"):
        optimizers.parameter_groups([sgd])
    with pytest.raises(TypeError, match=r"^groups\['head'\] must be an Optimizer, got 0.1"):
        optimizers.parameter_groups({"head": 0.1})
    with pytest.raises(
        ValueError, match="^groups must hold at least one optimizer, got none"
    ):
        optimizers.parameter_groups({})
    with pytest.raises(TypeError, match="^optimizer must be an Optimizer"):
        optimizers.clipped(0.1, 1.0)


# Promises of every rule.


def freeze(tree):
    for leaf in leaves(tree):
        if isinstance(leaf, np.ndarray):
            leaf.setflags(write=False)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_update_changes_and_shares_none_of_its_arguments(name):
    optimizer = EXAMPLES[name]()
    w = {"W": np.ones((2, 3)), "b": [np.array(2.0)]}
    state = optimizer.init(w)
    g = rebuild(w, [np.full(leaf.shape, 0.5) for leaf in leaves(w)])
    for _ in range(3):
        freeze((w, g, state))
        before = copy.deepcopy((w, g, state))
        w1, state1 = optimizer.update(w, g, state)
        for old, new in zip(leaves(before), leaves((w, g, state)), strict=True):
            np.testing.assert_array_equal(old, new)
        for new in leaves((w1, state1)):
            for old in leaves((w, g, state)):
                assert not np.shares_memory(new, old)
        w, state = w1, state1


@pytest.mark.parametrize("name", EXAMPLES)
def test_parameters_come_back_built_as_they_went_in_as_float64_arrays(name):
    optimizer = EXAMPLES[name]()
    w = [{"b": 1.5, "W": np.ones((2, 1), np.float32)}, (None, np.ones(()))]
    w1, state = optimizer.update(w, w, optimizer.init(w))
    assert list(w1[0]) == ["b", "W"]
    assert isinstance(w1[1], tuple)
    assert w1[1][0] is None
    for leaf in leaves(w1):
        assert type(leaf) is np.ndarray
        assert leaf.dtype == np.float64
    assert [leaf.shape for leaf in leaves(w1)] == [(2, 1), (), ()]
    optimizer.update(w1, w, state)


@pytest.mark.parametrize("name", EXAMPLES)
@quick(max_examples=4)
@given(stop=st.integers(0, 20), tree=trees())
def test_a_saved_and_loaded_run_resumes_bit_for_bit(name, stop, tree, tmp_path_factory):
    (w0, rng), optimizer = tree, EXAMPLES[name]()
    gradients = [
        rebuild(w0, [rng.normal(size=np.shape(leaf)) for leaf in leaves(w0)])
        for _ in range(25)
    ]
    w, state = w0, optimizer.init(w0)
    for t, g in enumerate(gradients):
        if t == stop:
            path = tmp_path_factory.mktemp("run") / "state.npz"
            save_state(path, {"w": w, "state": state})
        w, state = optimizer.update(w, g, state)
    loaded = load_state(path)
    w_again, state_again = loaded["w"], loaded["state"]
    for g in gradients[stop:]:
        w_again, state_again = optimizer.update(w_again, g, state_again)
    assert state["t"] == state_again["t"] == 25
    for one, other in zip(leaves((w, state)), leaves((w_again, state_again)), strict=True):
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("bad", [np.inf, np.nan, 1e200, 1e308])
def test_a_broken_gradient_goes_through_without_an_error_or_a_warning(name, bad):
    optimizer, w = EXAMPLES[name](), np.ones(2)
    state = optimizer.init(w)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for _ in range(3):
            w, state = optimizer.update(w, np.array([1.0, bad]), state)
    if name in ("sgd", "momentum", "nesterov") or np.isnan(bad):
        assert not np.isfinite(w[1]) or abs(w[1]) > 1e150
    if name != "clipped":
        assert np.isfinite(w[0])


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("w, g", [(1.0, 1e-200), (1e-300, 1e-300), (1e308, -1e308)])
def test_a_number_too_small_or_too_large_for_a_float_is_no_error(name, w, g):
    optimizer, w = EXAMPLES[name](), np.array([w, -w])
    state = optimizer.init(w)
    with np.errstate(all="raise"):
        for _ in range(3):
            w, state = optimizer.update(w, np.array([g, -g]), state)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_gradient_of_another_shape_is_refused_with_its_place(name):
    optimizer = EXAMPLES[name]()
    w = {"layers": [{"W": np.ones((3, 1)), "b": np.ones(1)}]}
    state = optimizer.init(w)
    for wrong in (np.ones(3), np.ones((1, 3)), np.ones((1, 1)), 1.0):
        g = {"layers": [{"W": wrong, "b": np.ones(1)}]}
        with pytest.raises(
            ValueError, match=r"^g/layers/0/W must have shape \(3, 1\), got \("
        ):
            optimizer.update(w, g, state)
    with pytest.raises(ValueError, match=r"^g/layers must be a list of 1, got a list of 2"):
        optimizer.update(w, {"layers": w["layers"] * 2}, state)
    with pytest.raises(ValueError, match=r"^g must be a dict with the keys \['layers'\]"):
        optimizer.update(w, {"layer": w["layers"]}, state)
    with pytest.raises(TypeError, match=r"^g/layers/0/W must hold real numbers"):
        optimizer.update(
            w, {"layers": [{"W": np.ones((3, 1)) * 1j, "b": np.ones(1)}]}, state
        )


def test_n_against_n_1_is_refused_both_ways():
    optimizer = optimizers.sgd(0.1)
    for w, g in [(np.ones(3), np.ones((3, 1))), (np.ones((3, 1)), np.ones(3))]:
        with pytest.raises(ValueError, match="^g must have shape"):
            optimizer.update(w, g, optimizer.init(w))


@pytest.mark.parametrize("call", ["init", "update"])
def test_parameters_that_are_not_floats_are_refused(call):
    optimizer = optimizers.sgd(0.1)
    state = optimizer.init(np.ones(2))

    def run(w):
        return optimizer.init(w) if call == "init" else optimizer.update(w, w, state)

    for w in (np.array([1, 2]), np.array([True, False]), 3):
        with pytest.raises(
            TypeError, match="^w must hold floats.*got an array of shape"
        ) as said:
            run(w)
        assert f"dtype {np.asarray(w).dtype}: use" in str(said.value)
    with pytest.raises(TypeError, match="^w/1/b must hold floats"):
        run([np.ones(2), {"b": np.array([1, 2])}])
    with pytest.raises(TypeError, match="^w must hold real numbers"):
        run(np.array([1j, 2]))
    with pytest.raises(TypeError, match="^w/name must hold real numbers"):
        run({"name": "W"})
    with pytest.raises(ValueError, match=r"^w must hold at least one array, got \[\]$"):
        run([])
    with pytest.raises(ValueError, match="^w must not be empty"):
        run(np.ones((0, 3)))


def test_a_run_cannot_start_from_nan_but_an_update_lets_it_through():
    optimizer = optimizers.momentum(0.1)
    with pytest.raises(ValueError, match=r"^w/b must be finite, got nan at index \(1,\)"):
        optimizer.init({"b": np.array([0.0, np.nan])})
    w, _ = optimizer.update(
        np.array([0.0, np.nan]), np.ones(2), optimizer.init(np.zeros(2))
    )
    np.testing.assert_array_equal(np.isnan(w), [False, True])


def test_a_state_of_another_optimizer_or_of_other_parameters_is_refused():
    momentum, adam = optimizers.momentum(0.1), optimizers.adam()
    w = np.ones((3, 1))
    with pytest.raises(
        ValueError, match=r"^state must .*\['t', 'm', 'v'\], got \['t', 'v'\]"
    ):
        adam.update(w, w, momentum.init(w))
    for nothing in (None, "ten"):
        said = f"^state must come from this optimizer's init.*, got {nothing!r}$"
        with pytest.raises(ValueError, match=said):
            momentum.update(w, w, nothing)
    with pytest.raises(
        ValueError, match=r"^state\['v'\] must have shape \(3, 1\), got \(3,\)"
    ):
        momentum.update(w, w, momentum.init(np.ones(3)))
    with pytest.raises(ValueError, match=r"^state\['t'\] must be at least 0"):
        momentum.update(w, w, momentum.init(w) | {"t": -1})
    with pytest.raises(TypeError, match=r"^state\['t'\] must be a whole number"):
        momentum.update(w, w, momentum.init(w) | {"t": 1.0})


UNIT = [-0.1, 1.0, 1.5, np.nan, np.inf]
NEGATIVE = [-1e-9, np.nan, np.inf]
BAD = [
    *[(name, "lr", NEGATIVE) for name in RULES],
    *[(name, "weight_decay", NEGATIVE) for name in RULES],
    ("momentum", "beta", UNIT),
    ("momentum", "dampening", [-0.1, 1.1, np.nan]),
    ("nesterov", "beta", UNIT),
    ("adagrad", "eps", [0.0, *NEGATIVE]),
    ("adagrad", "lr_decay", NEGATIVE),
    ("adagrad", "initial_accumulator", NEGATIVE),
    ("rmsprop", "alpha", UNIT),
    ("rmsprop", "eps", [0.0, *NEGATIVE]),
    ("rmsprop", "momentum", UNIT),
    ("adam", "beta1", UNIT),
    ("adam", "beta2", UNIT),
    ("adam", "eps", [0.0, *NEGATIVE]),
    ("adamw", "beta1", UNIT),
    ("adamw", "beta2", UNIT),
    ("adamw", "eps", [0.0, *NEGATIVE]),
]


@pytest.mark.parametrize("name, argument, values", BAD)
def test_a_hyper_parameter_out_of_range_is_refused_by_name(name, argument, values):
    rule = getattr(optimizers, name)
    for value in values:
        with pytest.raises(ValueError, match=f"^{argument} must be .*got {value}"):
            rule(**({"lr": 0.1} | {argument: value}))
    for value in ("0.1", None, True, np.ones(1)):
        with pytest.raises(TypeError, match=f"^{argument} must be a number"):
            rule(**({"lr": 0.1} | {argument: value}))


def test_flags_must_be_true_or_false():
    for value in ("no", 0, 2, None, np.zeros(2)):
        with pytest.raises(TypeError, match="^centered must be True or False, got "):
            optimizers.rmsprop(centered=value)
        for rule in (optimizers.adam, optimizers.adamw):
            with pytest.raises(TypeError, match="^amsgrad must be True or False, got "):
                rule(amsgrad=value)


def test_a_whole_number_beyond_all_floats_is_refused_as_one_that_is_not_finite():
    with pytest.raises(ValueError, match="^lr must be finite"):
        optimizers.sgd(10**400)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
def test_a_limit_of_clipping_must_be_above_zero(bad):
    for call in (
        lambda: clip_by_norm(np.ones(2), bad),
        lambda: optimizers.clipped(optimizers.sgd(0.1), bad),
    ):
        with pytest.raises(ValueError, match="^max_norm must be finite, above 0"):
            call()
    with pytest.raises(ValueError, match="^limit must be finite, above 0"):
        clip_by_value(np.ones(2), bad)


@pytest.mark.parametrize("empty", [[], {}, None, ([], {"b": ()})])
def test_there_is_nothing_to_clip_in_a_tree_without_arrays(empty):
    for clip in (clip_by_norm, clip_by_value):
        with pytest.raises(
            ValueError, match="^g must hold at least one array, got "
        ) as said:
            clip(empty, 1.0)
        assert str(said.value).endswith(repr(empty))


def test_an_optimizer_of_ones_own_is_two_functions():
    own = Optimizer(lambda w: {}, lambda w, g, state: (w - g, state))
    assert own.lr is None
    w, _ = optimizers.clipped(own, 1.0).update(np.zeros(2), np.array([3.0, 4.0]), {})
    np.testing.assert_allclose(w, [-0.6, -0.8], rtol=1e-6)
