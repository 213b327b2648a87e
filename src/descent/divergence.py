"""A run that blows up: how one sees it, and most likely why it did."""

import math
from typing import Any

import numpy as np

from descent.objectives import Problem


class DivergenceError(ArithmeticError):
    """A loss, gradient or parameter is not finite, or a loss is beyond all bounds.

    Attributes
    ----------
    step : int
        The step that could not be taken, counted from 0.
    loss : float
        The last finite batch loss; NaN if there was none.
    lr : float
        The learning rate of that step; NaN if the optimizer has no single one.
    cause : str
        The likely cause, in words.
    trace : Trace
        Everything before that step.
    """

    def __init__(
        self, what: str, *, step: int, loss: float, lr: float, cause: str, trace: Any
    ) -> None:
        super().__init__(
            f"diverged at step {step}: {what} (last finite loss {loss:.3g}, learning rate "
            f"{lr:.3g}). Likely cause: {cause}"
        )
        self.step, self.loss, self.lr, self.cause = step, loss, lr, cause
        self.trace = trace


def trouble(loss: float, max_loss: float, **arrays: list[np.ndarray]) -> str | None:
    """What shows that a run has diverged, in words; None if nothing does.

    Parameters
    ----------
    loss : float
    max_loss : float
        How far from 0 a loss may be.
    **arrays : lists of ndarray
        What must be finite, under the name to be used in the message.
    """
    if not math.isfinite(loss):
        return f"the loss is {loss}"
    if abs(loss) > max_loss:
        return f"the loss {loss:.3g} is beyond {max_loss:g}"
    for name, parts in arrays.items():
        if not all(np.isfinite(part).all() for part in parts):
            return f"the {name.replace('_', ' ')} is not finite"
    return None


def likely_cause(
    problem: Problem, w0: Any, rows: np.ndarray | None, lr: float, losses: list[float]
) -> str:
    """Why a run diverged, in words: first by trying its last rows where it started.

    Parameters
    ----------
    problem : Problem
    w0 : array or nest of arrays
        Where the run started.
    rows : ndarray of int or None
        The rows on which the trouble was seen.
    lr : float
    losses : list of float
        The finite batch losses up to here.
    """
    if not math.isfinite(problem.loss(w0, rows)):
        if problem.n is None:
            return "the loss is not finite where the run starts"
        each = np.arange(problem.n) if rows is None else rows
        bad = [int(i) for i in each if not math.isfinite(problem.loss(w0, np.array([i])))]
        if bad:
            return (
                f"NaN or inf in the data: the loss of row {bad[0]} is not finite even "
                "where the run starts"
            )
        return "the loss overflows where the run starts: smaller initial parameters"
    L, grew = problem.smoothness, len(losses) > 1 and losses[-1] > losses[0]
    growth = f"the loss grew from {losses[0]:.3g} to {losses[-1]:.3g}" if grew else ""
    if L is not None and lr * L > 2:
        return (
            f"the learning rate is too large: lr × smoothness = {lr:.3g} × {L:.3g} = "
            f"{lr * L:.3g} > 2, and gradient descent needs lr < 2 / {L:.3g} = {2 / L:.3g}"
        )
    if grew and L is not None and lr * L <= 2:
        return (
            f"{growth} though lr × smoothness = {lr * L:.3g} is not above 2: a batch can "
            "be steeper than the mean, and momentum adds steps up; try a smaller rate"
        )
    if grew:
        return f"{growth}: the learning rate is too large; try a third of it, or clip"
    return (
        "the loss had not grown, so one step leapt too far (a smaller rate, or clipping), "
        "or the loss or gradient divides by 0, overflows, or takes the log or root of "
        "what is not positive"
    )
