"""How wrong each row of the outputs is, and how that changes with the outputs.

Both losses give one number for each row and its gradient with respect to that row;
the mean over rows is taken by the network.
"""

import numpy as np

from descent.validation import as_array


def squared(outputs: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Half the squared distance, ``l = ½ ‖ŷ - y‖²``, with ``dl/dŷ = ŷ - y``.

    PyTorch's ``MSELoss`` divides by all ``n * k`` entries and has no ½: it is ``2 / k``
    times the mean of these.

    Parameters
    ----------
    outputs : ndarray, shape (n, k)
        What the network predicts, ŷ.
    y : ndarray, shape (n, k)
        The targets; ``(n,)`` is refused, it would broadcast to ``(n, n)``.

    Returns
    -------
    losses : ndarray, shape (n,)
    gradient : ndarray, shape (n, k)
        Row i is the derivative of loss i with respect to row i of the outputs.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    outputs = as_array("outputs", outputs, ndim=2, finite=False)
    residuals = outputs - as_array("y", y, shape=outputs.shape)
    return 0.5 * (residuals**2).sum(axis=1), residuals


def cross_entropy(outputs: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Softmax cross-entropy, ``l = -log p[y]``, with ``dl/dz = p - onehot(y)``.

    Parameters
    ----------
    outputs : ndarray, shape (n, k)
        Logits z, any real numbers; ``p = softmax(z)``.
    y : ndarray of int, shape (n,)
        The right class of each row, 0 to k - 1.

    Returns
    -------
    losses : ndarray, shape (n,)
    gradient : ndarray, shape (n, k)
        Row i is the derivative of loss i with respect to row i of the logits.

    Raises
    ------
    ValueError, TypeError
        If a label is no whole number, is out of range, or the shapes do not fit.

    References
    ----------
    Bridle, *Probabilistic interpretation of feedforward classification network
    outputs*, 1990.
    """
    outputs = as_array("outputs", outputs, ndim=2, finite=False)
    n, k = outputs.shape
    y = as_labels(y, n, k)
    log_p = log_softmax(outputs)
    gradient = np.exp(log_p)
    gradient[np.arange(n), y] -= 1.0
    return -log_p[np.arange(n), y], gradient


def log_softmax(z: np.ndarray) -> np.ndarray:
    """``z - log Σ exp(z)`` along each row, without overflow: the maximum goes first.

    Parameters
    ----------
    z : ndarray, shape (n, k)
        Logits.

    Returns
    -------
    ndarray, shape (n, k)
        Logarithms of probabilities; ``exp`` of each row sums to 1.
    """
    z = as_array("z", z, ndim=2, finite=False)
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def as_labels(y: np.ndarray, n: int, k: int) -> np.ndarray:
    """Class labels ``(n,)``, whole numbers from 0 to ``k - 1``, or a clear error."""
    if np.asarray(y).dtype.kind == "b":
        raise TypeError("y must hold whole numbers, got booleans")
    y = as_array("y", y, shape=(n,), dtype=np.int64)
    outside = (y < 0) | (y >= k)
    if outside.any():
        i = int(np.argmax(outside))
        raise ValueError(f"y must hold labels from 0 to {k - 1}, got {y[i]} at index {i}")
    return y


LOSSES = {"squared": squared, "cross_entropy": cross_entropy}
