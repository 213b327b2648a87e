"""Saved states come back bit for bit; damaged and foreign files are refused."""

import json
import os
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from descent import checkpoints
from descent.checkpoints import load_state, save_state

DTYPES = st.one_of(
    hnp.scalar_dtypes(),  # bool, ints, floats, complex, dates, either byte order
    hnp.unicode_string_dtypes(max_len=4),
    hnp.byte_string_dtypes(max_len=4),
    st.just(np.dtype([("x", "<f8"), ("n", ">i2", (2,))])),
)
ARRAYS = DTYPES.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0, max_side=3))
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
TREES = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(
            st.text(max_size=3) | st.integers() | st.booleans(), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def assert_same(one, other):
    """The same type, order, dtype, shape and bits, all the way down."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        for (key, value), (other_key, other_value) in zip(
            one.items(), other.items(), strict=True
        ):
            assert_same(key, other_key)
            assert_same(value, other_value)
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for value, other_value in zip(one, other):
            assert_same(value, other_value)
    elif isinstance(one, (np.ndarray, np.generic)):
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.tobytes() == other.tobytes()
    elif isinstance(one, float):
        assert np.float64(one).tobytes() == np.float64(other).tobytes() or one != one
    else:
        assert one == other


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("states") / "state.npz"


@settings(deadline=None, max_examples=40, database=None)
@given(tree=TREES)
def test_a_tree_comes_back_bit_for_bit(tree, path):
    save_state(path, tree)
    assert_same(tree, load_state(path))


@pytest.mark.parametrize(
    "value",
    [
        np.array(3.5),  # 0-d stays an array
        np.float64(3.5),  # and a NumPy scalar a scalar
        np.float32(0.1),
        np.int8(-1),
        np.bool_(True),
        np.datetime64("2020-02-29"),
        np.zeros((0, 3)),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(10)[::-2],
        np.array([np.nan, -0.0, np.inf, 5e-324]),
        np.random.default_rng(0).bit_generator.state,  # integers of 128 bits
        10**100,
        0.1 + 0.2,
        -0.0,
        float("nan"),
        {},
        [],
        (),
        [(), [[]], ({},)],
        {1: "int", "1": "str", None: 0, (1, 2): 0, 2.5: 0},
        {"list": 1, "array": 0, "format": "x"},  # the words of the file format itself
        "line\nbreak \ud800 \0 é",
    ],
    ids=repr,
)
def test_awkward_values_come_back_as_they_were(value, path):
    save_state(path, value)
    assert_same(value, load_state(path))


def test_what_is_loaded_is_ones_own_to_change(path):
    save_state(path, [np.arange(3.0), np.array(1.0)])
    for array in load_state(path):
        array += 1


def test_saving_changes_nothing(path):
    array = np.arange(3.0)
    array.setflags(write=False)
    tree = {"v": [array], "t": 3}
    save_state(path, tree)
    assert list(tree) == ["v", "t"]
    np.testing.assert_array_equal(array, [0, 1, 2])


def test_equal_states_make_equal_files(tmp_path):
    for name in ("a.npz", "b.npz"):
        save_state(tmp_path / name, {"v": np.arange(5.0), "t": 3})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_numpy_and_json_can_read_the_file(path):
    save_state(path, {"t": 7, "v": np.arange(3.0)})
    with np.load(path, allow_pickle=False) as file:
        np.testing.assert_array_equal(file["0"], np.arange(3.0))
        structure = json.loads(file["structure.json"])
    assert structure["tree"] == {"dict": [["t", 7], ["v", {"array": 0}]]}


def test_the_name_is_used_as_it_is_and_may_be_a_string(tmp_path):
    save_state(str(tmp_path / "run 1.state"), 5)
    assert os.listdir(tmp_path) == ["run 1.state"]
    assert load_state(str(tmp_path / "run 1.state")) == 5


class Opaque:
    pass


@pytest.mark.parametrize(
    "value",
    [
        Opaque(),
        np.array([None, 1]),
        np.array([1, {}], dtype=object),
        np.zeros(1, dtype=[("x", object)]),
        np.ma.array([1.0, 2.0], mask=[True, False]),
        1j,
        {1, 2},
        b"bytes",
        np.random.default_rng(0),
        type("Point", (tuple,), {})((1, 2)),
        type("Count", (int,), {})(3),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_would_not_come_back_as_it_was_is_refused_with_its_place(value, tmp_path):
    with pytest.raises(TypeError, match=r"^tree/v/1 must be None, a bool, .*got \w+"):
        save_state(tmp_path / "state.npz", {"t": 0, "v": [1.0, value]})
    assert os.listdir(tmp_path) == []


def test_a_key_that_would_not_come_back_is_refused(tmp_path):
    with pytest.raises(TypeError, match=r"^tree/a, key .*must be None, a bool"):
        save_state(tmp_path / "state.npz", {"a": {frozenset(): 1}})


def test_a_crash_while_writing_leaves_the_last_good_state(path, monkeypatch):
    save_state(path, {"t": 1})

    def crash(*args, **kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr(checkpoints.np.lib.format, "write_array", crash)
    with pytest.raises(OSError, match="no space left"):
        save_state(path, {"t": 2, "v": np.ones(3)})
    assert load_state(path) == {"t": 1}
    assert os.listdir(path.parent) == [path.name]


def test_a_crash_before_the_file_is_put_in_place_leaves_the_last_good_state(
    path, monkeypatch
):
    save_state(path, {"t": 1})

    def crash(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoints.os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        save_state(path, {"t": 2})
    assert load_state(path) == {"t": 1}
    assert os.listdir(path.parent) == [path.name]


def test_a_missing_file_or_folder_is_said_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_state(tmp_path / "none.npz")
    with pytest.raises(FileNotFoundError, match="path must be in a folder that exists"):
        save_state(tmp_path / "none" / "state.npz", 1)


def write_zip(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)


def structure(tree, **changes):
    return json.dumps({**checkpoints.FORMAT, "tree": tree, **changes})


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("hello"),
        lambda path: path.write_bytes(pickle.dumps({"t": 1})),
        lambda path: np.savez(path, v=np.ones(3)),
        lambda path: write_zip(path),
        lambda path: write_zip(path, structure__json="{"),
        lambda path: write_zip(path, structure__json="[]"),
        lambda path: write_zip(path, structure__json="{}"),
        lambda path: write_zip(path, structure__json=structure(1, version=2)),
        lambda path: write_zip(path, structure__json=structure(1, format="other")),
        lambda path: write_zip(path, structure__json=structure({"array": 0})),
        lambda path: write_zip(path, structure__json=structure({"set": [1]})),
        lambda path: write_zip(path, structure__json=structure({})),
        lambda path: write_zip(
            path, structure__json=structure({"array": 0}), **{"0__npy": b"\x93NUMPY"}
        ),
    ],
)
def test_a_foreign_file_is_refused_with_its_name(write, path):
    write(path)
    with pytest.raises(ValueError, match=r"path must be a whole file .*state\.npz: "):
        load_state(path)


def test_a_pickle_inside_a_file_is_never_run(path, tmp_path):
    np.save(tmp_path / "objects.npy", np.array([Opaque()]), allow_pickle=True)
    content = (tmp_path / "objects.npy").read_bytes()
    write_zip(path, structure__json=structure({"array": 0}), **{"0__npy": content})
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_state(path)


@settings(deadline=None, max_examples=60, database=None)
@given(data=st.data())
def test_a_cut_or_damaged_file_is_refused_or_reads_as_it_was(data, path):
    tree = {"t": 3, "v": [np.arange(20.0), "text"]}
    save_state(path, tree)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content = content[:at]
    else:
        content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        loaded = load_state(path)
    except ValueError as error:
        assert "path must be a whole file that save_state wrote" in str(error)
    else:  # a date or a flag of the zip file was hit: nothing that matters
        assert_same(tree, loaded)
