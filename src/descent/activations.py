"""The functions between two layers, each beside its derivative.

A derivative is written in ``z``, what the function reads, and ``a = f(z)``, what it
gives, because sigmoid and tanh have theirs almost for free: ``a * (1 - a)`` and
``1 - a**2``.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from descent.validation import as_array

LEAK = 0.01


class Activation(NamedTuple):
    """``value(z) -> a`` and ``derivative(z, a) -> da/dz``, elementwise."""

    value: Callable[[np.ndarray], np.ndarray]
    derivative: Callable[[np.ndarray, np.ndarray], np.ndarray]


def _sigmoid(z: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(z))  # at most 1, so that no z overflows
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


ACTIVATIONS = {
    # At z = 0 both ReLUs take the left derivative, as PyTorch does.
    "relu": Activation(
        lambda z: np.maximum(z, 0.0),
        lambda z, a: np.where(z > 0, 1.0, 0.0),
    ),
    "leaky_relu": Activation(
        lambda z: np.where(z > 0, z, LEAK * z),
        lambda z, a: np.where(z > 0, 1.0, LEAK),
    ),
    "tanh": Activation(np.tanh, lambda z, a: 1.0 - a**2),
    "sigmoid": Activation(_sigmoid, lambda z, a: a * (1.0 - a)),
    "identity": Activation(lambda z: z, lambda z, a: np.ones_like(z)),
}


def relu(z: np.ndarray) -> np.ndarray:
    """``max(z, 0)``, elementwise; its derivative at 0 is taken as 0.

    Parameters
    ----------
    z : ndarray, any shape

    Returns
    -------
    ndarray, shape of z

    References
    ----------
    Nair & Hinton, *Rectified linear units improve restricted Boltzmann machines*, 2010.
    """
    return ACTIVATIONS["relu"].value(as_array("z", z, finite=False))


def leaky_relu(z: np.ndarray) -> np.ndarray:
    """``z`` above 0 and ``0.01 * z`` below, elementwise; its derivative at 0 is 0.01.

    Parameters
    ----------
    z : ndarray, any shape

    Returns
    -------
    ndarray, shape of z

    References
    ----------
    Maas, Hannun & Ng, *Rectifier nonlinearities improve neural network acoustic
    models*, 2013.
    """
    return ACTIVATIONS["leaky_relu"].value(as_array("z", z, finite=False))


def sigmoid(z: np.ndarray) -> np.ndarray:
    """``1 / (1 + exp(-z))``, elementwise, without overflow for any ``z``.

    Parameters
    ----------
    z : ndarray, any shape

    Returns
    -------
    ndarray, shape of z
        In [0, 1].
    """
    return ACTIVATIONS["sigmoid"].value(as_array("z", z, finite=False))
