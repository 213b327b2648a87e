"""Python in the page, used: nothing before the first press, edits that stay, Stop that
stops, cells that would take the page down, keys, small screens, paper and files.
"""

import json

import pytest
from axe_core_python.sync_playwright import Axe
from page_reader import Reader
from python_page import STARTS, PagePython, runtime
from site_pages import SITE

LESSON, LAB = "lessons/gradient_descent.html", "labs/gradient_descent_lab.html"
FIRST = 0  # its imports
SHOWN = 2  # it prints


@pytest.fixture(scope="module")
def lesson(browser, address):
    """One page for all tests, since Python takes its seconds to start."""

    runtime()
    reader = Reader(browser, address, permissions=["clipboard-read", "clipboard-write"])
    reader.open(LESSON)
    reader.page.set_default_timeout(STARTS)
    yield reader
    reader.close()


@pytest.fixture
def page(lesson):
    """The page as a reader first meets it, but for what Python remembers."""
    lesson.page.emulate_media(media="screen")
    lesson.page.set_viewport_size({"width": 1100, "height": 900})
    python = PagePython(lesson.page)
    python.undo()
    return python


def fetched(asked):
    """What of Python a page has asked for."""
    apart = ("/pyodide/", "/page/cells/", "course.json", "session.py", "worker.mjs", ".whl")
    return [url for url in asked if any(part in url for part in apart)]


def test_nothing_is_loaded_before_the_first_press_and_all_from_this_site(lesson):
    python = PagePython(lesson.page)
    lesson.page.wait_for_load_state("networkidle")
    asked = [url for _, url in lesson.requests]
    assert fetched(asked) == [] and any(url.endswith("/page/start.mjs") for url in asked)
    python.run(1)  # a request to another host would be a problem of the reader's
    asked = [url for _, url in lesson.requests]
    assert any("/pyodide/" in url for url in fetched(asked))
    assert not any("sympy" in url for url in asked), "only what the cells need"


def test_an_edit_runs_survives_a_reload_and_can_be_undone(page):
    original = page.cell(SHOWN).locator("pre").first.text_content()
    page.write(SHOWN, "print('mine', 6 * 7)\nlen('four')")
    page.run(SHOWN)  # by the pointer, with the cursor in the text: nothing may move away
    assert page.output(SHOWN).inner_text().split() == ["mine", "42", "4"]
    assert page.page.locator(".page-python").get_by_text("1 edited").is_visible()
    page.page.reload()
    page = PagePython(page.page)
    assert page.cell(SHOWN).locator("textarea").input_value().startswith("print('mine'")
    assert page.output(SHOWN).count() == 0, "an output does not outlive its page"
    page.page.get_by_role("button", name="Undo all edits").click()
    assert page.cell(SHOWN).locator("textarea").count() == 0
    assert page.cell(SHOWN).locator("pre").first.text_content() == original
    page.page.reload()
    page = PagePython(page.page)
    assert page.cell(SHOWN).locator("textarea").count() == 0
    assert (
        page.page.evaluate(
            "Object.keys(localStorage).filter(k => k.includes('descent')).length"
        )
        == 0
    )


def test_an_edit_of_what_the_course_has_changed_since_is_not_put_in(page):
    page.write(SHOWN, "mine = 1")
    page.page.evaluate(
        """() => { const key = Object.keys(localStorage).find(k => k.includes('#'));
        const kept = JSON.parse(localStorage.getItem(key));
        kept.original = 'another text';
        localStorage.setItem(key, JSON.stringify(kept)); }"""
    )
    page.page.reload()
    assert PagePython(page.page).cell(SHOWN).locator("textarea").count() == 0


def test_reset_gives_back_code_output_and_figure(page):
    figure = page.page.locator("div.cell.runs:has(figure)").first
    name = figure.get_attribute("id").removeprefix("cell-")
    image = figure.locator("figure img")
    before = image.get_attribute("src"), image.get_attribute("alt")
    page.run(name)
    assert image.get_attribute("src").startswith("data:image/png")
    assert image.get_attribute("alt") == before[1]
    assert figure.locator("figcaption").is_visible()
    page.write(name, "from matplotlib import pyplot\npyplot.plot([1, 2]);")
    page.run(name)
    assert image.get_attribute("alt") == "What this cell drew, after an edit."
    page.press(name, "Reset")
    assert (image.get_attribute("src"), image.get_attribute("alt")) == before
    assert page.cell(name).locator("textarea").count() == 0
    assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") > 100


