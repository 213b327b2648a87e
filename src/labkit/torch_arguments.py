"""PyTorch's side of the arguments: imported where a check asks for it, nowhere else."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

ACTIVATIONS = {
    "relu": torch.nn.ReLU,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
    "none": torch.nn.Identity,
}


def tensor(spec: Any) -> torch.Tensor:
    """The tensor that a :class:`labkit.arguments.Tensor` describes."""
    return torch.tensor(np.asarray(spec.array), dtype=getattr(torch, spec.dtype))


def module(spec: Any) -> torch.nn.Sequential:
    """The module that a :class:`labkit.arguments.TorchModule` describes."""
    dtype = getattr(torch, spec.dtype)
    steps: list[torch.nn.Module] = []
    for W, b in spec.layers:
        W, b = np.asarray(W, dtype=float), np.asarray(b, dtype=float)
        if steps:
            steps.append(ACTIVATIONS[spec.activation]())
        linear = torch.nn.Linear(*W.shape, dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T.copy()))
            linear.bias.copy_(torch.from_numpy(b.copy()))
        steps.append(linear)
    return torch.nn.Sequential(*steps)


def sgd(spec: Any, modules: Sequence[torch.nn.Module]) -> torch.optim.SGD:
    """The optimizer that a :class:`labkit.arguments.TorchSGD` describes."""
    parameters = [p for module in modules for p in module.parameters()]
    return torch.optim.SGD(parameters, lr=spec.lr, momentum=spec.momentum)


def layers(module: torch.nn.Sequential) -> list[tuple[np.ndarray, np.ndarray]]:
    """``[(W, b), …]`` as they are now, W of shape (d_in, d_out)."""
    return [
        (
            layer.weight.detach().cpu().numpy().T.copy(),
            layer.bias.detach().cpu().numpy().copy(),
        )
        for layer in module
        if isinstance(layer, torch.nn.Linear)
    ]
