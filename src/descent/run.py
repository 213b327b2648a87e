"""A run under way: where it is, one step, one look, and how it is saved and resumed."""

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from descent.divergence import DivergenceError, likely_cause, trouble
from descent.objectives import Problem
from descent.optimizers import Optimizer
from descent.pytrees import leaves, leaves_with_path, rebuild, tree_map
from descent.stopping import EarlyStopping
from descent.trace import Recorder, Trace
from descent.validation import as_array, as_count, describe


class Run:
    """The state of a run after ``t`` steps; `descent.training.train` drives it.

    What a checkpoint holds is here: ``t``, the parameters ``w``, the optimizer's
    ``state``, the last batch (``rows``), what early stopping knows (``patience``) and
    the state of the generator, if the problem draws from one.
    """

    def __init__(
        self,
        problem: Problem,
        optimizer: Optimizer,
        w0: Any,
        early_stopping: EarlyStopping | None,
        rng: np.random.Generator | None,
        max_loss: float,
        record: Recorder,
    ) -> None:
        self.problem, self.optimizer, self.early_stopping = (
            problem,
            optimizer,
            early_stopping,
        )
        self.rng, self.max_loss, self.record = rng, max_loss, record
        self.w0 = as_tree("w0", w0, finite=True)
        self.t, self.w, self.rows, self.patience = 0, copy.deepcopy(self.w0), None, None
        self.shapes = [leaf.shape for leaf in leaves(self.w0)]
        self.state = optimizer.init(self.w)
        record.begin(self.t, self.w)

    def step(self, rows: np.ndarray | None) -> None:
        """One step: loss and gradient at ``w``, then the update; or DivergenceError."""
        loss = as_loss(self.problem.loss(self.w, rows))
        g = self.problem.gradient(self.w, rows)
        g_arrays = self.arrays("gradient", g)
        w, state = self.optimizer.update(self.w, g, self.state)
        w_arrays = self.arrays("w after the step", w)
        if what := trouble(loss, self.max_loss, gradient=g_arrays, next_w=w_arrays):
            raise self.diverged(what, rows, loss)
        self.record.step(w, rows, loss, norm(g_arrays), self.lr)
        self.t, self.w, self.state, self.rows = self.t + 1, w, state, rows

    def look(
        self,
        splits: dict[str, np.ndarray | None],
        measures: dict[str, Callable[[Any], Any]],
        counts: bool = True,
    ) -> None:
        """Record the splits and measures as they are now.

        ``counts`` says whether early stopping hears of it.
        """
        losses = {}
        for name, rows in splits.items():
            losses[name] = as_loss(self.problem.loss(self.w, rows))
            if what := trouble(losses[name], self.max_loss):
                raise self.diverged(f"on the split {name!r} {what}", rows)
        self.record.watch(self.t, losses, {name: f(self.w) for name, f in measures.items()})
        if self.early_stopping is not None and counts:
            loss = losses[self.early_stopping.split]
            self.patience = self.early_stopping.update(self.patience, self.t, loss, self.w)

    @property
    def w_final(self) -> Any:
        """The best parameters seen, if early stopping restores them; else the last."""
        stopping = self.early_stopping
        if stopping is None or not stopping.restore_best or self.patience is None:
            return self.w
        return self.patience["best_w"]

    @property
    def is_over(self) -> bool:
        """Whether early stopping wants no more steps."""
        stopping = self.early_stopping
        return stopping is not None and stopping.is_over(self.patience)

    @property
    def lr(self) -> float:
        """The rate of the next step; NaN if the optimizer has no single one."""
        return math.nan if self.optimizer.lr is None else float(self.optimizer.lr(self.t))

    def arrays(self, name: str, tree: Any) -> list[np.ndarray]:
        """The leaves of a tree, whose shapes must be those of the parameters."""
        arrays = leaves(tree)
        if [np.shape(array) for array in arrays] != self.shapes:
            as_tree(name, tree, like=self.w0)  # raises, with the place
        return arrays

    def checkpoint(self) -> dict[str, Any]:
        """All that the rest of the run depends on, as plain data of its own."""
        data = {
            "step": self.t,
            "w": self.w,
            "optimizer": self.state,
            "rows": self.rows,
            "patience": self.patience,
            "rng": None if self.rng is None else self.rng.bit_generator.state,
        }
        return copy.deepcopy(data)

    def resume(self, checkpoint: dict[str, Any], stream: Iterator) -> None:
        """Go to where a checkpoint was made, and take its batches off the stream.

        Raises
        ------
        ValueError
            If it is no checkpoint, or not one of this run.
        """
        wanted = set(self.checkpoint())
        if not isinstance(checkpoint, dict) or set(checkpoint) != wanted:
            got = list(checkpoint) if isinstance(checkpoint, dict) else describe(checkpoint)
            raise ValueError(
                f"resume must be a checkpoint, a dict of {sorted(wanted)}, got {got}"
            )
        kept = copy.deepcopy(checkpoint)
        as_count("resume['step']", kept["step"])
        rows: Any = None
        for taken in range(kept["step"]):
            try:
                rows = next(stream)
            except StopIteration:
                raise ValueError(
                    f"batches must be those of the run that is resumed, from its start: "
                    f"it took {kept['step']}, got {taken}"
                ) from None
        if not np.array_equal(rows, kept["rows"]):
            raise ValueError(
                "batches must be those of the run that is resumed, from its start: batch "
                f"{kept['step'] - 1} was {kept['rows']}, got {rows}"
            )
        if (self.rng is None) != (kept["rng"] is None):
            raise ValueError("rng must be given when a run is resumed if it was at first")
        if self.rng is not None:
            self.rng.bit_generator.state = kept["rng"]
        self.t, self.rows, self.patience = kept["step"], rows, kept["patience"]
        self.w = as_tree("resume['w']", kept["w"], like=self.w0, finite=True)
        self.state = kept["optimizer"]
        if self.is_over:
            raise ValueError(f"resume: this run stopped early, after {self.t} steps")
        self.record.begin(self.t, self.w)

    def diverged(self, what: str, rows: Any, loss: float = math.nan) -> DivergenceError:
        """The error that says what happened on ``rows``, when, and probably why."""
        losses = [x for x in (*self.record.batch_loss, loss) if math.isfinite(x)]
        return DivergenceError(
            what,
            step=self.t,
            loss=losses[-1] if losses else math.nan,
            lr=self.lr,
            cause=likely_cause(self.problem, self.w0, rows, self.lr, losses),
            trace=self.trace(self.checkpoint()),
        )

    def trace(
        self,
        checkpoint: dict[str, Any],
        stopped_early: bool = False,
        test_loss: float | None = None,
    ) -> Trace:
        """What was recorded so far, and how it ended."""
        return self.record.trace(
            w_final=self.w_final,
            best_step=None if self.patience is None else self.patience["best_step"],
            stopped_early=stopped_early,
            test_loss=test_loss,
            checkpoint=checkpoint,
        )


def as_loss(value: Any) -> float:
    """The loss as a float; NaN and inf may pass, an array may not."""
    if np.ndim(value) != 0:
        raise ValueError(f"problem.loss must give one number, got {describe(value)}")
    return float(value)


def as_tree(name: str, tree: Any, like: Any = None, finite: bool = False) -> Any:
    """``tree`` in float64, leaf by leaf; built like ``like``, shapes included."""
    like = tree if like is None else like
    tree_map(lambda *_: None, like, tree, name=name)
    return rebuild(
        tree,
        [
            as_array(place, leaf, shape=np.shape(wanted), finite=finite)
            for (place, leaf), wanted in zip(leaves_with_path(tree, name), leaves(like))
        ],
    )


def norm(arrays: list[np.ndarray]) -> float:
    """Euclidean length of all arrays as one vector; no square overflows."""
    flat = np.concatenate([np.ravel(array) for array in arrays])
    largest = float(np.abs(flat).max())
    return largest * float(np.linalg.norm(flat / largest)) if largest > 0 else 0.0
