"""``check("numgrad", numgrad)``: the verdict at once, where the answer is written."""

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from labkit.ask import LocalAsk
from labkit.loading import find_lab
from labkit.showing import as_html, as_text
from labkit.verdicts import Trouble, Verdict, judge

SEEDS = (0,)
# Where answers are only defined and nothing may be checked: in grading.
SILENT = "LABKIT_NO_CHECKS"


class Checked:
    """True if the answer passed. The verdict has been shown: it shows nothing again."""

    def __init__(self, verdict: Verdict | None) -> None:
        self.verdict = verdict

    def __bool__(self) -> bool:
        return bool(self.verdict)

    def __repr__(self) -> str:
        return "passed" if self else "not passed"

    def _ipython_display_(self) -> None:
        pass


class _Shown:
    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def __repr__(self) -> str:
        return as_text(self._verdict)

    def _repr_html_(self) -> str:
        return as_html(self._verdict)


def checker(stem: str) -> Callable[..., Checked]:
    """The function ``check(name, answer)`` of the lab ``stem``.

    Raises
    ------
    FileNotFoundError
        There is no such lab.
    """
    if os.environ.get(SILENT):
        return lambda *_, **__: Checked(None)
    lab = find_lab(stem)

    def check(name: str, answer: Any = None) -> Checked:
        """Show whether ``answer`` is right, or what the mistake is called.

        Raises
        ------
        ValueError
            The lab has no coding question ``name``.
        """
        question = lab.questions.get(name)
        if question is None or question.kind != "code":
            names = [q.name for q in lab.questions.values() if q.kind == "code"]
            raise ValueError(f"no question {name!r}; there are {', '.join(names)}")
        try:
            if question.torch and find_spec("torch") is None:
                raise Trouble(
                    f"This check needs PyTorch, which is missing here: {_advice()}."
                )
            verdict = judge(question, LocalAsk(name, answer), SEEDS)
        except Trouble as trouble:
            verdict = Verdict(name, "failed", message=str(trouble))
        except KeyboardInterrupt:
            verdict = Verdict(name, "failed", message="You stopped the check.")
        show(verdict)
        return Checked(verdict)

    return check


def _advice() -> str:
    if sys.platform == "emscripten":  # Python in a page
        return "take the notebook and run it on your machine"
    return "pip install torch"


def show(verdict: Verdict) -> None:
    """Print a verdict; in a notebook, as HTML."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(as_text(verdict))
        return
    if get_ipython() is None:
        print(as_text(verdict))
    else:
        display(_Shown(verdict))
