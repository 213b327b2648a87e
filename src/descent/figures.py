"""Every figure of the course: data → run → what is seen.

``fig, ax = figures.figure()`` makes the sheet, functions draw on ``ax`` and return it,
and ``fig`` as a cell's last line shows it. One quiet style, safe for the colour-blind,
for screens, dark pages and print in grey; no legend where a label will do.
"""

from descent.figures_curves import band, curve, loss_curve, slope_guide, u_curve
from descent.figures_graph import computational_graph
from descent.figures_images import image_grid
from descent.figures_labels import label_ends
from descent.figures_plane import contour, data_and_parameters, mark, path
from descent.figures_samples import endpoints, histogram, ridge
from descent.figures_style import COLORS, GREY, INK, Figure, figure, png, show, style
from descent.figures_timings import timings

__all__ = [
    "COLORS",
    "Figure",
    "GREY",
    "INK",
    "band",
    "computational_graph",
    "contour",
    "curve",
    "data_and_parameters",
    "endpoints",
    "figure",
    "histogram",
    "image_grid",
    "label_ends",
    "loss_curve",
    "mark",
    "path",
    "png",
    "ridge",
    "show",
    "slope_guide",
    "style",
    "timings",
    "u_curve",
]
