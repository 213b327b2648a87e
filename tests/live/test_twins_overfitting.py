"""The live figure of overfitting, held to the library and to oracles that know neither."""

import itertools

import numpy as np
import pytest

from descent.live import overfitting
from descent.live.randomness import shuffles

MODULE = "overfitting.mjs"


def settings(n=60):
    rng = np.random.default_rng(61)
    return [
        {
            "degree": int(rng.integers(16)),
            "n_train": int(rng.integers(20, 51)),
            "noise": float(rng.uniform(0.1, 0.6)),
            "K": int(rng.integers(1, 101)),
            "m": int(rng.integers(5, 101)),
            "split": int(rng.integers(10_000)),
            "tests": int(rng.integers(10_000)),
        }
        for _ in range(n)
    ]


def fit(p, found):
    """The values of its degree at PLACES."""
    return found.curves[p["degree"]]


def test_errors_of_every_degree(javascript):
    call = """(m, all) => all.map((p) => {
      const { x, y, train, validation, truth, curves } = m.models(p);
      return [x, y, train, validation, truth, curves];
    })"""
    for p, found in zip(settings(), javascript(MODULE, call, settings())):
        own = overfitting.models(**p)
        for name, one, other in zip(own._fields, found, own):
            # A curve has zeros: its error is measured by its size.
            one = np.array(one, dtype=float)
            size = np.abs(other).max(axis=-1, keepdims=True) if name == "curves" else 0
            close = np.abs(one - other) <= 1e-9 * np.maximum(np.abs(other), size) + 1e-15
            assert close.all(), (name, p)


def test_tests_and_predictions(javascript):
    call = """(m, all) => all.map((p) => {
      const curve = m.models(p).curves[p.degree];
      const found = m.scores(p, curve, m.draws(p.tests));
      const share = m.skill(p.noise, curve);
      const mean = m.meanBest(found.slice().sort(), p.K);
      return [found, share, m.predicted(share, p.m, p.K), mean];
    })"""
    for p, (found, share, law, mean) in zip(
        settings(), javascript(MODULE, call, settings())
    ):
        curve = fit(p, overfitting.models(**p))
        own = overfitting.scores(curve, p["noise"], p["m"], p["tests"])
        skill = overfitting.skill(curve, p["noise"])
        np.testing.assert_allclose(found, own, rtol=1e-12, atol=1e-15)
        assert np.isclose(share, skill, rtol=1e-9)
        assert np.isclose(law, overfitting.predicted(skill, p["m"], p["K"]), rtol=1e-9)
        assert np.isclose(mean, overfitting.mean_best(own, p["K"]), rtol=1e-9)


def test_the_same_numbers_are_drawn(javascript):
    call = "(m, s) => { const d = m.draws(s); return [d.places, d.z, m.order(s)]; }"
    for seed in (0, 1, 9999):
        places, z, order = javascript(MODULE, call, seed)
        own = overfitting.draws(seed)
        assert places == own[0].ravel().tolist()
        np.testing.assert_allclose(z, own[1].ravel(), rtol=1e-12, atol=1e-15)
        assert order == shuffles(1, 60, seed)[0].tolist()
        assert sorted(order) == list(range(60))


def test_the_fits_are_exact(javascript):
    """An oracle: normal equations with sixty digits; degree 15 on twenty points."""
    import mpmath

    call = """(m, arrays) => {
      const { values, misfit } = m.fits(...arrays.map((v) => Float64Array.from(v)), 15);
      return [values[15], misfit[15]];
    }"""
    xs = np.linspace(-1, 1, 7)
    for split in (2, 3, 4):
        own = overfitting.models(split=split)
        t, y = own.x[:20], own.y[:20]
        with mpmath.workdps(60):
            A = mpmath.matrix([[mpmath.mpf(v) ** j for j in range(16)] for v in t.tolist()])
            c = mpmath.lu_solve(A.T * A, A.T * mpmath.matrix(y.tolist()))
            at = [*xs.tolist(), *t.tolist()]
            fitted = np.array(
                [float(mpmath.polyval(list(c)[::-1], mpmath.mpf(x))) for x in at]
            )
        want, misfit = fitted[:7], np.mean((fitted[7:] - y) ** 2)
        given = [t.tolist(), y.tolist(), xs.tolist()]
        values, rest = javascript("models/polynomials.mjs", call, given)
        atol = 1e-11 * np.abs(want).max()
        np.testing.assert_allclose(values, want, rtol=1e-10, atol=atol)
        assert np.isclose(rest, misfit, rtol=1e-9)
        assert np.isclose(own.train[15], misfit, rtol=1e-9)


