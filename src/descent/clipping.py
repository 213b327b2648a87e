"""Gradient clipping: a bound on how far one step can go."""

from typing import Any

import numpy as np

from descent.pytrees import leaves_with_path, rebuild
from descent.validation import as_array, as_number, describe


def clip_by_norm(g: Any, max_norm: float) -> tuple[Any, float]:
    """The gradient, shortened to ``max_norm`` if it is longer; its direction stays.

    ``g * min(1, max_norm / (norm + 1e-6))``, where ``norm`` is the length of all
    leaves together, as one vector. The ``1e-6`` is that of
    ``torch.nn.utils.clip_grad_norm_``: it leaves a clipped gradient shorter than
    ``max_norm``, by the fraction ``1e-6 / norm``.

    Parameters
    ----------
    g : array or nest of arrays
    max_norm : float, above 0

    Returns
    -------
    g : like ``g``
    norm : float
        The length before clipping; where it is NaN, so is the whole result.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural
    networks, algorithm 1.
    """
    max_norm, arrays = as_number("max_norm", max_norm, above=0), _gradients(g)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        norm = float(np.linalg.norm([np.linalg.norm(leaf) for leaf in arrays]))
        factor = np.minimum(1.0, max_norm / (norm + 1e-6))
        return rebuild(g, [np.asarray(leaf * factor) for leaf in arrays]), norm


def clip_by_value(g: Any, limit: float) -> Any:
    """Each component of the gradient brought into ``[-limit, limit]``.

    It changes the direction, unlike `clip_by_norm`.
    ``torch.nn.utils.clip_grad_value_``.

    Parameters
    ----------
    g : array or nest of arrays
    limit : float, above 0
    """
    limit = as_number("limit", limit, above=0)
    return rebuild(g, [np.clip(leaf, -limit, limit) for leaf in _gradients(g)])


def _gradients(g: Any) -> list[np.ndarray]:
    arrays = [
        as_array(place, leaf, finite=False) for place, leaf in leaves_with_path(g, "g")
    ]
    if not arrays:
        raise ValueError(f"g must hold at least one array, got {describe(g)}")
    return arrays
