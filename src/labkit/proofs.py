"""Are the checks right? Every known right answer must pass, every wrong one by its name.

An answer is a text that defines the question's name. The same texts are run here, in
this process, and by the grader in its sandbox.
"""

import linecache
import runpy
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.ask import LocalAsk
from labkit.questions import Lab, Question
from labkit.verdicts import Verdict, judge


@dataclass(frozen=True)
class Answer:
    """A known answer to a question.

    Attributes
    ----------
    question : str
    source : str
        Python that defines the question's name.
    mistake : str or None
        What the verdict must call it; None if it is right.
    number : int
        Its place among the right or the wrong answers to the question.
    """

    question: str
    source: str
    mistake: str | None
    number: int

    def __str__(self) -> str:
        return f"{self.question}-{self.mistake or f'right {self.number}'}"


def answers(folder: str | Path) -> list[Answer]:
    """The right and wrong answers that the lab in ``folder`` knows."""
    folder = Path(folder)
    right = runpy.run_path(str(folder / "right_answers.py"))["RIGHT"]
    wrong = runpy.run_path(str(folder / "wrong_answers.py"))["WRONG"]
    found = [
        Answer(name, textwrap.dedent(source), None, number)
        for name, sources in right.items()
        for number, source in enumerate(sources)
    ]
    found += [
        Answer(name, textwrap.dedent(source), mistake, number)
        for name, pairs in wrong.items()
        for number, (mistake, source) in enumerate(pairs)
    ]
    return found


def defined(name: str, source: str) -> Any:
    """What ``source`` binds to ``name`` when run by itself; None if it binds nothing."""
    label = f"<answer to {name} {hash(source):x}>"
    linecache.cache[label] = (len(source), None, source.splitlines(True), label)
    namespace: dict[str, Any] = {"__name__": "answer"}
    exec(compile(source, label, "exec"), namespace)
    return namespace.get(name)


def verdict(question: Question, source: str, seeds: Iterable[int]) -> Verdict:
    """Judge the answer ``source`` in this process."""
    return judge(question, LocalAsk(question.name, defined(question.name, source)), seeds)


def disproofs(lab: Lab, answer: Answer, seeds: Iterable[int]) -> list[str]:
    """Where the lab's verdict on ``answer`` isn't what it must be; empty if all is well.

    Each seed is judged by itself: a mistake must be found by every one.
    """
    question, found = lab.questions[answer.question], []
    for seed in seeds:
        told = verdict(question, answer.source, [seed])
        if answer.mistake is None:
            if not told:
                found.append(f"seed {seed}: {told.status}, {told.mistake}: {told.message}")
        elif told.mistake != answer.mistake:
            said = told.mistake or told.status
            found.append(f"seed {seed}: called {said!r}: {told.message}")
    return found
