"""Grade one submission: the same function on this machine's cores and on a cluster's.

What goes in and what comes out is plain: a :class:`Setting` and a
:class:`labkit.submissions.Submission`, and a dict that JSON can hold.
"""

import functools
import hashlib
import threading
from dataclasses import dataclass, field, replace
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import numpy as np

from labkit.bubblewrap import Limits, here
from labkit.loading import load_lab
from labkit.questions import Lab, Question
from labkit.remote import ENDS, RemoteAsk
from labkit.rows import FAILED, of_code, of_words, row
from labkit.sandbox import MODULES, Sandbox
from labkit.session import Session
from labkit.submissions import Notebook, Submission, Unreadable, read
from labkit.verdicts import NOT_DEFINED, NOT_WRITTEN, Verdict, judge

UNSAFE = "graded without a sandbox"
DRAWS = 3
_mine = threading.local()
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Setting:
    """What is the same for a whole class.

    Attributes
    ----------
    folder : str
        The lab's.
    seed : int
        Drawn once for the class: from it come the inputs of the checks.
    limits : Limits
    extra : tuple of str
        Packages that submissions may import besides the installed ones.
    hide : tuple of str
        Folders that no submission may see, wherever they lie.
    unsafe : bool
        Without a sandbox.
    modules : tuple of str
        What the worker imports once for all.
    """

    folder: str
    seed: int
    limits: Limits = field(default_factory=Limits)
    extra: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    unsafe: bool = False
    modules: tuple[str, ...] = MODULES

    @property
    def seeds(self) -> list[int]:
        """The seeds of the checks' generators."""
        return [int(n) for n in np.random.SeedSequence(self.seed).generate_state(DRAWS)]


def read_lab(folder: str | Path) -> Lab:
    """The lab with its hidden checks, if it has any."""
    return load_lab(folder, hidden=(Path(folder) / "hidden.py").is_file())


@functools.cache
def _lab(folder: str, digest: str) -> Lab:
    with _one_at_a_time:
        return read_lab(folder)


def digest(folder: str | Path) -> str:
    """A hash of what decides about the marks in this lab."""
    files = [Path(folder) / name for name in ("checks.py", "hidden.py")]
    found = [path.read_bytes() for path in files if path.is_file()]
    return hashlib.sha256(b"\0".join(found)).hexdigest()


def fingerprint(submission: Submission, setting: Setting) -> str:
    """What a result depends on: if it is the same, the mark is."""
    parts = (
        submission.student,
        submission.file,
        submission.problem,
        digest(setting.folder),
        str(setting.seed),
        str(setting.unsafe),
    )
    text = "\0".join(parts).encode() + b"\0" + submission.content
    return hashlib.sha256(text).hexdigest()


def grade(submission: Submission, setting: Setting) -> dict[str, Any]:
    """The result of one submission.

    Returns
    -------
    dict
        Student, file, id, note, time, the fingerprint, processor seconds, what the cells
        raised, and ``questions``: for each its status, points (None as long as a person
        has to decide), points at most, the mistake and what there is to show.

    Raises
    ------
    NoSandbox
        None can be made on this machine: nothing at all is graded.
    """
    lab = _lab(setting.folder, digest(setting.folder))
    result = {
        "student": submission.student,
        "file": submission.file,
        "id": submission.id,
        "note": ", ".join(filter(None, (submission.note, UNSAFE * setting.unsafe))),
        "time": submission.time,
        "fingerprint": fingerprint(submission, setting),
        "seconds": 0.0,
        "cells": {},
        "problem": submission.problem,
    }
    try:
        if submission.problem:
            raise Unreadable(submission.problem)
        notebook = read(submission.content, lab.questions)
    except Unreadable as error:
        return failed(result, lab, str(error))
    with Session(_sandbox(setting), notebook.cells) as session:
        result["questions"] = _rows(lab, notebook, session, setting)
        result["cells"] = {str(number): what for number, what in session.raised.items()}
    result["seconds"] = round(session.seconds, 3)
    return result


def failed(result: dict[str, Any], lab: Lab, why: str) -> dict[str, Any]:
    """The result of what could not be graded: no points, and no zero."""
    rows = [
        row(question, f"{FAILED}: {why}", None, message=why)
        for question in lab.questions.values()
    ]
    return {**result, "problem": why, "questions": rows}


def _rows(
    lab: Lab, notebook: Notebook, session: Session, setting: Setting
) -> list[dict[str, Any]]:
    """A row for each question; the hidden checks come when all that is shown is settled.

    An answer may remember what it was called with: no later question's page may tell it.
    """
    coding = [question for question in lab.questions.values() if question.kind == "code"]
    verdicts = {
        question.name: _judge(replace(question, hidden=[]), session, setting)
        for question in coding
    }
    for question in coding:
        if question.hidden and verdicts[question.name]:
            only = replace(question, check=lambda ask, rng: None)
            verdicts[question.name] = _judge(only, session, setting)
    return [
        of_code(question, verdicts[question.name], notebook)
        if question.kind == "code"
        else of_words(question, notebook)
        for question in lab.questions.values()
    ]


def _judge(question: Question, session: Session, setting: Setting) -> Verdict:
    others = session.asked - {question.name}
    verdict = judge(question, RemoteAsk(session, question.name), setting.seeds)
    if _may_be_spoilt(verdict, others):
        session.close()
        verdict = judge(question, RemoteAsk(session, question.name), setting.seeds)
    return verdict


def _may_be_spoilt(verdict: Verdict, others: set[str]) -> bool:
    """Whether a new process might judge otherwise: it gets a second chance.

    Perhaps the machine ran out of memory, or another answer, called before in the same
    process, has left it in disorder or silent: what one answer breaks is no other's
    mistake.
    """
    if verdict.mistake == ENDS:
        return True
    certain = (NOT_WRITTEN, NOT_DEFINED)
    return bool(others) and not verdict and verdict.mistake not in certain


def _sandbox(setting: Setting) -> Sandbox:
    """This thread's worker; made anew when the setting is another."""
    key = replace(setting, folder="", seed=0)
    if getattr(_mine, "key", None) != key:
        if getattr(_mine, "sandbox", None):
            _mine.sandbox.close()
        places = here([Path(path) for path in setting.extra], map(Path, setting.hide))
        _mine.sandbox = Sandbox(places, setting.limits, setting.unsafe, setting.modules)
        Finalize(None, _mine.sandbox.close, exitpriority=1)
        _mine.key = key
    return _mine.sandbox


def try_sandbox(setting: Setting) -> None:
    """Make a sandbox and throw it away, to know at once whether it can be made.

    Raises
    ------
    NoSandbox
    """
    if not setting.unsafe:
        with Sandbox(here(), setting.limits, modules=()) as sandbox:
            sandbox.warm()
