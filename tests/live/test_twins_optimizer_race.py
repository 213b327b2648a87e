"""The race of the optimizers, held to the library, which is held to PyTorch."""

import numpy as np
import pytest

from descent.gradcheck import central_difference
from descent.live import optimizer_race as race

FOLLOW = """(m, all) => all.map((p) => {
  const { xs, ys } = m.follow(p, p.rule);
  return [xs, ys, m.inside(p)];
})"""


def settings(n=80):
    rng = np.random.default_rng(21)
    return [
        {
            "surface": race.SURFACES[i % 4],
            "rule": race.RULES[i % 5],
            "step": int(rng.integers(0, 101)),
            "times": 10 ** rng.uniform(-1, 0),
            "beta": rng.uniform(0, 0.95),
            "w1": rng.uniform(-3, 4),
            "w2": rng.uniform(-2.2, 2.8),
        }
        for i in range(n)
    ]


def run(p, nudge=0.0):
    lr = p["times"] * race.RATES[p["surface"]][p["rule"]]
    start = (p["w1"] * (1 + nudge), p["w2"])
    return race.path(p["rule"], race.surface(p["surface"]), lr, p["beta"], start)


def test_optimizer_race(javascript):
    """Steps are compared as long as a nudge of 1e-12 to the start has not grown: where it
    grows, as on Rosenbrock's walls, no two programs agree to the last digit."""
    compared = 0
    for p, (xs, ys, made) in zip(
        settings(), javascript("optimizer-race.mjs", FOLLOW, settings())
    ):
        own, nudged = run(p), run(p, 1e-12)
        steady = np.isfinite(own).all(axis=1) & (np.abs(own - nudged).max(axis=1) < 1e-10)
        n = len(own) if steady.all() else int(np.argmin(steady))
        compared += n
        path = np.column_stack([xs, ys])
        np.testing.assert_allclose(path[:n], own[:n], rtol=1e-9, atol=1e-9)
        if p["step"] < n:
            theirs = race.inside(**p)
            assert list(made) == list(theirs)
            for key, value in theirs.items():
                size = np.abs(value).max()
                np.testing.assert_allclose(made[key], value, rtol=1e-6, atol=1e-6 * size)
    assert compared > 0.9 * 101 * len(settings())


def test_what_is_inside_moves_the_point():
    """An oracle that knows neither: the formulas of the lesson, from the shown parts."""
    for p in settings(20):
        made, lr = race.inside(**p), p["times"] * race.RATES[p["surface"]][p["rule"]]
        along = {
            "sgd": lambda m: m["g"],
            "momentum": lambda m: m["v"],
            "nesterov": lambda m: m["look"],
            "rmsprop": lambda m: m["g"] / m["root"],
            "adam": lambda m: m["mean"] / m["root"],
        }[p["rule"]]
        np.testing.assert_allclose(made["change"], -lr * along(made), rtol=1e-5, atol=1e-10)
        before, after = run(p)[p["step"]], run(p | {"step": p["step"] + 1})
        if p["step"] < 100:
            np.testing.assert_allclose(
                after[p["step"] + 1] - before, made["change"], rtol=1e-6, atol=1e-10
            )


@pytest.mark.parametrize("name", race.SURFACES)
def test_surfaces_and_their_gradients(javascript, name):
    points = np.random.default_rng(22).uniform([-3, -2.2], [4, 2.8], (50, 2)).tolist()
    call = """async (m, [name, points]) => {
      const { SURFACES } = m;
      return points.map((w) => [SURFACES[name].f(w), ...SURFACES[name].gradient(w)]);
    }"""
    found = javascript("models/surfaces.mjs", call, [name, points])
    ground = race.surface(name)
    for w, (f, *gradient) in zip(np.array(points), found):
        assert np.isclose(f, ground.loss(w), rtol=1e-9)
        np.testing.assert_allclose(gradient, ground.gradient(w), rtol=1e-9, atol=1e-9)
        slope = central_difference(ground.loss, w, h=1e-5)
        np.testing.assert_allclose(gradient, slope, rtol=1e-5, atol=1e-4)


def test_the_turned_valley_is_the_valley_turned():
    """Rules that see inner products alone take the turned path; Adam does not."""
    c = np.sqrt(0.5)
    Q = np.array([[c, -c], [c, c]])
    start = np.array([-1.5, 2.0])
    for rule, same in (("sgd", 1), ("momentum", 1), ("nesterov", 1), ("adam", 0)):
        along = race.path(rule, race.surface("valley"), 0.004, 0.9, start)
        turned = race.path(rule, race.surface("turned"), 0.004, 0.9, Q @ start)
        assert np.allclose(turned, along @ Q.T, atol=1e-9) == bool(same), rule


def test_both_have_the_tuned_rates(javascript):
    assert javascript("optimizer-race.mjs", "(m) => m.RATES") == race.RATES


@pytest.mark.parametrize("rule", race.RULES)
@pytest.mark.parametrize("name", race.SURFACES)
def test_the_rates_are_what_tuning_gives(name, rule):
    """Against the rates beside it: to try all eleven takes four times as long."""
    rate = race.RATES[name][rule]
    k = int(np.argmin(np.abs(np.array(race.TRIED) - rate)))
    assert np.isclose(race.tuned(name, rule, race.TRIED[max(k - 1, 0) : k + 2]), rate)
