"""Every cell that runs in a page gives there what the page has stored: the same words,
and figures that plot the same data, though Matplotlib and NumPy are older there.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import drawn
import pytest
from python_page import RUNS, PagePython, listed, printed, runtime, stored
from site_pages import ROOT, content_pages

PAGES = [p for p in content_pages() if p.startswith("lessons/")]
LABS = [p for p in content_pages() if p.startswith("labs/")]
DRAWN = Path(drawn.__file__).read_text(encoding="utf-8")
ALL = ["numpy", "matplotlib"]
# A graph's boxes are as wide as their words are in the version's font engine; and the one
# figure that plots round-off plots that of the page's own sine.
LOOSE = {"7cc60e06": 5e-4, "ce75de98": 5e-4, "6bbb69b1": 5e-4, "47fac3cd": 0.02}
# The same session, on this machine's own NumPy and Matplotlib.
HERE = """
import json, runpy, sys, types
sys.modules["page_session"] = session = types.ModuleType("page_session")
exec(open("page/session.py").read(), session.__dict__)
cells = json.load(sys.stdin)
watch = {}
exec(open("tests/site/drawn.py").read(), watch)
watch["watch"]()
for n, cell in enumerate(cells, start=1):
    ok = session.run(cell["id"], cell["source"], n, lambda event: None)
    assert ok or cell["raises"], cell["id"]
json.dump(watch["DRAWN"], sys.__stdout__)
"""


def drawn_here(cells):
    """What each cell plots in this very Python, without PyTorch's cells."""
    environment = {"PYTHONPATH": "src", "MPLBACKEND": "agg", "TQDM_DISABLE": "1"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HERE],
        input=json.dumps(cells),
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout)


@pytest.mark.parametrize("path", PAGES)
def test_every_cell_prints_and_draws_what_is_stored(reader, path):
    runtime()
    page = reader(path)
    python = PagePython(page)
    cells = [cell for cell in listed(path) if not cell["lacks"]]
    python.ask(f"_drawn = {{}}\nexec({DRAWN!r}, _drawn)\n_drawn['watch']()", ALL)
    page.set_default_timeout(RUNS)
    page.locator(".page-python").get_by_role("button", name="Run all").click()
    page.wait_for_function(
        "() => !document.querySelector('.page-python').notebook.python.running"
        " && !document.querySelector('.page-python').notebook.due"
    )
    there = json.loads(python.ask("import json\nprint(json.dumps(_drawn['DRAWN']))"))
    here, kept, wrong = drawn_here(cells), stored(path), []
    ran = page.evaluate("[...document.querySelector('.page-python').notebook.ran.keys()]")
    for cell in cells:
        name, shown = cell["id"], python.cell(cell["id"])
        if name not in ran and not cell["raises"]:
            wrong.append(f"{name} did not run")
            continue
        if shown.count():
            words = shown.locator(".page-output .stream pre").all_text_contents()
            if "".join(words) != printed(kept[name]):
                wrong.append(f"{name} prints {''.join(words)!r}")
            pictures = sum("image/png" in o.get("data", {}) for o in kept[name]["outputs"])
            if shown.locator(".page-output figure img").count() != pictures:
                wrong.append(f"{name} shows another number of figures")
        a, b = here.get(name, []), there.get(name, [])
        if len(a) != len(b):
            wrong.append(f"{name} draws {len(b)} figures")
        for one, other in zip(a, b):
            wrong += [
                f"{name}: {said}"
                for said in drawn.differences(one, other, LOOSE.get(name, 1e-6))
            ]
    assert not wrong, "\n".join(wrong)
    assert len([c for c in cells if python.cell(c["id"]).count()]) > len(cells) // 2


@pytest.mark.parametrize("path", PAGES + LABS)
def test_cells_that_need_what_a_page_lacks_say_so_and_have_no_button(reader, path):
    runtime()
    page = reader(path)
    PagePython(page)
    for cell in listed(path):
        shown = page.locator(f"#cell-{cell['id']}")
        if not shown.count():
            continue  # a cell that the page does not show
        buttons = shown.get_by_role("button", name="Run", exact=True, include_hidden=True)
        assert buttons.count() == (0 if cell["lacks"] else 1), cell["id"]
        if cell["lacks"]:
            assert cell["lacks"] in shown.locator(".page-lacks").text_content()
    lacking = sum(bool(c["lacks"]) for c in listed(path))
    words = page.locator(".page-python").text_content()
    assert ("run them in the notebook" in words) == (
        lacking > 0 and page.locator("div.cell.lacks").count() > 0
    )


def test_a_figure_that_plots_something_else_is_seen():
    from matplotlib.figure import Figure

    figures = []
    for values in ([1.0, 2.0, 4.0], [1.0, 2.0, 4.001], [1.0, 4.0, 2.0]):
        figure = Figure()
        figure.subplots().plot(values)
        figures.append(drawn.measured(figure))
    assert drawn.differences(figures[0], figures[0]) == []
    assert drawn.differences(figures[0], figures[1])
    assert drawn.differences(figures[0], figures[2])
