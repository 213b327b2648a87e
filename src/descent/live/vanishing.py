"""Gradients on their way back through a random network, as ``vanishing`` shows them."""

from typing import Any, NamedTuple

import numpy as np

from descent.activations import ACTIVATIONS
from descent.live.randomness import normals
from descent.networks import MLP

DEFAULTS = {"activation": "relu", "depth": 20, "sigma": 0.577, "seed": 1}
WIDTH, ROWS, DEEPEST = 64, 4, 30
STEP = 0.05


class Draws(NamedTuple):
    """What is random, from N(0, 1).

    Attributes
    ----------
    inputs, gradient : ndarray, shape (ROWS, WIDTH)
        The first layer's inputs; the loss's gradient at the last layer's activations.
    weights : ndarray, shape (DEEPEST, WIDTH, WIDTH)
    """

    inputs: np.ndarray
    gradient: np.ndarray
    weights: np.ndarray


def draws(seed: int = 1) -> Draws:
    """The same numbers for every depth and scale: deeper networks begin alike."""
    cells = ROWS * WIDTH
    noise = normals(2 * cells + DEEPEST * WIDTH**2, seed)
    inputs, gradient, weights = np.split(noise, [cells, 2 * cells])
    shape = (ROWS, WIDTH)
    weights = weights.reshape(DEEPEST, WIDTH, WIDTH)
    return Draws(inputs.reshape(shape), gradient.reshape(shape), weights)


def sizes(**given: Any) -> np.ndarray:
    """Root mean square of δ = ∂L/∂z by layer over that of the last, shape (depth,).

    ``δ_l = (δ_{l+1} Wᵀ_{l+1}) φ'(z_l)``; weights have the deviation ``sigma/sqrt(WIDTH)``,
    biases are zero.
    """
    p = DEFAULTS | given
    noise, depth, f = draws(p["seed"]), p["depth"], ACTIVATIONS[p["activation"]]
    params = [
        {"W": p["sigma"] / np.sqrt(WIDTH) * W, "b": np.zeros(WIDTH)}
        for W in noise.weights[:depth]
    ]
    a, z = MLP((WIDTH,) * (depth + 1), p["activation"]).layers(params, noise.inputs)
    delta = noise.gradient * f.derivative(z[-1], f.value(z[-1]))
    found = [np.linalg.norm(delta)]
    for l in reversed(range(1, depth)):
        delta = (delta @ params[l]["W"].T) * f.derivative(z[l - 1], a[l])
        found.append(np.linalg.norm(delta))
    return np.array(found[::-1]) / found[0]


def predicted(activation: str, sigma: float, depth: int) -> np.ndarray:
    """The factor √χ of every layer but the last, shape (depth - 1,), at infinite width.

    ``χ_l = σ² E φ'(√q_l x)²`` and ``q_{l+1} = σ² E φ(√q_l x)²`` with x from N(0, 1) and
    ``q_1 = σ²``; the means by the midpoint rule on [-8, 8].

    References
    ----------
    Schoenholz et al. (2017), Deep information propagation, equations 3 and 7.
    """
    f, x = ACTIVATIONS[activation], np.arange(-8 + STEP / 2, 8, STEP)
    density = STEP * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    q, factors = sigma**2, []
    for _ in range(depth - 1):
        z = np.sqrt(q) * x
        a = f.value(z)
        factors.append(sigma * np.sqrt(density @ f.derivative(z, a) ** 2))
        q = sigma**2 * (density @ a**2)
    return np.array(factors)
