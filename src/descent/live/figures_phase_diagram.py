"""The static picture of the live figure ``phase-diagram``."""

import numpy as np

from descent import figures
from descent.live import heavy_ball, phase_diagram

PICTURES = {"phase-diagram": {}}


def draw(ah: float = 0.16, beta: float = 0.8, kappa: float = 1) -> figures.Figure:
    """Rates and momenta in one diagram; beside it the ball that the ring stands for."""
    orange, green = figures.COLORS["vermillion"], figures.COLORS["green"]
    fig, (left, right) = figures.figure(7.0, 3.4, columns=2, widths=[5, 4])
    a, b = np.meshgrid(np.linspace(0, 4.2, 169), np.linspace(0, 1, 81))
    rho = np.vectorize(heavy_ball.radius)(a, b, 1.0)
    levels = np.linspace(0, 1, 11)
    with figures.style():
        left.contourf(a, b, rho, levels, cmap="Blues_r", alpha=0.6)
        left.contourf(a, b, rho, [1.0001, 9], colors=[orange], alpha=0.14)
    size = np.linspace(0, 1, 100)
    for sign in (-1, 1):
        left.plot((1 + sign * size) ** 2, size**2, "-", color=figures.GREY, lw=1.6)
    left.plot([2, 4], [0, 1], "--", color=green, lw=1.6)
    left.plot(ah, beta, "o", mfc="white", mec=orange, ms=8, mew=2)
    left.text(1.3, 0.45, "swings", ha="center")
    left.text(3.3, 0.2, "leaves", ha="center")
    left.text(2.95, 0.62, "αh = 2(1 + β)", ha="right", color=green)
    thin = {"arrowstyle": "-", "color": figures.INK, "lw": 0.7}
    left.annotate("overdamped", (0.12, 0.12), (0.45, 0.24), arrowprops=thin)
    left.annotate("flips", (1.8, 0.03), (2.35, 0.08), arrowprops=thin)
    left.set(xlim=(0, 4.2), ylim=(0, 1), xlabel="αh", ylabel="β")

    x = phase_diagram.trajectory(ah, beta, kappa)[:, 0]
    size = phase_diagram.envelope(ah, beta)
    for way in (size, -size):
        right.plot(way, "--", color=green, lw=1.4)
    right.plot(x, "o-", color=orange, ms=2.6, lw=1.2)
    right.axhline(0, color=figures.GREY, lw=0.8, ls=":")
    right.set(xlim=(0, phase_diagram.STEPS), ylim=(-1.15, 1.15), xlabel="step", ylabel="x")
    right.set_title(f"αh = {ah:g}, β = {beta:g}")
    return fig
