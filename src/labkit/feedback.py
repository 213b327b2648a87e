"""A page for each student: what is right, what the mistake is called, what shows it.

No hidden check's input is on it, nor anybody else's name; all text is escaped.
"""

from html import escape
from pathlib import Path
from typing import Any

from labkit.batch import write
from labkit.marks import number
from labkit.questions import Lab
from labkit.rows import GRADED
from labkit.submissions import Submission

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem;
  padding: 0 1rem; color: #1f2328; background: #fff; }
h2 { margin-top: 2rem; border-top: 1px solid #d0d7de; padding-top: 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid #d0d7de; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.answer { border-left: 4px solid #6e7781; padding-left: .8rem; white-space: pre-wrap; }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117; } }
"""
HIDDEN = (
    "The checks in your notebook pass, but a further one does not: try other inputs of "
    "your own, the smallest and the strangest first."
)


def page(title: str, body: str) -> str:
    """A page in HTML, complete in itself."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def standing(row: dict[str, Any]) -> str:
    """What became of a question, in a word or two."""
    if row["status"] != GRADED or row["points"] is None:
        return "not marked yet"
    if row.get("by"):
        return "marked by a person"
    if row["points"] == row["out_of"]:
        return "right"
    return row["mistake"] or "not right yet"


def feedback(result: dict[str, Any], total: dict[str, Any], lab: Lab) -> str:
    """The page of one submission."""
    heading = f"{lab.title}: {result['student']}"
    parts = [f"<h1>{escape(heading)}</h1>"]
    if result["problem"]:
        parts.append(
            "<p>Your file could not be graded: "
            f"<strong>{escape(result['problem'])}</strong>. "
            "That is not a zero: your instructor decides what happens next.</p>"
        )
    parts.append(_overview(result, total))
    raised = result["cells"]
    if raised:
        items = "".join(
            f"<li>Code cell {escape(n)}: {escape(what)}</li>" for n, what in raised.items()
        )
        parts.append(
            "<h2>Cells that stopped</h2><p>Run your notebook from top to bottom in a new "
            f"kernel (Restart and run all) to see them.</p><ul>{items}</ul>"
        )
    if not result["problem"]:
        parts += [_question(row) for row in result["questions"]]
    return page(heading, "\n".join(parts))


def _overview(result: dict[str, Any], total: dict[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(row["question"])}</th>'
        f"<td>{escape(standing(row))}</td>"
        f'<td class="number">{number(row["points"]) or "–"}</td>'
        f'<td class="number">{number(row["out_of"])}</td></tr>'
        for row in result["questions"]
    )
    late = f" (late: {total['late']})" if total["late"] else ""
    so_far = " so far" if total["open"] else ""
    points = number(total["points"]) or "no points"
    return (
        f"<p><strong>{points} of {number(total['out_of'])}</strong>{so_far}"
        f"{escape(late)}</p>\n<table><caption>Your questions</caption><thead><tr>"
        '<th scope="col">Question</th><th scope="col">Result</th>'
        '<th scope="col" class="number">Points</th>'
        f'<th scope="col" class="number">of</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _question(row: dict[str, Any]) -> str:
    parts = [f"<h2>{escape(row['question'])}: {escape(standing(row))}</h2>"]
    if row["doc"]:
        parts.append(f"<p>{escape(row['doc'])}</p>")
    if row["hidden"]:
        parts.append(f"<p>{HIDDEN}</p>")
    elif row["status"] == GRADED and row["message"]:
        parts.append(f"<p>{escape(row['message'])}</p>")
    if row["shown"] and not row["hidden"]:
        shown = "".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            f"<td><pre>{escape(text)}</pre></td></tr>"
            for name, text in row["shown"]
        )
        parts.append(
            f"<table><caption>What shows it</caption><tbody>{shown}</tbody></table>"
        )
    if row["answer"]:
        parts.append(f'<p>Your answer:</p><p class="answer">{escape(row["answer"])}</p>')
    return "\n".join(parts)


def save(result: dict[str, Any], total: dict[str, Any], lab: Lab, out: Path) -> None:
    """Write the page of one submission."""
    name = Submission(result["student"], result["file"]).key
    write(out / "feedback" / f"{name}.html", feedback(result, total, lab))
