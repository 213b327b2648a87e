"""What a reader moves is drawn at once; the rest follows in turn, one part in a frame."""

import itertools
import re

import pytest

FIGURE = """async () => {
  const { Figure } = await import("/core/figure.mjs");
  document.body.innerHTML = `<figure id="fig-x"><div data-live="x"></div></figure>`;
  const log = (window.log = []);
  window.figure = new Figure(document.querySelector("[data-live]"), {
    parameters: { v: { label: "v", value: 1, min: 0, max: 1000, step: 1 } },
    build: ({ column, chart }) => {
      const one = chart(column(3), { label: "x", x: [0, 1], y: [0, 1] });
      return (p) => {
        log.push(`draw ${p.v}`);
        one.limits({ x: [0, p.v] });
        const part = (name) => () => log.push(`${name} ${p.v}`);
        return ["Said:", `${p.v}.`, part("first"), part("second")];
      };
    },
  });
  figure.wake();
  while (!log.length) await new Promise(requestAnimationFrame);
  window.early = [...log];
}"""
# A change in each of so many frames, and what the page says meanwhile.
DRAG = """async (frames) => {
  const said = new Set(), values = new Set(), ticks = new Set();
  for (let v = 2; v < 2 + frames; v++) {
    figure.set({ v });
    await new Promise(requestAnimationFrame);
    said.add(document.querySelector(".live-words").textContent);
    values.add(document.querySelector(".live-value").textContent);
    ticks.add(document.querySelector(".live-axes").textContent);
  }
  return [said.size, values.size, ticks.size, [...log]];
}"""


@pytest.fixture
def page(figure_page):
    figure_page.evaluate(FIGURE)
    figure_page.locator("[data-ready]").wait_for()
    return figure_page


def test_a_part_a_frame_and_none_starves(page):
    page.evaluate("log.length = 0")
    said, values, ticks, log = page.evaluate(DRAG, 60)
    between = [
        len(list(group))
        for drawn, group in itertools.groupby(log, lambda entry: entry.startswith("draw"))
        if not drawn
    ]
    assert max(between) == 1
    for part in ("first", "second"):
        assert sum(entry.startswith(part) for entry in log) >= 5
    assert min(said, values, ticks) >= 5


def test_in_the_end_all_is_of_the_last_setting(page):
    page.evaluate(DRAG, 7)
    page.locator("[data-ready]").wait_for()
    log = page.evaluate("log")
    last = log.index("draw 8")
    assert sorted(log[last:]) == ["draw 8", "first 8", "second 8"]
    assert page.locator(".live-words").inner_text() == "Said: 8."
    assert page.locator(".live-value").inner_text() == "8"
    assert page.locator(".live-tick", has_text=re.compile("^8$")).count() == 1


def test_the_first_picture_is_whole_in_its_first_frame(figure_page):
    figure_page.evaluate(FIGURE)
    assert figure_page.evaluate("early") == ["draw 1", "first 1", "second 1"]


def test_the_latest_answer_is_kept(javascript):
    """Asked for the same it is not computed again; for another it is."""
    found = javascript(
        "core/latest.mjs",
        """({ latest }) => {
          let count = 0;
          const f = latest((a, b) => { count += 1; return [a, b]; });
          const same = f(1, "x") === f(1, "x");
          const other = f(1, "y")[1];
          return [same, other, f(1, "x")[1], count];
        }""",
    )
    assert found == [True, "y", "x", 3]
