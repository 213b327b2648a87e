"""The perceptron's hand-derived gradients against autograd, differences and torch."""

import copy
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from descent import activations, losses
from descent.activations import ACTIVATIONS
from descent.losses import LOSSES
from descent.networks import MLP, SCHEMES
from descent.optimizers import momentum
from descent.problems import network_problem
from descent.pytrees import leaves, leaves_with_path
from descent.sampling import epochs
from descent.training import train
from descent.twins import numpy_params, torch_loss, torch_twin

torch = pytest.importorskip("torch")

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
every_loss = pytest.mark.parametrize("loss", LOSSES)
TORCH_FUNCTIONS = {
    "relu": torch.nn.functional.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "identity": lambda z: z,
}


def batch(mlp, n, rng):
    X = rng.normal(size=(n, mlp.sizes[0]))
    if mlp.loss_name == "cross_entropy":
        return X, rng.integers(mlp.sizes[-1], size=n)
    return X, rng.normal(size=(n, mlp.sizes[-1]))


def random_params(mlp, rng):
    """Xavier weights and biases that are not zero."""
    params = mlp.init(rng, "xavier")
    return [{"W": p["W"], "b": rng.normal(0, 0.5, p["b"].shape)} for p in params]


def torch_gradients(twin, loss, X, y):
    value = loss(twin(torch.tensor(X)), torch.tensor(y))
    twin.zero_grad()
    value.backward()
    gradients = [
        {"W": m.weight.grad.numpy().T, "b": m.bias.grad.numpy()}
        for m in twin
        if hasattr(m, "weight")
    ]
    return value.item(), gradients


def assert_trees_close(got, want, rtol):
    for (path, a), (same, b) in zip(
        leaves_with_path(got), leaves_with_path(want), strict=True
    ):
        assert path == same and a.shape == b.shape, path
        np.testing.assert_allclose(a, b, rtol=0, atol=rtol * max(1e-3, abs(b).max()))


# Activations and losses, one by one


@every_activation
def test_activation_and_its_derivative_equal_torch_zero_included(activation):
    z = np.concatenate([np.linspace(-40, 40, 801), [0.0, -0.0, 1e-300, -1e-300]])
    f, t = ACTIVATIONS[activation], torch.tensor(z, requires_grad=True)
    a = TORCH_FUNCTIONS[activation](t)
    a.sum().backward()
    np.testing.assert_allclose(f.value(z), a.detach().numpy(), rtol=1e-14, atol=0)
    derivative = f.derivative(z, f.value(z))
    np.testing.assert_allclose(derivative, t.grad.numpy(), rtol=1e-13, atol=5e-16)


def test_derivative_at_the_kink_is_that_from_the_left():
    zero = np.zeros(1)
    assert ACTIVATIONS["relu"].derivative(zero, zero)[0] == 0.0
    assert ACTIVATIONS["leaky_relu"].derivative(zero, zero)[0] == 0.01


def test_named_activations_are_those_of_the_table():
    z = np.linspace(-3, 3, 7)
    for name in ("relu", "leaky_relu", "sigmoid"):
        np.testing.assert_array_equal(
            getattr(activations, name)(z), ACTIVATIONS[name].value(z)
        )


def test_sigmoid_neither_overflows_nor_loses_its_tail():
    z = np.array([-1e308, -700.0, -40.0, 0.0, 40.0, 1e308])
    with np.errstate(all="raise", under="ignore"):
        a = activations.sigmoid(z)
    np.testing.assert_allclose(a, special.expit(z), rtol=1e-15)
    assert activations.sigmoid(-700.0) > 0


def test_squared_loss_of_a_row_is_half_its_squared_distance():
    values, gradient = losses.squared(np.array([[3.0, 4.0], [1.0, 1.0]]), np.zeros((2, 2)))
    np.testing.assert_array_equal(values, [12.5, 1.0])
    np.testing.assert_array_equal(gradient, [[3.0, 4.0], [1.0, 1.0]])


