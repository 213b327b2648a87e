"""The reference of the library and the lessons: each function leads to them and back."""

import functools
import json
import re

import pytest
from bs4 import BeautifulSoup
from site_pages import ROOT, SITE

IMPORTED = re.compile(r"^from descent\.(\w+) import (\([^)]*\)|[^\n(]+)", re.MULTILINE)


@functools.cache
def page(path):
    return BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")


@functools.cache
def entries(module):
    """Each function and class of a page of the reference, by its full name."""
    found = {}
    for entry in page(f"api/{module}.html").select("dl.py.function, dl.py.class"):
        name = entry.find("dt", id=True)["id"]
        links = [a["href"] for a in entry.select("p.taught a")]
        found[name] = [href.removeprefix("../lessons/") for href in links]
    return found


def test_each_function_of_a_module_that_is_taught_links_to_a_lesson():
    modules = sorted(path.stem for path in (SITE / "api").glob("*.html"))
    taught = [m for m in modules if page(f"api/{m}.html").select("section > p.taught")]
    assert {"optimizers", "tape", "networks", "sampling"} <= set(taught)
    for module in taught:
        bare = [name for name, links in entries(module).items() if not links]
        assert not bare, f"api/{module}.html: no lesson for {bare}"


LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("*.ipynb"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_function_that_a_lesson_shows_in_use_links_to_it_and_the_lesson_back(lesson):
    cells = json.loads((ROOT / f"lessons/{lesson}.ipynb").read_text("utf-8"))["cells"]
    code = "\n".join(
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code"
        and "remove-cell" not in cell["metadata"].get("tags", [])
    )
    box = page(f"lessons/{lesson}.html").select_one(".admonition.promise")
    back = {a["href"].removeprefix("../api/") for a in box.select("a[href*='/api/']")}
    teaches = {href.removesuffix(".html") for href in back if "#" not in href}
    assert teaches
    called = 0
    for module, names in IMPORTED.findall(code):
        if not (SITE / f"api/{module}.html").exists():
            continue
        there = entries(module)
        for name in re.findall(r"\w+", names):
            full = f"descent.{module}.{name}"
            if full in there and re.search(rf"\b{name}\(", code):
                called += 1
                assert any(href.startswith(f"{lesson}.html") for href in there[full]), full
                if module in teaches:
                    assert f"{module}.html#{full}" in back, full
    assert called
