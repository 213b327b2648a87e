"""Every notebook of the course keeps the rules of a page and is up to date."""

import pytest

from tools.canonical import canonical, read, to_text
from tools.places import notebooks, shown
from tools.rules import FOLDED, problems
from tools.stale import is_stale

WIDTH = 76  # characters of code that the page's column shows (lessons/ruff.toml)
EVERY = pytest.mark.parametrize("path", notebooks(), ids=shown)


@EVERY
def test_it_is_in_the_canonical_form(path):
    text = path.read_text(encoding="utf-8")
    assert text == to_text(canonical(read(path))), "python -m tools.notebooks canonical"


@EVERY
def test_it_is_not_stale(path):
    assert not is_stale(read(path), path.parent), "python -m tools.notebooks run"


@EVERY
def test_it_keeps_the_rules_of_a_page(path):
    broken = problems(read(path))
    assert not broken, "\n".join(["", *broken])


@pytest.mark.parametrize(
    "path", [p for p in notebooks() if p.parent.name == "lessons"], ids=shown
)
def test_code_that_is_seen_fits_the_column(path):
    code = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    seen = [cell for cell in code if not FOLDED & set(cell["metadata"].get("tags", []))]
    lines = [line for cell in seen for line in cell["source"].splitlines()]
    long = [line for line in lines if len(line) > WIDTH]
    assert not long, "\n".join(["", *long])  # no formatter splits a string
