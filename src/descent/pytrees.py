"""Parameters in any nest of dicts, lists and tuples, with arrays at the leaves.

An optimizer that is written for one array then works for a whole network.
Dicts are walked in sorted key order, so that two equal trees have equal leaves.
``None`` is an empty branch: it has no leaves. After JAX's pytrees (Bradbury et
al., 2018).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from descent.validation import describe


def leaves_with_path(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield ``("layers/0/W", array)`` for each leaf, in a fixed order.

    Parameters
    ----------
    tree : nest of dicts, lists and tuples
    path : str
        Where ``tree`` itself stands; the places of its leaves begin with it.

    Raises
    ------
    TypeError
        If the keys of a dict have no order, such as ``1`` beside ``"a"``.
    """
    if not _is_branch(tree):
        yield path, tree
    else:
        for key, branch in _branches(tree, path or "tree"):
            yield from leaves_with_path(branch, f"{path}/{key}" if path else str(key))


def leaves(tree: Any) -> list[Any]:
    """The leaves of ``tree`` in a fixed order."""
    return [leaf for _, leaf in leaves_with_path(tree)]


def tree_map(f: Callable[..., Any], tree: Any, *rest: Any, name: str = "tree") -> Any:
    """``f`` of the corresponding leaves, in the shape of ``tree``.

    Parameters
    ----------
    f : callable
        Called with one leaf of ``tree`` and of each of ``rest``, in the order of
        :func:`leaves`.
    tree, *rest : nests of dicts, lists and tuples, all built alike
    name : str
        What the trees of ``rest`` are called in an error message.

    Raises
    ------
    ValueError
        If a tree of ``rest`` is built differently from ``tree``; the message
        names ``name`` and the place, and says what came and what was wanted.
    """
    if not any(map(_is_branch, (tree, *rest))):
        return f(tree, *rest)
    for other in rest:
        if _build(tree, name) != _build(other, name):
            raise ValueError(f"{name} must be {_outline(tree)}, got {_outline(other)}")
    mapped = {
        key: tree_map(f, branch, *(other[key] for other in rest), name=f"{name}/{key}")
        for key, branch in _branches(tree, name)
    }
    if tree is None:
        return None
    if isinstance(tree, dict):
        return {key: mapped[key] for key in tree}
    if hasattr(tree, "_fields"):  # a NamedTuple takes its branches one by one
        return type(tree)(*mapped.values())
    return type(tree)(mapped.values())


def rebuild(tree: Any, new_leaves: Iterable[Any]) -> Any:
    """A tree built like ``tree`` that holds ``new_leaves``, in the order of `leaves`.

    Raises
    ------
    ValueError
        If there are more or fewer new leaves than ``tree`` has.
    """
    new_leaves = list(new_leaves)
    wanted = len(leaves(tree))
    if len(new_leaves) != wanted:
        raise ValueError(f"new_leaves must be {wanted} leaves, got {len(new_leaves)}")
    supply = iter(new_leaves)
    return tree_map(lambda _: next(supply), tree)


def _is_branch(tree: Any) -> bool:
    return tree is None or isinstance(tree, (dict, list, tuple))


def _branches(tree: Any, place: str) -> list[tuple[Any, Any]]:
    """The ``(key, branch)`` pairs one level down; none for a leaf or ``None``."""
    if isinstance(tree, dict):
        try:
            return [(key, tree[key]) for key in sorted(tree)]
        except TypeError:
            raise TypeError(
                f"{place} must have keys that can be sorted, got {list(tree)}"
            ) from None
    return list(enumerate(tree)) if isinstance(tree, (list, tuple)) else []


def _build(tree: Any, place: str) -> tuple[Any, list[Any]]:
    """What two trees must share at the top: the container and its keys."""
    kind = type(tree) if _is_branch(tree) else "leaf"
    for plain in (dict, list):  # an OrderedDict is as good as a dict
        kind = plain if isinstance(tree, plain) else kind
    return kind, [key for key, _ in _branches(tree, place)]


def _outline(tree: Any) -> str:
    """The top of a tree in a few words."""
    if isinstance(tree, dict):
        return f"a dict with the keys {list(tree)}"
    if isinstance(tree, (list, tuple)):
        return f"a {type(tree).__name__} of {len(tree)}"
    return "None, an empty branch" if tree is None else f"a leaf: {describe(tree)}"
