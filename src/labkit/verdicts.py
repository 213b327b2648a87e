"""From an answer to a verdict: judging a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labkit.comparing import as_array, compare, kind, matches, same, unchanged
from labkit.mistakes import NOT_DEFINED, NOT_WRITTEN, Trouble, Wrong
from labkit.questions import Question

__all__ = [
    "NOT_DEFINED",
    "NOT_WRITTEN",
    "Trouble",
    "Verdict",
    "Wrong",
    "as_array",
    "compare",
    "judge",
    "kind",
    "matches",
    "same",
    "unchanged",
]


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
    ask = _Witness(ask)
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
            wrong.given or ({} if known else _named(question, ask)),
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


class _Witness:
    """An Ask that remembers its last call: the input that made an answer raise."""

    def __init__(self, ask: Any) -> None:
        vars(self).update(_ask=ask, _args=(), _kwargs={})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        vars(self).update(_args=args, _kwargs=kwargs)
        return self._ask(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        vars(self).update(_args=(), _kwargs={})
        return getattr(self._ask, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._ask, name, value)


def _named(question: Question, witness: _Witness) -> dict[str, Any]:
    """The plain arguments of the last call, by the names in the question's signature."""
    inside = question.signature.partition("(")[2].rpartition(")")[0]
    names = re.findall(r"(?:^|,)\s*\*{0,2}(\w+)", inside)
    named = dict(zip(names, witness._args)) | witness._kwargs
    return {name: value for name, value in named.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    plain = (bool, int, float, str, np.ndarray, np.generic)
    return value is None or isinstance(value, plain)
