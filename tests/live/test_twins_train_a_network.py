"""The network that learns in the page, held to the library's network and rules."""

import numpy as np
import pytest

from descent.live import points, train_a_network

MODULE = "models/training.mjs"
RUN = """({ Run }, all) => all.map((p) => {
  const run = new Run(p);
  while (run.t < p.steps) run.step();
  return [run.w, run.losses, Number.isFinite(run.loss())];
})"""
RATES = {"sgd": (0.01, 0.15), "momentum": (0.001, 0.015), "adam": (0.001, 0.01)}
N = 36


def settings():
    rng = np.random.default_rng(51)
    found = []
    for i in range(N):
        rule = train_a_network.RULES[i % 3]
        low, high = RATES[rule]
        drawn = ["".join(rng.choice(list(points.SIGNS), 2 * k)) for k in (9, 14)]
        found.append(
            {
                "data": points.SETS[i % 5],
                "brush": "blue",
                "layers": str(1 + i % 2),
                "width": int(rng.integers(2, 65)),
                "activation": ("tanh", "relu", "sigmoid", "identity")[i % 4],
                "rule": rule,
                "lr": low * (high / low) ** rng.uniform(),
                "batch": ("1", "8", "32", "all")[i // 3 % 4],
                "steps": int(rng.integers(0, 151)),
                "seed": int(rng.integers(10_000)),
                "blue": drawn[0],
                "orange": drawn[1],
                "x": 0,
                "y": 0,
            }
        )
    return found


def test_parameters_after_training(javascript):
    for p, (w, losses, finite) in zip(settings(), javascript(MODULE, RUN, settings())):
        params, own = train_a_network.run(**p)
        flat = train_a_network.flat(params)
        assert finite and len(w) == len(flat)
        np.testing.assert_allclose(
            w, flat, rtol=1e-9, atol=1e-9 * np.abs(flat).max(), err_msg=str(p)
        )
        np.testing.assert_allclose(losses, own, rtol=1e-9, err_msg=str(p))


@pytest.mark.parametrize("name", points.NOISE)
def test_the_same_points(javascript, name):
    call = "(m, p) => { const { X, y } = m.table(p); return [X, y]; }"
    X, y = javascript("models/points.mjs", call, {"data": name})
    own = points.table(name)
    assert own.X.ravel().tolist() == X and y == own.y.tolist()
    # Every class fills a part of the picture, and few lie on one another.
    assert np.abs(own.X).max() <= 3 and np.bincount(own.y).tolist() == [40, 40]
    assert len(np.unique(own.X, axis=0)) > 70


def test_drawn_points_come_back(javascript):
    call = """(m, both) => both.map((points) => m.written(points))"""
    both = [[[0, 60], [30, 30]], [[26, 52]]]
    blue, orange = javascript("models/points.mjs", call, both)
    assert (blue, orange) == ("A8ee", "a0")
    X, y = points.table("own", blue, orange)
    assert X.tolist() == [[-3, 3], [0, 0], [-0.4, 2.2]] and y.tolist() == [0, 0, 1]


def test_a_point_is_two_signs():
    for text in ("A", "A+", "ABC"):
        with pytest.raises(ValueError, match="text must hold two"):
            points.read(text)
    assert points.read("__").tolist() == [[60, 60]]


@pytest.mark.parametrize("n", [0, 1, 2, 5, 80])
def test_an_epoch_takes_each_point_once(javascript, n):
    orders = javascript(
        "models/points.mjs", "(m, n) => [3, 4].map((s) => m.shuffled(n, s))", n
    )
    for seed, order in zip((3, 4), orders):
        assert order == points.shuffled(n, seed).tolist()
        assert sorted(order) == list(range(n))
    assert n < 5 or orders[0] != orders[1]


def test_shuffling_favours_no_order():
    counts = {}
    for seed in range(2400):
        key = tuple(points.shuffled(4, seed))
        counts[key] = counts.get(key, 0) + 1
    assert len(counts) == 24
    # 24 equally likely orders, 100 expected of each: chi-squared below its 0.1 % limit.
    assert sum((k - 100) ** 2 / 100 for k in counts.values()) < 49.7


def test_how_steps_are_spread_over_frames_changes_nothing(javascript):
    """Two runs by turns, in unequal pieces, end where one run in one go ends."""
    p = settings()[0] | {"data": "moons", "steps": 120, "batch": "8"}
    call = """({ Run }, p) => {
      const [one, other, whole] = [new Run(p), new Run({ ...p, width: 5 }), new Run(p)];
      for (let piece = 1; one.t < p.steps; piece++) {
        for (let i = 0; i < piece && one.t < p.steps; i++) one.step();
        other.step();
        one.network.forward(one.w, one.X, 3);
        one.loss();
      }
      while (whole.t < p.steps) whole.step();
      return [one.w, whole.w];
    }"""
    one, whole = javascript(MODULE, call, p)
    assert one == whole


def test_a_wider_network_begins_with_the_units_of_the_narrower():
    for layers in ("1", "2"):
        narrow, wide = (
            train_a_network.start(
                train_a_network.network(layers=layers, width=width), seed=3
            )
            for width in (4, 9)
        )
        assert np.array_equal(wide[0]["W"][:, :4], narrow[0]["W"])
        np.testing.assert_allclose(
            wide[-1]["W"][:4] * 3, narrow[-1]["W"] * 2
        )  # He's scale: 1/√9 and 1/√4


def test_gradients_are_those_of_finite_differences(javascript):
    """An oracle that knows neither side: central differences of the page's loss."""
    call = """async (m, p) => {
      const run = new m.Run(p);
      const { network, X, y, n, w, g } = run;
      network.gradient(w, X, y, n, g);
      const h = 1e-6;
      return [...w.keys()].map((i) => {
        const sides = [h, -h].map((shift) => {
          const moved = w.slice();
          moved[i] += shift;
          return network.loss(moved, X, y, n);
        });
        return [g[i], (sides[0] - sides[1]) / (2 * h)];
      });
    }"""
    for activation in ("tanh", "sigmoid", "identity", "relu"):
        p = train_a_network.DEFAULTS | {"layers": "2", "width": 4}
        pairs = javascript(MODULE, call, p | {"activation": activation, "seed": 2})
        exact, numeric = np.array(pairs).T
        np.testing.assert_allclose(exact, numeric, rtol=1e-5, atol=1e-8)
        assert np.abs(exact).max() > 1e-3


FEW = {"rule": "adam", "lr": 0.02, "steps": 600}
UNITS = {"activation": "relu", **FEW}
STRAIGHT = {"activation": "identity", "steps": 300}


@pytest.mark.parametrize(
    ("least", "most", "given"),
    [
        (11, 20, {"data": "moons", "layers": "1", **STRAIGHT}),
        (11, 20, {"data": "moons", "layers": "2", **STRAIGHT}),
        (11, 80, {"data": "circles", "width": 2, **UNITS}),
        (0, 0, {"data": "circles", "width": 4, **UNITS}),
        (11, 80, {"data": "xor", "width": 4, **UNITS}),
        (0, 0, {"data": "xor", "width": 3, "seed": 9, **UNITS}),
        (4, 80, {"data": "spirals", "width": 32, **FEW}),
        (0, 0, {"data": "spirals", "width": 16, "layers": "2", **FEW}),
    ],
)
def test_what_the_lesson_lets_its_readers_find(least, most, given):
    """The settings offered in lessons/digits_from_scratch, and the points missed."""
    net, (params, _) = train_a_network.network(**given), train_a_network.run(**given)
    X, y = points.table(given["data"])
    missed = ((train_a_network.lead(net, params, X) > 0) != y).sum()
    assert least <= missed <= most


MARK = """(m, strokes) => {
  let p = { data: "own", brush: "blue", blue: "", orange: "" };
  for (const [brush, x, y, stroke] of strokes) {
    p = { ...p, brush };
    Object.assign(p, m.marked(p, x, y, stroke));
  }
  return p;
}"""


def drawn(javascript, *strokes):
    p = javascript("train-a-network.mjs", MARK, [list(stroke) for stroke in strokes])
    X, y = points.table("own", p["blue"], p["orange"])
    return sorted(zip(X.tolist(), y.tolist()))


def test_a_brush_puts_and_erases(javascript):
    blue, orange = ("blue", 1.02, -2, False), ("orange", 0, 0.5, False)
    assert drawn(javascript, blue, orange) == [([0.0, 0.5], 1), ([1.0, -2.0], 0)]
    assert drawn(javascript, blue, blue) == [([1.0, -2.0], 0)]
    # One place holds one point: the other class takes it over.
    assert drawn(javascript, blue, ("orange", 1, -2, False)) == [([1.0, -2.0], 1)]
    assert drawn(javascript, blue, orange, ("erase", 0.1, 0.3, False)) == [([1.0, -2.0], 0)]
    assert len(drawn(javascript, blue, orange, ("erase", -1, 2, False))) == 2


def test_a_stroke_keeps_a_distance(javascript):
    stroke = [("blue", k / 20, 0, k > 0) for k in range(41)]
    line = np.array([x for x, _ in drawn(javascript, *stroke)])
    assert len(line) == 7 and np.diff(line[:, 0]).min() >= 0.3 - 1e-9


def test_a_class_has_no_more_points_than_an_address_holds(javascript):
    many = [("orange", k % 10 - 3, k // 10 / 2 - 3, False) for k in range(90)]
    many = [(b, x / 2, y, s) for b, x, y, s in many]
    assert len(drawn(javascript, *many)) == 60


def test_a_ready_made_set_becomes_the_readers_own(javascript):
    call = "(m, p) => m.marked(p, 2.5, 2.5)"
    patch = javascript("train-a-network.mjs", call, {"data": "moons", "brush": "blue"})
    X, y = points.table(**patch)
    assert patch["data"] == "own" and len(X) == 81
    made = [*points.table("moons").X.tolist(), [2.5, 2.5]]
    assert sorted(X.tolist()) == sorted(made)
    assert [2.5, 2.5] in X[y == 0].tolist()
