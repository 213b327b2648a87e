"""The static picture of the live figure ``data-and-parameter-space``."""

from typing import Any

import numpy as np

from descent import figures
from descent.live import data_and_parameter_space as space

PICTURES = {"data-and-parameter-space": {}}


def draw(**given: Any) -> figures.Figure:
    """The samples taken and the line; beside them the parameter plane with the path."""
    p = space.DEFAULTS | given
    n, task = p["n_samples"], space.problem(p["n_samples"])
    points = space.trajectory(**given)
    blue, orange, green, plum = (
        figures.COLORS[k] for k in ("blue", "vermillion", "green", "plum")
    )
    fig, (left, right) = figures.figure(7.0, 3.4, columns=2)
    ends, last = np.array([-3.5, 3.5]), n - 1
    left.plot(space.X[n:], space.Y[n:], "o", color=blue, ms=3.5, mew=0, alpha=0.3)
    left.plot(space.X[:n], space.Y[:n], "o", color=blue, ms=6)
    left.plot(space.X[last], space.Y[last], "o", color=plum, ms=6)
    for w, look in ((points[0], {"lw": 1.1, "alpha": 0.4}), (points[-1], {"lw": 2.0})):
        left.plot(ends, w[0] * ends + w[1], "-", color=orange, **look)
    if n > 1:
        left.plot(ends, task.minimum[0] * ends + task.minimum[1], "--", color=green)
    left.annotate(
        f"sample {n}",
        (space.X[last], space.Y[last]),
        (-8, -15),
        textcoords="offset points",
        ha="right",
        color=plum,
    )
    left.set(xlim=ends, ylim=(-9, 9), xlabel="x", ylabel="y")
    left.set_title(f"{p['step']} steps, η = {p['lr']:g}")

    levels = [0.25, 1, 2.5, 5, 10, 18, 30, 45, 70, 100]
    names = {"xlabel": "slope w", "ylabel": "intercept b"}
    figures.contour(task, right, (-4, 2), (-4, 5), levels=levels, **names)
    sides = np.array([-4.0, 2.0])
    for i in range(n):
        color, wide = (plum, 1.8) if i == last else (figures.GREY, 1.0)
        right.plot(sides, space.Y[i] - space.X[i] * sides, "-", color=color, lw=wide)
    figures.path(points, right, color=orange)
    if n > 1:
        right.plot(*task.minimum, "o", color=green, ms=6)
    right.set(xlim=(-4, 2), ylim=(-4, 5))
    return fig
