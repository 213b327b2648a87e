"""The shared parts of the live figures, each against something that knows better."""

import numpy as np
import pytest

PARAMETERS = """{
  lr: { label: "rate", value: 0.1, min: 0.005, max: 0.6, step: 0.005 },
  n: { label: "number", value: 50, min: 1, max: 1000, step: 1, scale: "log" },
  rule: { label: "rule", value: "sgd", options: [["sgd", "SGD"], ["adam", "Adam"]] },
  all: { label: "show all", value: true },
  points: { label: "points", value: "", pattern: /^([\\w-]{2}){0,3}$/, drawn: true },
}"""


def state(javascript, code, argument=None):
    source = f"(m, x) => {{ const parameters = {PARAMETERS}; return {code}; }}"
    return javascript("core/state.mjs", source, argument)


@pytest.mark.parametrize(
    ("given", "want"),
    [
        ({"lr": "0.4"}, {"lr": 0.4}),
        ({"lr": 0.4012}, {"lr": 0.4}),
        ({"lr": "9"}, {"lr": 0.6}),
        ({"lr": "-1"}, {"lr": 0.005}),
        ({"n": 123.456}, {"n": 123}),
        ({"n": "1.5"}, {"n": 2}),
        ({"n": 2.34}, {"n": 2}),
        ({"n": 0.2}, {"n": 1}),
        ({"points": "A9-_"}, {"points": "A9-_"}),
        ({"points": ""}, {"points": ""}),
        ({"points": "A9B"}, {}),
        ({"points": "AAAAAAAA"}, {}),
        ({"points": "<b>!"}, {}),
        ({"rule": "adam", "all": "false"}, {"rule": "adam", "all": False}),
        ({"lr": "NaN"}, {}),
        ({"lr": ""}, {}),
        ({"lr": "1e999"}, {}),
        ({"rule": "<img src=x onerror=alert(1)>"}, {}),
        ({"constructor": "1", "other": "2", "__proto__": "3"}, {}),
    ],
)
def test_only_what_fits_is_taken(javascript, given, want):
    pairs = [list(item) for item in given.items()]
    code = "m.accepted(parameters, Object.fromEntries(x))"
    assert state(javascript, code, pairs) == want


@pytest.mark.parametrize(
    "patch",
    [{}, {"lr": 0.35}, {"lr": 0.6, "n": 3, "rule": "adam", "all": False, "points": "-_"}],
)
def test_an_address_brings_a_setting_back(javascript, patch):
    code = """(() => {
      const first = m.defaults(parameters);
      const hash = m.address("fig-x", first, { ...first, ...x });
      const { id, patch } = m.parsed(hash);
      return [hash, id, m.accepted(parameters, patch ?? {})];
    })()"""
    hash_, name, back = state(javascript, code, patch)
    assert (name, back) == ("fig-x", patch)
    assert hash_.startswith("#fig-x") and ("?" in hash_) == bool(patch)


def test_a_plain_anchor_sets_nothing(javascript):
    assert state(javascript, 'm.parsed("#fig-x")') == {"id": "fig-x", "patch": None}


LOOPS = """({ sampled, loops }, [body, level, limits, n]) => {
  const f = (0, eval)(`(${body})`);
  return loops(sampled(f, limits, limits, n, n), level);
}"""


def area(loop):
    """Signed: counter-clockwise loops have a positive one."""
    x, y = np.array(loop).T
    return 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))


def contours(javascript, body, level, limits=(-2, 2), n=80):
    return javascript("core/contours.mjs", LOOPS, [body, level, list(limits), n])


def test_a_contour_encloses_the_right_area(javascript):
    (circle,) = contours(javascript, "(x, y) => x * x + y * y", 1)
    assert np.isclose(area(circle), np.pi, rtol=2e-3)
    radii = np.hypot(*np.array(circle).T)
    assert np.allclose(radii, 1, atol=1e-3)


def test_a_contour_that_leaves_the_picture_is_closed_along_its_edge(javascript):
    (everywhere,) = contours(javascript, "(x, y) => x * x + y * y", 100)
    assert np.isclose(area(everywhere), 16)
    (half,) = contours(javascript, "(x, y) => x", 0.5)
    assert np.isclose(area(half), 2.5 * 4)


