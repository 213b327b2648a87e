"""Computational graphs: values above the wires, gradients below, as one computes them."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from descent.figures_labels import HALO, text_shade
from descent.figures_layout import Layout, layered
from descent.figures_style import COLORS, GREY, INK, SMALLEST, as_axes, settle, styled

VALUE, GRADIENT = text_shade(COLORS["blue"]), text_shade(COLORS["vermillion"])
# In pixels of the page, 100 an inch.
_NODE, _ROW, _BEND, _KEY = 24, 46, 16, 22


@styled
def computational_graph(
    graph: Any,
    ax: Axes,
    *,
    fmt: str = "{:.3g}",
    gradients: bool = True,
    key: bool = True,
) -> Axes:
    """The graph from its inputs, left, to its output, right.

    Parameters
    ----------
    graph : Graph
        From ``descent.tape.graph(output)``: ``nodes`` in topological order, each with
        ``id``, ``op``, ``label``, ``value`` and ``grad`` (None where there is none), and
        ``edges`` of ids (from, to).
    ax : Axes
        About 90 pixels a column wide, and at least 46 pixels a row high.
    fmt : str
        How single numbers are written; of longer arrays the shape is.
    gradients : bool
        Whether gradients are shown; without them it is the forward pass alone.
    key : bool
        Whether the corner says which number is which (one panel of several will do).

    Raises
    ------
    ValueError
        If ``graph`` is empty, or so large that its text would overlap.
    """
    as_axes(ax)
    nodes = {node.id: node for node in graph.nodes}
    if not nodes:
        raise ValueError("graph must hold at least one node")
    place = layered(graph)
    size = {v: _width(node) for v, node in nodes.items()}
    values = {v: _number(n.value, fmt) if _has_value(n) else "" for v, n in nodes.items()}
    grads = {
        v: _number(n.grad, fmt) if gradients and n.grad is not None else ""
        for v, n in nodes.items()
    }
    stub = {v: 6 + max(_pixels(values[v]), _pixels(grads[v]), 12) for v in nodes}
    columns = max(place.column.values()) + 1
    widths = [
        max(size[v] + stub[v] + _BEND for v in nodes if place.column[v] == c)
        for c in range(columns)
    ]
    left = _fit(ax, np.concatenate([[0.0], np.cumsum(widths)]), list(place.height.values()))
    row = _row(ax, list(place.height.values()))
    x = {v: left[place.column[v]] + size[v] / 2 for v in nodes}
    y = {v: h * row for v, h in place.height.items()}

    for k, port in _ports(graph, place).items():
        a, b = graph.edges[k]
        middle = [
            (left[place.column[a] + i], h * row)
            for i, h in enumerate(place.route[k][1:-1], 1)
        ]
        begin = (x[a] + size[a] / 2, y[a])
        start = (begin[0] + stub[a], y[a])
        _wire(ax, begin, start, middle, (x[b] - size[b] / 2, y[b] + port))
    for v, node in nodes.items():
        _node(ax, node, x[v], y[v], size[v])
        begin, end = x[v] + size[v] / 2, x[v] + size[v] / 2 + stub[v]
        if v == graph.nodes[-1].id:
            ax.plot([begin, end], [y[v], y[v]], "-", color=GREY, lw=1.1, zorder=1)
        where = {"ha": "center", "size": SMALLEST, "path_effects": HALO, "zorder": 3}
        middle_x = (begin + end) / 2
        ax.text(middle_x, y[v] + 4, values[v], color=VALUE, va="bottom", **where)
        ax.text(middle_x, y[v] - 5, grads[v], color=GRADIENT, va="top", **where)
    if key:
        _key(ax, any(grads.values()))
    return ax


def _has_value(node: Any) -> bool:
    """A number that is its own label needn't be written twice."""
    return not (node.op in ("leaf", "constant") and np.size(node.value) == 1) or (
        node.label != f"{np.asarray(node.value).item():g}"
    )


def _number(value: Any, fmt: str) -> str:
    array = np.asarray(value, dtype=np.float64)
    if array.size == 1:
        return fmt.format(array.item()).replace("-", "−")
    return " × ".join(map(str, array.shape)) if array.ndim > 1 else f"({array.size},)"


def _width(node: Any) -> float:
    return max(_NODE, _pixels(node.label) + 12)


def _pixels(text: str) -> float:
    """The width of ``text`` on the page."""
    return TextPath((0, 0), text, size=SMALLEST).get_extents().width / 0.72 if text else 0


