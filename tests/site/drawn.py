"""What a figure plots, as numbers that hold on another version of Matplotlib.

The text of this file is run in the page and beside it, before the cells are; every figure
that is then written as a picture is measured: of each array its size and three weighted
sums, which change with any value and with their order. Where axes stand and how ticks
are written is Matplotlib's, and differs between versions.
"""

import math
import sys

import matplotlib.figure
import numpy as np

DRAWN = {}
ROUND_OFF = 1e-12  # what is drawn of numbers that should be 0 is each machine's own


def sums(values):
    """Size and three sums of the finite numbers in an array, each of its own weights."""
    flat = np.asarray(values, dtype=float).ravel()
    flat = np.where(np.isfinite(flat), flat, 0.0)
    places = np.arange(flat.size)
    return [
        flat.size,
        *(float(flat @ weights) for weights in (np.ones(flat.size), np.cos(places))),
        float(flat @ np.cos(1 + 0.37 * places**1.5)),
        float(np.abs(flat).sum()),
    ]


def as_drawn(axes, points):
    """``points`` (n, 2) as the axes place them: a logarithmic axis shows logarithms."""
    points = np.array(points, dtype=float)
    for k, axis in enumerate((axes.xaxis, axes.yaxis)):
        if axis.get_scale() == "log":
            shown = points[:, k] > 0
            points[:, k] = np.where(
                shown, np.log10(np.where(shown, points[:, k], 1.0)), 0.0
            )
    return points


def measured(figure):
    """Every thing that is plotted, by its axes and kind, in order."""
    found = []
    for number, axes in enumerate(figure.axes):
        for line in axes.lines:
            found.append([number, "line", *sums(as_drawn(axes, line.get_xydata()))])
        for group in axes.collections:
            paths = [path.vertices for path in group.get_paths()]
            offsets = np.ma.filled(group.get_offsets(), np.nan)
            # How many points a contour's piece has may differ; where it lies, hardly.
            if "Contour" in type(group).__name__:
                box = [f(p, axis=0) for p in paths if len(p) for f in (np.min, np.max)]
                found.append([number, "contour", *sums(np.round(box, 2))])
            else:
                found.append([number, "points", *sums(offsets)])
                found.append([number, "areas", *sums(np.concatenate(paths or [[[0, 0]]]))])
        for patch in axes.patches:
            if hasattr(patch, "get_bbox"):
                found.append([number, "bar", *sums(patch.get_bbox().get_points())])
        for image in axes.images:
            found.append([number, "image", *sums(np.ma.filled(image.get_array(), 0))])
        texts = [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
        texts += [text.get_text() for text in axes.texts]
        found.append([number, "words", *texts])
    return found


def watch():
    """Measure every figure that is written from now on, by the cell that draws it."""
    write = matplotlib.figure.Figure.savefig

    def savefig(figure, *args, **options):
        cell = sys.modules["page_session"].shell.cell
        DRAWN.setdefault(cell, []).append(measured(figure))
        return write(figure, *args, **options)

    matplotlib.figure.Figure.savefig = savefig


def differences(here, there, rtol=1e-6):
    """What differs between two measures of one figure, in words."""
    if len(here) != len(there):
        return [f"{len(here)} things are drawn here, {len(there)} there"]
    said = []
    for a, b in zip(here, there):
        same = a[:2] == b[:2] and len(a) == len(b)
        if same and a[1] == "words":
            same = a == b
        elif same:
            scale = max(a[-1], b[-1])
            same = a[2] == b[2] and all(
                math.isclose(x, y, rel_tol=rtol, abs_tol=max(rtol * scale, ROUND_OFF))
                for x, y in zip(a[3:], b[3:])
            )
        if not same:
            said.append(f"{a} is not {b}")
    return said
