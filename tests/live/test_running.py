"""Figures that run: shares of work, Start and Pause, out of sight, little motion."""

import statistics

import pytest

FIGURE = """async ([source, set]) => {
  const { Figure } = await import("/core/figure.mjs");
  document.body.innerHTML =
    `<div id="above"></div><figure id="fig-x"><div data-live="x"></div></figure>`;
  const seen = (window.seen = { next: [], work: [], draws: 0 });
  const script = (0, eval)(`(${source})`)(seen);
  window.figure = new Figure(document.querySelector("[data-live]"), script);
  figure.wake();
}"""
# Counts to 1000; a step takes `each` ms of work, of which a frame does what it can.
COUNTER = """(seen) => {
  let done = 0;
  return {
    parameters: {
      steps: { label: "steps", value: 0, min: 0, max: 1000, step: 1 },
      each: { label: "each", value: EACH, min: 0, max: 50, step: 1 },
    },
    actions: [],
    build: ({ column, chart }) => {
      chart(column(3), { label: "x", x: [0, 1], y: [0, 1] });
      return {
        draw: (p) => { seen.draws += 1; return ["Done", `${done} of ${p.steps}.`]; },
        work: (p, until) => {
          const start = performance.now();
          seen.work.push(until - start);
          if (done > p.steps) done = 0;
          while (done < p.steps && performance.now() < until) {
            const end = performance.now() + p.each;
            while (performance.now() < end);
            done += 1;
          }
          return done < p.steps;
        },
        next: (p, ms) => {
          seen.next.push(ms);
          return p.steps < LAST ? { steps: p.steps + 1 } : null;
        },
      };
    },
  };
}"""


@pytest.fixture
def counter(figure_page):
    """``counter(each=2)``: the page with such a figure, drawn."""

    def build(each=0, last=1000):
        source = COUNTER.replace("EACH", str(each)).replace("LAST", str(last))
        figure_page.evaluate(FIGURE, [source, {}])
        figure_page.locator("[data-ready]").wait_for()
        return figure_page

    return build


def steps(page):
    return page.evaluate("figure.state.steps")


def button(page):
    return page.locator(".live-buttons button").first


def until(page, condition):
    page.wait_for_function(condition, timeout=20_000)


def test_nothing_starts_by_itself(counter):
    page = counter()
    page.wait_for_timeout(200)
    assert steps(page) == 0 and button(page).inner_text() == "Start"
    assert page.evaluate("seen.next.length") == 0
    assert page.evaluate("seen.draws") <= 3  # once, and when its size and place were known


def test_start_pause_and_the_address(counter):
    page = counter()
    button(page).click()
    until(page, "figure.state.steps > 5")
    assert button(page).inner_text() == "Pause"
    assert page.evaluate("seen.next[0]") == 0
    assert page.evaluate("seen.next.slice(1).every((ms) => ms >= 1 && ms <= 250)")
    page.wait_for_timeout(700)
    assert "?" not in page.url, "an address is written only at rest"
    button(page).press("Enter")
    now = steps(page)
    page.wait_for_timeout(900)
    assert steps(page) == now and button(page).inner_text() == "Start"
    assert page.url.endswith(f"#fig-x?steps={now}")
    assert f"{now} of {now}" in page.get_by_role("status").inner_text()


def test_it_ends_where_next_has_no_more(counter):
    page = counter(last=7)
    button(page).click()
    until(page, "!figure.runner.running")
    assert steps(page) == 7 and button(page).inner_text() == "Start"


@pytest.mark.parametrize("stop", ["figure.reset()", "figure.go({ steps: 3 })"])
def test_another_setting_stops_it(counter, stop):
    page = counter()
    button(page).click()
    until(page, "figure.state.steps > 5")
    page.evaluate(stop)
    page.wait_for_timeout(150)
    assert steps(page) == (3 if "go" in stop else 0)
    assert button(page).inner_text() == "Start"


