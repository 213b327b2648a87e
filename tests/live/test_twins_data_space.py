"""The live figure of data and parameter space, held to the library."""

import numpy as np

from descent.live import data_and_parameter_space as space

MODULE = "data-and-parameter-space.mjs"


def settings(n=60):
    rng = np.random.default_rng(41)
    found = []
    for i in range(n):
        taken = int(rng.integers(1, 13))
        rows = ("all", "one")[i % 2]
        curvature = 2 * (1 + np.square(space.X[:taken]).max())
        found.append(
            {
                "n_samples": taken,
                "rows": rows,
                "lr": rng.uniform(0.05, 1.9) / curvature,
                "step": int(rng.integers(0, 61)),
                "w0": rng.uniform(-4, 2),
                "b0": rng.uniform(-4, 5),
            }
        )
    return found


def test_both_have_the_same_samples(javascript):
    x, y = javascript(MODULE, "(m) => [m.X, m.Y]")
    np.testing.assert_allclose(x, space.X, rtol=0)
    np.testing.assert_allclose(y, space.Y, rtol=1e-12)


def test_data_and_parameter_space(javascript):
    call = """(m, all) => all.map((p) => {
      const { least, curvatures } = m.bowl(p.n_samples);
      return [...m.trajectory(p), least, curvatures, m.cost(p.n_samples, p.w0, p.b0)];
    })"""
    found = javascript(MODULE, call, settings())
    for p, (ws, bs, least, curvatures, cost) in zip(settings(), found):
        own, task = space.trajectory(**p), space.problem(p["n_samples"])
        np.testing.assert_allclose(
            np.column_stack([ws, bs]), own, rtol=1e-9, atol=1e-9 * np.abs(own).max()
        )
        np.testing.assert_allclose(
            curvatures, space.curvatures(p["n_samples"]), rtol=1e-9, atol=1e-12
        )
        assert np.isclose(cost, task.loss(own[0]), rtol=1e-9)
        if p["n_samples"] == 1:
            assert least is None
        else:
            np.testing.assert_allclose(least, task.minimum, rtol=1e-9)


def test_a_step_on_one_sample_goes_straight_to_its_line():
    """Oracles: perpendicular to the line, and onto it at the rate 1/(2(1 + x²))."""
    for p in settings():
        if p["rows"] == "one":
            first = np.array([p["w0"], p["b0"]])
            x, y = space.X[0], space.Y[0]
            rate = 1 / (2 * (1 + x**2))
            step = space.trajectory(**(p | {"lr": rate, "step": 1}))[1]
            assert np.isclose(x * step[0] + step[1], y)
            assert np.isclose((step - first) @ [1, -x], 0, atol=1e-12)


def test_all_samples_follow_the_closed_form():
    """An oracle: the error after t steps is (I − η H)^t times the first."""
    for p in settings():
        if p["rows"] == "all" and p["n_samples"] > 1:
            task = space.problem(p["n_samples"])
            A = np.column_stack([space.X, np.ones(12)])[: p["n_samples"]]
            H = 2 * A.T @ A / p["n_samples"]
            errors = space.trajectory(**p) - task.minimum
            power = np.linalg.matrix_power(np.eye(2) - p["lr"] * H, p["step"])
            np.testing.assert_allclose(errors[-1], power @ errors[0], atol=1e-9)


def test_two_samples_leave_no_error_and_more_leave_some():
    assert space.problem(2).loss(space.problem(2).minimum) < 1e-20
    assert space.problem(3).loss(space.problem(3).minimum) > 1e-3
