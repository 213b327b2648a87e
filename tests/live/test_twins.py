"""The page can't drift from the library: JavaScript and Python, the same numbers in."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

from descent.live import (
    heavy_ball,
    learning_rate,
    noisy_descent,
    randomness,
    rates,
    schedules,
)
from descent.schedules import total
from tools import live_pictures

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "live").glob("*.mjs"))
N = 60  # random settings a figure

DEFAULTS = """({ default: { parameters } }) =>
  Object.fromEntries(Object.entries(parameters).map(([key, { value }]) => [key, value]))"""

SHAPES = """({ default: { parameters } }) => Object.entries(parameters).map(([key, p]) => [
  key, typeof p.value, p.label ?? "", p.min ?? null, p.max ?? null, p.step ?? null,
  p.value, (p.options ?? []).map(([value]) => value), p.pattern?.test(p.value) ?? null,
  p.drawn ?? false])"""


def twin(name):
    return importlib.import_module("descent.live." + name.replace("-", "_"))


def trajectories(javascript, module, call, settings):
    """``call`` of each setting, in one visit to the browser."""
    return javascript(module, f"(module, all) => all.map((p) => module.{call})", settings)


def test_every_figure_has_a_twin_and_every_twin_a_figure():
    folder = ROOT / "src" / "descent" / "live"
    drawn = {p.stem.removeprefix("figures_") for p in folder.glob("figures_*.py")}
    assert {name.replace("-", "_") for name in NAMES} == drawn
    assert all((folder / f"{stem}.py").exists() for stem in drawn)


@pytest.mark.parametrize("name", NAMES)
def test_both_begin_with_the_same_settings(javascript, name):
    assert javascript(f"{name}.mjs", DEFAULTS) == twin(name).DEFAULTS


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_well_made(javascript, name):
    for key, kind, label, low, high, step, value, options, signs, drawn in javascript(
        f"{name}.mjs", SHAPES
    ):
        assert re.fullmatch(r"[A-Za-z]\w*", key) and len(label) >= 4, key
        if kind == "number":
            assert low <= value <= high and 0 < step <= high - low, key
        elif signs is not None:
            assert kind == "string" and signs and drawn, key
        elif kind == "string":
            assert value in options and len(options) == len(set(options)) > 1, key


def test_static_pictures_are_what_the_twins_draw(capsys):
    assert live_pictures.main(["--check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31 - 1, 2**32 - 1])
def test_the_same_random_numbers(javascript, seed):
    both = """({ mulberry32, normals }, seed) => {
      const u = mulberry32(seed);
      return [Array.from({ length: 1000 }, u), normals(1001, seed)];
    }"""
    uniforms, normal = javascript("core/random.mjs", both, seed)
    assert uniforms == randomness.uniforms(1000, seed).tolist()
    np.testing.assert_allclose(
        normal, randomness.normals(1001, seed), rtol=1e-12, atol=1e-15
    )


def test_the_random_numbers_are_uniform_and_normal():
    from scipy import stats

    assert stats.kstest(randomness.uniforms(20_000, 7), "uniform").pvalue > 0.01
    z = randomness.normals(40_000, 7)
    assert stats.kstest(z, "norm").pvalue > 0.01
    # Neighbours are not related: the two numbers of a pair, and pairs to each other.
    for lag in (1, 2, 400):
        assert abs(np.corrcoef(z[:-lag], z[lag:])[0, 1]) < 0.02


def test_learning_rate(javascript):
    rng = np.random.default_rng(1)
    settings = []
    for _ in range(N):
        h = rng.uniform(0.4, 4)
        lr, w0 = rng.uniform(0, 2.2) / h, rng.uniform(-6, 6)
        settings.append({"h": h, "lr": lr, "w0": w0})
    paths = trajectories(javascript, "learning-rate.mjs", "trajectory(p)", settings)
    factors = trajectories(javascript, "learning-rate.mjs", "factor(p)", settings)
    for p, path, factor in zip(settings, paths, factors):
        np.testing.assert_allclose(path, learning_rate.trajectory(**p), rtol=1e-9)
        assert factor == learning_rate.factor(p["h"], p["lr"])
        # An oracle that knows neither: the closed form.
        np.testing.assert_allclose(
            path, p["w0"] * factor ** np.arange(11), rtol=1e-9, atol=1e-12
        )


@pytest.mark.parametrize(
    ("product", "word"),
    [
        (0.1, "creeps"),
        (0.5, "glides in"),
        (1.0, "one step"),
        (1.5, "bounces in"),
        (2.0, "for ever"),
        (2.1, "bounces out"),
    ],
)
def test_learning_rate_names_its_regimes(javascript, product, word):
    for h in (0.4, 1.6, 4.0):
        said = javascript(
            "learning-rate.mjs",
            "(module, p) => module.regime(p)",
            {"h": h, "lr": product / h},
        )
        assert word in said


def noisy_settings(stable):
    rng = np.random.default_rng(2)
    settings = []
    while len(settings) < N:
        name = rates.NAMES[len(settings) % len(rates.NAMES)]
        p = {
            "lr": rng.uniform(0.005, 0.6),
            "sigma": rng.uniform(0, 3),
            "beta": rng.uniform(0, 0.95) * rng.integers(2),
            "n_steps": int(rng.integers(5, 201)),
            "schedule": name,
            "decay": rng.uniform(0.005, 0.5),
            "x1": rng.uniform(-6, 6),
            "x2": rng.uniform(-4, 4),
            "seed": int(rng.integers(10_000)),
        }
        if max(heavy_ball.radius(p["lr"], p["beta"], h) for h in noisy_descent.H) < stable:
            settings.append(p)
    return settings


def test_noisy_descent(javascript):
    settings = noisy_settings(stable=0.995)
    runs = [int(r) for r in np.random.default_rng(3).integers(noisy_descent.RUNS, size=N)]
    calls = [p | {"r": r} for p, r in zip(settings, runs)]
    paths = trajectories(javascript, "noisy-descent.mjs", "trajectory(p, p.r)", calls)
    means = trajectories(javascript, "noisy-descent.mjs", "predicted(p)", settings)
    for p, r, path, mean in zip(settings, runs, paths, means):
        own = noisy_descent.trajectories(**p)[r]
        size = np.abs(own).max()
        np.testing.assert_allclose(
            np.reshape(path, (-1, 2)), own, rtol=1e-9, atol=1e-9 * size
        )
        np.testing.assert_allclose(mean, noisy_descent.predicted(**p), rtol=1e-9)


def test_the_noise_handed_to_both_is_what_moves_them(javascript):
    """Arrays from NumPy's own generator, so that no shared generator can hide a slip."""
    p = noisy_descent.DEFAULTS | {"beta": 0.6, "schedule": "cosine", "sigma": 2.0}
    z = np.random.default_rng(5).normal(size=(2, noisy_descent.LONGEST, 2))
    call = "(module, [p, z]) => module.trajectory(p, 1, Float64Array.from(z))"
    path = javascript("noisy-descent.mjs", call, [p, z.ravel().tolist()])
    own = noisy_descent.trajectories(z, **p)[1]
    np.testing.assert_allclose(np.reshape(path, (-1, 2)), own, rtol=1e-9)


