"""Early stopping: end a run when a watched loss no longer improves."""

import copy
from dataclasses import dataclass
from typing import Any

from descent.validation import as_count, as_flag, as_number, describe


@dataclass(frozen=True)
class EarlyStopping:
    """Stop when a watched loss has not improved for ``patience`` watches in a row.

    A loss improves if it is below ``best - min_delta``. The start of the run counts as
    the first best. There is a watch an epoch if the run has an ``epoch_length``, a watch
    a step if it has none; ``watch_every`` changes that.

    Parameters
    ----------
    patience : int
        Watches without improvement after which the run stops, at least 1.
    min_delta : float
        How much lower a loss must be to be better, at least 0.
    split : str
        Name of the watched split.
    restore_best : bool
        Whether the run ends with the best parameters it saw, or with the last.

    References
    ----------
    Prechelt, *Early stopping, but when?*, 1998.
    """

    patience: int
    min_delta: float = 0.0
    split: str = "val"
    restore_best: bool = True

    def __post_init__(self) -> None:
        as_count("patience", self.patience, at_least=1)
        as_number("min_delta", self.min_delta, at_least=0)
        if not isinstance(self.split, str):
            raise TypeError(f"split must be a name, got {describe(self.split)}")
        as_flag("restore_best", self.restore_best)

    def update(
        self, state: dict[str, Any] | None, step: int, loss: float, w: Any
    ) -> dict[str, Any]:
        """The state, plain data, after one more watch; None before the first.

        A resumed run begins by watching what the first one saw last; that doesn't count
        again.
        """
        if state is None or loss < state["best_loss"] - self.min_delta:
            best_w = copy.deepcopy(w)
            return {
                "step": step,
                "best_step": step,
                "best_loss": loss,
                "best_w": best_w,
                "waited": 0,
            }
        if step == state["step"]:
            return state
        return {**state, "step": step, "waited": state["waited"] + 1}

    def is_over(self, state: dict[str, Any] | None) -> bool:
        """Whether patience is at its end."""
        return state is not None and state["waited"] >= self.patience
