"""From a lab's notebook, which holds the solutions, to the one that a learner gets.

In a code cell the lines between ``### BEGIN SOLUTION: what to write, in words`` and
``### END SOLUTION`` give way to ``raise NotImplementedError("what to write, …")``; the
answer to a question in words is emptied; no output is left. Everything else stays.
"""

import copy
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

BLANK = "*Write your answer here.*"
MARK = re.compile(r"^(?P<indent>[ \t]*)#+\s*(?P<which>BEGIN|END) SOLUTION\b(?P<rest>.*)$")
STRAY = re.compile(r"(BEGIN|END)[ _-]*SOLUTION", re.IGNORECASE)
WIDTH = 72


def release(notebook: Mapping[str, Any]) -> Any:
    """The learner's notebook; the argument is not changed.

    Parameters
    ----------
    notebook : nbformat.NotebookNode or dict
        As read from the lab's folder.

    Raises
    ------
    ValueError
        A solution without end or without words for the learner, an end without
        beginning, or a mark that is not alone on its line. The message names the cell.
    """
    learner = copy.deepcopy(notebook)
    for key in ("descent", "language_info"):
        learner["metadata"].pop(key, None)
    for number, cell in enumerate(learner["cells"]):
        where = f"cell {number} ({cell.get('id', 'without id')})"
        source = _text(cell["source"])
        if cell["cell_type"] == "code":
            cell["source"] = _stubbed(source, where)
            cell["outputs"], cell["execution_count"] = [], None
        elif is_words(cell):
            cell["source"] = BLANK
            cell.pop("attachments", None)
        else:
            cell["source"] = source
        if STRAY.search(cell["source"]):
            raise ValueError(f"{where}: a mark of a solution must stand alone on its line")
    return learner


def is_words(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is the place for an answer in words."""
    return cell["metadata"].get("labkit", {}).get("kind") == "words"


def solution_texts(notebook: Mapping[str, Any]) -> list[str]:
    """What a learner must not be given: solutions, model answers; stripped lines."""
    lines = []
    for number, cell in enumerate(notebook["cells"]):
        source = _text(cell["source"])
        if cell["cell_type"] == "code":
            for line, inside, _ in _lines(source, f"cell {number}"):
                if inside and line.strip() and not MARK.match(line):
                    lines.append(line.strip())
        elif is_words(cell):
            lines += [line.strip() for line in source.splitlines() if line.strip()]
    return lines


def _stubbed(source: str, where: str) -> str:
    kept = []
    for line, inside, mark in _lines(source, where):
        if mark is not None and mark["which"] == "BEGIN":
            kept.append(_stub(mark["rest"].lstrip(":").strip(), mark["indent"]))
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _lines(source: str, where: str) -> Iterator[tuple[str, bool, re.Match | None]]:
    """Each line, whether it belongs to a solution (marks do), and its mark."""
    inside = False
    for number, line in enumerate(source.split("\n"), start=1):
        mark = MARK.match(line)
        if mark and mark["which"] == "BEGIN":
            if inside:
                raise ValueError(f"{where}, line {number}: a solution inside a solution")
            if not mark["rest"].lstrip(":").strip():
                raise ValueError(
                    f"{where}, line {number}: say after BEGIN SOLUTION: what to write"
                )
            inside = True
            yield line, True, mark
        elif mark:
            if not inside:
                raise ValueError(f"{where}, line {number}: END SOLUTION without BEGIN")
            inside = False
            yield line, True, mark
        else:
            yield line, inside, None
    if inside:
        raise ValueError(f"{where}: BEGIN SOLUTION without END")


def _stub(words: str, indent: str) -> str:
    line = f"{indent}raise NotImplementedError({json.dumps(words, ensure_ascii=False)})"
    if len(line) <= WIDTH:
        return line
    parts = textwrap.wrap(words, WIDTH - len(indent) - 7, break_long_words=False)
    texts = [part + " " for part in parts[:-1]] + parts[-1:]
    body = [f"{indent}    {json.dumps(text, ensure_ascii=False)}" for text in texts]
    return "\n".join([f"{indent}raise NotImplementedError(", *body, f"{indent})"])


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
