"""The static picture of the live figure ``noisy-descent``."""

from typing import Any

import numpy as np
from matplotlib.patches import Ellipse

from descent import figures
from descent.landscapes import quadratic
from descent.live import noisy_descent

PICTURES = {"noisy-descent": {}}


def draw(**given: Any) -> figures.Figure:
    """One path, a hundred end points and the predicted ellipse; f against the step."""
    p = noisy_descent.DEFAULTS | given
    paths = noisy_descent.trajectories(**given)
    f = quadratic(noisy_descent.H).loss
    losses = np.array([[f(x) for x in path] for path in paths])
    variances, floor = noisy_descent.floor(p["lr"], p["beta"], p["sigma"])
    blue, orange, green = (figures.COLORS[k] for k in ("blue", "vermillion", "green"))

    fig, (left, right) = figures.figure(7.0, 3.3, columns=2, widths=[3, 2])
    figures.contour(f, left, (-6.3, 6.3), (-4.2, 4.2), xlabel="x₁", ylabel="x₂")
    left.set_aspect("equal")
    left.plot(*paths[:, -1].T, "o", color=blue, ms=3, mew=0, alpha=0.6)
    figures.path(paths[0], left, color=orange)
    if p["schedule"] == "constant" and p["sigma"] > 0 and np.isfinite(floor):
        width, height = 4 * np.sqrt(variances)
        left.add_patch(
            Ellipse((0, 0), width, height, fill=False, ec=green, lw=1.8, ls="--", zorder=4)
        )
    left.set_title(f"η = {p['lr']:g}, σ = {p['sigma']:g}, {p['n_steps']} steps")

    names = {"this run": losses[0], "mean of 100": losses.mean(axis=0)}
    for (name, values), color in zip(names.items(), (orange, blue)):
        figures.loss_curve(values, right, label=name, ylabel="f", color=color)
    right.plot(noisy_descent.predicted(**given), "--", color=green, lw=1.6)
    right.axhline(floor, color=figures.GREY, lw=0.8, ls=":")
    right.annotate(
        f"dashed: predicted mean\ndotted: noise floor {floor:.3g}",
        (0.98, 0.97),
        xycoords="axes fraction",
        ha="right",
        va="top",
    )
    right.set(ylim=(1e-4, 100))
    return fig
