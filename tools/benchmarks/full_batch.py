"""One step of the sine network on one sample and on a hundred, in NumPy and in PyTorch."""

import numpy as np

from descent.networks import MLP
from descent.timing import Timing, compare
from descent.twins import torch_twin

ABOUT = "One step of a network with 1000 hidden ReLU units, on 1 sample and on 100."
H = 1000
SIZES = (1, 100)


def measure() -> dict[str, Timing]:
    """One thread, float64; all samples are alike, so that all steps have one loss."""
    import torch

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    W1, b1 = rng.uniform(-0.3, 0.3, (1, H)), rng.uniform(-0.3, 0.3, H)
    W2, b2 = rng.normal(size=(H, 1)) / np.sqrt(H), np.zeros(1)
    params = [{"W": W1, "b": b1}, {"W": W2, "b": b2}]
    model = torch_twin(MLP((1, H, 1)), params)
    lr = 1e-12

    def numpy_step(x, y):
        z = x @ W1 + b1
        a = np.maximum(z, 0)
        r = a @ W2 + b2 - y
        loss = 0.5 * float(np.mean(r**2))
        r /= len(x)
        dz = (r @ W2.T) * (z > 0)
        np.subtract(W2, lr * (a.T @ r), out=W2)
        np.subtract(b2, lr * r.sum(axis=0), out=b2)
        np.subtract(W1, lr * (x.T @ dz), out=W1)
        np.subtract(b1, lr * dz.sum(axis=0), out=b1)
        return loss

    def torch_step(x, y):
        loss = 0.5 * ((model(x) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
        return loss.item()

    steps = {}
    for m in SIZES:
        x, y = np.full((m, 1), 0.3), np.full((m, 1), 0.5)
        steps[f"NumPy @ {m}"] = lambda x=x, y=y: numpy_step(x, y)
        pair = torch.from_numpy(x), torch.from_numpy(y)
        steps[f"PyTorch @ {m}"] = lambda pair=pair: torch_step(*pair)
    return compare(steps, repeats=51, calls=5, rtol=1e-6)
