"""Update rules: what to do with a gradient.

A rule is a pair of pure functions, ``init(w) -> state`` and ``update(w, g, state) ->
(w, state)``. Parameters ``w`` are one float array or any nest of dicts, lists and
tuples of them, and the gradient ``g`` is built like ``w``, shape by shape. Each rule
equals its PyTorch counterpart in float64. Here are the rules with one rate for all
parameters; those with a rate for each are in `descent.adaptive`.

Infinite and NaN gradients are let through (they show in the loss, where
`descent.training` reports them); a negative rate, whole-number parameters or a
gradient of another shape are refused.
"""

from collections.abc import Mapping
from typing import Any

from descent.adaptive import adagrad, adam, adamw, rmsprop
from descent.clipping import clip_by_norm, clip_by_value
from descent.leafwise import Optimizer, leafwise
from descent.schedules import Schedule
from descent.validation import as_number, describe

__all__ = [
    "Optimizer",
    "adagrad",
    "adam",
    "adamw",
    "clip_by_norm",
    "clip_by_value",
    "clipped",
    "momentum",
    "nesterov",
    "parameter_groups",
    "rmsprop",
    "sgd",
]


def sgd(lr: float | Schedule, *, weight_decay: float = 0.0) -> Optimizer:
    """A step against the gradient: ``w = w - lr * (g + weight_decay * w)``.

    With the gradient of all rows this is gradient descent, with that of a mini-batch
    stochastic gradient descent: the rule is the same. ``torch.optim.SGD``.

    Parameters
    ----------
    lr : float or Schedule, at least 0
    weight_decay : float, at least 0
        Adds the gradient of ``weight_decay / 2 * sum(w**2)`` to ``g``.

    References
    ----------
    Robbins & Monro (1951), A stochastic approximation method.
    """
    decay = as_number("weight_decay", weight_decay, at_least=0)

    def rule(t, lr, w, g):
        return w - lr * (g + decay * w), {}

    return leafwise(lr, rule)


def momentum(
    lr: float | Schedule,
    beta: float = 0.9,
    *,
    dampening: float = 0.0,
    weight_decay: float = 0.0,
) -> Optimizer:
    """The heavy ball: steps along a running sum of the gradients.

    ::

        v = beta * v + (1 - dampening) * g      v = g at the first step
        w = w - lr * v

    Under a constant gradient ``v`` grows to ``g * (1 - dampening) / (1 - beta)``: ten
    times ``g`` with the defaults. As in ``torch.optim.SGD(momentum=beta)``, the first
    step is not dampened, and with ``beta=0`` none is; then it is plain `sgd`.

    Parameters
    ----------
    lr : float or Schedule, at least 0
    beta : float in [0, 1)
        How much of the last velocity is kept.
    dampening : float in [0, 1]
        ``dampening=beta`` makes ``v`` a running mean.
    weight_decay : float, at least 0
        Adds ``weight_decay * w`` to ``g`` first.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.
    """
    beta = as_number("beta", beta, at_least=0, below=1)
    dampening = as_number("dampening", dampening, at_least=0, at_most=1)
    decay = as_number("weight_decay", weight_decay, at_least=0)

    def rule(t, lr, w, g, v):
        g = g + decay * w
        v = beta * v + (g if t == 0 or beta == 0 else (1 - dampening) * g)
        return w - lr * v, {"v": v}

    return leafwise(lr, rule, v=0.0)


def nesterov(
    lr: float | Schedule, beta: float = 0.9, *, weight_decay: float = 0.0
) -> Optimizer:
    """Momentum that looks one step ahead.

    ::

        v = beta * v + g
        w = w - lr * (g + beta * v)

    This is ``torch.optim.SGD(momentum=beta, nesterov=True)``: the ``w`` of this form
    is the point that Nesterov's looks ahead to, so the gradient is taken at ``w``.

    Parameters
    ----------
    lr : float or Schedule, at least 0
    beta : float in [0, 1)
    weight_decay : float, at least 0
        Adds ``weight_decay * w`` to ``g`` first.

    References
    ----------
    Nesterov (1983), A method for solving the convex programming problem with
    convergence rate O(1/k²). Sutskever et al. (2013), On the importance of
    initialization and momentum in deep learning, section 2.
    """
    beta = as_number("beta", beta, at_least=0, below=1)
    decay = as_number("weight_decay", weight_decay, at_least=0)

    def rule(t, lr, w, g, v):
        g = g + decay * w
        v = beta * v + g
        return w - lr * (g + beta * v), {"v": v}

    return leafwise(lr, rule, v=0.0)


def clipped(optimizer: Optimizer, max_norm: float) -> Optimizer:
    """``optimizer``, given the gradient after `clip_by_norm`.

    Weight decay is the optimizer's own affair: it isn't clipped.

    Parameters
    ----------
    optimizer : Optimizer
    max_norm : float, above 0
    """
    _check_optimizer("optimizer", optimizer)
    max_norm = as_number("max_norm", max_norm, above=0)

    def update(w, g, state):
        return optimizer.update(w, clip_by_norm(g, max_norm)[0], state)

    return Optimizer(optimizer.init, update, optimizer.lr)


def parameter_groups(groups: Mapping[str, Optimizer]) -> Optimizer:
    """Several optimizers, each for its own part of the parameters.

    ``parameter_groups({"head": adam(), "body": sgd(0.1)})`` is for parameters
    ``{"head": …, "body": …}``; the gradient and the state have the same two keys.

    Parameters
    ----------
    groups : dict of Optimizer
        At least one. A part that must not change gets ``sgd(0.0)``.
    """
    if not isinstance(groups, Mapping):
        raise TypeError(f"groups must be a dict of optimizers, got {describe(groups)}")
    if not groups:
        raise ValueError("groups must hold at least one optimizer, got none")
    groups = dict(groups)
    for name, optimizer in groups.items():
        _check_optimizer(f"groups[{name!r}]", optimizer)

    def each(call: str, **trees: Any) -> dict[str, Any]:
        for tree_name, tree in trees.items():
            if not isinstance(tree, dict) or set(tree) != set(groups):
                got = list(tree) if isinstance(tree, dict) else describe(tree)
                raise ValueError(
                    f"{tree_name} must be a dict with the groups {list(groups)}, got {got}"
                )
        results = {}
        for name, optimizer in groups.items():
            try:
                function = getattr(optimizer, call)
                results[name] = function(*(tree[name] for tree in trees.values()))
            except (TypeError, ValueError) as error:
                raise type(error)(f"in the group {name!r}: {error}") from error
        return results

    def update(w, g, state):
        moved = each("update", w=w, g=g, state=state)
        return (
            {name: moved[name][0] for name in w},
            {name: moved[name][1] for name in groups},
        )

    return Optimizer(lambda w: each("init", w=w), update)


def _check_optimizer(name: str, value: Any) -> None:
    if not isinstance(value, Optimizer):
        raise TypeError(f"{name} must be an Optimizer, got {describe(value)}")
