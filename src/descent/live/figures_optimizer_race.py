"""The static picture of the live figure ``optimizer-race``."""

from typing import Any

import numpy as np

from descent import figures
from descent.live import optimizer_race

PICTURES = {"optimizer-race": {}}
NAMES = {
    "sgd": ("SGD", figures.GREY, "-"),
    "momentum": ("momentum", figures.COLORS["blue"], "-"),
    "nesterov": ("Nesterov", figures.COLORS["plum"], "--"),
    "rmsprop": ("RMSProp", figures.COLORS["green"], "--"),
    "adam": ("Adam", figures.COLORS["vermillion"], "-"),
}


def draw(**given: Any) -> figures.Figure:
    """The paths of all on the surface; beside it their losses, with the standings."""
    p = optimizer_race.DEFAULTS | given
    ground, n = optimizer_race.surface(p["surface"]), p["step"]
    paths = optimizer_race.race(**given)
    fig, (left, right) = figures.figure(7.0, 3.4, columns=2, widths=[3, 2])
    figures.contour(
        lambda w: np.log10(ground.loss(w) + 1e-12),
        left,
        (-3, 4),
        (-2.2, 2.8),
        levels=np.arange(-2, 3.5, 0.5),
        xlabel="w₁",
        ylabel="w₂",
    )
    right.set(yscale="log", xlim=(0, n), ylim=(1e-2, 1e5), xlabel="step", ylabel="f")
    for i, (rule, (name, color, dashes)) in enumerate(NAMES.items()):
        points = paths[rule][: n + 1]
        losses = [ground.loss(w) for w in points]
        wide = 2.0 if rule == p["rule"] else 1.3
        left.plot(*points.T, dashes, color=color, lw=wide)
        right.plot(losses, dashes, color=color, lw=wide)
        right.text(
            0.98,
            0.98 - 0.075 * i,
            f"{name} {losses[-1]:.2g}",
            transform=right.transAxes,
            ha="right",
            va="top",
            color=color,
        )
    left.plot(p["w1"], p["w2"], "o", mfc="white", mec=figures.INK, ms=6.5, mew=1.6)
    left.set(xlim=(-3, 4), ylim=(-2.2, 2.8))
    return fig
