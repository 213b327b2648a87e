"""What a person has to mark: a CSV to fill in, merged without losing anything.

``to_mark.csv`` lists every answer in words and every answer that needs a person. Fill in
``points`` (and ``comment``, which the student reads) and merge: the automatic marks stay,
the entered ones are kept in the file for good, whatever is graded again.
"""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labkit.batch import write
from labkit.marks import number, table
from labkit.questions import Lab
from labkit.rows import GRADED, PERSON

COLUMNS = ("student", "file", "question", "points", "out_of", "comment", "why")
COLUMNS += ("answer", "rubric")
FILE = "to_mark.csv"
Key = tuple[str, str, str]


class BadEntry(ValueError):
    """Entries that can't be taken; the message lists them all."""


def entered(out: Path, lab: Lab) -> dict[Key, tuple[float, str]]:
    """What was filled in: points and comment by student, file and question.

    Raises
    ------
    BadEntry
        Points that are no number, or not between 0 and what the question is worth.
    """
    path = out / FILE
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:  # as Excel writes a plain "CSV"
        text = path.read_text(encoding="cp1252", errors="replace")
    delimiter = ";" if text.partition("\n")[0].count(";") > 2 else ","
    found, bad = {}, []
    for line, row in enumerate(csv.DictReader(io.StringIO(text), delimiter=delimiter), 2):
        said = (row.get("points") or "").strip()
        if not said:
            continue
        name = _text(row, "question")
        where = f"row {line} ({_text(row, 'student')}, {name})"
        try:
            points = float(said.replace(",", "."))
        except ValueError:
            bad.append(f"{where}: {said!r} is no number")
            continue
        if name not in lab.questions:
            bad.append(f"{where}: there is no such question")
        elif not 0 <= points <= lab.questions[name].points:
            most = lab.questions[name].points
            bad.append(f"{where}: {points:g} is not between 0 and {most:g}")
        else:
            key = (_text(row, "student"), _text(row, "file"), name)
            found[key] = (points, _text(row, "comment"))
    if bad:
        raise BadEntry(f"{path}: nothing was merged.\n" + "\n".join(bad))
    return found


def _text(row: dict[str, str], column: str) -> str:
    text = row.get(column) or ""
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@\t\r") else text


def merged(
    results: Iterable[dict[str, Any]], entries: dict[Key, tuple[float, str]]
) -> list[dict[str, Any]]:
    """The results with what a person entered; automatic marks are left alone."""
    new = []
    for result in results:
        questions = []
        for row in result["questions"]:
            entry = entries.get((result["student"], result["file"], row["question"]))
            if entry is not None and row["status"] != GRADED:
                row = {**row, "points": entry[0], "status": GRADED, "message": entry[1]}
                row["by"] = "a person"
            questions.append(row)
        problem = result["problem"]
        if all(row["points"] is not None for row in questions):
            problem = ""
        new.append({**result, "questions": questions, "problem": problem})
    return new


def save(
    results: Iterable[dict[str, Any]],
    entries: dict[Key, tuple[float, str]],
    lab: Lab,
    out: Path,
) -> int:
    """Write to_mark.csv anew, entries kept; how many rows still wait for a person."""
    rows, left, listed = [], 0, set()
    for result in results:
        for row in result["questions"]:
            if row["status"] == GRADED:
                continue
            key = (result["student"], result["file"], row["question"])
            listed.add(key)
            points, comment = entries.get(key, (None, ""))
            left += points is None
            question = lab.questions[row["question"]]
            rows.append(
                {
                    **dict(zip(("student", "file", "question"), key)),
                    "points": number(points),
                    "out_of": number(question.points),
                    "comment": comment,
                    "why": row["message"] if row["status"] == PERSON else row["status"],
                    "answer": row["answer"],
                    "rubric": question.rubric,
                }
            )
    for key in sorted(entries.keys() - listed):
        # Work of a person is never thrown away, even if nobody asks for it any more.
        points, comment = entries[key]
        rows.append(
            {
                **dict(zip(("student", "file", "question"), key)),
                "points": number(points),
                "comment": comment,
                "why": "not needed at present",
            }
        )
    write(out / FILE, "\ufeff" + table(rows, COLUMNS))
    return left
