"""Processor time against depth: SymPy's rules, PyTorch's tape; PyTorch's first call."""

import subprocess
import sys
from time import process_time

import numpy as np

from descent import symbolic
from descent.timing import Timing, compare, time_call

ABOUT = "Processor seconds to derive, or to run, the derivative of cos(tan(sin …))."
DEPTHS = (5, 10, 20, 40)
X = 4.2
FRESH = """
import time
import torch
from descent import symbolic
torch.set_num_threads(1)
leaf = torch.tensor(4.2, dtype=torch.float64, requires_grad=True)
output = symbolic.nested_cos_tan_sin(30)(leaf)
for call in range(21):
    start = time.process_time()
    output.backward(retain_graph=True)
    print(time.process_time() - start)
"""


def measure() -> dict[str, Timing]:
    """SymPy derives with its cache emptied; PyTorch runs forward and backward."""
    import sympy
    import torch
    from sympy.core.cache import clear_cache

    torch.set_num_threads(1)
    x = sympy.Symbol("x")
    timings = {}
    for depth in DEPTHS:
        f = symbolic.nested_cos_tan_sin(depth)
        formula = symbolic.symbolic(f)

        def derive(formula=formula):
            clear_cache()
            return sympy.diff(formula, x).is_number

        timings[f"SymPy, diff @ {depth}"] = time_call(
            derive, repeats=5, calls=1, clock=process_time
        )
        slope = symbolic.derivative_by(f, "torch")
        timings[f"PyTorch, forward and backward @ {depth}"] = time_call(
            lambda slope=slope: float(slope(X)), repeats=15, clock=process_time
        )
    return timings | _precisions() | _first_calls()


def _precisions() -> dict[str, Timing]:
    """One backward pass through a kept graph, in two precisions."""
    import torch

    def backward(dtype):
        leaf = torch.tensor(X, dtype=dtype, requires_grad=True)
        output = symbolic.nested_cos_tan_sin(30)(leaf)

        def run() -> float:
            leaf.grad = None
            output.backward(retain_graph=True)
            return leaf.grad.item()

        return run

    contenders = {"float64": torch.float64, "float32": torch.float32}
    return compare(
        {f"backward, {name}": backward(dtype) for name, dtype in contenders.items()},
        repeats=15,
        rtol=1e-4,
        clock=process_time,
    )


def _first_calls(processes: int = 5) -> dict[str, Timing]:
    """The first backward pass of a process, and the median of the twenty after it."""
    readings = []
    for _ in range(processes):
        command = [sys.executable, "-c", FRESH]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        readings.append([float(line) for line in said.split()])
    seconds = np.array(readings)
    return {
        "backward, first call": Timing(seconds[:, 0], 1, None),
        "backward, later calls": Timing(np.median(seconds[:, 1:], axis=1), 1, None),
    }
