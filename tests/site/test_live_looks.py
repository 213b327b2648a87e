"""Every live figure of the site, looked at: barriers, room, paper, files, no scripts."""

import pytest
from axe_core_python.sync_playwright import Axe
from live_page import EVERY
from site_pages import SITE


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
    figure.figure.locator("[data-ready]").wait_for()
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
