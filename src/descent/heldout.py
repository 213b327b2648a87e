"""A test split that can be looked at once, because it is honest only once."""

import numpy as np

from descent.rows import as_rows


class TestSplitUsedError(RuntimeError):
    """The test split was asked for a second time."""

    __test__ = False  # pytest would take the name for a test


class TestSplit:
    """Rows that are given out once.

    Whoever chooses anything by its test loss, be it a rate, a model or when to stop,
    has fitted the test split, and its loss is then too good to be true.

    Parameters
    ----------
    rows : ndarray of int, shape (m,)
        Such as ``split_rows(n, (0.6, 0.2, 0.2), rng).test``.

    Examples
    --------
    >>> sealed = TestSplit([7, 8, 9])
    >>> sealed.open().tolist()
    [7, 8, 9]
    >>> sealed
    TestSplit(3 rows, used)
    """

    __test__ = False

    def __init__(self, rows: np.ndarray) -> None:
        self._rows = as_rows("rows", rows).copy()
        self.used = False

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"TestSplit({len(self)} rows, {'used' if self.used else 'sealed'})"

    def open(self) -> np.ndarray:
        """The rows, the first time.

        Raises
        ------
        TestSplitUsedError
            Every other time.
        """
        self.check_sealed()
        self.used = True
        return self._rows

    def check_sealed(self) -> None:
        """Raise `TestSplitUsedError` if the split has been used."""
        if self.used:
            raise TestSplitUsedError(
                "this test split has been used, and a second look would choose by it: "
                "choose on the validation split, or set new test rows aside"
            )

    def check_apart(self, name: str, rows: np.ndarray | None) -> None:
        """Raise ValueError if ``rows`` (None: all rows) hold a row of this split."""
        shared = self._rows if rows is None else self._rows[np.isin(self._rows, rows)]
        if shared.size:
            got = "all rows" if rows is None else f"row {shared[0]}"
            raise ValueError(f"{name} must hold no row of the test split, got {got}")
