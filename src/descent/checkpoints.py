"""Plain data to a file and back, bit for bit, without pickle.

A file is an ``.npz``: one ``.npy`` for each array, and ``structure.json``, which says
how they nest and holds everything else. Reading one runs no code that is in it, and
``numpy.load`` or any unzip program can look inside.
"""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from descent.validation import describe

FORMAT = {"format": "descent state", "version": 1}


def save_state(path: str | os.PathLike, tree: Any) -> None:
    """Write a tree of plain data, such as an optimizer's state, to ``path``.

    The file is complete or not there: it is written beside ``path`` and then put in
    its place, so that a crash leaves the last good checkpoint. Equal trees make equal
    files.

    Parameters
    ----------
    path : str or path
        Where to; the name is used as it is, an existing file is replaced.
    tree : nest of dicts, lists and tuples
        At the leaves: None, bool, int, float, str, NumPy arrays and scalars of any
        dtype but object.

    Raises
    ------
    TypeError
        If something else is in the tree (which would need pickle, or would not come
        back as it was); the message names the place. No file is written.
    FileNotFoundError
        If there is no such folder.
    """
    path = Path(path)
    arrays: list[np.ndarray] = []
    structure = {**FORMAT, "tree": _encode(tree, arrays, "tree")}
    if not path.parent.is_dir():
        raise FileNotFoundError(f"path must be in a folder that exists, got {path}")
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(scratch, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr(_member("structure.json"), json.dumps(structure, indent=1))
                for i, array in enumerate(arrays):
                    with archive.open(_member(f"{i}.npy"), "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def load_state(path: str | os.PathLike) -> Any:
    """Read what `save_state` wrote: the same types, values, dtypes and shapes.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If `save_state` didn't write it, or not all of it is there.
    """
    data = Path(path).read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            structure = json.loads(archive.read("structure.json"))
            if {key: structure[key] for key in FORMAT} != FORMAT:
                raise ValueError(f"its format is not {FORMAT}")
            return _decode(structure["tree"], archive)
    except Exception as why:  # a damaged file can fail in any way, at any place
        raise ValueError(
            f"path must be a whole file that save_state wrote, got {path}: {why}"
        ) from why


def _member(name: str) -> zipfile.ZipInfo:
    """An entry with a fixed date, so that equal states make equal files."""
    return zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))


def _encode(value: Any, arrays: list[np.ndarray], place: str) -> Any:
    """``value`` as JSON; arrays go to ``arrays`` and leave their number behind."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) in (list, tuple):
        items = [_encode(v, arrays, f"{place}/{i}") for i, v in enumerate(value)]
        return {type(value).__name__: items}
    if type(value) is dict:
        keys = [_encode(k, arrays, f"{place}, key {k!r}") for k in value]
        items = [_encode(v, arrays, f"{place}/{k}") for k, v in value.items()]
        return {"dict": [list(pair) for pair in zip(keys, items)]}
    is_array = type(value) is np.ndarray
    if (is_array or isinstance(value, np.generic)) and not value.dtype.hasobject:
        arrays.append(np.asarray(value))
        return {"array" if is_array else "scalar": len(arrays) - 1}
    raise TypeError(
        f"{place} must be None, a bool, int, float, str, dict, list, tuple or a NumPy "
        f"array of numbers or text, got {type(value).__name__}: {describe(value)}"
    )


def _decode(node: Any, archive: zipfile.ZipFile) -> Any:
    if not isinstance(node, dict):
        return node
    ((kind, content),) = node.items()
    if kind in ("array", "scalar"):
        array = np.lib.format.read_array(
            io.BytesIO(archive.read(f"{content}.npy")), allow_pickle=False
        )
        return array if kind == "array" else array[()]
    if kind == "dict":
        return {_decode(k, archive): _decode(v, archive) for k, v in content}
    items = [_decode(item, archive) for item in content]
    return {"list": items, "tuple": tuple(items)}[kind]
