"""What a run of the training loop saw, and exactly when it saw it."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Trace:
    """The record of T steps: step t leads from parameters ``w[t]`` to ``w[t + 1]``.

    What belongs to a step (``rows``, ``batch_loss``, ``gradient_norm``, ``lr``) has T
    rows and is taken at ``w[t]``, *before* the step. What belongs to a moment (``w``)
    has T + 1 rows: the first is the start, the last is after the last step. The splits
    are watched at K moments, which ``steps`` names: ``loss["val"][k]`` is the loss of
    the parameters as they were after ``steps[k]`` steps.

    In a resumed run row 0 is the checkpoint, after ``first_step`` steps: what is row t
    below is then step ``first_step + t`` of the whole run.

    Attributes
    ----------
    w : ndarray (T + 1, …), list of T + 1 trees, or None
        All parameters: an array if the parameters are one, a list if they are a tree,
        None if they were not kept.
    rows : list of T items
        ``rows[t]``, an array of row numbers, is the batch of step t; None is all rows.
    batch_loss : ndarray (T,)
        Loss of ``w[t]`` on ``rows[t]``.
    gradient_norm : ndarray (T,)
        Euclidean length of the gradient of that loss, all parameters as one vector.
    lr : ndarray (T,)
        Learning rate of step t; NaN if the optimizer has no single one.
    steps : ndarray of int (K,)
        How many steps had been taken at each watch; begins with ``first_step`` and
        ends with ``first_step + T``.
    loss : dict of ndarray (K,)
        By name, the loss of each watched split.
    measures : dict of ndarray (K, …)
        By name, what each function given as ``measure`` returned.
    w_final : array or tree
        The parameters the run arrived at: after the last step, or the best ones seen
        if early stopping restored them.
    best_step : int or None
        With early stopping, after how many steps the watched loss was best.
    stopped_early : bool
    test_loss : float or None
        Loss of ``w_final`` on the test split, opened once, at the end.
    first_step : int
    epoch_length : int or None
        Steps in an epoch, as given to the run.
    checkpoint : dict
        Plain data from which the run goes on, after its last step.
    """

    w: Any
    rows: list
    batch_loss: np.ndarray
    gradient_norm: np.ndarray
    lr: np.ndarray
    steps: np.ndarray
    loss: dict[str, np.ndarray]
    measures: dict[str, np.ndarray]
    w_final: Any
    best_step: int | None
    stopped_early: bool
    test_loss: float | None
    first_step: int
    epoch_length: int | None
    checkpoint: dict[str, Any]

    @property
    def n_steps(self) -> int:
        """T, how many steps this run took."""
        return len(self.lr)

    @property
    def epochs(self) -> np.ndarray:
        """``steps`` in epochs, (K,): 1.0 is the end of the first."""
        if self.epoch_length is None:
            raise ValueError("epochs are unknown: give train an epoch_length")
        return self.steps / self.epoch_length

    @property
    def epoch_batch_loss(self) -> np.ndarray:
        """Mean batch loss of each whole epoch: what a progress bar calls its loss.

        The parameters moved under it, so it is not the loss of any of them. Every row
        counts once, also those in a short last batch.
        """
        if self.epoch_length is None:
            raise ValueError("epochs are unknown: give train an epoch_length")
        skip = -self.first_step % self.epoch_length
        whole = (self.n_steps - skip) // self.epoch_length * self.epoch_length
        if whole <= 0:
            return np.zeros(0)
        sizes = np.array([1 if rows is None else len(rows) for rows in self.rows], float)
        shape = (-1, self.epoch_length)
        sizes = sizes[skip : skip + whole].reshape(shape)
        losses = self.batch_loss[skip : skip + whole].reshape(shape)
        return (losses * sizes).sum(axis=1) / sizes.sum(axis=1)


class Recorder:
    """Collects what a run sees, and makes a trace of it."""

    def __init__(
        self,
        splits: Iterable[str],
        measures: Iterable[str],
        keep_parameters: bool,
        epoch_length: int | None,
    ) -> None:
        self.keep_parameters, self.epoch_length = keep_parameters, epoch_length
        self.rows, self.batch_loss, self.gradient_norm, self.lr = [], [], [], []
        self.steps = []
        self.loss = {name: [] for name in splits}
        self.measures = {name: [] for name in measures}

    def begin(self, step: int, w: Any) -> None:
        """Where the run begins: at ``w``, after ``step`` steps."""
        self.first_step, self.w = step, [copy.deepcopy(w)]

    def step(self, w: Any, rows: Any, loss: float, norm: float, lr: float) -> None:
        """One step: ``w`` is after it, all else before it."""
        if self.keep_parameters:
            self.w.append(copy.deepcopy(w))
        self.rows.append(rows)
        self.batch_loss.append(loss)
        self.gradient_norm.append(norm)
        self.lr.append(lr)

    def watch(self, step: int, losses: dict[str, float], measures: dict[str, Any]) -> None:
        """What was seen after ``step`` steps."""
        self.steps.append(step)
        for name, loss in losses.items():
            self.loss[name].append(loss)
        for name, value in measures.items():
            self.measures[name].append(copy.deepcopy(value))

    def trace(self, **rest: Any) -> Trace:
        """The trace; ``rest`` is what isn't collected here."""
        w = np.array(self.w) if isinstance(self.w[0], np.ndarray) else self.w
        return Trace(
            w=w if self.keep_parameters else None,
            rows=self.rows,
            batch_loss=np.array(self.batch_loss, float),
            gradient_norm=np.array(self.gradient_norm, float),
            lr=np.array(self.lr, float),
            steps=np.array(self.steps, int),
            loss={name: np.array(losses, float) for name, losses in self.loss.items()},
            measures={name: np.array(values) for name, values in self.measures.items()},
            first_step=self.first_step,
            epoch_length=self.epoch_length,
            **rest,
        )
