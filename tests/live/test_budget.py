"""What a figure may weigh, with all that it imports, and how long a frame may take."""

import gzip
import re
from pathlib import Path

import numpy as np
import pytest

from descent.timing import load_record

LIVE = Path(__file__).parents[2] / "live"
NAMES = sorted(path.stem for path in LIVE.glob("*.mjs"))
HEAVIEST = 40_000  # bytes, gzipped, of a figure with all that it imports
LONGEST = 0.016  # seconds of 95 % of the frames, on a processor slowed four times


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


def test_every_figure_is_in_the_record():
    """``python -m tools.timings live_figures`` measures them all."""
    assert sorted(load_record("live_figures").timings) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_frames_keep_up_with_the_screen(name):
    frames = load_record("live_figures").timings[name].seconds
    assert len(frames) >= 100
    assert np.quantile(frames, 0.95) < LONGEST
