"""A small network learns points of two classes, as ``train-a-network`` shows it."""

from itertools import pairwise
from typing import Any

import numpy as np

from descent import optimizers
from descent.live.points import shuffled, table
from descent.live.randomness import normals
from descent.networks import MLP, Params
from descent.optimizers import Optimizer

DEFAULTS = {
    "data": "moons",
    "brush": "blue",
    "layers": "1",
    "width": 16,
    "activation": "tanh",
    "rule": "sgd",
    "lr": 0.1,
    "batch": "8",
    "steps": 100,
    "seed": 7,
    "blue": "",
    "orange": "",
    "x": 0,
    "y": 0,
}
WIDEST, EVERY = 64, 5
RULES = ("sgd", "momentum", "adam")


def network(**given: Any) -> MLP:
    """Two inputs, one or two hidden layers, and a score for each class."""
    p = DEFAULTS | given
    hidden = [p["width"]] * int(p["layers"])
    return MLP([2, *hidden, 2], p["activation"], "cross_entropy")


def start(net: MLP, seed: int) -> Params:
    """Weights of He's scale, biases 0.

    A unit's numbers are its own, however wide the network is: a wider one has the units
    of the narrower, and more.
    """
    z = normals(WIDEST * (2 + WIDEST + 2), seed)
    first, inner, last = np.split(z, WIDEST * np.array([2, 2 + WIDEST]))
    blocks = [z.reshape(-1, WIDEST) for z in (first, inner)][: len(net.sizes) - 2]
    blocks.append(last.reshape(WIDEST, 2))
    return [
        {"W": np.sqrt(2 / m) * block[:m, :k], "b": np.zeros(k)}
        for block, (m, k) in zip(blocks, pairwise(net.sizes))
    ]


def rule(name: str, lr: float) -> Optimizer:
    """The update rule of that name, one of RULES."""
    return getattr(optimizers, name)(lr)


def run(**given: Any) -> tuple[Params, np.ndarray]:
    """The parameters after ``steps`` steps, and the loss of all points on the way.

    Every epoch takes the points in a new order, the same for every batch size.

    Returns
    -------
    params : list of {"W": (d_in, d_out), "b": (d_out,)}
    losses : ndarray
        Of steps 0, 5, 10, …
    """
    p = DEFAULTS | given
    net, (X, y) = network(**p), table(p["data"], p["blue"], p["orange"])
    params, optimizer = start(net, p["seed"]), rule(p["rule"], p["lr"])
    w, losses = flat(params), [net.loss(params, X, y)]
    state = optimizer.init(w)  # of one vector: a third of the time of a tree
    size = min(len(X), len(X) if p["batch"] == "all" else int(p["batch"]))
    turns = -(-len(X) // size)
    for t in range(p["steps"]):
        if t % turns == 0:
            order = shuffled(len(X), p["seed"] + t // turns + 1)
        rows = order[t % turns * size : (t % turns + 1) * size]
        _, gradients = net.loss_and_gradients(params, X[rows], y[rows])
        w, state = optimizer.update(w, flat(gradients), state)
        params = unflat(w, net)
        if (t + 1) % EVERY == 0:
            losses.append(net.loss(params, X, y))
    return params, np.array(losses)


def flat(params: Params) -> np.ndarray:
    """All parameters in one vector: W row by row, then b, layer by layer."""
    return np.concatenate([layer[key].ravel() for layer in params for key in "Wb"])


def unflat(w: np.ndarray, net: MLP) -> Params:
    """The parameters that ``flat`` put into ``w``: views of it."""
    params = []
    for m, k in pairwise(net.sizes):
        W, b, w = w[: m * k], w[m * k : m * k + k], w[m * k + k :]
        params.append({"W": W.reshape(m, k), "b": b})
    return params


def lead(net: MLP, params: Params, X: np.ndarray) -> np.ndarray:
    """By how much class 1 outscores class 0 at each row: above 0, 1 is likelier."""
    scores = net.forward(params, X)
    return scores[:, 1] - scores[:, 0]
