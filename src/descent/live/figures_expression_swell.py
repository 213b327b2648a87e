"""The static picture of the live figure ``expression-swell``."""

from typing import Any

from descent import figures
from descent.live import expression_swell as twin

PICTURES = {"expression-swell": {}}


def draw(**given: Any) -> figures.Figure:
    """Sizes of the derivative against the depth, as a tree and as a graph."""
    p = twin.DEFAULTS | given
    depths = range(1, twin.DRAWN + 1)
    blue, green = figures.COLORS["blue"], figures.COLORS["green"]
    fig, ax = figures.figure(7.0, 3.3)
    ax.set_yscale("log")
    for f in twin.CHAINS:
        sizes = [twin.counts(f, depth) for depth in depths]
        mine = f == p["f"]
        hues = (blue, green) if mine else (figures.GREY, figures.GREY)
        for key, hue, style in zip(("tree", "nodes"), hues, ("-", "--")):
            line = [one[key] for one in sizes]
            ax.plot(depths, line, style, color=hue, lw=2 if mine else 1.1)
            if mine and key == "tree":
                now = (p["depth"], line[p["depth"] - 1])
    orange = figures.COLORS["vermillion"]
    ax.plot(*now, "o", mfc="white", mec=orange, ms=8, mew=2)
    ax.text(7.4, 3e4, "written out as a tree", color=blue, ha="right")
    ax.text(10, 20, "equal parts stored once", color=green, ha="right")
    ax.text(10, 900, "cos(tan(sin f))", ha="right")
    ax.set(xlim=(1, twin.DRAWN), ylim=(1, 1e6), xlabel="depth")
    ax.set(ylabel="size of the derivative")
    return fig