def test_long_work_is_done_in_shares(counter):
    page = counter(each=2)
    page.evaluate("""() => {
      const host = document.querySelector("[data-live]");
      seen.busy = [];
      new MutationObserver(() => seen.busy.push("busy" in host.dataset))
        .observe(host, { attributes: true, attributeFilter: ["data-busy"] });
      seen.work.length = 0;
      figure.set({ steps: 40 });
    }""")
    until(page, "seen.busy.length > 1 && 'ready' in figure.host.dataset")
    assert page.evaluate("seen.busy") == [True, False]  # watched: it can be over in 0.2 s
    shares = page.evaluate("seen.work")
    # 80 ms of work, at most 5 in a frame, and seldom less than the least.
    assert len(shares) >= 6 and max(shares) <= 5
    assert statistics.median(shares) > 0.9
    assert "40 of 40" in page.locator(".live-words").inner_text()


def test_it_does_not_run_ahead_of_its_work(counter):
    """Where a step takes longer than a frame, fewer steps are taken, none is left out."""
    page = counter(each=30)
    button(page).click()
    until(page, "figure.state.steps >= 4")
    page.evaluate("figure.pause()")
    until(page, "'ready' in figure.host.dataset")
    said, now = page.locator(".live-words").inner_text(), steps(page)
    assert f"{now} of {now}" in said
    assert page.evaluate("seen.next.length") <= now + 1


def test_out_of_sight_it_waits(counter):
    page = counter()
    button(page).click()
    until(page, "figure.state.steps > 3")
    page.evaluate("document.getElementById('above').style.height = '6000px'")
    until(page, "!figure.runner.inSight")
    now = steps(page)
    page.wait_for_timeout(300)
    assert steps(page) == now
    page.evaluate("document.getElementById('above').style.height = 0")
    until(page, f"figure.state.steps > {now}")


def test_in_a_hidden_page_it_waits(counter):
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page = counter()
    button(page).click()
    until(page, "figure.state.steps > 3")
    page.evaluate(hide, True)
    now = steps(page)
    page.wait_for_timeout(300)
    assert steps(page) <= now + 1
    page.evaluate(hide, False)
    until(page, f"figure.state.steps > {now + 1}")
    page.evaluate("delete document.hidden")


def test_little_motion_is_a_picture_a_second(counter):
    page = counter()
    page.emulate_media(reduced_motion="reduce")
    button(page).click()
    until(page, "figure.state.steps > 2")
    before, first = page.evaluate("seen.draws"), steps(page)
    page.wait_for_timeout(1500)
    assert 1 <= page.evaluate("seen.draws") - before <= 3
    assert steps(page) > first + 3
    button(page).click()
    page.wait_for_timeout(200)
    assert page.evaluate("figure.stage.isConnected && !figure.runner.running")
    now = steps(page)
    assert f"{now} of {now}" in page.locator(".live-words").inner_text()


def test_a_figure_that_does_not_run_has_no_start(figure_page):
    still = """() => ({
      parameters: { lr: { label: "rate", value: 1, min: 0, max: 2, step: 1 } },
      build: ({ column, chart }) => {
        chart(column(3), { label: "x", x: [0, 1], y: [0, 1] });
        let draws = 0;
        return () => ["Drawn", `${(draws += 1)} times.`];
      },
    })"""
    figure_page.evaluate(FIGURE, [still, {}])
    figure_page.locator("[data-ready]").wait_for()
    assert figure_page.locator(".live-buttons button").all_inner_texts() == ["Reset"]
    figure_page.wait_for_timeout(200)
    words = figure_page.locator(".live-words").inner_text()
    figure_page.evaluate("figure.set({ lr: 2 }); figure.set({ lr: 0 })")
    figure_page.wait_for_timeout(200)
    after = figure_page.locator(".live-words").inner_text()
    count = [int("".join(filter(str.isdigit, text))) for text in (words, after)]
    assert count[1] == count[0] + 1, "one drawing however many changes"
