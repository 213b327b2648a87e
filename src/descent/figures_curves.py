"""Curves: a function, a loss over the steps, many runs as a band, an error against h."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from descent.figures_labels import label_ends, note
from descent.figures_style import FAINT, GREY, SMALLEST, as_axes, styled
from descent.figures_ticks import log_axis
from descent.validation import as_array, as_count, as_number


@styled
def curve(
    f: Callable[[float], float],
    ax: Axes,
    xlim: tuple[float, float],
    *,
    label: str | None = None,
    color: Any = None,
    n: int = 401,
) -> Axes:
    """The graph of ``f`` over the interval ``xlim``."""
    as_axes(ax)
    low, high = as_array("xlim", xlim, shape=(2,))
    x = np.linspace(low, high, as_count("n", n, at_least=2))
    y = as_array("f(x)", [f(value) for value in x], shape=(n,))
    return _line(ax, x, y, label, color)


@styled
def loss_curve(
    losses: Any,
    ax: Axes,
    *,
    label: str | None = None,
    x: Any = None,
    xlabel: str = "step",
    ylabel: str = "loss",
    log: bool = True,
    color: Any = None,
) -> Axes:
    """Loss against step, each curve named at its end; a diverged one ends in a cross.

    Parameters
    ----------
    losses : array_like (n,), mapping of names to such arrays, or Trace
        A mapping gives each curve its name. Of a trace the watched losses are drawn at
        the steps where they were taken, or the batch losses if none was watched.
    ax : Axes
    label : str, optional
        Name of a single curve; of several, what their names begin with.
    x : array_like (n,), optional
        Where the losses were taken; 0, 1, 2, … unless given.
    log : bool
        Whether the loss axis is logarithmic.

    Raises
    ------
    ValueError
        If a loss is not positive on a logarithmic axis, or ``x`` has another length.
    """
    as_axes(ax)
    named, x = _named(losses, label, x)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    for name, values in named.items():
        y = as_array(f"losses[{name!r}]", values, ndim=1, finite=False)
        steps = np.arange(len(y)) if x is None else as_array("x", x, shape=y.shape)
        broken = np.flatnonzero(~np.isfinite(y))
        end = broken[0] if broken.size else len(y)
        if end == 0:
            raise ValueError(f"losses[{name!r}] must begin with a finite loss, got {y[0]}")
        if log and not (y[:end] > 0).all():
            step = int(np.flatnonzero(y[:end] <= 0)[0])
            raise ValueError(
                f"losses[{name!r}] must be positive on a logarithmic axis, got {y[step]} "
                f"at {step}; pass log=False"
            )
        if log:
            log_axis(ax, "y")
        _line(ax, steps[:end], y[:end], name, color, ends=False)
        if broken.size:
            last = ax.lines[-1]
            ax.plot(
                *(steps[end - 1], y[end - 1], "x"),
                color=last.get_color(),
                ms=8,
                mew=1.8,
                clip_on=False,
            )
    ax.grid(axis="y", which="both", color=FAINT)
    return label_ends(ax)


def _named(losses: Any, label: str | None, x: Any) -> tuple[dict[Any, Any], Any]:
    """Curves by name, and where their values were taken (None: at 0, 1, 2, …)."""
    if hasattr(losses, "batch_loss"):
        trace, losses = losses, losses.loss
        if not losses:
            losses = {"batch": trace.batch_loss}
            x = trace.first_step + np.arange(trace.n_steps) if x is None else x
        x = trace.steps if x is None else x
    if not isinstance(losses, Mapping):
        return {label: losses}, x
    if not losses:
        raise ValueError("losses must hold at least one curve, got an empty mapping")
    if label is None:
        return dict(losses), x
    if len(losses) == 1:
        return dict(zip([label], losses.values())), x
    return {f"{label}, {name}": value for name, value in losses.items()}, x


@styled
def band(
    runs: Any,
    ax: Axes,
    *,
    label: str | None = None,
    x: Any = None,
    quantiles: tuple[float, float] = (0.1, 0.9),
    xlabel: str = "step",
    ylabel: str = "loss",
    log: bool = True,
    color: Any = None,
) -> Axes:
    """The median of many runs, and between which quantiles the others lie.

    Parameters
    ----------
    runs : array_like (n_runs, n_points)
        One run a row, all of the same length.
    quantiles : pair of float
        Lower and upper edge of the band; what they are is written in the corner.
    """
    as_axes(ax)
    runs = as_array("runs", runs, ndim=2)
    low, high = as_array("quantiles", quantiles, shape=(2,))
    if not 0 <= low < 0.5 < high <= 1:
        raise ValueError(f"quantiles must lie on either side of 0.5, got {quantiles}")
    if log and not (runs > 0).all():
        raise ValueError("runs must be positive on a logarithmic axis; pass log=False")
    n_runs, n_points = runs.shape
    steps = np.arange(n_points) if x is None else as_array("x", x, shape=(n_points,))
    lower, median, upper = np.quantile(runs, [low, 0.5, high], axis=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if log:
        log_axis(ax, "y")
    _line(ax, steps, median, label, color, ends=False)
    ax.fill_between(
        steps, lower, upper, color=ax.lines[-1].get_color(), alpha=0.16, lw=0, zorder=1.5
    )
    note(ax, f"median and {low:.0%} to {high:.0%} of {n_runs:,} runs")
    ax.grid(axis="y", which="both", color=FAINT)
    return label_ends(ax)


@styled
def u_curve(
    h: Any,
    error: Any,
    ax: Axes,
    *,
    label: str | None = None,
    xlabel: str = "step h",
    ylabel: str = "relative error",
    color: Any = None,
) -> Axes:
    """Error against step on two logarithmic axes, with a ring at the best step.

    Parameters
    ----------
    h, error : array_like (n,)
        Steps, all positive, and the error at each, 0 where there is none (left out).
    """
    as_axes(ax)
    h = as_array("h", h, ndim=1)
    error = as_array("error", error, shape=h.shape)
    if not (h > 0).all() or not (error >= 0).all() or not error.any():
        raise ValueError("h must be positive, error at least 0 and somewhere above it")
    h, error = h[error > 0], error[error > 0]
    log_axis(ax, "x")
    log_axis(ax, "y")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    _line(ax, h, error, label, color, ends=False)
    best = np.argmin(error)
    face, edge = ax.get_facecolor(), ax.lines[-1].get_color()
    ax.plot(h[best], error[best], "o", ms=7, mfc=face, mec=edge, mew=1.8, zorder=3)
    return label_ends(ax)


@styled
def slope_guide(
    slope: float,
    through: tuple[float, float],
    ax: Axes,
    *,
    label: str,
    decades: float = 2.0,
    below: bool = False,
) -> Axes:
    """A thin grey line ``y ∝ x^slope`` on two logarithmic axes, to compare with.

    Parameters
    ----------
    through : pair of float
        The point from which the line runs ``decades`` to the right (or to the left,
        where negative).
    label : str
        Written above the line's middle (or ``below``), for example ``"∝ h²"``.
    """
    as_axes(ax)
    x0, y0 = as_array("through", through, shape=(2,))
    slope, decades = as_number("slope", slope), as_number("decades", decades)
    if min(x0, y0) <= 0 or decades == 0:
        raise ValueError(f"through must be positive and decades not 0, got {through}")
    x = x0 * 10.0 ** np.array([0, decades / 2, decades])
    y = y0 * (x / x0) ** slope
    ax.plot(x, y, color=GREY, lw=1.0, ls="-", zorder=1.6)
    left = (slope > 0) != below  # of a rising line "above" is to the left
    ax.annotate(
        *(label, (x[1], y[1])),
        xytext=(-5 if left else 5, -4 if below else 4),
        textcoords="offset points",
        color=GREY,
        size=SMALLEST,
        ha="right" if left else "left",
        va="top" if below else "bottom",
    )
    return ax


def _line(
    ax: Axes, x: np.ndarray, y: np.ndarray, label: str | None, color: Any, ends: bool = True
) -> Axes:
    options = {} if color is None else {"color": color, "linestyle": "-"}
    ax.plot(x, y, label=label or "_", **options)
    return label_ends(ax) if ends else ax
