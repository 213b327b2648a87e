"""Further cases for grading: deep, wide, idle and extreme ones."""

import numpy as np

from labkit.loading import current_checks as checks
from labkit.loading import current_lab as lab


@lab.hidden("backward_order")
def backward_order(ask, rng):
    """The output alone, an output in the middle, all to all, a long chain of shortcuts."""
    checks.check_order(ask, {"z": []}, "z")
    checks.check_order(ask, {"z": ["y"], "y": ["x"], "x": [], "w": ["z"]}, "y")
    layers = [[f"{letter}{k}" for k in range(4)] for letter in "abcdefgh"]
    inputs = {name: [] for name in layers[0]}
    for below, above in zip(layers, layers[1:]):
        inputs |= {name: below for name in above}
    checks.check_order(ask, checks.shuffled(inputs, rng), "h0")
    steps = {"v0": [], "v1": ["v0"]}
    steps |= {f"v{k}": [f"v{k - 2}", f"v{k - 1}"] for k in range(2, 120)}
    checks.check_order(ask, checks.shuffled(steps, rng), "v119")
    for n in (12, 25):
        checks.check_order(ask, *checks.some_graph(rng, n))


@lab.hidden("Value")
def value(ask, rng):
    """A leaf as output, zeros, gradients that cancel, deep sharing with shortcuts."""
    Program = checks.Program
    checks.check_value(ask, Program({"a": 0.5}))
    checks.check_value(ask, Program({"a": 0.0, "b": -2.0}, "z = a * b"))
    checks.check_value(ask, Program({"a": 0.5}, "b = 0 * a", "c = tanh(b)", "z = c + a"))
    checks.check_value(
        ask, Program({"a": 0.5}, "b = a * a", "c = -1 * b", "d = b + c", "z = d + a")
    )
    checks.check_value(
        ask, Program({"a": -0.75}, "b = tanh(a)", "c = tanh(b)", "z = c * b")
    )
    inputs = {f"{name}{k}": float(rng.normal()) for name in "xw" for k in range(6)}
    sums = ["s0 = x0 * w0"]
    for k in range(1, 6):
        sums += [f"p{k} = w{k} * x{k}", f"s{k} = s{k - 1} + p{k}"]
    checks.check_value(ask, Program(inputs, *sums, "t = 0.3 * s5", "z = tanh(t)"))
    lines, last = [], ("a", "b")
    for k in range(60):
        lines += [
            f"h{k} = 0.6 * {last[1]}",
            f"g{k} = 0.5 * {last[0]}",
            f"v{k} = h{k} + g{k}",
        ]
        last = (last[1], f"v{k}")
    checks.check_value(ask, Program({"a": 1.0, "b": -0.5}, *lines))
    mixed, old = [], "a"
    for k in range(60):
        mixed += [f"u{k} = tanh({old})", f"v{k} = u{k} + {old}", f"w{k} = 0.5 * v{k}"]
        old = f"w{k}"
    checks.check_value(ask, Program({"a": 0.9}, *mixed))
    for length in (14, 14, 18):
        checks.check_value(ask, checks.some_program(rng, length))


@lab.hidden("mlp_grads")
def mlp_grads(ask, rng):
    """One row, one unit, many rows, as many inputs as units, units that are off."""
    for n, d, h in [(1, 2, 3), (4, 1, 1), (1, 1, 1), (200, 2, 5), (3, 3, 3), (2, 4, 2)]:
        checks.check_mlp(ask, *checks.some_network(rng, n, d, h))
    P, X, y = checks.some_network(rng, 6, 2, 4, shift=-1.0)
    P["b1"][1] = -50.0
    checks.check_mlp(ask, P, X, y)
    P, X, y = checks.some_network(rng, 6, 2, 4)
    P["W2"] = np.zeros((4, 1))
    checks.check_mlp(ask, P, X, y)
