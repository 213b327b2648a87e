"""Where the nodes of a computational graph are put: columns from inputs to output.

An operation stands one column after its last input, an input just before its first use
(layers after Sugiyama, Tagawa and Toda, 1981). Within a column, each node goes where
its neighbours are, as far as the space between nodes allows.
"""

from typing import Any, NamedTuple

import numpy as np

from descent.figures_labels import spread

_SWEEPS = 12


class Layout(NamedTuple):
    """Columns and heights of nodes by id, and the heights that each edge passes.

    ``route[k]`` are the heights of edge k in the columns from its node to its user.
    """

    column: dict[int, int]
    height: dict[int, float]
    route: list[list[float]]


def layered(graph: Any) -> Layout:
    """Columns (0, 1, …) and heights, at least 1 apart in each column, for ``graph``."""
    column = _columns(graph)
    # A long edge passes through a stand-in of half a node's size in each column.
    chains = [
        [a, *((k, c) for c in range(column[a] + 1, column[b])), b]
        for k, (a, b) in enumerate(graph.edges)
    ]
    place: dict[Any, int] = dict(column)
    place |= {v: v[1] for chain in chains for v in chain[1:-1]}
    neighbours: dict[Any, list[Any]] = {v: [] for v in place}
    for chain in chains:
        for v, w in zip(chain, chain[1:]):
            neighbours[v].append(w)
            neighbours[w].append(v)
    y = _first_heights(graph, chains)
    layers = [[v for v in place if place[v] == c] for c in range(max(place.values()) + 1)]
    for sweep in range(_SWEEPS):  # few crossings: between all neighbours
        for layer in layers if sweep % 2 == 0 else layers[::-1]:
            wanted = {v: np.mean([y[w] for w in neighbours[v]] or [y[v]]) for v in layer}
            _place(layer, wanted, y)
    wishes = _wishes(graph, chains)
    for _ in range(_SWEEPS):  # straight wires: an operation level with its input
        for layer in layers:
            _place(layer, {v: wishes[v](y) for v in layer}, y)
    height = {node.id: y[node.id] for node in graph.nodes}
    return Layout(column, height, [[y[v] for v in chain] for chain in chains])


def _place(layer: list[Any], wanted: dict[Any, float], y: dict[Any, float]) -> None:
    """Give the nodes of a column the heights they want, if there is room between them."""
    layer = sorted(layer, key=y.__getitem__)  # who wants the same keeps the order
    sizes = [0.5 if isinstance(v, tuple) else 1.0 for v in layer]
    y |= zip(layer, spread(np.array([wanted[v] for v in layer]), np.array(sizes)).tolist())


def _wishes(graph: Any, chains: list[list[Any]]) -> dict[Any, Any]:
    """Where each node would like to be, as a function of where the others are.

    An operation: level with the operations that feed it. An input: above or below its
    user, by its place among the operands.
    """
    before: dict[Any, list[Any]] = {}
    for chain in chains:
        for v, w in zip(chain, chain[1:]):
            before.setdefault(w, []).append(v)
    wishes: dict[Any, Any] = {}
    for node in graph.nodes:
        feeding = before.get(node.id, [])
        main = [v for v in feeding if v in before] or feeding
        if main:
            wishes[node.id] = lambda y, main=main: float(np.mean([y[v] for v in main]))
    for chain in chains:
        for v, w in zip(chain, chain[1:]):
            if isinstance(w, tuple):
                wishes[w] = lambda y, v=v, w=w: 0.5 * (y[v] + y[w])
        v, w = chain[0], chain[1]
        if v not in before:
            operands = before[w]
            side = np.sign((len(operands) - 1) / 2 - operands.index(v))
            up = side * (1.0 if any(u in before for u in operands) else 0.5)
            wishes.setdefault(v, lambda y, w=w, up=up: y[w] + up)
    for node in graph.nodes:
        wishes.setdefault(node.id, lambda y, v=node.id: y[v])
    return wishes


def _columns(graph: Any) -> dict[int, int]:
    inputs: dict[int, list[int]] = {node.id: [] for node in graph.nodes}
    users: dict[int, list[int]] = {node.id: [] for node in graph.nodes}
    for a, b in graph.edges:
        inputs[b].append(a)
        users[a].append(b)
    column: dict[int, int] = {}
    for node in graph.nodes:  # in topological order
        column[node.id] = max((column[a] + 1 for a in inputs[node.id]), default=0)
    for node in graph.nodes:
        if not inputs[node.id] and users[node.id]:
            column[node.id] = min(column[b] for b in users[node.id]) - 1
    return column


def _first_heights(graph: Any, chains: list[list[Any]]) -> dict[Any, float]:
    """Inputs in the order in which the expression names them, the rest in between."""
    inputs: dict[int, list[int]] = {node.id: [] for node in graph.nodes}
    for a, b in graph.edges:
        inputs[b].append(a)
    order: dict[int, int] = {}
    stack = [graph.nodes[-1].id]
    while stack:  # depth first, each node once
        v = stack.pop()
        if v not in order:
            order[v] = len(order)
            stack.extend(reversed(inputs[v]))
    y: dict[Any, float] = {}
    for node in graph.nodes:
        v, feeding = node.id, [y[a] for a in inputs[node.id]]
        rank = float(order.get(v, 0))  # the first on top, also where branches start level
        y[v] = float(np.mean(feeding)) - 1e-3 * rank if feeding else -rank
    for chain in chains:
        for i, v in enumerate(chain[1:-1], 1):
            y[v] = y[chain[0]] + (y[chain[-1]] - y[chain[0]]) * i / (len(chain) - 1)
    return y
