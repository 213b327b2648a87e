"""The static picture of the live figure ``finite-difference``."""

from typing import Any

import numpy as np

from descent import figures
from descent.live import finite_difference as twin

PICTURES = {"finite-difference": {}}


def draw(**given: Any) -> figures.Figure:
    """The function under a microscope; beside it the error against the step."""
    p = twin.DEFAULTS | given
    f, x, how = p["f"], p["x"], (p["method"], p["precision"])
    h, slope = twin.step_of(p["log_h"]), twin.slopes(f, x)[0]
    orange, green = figures.COLORS["vermillion"], figures.COLORS["green"]
    fig, (left, right) = figures.figure(7.0, 3.4, columns=2, widths=[5, 6])
    t = np.linspace(-1.5, 1.5, 301)
    near = (twin.value(f, x + t * h) - twin.value(f, x)) / h
    left.plot(t, near, "-", color=figures.GREY)
    left.plot(t, slope * t, "--", color=green)
    q = twin.quotient(f, x, h, *how)
    left.plot(t, q * t, "-", color=orange, lw=1.6)
    left.plot([0, 1], [0, q], "o", color=orange, ms=5)
    left.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5))
    left.set(xlabel="distance from x, in steps", ylabel="g minus g(x), in steps")
    left.set_title(f"h = {h:g} at x = {x:g}")

    k = np.linspace(-16, 0, 161)
    steps = np.array([twin.step_of(one) for one in k])
    hues = {"central": figures.COLORS["plum"], "forward": figures.COLORS["blue"]}
    for method, hue in hues.items():
        found = twin.errors(f, x, steps, method, p["precision"])
        right.semilogy(k, found, "o", color=hue, ms=2.4, alpha=0.7)
    for law in twin.predicted(f, x, steps, *how):
        right.semilogy(k, law, "--", color=green, lw=1.6)
    right.semilogy(p["log_h"], abs(q - slope), "o", mfc="white", mec=orange, ms=8, mew=2)
    for name, place in {"forward": (-4.1, 2e-3), "central": (-1.1, 1e-7)}.items():
        right.text(
            *place, name, color=hues[name], ha="right" if name == "forward" else "left"
        )
    right.set(xlim=(-16, 0.4), ylim=(1e-17, 100), xlabel="log₁₀ of the step h")
    right.set(ylabel="error", yticks=10.0 ** np.arange(-16, 1, 4))
    return fig
