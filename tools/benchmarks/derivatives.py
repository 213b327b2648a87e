"""The derivative of thirty nested cos(tan(sin x)) at 4.2, by every method."""

import math

from descent import differences, symbolic
from descent.timing import Timing, compare, time_call

ABOUT = "The derivative of cos(tan(sin …)), 30 deep, at 4.2, in float64."
X = 4.2


def hand(x: float) -> float:
    """The chain rule, typed: values forward, factors collected on the way."""
    slope = 1.0
    for _ in range(30):
        s = math.sin(x)
        t = math.tan(s)
        slope *= -math.sin(t) * (1 + t * t) * math.cos(x)
        x = math.cos(t)
    return slope


def measure() -> dict[str, Timing]:
    """All return the derivative; SymPy's cache is emptied where that is said."""
    import sympy
    import torch
    from sympy.core.cache import clear_cache

    torch.set_num_threads(1)
    f = symbolic.nested_cos_tan_sin(30)
    x = sympy.Symbol("x")

    def diff_and_subs() -> float:
        return float(sympy.diff(symbolic.symbolic(f), x).subs(x, X))

    def diff_and_subs_cold() -> float:
        clear_cache()
        return diff_and_subs()

    leaf = torch.tensor(X, dtype=torch.float64, requires_grad=True)
    output = f(leaf)

    def backward_only() -> float:
        leaf.grad = None
        output.backward(retain_graph=True)
        return leaf.grad.item()

    timings = compare(
        {
            "typed by hand": lambda: hand(X),
            "compiled formula, shared": _at(symbolic.compile_derivative(f, modules="math")),
            "compiled formula, written out": _at(
                symbolic.compile_derivative(f, cse=False, modules="math")
            ),
            "central difference": lambda: differences.central_difference(f, X).item(),
            "dual numbers": _at(symbolic.derivative_by(f, "dual")),
            "tape of this course": _at(symbolic.derivative_by(f, "tape")),
            "PyTorch, backward only": backward_only,
            "PyTorch, forward and backward": _at(symbolic.derivative_by(f, "torch")),
        },
        repeats=15,
        rtol=1e-6,
    )
    slow = {
        "SymPy, differentiate and substitute": diff_and_subs_cold,
        "SymPy again, from its cache": diff_and_subs,
    }
    for name, call in slow.items():
        timings[name] = time_call(call, repeats=5, calls=1)
    return timings


def _at(f):
    return lambda: float(f(X))
