"""What can be wrong with an answer, by name; and what is nobody's mistake."""

from collections.abc import Mapping
from typing import Any

NOT_WRITTEN = "not written"
NOT_DEFINED = "not defined"


class Wrong(Exception):
    """What is wrong with an answer.

    Parameters
    ----------
    mistake : str
        Its name, the same for everyone who makes it.
    message : str
        To the student: what is wrong, and what to think about.
    given : dict of str to object, optional
        The smallest input that shows it, by name; text is shown as it is.
    got, wanted : object, optional
        What came and what was wanted.
    """

    def __init__(
        self,
        mistake: str,
        message: str,
        given: Mapping[str, Any] | None = None,
        got: Any = None,
        wanted: Any = None,
    ) -> None:
        super().__init__(mistake, message)
        self.mistake, self.message = mistake, message
        self.given, self.got, self.wanted = dict(given or {}), got, wanted


class Trouble(Exception):
    """No verdict could be reached, and the answer isn't to blame: for a person."""