def test_an_edit_above_runs_again_what_is_below_it(page):
    page.write(FIRST, "import numpy as np\nprint('first')\nk = 1")
    page.write(1, "print('second', k)")
    page.write(SHOWN, "print(k)")
    page.run(SHOWN)
    assert page.output(SHOWN).inner_text().strip() == "1"
    page.write(FIRST, "k = 2")
    page.run(SHOWN)
    assert page.output(SHOWN).inner_text().strip() == "2"
    assert page.output(1).inner_text().strip() == "second 2"


def test_an_error_shows_the_readers_line_and_stops_what_is_below(page):
    page.write(FIRST, "def f(x):\n    return 1 / x\n\nf(0)")
    page.press(SHOWN, "Run")
    page.wait(SHOWN, "A cell above has an error")
    said = page.output(FIRST).inner_text()
    assert "line 2, in f" in said and "return 1 / x" in said
    assert "ZeroDivisionError: division by zero" in said
    page.cell(SHOWN).get_by_role("button", name="Go to it").click()
    assert page.page.evaluate(
        "document.activeElement.closest('div.cell') === document.querySelector('.runs')"
    )
    page.write(FIRST, "if True print(1)")
    page.run(FIRST, "Error")
    assert "SyntaxError" in page.output(FIRST).inner_text()


def test_a_check_out_of_sight_that_fails_after_an_edit_stops_nothing(page):
    shown = page.page.evaluate(
        """async () => {
          const { notebook } = document.querySelector('.page-python');
          const list = await notebook.list();
          const at = list.findIndex(e => !notebook.cells.has(e.id));
          list[at].source = 'assert False';
          notebook.ran.delete(list[at].id);
          return list.slice(at).find(e => notebook.cells.has(e.id)).id;
        }"""
    )
    page.run(shown)


HOSTILE = {
    "endless loop": "while True:\n    pass",
    "endless printing": "while True:\n    print('x' * 70)",
    "endless sleep": "import time\ntime.sleep(10_000)",
    "except everything": (
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass"
    ),
}


def test_stop_stops_whatever_runs_and_python_starts_anew(page):
    for name, code in HOSTILE.items():
        page.write(FIRST, f"print('begun')\n{code}")
        page.press(FIRST, "Run")
        page.output(FIRST).get_by_text("begun").first.wait_for()
        page.page.wait_for_timeout(500)
        shown = len(page.output(FIRST).inner_text())
        assert shown < 150_000, f"{name}: {shown} characters"
        page.press(FIRST, "Stop")
        page.wait(FIRST, "Stopped.", timeout=5_000)
        assert page.cell(FIRST).get_by_role("button", name="Stop").count() == 0
    page.press(FIRST, "Reset")
    page.run(SHOWN)
    assert "rate 1.5" in page.output(SHOWN).inner_text()


def test_huge_output_is_cut_and_says_so(page):
    page.write(FIRST, "for i in range(10**6):\n    print(i)")
    page.run(FIRST)
    said = page.output(FIRST).inner_text()
    assert len(said) < 150_000 and "100,000 characters: the rest is not shown" in said
    page.write(FIRST, "for i in range(100):\n    display(i)")
    page.run(FIRST)
    assert "more than 40 objects" in page.output(FIRST).inner_text()
    page.write(FIRST, "'y' * 10**7")
    page.run(FIRST)
    assert len(page.output(FIRST).inner_text()) < 150_000


MEMORY = {
    "an array": "import numpy as np\nnp.ones(2 * 10**8)",
    "many arrays": "import numpy as np\na = [np.ones(10**7) for _ in range(1000)]",
    "a list": "a = [0]\nwhile True:\n    a = a * 2",
    "a recursion": "def f(n):\n    return f(n + 1)\n\nf(0)",
}