def _fit(ax: Axes, left: np.ndarray, heights: list[float]) -> np.ndarray:
    """Edges of the columns, spread over the width of ``ax``; limits are in pixels."""
    ax.set_axis_off()
    settle(ax.figure)
    box = ax.get_window_extent()
    scale = 100 / ax.figure.dpi
    width, height = box.width * scale, box.height * scale - _KEY
    wanted = (np.ptp(heights) + 1) * _ROW
    if left[-1] - _BEND > width:
        raise ValueError(
            f"graph with {len(left) - 1} columns needs {left[-1] - _BEND:.0f} pixels, "
            f"ax is {width:.0f} wide: draw a part of it, or shorten fmt"
        )
    if wanted > height + 1:
        raise ValueError(
            f"graph needs {wanted:.0f} pixels, ax is {height:.0f} high: make the figure "
            f"{(wanted - height) / 100:.1f} inches higher"
        )
    spare = min((width - left[-1] + _BEND) / max(1, len(left) - 1), 40)
    left = left + spare * np.arange(len(left))
    middle_x, row = (left[-1] - _BEND - spare) / 2, _row(ax, heights)
    middle_y = (max(heights) + min(heights)) / 2 * row
    ax.set(
        xlim=(middle_x - width / 2, middle_x + width / 2),
        ylim=(middle_y - height / 2 - _KEY, middle_y + height / 2),
        autoscale_on=False,
    )
    return left


def _row(ax: Axes, heights: list[float]) -> float:
    """Pixels between rows: what the height of ``ax`` gives, within reason."""
    height = ax.get_window_extent().height * 100 / ax.figure.dpi - _KEY
    return float(np.clip(height / (np.ptp(heights) + 1), _ROW, 1.6 * _ROW))


def _ports(graph: Any, place: Layout) -> dict[int, float]:
    """For each edge, how far above its user's middle it arrives: none on another."""
    ports = {}
    for user in place.height:
        arriving = [k for k, (_, b) in enumerate(graph.edges) if b == user]
        arriving.sort(key=lambda k: -place.route[k][-2])
        level = [k for k in arriving if abs(place.route[k][-2] - place.height[user]) < 0.01]
        for i, k in enumerate(arriving):
            straight = level == [k]
            ports[k] = 0.0 if straight else 5 * ((len(arriving) - 1) / 2 - i)
    return ports


def _wire(ax: Axes, node: tuple, start: tuple, middle: list, end: tuple) -> None:
    """From a node along its numbers, then in soft bends to its user."""
    points = [start, *middle, end]
    path, codes = [node, start], [Path.MOVETO, Path.LINETO]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        bend = min((x1 - x0) / 2, 3 * _BEND)
        path += [(x0 + bend, y0), (x1 - bend, y1), (x1, y1)]
        codes += [Path.CURVE4] * 3
    ax.add_patch(PathPatch(Path(path, codes), fc="none", ec=GREY, lw=1.1, zorder=1))


def _node(ax: Axes, node: Any, x: float, y: float, width: float) -> None:
    is_input = node.op in ("leaf", "constant")
    if not is_input:
        look = {"fc": "#EEF2F6", "ec": GREY, "lw": 1.1, "zorder": 2}
        corner, rounding = (x - width / 2, y - _NODE / 2), f"round,pad=0,rounding_size={9}"
        circle = Circle((x, y), _NODE / 2, **look)
        pill = FancyBboxPatch(corner, width, _NODE, boxstyle=rounding, **look)
        ax.add_patch(circle if width == _NODE else pill)
    sign = len(node.label) == 1 and not node.label.isalnum()
    ax.text(
        *(x, y + (1.5 if sign else -0.5), node.label.replace("-", "−")),
        ha="center",
        va="center_baseline",
        size=SMALLEST + (2 if sign else 0.5),
        weight="bold" if node.op == "leaf" else "normal",
        color=GREY if node.op == "constant" else INK,
        zorder=3,
    )


def _key(ax: Axes, gradients: bool) -> None:
    """What the two colours mean, in the lower left corner."""
    where = {"xycoords": "axes fraction", "textcoords": "offset points", "size": SMALLEST}
    ax.annotate("value above", (0, 0), xytext=(2, 2), color=VALUE, **where)
    if gradients:
        ax.annotate("gradient below", (0, 0), xytext=(70, 2), color=GRADIENT, **where)
