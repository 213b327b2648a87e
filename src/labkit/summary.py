"""The class at a glance: how many points, which mistakes; what to teach tomorrow."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from labkit.feedback import page
from labkit.marks import number
from labkit.questions import Lab
from labkit.rows import GRADED

BINS = 10


def histogram(totals: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """How many students in each tenth of the points; those without a total are left out."""
    counts = [0] * BINS
    out_of = 1.0
    for total in totals:
        out_of = total["out_of"] or 1.0
        if total["points"] is not None:
            place = int(BINS * total["points"] / out_of)
            counts[min(max(place, 0), BINS - 1)] += 1
    edges = [out_of * i / BINS for i in range(BINS + 1)]
    labels = [f"{number(a)} to {number(b)}" for a, b in zip(edges, edges[1:])]
    return list(zip(labels, counts))


def mistakes(results: Iterable[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Question, mistake and how often, the commonest first."""
    counts = Counter(
        (row["question"], row["mistake"])
        for result in results
        for row in result["questions"]
        if row["mistake"]
    )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(question, mistake, count) for (question, mistake), count in ordered]


def per_question(results: Sequence[dict[str, Any]], lab: Lab) -> list[tuple[str, int, int]]:
    """Question, how many have all its points, and how many are marked."""
    found = []
    for name in lab.questions:
        rows = [row for r in results for row in r["questions"] if row["question"] == name]
        marked = [row for row in rows if row["status"] == GRADED]
        full = sum(row["points"] == row["out_of"] for row in marked)
        found.append((name, full, len(marked)))
    return found


def summary(
    results: Sequence[dict[str, Any]], totals: Sequence[dict[str, Any]], lab: Lab
) -> str:
    """The page for the instructor."""
    waiting = [(t["student"], t["status"], t["open"]) for t in totals if t["open"]]
    flagged = [(t["student"], t["file"], t["note"]) for t in totals if t["note"]]
    parts = [
        f"<h1>{escape(lab.title)}: the class</h1>",
        f"<p>{len(results)} submissions, {len(totals) - len(waiting)} marked in full.</p>",
        _bars(histogram(totals)),
        _table(
            "The commonest mistakes", ("Question", "Mistake", "Students"), mistakes(results)
        ),
        _table("Questions", ("Question", "In full", "Marked"), per_question(results, lab)),
        _table("Waiting for a person", ("Student", "Status", "Questions"), waiting),
        _table("Flagged", ("Student", "File", "Note"), flagged),
    ]
    return page(f"{lab.title}: the class", "\n".join(parts))


def _bars(bins: Sequence[tuple[str, int]]) -> str:
    most = max([count for _, count in bins] + [1])
    rows = "".join(
        f'<tr><th scope="row">{label}</th><td class="number">{count}</td><td aria-hidden='
        f'"true" style="width:70%"><div style="background:#0969da;height:1em;width:'
        f'{100 * count / most:.0f}%"></div></td></tr>'
        for label, count in bins
    )
    return (
        "<h2>Points</h2><table><caption>How many students have how many points</caption>"
        '<thead><tr><th scope="col">Points</th><th scope="col" class="number">Students</th>'
        f'<td aria-hidden="true"></td></tr></thead><tbody>{rows}</tbody></table>'
    )


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>"
        for row in rows
    )
    if not body:
        return f"<h2>{escape(title)}</h2><p>None.</p>"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return (
        f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