def test_errors_are_those_of_the_lesson():
    """An oracle: least squares in Legendre polynomials, as the lesson types it."""
    legendre = np.polynomial.legendre.legvander
    for p in settings(20):
        own, n = overfitting.models(**p), p["n_train"]
        A = legendre(own.x, 10)
        for d in range(11):
            c = np.linalg.lstsq(A[:n, : d + 1], own.y[:n], rcond=None)[0]
            squares = (A[:, : d + 1] @ c - own.y) ** 2
            want = [squares[:n].mean(), squares[n:].mean()]
            found = [own.train[d], own.validation[d]]
            np.testing.assert_allclose(found, want, rtol=1e-6)


def test_the_true_error_is_that_of_new_points():
    rng = np.random.default_rng(62)
    for p in settings(5):
        own = overfitting.models(**p)
        at = rng.integers(200, size=200_000)
        y = np.sin(np.pi * overfitting.PLACES[at]) + p["noise"] * rng.normal(size=at.size)
        squares = (own.curves[3][at] - y) ** 2
        error = 5 * squares.std() / np.sqrt(at.size)
        assert abs(squares.mean() - own.truth[3]) < error
        near = np.abs(own.curves[3][at] - y) <= 0.5
        share = overfitting.skill(own.curves[3], p["noise"])
        assert abs(near.mean() - share) < 5 * np.sqrt(share * (1 - share) / at.size) + 1e-9


@pytest.mark.parametrize("p", [1e-12, 0.2, 0.86, 1 - 1e-12])
def test_the_best_of_k_is_the_expected_maximum(p, javascript):
    """Oracles: SciPy's binomial distribution; every outcome of three small tests."""
    from scipy import stats

    call = "(m, [p, n, K]) => m.predicted(p, n, K)"
    for m, K in ((5, 1), (20, 10), (100, 100)):
        want = (1 - stats.binom.cdf(np.arange(m), m, p) ** K).sum() / m
        assert np.isclose(overfitting.predicted(p, m, K), want, rtol=1e-9, atol=1e-12)
        assert np.isclose(javascript(MODULE, call, [p, m, K]), want, rtol=1e-9, atol=1e-12)
    chances = stats.binom.pmf(np.arange(5), 4, p)
    want = sum(
        np.prod(chances[list(hits)]) * max(hits)
        for hits in itertools.product(range(5), repeat=3)
    )
    assert np.isclose(overfitting.predicted(p, 4, 3), want / 4, rtol=1e-9)


def test_the_mean_best_is_over_all_choices(javascript):
    scores = overfitting.scores(overfitting.TRUTH, 0.6, 20, 1)
    want = {1: scores.mean(), 400: scores.max()}
    want[2] = np.mean([max(pair) for pair in itertools.combinations(scores, 2)])
    for K, value in want.items():
        assert np.isclose(overfitting.mean_best(scores, K), value, rtol=1e-9)
        found = javascript(MODULE, "(m, [s, K]) => m.meanBest(s, K)", [sorted(scores), K])
        assert np.isclose(found, value, rtol=1e-9)


def test_measured_agrees_with_predicted():
    for p in settings(12):
        curve = fit(p, overfitting.models(**p))
        share = overfitting.skill(curve, p["noise"])
        spread = np.sqrt(share * (1 - share) / p["m"])
        scores = overfitting.scores(curve, p["noise"], p["m"], p["tests"])
        for K in (1, 10, 50):
            gap = overfitting.mean_best(scores, K)
            gap -= overfitting.predicted(share, p["m"], K)
            assert abs(gap) < 0.6 * spread


def test_erf(javascript):
    from math import erf

    xs = [-9.0, -6.0, -3.1, -0.2, 0.0, 1e-9, 0.7, 2.5, 5.9, 40.0]
    found = javascript(MODULE, "(m, xs) => xs.map(m.erf)", xs)
    np.testing.assert_allclose(found, [erf(x) for x in xs], rtol=1e-13)
