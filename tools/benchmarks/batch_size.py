"""One mini-batch step of the digits network for growing batches, in NumPy and PyTorch."""

from collections.abc import Callable

import numpy as np

from descent.networks import MLP
from descent.timing import Timing, compare
from descent.twins import torch_loss, torch_twin

ABOUT = (
    "One SGD step of a network of 64, 32 and 10 units on a batch of B digits: picking "
    "the rows, forward, backward and update."
)
SIZES = (1, 4, 16, 64, 256, 1400)
ROUNDS = 6  # over all sizes, so that a slow minute doesn't meet one size alone


def gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean cross-entropy's gradient, as in the lesson: all parameters in one vector."""
    W1, b1 = w[:2048].reshape(64, 32), w[2048:2080]
    W2, b2 = w[2080:2400].reshape(32, 10), w[2400:]
    a = np.maximum(X @ W1 + b1, 0)
    z = a @ W2 + b2
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    p /= len(y)
    d = (p @ W2.T) * (a > 0)
    return np.concatenate(
        [(X.T @ d).ravel(), d.sum(axis=0), (a.T @ p).ravel(), p.sum(axis=0)]
    )


def measure() -> dict[str, Timing]:
    """One thread, float64; both sides return the updated output biases."""
    import torch

    torch.set_num_threads(1)
    pairs = {size: steps(size) for size in SIZES}
    rounds = [
        compare(pair, repeats=7, calls=20, rtol=1e-6, atol=1e-8)
        for _ in range(ROUNDS)
        for pair in pairs.values()
    ]
    names = [name for pair in pairs.values() for name in pair]
    return {name: joined([r[name] for r in rounds if name in r]) for name in names}


def joined(timings: list[Timing]) -> Timing:
    """The repeats of all rounds."""
    return Timing(np.concatenate([t.seconds for t in timings]), calls=20)


def steps(size: int) -> dict[str, Callable[[], np.ndarray]]:
    """The same step in both libraries, on a batch of ``size`` rows."""
    import torch

    mlp = MLP((64, 32, 10), "relu", "cross_entropy")
    rng = np.random.default_rng(size)
    params = mlp.init(rng)
    X, y = rng.uniform(size=(1400, 64)), rng.integers(10, size=1400)
    rows = rng.permutation(1400)[:size]
    w = np.concatenate([np.r_[layer["W"].ravel(), layer["b"]] for layer in params])
    model, criterion = torch_twin(mlp, params), torch_loss(mlp)
    tX, ty, trows = torch.from_numpy(X), torch.from_numpy(y), torch.from_numpy(rows)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-12)

    def numpy_step() -> np.ndarray:
        return (w - 1e-12 * gradient(w, X[rows], y[rows]))[2400:]

    def torch_step() -> np.ndarray:
        optimizer.zero_grad()
        criterion(model(tX[trows]), ty[trows]).backward()
        optimizer.step()
        return model[-1].bias.detach().numpy().copy()

    return {f"NumPy @ {size}": numpy_step, f"PyTorch @ {size}": torch_step}
