"""The static picture of the live figure ``jacobian-brackets``."""

from typing import Any

from descent import figures
from descent.live import jacobian_brackets as twin

PICTURES = {"jacobian-brackets": {}}
ORDERS = {"left": "from the output", "right": "from the input", "best": "cheapest"}


def draw(**given: Any) -> figures.Figure:
    """The widths of the chain, and what each order of multiplication costs."""
    p = twin.DEFAULTS | given
    widths = [p[f"n{i}"] for i in range(5)]
    fig, (left, right) = figures.figure(7.0, 3.1, columns=2, widths=[3, 2])
    blue, orange = figures.COLORS["blue"], figures.COLORS["vermillion"]
    left.set_yscale("log")
    left.fill_between(range(5), [1] * 5, widths, color=blue, alpha=0.16, lw=0)
    left.plot(widths, "-", color=blue)
    left.plot(widths, "o", mfc="white", mec=orange, ms=8, mew=2)
    for i, width in enumerate(widths):
        note = {"textcoords": "offset points", "ha": "center"}
        left.annotate(str(width), (i, width), (0, 8), **note)
    left.set(xlim=(-0.3, 4.3), ylim=(0.8, 1000), ylabel="width")
    left.set(xlabel="layer (0: input, 4: output)", xticks=range(5))

    right.set_xscale("log")
    for i, (order, name) in enumerate(ORDERS.items()):
        cost = twin.total(order, *widths)
        right.plot([1, cost], [i, i], "-", color=blue, lw=5, alpha=0.5)
        right.text(1.4, i - 0.16, f"{name}: {cost:,}")
    right.set(xlim=(1, 1e6), ylim=(2.4, -0.6), yticks=[], xlabel="multiplications")
    return fig
