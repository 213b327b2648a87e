"""Five optimizers on four surfaces, as the live figure ``optimizer-race`` shows them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from descent import landscapes, optimizers
from descent.optimizers import Optimizer

STEPS, KAPPA = 100, 200.0
DEFAULTS = {
    "surface": "valley",
    "rule": "adam",
    "step": 20,
    "times": 1,
    "beta": 0.9,
    "w1": -1.5,
    "w2": 2,
}
SURFACES = ("valley", "turned", "rosenbrock", "beale")
RULES = ("sgd", "momentum", "nesterov", "rmsprop", "adam")
RATES = {  # what `tuned` gives
    "valley": [0.005, 0.005, 0.005, 0.05, 0.1],
    "turned": [0.005, 0.005, 0.005, 0.2, 0.2],
    "rosenbrock": [0.01, 0.002, 0.002, 0.2, 0.2],
    "beale": [0.005, 0.001, 0.002, 0.05, 0.2],
}
RATES = {name: dict(zip(RULES, rates)) for name, rates in RATES.items()}
TRIED = [m * 10.0**k for k in range(-4, 1) for m in (1, 2, 5)][:11]
STARTS = [np.array([x, y]) for x in (-2.0, -0.5, 2.0) for y in (-1.0, 0.8, 2.0)]


class Surface(NamedTuple):
    """A function of two parameters and its gradient."""

    loss: Callable[[np.ndarray], float]
    gradient: Callable[[np.ndarray], np.ndarray]


def surface(name: str) -> Surface:
    """The surface of that name, one of SURFACES.

    ``valley`` is the bowl with curvatures 1 and 200, ``turned`` the same turned by 45°.
    """
    if name == "rosenbrock":
        problem = landscapes.rosenbrock(b=10.0)
    elif name == "beale":
        problem = landscapes.beale()
    else:
        problem = landscapes.ill_conditioned(KAPPA)
    loss, gradient = problem.loss, problem.gradient
    if name != "turned":
        return Surface(loss, gradient)
    Q = np.sqrt(0.5) * np.array([[1.0, -1.0], [1.0, 1.0]])
    return Surface(lambda w: loss(Q.T @ w), lambda w: Q @ gradient(Q.T @ w))


def optimizer(rule: str, lr: float, beta: float) -> Optimizer:
    """The rule of that name, one of RULES; ``beta`` is Adam's ``beta1`` too."""
    if rule in ("momentum", "nesterov"):
        return getattr(optimizers, rule)(lr, beta)
    if rule == "adam":
        return optimizers.adam(lr, beta)
    return getattr(optimizers, rule)(lr)


def path(
    rule: str, ground: Surface, lr: float, beta: float, start: Any, n_steps: int = STEPS
) -> np.ndarray:
    """The points of one run, shape (n_steps + 1, 2); not finite where it left."""
    runner, w = optimizer(rule, lr, beta), np.array(start, dtype=np.float64)
    state, found = runner.init(w), [w]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(n_steps):
            w, state = runner.update(w, ground.gradient(w), state)
            found.append(w)
    return np.array(found)


def race(**given: Any) -> dict[str, np.ndarray]:
    """The whole run of each rule, by its name."""
    p = DEFAULTS | given
    ground, start = surface(p["surface"]), (p["w1"], p["w2"])
    rates = RATES[p["surface"]]
    return {
        rule: path(rule, ground, p["times"] * rates[rule], p["beta"], start)
        for rule in RULES
    }


def inside(**given: Any) -> dict[str, np.ndarray]:
    """What the rule that is looked into makes of the gradient at its point now.

    Returns
    -------
    dict of ndarray, each shape (2,)
        ``g``; ``v``, the sum of `momentum` and `nesterov`; ``look``, what Nesterov's
        steps along, ``g + beta v``; ``root`` of the mean of squares of `rmsprop` and,
        corrected, of `adam`; ``mean``, Adam's corrected mean; ``change`` of w.
    """
    p = DEFAULTS | given
    rule, beta, ground = p["rule"], p["beta"], surface(p["surface"])
    runner = optimizer(rule, p["times"] * RATES[p["surface"]][rule], beta)
    w = np.array([p["w1"], p["w2"]], dtype=np.float64)
    state = runner.init(w)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(p["step"] + 1):
            g, before = ground.gradient(w), w
            w, state = runner.update(w, g, state)
        found = {"g": g}
        if rule in ("momentum", "nesterov"):
            found["v"] = state["v"]
        if rule == "nesterov":
            found["look"] = g + beta * state["v"]
        if rule == "rmsprop":
            found["root"] = np.sqrt(state["s"])
        if rule == "adam":
            n = p["step"] + 1
            found["mean"] = state["m"] / (1 - beta**n)
            found["root"] = np.sqrt(state["v"] / (1 - 0.999**n))
    return found | {"change": w - before}


def tuned(name: str, rule: str, tried: Sequence[float] = TRIED) -> float:
    """The best of the rates ``tried``, with ``beta = 0.9``.

    Judged by the geometric mean of the loss (at least 1e-6, at most 1e6) after 100
    steps from nine starts.
    """
    ground, scores = surface(name), []
    for lr in tried:
        ends = [path(rule, ground, lr, 0.9, start)[-1] for start in STARTS]
        losses = np.array([ground.loss(end) for end in ends])
        losses = np.nan_to_num(losses, nan=1e6, posinf=1e6)
        scores.append(np.log10(np.clip(losses, 1e-6, 1e6)).mean())
    return tried[int(np.argmin(scores))]
