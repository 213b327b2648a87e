"""Every live figure of the site, used as readers use it: keys, pointer, address, paper."""

import re
from urllib.parse import parse_qsl

import pytest
from axe_core_python.sync_playwright import Axe
from site_pages import SITE, lesson_pages

FIGURE = re.compile(r'<figure[^>]* id="([^"]+)"[^>]*>\s*<div class="live"')


def figures():
    """Page and id of each live figure."""
    return [
        (path, name)
        for path in lesson_pages()
        for name in FIGURE.findall((SITE / path).read_text(encoding="utf-8"))
    ]


EVERY = pytest.mark.parametrize(("path", "name"), figures())
QUIET = 900  # ms, after which a setting has been read out and is in the address

SEEN = """async (name) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame(); await frame();
  const figure = document.getElementById(name);
  while (figure.querySelector("[data-busy]")) await frame();
  return { words: figure.querySelector(".live-words").textContent,
           picture: figure.querySelector(".live-stage").innerHTML };
}"""
NAMELESS = re.compile(r"live-clip-\d+")


class Live:
    """One figure on an open page."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.figure = page.locator(f"figure#{name}")
        self.figure.locator("[data-ready]").wait_for()
        self.controls = self.figure.locator(".live-controls [data-parameter]")
        self.handles = self.figure.locator(".live-handle")
        self.buttons = self.figure.locator(".live-buttons button")
        page.add_style_tag(content="html { scroll-behavior: auto !important }")

    def seen(self):
        seen = self.page.evaluate(SEEN, self.name)
        return seen | {"picture": NAMELESS.sub("", seen["picture"])}

    def reset(self):
        self.buttons.filter(has_text="Reset").click()
        return self.seen()

    def changed(self, before, what):
        after = self.seen()
        assert after["words"] != before["words"], f"{what}: the words stay"
        assert after["picture"] != before["picture"], f"{what}: the picture stays"

    def press(self, control):
        """Change a control from the keyboard."""
        kind = control.evaluate("e => e.type")
        control.focus()
        if kind == "checkbox":
            return self.page.keyboard.press("Space")
        at_end = "e => e.type === 'range' ? +e.value + +e.step > +e.max + 1e-9"
        at_end += " : e.selectedIndex === e.length - 1"
        back = control.evaluate(at_end)
        keys = ("ArrowLeft", "ArrowRight") if kind == "range" else ("ArrowUp", "ArrowDown")
        self.page.keyboard.press(keys[0] if back else keys[1])

    def each_enabled(self):
        """Every control, in a setting in which it is not disabled."""
        for i in range(self.controls.count()):
            control = self.controls.nth(i)
            if control.is_disabled():
                self._enable(control)
            yield control, control.get_attribute("data-parameter")
            self.reset()

    def _enable(self, control):
        selects = self.figure.locator(".live-controls select")
        for j in range(selects.count()):
            for value in selects.nth(j).evaluate("s => [...s.options].map(o => o.value)"):
                selects.nth(j).select_option(value)
                self.seen()
                if control.is_enabled():
                    return
        raise AssertionError(f"nothing enables {control.get_attribute('data-parameter')}")


@pytest.fixture
def live(reader):
    def open_figure(path, name, query="", **options):
        options = {"viewport": {"width": 1280, "height": 900}, "formulas": False, **options}
        return Live(reader(f"{path}#{name}{query}", **options), name)

    return open_figure


def test_there_are_live_figures():
    assert len(figures()) >= 3


@EVERY
def test_everything_works_from_the_keyboard(live, path, name):
    figure = live(path, name)
    first = figure.seen()
    assert figure.controls.count() >= 1
    for control, parameter in figure.each_enabled():
        before = figure.seen()
        figure.press(control)
        figure.changed(before, parameter)
    assert figure.reset() == first
    for i in range(figure.handles.count()):
        figure.handles.nth(i).focus()
        figure.page.keyboard.press("ArrowRight")
        figure.changed(first, f"handle {i}")
        assert figure.reset() == first
    for i in range(figure.buttons.count() - 1):
        figure.buttons.nth(i).focus()
        figure.page.keyboard.press("Enter")
        figure.changed(first, f"button {i}")
        assert figure.reset() == first


@EVERY
def test_everything_works_with_the_pointer(live, path, name):
    figure = live(path, name)
    first = figure.seen()
    for control, parameter in figure.each_enabled():
        before = figure.seen()
        kind = control.evaluate("e => e.type")
        if kind == "range":
            box = control.bounding_box()
            place = control.evaluate("e => (e.value - e.min) / (e.max - e.min)")
            x = box["width"] * (0.25 if place > 0.5 else 0.75)
            control.click(position={"x": x, "y": box["height"] / 2})
        elif kind == "checkbox":
            control.click()
        else:
            others = control.evaluate(
                "s => [...s.options].map(o => o.value).filter(v => v !== s.value)"
            )
            control.select_option(others[-1])
        figure.changed(before, parameter)
    for i in range(figure.handles.count()):
        handle = figure.handles.nth(i)
        handle.scroll_into_view_if_needed()
        box = handle.locator(".live-knob").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse = figure.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 25, y - 20, steps=3)
        mouse.up()
        figure.changed(first, f"handle {i}")
        assert figure.reset() == first


@EVERY
def test_a_setting_is_in_the_address_and_is_said(live, path, name):
    figure = live(path, name)
    figure.press(figure.controls.first)
    figure.page.wait_for_timeout(QUIET)
    seen, url = figure.seen(), figure.page.url
    assert f"#{name}?" in url
    assert figure.figure.get_by_role("status").inner_text() == seen["words"]
    again = live(path, name, "?" + url.partition("?")[2])
    assert again.seen() == seen
    again.reset()
    again.page.wait_for_timeout(QUIET)
    assert again.page.url.endswith(f"#{name}")


@EVERY
def test_nonsense_in_the_address_is_ignored(live, path, name):
    first = live(path, name).seen()
    key = live(path, name).controls.first.get_attribute("data-parameter")
    for query in (f"?{key}=<b>", f"?{key}=NaN", "?__proto__=1&other=2", "?"):
        assert live(path, name, query).seen() == first


@EVERY
def test_links_of_the_text_set_it(live, path, name):
    figure = live(path, name)
    links = figure.page.locator(f'a.live-set[href^="#{name}?"]')
    assert links.count() >= 1, "no live-set link leads to it"
    for i in range(links.count()):
        figure.reset()
        wanted = dict(parse_qsl(links.nth(i).get_attribute("data-live-set")))
        control = figure.controls.first
        figure.press(control)
        if control.input_value() == wanted.get(control.get_attribute("data-parameter")):
            figure.press(control)  # elsewhere than where the link leads
        first = figure.seen()
        links.nth(i).focus()
        figure.page.keyboard.press("Enter")
        figure.changed(first, wanted)
        frame = figure.figure.locator(".live-stage").bounding_box()
        assert frame["y"] < 900 and frame["y"] + frame["height"] > 0, "it is out of sight"
        for key, value in wanted.items():
            control = figure.figure.locator(f'[data-parameter="{key}"]')
            if control.count() and control.evaluate("e => e.type") == "select-one":
                assert control.input_value() == value


@EVERY
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_barrier(live, path, name, colours):
    figure = live(path, name, color_scheme=colours, formulas=True)
    figure.page.evaluate(Axe().axe_script)
    found = figure.page.evaluate("name => axe.run(document.getElementById(name))", name)
    said = [
        f"{v['id']}: {n['html'][:160]}" for v in found["violations"] for n in v["nodes"]
    ]
    assert said == []


CUT = """(name) => [...document.querySelectorAll(`#${name} svg text`)].filter((text) => {
  const [box, frame] = [text, text.ownerSVGElement].map((e) => e.getBoundingClientRect());
  return text.textContent
    && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
      || box.bottom > frame.bottom + 1);
}).map((text) => text.textContent)"""


@EVERY
@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits(live, path, name, width):
    figure = live(path, name, viewport={"width": width, "height": 800}, formulas=True)
    wide = "document.documentElement.scrollWidth"
    assert figure.page.evaluate(wide) <= width
    assert figure.page.evaluate(CUT, name) == []
    box = figure.figure.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    figure.page.set_viewport_size({"width": 700, "height": 800})
    figure.page.wait_for_timeout(100)
    assert figure.page.evaluate(wide) <= 700
    assert figure.page.evaluate(CUT, name) == []


STILL = """(name) => {
  const figure = document.getElementById(name);
  const image = figure.querySelector(".live > img");
  const widget = figure.querySelector(".live-widget");
  return [image.checkVisibility() && image.naturalWidth > 600,
          Boolean(widget?.checkVisibility()), figure.querySelectorAll("figcaption").length];
}"""


@EVERY
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_paper_has_the_static_picture(live, path, name, colours):
    figure = live(path, name, color_scheme=colours)
    assert figure.page.evaluate(STILL, name) == [False, True, 1]
    figure.page.emulate_media(media="print")
    assert figure.page.evaluate(STILL, name) == [True, False, 1]


@EVERY
def test_a_file_has_the_static_picture_and_asks_for_no_module(reader, path, name):
    page = reader((SITE / path).as_uri())
    page.wait_for_timeout(300)
    assert page.evaluate(STILL, name) == [True, False, 1]
    assert reader.asked() and not [url for url in reader.asked() if url.endswith(".mjs")]


@EVERY
def test_without_scripts_it_is_a_picture(reader, path, name):
    page = reader(path, java_script_enabled=False)
    assert page.locator(f"#{name} .live > img").is_visible()
    assert page.locator(f"#{name} .live-widget").count() == 0


def test_pages_without_a_live_figure_load_none_of_it(reader):
    page = reader("intro.html")
    page.wait_for_load_state("networkidle")
    assert reader.asked() and not [url for url in reader.asked() if "/live/" in url]


NETWORK = ("lessons/digits_from_scratch.html", "fig-digits-from-scratch-live")


def test_points_are_drawn_with_keys_and_pointer(live):
    figure = live(*NETWORK)
    figure.buttons.filter(has_text="Clear points").click()
    assert "No points yet" in figure.seen()["words"]
    figure.handles.focus()
    figure.page.keyboard.press("Enter")
    assert "of 1 points" in figure.seen()["words"].replace("All 1", "of 1")
    figure.figure.locator('[data-parameter="brush"]').select_option("orange")
    figure.handles.focus()
    figure.page.keyboard.press("Shift+ArrowRight")
    figure.page.keyboard.press("Space")
    plane = figure.figure.locator("svg").first
    box = plane.bounding_box()
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"]
    figure.page.mouse.click(x, y)
    assert "3 points" in figure.seen()["words"]
    assert figure.figure.locator('[data-parameter="data"]').input_value() == "own"
    figure.page.wait_for_timeout(QUIET)
    query = dict(parse_qsl(figure.page.url.partition("?")[2]))
    assert query["blue"] == "ee" and query["orange"].startswith("oe")
    assert len(query["orange"]) == 4
    again = live(*NETWORK, "?" + figure.page.url.partition("?")[2])
    assert again.seen() == figure.seen()


def test_training_runs_until_it_is_paused(live):
    figure = live(*NETWORK, "?steps=0")
    steps = figure.figure.locator('[data-parameter="steps"]')
    start = figure.buttons.filter(has_text="Start")
    assert steps.input_value() == "0" and figure.buttons.first.inner_text() == "Start"
    start.focus()
    figure.page.keyboard.press("Enter")
    figure.page.wait_for_function(
        "(name) => +document.querySelector(`#${name} [data-parameter=steps]`).value > 20",
        arg=figure.name,
    )
    assert figure.buttons.first.inner_text() == "Pause"
    figure.page.keyboard.press("Enter")
    rest = figure.seen()
    figure.page.wait_for_timeout(QUIET)
    assert figure.seen() == rest
    assert f"steps={steps.input_value()}" in figure.page.url
    # A run in one go ends where the run in frames has ended.
    again = live(*NETWORK, "?" + figure.page.url.partition("?")[2])
    assert again.seen() == rest
