"""Sliders in powers of ten, and drawing with the pointer."""

import pytest

SLIDER = """async ([first, step]) => {
  const { controls } = await import("/core/controls.mjs");
  const { accepted } = await import("/core/state.mjs");
  const parameters = { n: {
    label: "number", value: first, min: 1, max: 1000, step, scale: "log" } };
  const state = { n: first };
  window.values = [];
  const made = controls("x", parameters, (patch) => {
    Object.assign(state, accepted(parameters, patch));
    values.push(state.n);
    made.show(state);
  });
  document.body.replaceChildren(made.element);
  document.querySelector("input").style.display = "block";
  made.show(state);
}"""


@pytest.mark.parametrize("first", [1, 2, 17, 400, 1000])
@pytest.mark.parametrize("key", ["ArrowRight", "ArrowLeft"])
def test_a_key_moves_a_whole_number_on_a_slider_in_powers_of_ten(blank_page, first, key):
    blank_page.evaluate(SLIDER, [first, 1])
    blank_page.locator("input").focus()
    for _ in range(8):
        blank_page.keyboard.press(key)
    values = blank_page.evaluate("values")
    way = 1 if key == "ArrowRight" else -1
    path = [first, *values]
    assert all(isinstance(v, int) for v in path)
    for one, other in zip(path, path[1:]):
        assert 0 < way * (other - one) <= max(1, 0.03 * one) or other in (1, 1000)
    if first not in (1, 1000):
        assert path[-1] != first


def test_keys_do_not_wait_for_the_value_to_be_shown(blank_page):
    late = SLIDER.replace("    made.show(state);\n  });", "  });")
    assert late != SLIDER
    blank_page.evaluate(late, [1, 1])
    blank_page.locator("input").focus()
    for _ in range(8):
        blank_page.keyboard.press("ArrowRight")
    assert blank_page.evaluate("values") == list(range(2, 10))


def test_a_drag_does_not_run_away_from_the_pointer(blank_page):
    blank_page.evaluate(SLIDER, [1, 1])
    box = blank_page.locator("input").bounding_box()
    places = [box["x"] + 8 + (box["width"] - 16) * share for share in (0, 0.5)]
    y = box["y"] + box["height"] / 2
    blank_page.mouse.move(places[0], y)
    blank_page.mouse.down()
    blank_page.mouse.move(places[-1], y, steps=40)
    blank_page.mouse.up()
    values = blank_page.evaluate("values")
    assert values == sorted(values) and all(isinstance(v, int) for v in values)
    assert 28 <= values[-1] <= 36  # the middle of 1 … 1000 is 31.6


def test_other_numbers_keep_three_digits(blank_page):
    blank_page.evaluate(SLIDER, [2, 0.001])
    blank_page.locator("input").focus()
    blank_page.keyboard.press("ArrowRight")
    assert blank_page.evaluate("values") == [2.04]


PEN = """async () => {
  const { Chart } = await import("/core/chart.mjs");
  const { pen } = await import("/core/pen.mjs");
  document.body.innerHTML = '<div id="host" style="width: 300px"></div>';
  const host = document.getElementById("host");
  const chart = new Chart(host, { label: "x", x: [0, 1], y: [0, 1] });
  chart.resize(300);
  window.marks = [];
  pen(chart, { change: (make) => make("state"), mark: (...mark) => marks.push(mark) });
  const { left, top } = chart.svg.getBoundingClientRect();
  const places = [[0.25, 0.5], [0.5, 0.75]];
  return places.map(([x, y]) => [left + chart.sx(x), top + chart.sy(y)]);
}"""


def test_a_press_marks_and_a_stroke_goes_on(blank_page):
    first, second = blank_page.evaluate(PEN)
    mouse = blank_page.mouse
    mouse.move(*first)
    mouse.down()
    mouse.move(*second, steps=4)
    mouse.up()
    mouse.move(*first)  # no button is down
    marks = blank_page.evaluate("marks")
    assert len(marks) == 5
    assert [stroke for *_, stroke in marks] == [False, True, True, True, True]
    assert marks[0][1:3] == pytest.approx([0.25, 0.5], abs=0.01)
    assert marks[-1][1:3] == pytest.approx([0.5, 0.75], abs=0.01)


def test_beside_the_axes_nothing_is_marked(blank_page):
    blank_page.evaluate(PEN)
    box = blank_page.locator("svg").bounding_box()
    blank_page.mouse.click(box["x"] + 5, box["y"] + 5)
    assert blank_page.evaluate("marks") == []


def test_a_finger_taps_once(browser, blank_page):
    context = browser.new_context(has_touch=True)
    page = context.new_page()
    page.goto(blank_page.url)
    first, _ = page.evaluate(PEN)
    page.touchscreen.tap(*first)
    assert [stroke for *_, stroke in page.evaluate("marks")] == [False]
    context.close()


HANDLE = """async (keys) => {
  const { Chart } = await import("/core/chart.mjs");
  const { handle } = await import("/core/handle.mjs");
  const { accepted } = await import("/core/state.mjs");
  document.body.innerHTML = '<div id="host" style="width: 300px"></div>';
  const host = document.getElementById("host");
  const chart = new Chart(host, { label: "x", x: [0, 1], y: [0, 1] });
  chart.resize(300);
  const one = { label: "place", value: 0.5, min: 0, max: 1, step: 0.01 };
  const parameters = { a: one, b: one };
  window.state = { a: 0.5, b: 0.5, pressed: 0 };
  const set = (patch) => {
    Object.assign(state, accepted(parameters, patch));
    draw(state, state.a, state.b);
  };
  const press = () => ({ b: (state.pressed += 1) / 10 });
  const options = { label: "x", parameters, set, text: () => "", press };
  const draw = handle(chart, { ...options, ...keys });
  set({});
}"""


@pytest.mark.parametrize(
    ("key", "one", "both"),
    [
        ("ArrowLeft", [0.49, 0.5], [0.49, 0.5]),
        ("ArrowUp", [0.51, 0.5], [0.5, 0.51]),
        ("Shift+ArrowRight", [0.6, 0.5], [0.6, 0.5]),
        ("PageUp", [0.6, 0.5], [0.5, 0.6]),
        ("PageDown", [0.4, 0.5], [0.5, 0.4]),
        ("Home", [0, 0.5], [0, 0.5]),
        ("End", [1, 0.5], [1, 0.5]),
        ("Enter", [0.5, 0.1], [0.5, 0.1]),
        ("Space", [0.5, 0.1], [0.5, 0.1]),
        ("Control+ArrowLeft", [0.5, 0.5], [0.5, 0.5]),
    ],
)
def test_the_keys_of_a_handle(blank_page, key, one, both):
    for keys, want in (({"x": "a"}, one), ({"x": "a", "y": "b"}, both)):
        blank_page.evaluate(HANDLE, keys)
        blank_page.locator(".live-handle").focus()
        blank_page.keyboard.press(key)
        assert blank_page.evaluate("[state.a, state.b]") == want
