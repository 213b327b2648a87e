"""The same network in PyTorch, made from the same numbers.

PyTorch is imported only when a function is called: everything else works without it.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from descent.activations import LEAK
from descent.networks import MLP, Params

if TYPE_CHECKING:
    import torch


def torch_twin(mlp: MLP, params: Params) -> "torch.nn.Sequential":
    """The network as ``torch.nn.Sequential`` in float64, with copies of ``params``.

    ``torch.nn.Linear`` keeps its weight as ``(d_out, d_in)`` and computes
    ``X @ weight.T + bias``: each W is transposed on the way. PyTorch's global random
    state is left as it was.

    Parameters
    ----------
    mlp : MLP
    params : list of {"W": (d_in, d_out), "b": (d_out,)}

    Returns
    -------
    torch.nn.Sequential
        ``Linear``, activation, …, ``Linear``.
    """
    import torch

    activation = {
        "relu": torch.nn.ReLU,
        "leaky_relu": lambda: torch.nn.LeakyReLU(LEAK),
        "tanh": torch.nn.Tanh,
        "sigmoid": torch.nn.Sigmoid,
        "identity": torch.nn.Identity,
    }[mlp.activation]
    modules = []
    for (d_in, d_out), layer in zip(pairwise(mlp.sizes), mlp.check(params)):
        with torch.random.fork_rng(devices=()):  # skip_init takes a second: SymPy
            linear = torch.nn.Linear(d_in, d_out, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(layer["W"].T.copy()))
            linear.bias.copy_(torch.tensor(layer["b"].copy()))
        modules += [linear, activation()]
    return torch.nn.Sequential(*modules[:-1])


def torch_loss(
    mlp: MLP,
) -> "Callable[[torch.Tensor, torch.Tensor], torch.Tensor]":
    """The network's loss in PyTorch: ``loss(outputs (n, k), y)``, a mean over rows.

    Squared loss is ``½ ((outputs - y)**2).sum(dim=1).mean()``, that is ``k / 2`` times
    ``MSELoss``, which broadcasts ``(n,)`` against ``(n, 1)`` and here does not.
    Cross-entropy is ``torch.nn.functional.cross_entropy`` of int64 labels ``(n,)``.
    """
    import torch

    if mlp.loss_name == "cross_entropy":
        return torch.nn.functional.cross_entropy

    def squared(outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        if outputs.shape != y.shape:
            raise ValueError(
                f"y must have shape {tuple(outputs.shape)}, got {tuple(y.shape)}"
            )
        return 0.5 * ((outputs - y) ** 2).sum(dim=1).mean()

    return squared


def numpy_params(twin: "torch.nn.Sequential") -> Params:
    """The twin's parameters, copied back into the shapes of the NumPy network."""
    return [
        {
            "W": np.array(module.weight.detach().numpy().T, order="C"),
            "b": np.array(module.bias.detach().numpy()),
        }
        for module in twin
        if hasattr(module, "weight")
    ]
