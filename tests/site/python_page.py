"""A page whose Python runs: what tests do with it, by its buttons and beside them."""

import json
import re
from pathlib import Path

import pytest
from site_pages import ROOT, SITE

STATUS = ".page-bar [role=status]"
# Python starts in about five seconds on a quiet machine; tests run on busy ones.
STARTS, RUNS = 240_000, 480_000


def runtime():
    """The folder of the site that holds Python, or why there is none."""
    told = SITE / "page" / "runtime.mjs"
    if not told.exists():
        pytest.fail("the site has no page/runtime.mjs: `make book`", pytrace=False)
    found = re.search(r'"(.+)"', told.read_text(encoding="utf-8"))
    if found is None:
        failed = ROOT / ".pyodide" / "failed"
        why = failed.read_text(encoding="utf-8") if failed.exists() else "not fetched"
        pytest.skip(f"the site was built without Python in the page: {why}")
    return found[1]


def listed(path):
    """Every code cell of a page, as the page itself reads them."""
    place = SITE / "page" / "cells" / f"{path.removesuffix('.html')}.json"
    return json.loads(place.read_text(encoding="utf-8"))


def stored(path):
    """The notebook's code cells with their outputs, by id."""
    notebook = Path(ROOT, path).with_suffix(".ipynb")
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: cell for cell in cells if cell["cell_type"] == "code"}


def printed(cell):
    """What a cell's stored outputs print."""
    streams = [o for o in cell["outputs"] if o["output_type"] == "stream"]
    return "".join("".join(output["text"]) for output in streams)


class PagePython:
    """The buttons of a page, and its Python asked directly."""

    def __init__(self, page):
        self.page = page
        page.wait_for_selector(".page-python")

    def cell(self, name):
        """The element of a cell by its id, or by its place among those that run."""
        if isinstance(name, int):
            return self.page.locator("div.cell.runs").nth(name)
        return self.page.locator(f"#cell-{name}")

    def press(self, name, word):
        self.cell(name).get_by_role("button", name=word, exact=True).click()

    def status(self, name):
        return self.cell(name).locator(STATUS).inner_text()

    def wait(self, name, words, timeout=RUNS):
        """Until a cell's status begins with ``words``."""
        handle = self.cell(name).element_handle()
        self.page.wait_for_function(
            "([cell, words]) => cell.querySelector('.page-bar [role=status]')"
            ".textContent.startsWith(words)",
            arg=[handle, words],
            timeout=timeout,
        )

    def run(self, name, words="Done"):
        self.press(name, "Run")
        self.wait(name, words)

    def write(self, name, code):
        """Put ``code`` into a cell, as a reader types it."""
        if self.cell(name).locator("textarea").count() == 0:
            self.press(name, "Edit")
        self.cell(name).locator("textarea").fill(code)

    def undo(self):
        """No edit is left, in the page or in the browser's storage."""
        every = self.page.get_by_role("button", name="Undo all edits")
        if every.is_visible():
            every.click()

    def output(self, name):
        return self.cell(name).locator(".page-output")

    def ask(self, code, needs=()):
        """Run ``code`` in the page's Python, past its cells; what it printed."""
        events = self.page.evaluate(
            """async ([code, needs]) => {
              const { notebook } = document.querySelector('.page-python');
              const events = [];
              await notebook.python.run({ id: 'test', code, needs }, (e) => events.push(e));
              return events;
            }""",
            [code, list(needs)],
        )
        errors = [e["text"] for e in events if e["kind"] == "error"]
        assert not errors, errors[0]
        return "".join(e["text"] for e in events if e["kind"] == "stream")
