"""An objective: a loss, its gradient, and what is known about its shape."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# Overflow is reported by the inf or NaN that comes back, not by a warning as well.
QUIET = np.errstate(all="ignore")


@dataclass(frozen=True, eq=False)
class Problem:
    """A function to minimize, over parameters ``w``.

    ``rows`` are row numbers of the data, repeats allowed; None means all rows. Where
    ``w`` is not finite or the loss overflows, the results are inf or NaN, without a
    warning, so that whoever steps can see that the run diverged.

    Attributes
    ----------
    name : str
    n : int or None
        Rows of data; None for a plain function of ``w``, which takes no rows.
    loss : callable
        ``loss(w, rows=None)``: float, the mean loss over the rows.
    gradient : callable
        ``gradient(w, rows=None)``: its gradient, in the shape of ``w``.
    per_sample_gradients : callable or None
        ``per_sample_gradients(w, rows=None)``: shape ``(m, *w.shape)``, the gradient of
        each row's own loss; their mean is ``gradient``. None for a plain function.
    smoothness : float or None
        The Lipschitz constant L of the gradient, for all ``w``; gradient descent on a
        convex problem needs ``lr < 2 / L``. None where there is none or it is unknown.
    minimum : ndarray or None
        A ``w`` with the least loss, where known; read-only.
    """

    name: str
    n: int | None
    loss: Callable[..., float]
    gradient: Callable[..., Any]
    per_sample_gradients: Callable[..., Any] | None = None
    smoothness: float | None = None
    minimum: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.minimum is not None:
            minimum = np.array(self.minimum)
            minimum.flags.writeable = False
            object.__setattr__(self, "minimum", minimum)
