"""The static picture of the live figure ``train-a-network``."""

from typing import Any

import numpy as np

from descent import figures
from descent.figures_labels import tint
from descent.live import train_a_network as live
from descent.live.points import table

PICTURES = {"train-a-network": {}}
ODDS = np.log([3, 19])  # probabilities 0.75, 0.95
N = 121


def draw(**given: Any) -> figures.Figure:
    """The points with what the network says around them; beside it the loss."""
    p = live.DEFAULTS | given
    X, y = table(p["data"], p["blue"], p["orange"])
    net, (params, losses) = live.network(**p), live.run(**p)
    blue, orange = (figures.COLORS[k] for k in ("blue", "vermillion"))
    fig, (left, right) = figures.figure(7.0, 3.4, columns=2)

    side = np.linspace(-3, 3, N)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    ahead = live.lead(net, params, grid).reshape(N, N)
    levels = [-np.inf, *-ODDS[::-1], 0, *ODDS, np.inf]
    shades = [tint(blue, s) for s in (0.38, 0.26, 0.13)]
    shades += [tint(orange, s) for s in (0.13, 0.26, 0.38)]
    left.contourf(side, side, ahead, levels=levels, colors=shades, antialiased=False)
    left.contour(side, side, ahead, levels=[0], colors=figures.INK, linewidths=1.3)
    for c, (color, sign) in enumerate([(blue, "o"), (orange, "s")]):
        left.plot(*X[y == c].T, sign, color=color, ms=4.4, mec="white", mew=0.8)
    left.set(xlim=(-3, 3), ylim=(-3, 3), xlabel="x₁", ylabel="x₂", xticks=range(-3, 4))
    left.set_title(f"{p['steps']} steps, η = {p['lr']:g}")

    figures.loss_curve(
        losses,
        right,
        x=live.EVERY * np.arange(len(losses)),
        ylabel="mean loss",
        color=figures.COLORS["plum"],
    )
    right.axhline(np.log(2), color=figures.GREY, lw=0.8, ls=":")
    right.set(ylim=(1e-2, 2), xlim=(0, p["steps"]))
    right.annotate(
        "dotted: a coin, log 2",
        (p["steps"], np.log(2)),
        (0, 5),
        textcoords="offset points",
        ha="right",
    )
    return fig
