"""What was handed in: which file is whose, and what a notebook holds.

A file that can't be read is a submission all the same, with the reason why: no one gets
a zero for a broken download.
"""

import hashlib
import json
import os
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

LARGEST = 50 * 2**20
LONGEST = 30_000  # characters of an answer in words: what a spreadsheet's cell holds
CUT = "\n… (cut here: see the file)"
IGNORED = re.compile(
    r"(^|/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)|-checkpoint\.ipynb$|~$", re.I
)
COPY = re.compile(r"( \(\d+\)|[ _-]+(copy|copie|Kopie))+$", re.I)
MOODLE = re.compile(r"(?P<student>.+?)_(?P<id>\d+)_assignsubmission_(file|onlinetext)")
CANVAS = re.compile(
    r"(?P<student>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_(?P<file>\d+)_(?P<rest>.+)$"
)
BLACKBOARD = re.compile(r".*?_(?P<student>[^_]+)_attempt_(?P<time>[\d-]{19})")


@dataclass(frozen=True)
class Submission:
    """One file that was handed in.

    Attributes
    ----------
    student : str
        By the file's name.
    file : str
        Its path in the folder or archive.
    id : str
        What the learning platform knows the student by, ``""`` if the name has none.
    content : bytes
    problem : str
        Why it can't be read; ``""`` for what looks like a notebook.
    note : str
        What an instructor should know: late by the platform's word, several files.
    time : str
        ISO date and time of the file.
    """

    student: str
    file: str
    id: str = ""
    content: bytes = field(default=b"", repr=False)
    problem: str = ""
    note: str = ""
    time: str = ""

    @property
    def key(self) -> str:
        """A name for files: what is safe of the student's, and a hash of the path."""
        safe = re.sub(r"[^A-Za-z0-9-]+", "-", self.student).strip("-")[:40] or "student"
        return f"{safe}-{hashlib.sha256(self.file.encode()).hexdigest()[:16]}"


class Unreadable(ValueError):
    """A file that is no notebook of this lab; the message says why."""


def printable(text: str) -> str:
    """``text`` without the characters that steer a terminal, and without halves of one."""
    kept = (c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in text)
    return "".join(c if keep else "\ufffd" for c, keep in zip(text, kept))


def escaped(path: str) -> str:
    """A file's path as it can be written anywhere: ``"a\\nb"`` for a line break in it."""
    return "".join(
        c.encode("unicode_escape").decode() if printable(c) != c or c == "\n" else c
        for c in path
    )


def whose(file: str, lab: str) -> tuple[str, str, str]:
    """The student's name, id and a note, by the path of a file handed in.

    Knows Moodle's, Canvas' and Blackboard's names, a folder for each student, and files
    called after the student, with or without the lab's name.
    """
    path = PurePosixPath(file)
    # The platform's folder comes first; what is inside it the student has named.
    for part in path.parts:
        if match := MOODLE.match(part):
            return match["student"], match["id"], ""
    if match := CANVAS.match(path.name):
        return match["student"], match["id"], "late" if match["late"] else ""
    if match := BLACKBOARD.match(path.name):
        return match["student"], "", ""
    stem = COPY.sub("", path.name.removesuffix(path.suffix)).strip()
    own = re.sub(rf"(^|[\s_.-]+){re.escape(lab)}([\s_.-]+|$)", "_", stem, flags=re.I)
    own = own.strip(" _.-")
    generic = {"", "lab", "notebook", "untitled", "submission", "solution", "index"}
    if own.lower() in generic and len(path.parts) > 1:
        return path.parts[-2], "", ""
    return own or stem or path.name, "", ""


def collect(source: Path, lab: str) -> list[Submission]:
    """All submissions in a folder or a platform's zip archive, by student.

    Raises
    ------
    FileNotFoundError
        There is no such folder or archive.
    ValueError
        It is neither.
    """
    if not source.exists():
        raise FileNotFoundError(f"there is no {source}")
    if source.is_dir():
        found = list(_of_folder(source, lab))
    elif zipfile.is_zipfile(source):
        found = list(_of_archive(source, lab))
    else:
        raise ValueError(f"{source} is neither a folder nor a zip archive")
    found = _by_folder(found)
    notebooks = [s for s in found if s.file.lower().endswith(".ipynb")]
    students = {s.student for s in notebooks}
    own = {_folder(s) for s in notebooks if PurePosixPath(_folder(s)).name == s.student}
    # What lies beside a student's notebook (data, a picture) is no submission.
    beside = [s for s in found if s.student not in students and _folder(s) not in own]
    return sorted(_flagged(notebooks + beside), key=lambda s: (s.student, s.time, s.file))


def _by_folder(found: list[Submission]) -> list[Submission]:
    """Where each student has a folder, the folder's name counts, whatever is in it."""
    paths = [PurePosixPath(s.file).parts for s in found if s.file.endswith(".ipynb")]
    shared = len(os.path.commonprefix([parts[:-1] for parts in paths]))
    heads = {parts[shared] for parts in paths}
    single = any(len(parts) < shared + 2 for parts in paths)
    if single or not 2 <= len(heads) <= len(paths) <= 2 * len(heads):
        return found
    return [
        replace(s, student=parts[shared], id="")
        if len(parts) > shared + 1 and not MOODLE.search(s.file)
        else s
        for s in found
        for parts in [PurePosixPath(s.file).parts]
    ]


