"""The page can't drift from the library: JavaScript and Python, the same numbers in."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

from descent.live import learning_rate, randomness
from tools import live_pictures

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "live").glob("*.mjs"))
N = 60  # random settings a figure

DEFAULTS = """({ default: { parameters } }) =>
  Object.fromEntries(Object.entries(parameters).map(([key, { value }]) => [key, value]))"""

SHAPES = """({ default: { parameters } }) => Object.entries(parameters).map(([key, p]) => [
  key, typeof p.value, p.label ?? "", p.min ?? null, p.max ?? null, p.step ?? null,
  p.value, (p.options ?? []).map(([value]) => value), p.drawn ?? false])"""


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
    for key, kind, label, low, high, step, value, options, _ in javascript(
        f"{name}.mjs", SHAPES
    ):
        assert re.fullmatch(r"[a-z]\w*", key) and len(label) >= 4, key
        if kind == "number":
            assert low <= value <= high and 0 < step <= high - low, key
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
    u = randomness.mulberry32(seed)
    assert uniforms == [u() for _ in range(1000)]
    np.testing.assert_allclose(
        normal, randomness.normals(1001, seed), rtol=1e-12, atol=1e-15
    )


def test_the_random_numbers_are_uniform_and_normal():
    from scipy import stats

    u = randomness.mulberry32(7)
    assert stats.kstest([u() for _ in range(20_000)], "uniform").pvalue > 0.01
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
