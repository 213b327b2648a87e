"""How long each method took, with the spread of its repeats."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from descent.figures_labels import text_shade, tint
from descent.figures_style import BACKGROUND, COLORS, FAINT, SMALLEST, as_axes, styled
from descent.figures_ticks import log_axis
from descent.validation import as_array

_UNITS = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]


def _duration(seconds: float, position: Any = None) -> str:
    """``"5.3 µs"``: two significant digits and the unit that suits."""
    if seconds == 0:
        return "0"
    rounded = float(f"{seconds:.1e}")
    size, unit = next((u for u in _UNITS if rounded >= u[0]), _UNITS[-1])
    number = rounded / size
    return (
        f"{number:.1f}".removesuffix(".0") + f" {unit}"
        if number < 10
        else (f"{number:.0f} {unit}")
    )


@styled
def timings(
    timings: Any, ax: Axes, *, log: bool = True, emphasis: str | None = None
) -> Axes:
    """Seconds a call, one method a row: median, quartiles, and from minimum to maximum.

    Parameters
    ----------
    timings : TimingRecord, or mapping of names to Timing or array_like (repeats,)
        Seconds. Rows keep the order given, from top to bottom.
    log : bool
        Whether the axis of time is logarithmic; if not, bars begin at 0.
    emphasis : str, optional
        The row that the text is about.
    """
    as_axes(ax)
    timings = getattr(timings, "timings", timings)
    if not isinstance(timings, Mapping) or not timings:
        raise ValueError("timings must hold at least one method")
    if emphasis is not None and emphasis not in timings:
        raise ValueError(f"emphasis must be one of {list(timings)}, got {emphasis!r}")
    for row, (name, timing) in enumerate(timings.items()):
        seconds = as_array(f"timings[{name!r}]", getattr(timing, "seconds", timing), ndim=1)
        if not (seconds > 0).all():
            raise ValueError(f"timings[{name!r}] must be positive, got {seconds.min()}")
        low, median, high = np.quantile(seconds, [0.25, 0.5, 0.75])
        color = COLORS["vermillion"] if name == emphasis else COLORS["blue"]
        if not log:
            ax.barh(row, median, height=0.5, color=tint(color))
        ax.plot([seconds.min(), seconds.max()], [row, row], "-", color=color, lw=1.2)
        ax.plot([low, high], [row, row], "-", color=color, lw=4.5, solid_capstyle="butt")
        ax.plot(median, row, "o", mfc=BACKGROUND, mec=color, ms=6, mew=1.8, zorder=3)
        ax.annotate(
            *(_duration(median), (seconds.max(), row)),
            xytext=(9, 0),
            textcoords="offset points",
            color=text_shade(color),
            size=SMALLEST,
            va="center",
            annotation_clip=False,
        )
    if log:
        log_axis(ax, "x")
        ax.xaxis.set_minor_formatter(FuncFormatter(_duration))
    else:
        ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(FuncFormatter(_duration))
    ax.set_yticks(range(len(timings)), list(timings))
    ax.set(ylim=(len(timings) - 0.4, -0.6), xlabel="time a call")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", which="both", color=FAINT)
    return ax