def test_cross_entropy_equals_mpmath_even_for_huge_logits():
    z = np.array([[1.0, 2.0, 3.0], [1e4, 0.0, -1e4], [-800.0, -801.0, -799.0]])
    y = np.array([0, 1, 2])
    values, gradient = losses.cross_entropy(z, y)
    with mpmath.workdps(50):
        for i in range(3):
            total = mpmath.fsum(mpmath.exp(mpmath.mpf(v)) for v in z[i])
            want = mpmath.log(total) - mpmath.mpf(z[i, y[i]])
            assert values[i] == pytest.approx(float(want), rel=1e-14)
    onehot = np.eye(3)[y]
    np.testing.assert_allclose(gradient, special.softmax(z, axis=1) - onehot, atol=1e-15)
    np.testing.assert_allclose(
        losses.log_softmax(z), special.log_softmax(z, axis=1), rtol=1e-14
    )


# Gradients


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    loss=st.sampled_from(sorted(LOSSES)),
    n=st.integers(1, 7),
    seed=st.integers(0, 2**32 - 1),
)
def test_gradients_of_any_architecture_equal_autograd(sizes, activation, loss, n, seed):
    rng = np.random.default_rng(seed)
    mlp = MLP(sizes, activation, loss)
    params, (X, y) = random_params(mlp, rng), batch(mlp, n, rng)
    value, gradients = mlp.loss_and_gradients(params, X, y)
    want_value, want = torch_gradients(torch_twin(mlp, params), torch_loss(mlp), X, y)
    assert value == pytest.approx(want_value, rel=1e-13, abs=1e-15)
    assert mlp.loss(params, X, y) == value
    assert_trees_close(gradients, want, 1e-12)


@every_loss
@every_activation
def test_gradients_equal_central_differences(activation, loss):
    rng = np.random.default_rng(5)
    mlp = MLP((3, 5, 4, 2), activation, loss)
    params, (X, y) = random_params(mlp, rng), batch(mlp, 6, rng)
    _, gradients = mlp.loss_and_gradients(params, X, y)
    h = 1e-6
    for w, g in zip(leaves(params), leaves(gradients)):
        for index in np.ndindex(w.shape):
            kept = w[index]
            w[index] = kept + h
            above = mlp.loss(params, X, y)
            w[index] = kept - h
            below = mlp.loss(params, X, y)
            w[index] = kept
            assert (above - below) / (2 * h) == pytest.approx(g[index], abs=1e-8)


@every_loss
@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (4, 5, 6, 2, 3)])
def test_gradient_is_the_mean_of_per_sample_gradients(loss, sizes):
    rng = np.random.default_rng(6)
    mlp = MLP(sizes, "tanh", loss)
    params, (X, y) = random_params(mlp, rng), batch(mlp, 7, rng)
    each = mlp.per_sample_gradients(params, X, y)
    assert [p["W"].shape for p in each] == [(7, *shape) for shape in pairwise(sizes)]
    mean = [{k: v.mean(axis=0) for k, v in p.items()} for p in each]
    assert_trees_close(mean, mlp.loss_and_gradients(params, X, y)[1], 1e-14)
    for i in range(7):
        row = [{k: v[i] for k, v in p.items()} for p in each]
        alone = mlp.loss_and_gradients(params, X[i : i + 1], y[i : i + 1])[1]
        assert_trees_close(row, alone, 1e-14)


def test_deltas_are_gradients_with_respect_to_each_layers_z():
    rng = np.random.default_rng(7)
    mlp = MLP((3, 4, 4, 2), "sigmoid", "cross_entropy")
    params, (X, y) = random_params(mlp, rng), batch(mlp, 5, rng)
    a, z_kept = torch.tensor(X), []
    for module in torch_twin(mlp, params):
        a = module(a)
        if hasattr(module, "weight"):
            a.retain_grad()
            z_kept.append(a)
    (torch.nn.functional.cross_entropy(a, torch.tensor(y), reduction="sum")).backward()
    assert_trees_close(mlp.deltas(params, X, y), [z.grad.numpy() for z in z_kept], 1e-13)


