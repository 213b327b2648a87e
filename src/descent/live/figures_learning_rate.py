"""The static picture of the live figure ``learning-rate``."""

import numpy as np

from descent import figures
from descent.live import learning_rate

PICTURES = {"learning-rate": {}}


def draw(h: float = 1.6, lr: float = 0.2, w0: float = 4.0) -> figures.Figure:
    """The path on the parabola; beside it the factor against the learning rate."""
    w = learning_rate.trajectory(h, lr, w0)
    fig, (left, right) = figures.figure(7.0, 3.1, columns=2, widths=[3, 2])
    figures.curve(lambda v: 0.5 * h * v**2, left, (-7, 7), color=figures.GREY)
    color = figures.COLORS["vermillion"]
    figures.path(np.column_stack([w, 0.5 * h * w**2]), left, color=color)
    left.set(xlim=(-7, 7), ylim=(-1, 30), xlabel="w", ylabel="f(w) = ½ h w²")
    left.set_title(f"η = {lr:g}, h = {h:g}")
    figures.curve(lambda eta: abs(1 - eta * h), right, (0, 2), color=figures.COLORS["blue"])
    right.axhline(1, color=figures.GREY, lw=0.8, ls=":")
    right.axvline(2 / h, color=figures.GREY, lw=0.8, ls=":")
    right.plot(lr, abs(learning_rate.factor(h, lr)), "o", color=color, ms=7)
    right.annotate(f"1/h = {1 / h:.3g}", (1 / h, 0), (6, 2), textcoords="offset points")
    right.annotate(f"2/h = {2 / h:.3g}", (2 / h, 1), (6, -12), textcoords="offset points")
    right.set(xlim=(0, 2), ylim=(-0.05, 2), xlabel="learning rate η", ylabel="|1 − ηh|")
    right.set_title("Factor per step, in size")
    return fig
