"""Write a lesson as text: turn a MyST notebook (jupytext) into the canonical file.

    python -m tools.from_text lesson.md lessons/lesson.ipynb

The set-up cell is put in. Cells that were in the notebook keep their ids, and their
outputs where their own source is the same, so that diffs stay small; then
``python -m tools.notebooks run`` brings every output up to date.
"""

import argparse
import sys
import warnings
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from tools import setup_cell
from tools.canonical import NOTEBOOK_METADATA, canonical, joined, read, write
from tools.places import shown

FRONT_MATTER = {*NOTEBOOK_METADATA, "jupytext", "kernelspec", "language_info"}


def from_text(text: str) -> dict[str, Any]:
    """The notebook that MyST ``text`` describes, with the set-up cell in its place.

    Raises
    ------
    ValueError
        If a code cell's header does not parse as metadata.
    """
    import jupytext

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notebook = joined(dict(jupytext.reads(text, fmt="md:myst")))
    odd = set(notebook["metadata"]) - FRONT_MATTER
    if odd:
        raise ValueError(
            f"front matter {sorted(odd)} would be lost; page descriptions go under "
            "myst: html_meta:"
        )
    cells = []
    for cell in notebook["cells"]:
        cell.pop("id", None)  # jupytext makes them by chance
        empty = [key for key, value in cell["metadata"].items() if value is None]
        if empty:
            raise ValueError(
                f"the header of this cell has nothing under {empty[0]!r} (nested metadata "
                f"goes between lines of ---):\n{cell['source'][:200]}"
            )
        if cell["source"].strip():
            cells.append(cell)
    first = next(
        (i for i, cell in enumerate(cells) if cell["cell_type"] == "code"), len(cells)
    )
    if first == len(cells) or cells[first]["source"].strip() != "# setup":
        cells.insert(first, setup_cell.cell())
    else:
        cells[first] = setup_cell.cell()
    return canonical({**notebook, "cells": _identified(cells)})


def merge(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """``new`` with the ids, and where code is unchanged the outputs, of ``old``.

    Cells are matched by type and source, then by place between two that match.
    """
    before, after = canonical(old)["cells"], canonical(new)["cells"]
    pairs = _pairs(before, after)
    taken = {before[i]["id"] for i in pairs.values()}
    cells = []
    for j, cell in enumerate(after):
        was = before[pairs[j]] if j in pairs else None
        if was:
            cell["id"] = was["id"]
        elif cell["id"] in taken and cell["id"] != setup_cell.ID:
            cell["id"] = None  # made anew by canonical
        if was and was["source"] == cell["source"] and cell["cell_type"] == "code":
            cell["outputs"] = was["outputs"]
            cell["execution_count"] = was["execution_count"]
        cells.append(cell)
    metadata = {**new["metadata"]}
    about = {**old["metadata"].get("descent", {}), **metadata.get("descent", {})}
    if about:
        metadata["descent"] = about
    return canonical({**new, "metadata": metadata, "cells": cells})


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.from_text",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", type=Path, help="the lesson as MyST markdown")
    parser.add_argument("notebook", type=Path, help="the .ipynb to write or to bring on")
    options = parser.parse_args(arguments)
    if options.notebook.suffix != ".ipynb":
        parser.error(f"the second name must end in .ipynb, got {options.notebook}")
    try:
        new = from_text(options.text.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{options.text}: {error}", file=sys.stderr)
        return 1
    if options.notebook.exists():
        new = merge(new, read(options.notebook))
    changed = write(options.notebook, new)
    print(f"{'wrote ' if changed else 'kept  '}  {shown(options.notebook)}")
    return 0


def _identified(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ids by an author's own word: metadata ``id: …`` of a cell."""
    for cell in cells:
        given = cell["metadata"].pop("id", None)
        if given:
            cell["id"] = given
    return cells


def _pairs(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[int, int]:
    """For the cells of ``after`` that were in ``before``: index there."""
    keys = [[(c["cell_type"], c["source"]) for c in cells] for cells in (before, after)]
    pairs = {}
    blocks = SequenceMatcher(None, *keys, autojunk=False).get_opcodes()
    for kind, i, i_end, j, j_end in blocks:
        if kind == "equal":
            pairs.update(zip(range(j, j_end), range(i, i_end)))
        elif kind == "replace":
            for a, b in zip(range(i, i_end), range(j, j_end)):
                if before[a]["cell_type"] == after[b]["cell_type"]:
                    pairs[b] = a
    return pairs


if __name__ == "__main__":
    sys.exit(main())
