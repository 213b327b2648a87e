"""Marks for the platforms: Canvas, Moodle, Gradescope.

Whoever isn't marked in full is left out, and named: a blank is no zero.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from labkit.batch import write
from labkit.marks import number, table
from labkit.rows import GRADED
from labkit.submissions import Submission


def settled(totals: Iterable[dict[str, Any]]) -> tuple[list[dict], list[str]]:
    """The totals that can go out, and who can't yet: with the reason."""
    ready, waiting = [], []
    totals = list(totals)
    names = [total["student"] for total in totals]
    for total in totals:
        if total["status"] != GRADED:
            waiting.append(f"{total['student']}: {total['status']}")
        elif names.count(total["student"]) > 1:
            waiting.append(f"{total['student']}: several files, and no policy for attempts")
        else:
            ready.append(total)
    return ready, waiting


def canvas(totals: Sequence[dict[str, Any]], gradebook: Path | None, title: str) -> str:
    """A gradebook for Canvas' import.

    Parameters
    ----------
    totals : sequence of dict
    gradebook : Path, optional
        The one that Canvas exported: its students and columns are kept, the column of
        the assignment is filled in. Without it, names and ids are the files'.
    title : str
        The assignment's column, ``"Lab 3 (12345)"``.

    Raises
    ------
    ValueError
        The gradebook has no column that begins so, or several.
    """
    if gradebook is None:
        rows = [{"Student": "Points Possible", title: number(_out_of(totals))}]
        rows += [
            {"Student": t["student"], "ID": t["id"], title: number(t["points"])}
            for t in totals
        ]
        return table(rows, ("Student", "ID", "SIS Login ID", "Section", title))
    reader = csv.DictReader(io.StringIO(gradebook.read_text(encoding="utf-8-sig")))
    columns = [name for name in reader.fieldnames or [] if name.startswith(title)]
    if len(columns) != 1:
        raise ValueError(
            f"{gradebook} has {len(columns)} columns that begin with {title!r}, not one"
        )
    points = {key: number(t["points"]) for t in totals for key in _keys(t)}
    rows = list(reader)
    for row in rows:
        wanted = [row.get("ID", ""), row.get("SIS Login ID", ""), row.get("Student", "")]
        known = [points[k] for k in map(_plain, wanted) if k and k in points]
        if known:
            row[columns[0]] = known[0]
    return table(rows, reader.fieldnames, quote=False)


def _keys(total: dict[str, Any]) -> list[str]:
    return [key for key in (_plain(total["id"]), _plain(total["student"])) if key]


def _plain(name: str) -> str:
    """A name as Canvas writes it into files: "Doe, Jane" as doejane."""
    bare = unicodedata.normalize("NFKD", name or "").casefold()
    return re.sub(r"[^\w]|_", "", "".join(c for c in bare if not unicodedata.combining(c)))


def moodle(totals: Sequence[dict[str, Any]]) -> str:
    """A grading worksheet for Moodle's assignment ("Upload grading worksheet")."""
    rows = [
        {
            "Identifier": f"Participant {t['id']}" if t["id"] else "",
            "Full name": t["student"],
            "Grade": number(t["points"]),
            "Maximum grade": number(t["out_of"]),
        }
        for t in totals
    ]
    return table(rows, ("Identifier", "Full name", "Grade", "Maximum grade"))


def gradescope(result: dict[str, Any], total: dict[str, Any]) -> str:
    """``results.json`` of one submission."""
    tests = [
        {
            "name": row["question"],
            "score": row["points"],
            "max_score": row["out_of"],
            "status": "passed" if row["points"] == row["out_of"] else "failed",
            "output": row["mistake"] if row["hidden"] else row["message"],
            "visibility": "visible",
        }
        for row in result["questions"]
        if row["points"] is not None
    ]
    said = {"score": total["points"], "tests": tests, "visibility": "visible"}
    if total["late"]:
        said["output"] = f"late: {total['late']}"
    return json.dumps(said, indent=1) + "\n"


def save_gradescope(
    results: Iterable[dict[str, Any]], totals: Iterable[dict[str, Any]], folder: Path
) -> None:
    """One folder with a results.json for each submission."""
    known, taken = {total["file"]: total for total in totals}, set()
    for result in results:
        if result["file"] in known:
            safe = re.sub(r"[^\w.-]+", "_", Path(result["file"]).with_suffix("").as_posix())
            if safe in taken or not safe.strip("."):
                safe = Submission(result["student"], result["file"]).key
            taken.add(safe)
            text = gradescope(result, known[result["file"]])
            write(folder / safe / "results.json", text)


def _out_of(totals: Sequence[dict[str, Any]]) -> float:
    return totals[0]["out_of"] if totals else 0.0