def test_a_cell_that_takes_all_memory_leaves_the_page_usable(page):
    for name, code in MEMORY.items():
        page.write(FIRST, code)
        page.press(FIRST, "Run")
        page.page.wait_for_function(
            "() => /^Error|^Python ended/.test("
            "document.querySelector('div.cell.runs .page-bar [role=status]').textContent)"
        )
        said = page.output(FIRST).inner_text() + page.status(FIRST)
        assert any(w in said for w in ("MemoryError", "Recursion", "Python ended")), name
        page.write(FIRST, "a = None\nprint('alive')")
        page.run(FIRST)
        assert "alive" in page.output(FIRST).inner_text(), name


def test_all_by_keys(page):
    edit = page.cell(SHOWN).get_by_role("button", name="Edit")
    edit.focus()
    page.page.keyboard.press("Enter")
    area = page.cell(SHOWN).locator("textarea")
    assert area.evaluate("a => a === document.activeElement")
    assert page.cell(SHOWN).locator(".page-help").is_visible()
    page.page.keyboard.press("Control+a")
    page.page.keyboard.type("if 1:\nx = 3\nprint(x)")
    assert area.input_value() == "if 1:\n    x = 3\n    print(x)", "Enter keeps the depth"
    page.page.keyboard.press("Shift+Tab")
    assert area.input_value().endswith("\nprint(x)")
    page.page.keyboard.press("Home")
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Control+z")
    assert area.input_value().endswith("\nprint(x)"), "undo knows what Tab typed"
    page.page.keyboard.press("Shift+Enter")
    page.wait(SHOWN, "Done")
    assert page.output(SHOWN).inner_text().strip() == "3"
    area.focus()
    page.page.keyboard.press("Escape")
    assert page.page.evaluate("document.activeElement.textContent") == "Run"
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("document.activeElement.textContent") == "Reset"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_barrier_while_it_is_used(page, colours):
    page.page.evaluate("c => { document.documentElement.dataset.theme = c; }", colours)
    page.write(FIRST, "import sys\nprint(1)\nprint(2, file=sys.stderr)\n1 / 0")
    page.run(FIRST, "Error")
    page.page.add_style_tag(content="* { transition: none !important; }")
    page.page.evaluate(Axe().axe_script)
    used = ".page-python, div.cell.runs:nth-of-type(-n+8)"
    found = page.page.evaluate(
        "async (used) => (await axe.run({include: [...document.querySelectorAll(used)]}))"
        ".violations.map(v => `${v.id}: ${v.nodes[0].html}`)",
        used,
    )
    assert found == []


def test_a_small_screen_shows_all_of_it(page):
    page.page.set_viewport_size({"width": 360, "height": 740})
    page.write(FIRST, f"print({'x' * 300!r})\n# {'y' * 300}")
    page.run(FIRST)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = page.page.evaluate(
        "Math.max(...[...document.querySelectorAll('.page-bar button')]"
        ".filter(b => b.checkVisibility()).map(b => b.getBoundingClientRect().right))"
    )
    assert right <= 360


def test_paper_has_the_code_and_no_buttons(page):
    page.write(FIRST, "print('what I wrote')")
    page.page.emulate_media(media="print")
    for part in (".page-bar", ".page-python", ".page-editor", ".page-help"):
        assert not page.page.locator(part).first.is_visible(), part
    code = page.cell(FIRST).locator("pre").first
    assert code.is_visible() and "what I wrote" in code.inner_text()


def test_the_copy_button_copies_what_was_edited(page):
    page.write(FIRST, "print('copied')")
    page.cell(FIRST).hover()
    page.cell(FIRST).locator("button.copybtn").click()
    copied = page.page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == "print('copied')"


@pytest.mark.parametrize("path", [LESSON, LAB])
def test_a_page_read_as_a_file_has_no_buttons_and_asks_for_no_module(reader, path):
    page = reader((SITE / path).as_uri())
    assert page.locator(".page-bar, .page-python").count() == 0
    assert not any(url.endswith(".mjs") for url in reader.asked())


def test_a_site_without_python_has_no_buttons_and_no_error(reader, address):
    """The file that a build writes where no source gave Python."""
    page = reader("intro.html")
    page.route(
        "**/page/runtime.mjs",
        lambda route: route.fulfill(
            body="export default null;\n", content_type="text/javascript"
        ),
    )
    page.goto(address + LESSON)
    page.wait_for_load_state("networkidle")
    assert page.locator(".page-bar, .page-python").count() == 0
    assert json.loads((SITE / "page" / "course.json").read_text())["wheel"]