def test_layers_returns_what_each_layer_reads_and_gives():
    rng = np.random.default_rng(8)
    mlp = MLP((2, 3, 1), "relu")
    params, X = random_params(mlp, rng), rng.normal(size=(4, 2))
    a, z = mlp.layers(params, X)
    np.testing.assert_array_equal(a[0], X)
    np.testing.assert_allclose(z[0], X @ params[0]["W"] + params[0]["b"], rtol=1e-15)
    np.testing.assert_array_equal(a[1], np.maximum(z[0], 0))
    np.testing.assert_array_equal(mlp.forward(params, X), z[1])


# The twin


@every_loss
@every_activation
def test_after_1000_sgd_steps_network_and_twin_are_equal(activation, loss):
    rng = np.random.default_rng(9)
    mlp = MLP((5, 16, 8, 3), activation, loss)
    X, y = batch(mlp, 40, rng)
    scheme = "he" if "relu" in activation else "xavier"
    params = mlp.init(rng, scheme)
    twin, twin_loss = torch_twin(mlp, params), torch_loss(mlp)
    optimizer, lr = torch.optim.SGD(twin.parameters(), lr=0.05), 0.05
    X_torch, y_torch = torch.tensor(X), torch.tensor(y)
    start, values = mlp.loss(params, X, y), []
    for t in range(1000):
        rows = slice(8 * (t % 5), 8 * (t % 5) + 8)
        value, g = mlp.loss_and_gradients(params, X[rows], y[rows])
        params = [{k: p[k] - lr * d[k] for k in p} for p, d in zip(params, g)]
        optimizer.zero_grad()
        twin_value = twin_loss(twin(X_torch[rows]), y_torch[rows])
        twin_value.backward()
        optimizer.step()
        values.append((value, twin_value.item()))
    ours, theirs = np.transpose(values)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert mlp.loss(params, X, y) < 0.9 * start  # it did train
    for w, p in zip(leaves(params), leaves(numpy_params(twin)), strict=True):
        np.testing.assert_allclose(w, p, rtol=0, atol=1e-12 * abs(w).max())


def test_a_training_run_of_the_network_equals_torchs_loop_over_the_same_batches():
    rng = np.random.default_rng(10)
    mlp = MLP((3, 8, 4), "tanh", "cross_entropy")
    X, y = batch(mlp, 30, rng)
    w0 = mlp.init(rng, "xavier")
    rows = list(epochs(30, 8, 10, rng))
    trace = train(network_problem(mlp, X, y), momentum(0.05, 0.9), rows, w0)
    twin, loss = torch_twin(mlp, w0), torch_loss(mlp)
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.05, momentum=0.9)
    for t, chosen in enumerate(rows):
        assert_trees_close(trace.w[t], numpy_params(twin), 1e-12)
        optimizer.zero_grad()
        value = loss(twin(torch.tensor(X[chosen])), torch.tensor(y[chosen]))
        value.backward()
        assert trace.batch_loss[t] == pytest.approx(value.item(), rel=1e-12)
        length = torch.linalg.vector_norm(
            torch.cat([p.grad.ravel() for p in twin.parameters()])
        )
        assert trace.gradient_norm[t] == pytest.approx(length.item(), rel=1e-12)
        optimizer.step()
    assert_trees_close(trace.w_final, numpy_params(twin), 1e-12)


def test_twin_holds_copies_in_float64_with_weights_transposed():
    mlp = MLP((4, 3, 2), "leaky_relu")
    params = random_params(mlp, np.random.default_rng(1))
    kept = copy.deepcopy(params)
    twin = torch_twin(mlp, params)
    assert [type(m).__name__ for m in twin] == ["Linear", "LeakyReLU", "Linear"]
    assert twin[0].weight.shape == (3, 4) and twin[0].weight.dtype == torch.float64
    np.testing.assert_array_equal(twin[0].weight.detach().numpy(), params[0]["W"].T)
    with torch.no_grad():
        for p in twin.parameters():
            p.add_(1.0)
    assert_trees_close(params, kept, 0)
    back = numpy_params(twin)
    back[0]["W"] += 1
    np.testing.assert_allclose(twin[0].weight.detach().numpy(), kept[0]["W"].T + 1)


