"""Parameters in any nest of dicts, lists and tuples, with arrays at the leaves.

An optimizer that is written for one array then works for a whole network.
Dicts are walked in sorted key order, so that two equal trees have equal leaves.
``None`` is a leaf that holds nothing. After JAX's pytrees (Bradbury et al., 2018).
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def leaves_with_path(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield ``("layers/0/W", array)`` for each leaf, in a fixed order."""
    if isinstance(tree, dict):
        for key in sorted(tree):
            yield from leaves_with_path(tree[key], f"{path}/{key}" if path else str(key))
    elif isinstance(tree, (list, tuple)):
        for i, branch in enumerate(tree):
            yield from leaves_with_path(branch, f"{path}/{i}" if path else str(i))
    else:
        yield path, tree


def leaves(tree: Any) -> list[Any]:
    """The leaves of ``tree`` in a fixed order."""
    return [leaf for _, leaf in leaves_with_path(tree)]


def tree_map(f: Callable[..., Any], tree: Any, *rest: Any, name: str = "tree") -> Any:
    """``f`` of the corresponding leaves, in the shape of ``tree``.

    Raises
    ------
    ValueError
        If a tree of ``rest`` is built differently from ``tree``; the message
        names ``name`` and the place.
    """
    if isinstance(tree, dict):
        for other in rest:
            if not isinstance(other, dict) or set(other) != set(tree):
                got = sorted(other) if isinstance(other, dict) else type(other).__name__
                raise ValueError(f"{name}: wanted the keys {sorted(tree)}, got {got}")
        return {
            k: tree_map(f, tree[k], *(o[k] for o in rest), name=f"{name}/{k}") for k in tree
        }
    if isinstance(tree, (list, tuple)):
        for other in rest:
            if type(other) is not type(tree) or len(other) != len(tree):
                got = f"{type(other).__name__} of {np.size(other)}"
                raise ValueError(
                    f"{name}: wanted a {type(tree).__name__} of {len(tree)}, got {got}"
                )
        branches = [
            tree_map(f, *branch, name=f"{name}/{i}")
            for i, branch in enumerate(zip(tree, *rest))
        ]
        return type(tree)(branches)
    for other in rest:
        if isinstance(other, (dict, list, tuple)):
            raise ValueError(f"{name}: wanted a leaf, got {type(other).__name__}")
    return f(tree, *rest)
