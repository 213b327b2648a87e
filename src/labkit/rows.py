"""The row of a question in a result: status, points, and what there is to show."""

from typing import Any

from labkit import showing
from labkit.forbidden import uses
from labkit.questions import Question
from labkit.submissions import Notebook, printable
from labkit.verdicts import Verdict

GRADED, PERSON, FAILED = "graded", "needs a person", "failed"


def row(
    question: Question, status: str, points: float | None, **more: Any
) -> dict[str, Any]:
    """What is kept and shown of one question."""
    made = {"question": question.name, "kind": question.kind, "doc": question.doc}
    made |= {"status": status, "points": points, "out_of": question.points}
    made |= {"mistake": "", "message": "", "hidden": False, "shown": [], "answer": ""}
    return made | more


def of_words(question: Question, notebook: Notebook) -> dict[str, Any]:
    """The row of an answer in words, which a person reads."""
    answer = notebook.words.get(question.name, "")
    said = "to be read by a person" if answer else "no answer found"
    return row(question, PERSON, None, message=said, answer=answer)


def of_code(question: Question, verdict: Verdict, notebook: Notebook) -> dict[str, Any]:
    """The row of an answer in code, by the verdict on it."""
    if verdict.status == "failed":
        return row(question, PERSON, None, message=verdict.message, hidden=verdict.hidden)
    found = uses(notebook.cells, question.name, question.forbidden) if verdict else []
    if found:
        places = ", ".join(
            f"{used} (code cell {number})" if number else used for number, used in found
        )
        message = f"passes the check, but uses {places}"
        return row(question, PERSON, None, mistake="uses the rule itself", message=message)
    mistake = verdict.mistake
    named = mistake.removeprefix("raises ")
    made_up = verdict.hidden or not named.isidentifier() or len(named) > 60
    if named != mistake and made_up:
        mistake = (
            "raises an exception"  # whose name may tell the input, or steer a terminal
        )
    return row(
        question,
        GRADED,
        verdict.points,
        mistake=mistake,
        message=printable(verdict.message),
        hidden=verdict.hidden,
        shown=[] if verdict.hidden else _shown(verdict),
    )


def _shown(verdict: Verdict) -> list[list[str]]:
    try:
        return [[name, text[:2000]] for name, text in showing.rows(verdict)]
    except Exception as error:  # an answer that not even NumPy can print
        return [["what came", f"({type(error).__name__} when shown)"]]
