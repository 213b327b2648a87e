"""tests/MUTANTS.md: what mutants there were, and why each that lives on may do so.

What is written there by hand is kept: the paragraphs under a section's numbers, and the
line over each mutant that is shown. One without such a line fails the run.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from tools.places import ROOT

REPORT = ROOT / "tests" / "MUTANTS.md"
UNEXPLAINED = "(not explained yet)"
ENTRY = re.compile(r"### `(.+)`.*\n\n(.+?)\n\n```diff\n(.*?)\n```\n", re.DOTALL)


@dataclass(frozen=True)
class Left:
    """A mutant to be explained: its function, the lines that changed, what became of it."""

    where: str
    diff: str
    stopped: bool = False


def section(title: str, numbers: str, left: Iterable[Left], old: str) -> str:
    """A part of the report, with what the old one had by hand."""
    entries = {(where, diff): why for where, why, diff in ENTRY.findall(old)}
    by_hand = old.partition("### ")[0].split("\n\n")[2:]
    parts = [f"## {title}", numbers, *(text.strip() for text in by_hand if text.strip())]
    for mutant in left:
        why = entries.get((mutant.where, mutant.diff), UNEXPLAINED)
        slow = " (stopped)" if mutant.stopped else ""
        parts.append(f"### `{mutant.where}`{slow}\n\n{why}\n\n```diff\n{mutant.diff}\n```")
    return "\n\n".join(parts) + "\n"


def read() -> tuple[str, dict[str, str]]:
    """The head of the report, and its sections by title."""
    text = REPORT.read_text(encoding="utf-8") if REPORT.exists() else "# Mutants\n"
    head, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return head, {part.split()[1]: part for part in parts}


def write(sections: dict[str, str], head: str, order: Iterable[str]) -> None:
    """The report, sections in the given order."""
    parts = [head, *(sections[title] for title in order if title in sections)]
    REPORT.write_text("\n".join(part.rstrip() + "\n" for part in parts), encoding="utf-8")


def refuse_unexplained() -> None:
    """End the program if a mutant of the report has no line of its own."""
    if UNEXPLAINED in REPORT.read_text(encoding="utf-8"):
        sys.exit(f"mutants: {REPORT.relative_to(ROOT)} has survivors {UNEXPLAINED}")
