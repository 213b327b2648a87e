"""The live figure on the size of a batch, held to the library."""

import itertools

import numpy as np
import pytest

from descent.live import batch_size


def settings(n=40):
    rng = np.random.default_rng(31)
    return [
        {
            "b": int(rng.integers(1, 61)),
            "replacement": ("without", "with")[i % 2],
            "away": rng.uniform(0.1, 3),
            "overhead": 10 ** rng.uniform(0, 3),
            "seed": int(rng.integers(10_000)),
        }
        for i in range(n)
    ]


def test_batch_size(javascript):
    call = """(m, all) => all.map((p) => {
      const { gradients, measured } = m.batches(p);
      const { mean, covariance, sigma, scale } = m.noise(p.away);
      return [...gradients, measured, mean, covariance, [sigma, scale]];
    })"""
    found = javascript("batch-size.mjs", call, settings())
    for p, (us, vs, measured, mean, covariance, rest) in zip(settings(), found):
        own, noise = batch_size.batch_gradients(**p), batch_size.noise(p["away"])
        np.testing.assert_allclose(np.column_stack([us, vs]), own, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(
            measured, batch_size.measured(**p), rtol=1e-9, atol=1e-13
        )
        np.testing.assert_allclose(mean, noise.mean, rtol=1e-9)
        np.testing.assert_allclose(
            covariance, noise.covariance[np.triu_indices(2)], rtol=1e-9
        )
        np.testing.assert_allclose(rest, [noise.sigma, noise.scale], rtol=1e-9)


def test_times_and_predictions(javascript):
    call = """(m, all) => all.map((p) => {
      const { scale } = m.noise(p.away);
      return [m.predicted(p.replacement, p.b), m.epochTime(p.b, p.overhead),
              m.targetTime(p.b, p.overhead, scale)];
    })"""
    for p, (error, epoch, target) in zip(
        settings(), javascript("batch-size.mjs", call, settings())
    ):
        b, scale = p["b"], batch_size.noise(p["away"]).scale
        assert np.isclose(error, batch_size.predicted(p["replacement"], b), rtol=1e-12)
        assert np.isclose(epoch, batch_size.epoch_time(b, p["overhead"]), rtol=1e-12)
        assert np.isclose(
            target, batch_size.target_time(b, p["overhead"], scale), rtol=1e-9
        )
        # An oracle: an epoch, batch by batch.
        parts = [min(b, 60 - k) for k in range(0, 60, b)]
        assert np.isclose(epoch, sum(p["overhead"] + part for part in parts))


@pytest.mark.parametrize("replacement", ["without", "with"])
def test_the_same_rows_are_drawn(javascript, replacement):
    call = "(m, [replacement, seed]) => m.orders(replacement, seed)"
    for seed in (0, 7, 9999):
        own = batch_size.orders(replacement, seed)
        assert (
            javascript("batch-size.mjs", call, [replacement, seed]) == own.ravel().tolist()
        )
        shuffled = (np.sort(own, axis=1) == np.arange(60)).all(axis=1)
        assert shuffled.all() == (replacement == "without")


def test_the_draws_are_fair():
    """Each row as likely as any at each place: chi-squared over 20 seeds."""
    from scipy import stats

    for replacement in ("without", "with"):
        rows = np.concatenate([batch_size.orders(replacement, s) for s in range(20)])
        for place in (0, 29, 59):
            counts = np.bincount(rows[:, place], minlength=60)
            assert stats.chisquare(counts).pvalue > 0.001


def test_predicted_errors_are_exact():
    """An oracle: the mean over every batch that there is, of two rows and of 58."""
    from descent.live.batch_size import noise, point, predicted, problem

    g, found = problem().per_sample_gradients(point(0.5)), noise(0.5)
    pairs = np.array(list(itertools.combinations(range(60), 2)))
    two = g[pairs].mean(axis=1)
    rest = (g.sum(axis=0) - g[pairs].sum(axis=1)) / 58
    again = (g[:, None] + g[None]).reshape(-1, 2) / 2
    for batches, kind, b in (
        (two, "without", 2),
        (rest, "without", 58),
        (again, "with", 2),
    ):
        error = np.sqrt(((batches - found.mean) ** 2).sum(axis=1).mean()) / found.sigma
        assert np.isclose(error, predicted(kind, np.array(b)), rtol=1e-9)
    assert predicted("without", np.array(60)) == 0


def test_measured_agrees_with_predicted():
    for p in settings(12):
        b = np.arange(1, 60)
        measured = batch_size.measured(**p)[:-1]
        ratio = measured / batch_size.predicted(p["replacement"], b)
        assert np.abs(ratio - 1).max() < 0.35  # 200 draws of gradients with heavy tails


def test_the_noise_scale_halves_the_gain():
    """An oracle: the best step on batches of `scale` rows gains half of the full one's.

    The expected loss after a step is a parabola in the rate; its coefficients are taken
    from the library's own losses at the full gradient and at the samples'.
    """
    task, w = batch_size.problem(), batch_size.point(0.5)
    found, g = batch_size.noise(0.5), task.per_sample_gradients(batch_size.point(0.5))
    slope = found.mean @ found.mean

    def bend(direction):
        there = task.loss(w - direction)
        return there - task.loss(w) + direction @ found.mean

    full = bend(found.mean)
    noise = np.mean([bend(row) for row in g - found.mean])
    gain = [slope**2 / (4 * (full + noise / b)) for b in (found.scale, np.inf)]
    assert np.isclose(gain[0] / gain[1], 0.5)
