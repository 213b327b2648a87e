"""Every live figure of the site, used as readers use it: keys, pointer, address, links."""

from urllib.parse import parse_qsl

from live_page import EVERY, QUIET, figures


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
    figure = live(path, name)
    first = figure.seen()
    key = figure.controls.first.get_attribute("data-parameter")
    for query in (f"?{key}=<b>", "?__proto__=1&other=2", "?"):
        figure.page.evaluate("hash => { location.hash = hash; }", name + query)
        assert figure.seen() == first
    assert live(path, name, f"?{key}=NaN").seen() == first


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