def test_a_hole_and_an_island_run_in_opposite_directions(javascript):
    ring = "(x, y) => Math.abs(Math.hypot(x, y) - 1)"
    areas = sorted(area(loop) for loop in contours(javascript, ring, 0.25))
    np.testing.assert_allclose(areas, [-np.pi * 0.75**2, np.pi * 1.25**2], rtol=5e-3)


@pytest.mark.parametrize("level", [-0.35, -0.001, 0.001, 0.35])
def test_a_saddle_is_connected_on_one_side_only(javascript, level):
    loops = contours(javascript, "(x, y) => x * y", level, n=41)
    if level < 0:
        want = 2 * (4 + level * np.log(-4 / level) + level)
    else:
        want = 16 - 2 * (4 - level * np.log(4 / level) - level)
    assert np.isclose(sum(map(area, loops)), want, rtol=1e-2)
    assert len(loops) == (2 if level < 0 else 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.68, "0.68"),
        (-0.84567, "−0.846"),
        (1234.5, "1230"),
        (2.5e-5, "2.5 × 10⁻⁵"),
        (-7.77e12, "−7.77 × 10¹²"),
    ],
)
def test_numbers_are_written_for_readers(javascript, value, text):
    assert javascript("core/numbers.mjs", "(m, v) => m.shown(v)", value) == text


def test_ticks_are_round_and_within_the_axis(javascript):
    rng = np.random.default_rng(2)
    for low, width in zip(rng.normal(size=40) * 10, 10 ** rng.uniform(-3, 4, size=40)):
        high = low + width
        source = "(m, [low, high]) => m.niceTicks(low, high, 6)"
        ticks = np.array(javascript("core/numbers.mjs", source, [low, high]))
        assert 3 <= len(ticks) <= 9
        assert (ticks >= low - 1e-6 * width).all() and (ticks <= high + 1e-6 * width).all()
        step = np.diff(ticks)[0]
        assert f"{step:.0e}"[0] in "125" and np.allclose(np.diff(ticks), step)


CLIPPED = """(m, segments) =>
  segments.map(([a, b]) => m.clipped(a, b, [0, 300, 0, 200]))"""


def test_of_a_line_the_part_that_can_be_seen_is_left(javascript):
    """Of many points along each segment, those inside the box are those of the part."""
    rng = np.random.default_rng(4)
    ends = rng.uniform(-300, 500, (300, 2, 2)).round()
    ends[:40, 1, 0] = ends[:40, 0, 0]  # upright ones
    ends[40:60, 0] = [0, 100]  # from the rim
    parts = javascript("core/clip.mjs", CLIPPED, ends.tolist())
    t = np.linspace(0, 1, 2001)[:, None]
    shown = 0
    for (a, b), part in zip(ends, parts):
        points = a + t * (b - a)
        inside = np.all((points >= 0) & (points <= [300, 200]), axis=1)
        if part is None:
            assert inside.sum() <= 1
            continue
        start, end, whole = np.array(part[0]), np.array(part[1]), part[2]
        shown += 1
        step = np.linalg.norm(b - a) / 2000
        if inside.any():
            assert np.linalg.norm(points[inside][0] - start) <= step + 1e-9
            assert np.linalg.norm(points[inside][-1] - end) <= step + 1e-9
        assert whole == bool(np.allclose(end, b, atol=1e-9))
    assert 50 < shown < 250


def test_a_run_that_leaves_draws_nothing_out_of_sight(javascript):
    d = javascript(
        "core/chart.mjs",
        """(m) => {
          const unit = { label: "x", x: [0, 1], y: [0, 1] };
          const chart = new m.Chart(document.createElement("div"), unit);
          chart.resize(400);
          const path = chart.path("line-1 live-dashed");
          chart.line(path, [0.5, 1e9, -1e9, 0.25], [0.5, 1e9, -1e9, 0.25]);
          return [path.getAttribute("d"), chart.width, chart.height];
        }""",
    )
    path, width, height = d
    numbers = [float(v) for v in path.replace("M", " ").replace("L", " ").split()]
    assert path.count("M") == 3 and len(numbers) == 12  # in three times, out three times
    assert min(numbers) >= -10 and max(numbers[::2]) <= width + 10
    assert max(numbers[1::2]) <= height + 10
