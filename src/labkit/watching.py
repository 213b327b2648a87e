"""Arrays that notice how large the arrays are that someone makes from them.

It runs beside the learner's code, and imports NumPy alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np


class Seen(np.ndarray):
    """An array whose views, copies and results tell one shared list how large they are.

    Whatever works with an array works with this one, to the same result; an answer that
    turns it into a plain array or a tensor is seen no further.
    """

    _largest: list[int] | None = None

    def __array_finalize__(self, parent: Any) -> None:
        """NumPy's hook: called for every array that is made from another one."""
        self._largest = getattr(parent, "_largest", None)
        self._tell(self)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """NumPy's hook around its functions, some of which give plain arrays."""
        result = super().__array_function__(function, types, args, kwargs)
        self._tell(result)
        return result

    def _tell(self, result: Any) -> None:
        if self._largest is not None and isinstance(result, np.ndarray):
            self._largest[0] = max(self._largest[0], result.size)


def watched(arrays: Sequence[Any]) -> tuple[list[Seen], list[int]]:
    """Copies that are watched together, and the list that holds the largest size."""
    largest, copies = [0], []
    for array in arrays:
        copy = np.array(array).view(Seen)
        copy._largest = largest
        copies.append(copy)
    return copies, largest
