"""marks.csv: one row for each student and question. totals.csv: one for each student."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from labkit.batch import write
from labkit.rows import GRADED

COLUMNS = ("student", "question", "points", "status", "message")
COLUMNS += ("out_of", "mistake", "file", "note")
TOTALS = ("student", "id", "points", "out_of", "status", "late", "open", "file", "note")
# A spreadsheet would take such a text for a formula, and students write these texts.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def number(value: float | None) -> str:
    """Points as a person writes them; nothing where there are none yet."""
    return "" if value is None else f"{value:g}"


def safe(text: str) -> str:
    """``text`` so that no spreadsheet runs it."""
    return "'" + text if text.startswith(_FORMULA) else text


def table(
    rows: Iterable[dict[str, Any]], columns: Sequence[str], quote: bool = True
) -> str:
    """The rows as CSV; what looks like a formula is quoted, unless it is not ours."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        texts = {name: row[name] for name in columns if row.get(name) is not None}
        if quote:
            texts = {k: safe(v) if isinstance(v, str) else v for k, v in texts.items()}
        writer.writerow(texts)
    return file.getvalue()


def rows_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of marks.csv that one submission gives."""
    return [
        {
            "student": result["student"],
            "question": row["question"],
            "points": number(row["points"]),
            "status": row["status"],
            "message": " ".join(row["message"].split()),
            "out_of": number(row["out_of"]),
            "mistake": row["mistake"],
            "file": result["file"],
            "note": result["note"],
        }
        for row in result["questions"]
    ]


def total_of(result: dict[str, Any]) -> dict[str, Any]:
    """What a submission has earned so far, and what is still open."""
    rows = result["questions"]
    still = [row["question"] for row in rows if row["points"] is None]
    points = sum(row["points"] or 0.0 for row in rows)
    if result["problem"]:
        status = f"failed: {result['problem']}"
    else:
        status = "needs a person" if still else GRADED
    return {
        "student": result["student"],
        "id": result["id"],
        "points": None if len(still) == len(rows) else points,
        "out_of": sum(row["out_of"] for row in rows),
        "status": status,
        "late": "",
        "open": " ".join(still),
        "file": result["file"],
        "note": result["note"],
        "time": result["time"],
    }


def by_student(results: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The results, each student's together."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        found[result["student"]].append(result)
    return dict(found)


def save(
    results: Iterable[dict[str, Any]], totals: Iterable[dict[str, Any]], out: Path
) -> None:
    """Write marks.csv and totals.csv."""
    rows = [row for result in results for row in rows_of(result)]
    write(out / "marks.csv", table(rows, COLUMNS))
    shown = [{**total, "points": number(total["points"])} for total in totals]
    for total in shown:
        total["out_of"] = number(total["out_of"])
    write(out / "totals.csv", table(shown, TOTALS))