def test_making_a_twin_draws_nothing_from_torchs_global_generator():
    mlp = MLP((4, 3, 2))
    before = torch.get_rng_state()
    torch_twin(mlp, mlp.init(np.random.default_rng(0)))
    assert torch.equal(before, torch.get_rng_state())


def test_twin_accepts_weights_that_are_views():
    mlp = MLP((3, 2))
    W = np.arange(6.0).reshape(2, 3).T[::-1]
    X = np.random.default_rng(0).normal(size=(5, 3))
    params = [{"W": W, "b": np.zeros(2)}]
    out = torch_twin(mlp, params)(torch.tensor(X)).detach().numpy()
    np.testing.assert_allclose(out, mlp.forward(params, X), rtol=1e-14)


def test_squared_loss_is_half_k_times_mse_loss_and_broadcasts_nothing():
    mlp = MLP((2, 3))
    outputs, y = torch.randn(5, 3).double(), torch.randn(5, 3).double()
    mse = torch.nn.functional.mse_loss(outputs, y)
    assert torch_loss(mlp)(outputs, y).item() == pytest.approx(1.5 * mse.item())
    with pytest.raises(ValueError, match=r"^y must have shape \(5, 1\), got \(5,\)"):
        torch_loss(mlp)(outputs[:, :1], y[:, 0])


# Initial parameters


@pytest.mark.parametrize(
    ("scheme", "std"),
    [
        ("he", np.sqrt(2 / 300)),
        ("he_uniform", np.sqrt(2 / 300)),
        ("xavier", np.sqrt(2 / 500)),
        ("xavier_uniform", np.sqrt(2 / 500)),
        ("torch", 1 / np.sqrt(900)),
        ("normal", 0.1),
    ],
)
def test_initial_weights_have_the_documented_spread(scheme, std):
    mlp = MLP((300, 200, 1))
    scale = 0.1 if scheme == "normal" else None
    params = mlp.init(np.random.default_rng(0), scheme, scale)
    W = params[0]["W"]
    assert W.shape == (300, 200)
    assert W.std() == pytest.approx(std, rel=0.02)
    assert abs(W.mean()) < 5 * std / np.sqrt(W.size)
    uniform = scheme in ("he_uniform", "xavier_uniform", "torch")
    if uniform:
        assert 0.999 < abs(W).max() / (np.sqrt(3) * std) <= 1 + 1e-12
    else:
        assert abs(W).max() > 3.5 * std  # a uniform law has no such tail
    if scheme == "torch":
        assert abs(params[0]["b"]).max() <= 1 / np.sqrt(300)
        assert params[0]["b"].std() == pytest.approx(std, rel=0.15)
    else:
        assert not params[0]["b"].any()


def test_torch_scheme_has_the_law_of_a_new_torch_layer():
    torch.manual_seed(0)
    theirs = torch.nn.Linear(50, 400, dtype=torch.float64)
    ours = MLP((50, 400)).init(np.random.default_rng(0), "torch")[0]
    for a, b in ((ours["W"], theirs.weight), (ours["b"], theirs.bias)):
        b = b.detach().numpy()
        assert abs(a).max() == pytest.approx(abs(b).max(), rel=0.02)
        assert a.std() == pytest.approx(b.std(), rel=0.1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_same_generator_state_gives_the_same_parameters(scheme):
    mlp = MLP((3, 4, 2))
    a, b = (leaves(mlp.init(np.random.default_rng(3), scheme)) for _ in range(2))
    for one, other in zip(a, b):
        np.testing.assert_array_equal(one, other)


def test_normal_scheme_has_deviation_one_unless_told():
    W = MLP((200, 200)).init(np.random.default_rng(0), "normal")[0]["W"]
    assert W.std() == pytest.approx(1, rel=0.02)
    zero = MLP((2, 2)).init(np.random.default_rng(0), "normal", scale=0.0)
    assert not zero[0]["W"].any()


# Classifiers


def test_predictions_are_the_largest_logits_and_accuracy_their_fraction():
    mlp = MLP((2, 2), loss="cross_entropy")
    params = [{"W": np.eye(2), "b": np.zeros(2)}]
    X = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 3.0], [5.0, 5.0]])
    np.testing.assert_array_equal(mlp.predict(params, X), [0, 1, 1, 0])
    assert mlp.accuracy(params, X, np.array([0, 1, 0, 0])) == 0.75
    assert mlp.accuracy(params, X, [0, 1, 1, 0]) == 1.0


