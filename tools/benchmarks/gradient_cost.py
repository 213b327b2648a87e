"""A whole gradient against the number of inputs: reverse, forward, differences."""

import numpy as np

from descent.timing import Timing, compare

ABOUT = "The gradient of Σ sin(x_i x_{i+1}) for d inputs, in float64."
SIZES = (10, 100, 1000)


def measure() -> dict[str, Timing]:
    """Answers compared first; forward mode is one JVP an input, in turn."""
    import torch

    torch.set_num_threads(1)

    def f(x):
        return torch.sin(x[:-1] * x[1:]).sum()

    def f_numpy(x):
        return np.sin(x[:-1] * x[1:]).sum()

    timings = {}
    for d in SIZES:
        x = np.linspace(0.5, 1.5, d)
        tx = torch.from_numpy(x)
        basis = torch.eye(d, dtype=torch.float64)

        def reverse(tx=tx):
            leaf = tx.clone().requires_grad_()
            f(leaf).backward()
            return leaf.grad.numpy()

        def forward(tx=tx, basis=basis):
            return np.array([torch.func.jvp(f, (tx,), (e,))[1].item() for e in basis])

        def differences(x=x, d=d):
            h = 6e-6
            steps = h * np.eye(d)
            return np.array([(f_numpy(x + e) - f_numpy(x - e)) / (2 * h) for e in steps])

        timings |= compare(
            {
                f"reverse mode @ {d}": reverse,
                f"forward mode, one input at a time @ {d}": forward,
                f"central differences @ {d}": differences,
            },
            repeats=5,
            rtol=1e-4,
            atol=1e-6,
        )
    return timings