def test_the_rate_map(javascript):
    rng = np.random.default_rng(4)
    points = [[rng.uniform(0.005, 0.6), rng.uniform(0, 0.95)] for _ in range(200)]
    factors = javascript(
        "noisy-descent.mjs", "(m, all) => all.map(([lr, b]) => m.slowest(lr, b))", points
    )
    floors = javascript(
        "noisy-descent.mjs",
        "(m, all) => all.map(([lr, beta]) => m.floor({ lr, beta, sigma: 1.5 }).f)",
        points,
    )
    for (lr, beta), found, f in zip(points, factors, floors):
        radii = [heavy_ball.radius(lr, beta, h) for h in noisy_descent.H]
        np.testing.assert_allclose(found, max(radii), rtol=1e-9)
        np.testing.assert_allclose(f, noisy_descent.floor(lr, beta, 1.5)[1], rtol=1e-9)
        # An oracle: Polyak's bound on the rate.
        assert (found < 1) == (lr < 2 * (1 + beta) / noisy_descent.H.max())


@pytest.mark.parametrize(("lr", "beta"), [(0.1, 0.0), (0.4, 0.3), (0.05, 0.9)])
def test_the_stationary_variance_solves_the_lyapunov_equation(lr, beta):
    from scipy.linalg import solve_discrete_lyapunov

    for h in noisy_descent.H:
        step = np.array([[1 - lr * h, -lr * beta], [h, beta]])
        kick = 1.5 * np.array([-lr, 1.0])
        covariance = solve_discrete_lyapunov(step, np.outer(kick, kick))
        found = heavy_ball.stationary_variance(lr, beta, h, 1.5)
        np.testing.assert_allclose(found, covariance[0, 0], rtol=1e-9)


def test_the_predicted_mean_is_the_mean_of_many_runs():
    for given in ({}, {"beta": 0.8, "lr": 0.05}, {"schedule": "inverse", "sigma": 2}):
        p = noisy_descent.DEFAULTS | given | {"n_steps": 30}
        ends = np.concatenate(
            [
                noisy_descent.trajectories(**(p | {"seed": seed}))[:, -1]
                for seed in range(10)
            ]
        )
        f = 0.5 * np.square(ends) @ noisy_descent.H
        error = 4 * f.std() / np.sqrt(len(f))
        assert abs(f.mean() - noisy_descent.predicted(**p)[-1]) < error


def test_schedules(javascript):
    rng = np.random.default_rng(6)
    settings = [
        {
            "schedule": rates.NAMES[i % len(rates.NAMES)],
            "decay": rng.uniform(0.005, 0.5),
            "lr": rng.uniform(0.01, 0.45),
            "n_steps": int(10 ** rng.uniform(1.3, 3)),
            "sigma": rng.uniform(0, 3),
            "x0": rng.uniform(-6, 6),
        }
        for i in range(N)
    ]
    keys = ["rates", "sums", "means", "spreads"]
    found, paths, ever = (
        javascript("schedules.mjs", f"(m, all) => all.map((p) => {code})", settings)
        for code in (
            f"{keys}.map((k) => m.run(p)[k])",
            "m.path(p)",
            "Object.values(m.forever(p))",
        )
    )
    for p, values, path, endless in zip(settings, found, paths, ever):
        own = schedules.run(**p)
        for key, value in zip(keys, values):
            np.testing.assert_allclose(value, own[key], rtol=1e-9, atol=1e-12, err_msg=key)
        rate = rates.schedule(p["schedule"], p["lr"], p["decay"], p["n_steps"])
        assert np.isclose(values[1][-1], total(rate, p["n_steps"]), rtol=1e-12)
        np.testing.assert_allclose(path, schedules.path(**p), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(endless, schedules.forever(**p), rtol=1e-9)
