"""The live figures of the lesson on optimizers, held to the library."""

import numpy as np
import pytest

from descent.live import heavy_ball, phase_diagram

N = 60  # random settings a figure


def values(javascript, module, call, settings):
    """``call`` of each setting ``p``, in one visit to the browser."""
    return javascript(module, f"(m, all) => all.map((p) => {call})", settings)


def phase_settings():
    rng = np.random.default_rng(11)
    settings = []
    while len(settings) < N:
        kappa = int(rng.integers(1, 26))
        beta = rng.uniform(0, 0.99) * (len(settings) % 6 > 0)
        ah = rng.uniform(0.01, 2.1 * (1 + beta)) / rng.choice([1, kappa])
        settings.append({"ah": ah, "beta": beta, "kappa": kappa})
    return settings


def test_phase_diagram(javascript):
    settings = phase_settings()
    paths = values(javascript, "phase-diagram.mjs", "m.trajectory(p)", settings)
    found = values(javascript, "phase-diagram.mjs", "m.roots(p.ah, p.beta)", settings)
    for p, path, four in zip(settings, paths, found):
        path, own = np.reshape(path, (-1, 2)), phase_diagram.trajectory(**p)
        size = np.maximum.accumulate(np.abs(own))
        assert (np.abs(path - own) <= 1e-9 * size).all()
        theirs = np.array([complex(*four[:2]), complex(*four[2:])])
        np.testing.assert_allclose(
            theirs, phase_diagram.roots(p["ah"], p["beta"]), rtol=1e-7, atol=1e-12
        )
        # An oracle that knows neither: the powers of the matrix of one step.
        for j, h in enumerate((1.0, p["kappa"])):
            step = np.array([[1 - p["ah"] * h, -p["ah"] * p["beta"]], [h, p["beta"]]])
            state = np.linalg.matrix_power(step, 20) @ [1, 0]
            scale = np.linalg.norm(step, 2) ** 20
            assert abs(path[20, j] - state[0]) <= 1e-11 * scale


def test_the_envelope_is_what_x_follows(javascript):
    settings = [p for p in phase_settings() if p["ah"] < 2 * (1 + p["beta"])]
    found = values(javascript, "phase-diagram.mjs", "m.envelope(p.ah, p.beta)", settings)
    for p, envelope in zip(settings, np.array(found)):
        np.testing.assert_allclose(
            envelope,
            phase_diagram.envelope(p["ah"], p["beta"]),
            rtol=1e-6,
            atol=1e-300,
        )
        x = phase_diagram.trajectory(p["ah"], p["beta"], 1)[:, 0]
        a, b = phase_diagram.roots(p["ah"], p["beta"])
        if a.imag:  # never beyond it, and close to it somewhere in any half turn
            assert (np.abs(x) <= envelope * (1 + 1e-9)).all()
            half = int(np.pi / min(np.angle(a), np.pi - np.angle(a))) + 2
            if half < 30:
                assert np.abs(x[:half] / envelope[:half]).max() > 0.5
        elif abs(b / a) < 0.8:  # the slower root's part alone is left
            np.testing.assert_allclose(np.abs(x[-5:]), envelope[-5:], rtol=1e-4, atol=1e-14)


def test_at_critical_damping_x_is_a_straight_line_times_a_power(javascript):
    for ah in (0.04, 0.25, 0.5625):  # their square roots are exact, or nearly
        beta = phase_diagram.critical(ah)
        x = phase_diagram.trajectory(ah, beta)[:, 0]
        root, t = 1 - np.sqrt(ah), np.arange(61)
        line = (1 + ((1 - ah) / root - 1) * t) * root**t
        np.testing.assert_allclose(x, line, rtol=1e-7, atol=1e-12)
    exact = {"ah": 0.25, "beta": 0.25}
    found = values(javascript, "phase-diagram.mjs", "m.envelope(p.ah, p.beta)", [exact])
    np.testing.assert_allclose(found[0], np.abs(0.5**t * (1 + 0.5 * t)), rtol=1e-12)


REGIMES = [
    (0.04, 0.3, "over"),
    (0.04, 0.64, "critical"),
    (0.04, 0.95, "under"),
    (0.5, 0.0, "over"),
    (1.0, 0.0, "one"),
    (1.5, 0.0, "flips"),
    (2.25, 0.25, "critical"),
    (2.45, 0.25, "flips"),
    (2.5, 0.25, "ever"),
    (2.6, 0.25, "out"),
]


@pytest.mark.parametrize(("ah", "beta", "name"), REGIMES)
def test_phase_diagram_names_its_regimes(javascript, ah, beta, name):
    p = {"ah": ah, "beta": beta}
    assert values(javascript, "phase-diagram.mjs", "m.regime(p.ah, p.beta)", [p]) == [name]


def test_the_best_settings_are_best_and_survive_the_controls_grid(javascript):
    kappas = list(range(1, 26))
    best = values(javascript, "phase-diagram.mjs", "m.best(p)", kappas)
    ah, beta = np.meshgrid(np.linspace(0.02, 2, 100), np.linspace(0, 0.6, 61))
    radius = np.vectorize(heavy_ball.radius)
    for kappa, found in zip(kappas, best):
        own = phase_diagram.best(kappa)
        assert np.allclose([found["ah"], found["beta"]], [own["ah"], own["beta"]])
        worst = max(heavy_ball.radius(own["ah"], own["beta"], h) for h in (1.0, kappa))
        if kappa in (4, 9, 16):  # no other setting does better
            grid = np.maximum(radius(ah, beta, 1.0), radius(ah, beta, float(kappa)))
            assert worst - 1e-6 <= grid.min() < worst + 0.05
        reached = values(javascript, "phase-diagram.mjs", "m.reachable(p)", [kappa])[0]
        near = [heavy_ball.radius(reached["ah"], reached["beta"], h) for h in (1.0, kappa)]
        assert max(near) < worst + 0.03
