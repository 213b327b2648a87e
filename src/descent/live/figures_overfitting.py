"""The static picture of the live figure ``overfitting``."""

from typing import Any

import numpy as np

from descent import figures
from descent.live import overfitting as twin

PICTURES = {"overfitting": {}}


def draw(**given: Any) -> figures.Figure:
    """The fit; the errors by degree; the best of K tests."""
    p = twin.DEFAULTS | given
    n, degree, found = p["n_train"], p["degree"], twin.models(**given)
    blue, orange, green, plum = (
        figures.COLORS[k] for k in ("blue", "vermillion", "green", "plum")
    )
    fig, (left, middle, right) = figures.figure(7.0, 3.1, columns=3, widths=[5, 5, 5])
    left.plot(twin.PLACES, twin.TRUTH, "-", color=figures.GREY, lw=1.0)
    left.plot(found.x[n:], found.y[n:], "o", color=orange, ms=2.6, mew=0, alpha=0.6)
    left.plot(found.x[:n], found.y[:n], "o", color=blue, ms=4)
    left.plot(twin.PLACES, found.curves[degree], "-", color=plum, lw=1.6)
    left.set(xlim=(-1, 1), ylim=(-2, 2), xlabel="x", yticks=range(-2, 3))
    left.set_title(f"Degree {degree}, {n} points")

    degrees = np.arange(twin.HIGHEST + 1)
    middle.semilogy(degrees, found.train, "o-", color=blue, ms=3, lw=1.4)
    middle.semilogy(degrees, found.validation, "o-", color=orange, ms=3, lw=1.4)
    middle.semilogy(degrees, found.truth, "--", color=green, lw=1.6)
    ring = {"mfc": "white", "mec": orange, "ms": 8, "mew": 2}
    middle.plot(degree, found.validation[degree], "o", **ring)
    middle.axhline(p["noise"] ** 2, color=figures.GREY, lw=0.8, ls=":")
    for i, (name, hue) in enumerate(
        {"training": blue, "validation": orange, "in truth": green}.items()
    ):
        middle.text(0, 300 / 3.2**i, name, color=hue)
    middle.set(ylim=(1e-3, 1e3), xlabel="degree", yticks=[0.01, 1, 100])
    middle.set_yticklabels(["0.01", "1", "100"])
    middle.set_title("Squared error")

    curve = found.curves[degree]
    single = twin.scores(curve, p["noise"], p["m"], p["tests"])
    share, K = twin.skill(curve, p["noise"]), np.arange(1, 101)
    right.axhline(share, color=figures.GREY, lw=0.8, ls=":")
    first = single[: p["K"]]
    tries = np.arange(1, p["K"] + 1)
    right.semilogx(tries, first, "o", color=orange, ms=2.6, mew=0, alpha=0.6)
    best = np.maximum.accumulate(first)
    right.semilogx(tries, best, "-", color=orange, lw=1.0, drawstyle="steps-post")
    some = [1, 2, 3, 4, 6, 8, 11, 16, 23, 34, 50, 70, 100]
    law = [twin.predicted(share, p["m"], k) for k in K]
    right.semilogx(some, [twin.mean_best(single, k) for k in some], "o", color=blue, ms=3)
    right.semilogx(K, law, "--", color=green, lw=1.6)
    right.plot(p["K"], best[-1], "o", **ring)
    right.text(110, share - 0.015, "in truth", color=figures.GREY, ha="right", va="top")
    right.set(xlim=(0.9, 110), ylim=(0, 1.05), xlabel="tests K")
    right.set_xticks([1, 10, 100], ["1", "10", "100"])
    right.text(1.1, 0.98, "best of K, measured", color=blue)
    right.text(1.1, 0.91, "best of K, predicted", color=green)
    right.set_title("Share right")
    return fig
