"""The live figures of the lessons on derivatives, held to the library."""

from fractions import Fraction

import numpy as np
import pytest

from descent.live import (
    computational_graph,
    expression_swell,
    finite_difference,
    jacobian_brackets,
)

N = 60  # random settings a figure


def values(javascript, module, call, settings):
    """``call`` of each setting ``p``, in one visit to the browser."""
    return javascript(module, f"(m, all) => all.map((p) => {call})", settings)


def difference_settings():
    rng = np.random.default_rng(21)
    names = {
        "method": ["forward", "central"],
        "precision": ["double", "single"],
        "f": ["bell", "cubic", "relu"],
    }
    return [
        {
            "log_h": float(rng.uniform(-16, 0)),
            "x": float(rng.uniform(-1.5, 1.5)),
            **{key: str(rng.choice(options)) for key, options in names.items()},
        }
        for _ in range(4 * N)
    ]


def test_finite_difference_agrees_in_every_bit(javascript):
    settings = difference_settings()
    steps = values(javascript, "finite-difference.mjs", "m.stepOf(p.log_h)", settings)
    assert steps == [finite_difference.step_of(p["log_h"]) for p in settings]
    found = values(javascript, "finite-difference.mjs", "m.quotient(p)", settings)
    laws = values(javascript, "finite-difference.mjs", "m.predicted(p)", settings)
    for p, h, quotient, law in zip(settings, steps, found, laws):
        given = (p["f"], p["x"], h, p["method"], p["precision"])
        assert quotient == finite_difference.quotient(*given), p
        if p["precision"] == "double":
            np.testing.assert_allclose(law, finite_difference.predicted(*given), rtol=1e-9)


def true_quotient(p, h):
    """The quotient with fractions, which are never rounded."""
    g = {
        "bell": lambda x: 1 / (1 + x * x),
        "cubic": lambda x: x**3 - x,
        "relu": lambda x: max(x, Fraction(0)),
    }[p["f"]]
    x, h = Fraction(p["x"]), Fraction(h)
    if p["method"] == "forward":
        return float((g(x + h) - g(x)) / h)
    return float((g(x + h) - g(x - h)) / (2 * h))


def test_the_two_laws_bound_what_is_measured(javascript):
    settings = [p for p in difference_settings() if p["precision"] == "double"]
    found = values(javascript, "finite-difference.mjs", "m.quotient(p)", settings)
    laws = values(javascript, "finite-difference.mjs", "m.predicted(p)", settings)
    slopes = values(javascript, "finite-difference.mjs", "m.slopes(p)", settings)
    for p, quotient, (bend, rounding), (slope, *_) in zip(settings, found, laws, slopes):
        h = finite_difference.step_of(p["log_h"])
        ideal = true_quotient(p, h)
        lost = 2.0**-52 * (abs(slope) + abs(p["x"]) * abs(slope) / h)  # x + h is rounded
        assert abs(quotient - ideal) <= 4 * rounding + 2 * lost
        if p["f"] != "relu" and h < 0.01:
            tail = 40 * h ** (3 if p["method"] == "forward" else 4)
            assert abs(abs(ideal - slope) - bend) <= tail + 1e-15


@pytest.mark.parametrize("method", ["forward", "central"])
def test_the_predicted_best_step_is_a_good_one(javascript, method):
    for precision in ("double", "single"):
        p = {"f": "bell", "x": 0.5, "method": method, "precision": precision}
        call = "[m.bestStep(p), m.errors(p)]"
        best, errors = values(javascript, "finite-difference.mjs", call, [p])[0]
        k = np.linspace(-16, 0, 161)
        near = np.abs(k - best) < 0.75
        # The median: single dots may be right by chance.
        windows = [np.median(errors[i - 5 : i + 6]) for i in range(5, 156)]
        assert np.median(np.array(errors)[near]) <= 4 * min(windows)


def graph_settings(graph):
    rng = np.random.default_rng(22)
    return [
        {"graph": graph, **dict(zip("abcde", rng.uniform(-3, 3, 5).tolist()))}
        for _ in range(N)
    ]


@pytest.mark.parametrize("graph", ["neuron", "product"])
def test_computational_graph(javascript, graph):
    settings = graph_settings(graph)
    call = "[m.forward(p), m.backward(p), m.steps(p)]"
    found = values(javascript, "computational-graph.mjs", call, settings)
    for p, (forward, backward, steps) in zip(settings, found):
        own_values, own_slopes = computational_graph.passes(**p)
        np.testing.assert_allclose(forward, own_values, rtol=1e-9)
        np.testing.assert_allclose(backward, own_slopes, rtol=1e-9)
        # An oracle that knows neither: the formulas, derived with a pencil.
        a, b, c, d, e = (p[k] for k in "abcde")
        if graph == "product":
            assert np.allclose([forward[-1], *backward[:3]], [(a + b) * c, c, c, a + b])
            assert steps == 5
        else:
            f = 1 / (1 + np.exp(-(a * b + c * d + e)))
            slopes = f * (1 - f) * np.array([b, a, d, c, 1])
            assert np.allclose([forward[-1], *backward[:5]], [f, *slopes], rtol=1e-9)
            assert steps == 17


def chains():
    rng = np.random.default_rng(23)
    sizes = np.rint(10 ** rng.uniform(0, 3, (N, 5))).astype(int)
    given = [dict(zip(["n0", "n1", "n2", "n3", "n4"], map(int, row))) for row in sizes]
    return [{"n0": 100, "n1": 100, "n2": 1, "n3": 100, "n4": 100}, *given]


@pytest.mark.parametrize("order", ["left", "right", "best"])
def test_jacobian_brackets(javascript, order):
    rows = "list.map((m) => [...m.layers, ...m.shape])"
    call = f"m.walk(p, '{order}').map(({{ list, total }}) => [{rows}, total])"
    walks = values(javascript, "jacobian-brackets.mjs", call, chains())
    for p, walk in zip(chains(), walks):
        assert walk[-1][1] == jacobian_brackets.total(order, **p)
        # An oracle that knows neither: each product is made, and its numbers counted.
        bill = 0
        for (before, _), (after, total) in zip(walk, walk[1:]):
            i = next(k for k, matrix in enumerate(after) if matrix[:2] != before[k][:2])
            high, _, rows, inner = before[i]
            _, low, same, columns = before[i + 1]
            assert inner == same
            new = [high, low, rows, columns]
            assert after == [*before[:i], new, *before[i + 2 :]]
            bill += rows * inner * columns
            assert total == bill
        assert len(walk[-1][0]) == 1
        assert bill >= jacobian_brackets.total("best", **p)
    if order == "best":
        assert walks[0][-1][1] == 30_000  # squeezed to one in the middle


@pytest.mark.parametrize("f", ["product", "nest"])
def test_expression_swell(javascript, f):
    depths = list(range(1, 11))
    found = values(javascript, "expression-swell.mjs", f"m.counts('{f}', p)", depths)
    assert found == [expression_swell.counts(f, depth) for depth in depths]
    deep = values(javascript, "expression-swell.mjs", f"m.counts('{f}', p)", [12, 16])
    for n, count in zip([12, 16], deep):  # the lesson's formulas, at even depths
        if f == "product":
            assert count["tree"] == 2 ** (n - 1) * (n**2 + 5 * n - 2)
        else:
            assert count["tree"] == 4.5 * n**2 + 6.5 * n - 1
            assert count["nodes"] == 7 * n + 3
