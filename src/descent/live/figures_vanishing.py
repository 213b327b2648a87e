"""The static picture of the live figure ``vanishing``."""

from typing import Any

import numpy as np

from descent import figures
from descent.live import vanishing as twin

PICTURES = {"vanishing": {}}
NAMED = {"PyTorch": 0.577, "Xavier": 1.0, "He": 1.41, "randn": 8.0}


def draw(**given: Any) -> figures.Figure:
    """The gradient's size by layer; beside it the factor against the weights' scale."""
    p = twin.DEFAULTS | given
    depth, activation, sigma = p["depth"], p["activation"], p["sigma"]
    blue, orange, green = (figures.COLORS[k] for k in ("blue", "vermillion", "green"))
    fig, (left, right) = figures.figure(7.0, 3.4, columns=2)
    layers, measured = np.arange(1, depth + 1), twin.sizes(**given)
    factors = twin.predicted(activation, sigma, depth)
    line = np.append(np.cumprod(factors[::-1])[::-1], 1.0)
    left.semilogy(layers[:-1], measured[:-1], "o", color=blue, ms=5)
    left.semilogy(layers, line, "--", color=green, lw=1.6)
    left.axhline(1, color=figures.GREY, lw=0.8, ls=":")
    left.plot(depth, 1, "o", mfc="white", mec=orange, ms=8, mew=2)
    left.text(1, 8, "measured", color=blue)
    left.text(1, 2e-2, "predicted", color=green)
    left.set(xlim=(0, twin.DEEPEST), ylim=(1e-10, 100), xlabel="layer")
    left.set(ylabel="size of the gradient", yticks=[1e-10, 1e-5, 1])
    left.set_title(f"{depth} layers of {twin.WIDTH} units")

    scales = np.geomspace(0.2, 10, 39)
    means = [np.exp(np.log(twin.predicted(activation, s, depth)).mean()) for s in scales]
    right.set(xscale="log", yscale="log", xlim=(0.2, 10), ylim=(0.04, 10))
    right.axhline(1, color=figures.GREY, lw=0.8, ls=":")
    for name, s in NAMED.items():
        right.axvline(s, color=figures.GREY, lw=0.8, ls=":")
        right.text(s * 0.97, 0.045, name, color=figures.GREY, rotation=90, ha="right")
    right.loglog(scales, means, "--", color=green, lw=1.6)
    each = measured[0] ** (1 / (depth - 1))
    right.plot(sigma, each, "o", mfc="white", mec=orange, ms=8, mew=2)
    right.text(1.9, 0.7, "predicted √χ", color=green)
    right.set(xlabel="scale of the weights σ", ylabel="factor per layer")
    right.set_xticks([0.2, 1, 10], ["0.2", "1", "10"])
    right.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    right.minorticks_off()
    return fig
