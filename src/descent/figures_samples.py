"""Many numbers at once: histograms, ridges of densities, clouds of endpoints."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from descent.figures_labels import HALO, text_shade
from descent.figures_style import BACKGROUND, COLORS, FAINT, SMALLEST, as_axes, styled
from descent.validation import as_array, as_count, describe


@styled
def histogram(
    samples: Any,
    ax: Axes,
    *,
    bins: int | Sequence[float] = 40,
    label: str | None = None,
    xlabel: str = "",
    color: Any = None,
) -> Axes:
    """How often each value came, as a density (area 1), named at its highest bin.

    Parameters
    ----------
    samples : array_like (n,)
        The values.
    bins : int or increasing sequence of float
        How many bins, or their edges; give edges where histograms are compared.
    """
    as_axes(ax)
    samples = as_array("samples", samples, ndim=1)
    bins = as_count("bins", bins, at_least=1) if np.ndim(bins) == 0 else bins
    counts, edges = np.histogram(samples, bins=bins)
    if not counts.any():
        raise ValueError("bins must cover some of the samples")
    density = counts / (counts.sum() * np.diff(edges))
    color = ax._get_lines.get_next_color() if color is None else color
    ax.stairs(density, edges, fill=True, color=color, alpha=0.16, lw=0)
    ax.stairs(density, edges, color=color, lw=1.5, baseline=None)
    top = np.argmax(density)
    if label:
        ax.annotate(
            *(label, ((edges[top] + edges[top + 1]) / 2, density[top])),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            color=text_shade(color),
            size=SMALLEST,
            path_effects=HALO,
            zorder=4,
        )
    if xlabel:
        ax.set_xlabel(xlabel)
    ax.set(yticks=[], ylim=(0, None))
    ax.margins(y=0.15)
    ax.spines["left"].set_visible(False)
    return ax


@styled
def ridge(
    groups: Mapping[str, Any],
    ax: Axes,
    *,
    xlabel: str = "",
    xlim: tuple[float, float] | None = None,
    color: Any = COLORS["blue"],
) -> Axes:
    """One smoothed distribution a row, from top to bottom, each with its median.

    A Gaussian kernel of Silverman's width, 0.9 min(s, IQR/1.34) n^(-1/5); all rows are
    scaled to the same height.

    Parameters
    ----------
    groups : mapping of names to array_like (n,)
        For example the activations of each layer.
    """
    as_axes(ax)
    if not isinstance(groups, Mapping):
        raise TypeError(f"groups must be a mapping of names, got {describe(groups)}")
    rows = {name: as_array(f"groups[{name!r}]", v, ndim=1) for name, v in groups.items()}
    if not rows:
        raise ValueError("groups must hold at least one group")
    if xlim is None:
        everything = np.concatenate(list(rows.values()))
        xlim = tuple(np.quantile(everything, [0.001, 0.999]))
    low, high = as_array("xlim", xlim, shape=(2,))
    grid = np.linspace(low, high, 301)
    for i, samples in enumerate(rows.values()):
        height, base = _density(samples, grid), -i
        height *= 0.86 / height.max()
        ax.fill_between(grid, base, base + height, color=color, alpha=0.22, lw=0)
        ax.plot(grid, base + height, "-", color=color, lw=1.3)
        ax.plot([low, high], [base, base], "-", color=FAINT, lw=0.8, zorder=0)
        median = np.median(samples)
        if low <= median <= high:
            top = np.interp(median, grid, height)
            ax.plot([median, median], [base, base + top], "-", color=color, lw=1.3)
    ax.set(xlim=(low, high), ylim=(0.8 - len(rows), 1.0), xlabel=xlabel)
    ax.set_yticks(0.2 - np.arange(len(rows)), list(rows))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax


def _density(samples: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Gaussian kernel density; a value that all samples share becomes a narrow peak."""
    quartiles = np.quantile(samples, [0.25, 0.75])
    spread = [s for s in (np.std(samples), np.ptp(quartiles) / 1.34) if s > 0]
    width = 0.9 * min(spread, default=0) * len(samples) ** -0.2
    width = max(width, (grid[-1] - grid[0]) / 150)
    counts, edges = np.histogram(samples, bins=1200, range=(grid[0], grid[-1]))
    centres = (edges[1:] + edges[:-1]) / 2
    kernel = np.exp(-0.5 * ((grid[:, None] - centres) / width) ** 2)
    density = kernel @ counts
    if not density.any():
        raise ValueError("xlim must cover some of each group")
    return density


@styled
def endpoints(
    points: Any,
    ax: Axes,
    *,
    label: str | None = None,
    label_offset: tuple[float, float] = (10, 10),
    color: Any = None,
) -> Axes:
    """Where many runs ended, as a cloud, with its mean and its ellipse of two standard
    deviations (which holds 86 % of a Gaussian cloud).

    Parameters
    ----------
    points : array_like (n_runs, 2)
        The last parameters of each run.
    label : str, optional
        Written beside the mean.
    """
    as_axes(ax)
    points = as_array("points", points, shape=(None, 2))
    color = ax._get_lines.get_next_color() if color is None else color
    mean = points.mean(axis=0)
    ax.plot(*points.T, "o", color=color, ms=2.6, mew=0, alpha=0.3, zorder=2)
    if len(points) > 2:
        values, axes_ = np.linalg.eigh(np.cov(points.T))
        angle = np.linspace(0, 2 * np.pi, 101)
        circle = np.array([np.cos(angle), np.sin(angle)])
        half_axes = 2 * np.sqrt(np.maximum(values, 0))[:, None]
        ellipse = mean[:, None] + axes_ @ (half_axes * circle)
        ax.plot(*ellipse, "-", color=color, lw=1.4, zorder=3)
    ax.plot(*mean, "o", mfc=BACKGROUND, mec=color, ms=6, mew=1.6, zorder=3.2)
    if label:
        ax.annotate(
            *(label, mean),
            xytext=label_offset,
            textcoords="offset points",
            color=text_shade(color),
            size=SMALLEST,
            path_effects=HALO,
            zorder=4,
        )
    return ax