def test_there_are_as_many_classes_as_outputs_whatever_the_hidden_widths():
    for sizes in ((2, 3), (2, 7, 3), (2, 2, 4, 3)):
        mlp = MLP(sizes, loss="cross_entropy")
        params = mlp.init(np.random.default_rng(0))
        labels = mlp.predict(params, X5)
        assert mlp.accuracy(params, X5, labels) == 1.0
        assert mlp.accuracy(params, X5, (labels + 1) % 3) == 0.0
        for label in (-1, 3):
            with pytest.raises(ValueError, match=f"from 0 to 2, got {label} at index 4"):
                mlp.accuracy(params, X5, [0, 1, 2, 0, label])


def test_a_nan_logit_is_no_prediction():
    mlp = MLP((1, 2), loss="cross_entropy")
    params = [{"W": np.array([[np.nan, 1.0]]), "b": np.zeros(2)}]
    with pytest.raises(ValueError, match="^outputs must be finite"):
        mlp.predict(params, np.ones((1, 1)))


def test_predict_refuses_a_regression_network():
    mlp = MLP((1, 2))
    with pytest.raises(
        ValueError, match="^predict needs a classifier, loss='cross_entropy'"
    ):
        mlp.predict(mlp.init(np.random.default_rng(0)), np.ones((1, 1)))


# Bad input

RNG = np.random.default_rng(0)
NET = MLP((2, 3, 1))
PARAMS = NET.init(RNG)
X5 = RNG.normal(size=(5, 2))
CLASSES = MLP((2, 3), loss="cross_entropy")
CLASS_PARAMS = CLASSES.init(RNG)


@pytest.mark.parametrize("method", ["loss", "loss_and_gradients", "per_sample_gradients"])
def test_targets_of_shape_n_are_refused_against_n_by_1(method):
    with pytest.raises(ValueError, match=r"^y must have shape \(5, 1\), got \(5,\)"):
        getattr(NET, method)(PARAMS, X5, np.zeros(5))


@pytest.mark.parametrize(
    ("y", "error", "match"),
    [
        (np.zeros((5, 1), int), ValueError, r"^y must have shape \(5,\), got \(5, 1\)"),
        (np.zeros(5), TypeError, "^y must hold whole numbers"),
        (np.zeros(5, bool), TypeError, "^y must hold whole numbers, got booleans"),
        ([0, 1, 2, 3, 0], ValueError, "labels from 0 to 2, got 3 at index 3"),
        ([0, 1, 2, -1, 0], ValueError, "labels from 0 to 2, got -1 at index 3"),
        ([0, 1], ValueError, r"^y must have shape \(5,\), got \(2,\)"),
    ],
)
def test_labels_must_be_whole_numbers_in_range(y, error, match):
    for method in (CLASSES.loss, CLASSES.loss_and_gradients, CLASSES.accuracy):
        with pytest.raises(error, match=match):
            method(CLASS_PARAMS, X5, y)


@pytest.mark.parametrize(
    ("X", "match"),
    [
        (np.zeros((5, 3)), r"^X must have shape \(any, 2\), got \(5, 3\)"),
        (np.zeros(2), r"^X must have shape \(any, 2\), got \(2,\)"),
        (np.zeros((0, 2)), "^X must not be empty"),
        (np.full((1, 2), np.nan), r"^X must be finite, got nan at index \(0, 0\)"),
    ],
)
def test_features_must_be_finite_rows_of_the_input_width(X, match):
    with pytest.raises(ValueError, match=match):
        NET.forward(PARAMS, X)


