"""The static picture of the live figure ``computational-graph``."""

from typing import Any

from descent import figures
from descent.live import computational_graph as twin

PICTURES = {"computational-graph": {}}
NAMES = ["w₀", "x₀", "w₁", "x₁", "w₂", "×", "×", "+", "+", "−", "exp", "+1", "1/q"]
PLACES = [(0, 0.9), (0, 0.7), (0, 0.5), (0, 0.3), (0, 0.1), (1, 0.8), (1, 0.4), (2, 0.6)]
PLACES += [(k, 0.35) for k in range(3, 8)]
ARGUMENTS = {5: (0, 1), 6: (2, 3), 7: (5, 6), 8: (7, 4), 9: (8,), 10: (9,), 11: (10,)}
ARGUMENTS[12] = (11,)


def draw(**given: Any) -> figures.Figure:
    """The neuron after ``step`` operations forward: values above the nodes."""
    p = twin.DEFAULTS | given
    step = p.pop("step")
    values, _ = twin.passes(**p)
    fig, ax = figures.figure(7.0, 3.5)
    for node, arguments in ARGUMENTS.items():
        for j in arguments:
            ends = zip(PLACES[j], PLACES[node])
            ax.plot(*ends, "-", color=figures.GREY, lw=1.2, zorder=1)
    for node, (x, y) in enumerate(PLACES):
        ax.plot(x, y, "o", mfc="white", mec=figures.GREY, ms=24, mew=1.6, zorder=2)
        ax.text(x, y, NAMES[node], ha="center", va="center", zorder=3)
        if node < 5 + step:
            shown = f"{values[node]:.3g}".replace("-", "−")
            hue = figures.COLORS["blue"]
            ax.text(x, y + 0.075, shown, ha="center", color=hue, zorder=3)
    ax.set(xlim=(-0.5, 7.5), ylim=(0, 1.03))
    ax.set_axis_off()
    return fig
