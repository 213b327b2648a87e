"""The static picture of the live figure ``batch-size``."""

from typing import Any

import numpy as np
from matplotlib.ticker import NullFormatter

from descent import figures
from descent.live import batch_size

PICTURES = {"batch-size": {}}


def draw(**given: Any) -> figures.Figure:
    """The errors of many batches; beside them error and time against the batch size."""
    p = batch_size.DEFAULTS | given
    found = batch_size.noise(p["away"])
    blue, orange, green, plum = (
        figures.COLORS[k] for k in ("blue", "vermillion", "green", "plum")
    )
    fig, (left, middle, right) = figures.figure(7.0, 3.1, columns=3, widths=[6, 5, 5])
    errors = (batch_size.batch_gradients(**given) - found.mean) / found.sigma
    left.plot(*errors.T, "o", color=blue, ms=3, mew=0, alpha=0.6)
    size = batch_size.predicted(p["replacement"], np.array(p["b"])) / found.sigma
    angle = np.linspace(0, 2 * np.pi, 100)
    root = np.linalg.cholesky(found.covariance)
    ring = 2 * size * root @ [np.cos(angle), np.sin(angle)]
    left.plot(*ring, "--", color=green, lw=1.6)
    zero = -found.mean / found.sigma
    left.plot([0, zero[0]], [0, zero[1]], "-", color=plum, lw=1.2)
    left.plot(*zero, "o", color=plum)
    left.plot(0, 0, "o", color=orange)
    left.annotate("gradient 0", zero, (4, 5), textcoords="offset points", color=plum)
    left.set(xlim=(-1.5, 1.5), ylim=(-1.0, 1.0), xlabel="slope's part / σ")
    left.set_title(f"Errors, b = {p['b']}")

    b = np.arange(1, batch_size.N + 1)
    middle.set(xscale="log", yscale="log", ylim=(0.05, 1.3), xlabel="batch size b")
    middle.plot(b, batch_size.measured(**given), "o", color=blue, ms=2.6, mew=0)
    middle.plot(b[:-1], batch_size.predicted(p["replacement"], b[:-1]), "--", color=green)
    middle.set_title("Error / σ")

    right.set(xscale="log", yscale="log", ylim=(0.6, 30), xlabel="batch size b")
    epoch = batch_size.epoch_time(b, p["overhead"])
    target = batch_size.target_time(b, p["overhead"], found.scale)
    right.plot(b, epoch / epoch.min(), "-", color=blue)
    right.plot(b, target / target.min(), "--", color=plum)
    right.axvline(np.sqrt(found.scale * p["overhead"]), color=figures.GREY, lw=0.8, ls=":")
    right.text(2.2, 9, "an epoch", color=blue)
    right.text(1.1, 0.7, "to the target", color=plum)
    right.set_title("Time / least")
    for ax in (middle, right):
        ax.set_xticks([1, 4, 15, 60], ["1", "4", "15", "60"])
        ax.xaxis.set_minor_formatter(NullFormatter())
    return fig