@pytest.mark.parametrize(
    ("params", "error", "match"),
    [
        (PARAMS[:1], ValueError, "^params must have 2 layers, got 1"),
        (None, TypeError, "^params must be a list of layers, got None"),
        (
            np.zeros(3),
            TypeError,
            r"^params must be a list of layers, got an array of shape \(3,\)",
        ),
        (
            [PARAMS[0], {"W": np.zeros((3, 1))}],
            ValueError,
            r"^params\[1\] must have the keys 'W' and 'b', got \['W'\]",
        ),
        (
            [PARAMS[0], [1, 2]],
            ValueError,
            r"^params\[1\] must have the keys 'W' and 'b', got \[1, 2\]",
        ),
        (
            [PARAMS[0], PARAMS[1]["W"]],
            ValueError,
            r"^params\[1\] must .* 'b', got an array of shape \(3, 1\)",
        ),
        (
            [{"W": PARAMS[0]["W"].T, "b": PARAMS[0]["b"]}, PARAMS[1]],
            ValueError,
            r"^params\[0\]\['W'\] must have shape \(2, 3\), got \(3, 2\)",
        ),
        (
            [{"W": PARAMS[0]["W"], "b": np.zeros((1, 3))}, PARAMS[1]],
            ValueError,
            r"^params\[0\]\['b'\] must have shape \(3,\), got \(1, 3\)",
        ),
    ],
)
def test_parameters_must_have_the_networks_shapes(params, error, match):
    with pytest.raises(error, match=match):
        NET.forward(params, X5)
    with pytest.raises(error, match=match):
        torch_twin(NET, params)


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        (((3,),), ValueError, "^sizes must hold at least two widths"),
        ((5,), TypeError, "^sizes must be a tuple of widths, got 5"),
        (((3, 0),), ValueError, r"^sizes\[1\] must be at least 1, got 0"),
        (((3, 2.0),), TypeError, r"^sizes\[1\] must be a whole number"),
        (((3, 2), "ReLU"), ValueError, "^activation must be one of"),
        (((3, 2), "relu", "mse"), ValueError, "^loss must be one of"),
        (((3, 2), None), ValueError, "^activation must be one of .*, got None"),
        (((3, 2), np.array(["relu"] * 2)), ValueError, "^activation must be one of"),
    ],
)
def test_networks_that_cannot_be_are_refused(arguments, error, match):
    with pytest.raises(error, match=match):
        MLP(*arguments)


def test_initialisation_refuses_seeds_unknown_schemes_and_stray_scales():
    with pytest.raises(TypeError, match="^rng must be a numpy.random.Generator"):
        NET.init(0)
    with pytest.raises(ValueError, match="^scheme must be one of"):
        NET.init(RNG, "kaiming")
    with pytest.raises(ValueError, match="^scale is for scheme='normal' alone"):
        NET.init(RNG, "he", 0.1)
    with pytest.raises(ValueError, match="^scale must be finite, at least 0, got -1"):
        NET.init(RNG, "normal", -1)


def test_no_argument_is_modified():
    rng = np.random.default_rng(2)
    for mlp in (MLP((3, 4, 2), "identity"), MLP((3, 4, 2), "relu", "cross_entropy")):
        params, (X, y) = mlp.init(rng, "torch"), batch(mlp, 5, rng)
        for array in [*leaves(params), X, y]:
            array.flags.writeable = False
        mlp.loss_and_gradients(params, X, y)
        mlp.per_sample_gradients(params, X, y)
        torch_twin(mlp, params)


def test_infinite_and_nan_parameters_are_let_through_to_show_in_the_loss():
    broken = [{"W": np.full((2, 3), np.nan), "b": PARAMS[0]["b"]}, PARAMS[1]]
    assert np.isnan(NET.forward(broken, X5)).all()
    broken = [PARAMS[0], {"W": PARAMS[1]["W"], "b": np.array([-np.inf])}]
    assert (NET.forward(broken, X5) == -np.inf).all()


def test_a_network_is_a_value():
    assert MLP([2, 3, 1]) == MLP((2, 3, 1)) and hash(MLP((2, 1))) == hash(MLP((2, 1)))
    with pytest.raises(AttributeError):
        MLP((2, 1)).sizes = (3, 1)
