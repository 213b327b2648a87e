"""All derivatives of a network's loss: by differences, and by one backward pass."""

import numpy as np

from descent.timing import Timing, compare, time_call

ABOUT = (
    "Loss, gradient by backpropagation and by forward differences of the digits network "
    "(2410 parameters, 32 rows); the same of a wide one; a chain with checkpoints."
)
SMALL, WIDE = ((64, 32, 10), 32), ((512, 512, 512), 512)


def network(sizes: tuple[int, int, int], n: int) -> tuple[np.ndarray, ...]:
    """Weights, inputs and targets: W1, b1, W2, b2, X, Y."""
    rng = np.random.default_rng(n)
    d, h, k = sizes
    W1, W2 = rng.normal(size=(d, h)) / np.sqrt(d), rng.normal(size=(h, k)) / np.sqrt(h)
    return (
        W1,
        np.zeros(h),
        W2,
        np.zeros(k),
        rng.normal(size=(n, d)),
        rng.normal(size=(n, k)),
    )


def loss(W1, b1, W2, b2, X, Y) -> float:
    """Forward alone, tanh units."""
    r = np.tanh(X @ W1 + b1) @ W2 + b2 - Y
    return float(np.sum(r * r) / (2 * len(X)))


def gradient(W1, b1, W2, b2, X, Y) -> tuple[float, np.ndarray]:
    """Forward and backward: the loss, and all its derivatives in one vector."""
    a = np.tanh(X @ W1 + b1)
    r = a @ W2 + b2 - Y
    dz2 = r / len(X)
    dz1 = dz2 @ W2.T * (1 - a * a)
    parts = [X.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)]
    value = float(np.sum(r * r) / (2 * len(X)))
    return value, np.concatenate([part.ravel() for part in parts])


def differences(*arrays: np.ndarray, h: float = 1e-7) -> np.ndarray:
    """One loss more for each parameter."""
    at, result = loss(*arrays), []
    for array in arrays[:4]:
        flat = array.reshape(-1)
        for j in range(flat.size):
            kept = flat[j]
            flat[j] = kept + h
            result.append((loss(*arrays) - at) / h)
            flat[j] = kept
    return np.array(result)


def chain(Ws: list[np.ndarray], x: np.ndarray, every: int) -> list[np.ndarray]:
    """Gradients of the sum of a tanh chain; a checkpoint at each ``every``-th layer."""
    n_layers, kept, a = len(Ws), {}, x
    stored = [x]
    for l, W in enumerate(Ws):
        if l % every == 0:
            kept[l] = a
        a = np.tanh(a @ W)
        if every == n_layers:
            stored.append(a)
    g, grads = np.ones_like(a), [None] * n_layers
    for start in reversed(range(0, n_layers, every)):
        segment = stored if every == n_layers else [kept[start]]
        if every < n_layers:
            for W in Ws[start : start + every]:
                segment.append(np.tanh(segment[-1] @ W))
        for l in reversed(range(start, min(start + every, n_layers))):
            g = g * (1 - segment[l - start + 1] ** 2)
            grads[l], g = segment[l - start].T @ g, g @ Ws[l].T
    return grads


def measure() -> dict[str, Timing]:
    """NumPy on one thread, float64."""
    small, wide = network(*SMALL), network(*WIDE)
    assert np.allclose(gradient(*small)[1], differences(*small), rtol=1e-3, atol=1e-6)
    timings = {}
    for name, arrays in {"": small, "wide ": wide}.items():
        timings |= compare(
            {
                f"{name}loss": lambda arrays=arrays: loss(*arrays),
                f"{name}loss and gradient": lambda arrays=arrays: gradient(*arrays)[0],
            },
            repeats=25,
        )
    timings["2411 losses"] = time_call(differences, *small, repeats=9)
    rng = np.random.default_rng(0)
    Ws = list(rng.normal(size=(64, 256, 256)) / 16)
    x = rng.normal(size=(256, 256))
    timings |= compare(
        {
            "chain, all kept": lambda: chain(Ws, x, 64),
            "chain, checkpoints": lambda: chain(Ws, x, 8),
        },
        repeats=9,
    )
    return timings