def _folder(submission: Submission) -> str:
    return str(PurePosixPath(submission.file).parent)


def _flagged(found: Iterable[Submission]) -> list[Submission]:
    found = list(found)
    counts = Counter(s.student.casefold() for s in found)
    several = "several files of this student"
    return [
        replace(s, note=", ".join(filter(None, (s.note, several))))
        if counts[s.student.casefold()] > 1
        else s
        for s in found
    ]


def _of_folder(folder: Path, lab: str) -> Iterator[Submission]:
    for path in sorted(folder.rglob("*")):
        file = escaped(path.relative_to(folder).as_posix())
        if IGNORED.search(file) or (path.is_dir() and not path.is_symlink()):
            continue
        try:
            if path.is_symlink() or not path.is_file():
                content, problem, time = b"", "not an ordinary file", 0.0
            else:
                time, size = path.stat().st_mtime, path.stat().st_size
                problem = _problem(file, size)
                content = b"" if problem else path.read_bytes()
        except OSError as error:
            content, problem, time = b"", f"cannot be read: {error.strerror}", 0.0
        when = datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")
        student, number, note = whose(file, lab)
        yield Submission(student, file, number, content, problem, note, when)


def _of_archive(archive: Path, lab: str) -> Iterator[Submission]:
    with zipfile.ZipFile(archive) as entries:
        seen: Counter[str] = Counter()
        for entry in entries.infolist():
            file = escaped(entry.filename)
            if entry.is_dir() or IGNORED.search(file):
                continue
            seen[file] += 1
            problem, content = _problem(file, entry.file_size), b""
            if seen[file] > 1:  # an archive may hold a name twice; a result is one file's
                file = f"{PurePosixPath(file).with_suffix('')} ({seen[file]}).ipynb"
            if not problem:
                try:
                    with entries.open(entry) as stream:
                        content = stream.read(LARGEST + 1)
                except (RuntimeError, NotImplementedError) as error:
                    problem = f"cannot be unpacked: {error}"
                except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error):
                    problem = "damaged in the archive"
                if len(content) > LARGEST:
                    content, problem = b"", "larger than 50 MB"
            when = datetime(*entry.date_time, tzinfo=UTC).isoformat()
            student, number, note = whose(file, lab)
            yield Submission(student, file, number, content, problem, note, when)


def _problem(file: str, size: int) -> str:
    if not file.lower().endswith(".ipynb"):
        suffix = PurePosixPath(file).suffix
        return f"not a notebook ({suffix or 'a file without ending'})"
    if size == 0:
        return "the file is empty"
    return "larger than 50 MB" if size > LARGEST else ""


@dataclass
class Notebook:
    """What grading needs of a notebook.

    Attributes
    ----------
    cells : list of (int, str)
        The code cells: number from 1, and source.
    words : dict of str to str
        The answers in words by question.
    """

    cells: list[tuple[int, str]]
    words: dict[str, str]


def read(content: bytes, questions: Iterable[str]) -> Notebook:
    """The notebook in ``content``.

    Raises
    ------
    Unreadable
        It is none, of another language, or holds nothing of these questions.
    """
    notebook = _parsed(content)
    metadata = notebook.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language", "python") if isinstance(kernel, dict) else "python"
    if str(language).lower() not in ("python", "python3", "ipython", ""):
        raise Unreadable(f"a notebook in {printable(str(language))[:40]}, not in Python")
    code, words = [], {}
    for cell in _cells(notebook):
        source = cell.get("source", cell.get("input", ""))
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        if not isinstance(source, str):
            continue
        if cell.get("cell_type") == "code":
            code.append((len(code) + 1, source))
            continue
        mark = cell.get("metadata")
        mark = mark.get("labkit") if isinstance(mark, dict) else None
        if isinstance(mark, dict) and mark.get("kind") == "words":
            name = str(mark.get("question"))
            said = printable(source.expandtabs().replace("\r\n", "\n").strip())
            said = "\n\n".join(filter(None, (words.get(name), said)))
            words[name] = said if len(said) <= LONGEST else said[:LONGEST] + CUT
    if not code:
        raise Unreadable("the notebook holds no code")
    text = "\n".join(source for _, source in code)
    if not any(re.search(rf"\b{re.escape(name)}\b", text) for name in questions):
        raise Unreadable("a notebook that has nothing of this lab in it")
    return Notebook(code, words)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("not a notebook: its bytes are no text") from None
    except (ValueError, RecursionError):
        raise Unreadable("a damaged notebook: its JSON ends or breaks somewhere") from None
    if not isinstance(notebook, dict):
        raise Unreadable("not a notebook: JSON of another kind")
    return notebook


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        sheets = [s for s in notebook["worksheets"] if isinstance(s, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise Unreadable("not a notebook: it has no cells")
    return [cell for cell in cells if isinstance(cell, dict)]
