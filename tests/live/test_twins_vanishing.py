"""The live figure of vanishing gradients, held to the library and to PyTorch."""

import numpy as np
import pytest

from descent.live import vanishing

MODULE = "vanishing.mjs"
ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky_relu"]


def settings(n=60):
    """Random settings, but for those in which the forward pass is chaotic.

    Where √χ > 1 a saturating network multiplies every difference by √χ a layer, that of
    the last bit too: both programs are right there, and differ.
    """
    rng = np.random.default_rng(51)
    found = []
    for i in range(n):
        p = {
            "activation": ACTIVATIONS[i % 4],
            "depth": int(rng.integers(2, 31)),
            "sigma": float(0.2 * 50 ** rng.uniform()),
            "seed": int(rng.integers(10_000)),
        }
        while p["activation"] in ("sigmoid", "tanh"):
            if factors(p).prod() < 1e4:
                break
            p["depth"] -= 1
        found.append(p)
    return found


def factors(p):
    return vanishing.predicted(p["activation"], p["sigma"], p["depth"])


def test_vanishing(javascript):
    call = """(m, all) => all.map((p) =>
      [m.sizes(p, m.draws(p.seed)), m.predicted(p.activation, p.sigma, p.depth)])"""
    for p, (sizes, law) in zip(settings(), javascript(MODULE, call, settings())):
        sizes = np.array(sizes, dtype=float)  # beyond 2⁶³ they come as whole numbers
        np.testing.assert_allclose(sizes, vanishing.sizes(**p), rtol=1e-9, err_msg=str(p))
        np.testing.assert_allclose(law, factors(p), rtol=1e-12, err_msg=str(p))


def test_the_same_network_is_drawn(javascript):
    for seed in (0, 1, 9999):
        found = np.array(javascript(MODULE, "(m, seed) => m.draws(seed)", seed))
        own = np.concatenate([part.ravel() for part in vanishing.draws(seed)])
        np.testing.assert_allclose(found, own, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_sizes_are_those_of_autograd(activation):
    torch = pytest.importorskip("torch")
    f = {"leaky_relu": torch.nn.functional.leaky_relu}.get(activation)
    f = f or getattr(torch, activation)
    depth, sigma, noise = 9, 1.3, vanishing.draws(5)
    a, zs = torch.from_numpy(noise.inputs), []
    for W in noise.weights[:depth]:
        zs.append((a @ torch.from_numpy(W) * sigma / 8).requires_grad_())
        zs[-1].retain_grad()
        a = f(zs[-1])
    (a * torch.from_numpy(noise.gradient)).sum().backward()
    want = np.array([float(z.grad.norm()) for z in zs])
    found = vanishing.sizes(activation=activation, depth=depth, sigma=sigma, seed=5)
    np.testing.assert_allclose(found, want / want[-1], rtol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sigma", [0.2, 1.0, 10.0])
def test_the_prediction_is_the_integral(activation, sigma):
    """An oracle: the same means by SciPy's adaptive quadrature, and its functions."""
    from scipy import integrate, special, stats

    value, slope = {
        "sigmoid": (special.expit, lambda z: special.expit(z) * special.expit(-z)),
        "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
        "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
        "leaky_relu": (lambda z: max(z, z / 100), lambda z: 1.0 if z > 0 else 0.01),
    }[activation]

    def mean(f, q):
        def weighed(x):
            return f(np.sqrt(q) * x) ** 2 * stats.norm.pdf(x)

        return sum(
            integrate.quad(weighed, *ends, epsabs=1e-13)[0]
            for ends in [(-9, -1), (-1, 0), (0, 1), (1, 9)]
        )

    q, want = sigma**2, []
    for _ in range(3):
        want.append(sigma * np.sqrt(mean(slope, q)))
        q = sigma**2 * mean(value, q)
    found = vanishing.predicted(activation, sigma, 4)
    np.testing.assert_allclose(found, want, rtol=1e-5)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_measured_agrees_with_predicted(activation):
    """To a tenth a layer over ten networks, however deep; a wide margin at 64 units."""
    for sigma in (0.5, 1.0, 2.0):
        p = {"activation": activation, "sigma": sigma, "depth": 20}
        logs = [np.log(vanishing.sizes(**p, seed=s)[0]) / 19 for s in range(10)]
        want = np.log(factors(p)).mean()
        assert abs(np.mean(logs) - want) < 0.1


def test_a_deeper_network_begins_as_the_shallower_one(javascript):
    """Common random numbers: what a slider moves is one network."""
    call = """(m, depth) => {
      const noise = m.draws(3);
      return [4, 5].map((d) => m.sizes({ activation: "tanh", depth: d, sigma: 1 }, noise));
    }"""
    shallow, deep = javascript(MODULE, call, 4)
    assert len(shallow) == 4 and len(deep) == 5
    near = vanishing.sizes(activation="tanh", depth=4, sigma=1.0, seed=3)
    bent = vanishing.sizes(activation="tanh", depth=4, sigma=1.001, seed=3)
    np.testing.assert_allclose(near, bent, rtol=0.02)
    assert not np.array_equal(near, bent)
