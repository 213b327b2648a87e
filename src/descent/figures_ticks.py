"""Logarithmic axes whose numbers can be read."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, LogLocator

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Between(LogLocator):
    """Ticks at 2 and 5 between powers of ten, on an axis too short to do without."""

    def __init__(self) -> None:
        super().__init__(subs=(2.0, 5.0))

    def tick_values(self, vmin: float, vmax: float) -> Any:
        low, high = sorted((vmin, vmax))
        short = low > 0 and high < 50 * low
        return super().tick_values(vmin, vmax) if short else []


def legible_powers(axis: Axis) -> None:
    """Say 0.01 where all labels of ``axis`` are short, else 10⁻²; 2 and 5 if need be."""

    def label(value: float, position: Any = None) -> str:
        if value <= 0:
            return ""
        low, high = sorted(axis.get_view_interval())
        if low >= 0.5e-3 and high <= 2e4:
            return f"{value:.10g}"
        exponent = int(np.floor(np.log10(value) + 1e-9))
        digit = round(value / 10.0**exponent)
        if exponent == 0:
            return f"{digit}"
        times = "" if digit == 1 else f"{digit}×"
        return f"{times}10{str(exponent).translate(_SUPERSCRIPT)}"

    axis.set_major_formatter(FuncFormatter(label))
    axis.set_minor_locator(_Between())
    axis.set_minor_formatter(FuncFormatter(label))


def log_axis(ax: Axes, name: str) -> None:
    """Make the axis ``name`` ("x" or "y") of ``ax`` logarithmic and legible."""
    getattr(ax, f"set_{name}scale")("log")
    legible_powers(getattr(ax, f"{name}axis"))
