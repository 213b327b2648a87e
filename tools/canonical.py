"""One canonical form for a notebook, so that a diff shows what an author changed.

Sorted keys, indent 1, LF; stable, unique cell ids; counts 1..n; no machine, no
time; adjacent streams joined; figures reduced; only metadata that we mean.
In memory a notebook is plain dicts whose texts are strings, not lists of lines.
"""

import base64
import copy
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from tools import setup_cell
from tools.reduce_png import is_reduced, reduced

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
NOTEBOOK_METADATA = ("descent", "labkit", "myst", "mystnb")
CELL_METADATA = ("descent", "labkit", "mystnb", "tags")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def read(path: Path) -> dict[str, Any]:
    """The notebook at ``path``, its texts joined."""
    return _join(json.loads(Path(path).read_text(encoding="utf-8")))


def joined(notebook: dict[str, Any]) -> dict[str, Any]:
    """A copy in which every text that may be a list of lines is one string."""
    return _join(copy.deepcopy(notebook))


def _join(notebook: dict[str, Any]) -> dict[str, Any]:
    for cell in notebook["cells"]:
        cell["source"] = _text(cell["source"])
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = _text(output["text"])
            data = output.get("data", {})
            for mime in data:
                if not mime.endswith("json"):
                    data[mime] = _text(data[mime])
    return notebook


def canonical(notebook: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of ``notebook``, which is not changed."""
    notebook = joined(notebook)
    metadata = _kept(notebook["metadata"], NOTEBOOK_METADATA)
    metadata["kernelspec"] = dict(KERNELSPEC)
    cells, seen, count = [], set(), 0
    for cell in notebook["cells"]:
        new = _cell(cell)
        new["id"] = _unique_id(cell.get("id"), new["source"], seen)
        if new["id"] == setup_cell.ID:
            new["source"], new["metadata"] = setup_cell.source(), {"tags": setup_cell.TAGS}
        if new.get("execution_count") is not None:
            count += 1
            new["execution_count"] = count
            for output in new["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = count
        cells.append(new)
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def to_text(notebook: dict[str, Any]) -> str:
    """The file's text: what ``canonical`` returns, written out."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = output["text"].splitlines(keepends=True)
            data = output.get("data", {})
            for mime, value in data.items():
                if isinstance(value, str) and not mime.startswith("image/"):
                    data[mime] = value.splitlines(keepends=True)
    return json.dumps(notebook, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def write(path: Path, notebook: dict[str, Any]) -> bool:
    """Write the canonical form at once or not at all; say whether the file changed."""
    import nbformat

    text = to_text(canonical(notebook))
    nbformat.validate(json.loads(text))
    path = Path(path)
    if path.exists() and path.read_bytes() == text.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return True


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _kept(metadata: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: metadata[key] for key in keys if metadata.get(key)}


def _unique_id(given: str | None, source: str, seen: set[str]) -> str:
    """``given`` if it can stand, else one made from the source."""
    name = given or ""
    if not VALID_ID.fullmatch(name) or name in seen:
        stem = name = hashlib.sha256(source.encode()).hexdigest()[:8]
        twin = 1
        while name in seen:
            twin += 1
            name = f"{stem}-{twin}"
    seen.add(name)
    return name


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = _kept(cell.get("metadata", {}), CELL_METADATA)
    if "tags" in metadata:
        metadata["tags"] = sorted(set(metadata["tags"]))
    new = {
        "cell_type": cell["cell_type"],
        "metadata": metadata,
        "source": cell["source"].rstrip("\n"),
    }
    if cell.get("attachments"):
        new["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        new["execution_count"] = cell.get("execution_count")
        new["outputs"] = _outputs(cell.get("outputs", []))
    return new


def _outputs(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    new: list[dict[str, Any]] = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            if new and new[-1].get("name") == output["name"]:
                new[-1]["text"] += output["text"]
            else:
                new.append({k: output[k] for k in ("name", "output_type", "text")})
        elif kind == "error":
            new.append(
                {
                    "ename": output["ename"],
                    "evalue": output["evalue"],
                    "output_type": "error",
                    "traceback": _traceback(output["traceback"]),
                }
            )
        else:
            new.append(_rich(output))
    return new


def _traceback(frames: list[str]) -> list[str]:
    """The head, the cell's own frames and the message: no colours, no machine's paths."""
    frames = [ANSI.sub("", frame) for frame in frames]
    ours = [f for i, f in enumerate(frames) if i < 2 or f.lstrip().startswith("Cell In")]
    return [*ours, *frames[-1:]] if frames[-1:] != ours[-1:] else ours


def _rich(output: dict[str, Any]) -> dict[str, Any]:
    """A display or a result. Of an image only the width stays, so that it scales."""
    data, metadata = dict(output["data"]), {}
    for mime, about in output.get("metadata", {}).items():
        if mime == "scrapbook":
            metadata[mime] = about
        elif mime.startswith("image/") and "width" in about:
            metadata[mime] = {"width": about["width"]}
    if "image/png" in data:
        png = base64.b64decode(data["image/png"])
        if not is_reduced(png):
            png = reduced(png)
        data["image/png"] = base64.b64encode(png).decode()
    new = {"data": data, "metadata": metadata, "output_type": output["output_type"]}
    if output["output_type"] == "execute_result":
        new["execution_count"] = output.get("execution_count")
    return new
