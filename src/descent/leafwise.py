"""What every update rule shares: it acts on each array of the parameters alone.

A rule is written for one array, in symbols; `leafwise` checks the trees, reads the
schedule, calls the rule on each leaf and counts the steps.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from descent.pytrees import leaves_with_path, rebuild, tree_map
from descent.schedules import Schedule, as_schedule
from descent.validation import as_array, as_count, describe


class Optimizer(NamedTuple):
    """An update rule as two pure functions: they change none of their arguments.

    Parameters
    ----------
    init : ``init(w) -> state``
        The state before the first step: plain data, a dict of whole numbers and of
        trees of arrays.
    update : ``update(w, g, state) -> (w, state)``
        One step along the gradient ``g``, which has the shape of ``w``.
    lr : Schedule, optional
        ``lr(state["t"])`` is the rate of the next step; ``None`` where there is no
        single one, as with parameter groups.
    """

    init: Callable[[Any], Any]
    update: Callable[[Any, Any, Any], tuple[Any, Any]]
    lr: Schedule | None = None


Rule = Callable[..., tuple[np.ndarray, dict[str, np.ndarray]]]


def leafwise(lr: float | Schedule, rule: Rule, **memory: float) -> Optimizer:
    """An optimizer from a rule for one array.

    Parameters
    ----------
    lr : float or Schedule
    rule : ``rule(t, lr, w, g, **memory) -> (w, memory)``
        ``t`` counts steps from 0; ``lr`` is the rate of this step; all arrays have
        one shape. The rule changes none of them.
    **memory : float
        What the rule remembers from step to step, such as ``v=0.0``: an array like
        ``w`` that begins filled with this number. What else the rule returns is
        forgotten.

    Notes
    -----
    Infinite and NaN gradients are let through, without NumPy's warnings: they make
    the parameters NaN, which the training loop reports with the step and the loss.
    """
    schedule = as_schedule(lr)

    def init(w: Any) -> dict[str, Any]:
        arrays = _parameters(w, finite=True)
        start = {
            name: rebuild(w, [np.full(a.shape, value, float) for a in arrays])
            for name, value in memory.items()
        }
        return {"t": 0, **start}

    def update(w: Any, g: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        arrays = _parameters(w, finite=False)
        _check_state(state, memory)
        t = as_count("state['t']", state["t"])
        rate = schedule(t)
        gradients = _arrays_like(w, arrays, g, "g")
        remembered = [
            _arrays_like(w, arrays, state[name], f"state[{name!r}]") for name in memory
        ]
        moved = []
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for w_leaf, g_leaf, *rest in zip(arrays, gradients, *remembered):
                moved.append(rule(t, rate, w_leaf, g_leaf, **dict(zip(memory, rest))))
        after = {
            name: rebuild(w, [np.asarray(kept[name]) for _, kept in moved])
            for name in memory
        }
        return rebuild(w, [np.asarray(leaf) for leaf, _ in moved]), {"t": t + 1, **after}

    return Optimizer(init, update, schedule)


def _parameters(w: Any, finite: bool) -> list[np.ndarray]:
    """The leaves of ``w`` as float64 arrays; whole numbers are refused."""
    arrays = []
    for place, leaf in leaves_with_path(w, "w"):
        array = as_array(place, leaf, finite=finite)
        if np.asarray(leaf).dtype.kind != "f":
            raise TypeError(
                f"{place} must hold floats, since a step would be lost in whole numbers, "
                f"got {describe(np.asarray(leaf))}: use .astype(float)"
            )
        arrays.append(array)
    if not arrays:
        raise ValueError(f"w must hold at least one array, got {describe(w)}")
    return arrays


def _arrays_like(w: Any, arrays: list, tree: Any, name: str) -> list[np.ndarray]:
    """The leaves of ``tree``, which must be built like ``w``, shapes included."""
    tree_map(lambda *_: None, w, tree, name=name)
    return [
        as_array(place, leaf, shape=array.shape, finite=False)
        for array, (place, leaf) in zip(arrays, leaves_with_path(tree, name))
    ]


def _check_state(state: Any, memory: dict[str, float]) -> None:
    wanted = ["t", *memory]
    if not isinstance(state, dict) or set(state) != set(wanted):
        got = sorted(map(str, state)) if isinstance(state, dict) else describe(state)
        raise ValueError(
            f"state must come from this optimizer's init, with the keys {wanted}, got {got}"
        )
