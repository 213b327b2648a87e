"""Trees of parameters: walked, mapped and rebuilt in one fixed order."""

from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch.utils._pytree as torch_pytree
from hypothesis import given, settings
from hypothesis import strategies as st

from descent.pytrees import leaves, leaves_with_path, rebuild, tree_map

TREES = st.recursive(
    st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from("Wabz"), inner, max_size=3)
    ),
    max_leaves=12,
)


class Layer(NamedTuple):
    W: Any
    b: Any


def sorted_keys(tree):
    """The tree with its dicts in key order; torch walks them as they were built."""
    if isinstance(tree, dict):
        return {key: sorted_keys(tree[key]) for key in sorted(tree)}
    if isinstance(tree, (list, tuple)):
        return type(tree)(map(sorted_keys, tree))
    return tree


@settings(deadline=None, max_examples=60)
@given(tree=TREES)
def test_leaves_are_those_of_torch_in_key_order_with_none_an_empty_branch(tree):
    flat, _ = torch_pytree.tree_flatten(sorted_keys(tree))
    assert leaves(tree) == [leaf for leaf in flat if leaf is not None]


@settings(deadline=None, max_examples=60)
@given(tree=TREES)
def test_a_map_keeps_the_build_and_visits_each_leaf_once_in_order(tree):
    seen = []
    doubled = tree_map(lambda x: seen.append(x) or 2 * x, tree)
    assert seen == leaves(tree)
    assert leaves(doubled) == [2 * leaf for leaf in leaves(tree)]
    assert repr(tree_map(lambda x: x, tree)) == repr(tree)
    assert repr(rebuild(tree, leaves(tree))) == repr(tree)


@settings(deadline=None, max_examples=60)
@given(tree=TREES)
def test_a_place_leads_to_its_leaf(tree):
    for place, leaf in leaves_with_path(tree, "w"):
        found = tree
        for key in place.split("/")[1:]:
            found = found[key if isinstance(found, dict) else int(key)]
        assert found is leaf


def test_places_are_named_from_the_top():
    tree = {"b": 1, "a": [2, {"W": 3}]}
    assert list(leaves_with_path(tree)) == [("a/0", 2), ("a/1/W", 3), ("b", 1)]
    assert list(leaves_with_path(tree["a"], "w")) == [("w/0", 2), ("w/1/W", 3)]
    assert list(leaves_with_path(7)) == [("", 7)]
    assert list(leaves_with_path(7, "w")) == [("w", 7)]


def test_dicts_built_in_another_order_are_equal_trees():
    one, other = {"a": 1, "b": 2}, {"b": 20, "a": 10}
    assert leaves(one) == [1, 2]
    assert leaves(other) == [10, 20]
    assert list(tree_map(lambda x, y: x + y, other, one).items()) == [("b", 22), ("a", 11)]


def test_a_named_tuple_stays_one():
    layer = Layer(W=1, b=[2, None])
    mapped = tree_map(lambda x, y: x + y, layer, layer)
    assert mapped == Layer(W=2, b=[4, None])
    assert type(mapped) is Layer
    with pytest.raises(ValueError, match="must be a Layer of 2, got a tuple of 2"):
        tree_map(lambda x, y: x, layer, (1, [2, None]))


def test_an_ordered_dict_is_a_dict():
    assert tree_map(lambda x, y: x + y, OrderedDict(a=1), {"a": 2}) == {"a": 3}


def test_a_map_of_several_trees_takes_their_leaves_together():
    w, g = [np.ones(2), {"b": np.zeros(1)}], [np.full(2, 3.0), {"b": np.ones(1)}]
    moved = tree_map(lambda w, g, s: w - s * g, w, g, [1.0, {"b": 2.0}])
    np.testing.assert_array_equal(moved[0], [-2, -2])
    np.testing.assert_array_equal(moved[1]["b"], [-2])


@pytest.mark.parametrize(
    "tree, other, message",
    [
        ({"a": 1}, {"b": 1}, r"g must be a dict with the keys \['a'\], got .* \['b'\]"),
        ({"a": 1}, {"a": 1, "b": 2}, r"g must be .*\['a'\], got .*\['a', 'b'\]"),
        ({"a": 1}, [1], r"g must be a dict .*, got a list of 1"),
        ({"a": [1, 2]}, {"a": [1]}, "g/a must be a list of 2, got a list of 1"),
        ({"a": [1, 2]}, {"a": (1, 2)}, "g/a must be a list of 2, got a tuple of 2"),
        ([{"W": 1}], [{"W": [1]}], "g/0/W must be a leaf: 1, got a list of 1"),
        ([1, 2], 3, "g must be a list of 2, got a leaf: 3"),
        ([1, None], [1, 2], "g/1 must be None, an empty branch, got a leaf: 2"),
        ([1, 2], [1, None], "g/1 must be a leaf: 2, got None"),
        ([1], [[[1, 2], [3]]], "g/0 must be a leaf: 1, got a list of 2"),
        (1, {}, "g must be a leaf: 1, got a dict"),
        (
            [[1, 2]],
            [np.ones(2)],
            r"g/0 must be a list of 2, got a leaf: an array of .*\(2,\)",
        ),
    ],
)
def test_trees_that_differ_are_refused_with_the_place(tree, other, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        tree_map(lambda x, y: x, tree, other, name="g")
    with pytest.raises(ValueError, match=f"^{message}"):
        tree_map(lambda x, y, z: x, tree, tree, other, name="g")


def test_rebuilding_needs_as_many_leaves_as_the_tree_has():
    assert rebuild([0, (0, {"a": 0})], iter("xyz")) == ["x", ("y", {"a": "z"})]
    for wrong in ([1, 2], [1, 2, 3, 4]):
        with pytest.raises(
            ValueError, match=f"new_leaves must be 3 leaves, got {len(wrong)}"
        ):
            rebuild([0, (0, {"a": 0})], wrong)


def test_keys_that_have_no_order_are_refused_with_the_place():
    with pytest.raises(
        TypeError, match=r"w/0 must have keys that can be sorted, got \[1, 'a'\]"
    ):
        list(leaves_with_path([{1: 0, "a": 0}], "w"))
    with pytest.raises(TypeError, match=r"tree must have keys that can be sorted"):
        leaves({1: 0, "a": 0})
    with pytest.raises(TypeError, match=r"tree/0 must have keys that can be sorted"):
        tree_map(lambda x: x, [{1: 0, "a": 0}])
