"""A loss over two parameters, the paths that descend it, and the data beside it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib import colors
from matplotlib.axes import Axes

from descent.figures_labels import HALO, label_ends, text_shade
from descent.figures_style import BACKGROUND, COLORS, INK, SMALLEST, as_axes, styled
from descent.validation import as_array, as_count, as_number

# The floor of a valley is tinted, its rim white: lines keep their contrast everywhere.
VALLEY, CONTOUR = "#DCE8F3", "#A3B0BF"


@styled
def contour(
    f: Any,
    ax: Axes,
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    *,
    levels: int | Sequence[float] = 12,
    growth: float = 2.0,
    n: int = 121,
    xlabel: str = "w₁",
    ylabel: str = "w₂",
) -> Axes:
    """Contours of a function of two parameters; limits stay where they are put.

    Parameters
    ----------
    f : Problem, or callable of an array (2,)
        Of a problem its ``loss`` is drawn.
    xlim, ylim : pair of float
        Ranges of the first and the second parameter.
    levels : int or increasing sequence of float
        How many contours, or at which values.
    growth : float
        Level k of n lies at min + (max − min)(k/n)^growth: 2 spaces the ellipses of a
        bowl evenly, more shows the floor of a deep valley.
    n : int
        Points along each axis at which ``f`` is taken.
    """
    as_axes(ax)
    loss = getattr(f, "loss", f)
    n = as_count("n", n, at_least=3)
    x, y = (
        np.linspace(*as_array(name, limits, shape=(2,)), n)
        for name, limits in (("xlim", xlim), ("ylim", ylim))
    )
    z = np.array([[loss(np.array([a, b])) for a in x] for b in y], dtype=np.float64)
    as_array("values of f", z, shape=(n, n))
    if np.ndim(levels) == 0:
        count = as_count("levels", levels, at_least=2)
        growth = as_number("growth", growth, above=0)
        levels = z.min() + np.ptp(z) * (np.arange(1, count) / count) ** growth
    levels = np.unique(as_array("levels", levels, ndim=1))
    tints = colors.LinearSegmentedColormap.from_list("valley", [VALLEY, BACKGROUND])
    bands = np.concatenate([[min(z.min(), levels[0]) - 1], levels])
    shades = tints(np.linspace(0, 1, len(bands)) ** 0.8)
    ax.contourf(x, y, z, levels=bands, colors=shades[:-1], antialiased=False, zorder=0)
    look = {"colors": CONTOUR, "linewidths": 0.7, "linestyles": "solid"}
    ax.contour(x, y, z, levels=levels, zorder=0.5, **look)
    ax.set(xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel, autoscale_on=False)
    return ax


@styled
def path(
    points: Any,
    ax: Axes,
    *,
    label: str | None = None,
    label_at: int = -1,
    label_offset: tuple[float, float] = (7, 6),
    color: Any = None,
    dots: bool = True,
) -> Axes:
    """The way of the parameters: an open ring at the start, a dot at every step.

    Parameters
    ----------
    points : array_like (n_steps + 1, 2), or Trace
        For example a trace's ``w``, or the pairs (w, f(w)) on a curve.
    label : str, optional
        Written beside the point number ``label_at``, ``label_offset`` points away.
    dots : bool
        Whether single steps are marked.
    """
    as_axes(ax)
    points = as_array("points", getattr(points, "w", points), shape=(None, 2), finite=False)
    good = np.isfinite(points).all(axis=1)
    if not good[0]:
        raise ValueError(f"points must begin with a finite point, got {points[0]}")
    points = points[: np.argmin(good) if not good.all() else len(points)]
    used = sum(line.get_gid() == "path" for line in ax.lines)
    hues = list(COLORS.values())
    color = hues[(used + 1) % len(hues)] if color is None else color
    ax.plot(*points.T, "-", color=color, lw=1.6, path_effects=HALO, gid="path", zorder=3)
    if dots:
        ax.plot(*points[1:].T, "o", color=color, ms=3.4, mew=0, zorder=3.1)
    ax.plot(*points[0], "o", mfc=BACKGROUND, mec=color, ms=6.5, mew=1.6, zorder=3.2)
    if label:
        ax.annotate(
            *(label, points[label_at]),
            xytext=label_offset,
            textcoords="offset points",
            ha="left" if label_offset[0] >= 0 else "right",
            va="center",
            color=text_shade(color),
            size=SMALLEST,
            path_effects=HALO,
            zorder=4,
        )
    return ax


@styled
def mark(
    point: tuple[float, float],
    ax: Axes,
    label: str | None = None,
    *,
    offset: tuple[float, float] = (7, -9),
) -> Axes:
    """A small cross at ``point``: a minimum, a saddle, the truth."""
    as_axes(ax)
    point = as_array("point", point, shape=(2,))
    ax.plot(*point, "+", color=INK, ms=9, mew=1.5, zorder=3.5)
    if label:
        ax.annotate(
            *(label, point),
            xytext=offset,
            textcoords="offset points",
            ha="left" if offset[0] >= 0 else "right",
            va="center",
            size=SMALLEST,
            path_effects=HALO,
            zorder=4,
        )
    return ax


def _straight_line(w: np.ndarray, x: np.ndarray) -> np.ndarray:
    return w[0] * x + w[1]


@styled
def data_and_parameters(
    x: Any,
    y: Any,
    problem: Any,
    points: Any,
    axes: Any,
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    *,
    steps: Sequence[int] | None = None,
    predict: Callable[[np.ndarray, np.ndarray], np.ndarray] = _straight_line,
    **contour_options: Any,
) -> Any:
    """The same steps twice: as fits to the data, and as points in parameter space.

    Parameters
    ----------
    x, y : array_like (n,)
        The data.
    problem : Problem, or callable of an array (2,)
        The loss over the two parameters.
    points : array_like (n_steps + 1, 2), or Trace
        The parameters at every step.
    axes : pair of Axes
        Left for the data, right for the parameters.
    xlim, ylim : pair of float
        Of the parameter space.
    steps : sequence of int, optional
        Which fits are drawn and numbered, in both panels; later ones are darker. The
        last is -1; 0, 1, 2, 5 and the last unless given.
    predict : callable
        ``predict(w, x)``; a straight line of slope w₁ and intercept w₂ unless given.

    Returns
    -------
    axes : pair of Axes
    """
    left, right = (as_axes(ax) for ax in axes)
    x = as_array("x", x, ndim=1)
    y = as_array("y", y, shape=x.shape)
    points = as_array("points", getattr(points, "w", points), shape=(None, 2))
    last = len(points) - 1
    if steps is None:
        steps = [step for step in (0, 1, 2, 5) if step < last] + [last]
    steps = [as_count("steps", s, at_least=-len(points), at_most=last) for s in steps]
    steps = sorted({step % len(points) for step in steps})
    grid = np.linspace(x.min(), x.max(), 201)
    contour(problem, right, xlim, ylim, **contour_options)
    path(points, right, color=COLORS["vermillion"], dots=False)
    pale, full = (np.array(colors.to_rgb(c)) for c in ("#E8A27E", COLORS["vermillion"]))
    for i, step in enumerate(steps):
        share = i / max(1, len(steps) - 1)
        color = colors.to_hex((1 - share) * pale + share * full)
        name = f"step {step}" if i == 0 else f"{step}"
        fit = as_array("predict(w, x)", predict(points[step], grid), shape=grid.shape)
        left.plot(
            *(grid, fit, "-"),
            color=color,
            lw=1.2 + 0.6 * share,
            zorder=2 + share,
            label=name,
        )
        if i:
            right.plot(*points[step], "o", color=full, ms=5, mew=0, zorder=3.3)
        beside = _beside(points, step, right)
        right.annotate(
            *(name, points[step]),
            xytext=beside,
            textcoords="offset points",
            ha="left" if beside[0] > 3 else "right" if beside[0] < -3 else "center",
            va="center",
            size=SMALLEST,
            color=text_shade(full),
            path_effects=HALO,
            zorder=4,
        )
    left.plot(x, y, "o", color=INK, ms=2.8, mew=0, alpha=0.55, zorder=4, label="_data")
    left.set(xlabel="x", ylabel="y")
    label_ends(left)
    return axes


def _beside(points: np.ndarray, step: int, ax: Axes) -> np.ndarray:
    """An offset of 11 points, across the path, to the right of it on the page."""
    around = ax.transData.transform(
        points[[max(step - 1, 0), min(step + 1, len(points) - 1)]]
    )
    along = around[1] - around[0]
    length = np.hypot(*along)
    across = np.array([-along[1], along[0]]) / length if length > 0 else np.array([1.0, 0])
    return 11 * across * (1 if across[0] >= 0 else -1)
