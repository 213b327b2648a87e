"""A lab is a list of questions; a question is a check, its points and its signature."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Check = Callable[[Any, Any], None]


@dataclass
class Question:
    """One question of a lab.

    Attributes
    ----------
    name : str
        What the learner defines (code), or the answer cell's name (words).
    points : float
        All or nothing for code; at most so many for words, which a person marks.
    kind : {"code", "words"}
    signature : str
        As the learner reads it, ``"numgrad(f, x, h=1e-5)"``.
    doc : str
        What the question wants, in one line.
    check : callable or None
        ``check(ask, rng)`` returns None, or raises :class:`labkit.verdicts.Wrong`.
    hidden : list of callable
        Further checks, for grading alone.
    forbidden : tuple of str
        Dotted names that an answer may not use: a person looks at one that does.
    torch : bool
        Whether the check needs PyTorch on the learner's side.
    prompt, rubric : str
        What to answer in words, and how a person marks it.
    """

    name: str
    points: float
    kind: str = "code"
    signature: str = ""
    doc: str = ""
    check: Check | None = None
    hidden: list[Check] = field(default_factory=list)
    forbidden: tuple[str, ...] = ()
    torch: bool = False
    prompt: str = ""
    rubric: str = ""


class Lab:
    """The questions of one lab, in the order in which they are asked.

    Parameters
    ----------
    name : str
        The lab's stem: the name of its folder and of its notebook.
    title : str
        As a reader sees it.
    """

    def __init__(self, name: str, title: str) -> None:
        self.name = name
        self.title = title
        self.questions: dict[str, Question] = {}

    def __repr__(self) -> str:
        return f"Lab({self.name!r}, questions={list(self.questions)})"

    @property
    def points(self) -> float:
        """The sum over all questions."""
        return sum(question.points for question in self.questions.values())

    def _add(self, question: Question) -> None:
        if question.name in self.questions:
            raise ValueError(f"lab {self.name!r} has two questions {question.name!r}")
        if not question.points > 0:
            raise ValueError(f"points of {question.name!r} must be positive")
        self.questions[question.name] = question

    def question(
        self,
        name: str,
        *,
        points: float,
        signature: str,
        forbidden: tuple[str, ...] = (),
        torch: bool = False,
    ) -> Callable[[Check], Check]:
        """Make a question to answer in code of the check that follows.

        Raises
        ------
        ValueError
            A second question of that name, points that are not positive, or a check
            whose docstring does not say what is wanted.
        """

        def register(check: Check) -> Check:
            doc = (check.__doc__ or "").strip().partition("\n")[0]
            if not doc:
                raise ValueError(f"the check of {name!r} needs a docstring")
            self._add(
                Question(
                    name,
                    points,
                    signature=signature,
                    doc=doc,
                    check=check,
                    forbidden=tuple(forbidden),
                    torch=torch,
                )
            )
            return check

        return register

    def words(self, name: str, *, points: float, prompt: str, rubric: str) -> None:
        """Add a question to answer in words, which a person marks by ``rubric``."""
        self._add(
            Question(name, points, kind="words", doc=prompt, prompt=prompt, rubric=rubric)
        )

    def hidden(self, name: str) -> Callable[[Check], Check]:
        """Add the check that follows to question ``name``, for grading alone.

        Raises
        ------
        ValueError
            There is no such question to answer in code.
        """
        question = self.questions.get(name)
        if question is None or question.kind != "code":
            raise ValueError(f"lab {self.name!r} has no coding question {name!r}")

        def register(check: Check) -> Check:
            question.hidden.append(check)
            return check

        return register
