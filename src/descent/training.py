"""The only training loop: rows, gradient, update rule, and a trace of it all.

One step is `descent.run.Run.step`; what is recorded, and when, says `Trace`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from descent.batches import checked_batches, with_bar
from descent.divergence import DivergenceError
from descent.heldout import TestSplit, TestSplitUsedError
from descent.objectives import Problem
from descent.optimizers import Optimizer
from descent.rows import as_rows
from descent.run import Run, as_loss
from descent.stopping import EarlyStopping
from descent.trace import Recorder, Trace
from descent.validation import as_count, as_flag, as_generator, as_number, describe

__all__ = [
    "DivergenceError",
    "EarlyStopping",
    "TestSplit",
    "TestSplitUsedError",
    "Trace",
    "train",
]


def train(
    problem: Problem,
    optimizer: Optimizer,
    batches: int | Iterable[np.ndarray],
    w0: Any,
    *,
    watch: Mapping[str, np.ndarray | None] | None = None,
    measure: Mapping[str, Callable[[Any], Any]] | None = None,
    epoch_length: int | None = None,
    watch_every: int | None = None,
    keep_parameters: bool = True,
    test: TestSplit | None = None,
    early_stopping: EarlyStopping | None = None,
    resume: dict[str, Any] | None = None,
    rng: np.random.Generator | None = None,
    save: Callable[[dict[str, Any]], None] | None = None,
    max_loss: float = 1e30,
    progress: bool | None = None,
) -> Trace:
    """Run one optimizer over one stream of batches.

    For each batch: take its loss and gradient at ``w``, then step. What row t of each
    array of the result is, `Trace` says.

    Parameters
    ----------
    problem : Problem
    optimizer : Optimizer
    batches : int or iterable of ndarray of int
        The row numbers of each step (see `descent.sampling`), or a number of steps, each
        on all rows; for a function without rows, a number of steps.
    w0 : array or nest of arrays
        Where the run starts; it is copied.
    watch : dict of ndarray of int or None
        Named splits, whose whole loss is recorded: ``{"train": rows, "val": rows}``;
        None is all rows. A test split is refused here.
    measure : dict of functions
        What else is recorded at each watch: ``{"accuracy": lambda w: …}``.
    epoch_length : int
        Steps in an epoch, as `descent.sampling.steps_per_epoch` gives it.
    watch_every : int
        Steps between two watches; ``epoch_length`` if not given, or 1 without it. The
        start and the end are watched always.
    keep_parameters : bool
        Whether the trace keeps the parameters after every step.
    test : TestSplit
        Evaluated once, after the last step; no batch and no watched split may hold a
        row of it.
    early_stopping : EarlyStopping
    resume : dict
        A checkpoint of this very run. Give all other arguments as at first: the batches
        already taken are drawn again and skipped, and the run goes on bit for bit.
    rng : numpy.random.Generator
        What the problem draws from, if its gradient is noisy: its state goes into each
        checkpoint, and comes out of it. Batches need none, they are drawn again.
    save : function
        Called with a checkpoint, plain data, at each watch after a step, as in
        ``save=lambda state: save_state("run.npz", state)``.
    max_loss : float
        A loss beyond ±max_loss counts as divergence; ``inf`` leaves it to overflow.
    progress : bool
        Show a progress bar; if not given, only in a terminal and after a second.

    Returns
    -------
    Trace

    Raises
    ------
    DivergenceError
        If a loss, the gradient or a parameter is not finite, or a loss beyond
        ``max_loss``. It carries the trace so far.
    TestSplitUsedError
        If ``test`` has been used; before the first step.
    ValueError, TypeError
        If an argument doesn't fit.
    """
    every = _check(
        problem, optimizer, early_stopping, rng, max_loss, epoch_length, watch_every
    )
    keep_parameters = as_flag("keep_parameters", keep_parameters)
    progress = None if progress is None else as_flag("progress", progress)
    if save is not None and not callable(save):
        raise TypeError(f"save must be a function of a checkpoint, got {describe(save)}")
    splits, measures = _splits(watch, problem.n, test), _functions(measure)
    if early_stopping is not None and early_stopping.split not in splits:
        raise ValueError(
            f"watch must hold the split {early_stopping.split!r} for early_stopping, "
            f"got {list(splits)}"
        )
    stream = checked_batches(batches, problem.n, test)
    record = Recorder(splits, measures, keep_parameters, epoch_length)
    run = Run(problem, optimizer, w0, early_stopping, rng, max_loss, record)
    if resume is not None:
        run.resume(resume, stream)
    first = run.t
    with np.errstate(all="ignore"):  # what overflows is reported as divergence
        run.look(splits, measures, counts=first % every == 0)
        for rows in with_bar(stream, batches, first, progress):
            run.step(rows)
            if run.t % every == 0:
                run.look(splits, measures)
                if save is not None:
                    save(run.checkpoint())
                if run.is_over:
                    break
        if run.t == first:
            raise ValueError(
                "batches gave no step: either the run that is resumed was complete, or "
                "they come from a generator that has been used up"
            )
        stopped_early, checkpoint = run.is_over, run.checkpoint()
        if run.t % every:  # a last look, out of turn: the checkpoint knows nothing of it
            run.look(splits, measures)
        test_loss = None
        if test is not None:
            test_loss = as_loss(problem.loss(run.w_final, test.open()))
    return run.trace(checkpoint, stopped_early, test_loss)


def _check(
    problem: Any,
    optimizer: Any,
    early_stopping: Any,
    rng: Any,
    max_loss: Any,
    epoch_length: Any,
    watch_every: Any,
) -> int:
    """Check what can be checked alone; the steps between two watches."""
    for name, value, kind in (
        ("problem", problem, Problem),
        ("optimizer", optimizer, Optimizer),
        ("early_stopping", early_stopping, EarlyStopping),
    ):
        missing = value is None and kind is EarlyStopping
        if not missing and not isinstance(value, kind):
            raise TypeError(
                f"{name} must be of type {kind.__name__}, got {describe(value)}"
            )
    if rng is not None:
        as_generator("rng", rng)
    if not isinstance(max_loss, float) or max_loss != np.inf:
        as_number("max_loss", max_loss, above=0)
    if epoch_length is not None:
        as_count("epoch_length", epoch_length, at_least=1)
    every = epoch_length or 1 if watch_every is None else watch_every
    return as_count("watch_every", every, at_least=1)


def _splits(
    watch: Mapping[str, Any] | None, n: int | None, test: TestSplit | None
) -> dict[str, np.ndarray | None]:
    """The watched splits, each checked; a test split is not among them."""
    if test is not None:
        if not isinstance(test, TestSplit):
            raise TypeError(f"test must be a TestSplit, got {describe(test)}")
        if n is None:
            raise ValueError("test must be None, as the problem has no rows")
        test.check_sealed()
    if not isinstance(watch, Mapping | None):
        raise TypeError(f"watch must be a dict of row numbers, got {describe(watch)}")
    splits: dict[str, np.ndarray | None] = {}
    for name, rows in (watch or {}).items():
        if isinstance(rows, TestSplit) or str(name).lower().startswith("test"):
            raise ValueError(
                f"watch must hold no test split, got {name!r}: whoever watches it chooses "
                "by it. Give test=TestSplit(rows), looked at once, after the last step"
            )
        where = f"watch[{name!r}]"
        if rows is not None and n is None:
            raise ValueError(f"{where} must be None, as the problem has no rows")
        splits[name] = None if rows is None else as_rows(where, rows, n).copy()
        if test is not None:
            test.check_apart(where, splits[name])
    return splits


def _functions(measure: Any) -> dict[str, Callable[[Any], Any]]:
    """The measures, each checked."""
    if not isinstance(measure, Mapping | None):
        raise TypeError(f"measure must be a dict of functions, got {describe(measure)}")
    for name, function in (measure or {}).items():
        if not callable(function):
            raise TypeError(
                f"measure[{name!r}] must be a function of w, got {describe(function)}"
            )
    return dict(measure or {})
