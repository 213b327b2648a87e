"""What a figure may weigh, with all that it imports."""

import gzip
import re
from pathlib import Path

import pytest

LIVE = Path(__file__).parents[2] / "live"
NAMES = sorted(path.stem for path in LIVE.glob("*.mjs"))
HEAVIEST = 40_000  # bytes, gzipped, of a figure with all that it imports


def imported(path):
    """A module and all that it imports, its own."""
    found, todo = set(), [path]
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            names = re.findall(r'from "(\.[^"]+)"', path.read_text(encoding="utf-8"))
            todo += [(path.parent / name).resolve() for name in names]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_light(name):
    files = imported(LIVE / f"{name}.mjs") | imported(LIVE / "core" / "page.mjs")
    assert len(files) >= 8
    packed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)
    assert packed < HEAVIEST


def test_every_module_is_used():
    used = set().union(*(imported(LIVE / f"{name}.mjs") for name in NAMES))
    used |= imported(LIVE / "core" / "page.mjs")
    assert {path.resolve() for path in LIVE.rglob("*.mjs")} == {p.resolve() for p in used}
