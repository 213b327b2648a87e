"""Small pictures side by side, such as the digits that a network got wrong."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from descent.figures_labels import text_shade
from descent.figures_style import COLORS, FAINT, INK, SMALLEST, as_axes, styled
from descent.validation import as_array, as_count, as_number


@styled
def image_grid(
    images: Any,
    ax: Axes,
    *,
    labels: Sequence[str] | None = None,
    wrong: Any = None,
    columns: int = 10,
    vmax: float | None = None,
) -> Axes:
    """Pictures in rows, dark ink on white, each with a line of text below.

    Parameters
    ----------
    images : array_like (n, height, width)
        For example digits, at least 0; the largest value is black.
    labels : sequence of n texts, optional
        For example ``"3 → 8"``.
    wrong : array_like of n booleans, optional
        Which ones are framed.
    columns : int
        Pictures a row.
    """
    as_axes(ax)
    images = as_array("images", images, ndim=3)
    n, height, width = images.shape
    columns = min(as_count("columns", columns, at_least=1), n)
    labels = [""] * n if labels is None else list(labels)
    if len(labels) != n:
        raise ValueError(f"labels must be {n} texts, one for each image, got {len(labels)}")
    wrong = np.zeros(n, dtype=bool) if wrong is None else np.asarray(wrong)
    if wrong.shape != (n,) or wrong.dtype != bool:
        raise ValueError(f"wrong must be {n} booleans, got {wrong.dtype} {wrong.shape}")
    vmax = as_number("vmax", images.max() or 1.0 if vmax is None else vmax, above=0)
    across, down = 1.25, 1.25 + (0.35 if any(labels) else 0)
    for i, (image, label) in enumerate(zip(images, labels)):
        left, top = i % columns * across, i // columns * down
        extent = (left, left + 1, top + height / width, top)
        ax.imshow(image, cmap="Greys", vmin=0, vmax=vmax, extent=extent, aspect="equal")
        frame = COLORS["vermillion"] if wrong[i] else FAINT
        corner, thick = (left, top), 2.0 if wrong[i] else 0.8
        ax.add_patch(
            Rectangle(corner, 1, height / width, fill=False, edgecolor=frame, lw=thick)
        )
        ax.text(
            *(left + 0.5, top + height / width + 0.08, label),
            ha="center",
            va="top",
            size=SMALLEST,
            color=text_shade(COLORS["vermillion"]) if wrong[i] else INK,
        )
    rows = -(-n // columns)
    ax.set(xlim=(-0.1, columns * across - 0.15), ylim=(rows * down - 0.05, -0.1))
    ax.set_axis_off()
    return ax
