"""One SGD step of the sine network, in NumPy and in PyTorch, for three widths."""

import numpy as np

from descent.networks import MLP
from descent.timing import Timing, compare
from descent.twins import torch_twin

ABOUT = "One SGD step on one sample for a network with h hidden ReLU units."
WIDTHS = (1_000, 10_000, 100_000)


def measure() -> dict[str, Timing]:
    """Forward, backward and update; both sides return the updated output bias."""
    import torch

    torch.set_num_threads(1)
    timings = {}
    for h in WIDTHS:
        rng = np.random.default_rng(h)
        W1, b1 = rng.uniform(-0.3, 0.3, (1, h)), rng.uniform(-0.3, 0.3, h)
        W2, b2 = rng.normal(size=(h, 1)) / np.sqrt(h), np.zeros(1)
        x, y, lr = np.array([[0.3]]), np.array([[0.5]]), 1e-12

        params = [{"W": W1, "b": b1}, {"W": W2, "b": b2}]
        model = torch_twin(MLP((1, h, 1)), params)
        tx, ty = torch.from_numpy(x), torch.from_numpy(y)

        def numpy_step(W1=W1, b1=b1, W2=W2, b2=b2, x=x, y=y, lr=lr):
            z = x @ W1 + b1
            a = np.maximum(z, 0)
            r = a @ W2 + b2 - y
            dz = (r @ W2.T) * (z > 0)
            W2 -= lr * a.T @ r
            b2 -= lr * r[0]
            W1 -= lr * x.T @ dz
            b1 -= lr * dz[0]
            return float(r[0, 0])

        def torch_step(model=model, tx=tx, ty=ty, lr=lr):
            r = model(tx) - ty
            loss = 0.5 * (r**2).sum()
            model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= lr * p.grad
            return float(r.detach())

        pair = {f"NumPy @ {h}": numpy_step, f"PyTorch @ {h}": torch_step}
        timings |= compare(pair, repeats=15, rtol=1e-4, atol=1e-6)
    return timings
