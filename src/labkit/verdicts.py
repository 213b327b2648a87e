"""From an answer to a verdict: comparing, naming the mistake, judging a question."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labkit.questions import Question

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


@dataclass
class Verdict:
    """What became of one question.

    Attributes
    ----------
    question : str
    status : {"passed", "wrong", "not written", "not defined", "failed"}
        ``"failed"``: no verdict could be reached; a person must look.
    points : float
        Earned.
    mistake, message : str
    given : dict
    got, wanted : object
    hidden : bool
        Whether a hidden check found it, whose input and outcome no feedback may show.
    """

    question: str
    status: str
    points: float = 0.0
    mistake: str = ""
    message: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    got: Any = None
    wanted: Any = None
    hidden: bool = False

    def __bool__(self) -> bool:
        return self.status == "passed"


def judge(question: Question, ask: Any, seeds: Iterable[int]) -> Verdict:
    """Run a question's check once a seed, then the hidden ones, up to the first mistake.

    Parameters
    ----------
    question : Question
        One to answer in code.
    ask : Ask
        How the learner's answer is called.
    seeds : iterable of int
        Each gives the checks a fresh generator.
    """
    seeds = list(seeds)
    hidden = False
    try:
        with np.errstate(all="ignore"):
            for seed in seeds:
                question.check(ask, np.random.default_rng(seed))
            hidden = True
            for check in question.hidden:
                for seed in seeds:
                    check(ask, np.random.default_rng(seed))
    except Wrong as wrong:
        known = wrong.mistake in (NOT_WRITTEN, NOT_DEFINED)
        return Verdict(
            question.name,
            wrong.mistake if known else "wrong",
            0.0,
            wrong.mistake,
            wrong.message,
            wrong.given,
            wrong.got,
            wrong.wanted,
            hidden,
        )
    except Trouble as trouble:
        return Verdict(question.name, "failed", message=str(trouble), hidden=hidden)
    except Exception as error:
        # An answer of a kind that the check's author did not foresee: no mark is lost.
        message = (
            "The check could not make sense of this answer "
            f"({type(error).__name__}: {error}); a person has to look at it."
        )
        return Verdict(question.name, "failed", message=message, hidden=hidden)
    return Verdict(question.name, "passed", question.points)


def matches(got: Any, wanted: Any, rtol: float = 1e-6, atol: float = 0.0) -> bool:
    """Whether two plain values agree: kind, shape, and entries within the tolerance.

    Entry by entry ``|got - wanted| <= atol + rtol * |wanted|``; NaN agrees with NaN,
    an infinity with itself. A list that stacks into an array is as good as the array.
    """
    if isinstance(wanted, dict):
        return (
            isinstance(got, dict)
            and got.keys() == wanted.keys()
            and all(matches(got[key], wanted[key], rtol, atol) for key in wanted)
        )
    if isinstance(wanted, (list, tuple)):
        if isinstance(got, np.ndarray) and got.ndim:
            got = list(got)
        return (
            isinstance(got, (list, tuple))
            and len(got) == len(wanted)
            and all(matches(a, b, rtol, atol) for a, b in zip(got, wanted))
        )
    if wanted is None or isinstance(wanted, (str, bool)):
        return type(got) is type(wanted) and got == wanted
    a, b = as_array(got), np.asarray(wanted)
    if a is None or a.shape != b.shape:
        return False
    if a.dtype.kind == "U" or b.dtype.kind == "U":
        return bool(a.dtype.kind == b.dtype.kind and np.all(a == b))
    with np.errstate(all="ignore"):
        return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))


def as_array(value: Any) -> np.ndarray | None:
    """The array that a plain value is or stacks into; None if there is none."""
    if value is None or isinstance(value, (str, dict)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biufcU" else None


def compare(
    got: Any,
    wanted: Any,
    *,
    rtol: float = 1e-6,
    atol: float = 0.0,
    given: Mapping[str, Any],
    what: str = "the result",
    mistakes: Mapping[str, tuple[Any, str]] | None = None,
) -> None:
    """Hold ``got`` against ``wanted``, and name the mistake if it is a known one.

    Parameters
    ----------
    got, wanted : plain data
    rtol, atol : float
        ``|got - wanted| <= atol + rtol * |wanted|``, entry by entry.
    given : dict of str to object
        The input, by name.
    what : str
        What is compared, in a sentence: ``"the gradient"``.
    mistakes : dict of str to (value, message), optional
        For each known mistake what it would have given, and what to say.

    Raises
    ------
    Wrong
        By the name of the known mistake that ``got`` matches, else ``"returns
        nothing"``, ``"wrong type"``, ``"wrong shape"`` or ``"wrong value"``.
    """
    if matches(got, wanted, rtol, atol):
        return
    for mistake, (value, message) in (mistakes or {}).items():
        if matches(got, value, rtol, atol):
            raise Wrong(mistake, message, given, got, wanted)
    mistake, message = _describe(got, wanted, what)
    raise Wrong(mistake, message, given, got, wanted)


def _describe(got: Any, wanted: Any, what: str) -> tuple[str, str]:
    start = what[:1].upper() + what[1:]
    if got is None:
        return "returns nothing", f"{start} is None: is a return missing?"
    if isinstance(wanted, dict):
        if not isinstance(got, dict):
            return "wrong type", f"{start} is {kind(got)}, not {kind(wanted)}."
        if got.keys() != wanted.keys():
            names = ", ".join(map(repr, wanted))
            return "wrong keys", f"{start} must have exactly the keys {names}."
        return "wrong value", f"{start} differs from what is wanted."
    if isinstance(wanted, (list, tuple)):
        if not isinstance(got, (list, tuple, np.ndarray)):
            return "wrong type", f"{start} is {kind(got)}, not {kind(wanted)}."
        count = len(got) if isinstance(got, (list, tuple)) or got.ndim else 0
        if count != len(wanted):
            return "wrong shape", f"{start} has {count} items, not {len(wanted)}."
        return "wrong value", f"{start} differs from what is wanted."
    a, b = as_array(got), as_array(wanted)
    if a is None or b is None or (a.dtype.kind == "U") != (b.dtype.kind == "U"):
        return "wrong type", f"{start} is {kind(got)}, not {kind(wanted)}."
    if a.shape != b.shape:
        return "wrong shape", f"{start} is {kind(got)}; {kind(wanted)} is wanted."
    if np.all(np.isfinite(b)) and not np.all(np.isfinite(a)):
        return "not finite", f"{start} holds NaN or infinity."
    return "wrong value", f"{start} differs from what is wanted."


def kind(value: Any) -> str:
    """What a plain value is, in words: ``"an array of shape (2, 3)"``, ``"a number"``."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, dict):
        return "a dictionary"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    array = as_array(value)
    if isinstance(value, list):
        return f"a list of {len(value)}" + (
            f" (shape {array.shape})" if array is not None and array.ndim > 1 else ""
        )
    if isinstance(value, bool):
        return "True or False"
    return (
        f"an array of shape {array.shape}"
        if array is not None and array.ndim
        else "a number"
    )


def same(after: Any, before: Any) -> bool:
    """Whether two plain values are equal to the last bit, NaN equal to NaN."""
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or after.shape != before.shape:
            return False
        numeric = before.dtype.kind in "fc" and after.dtype.kind in "fc"
        return bool(np.array_equal(after, before, equal_nan=numeric))
    if isinstance(before, dict):
        return (
            isinstance(after, dict)
            and after.keys() == before.keys()
            and all(same(after[key], before[key]) for key in before)
        )
    if isinstance(before, (list, tuple)):
        return (
            isinstance(after, (list, tuple))
            and len(after) == len(before)
            and all(same(a, b) for a, b in zip(after, before))
        )
    return bool(after == before or (after != after and before != before))


def unchanged(reply: Any, argument: int, before: Any, name: str) -> None:
    """Hold argument number ``argument`` of a call against what went in.

    Raises
    ------
    Wrong
        ``"changes its input"``.
    """
    after = reply.args[argument]
    if not same(after, before):
        raise Wrong(
            "changes its input",
            f"{name} is not what it was before the call: work on a copy "
            f"({name} = np.array({name}, dtype=float) makes one).",
            {f"{name} before": before},
            after,
            before,
        )
