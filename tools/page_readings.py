"""What the site must know of a notebook's cells, and the hash of all that it rests on.

A reading is plain data: it is kept with what Sphinx remembers from build to build.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from tools import page_cells, page_names, setup_cell
from tools.places import SRC


def key(path: Path) -> str:
    """The hash of the notebook at ``path``, of its lab's checks, of the library and of
    the code that reads them."""
    sha = hashlib.sha256(_code().encode())
    for file in (path, _checks(path)):
        sha.update(file.read_bytes() if file.is_file() else b"")
        sha.update(b"\0")
    return sha.hexdigest()


def reading(path: Path) -> dict[str, Any]:
    """The notebook at ``path``, read.

    Returns
    -------
    dict
        ``ids``: the ids of all its cells. ``cells``: of each code cell its ``id`` and
        ``source``, what it ``lacks`` in the page, whether its error is meant
        (``raises``), and the packages that it ``needs``.
    """
    notebook, checks = json.loads(path.read_text(encoding="utf-8")), _checks(path)
    questions = page_cells.torch_checks(checks) if checks.is_file() else frozenset()
    raises = {
        cell["id"]
        for cell in notebook["cells"]
        if "raises-exception" in cell["metadata"].get("tags", [])
    }
    cells = [
        cell._asdict()
        | {"raises": cell.id in raises, "needs": page_cells.packages(cell.source)}
        for cell in page_cells.page_cells(notebook, questions)
    ]
    return {"ids": [cell["id"] for cell in notebook["cells"]], "cells": cells}


def _checks(path: Path) -> Path:
    return path.parent / path.stem.removesuffix("_lab") / "checks.py"


@cache
def _code() -> str:
    """The hash of the library, and of what reads notebooks."""
    sha = hashlib.sha256()
    ours = [Path(m.__file__) for m in (page_cells, page_names, setup_cell)]
    library = [p for name in page_cells.OURS for p in sorted((SRC / name).rglob("*.py"))]
    for path in [Path(__file__), *ours, *library]:
        sha.update(f"{path.name}\0".encode() + path.read_bytes())
    return sha.hexdigest()
