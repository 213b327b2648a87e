"""What ``import labkit`` gives inside the sandbox: checks that say nothing.

Answers are only defined there; whether they are right is found out elsewhere.
"""

from typing import Any


class Checked:
    """What a check returns: not passed, not failed, nothing to show."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "not checked"

    def _ipython_display_(self) -> None:
        pass


def checker(*_: Any, **__: Any) -> Any:
    """A function that accepts every answer in silence."""
    return lambda *_, **__: Checked()
