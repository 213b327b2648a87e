"""A live figure on an open page, as a reader sees and uses it."""

import re

import pytest
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
  const drawn = () => figure.querySelector("[data-ready]");
  for (let i = 0; i < 10 && !drawn(); i++) await frame(); // a running figure never is
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
