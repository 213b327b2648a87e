"""A graph's values and gradients, as the live figure ``computational-graph`` shows them."""

import numpy as np

from descent import tape

DEFAULTS = {
    "step": 8,
    "a": 2,
    "b": -1,
    "c": -3,
    "d": -2,
    "e": -3,
    "graph": "neuron",
}


def nodes(
    graph: str, a: float, b: float, c: float, d: float, e: float
) -> list[tape.Tensor]:
    """Every node on the tape: inputs, then operations in the order of the forward pass.

    ``neuron`` is ``1 / (1 + exp(-(a b + c d + e)))``; ``product`` is ``(a + b) c``.
    """
    x = [tape.tensor(float(v), requires_grad=True) for v in (a, b, c, d, e)]
    if graph == "product":
        s = x[0] + x[1]
        return [*x[:3], s, s * x[2]]
    r, s = x[0] * x[1], x[2] * x[3]
    t = r + s
    u = t + x[4]
    m = -u
    power = tape.exp(m)
    q = 1 + power
    return [*x, r, s, t, u, m, power, q, 1 / q]


def passes(
    graph: str = "neuron",
    a: float = 2,
    b: float = -1,
    c: float = -3,
    d: float = -2,
    e: float = -3,
) -> tuple[np.ndarray, np.ndarray]:
    """Value of every node, and the derivative of the last one with respect to it."""
    found = nodes(graph, a, b, c, d, e)
    slopes = {id(node): float(slope) for node, slope in tape.gradients(found[-1])}
    values = np.array([node.item() for node in found])
    return values, np.array([slopes[id(node)] for node in found])
