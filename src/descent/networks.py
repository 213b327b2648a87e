"""A multilayer perceptron whose gradients are derived by hand.

The parameters are a plain list with one ``{"W": (d_in, d_out), "b": (d_out,)}`` for
each layer; rows are samples. The backward pass is the mirror of the forward pass: each
line of one undoes the line of the other, in the opposite order.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from descent.activations import ACTIVATIONS
from descent.losses import LOSSES, as_labels
from descent.validation import (
    as_array,
    as_choice,
    as_count,
    as_generator,
    as_number,
    describe,
)

Params = list[dict[str, np.ndarray]]
SCHEMES = ("he", "he_uniform", "xavier", "xavier_uniform", "torch", "normal")


@dataclass(frozen=True, init=False)
class MLP:
    """Layers ``z = a @ W + b`` with an activation between them and none after the last.

    Parameters
    ----------
    sizes : sequence of int
        Widths from the input to the output, such as ``(64, 32, 10)``: at least two.
    activation : {"relu", "leaky_relu", "tanh", "sigmoid", "identity"}
    loss : {"squared", "cross_entropy"}
        ``squared`` is the mean over rows of ½‖ŷ - y‖², targets ``(n, k)``;
        ``cross_entropy`` the mean over rows of -log softmax(ŷ)[y], labels ``(n,)``.

    References
    ----------
    Rumelhart, Hinton & Williams, *Learning representations by back-propagating
    errors*, 1986.
    """

    sizes: tuple[int, ...]
    activation: str
    loss_name: str

    def __init__(self, sizes: Any, activation: str = "relu", loss: str = "squared"):
        if not isinstance(sizes, (list, tuple)):
            raise TypeError(f"sizes must be a tuple of widths, got {describe(sizes)}")
        if len(sizes) < 2:
            raise ValueError(f"sizes must hold at least two widths, got {sizes}")
        widths = tuple(as_count(f"sizes[{i}]", d, at_least=1) for i, d in enumerate(sizes))
        object.__setattr__(self, "sizes", widths)
        object.__setattr__(
            self, "activation", as_choice("activation", activation, ACTIVATIONS)
        )
        object.__setattr__(self, "loss_name", as_choice("loss", loss, LOSSES))

    def init(
        self, rng: np.random.Generator, scheme: str = "he", scale: float | None = None
    ) -> Params:
        """Draw parameters, layer by layer: W, then (for ``"torch"``) b.

        ========================  ===================================  =============
        scheme                    standard deviation of W              b
        ========================  ===================================  =============
        ``he``                    ``sqrt(2 / d_in)``                   0
        ``xavier``                ``sqrt(2 / (d_in + d_out))``         0
        ``torch``                 ``sqrt(1 / (3 d_in))``, uniform      as W
        ``normal``                ``scale``                            0
        ========================  ===================================  =============

        ``he``, ``xavier`` and ``normal`` are normal; ``he_uniform`` and
        ``xavier_uniform`` are uniform with the same deviation. ``torch`` is what
        ``torch.nn.Linear`` does: W and b uniform on ±1/sqrt(d_in).

        Parameters
        ----------
        rng : numpy.random.Generator
        scheme : str
        scale : float, optional
            Standard deviation for ``"normal"``, 1 if not given; refused elsewhere.

        Returns
        -------
        list of {"W": (d_in, d_out), "b": (d_out,)}

        References
        ----------
        He et al., *Delving deep into rectifiers*, 2015 (he).
        Glorot & Bengio, *Understanding the difficulty of training deep feedforward
        neural networks*, 2010 (xavier).
        """
        as_generator("rng", rng)
        as_choice("scheme", scheme, SCHEMES)
        if scale is not None and scheme != "normal":
            raise ValueError(f"scale is for scheme='normal' alone, not {scheme!r}")
        scale = as_number("scale", 1.0 if scale is None else scale, at_least=0)
        params = []
        for d_in, d_out in pairwise(self.sizes):
            std = {
                "he": np.sqrt(2 / d_in),
                "xavier": np.sqrt(2 / (d_in + d_out)),
                "torch": np.sqrt(1 / (3 * d_in)),
                "normal": scale,
            }[scheme.removesuffix("_uniform")]
            limit = np.sqrt(3) * std  # U(-limit, limit) has that deviation
            if scheme == "torch" or scheme.endswith("_uniform"):
                W = rng.uniform(-limit, limit, (d_in, d_out))
            else:
                W = rng.normal(0.0, std, (d_in, d_out))
            b = rng.uniform(-limit, limit, d_out) if scheme == "torch" else np.zeros(d_out)
            params.append({"W": W, "b": b})
        return params

    def layers(
        self, params: Params, X: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The forward pass: what each layer reads, ``a``, and gives, ``z = a @ W + b``.

        Returns
        -------
        a : list of ndarray, shapes (n, d_0), …, (n, d_{L-1})
            ``a[0]`` is X; ``a[l]`` is the activation of ``z[l - 1]``.
        z : list of ndarray, shapes (n, d_1), …, (n, d_L)
            The last is the network's output.
        """
        f = ACTIVATIONS[self.activation].value
        a, z = [as_array("X", X, shape=(None, self.sizes[0]))], []
        for l, layer in enumerate(self.check(params)):
            if l > 0:
                a.append(f(z[l - 1]))  # (n, d_in)
            z.append(a[l] @ layer["W"] + layer["b"])  # (n, d_in) to (n, d_out)
        return a, z

    def _backward(
        self, params: Params, a: list[np.ndarray], z: list[np.ndarray], dz: np.ndarray
    ) -> list[np.ndarray]:
        """The backward pass: ``dz`` of the last layer taken back to the ``z`` of each."""
        f = ACTIVATIONS[self.activation]
        deltas = [dz]
        for l in reversed(range(1, len(z))):
            da = deltas[0] @ np.asarray(params[l]["W"]).T  # (n, d_out) to (n, d_in)
            deltas.insert(0, da * f.derivative(z[l - 1], a[l]))  # (n, d_in)
        return deltas

    def forward(self, params: Params, X: np.ndarray) -> np.ndarray:
        """The outputs ``(n, k)`` for the rows of ``X (n, d)``: no activation on them."""
        return self.layers(params, X)[1][-1]

    def loss(self, params: Params, X: np.ndarray, y: np.ndarray) -> float:
        """Mean loss over the rows of ``X (n, d)``; ``y`` as the loss wants it."""
        return float(LOSSES[self.loss_name](self.forward(params, X), y)[0].mean())

    def loss_and_gradients(
        self, params: Params, X: np.ndarray, y: np.ndarray
    ) -> tuple[float, Params]:
        """Mean loss, and its gradient in the shapes of the parameters.

        With δ the gradient of each row's own loss with respect to its ``z``,
        ``dW = aᵀ δ / n`` and ``db = Σ δ / n``.
        """
        a, z = self.layers(params, X)
        losses, dz = LOSSES[self.loss_name](z[-1], y)  # (n,), (n, k)
        deltas, n = self._backward(params, a, z, dz), len(losses)
        gradients = [
            {"W": a_l.T @ delta / n, "b": delta.sum(axis=0) / n}  # (d_in, d_out), (d_out,)
            for a_l, delta in zip(a, deltas)
        ]
        return float(losses.mean()), gradients

    def per_sample_gradients(self, params: Params, X: np.ndarray, y: np.ndarray) -> Params:
        """Row i is the gradient of the loss of sample i: ``(n, d_in, d_out), (n, d_out)``.

        Their mean over rows is the gradient of ``loss_and_gradients``.
        """
        a, z = self.layers(params, X)
        deltas = self._backward(params, a, z, LOSSES[self.loss_name](z[-1], y)[1])
        return [
            {"W": a_l[:, :, None] * delta[:, None, :], "b": delta}
            for a_l, delta in zip(a, deltas)
        ]

    def deltas(self, params: Params, X: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """The gradient of each row's own loss with respect to its ``z``, by layer.

        Returns
        -------
        list of ndarray, shapes (n, d_1), …, (n, d_L)
            Not divided by n: rows do not know of each other.
        """
        a, z = self.layers(params, X)
        return self._backward(params, a, z, LOSSES[self.loss_name](z[-1], y)[1])

    def predict(self, params: Params, X: np.ndarray) -> np.ndarray:
        """The likeliest class of each row, ``(n,)``; the first of equal ones."""
        if self.loss_name != "cross_entropy":
            raise ValueError("predict needs a classifier, loss='cross_entropy'")
        # np.argmax would name a NaN the likeliest class.
        return as_array("outputs", self.forward(params, X)).argmax(axis=1)

    def accuracy(self, params: Params, X: np.ndarray, y: np.ndarray) -> float:
        """The fraction of rows whose likeliest class is ``y (n,)``."""
        labels = self.predict(params, X)
        return float((labels == as_labels(y, len(labels), self.sizes[-1])).mean())

    def check(self, params: Params) -> Params:
        """The parameters as float64 arrays, or an error that names the one that is off."""
        n_layers = len(self.sizes) - 1
        if not isinstance(params, (list, tuple)):
            raise TypeError(f"params must be a list of layers, got {describe(params)}")
        if len(params) != n_layers:
            raise ValueError(f"params must have {n_layers} layers, got {len(params)}")
        checked = []
        for l, (layer, shape) in enumerate(zip(params, pairwise(self.sizes))):
            name = f"params[{l}]"
            if not isinstance(layer, dict) or set(layer) != {"W", "b"}:
                got = list(layer) if isinstance(layer, dict) else describe(layer)
                raise ValueError(f"{name} must have the keys 'W' and 'b', got {got}")
            W = as_array(f"{name}['W']", layer["W"], shape=shape, finite=False)
            b = as_array(f"{name}['b']", layer["b"], shape=shape[1:], finite=False)
            checked.append({"W": W, "b": b})
        return checked
