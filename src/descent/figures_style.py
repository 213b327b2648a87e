"""The one quiet style of the course's figures: size, colours, background.

A figure here is made without pyplot, so no setting of Matplotlib's is left behind and
none of the reader's leaks in. Its background is white on every page, as on paper.
"""

import base64
import functools
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.ticker import AutoLocator

from descent.figures_ticks import legible_powers
from descent.validation import as_count, as_number, describe

BACKGROUND, INK, GREY, FAINT = "#FFFFFF", "#1F2430", "#667080", "#E6EAEF"
# Okabe and Ito's hues (2008), darkened until each has a contrast of 3.7:1 with white and
# moved apart until any two differ by 25 CIELAB units in each dichromacy (Machado 2009).
COLORS = {
    "blue": "#0B4FA6",
    "vermillion": "#D9480F",
    "green": "#189661",
    "plum": "#8F5C8B",
    "ink": INK,
}
# What colour says, dashes say again, for print in grey.
DASHES = ["-", "-", (0, (6, 1.2)), (0, (2.2, 1)), "-"]
SMALLEST, BASE = 9.0, 9.5  # points; at 100 pixels an inch 9 pt are 12.5 pixels

_STYLE = {
    "figure.dpi": 100,
    "figure.facecolor": BACKGROUND,
    "font.size": BASE,
    "text.color": INK,
    "axes.titlesize": BASE + 0.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelcolor": INK,
    "axes.labelpad": 5,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.prop_cycle": cycler(color=list(COLORS.values()), linestyle=DASHES),
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALLEST,
    "ytick.labelsize": SMALLEST,
    "xtick.major.size": 3.5,
    "ytick.major.size": 3.5,
    "xtick.minor.size": 3.5,
    "ytick.minor.size": 3.5,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "lines.markersize": 5,
    "legend.frameon": False,
    "legend.fontsize": SMALLEST,
}


@functools.cache
def _settings() -> dict[str, Any]:
    """Matplotlib's defaults and the style over them, checked once, not at each call."""
    plain = dict.items(matplotlib.rcParamsDefault)
    return {k: v for k, v in plain if k != "backend"} | dict(matplotlib.RcParams(_STYLE))


@contextmanager
def style() -> Iterator[None]:
    """Within it, what Matplotlib draws wears the course's style; after it, no setting
    has changed.
    """
    with matplotlib.rc_context():
        dict.update(matplotlib.rcParams, _settings())
        yield


def styled(draw: Callable) -> Callable:
    """``draw``, run within :func:`style`."""

    @functools.wraps(draw)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with style():
            return draw(*args, **kwargs)

    return wrapper


class StyledAxes(Axes):
    """Axes that draw in the course's style whoever calls, ``ax.set_title`` included."""

    def set_xscale(self, value: Any, **options: Any) -> None:
        """As Matplotlib's; the numbers of a logarithmic axis are legible."""
        super().set_xscale(value, **options)
        if value == "log":
            legible_powers(self.xaxis)

    def set_yscale(self, value: Any, **options: Any) -> None:
        """As Matplotlib's; the numbers of a logarithmic axis are legible."""
        super().set_yscale(value, **options)
        if value == "log":
            legible_powers(self.yaxis)


for _name in (
    *("annotate", "axhline", "axvline", "bar", "barh", "errorbar", "fill_between", "hist"),
    *("imshow", "legend", "plot", "scatter", "set_title", "set_xlabel", "set_ylabel"),
    *("step", "text"),
):
    setattr(StyledAxes, _name, styled(getattr(Axes, _name)))


class Figure(MatplotlibFigure):
    """A Matplotlib figure that a notebook shows by itself, at twice the pixels."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple:
        width, height = (round(inches * self.dpi) for inches in self.get_size_inches())
        data = {"text/plain": repr(self), "image/png": base64.b64encode(png(self)).decode()}
        return data, {"image/png": {"width": width, "height": height}}

    def _ipython_display_(self) -> None:
        # Goes before the formatter of pyplot's inline backend, where that is in use.
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)


def figure(
    width: float = 7.0,
    height: float = 3.4,
    *,
    rows: int = 1,
    columns: int = 1,
    widths: Any = None,
    heights: Any = None,
    share_x: bool = False,
    share_y: bool = False,
) -> tuple[Figure, Any]:
    """A figure and its axes, to be drawn on and left as the last line of the cell.

    Parameters
    ----------
    width, height : float
        Inches, each of 100 pixels on the page: 7 fill the text's column. A narrower
        figure would be enlarged by the page, and its text with it.
    rows, columns : int
        Panels.
    widths, heights : sequence of float, optional
        Relative sizes of columns and of rows.
    share_x, share_y : bool
        Whether all panels have the same limits.

    Returns
    -------
    figure : Figure
    axes : Axes
        One Axes; for several panels an array of them, ``(columns,)``, ``(rows,)`` or
        ``(rows, columns)``.
    """
    size = (
        as_number("width", width, above=0, at_most=20),
        as_number("height", height, above=0, at_most=40),
    )
    as_count("rows", rows, at_least=1)
    as_count("columns", columns, at_least=1)
    with style():
        fig = Figure(figsize=size, layout="constrained")
        axes = fig.subplots(
            rows,
            columns,
            sharex=share_x,
            sharey=share_y,
            width_ratios=widths,
            height_ratios=heights,
            subplot_kw={"axes_class": StyledAxes},
        )
        for ax in np.atleast_1d(axes).flat:
            ax.margins(0.02, 0.06)
            for axis in (ax.xaxis, ax.yaxis):
                axis.set_major_locator(AutoLocator())
                axis.get_major_locator().set_params(steps=[1, 2, 5, 10])
    return fig, axes


def png(fig: MatplotlibFigure, scale: float = 2.0) -> bytes:
    """The figure as a PNG; the same drawing gives the same bytes (no date, no version)."""
    if not isinstance(fig, MatplotlibFigure):
        raise TypeError(f"fig must be a Figure, got {describe(fig)}")
    scale = as_number("scale", scale, above=0, at_most=10)
    file, dpi = io.BytesIO(), fig.dpi
    with style():
        fig.set_dpi(scale * dpi)
        try:  # not savefig: it draws twice, the first time for the layout alone
            FigureCanvasAgg(fig).print_png(
                file,
                metadata={"Software": None},
                pil_kwargs={"compress_level": 3},  # twice as fast, a tenth larger
            )
        finally:
            fig.set_dpi(dpi)
    return file.getvalue()


def show(fig: MatplotlibFigure) -> None:
    """Show ``fig`` in the middle of a cell; a last line ``fig`` does it at the end."""
    if not isinstance(fig, MatplotlibFigure):
        raise TypeError(f"fig must be a Figure, got {describe(fig)}")
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return
    if get_ipython() is not None:
        display(fig)


def settle(fig: MatplotlibFigure) -> None:
    """Limits and layout as they will be drawn; cheaper than drawing."""
    engine = fig.get_layout_engine()
    if engine is None:
        fig.draw_without_rendering()
    else:
        engine.execute(fig)


def as_axes(ax: Any) -> Axes:
    """``ax``, if it is an Axes to draw on."""
    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be an Axes, from figures.figure(), got {describe(ax)}")
    return ax
