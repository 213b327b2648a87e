"""Names written at the lines they name, in place of a legend."""

from typing import Any

import numpy as np
from matplotlib import colors, patheffects
from matplotlib.axes import Axes

from descent.figures_style import BACKGROUND, GREY, INK, SMALLEST, as_axes, settle, styled

# Keeps lines and names apart from what they cross.
HALO = [patheffects.withStroke(linewidth=3.6, foreground=BACKGROUND)]


def contrast(one: Any, other: Any) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""

    def luminance(color: Any) -> float:
        c = np.array(colors.to_rgb(color))
        linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def text_shade(color: Any) -> str:
    """``color``, darkened until text in it can be read (contrast 4.5:1)."""
    c, ink = np.array(colors.to_rgb(color)), np.array(colors.to_rgb(INK))
    for share in np.linspace(0, 1, 21):
        shade = colors.to_hex((1 - share) * c + share * ink)
        if contrast(shade, BACKGROUND) >= 4.5:
            return shade
    return INK


def tint(color: Any, share: float = 0.25) -> str:
    """``share`` of ``color`` on the figure's background."""
    c, paper = np.array(colors.to_rgb(color)), np.array(colors.to_rgb(BACKGROUND))
    return colors.to_hex(share * c + (1 - share) * paper)


def note(ax: Axes, text: str) -> None:
    """A small grey remark in the upper right corner, once."""
    if text not in (t.get_text() for t in ax.texts):
        ax.text(
            *(1, 1, text),
            transform=ax.transAxes,
            color=GREY,
            size=SMALLEST,
            ha="right",
            va="top",
        )


_END = "label at the end of a line"


@styled
def label_ends(ax: Axes) -> Axes:
    """Write each labelled line's name at its right end, spread so that none overlap.

    The functions that draw labelled lines call it; call it again if limits or lines
    change afterwards.
    """
    as_axes(ax)
    for text in [t for t in ax.texts if t.get_gid() == _END]:
        text.remove()
    lines = [line for line in ax.lines if not line.get_label().startswith("_")]
    if not lines:
        return ax
    settle(ax.figure)
    lines, ends = zip(*[(ln, end) for ln in lines if (end := _end(ln, ax)) is not None])
    point = ax.figure.dpi / 72
    wanted = np.array(ends)[:, 1] / point
    sizes = [1.35 * SMALLEST * (1 + line.get_label().count("\n")) for line in lines]
    shifts = spread(wanted, np.array(sizes)) - wanted
    for line, end, shift in zip(lines, ends, shifts):
        moved = abs(shift) > 3
        leader = {"arrowstyle": "-", "color": GREY, "lw": 0.6, "shrinkA": 1, "shrinkB": 2}
        ax.annotate(
            line.get_label(),
            ax.transData.inverted().transform(end),
            xytext=(16 if moved else 7, shift),
            textcoords="offset points",
            color=text_shade(line.get_color()),
            size=SMALLEST,
            va="center",
            annotation_clip=False,
            arrowprops=leader if moved else None,
            gid=_END,
        )
    return ax


def _end(line: Any, ax: Axes) -> np.ndarray | None:
    """The pixel at which ``line`` is last seen within ``ax``."""
    points = line.get_transform().transform(np.column_stack(line.get_data(orig=False)))
    (left, low), (right, high) = ax.bbox.min - 1, ax.bbox.max + 1
    x, y = points.T
    with np.errstate(invalid="ignore"):
        seen = np.flatnonzero((left <= x) & (x <= right) & (low <= y) & (y <= high))
    return points[seen[-1]] if seen.size else None


def spread(wanted: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Centres nearest to ``wanted`` (least squares), ``sizes`` apart, in its order.

    Without the gaps it is an isotonic regression: neighbours in the wrong order are
    pooled at their mean.
    """
    order = np.argsort(wanted, kind="stable")
    heights = sizes[order]
    below = np.concatenate([[0.0], np.cumsum((heights[1:] + heights[:-1]) / 2)])
    pools: list[list[float]] = []
    for value in wanted[order] - below:
        pools.append([value])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    centres = np.empty_like(wanted)
    centres[order] = np.concatenate([np.full(len(p), np.mean(p)) for p in pools]) + below
    return centres
