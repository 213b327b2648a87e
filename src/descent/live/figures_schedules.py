"""The static picture of the live figure ``schedules``."""

import math
from typing import Any

import numpy as np

from descent import figures
from descent.live import rates, schedules

PICTURES = {"schedules": {}}


def draw(**given: Any) -> figures.Figure:
    """The sum of the rates, and the run that it carries."""
    p = schedules.DEFAULTS | given
    n = p["n_steps"]
    run = schedules.run(**given)
    blue, orange, plum = (figures.COLORS[k] for k in ("blue", "vermillion", "plum"))
    fig, (left, right) = figures.figure(7.0, 3.4, columns=2, widths=[2, 3])
    for name in rates.NAMES:
        if name != p["schedule"]:
            other = schedules.run(**(given | {"schedule": name}))["sums"]
            left.plot(other, "-", color=figures.GREY, lw=0.9, alpha=0.45)
    left.plot(run["sums"], "-", color=blue)
    enough = math.log(100) / schedules.H
    left.axhline(enough, color=figures.GREY, lw=0.8, ls=":")
    note = {"textcoords": "offset points", "ha": "right"}
    left.annotate(f"{enough:.3g}: 99 % of the way", (n, enough), (0, 4), **note)
    left.set(xlim=(0, n), ylim=(0, 3), xlabel="step", ylabel="Σηₜ")
    left.set_title(f"{p['schedule']}, η₀ = {p['lr']:g}, k = {p['decay']:g}")

    steps = np.arange(n + 1)
    means, spreads = run["means"], run["spreads"]
    right.fill_between(
        steps, means - 2 * spreads, means + 2 * spreads, color=blue, alpha=0.16, lw=0
    )
    right.plot(schedules.path(**given), "-", color=blue, lw=1.2)
    right.plot(means, "-", color=orange)
    right.plot(0, p["x0"], "o", mfc="white", mec=orange, ms=6.5, mew=1.6)
    right.axhline(0, color=figures.GREY, lw=0.8, ls=":")
    total, left_over = schedules.forever(**given)
    if left_over > 0.01:
        left.axhline(total, color=plum, lw=1.4, ls="--")
        left.annotate(f"for ever: {total:.3g}", (n, total), (0, -13), color=plum, **note)
        frozen = p["x0"] * left_over
        right.axhline(frozen, color=plum, lw=1.4, ls="--")
        right.annotate(
            f"freezes at {frozen:.3g}", (n, frozen), (0, -16), color=plum, **note
        )
    right.set(xlim=(-1, n), ylim=(-6.5, 6.5), xlabel="step", ylabel="x")
    return fig
