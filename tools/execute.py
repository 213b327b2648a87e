"""Run a notebook in a fresh kernel and keep what came out, if all went well."""

import copy
import time
from pathlib import Path
from typing import Any, NamedTuple

from tools import kernel
from tools.canonical import ANSI, canonical, read, write
from tools.compare import same_outputs
from tools.reduce_png import LIMIT
from tools.stale import depends

TIMEOUT = 120  # seconds, for one cell


class Failed(Exception):
    """A notebook that must not be stored; the message names the cell and the cause."""


class Ran(NamedTuple):
    """What a run did: its seconds, and the cells whose outputs became others."""

    seconds: float
    changed: list[str]


def run(path: Path) -> Ran:
    """Execute the notebook at ``path`` and rewrite it where outputs changed visibly.

    The file is replaced at once, and only after every cell did what it should.

    Raises
    ------
    Failed
        If a cell raises, doesn't raise where it should, warns, or draws too much.
    """
    before = path.read_bytes()
    old = canonical(read(path))
    rests_on = depends(old, path.parent)  # before the run: modules may change meanwhile
    start = time.perf_counter()
    new = canonical(executed(old, path.parent))
    seconds = time.perf_counter() - start
    check(new)
    changed = keep_unchanged(new, old)
    new["metadata"].setdefault("descent", {})["depends"] = rests_on
    if path.read_bytes() != before:
        raise Failed("the file was edited while it ran; run it again")
    write(path, new)
    return Ran(seconds, changed)


def executed(notebook: dict[str, Any], folder: Path) -> dict[str, Any]:
    """``notebook`` with the outputs of a run in ``folder``; the argument is kept."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    kernel.use(force_one_thread=True)
    fresh = canonical(notebook)
    for cell in fresh["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    node = nbformat.from_dict(fresh)
    running = ["no cell"]

    def start(cell: Any, cell_index: int) -> None:
        running.append(f"cell {cell_index} ({cell['id']})")

    client = NotebookClient(
        node,
        km=kernel.manager(),
        timeout=TIMEOUT,
        record_timing=False,
        coalesce_streams=True,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=start,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise Failed(f"{running[-1]} raised\n{ANSI.sub('', str(error))}") from None
    except CellTimeoutError:
        raise Failed(f"{running[-1]} took more than {TIMEOUT} s") from None
    except DeadKernelError:
        raise Failed(f"{running[-1]} killed its kernel") from None
    return copy.deepcopy(node)


def check(notebook: dict[str, Any]) -> None:
    """Refuse what a page must never show: warnings, a missing error, a huge figure."""
    for number, cell in enumerate(notebook["cells"]):
        where = f"cell {number} ({cell['id']})"
        outputs = cell.get("outputs", [])
        raised = any(o["output_type"] == "error" for o in outputs)
        if "raises-exception" in cell["metadata"].get("tags", []) and not raised:
            raise Failed(f"{where} is tagged raises-exception and raised nothing")
        for output in outputs:
            if output.get("name") == "stderr":
                raise Failed(f"{where} wrote to stderr:\n{output['text']}")
            size = len(output.get("data", {}).get("image/png", "")) * 3 // 4
            if size > LIMIT:
                raise Failed(
                    f"{where} draws a figure of {size // 1024} KB; "
                    f"at most {LIMIT // 1024} KB (fewer points, or rasterise less)"
                )


def keep_unchanged(new: dict[str, Any], old: dict[str, Any]) -> list[str]:
    """Put the old outputs back where a reader would see no difference.

    Returns the ids of the cells whose outputs did change.
    """
    before = {cell["id"]: cell for cell in old["cells"] if cell["cell_type"] == "code"}
    changed = []
    for cell in new["cells"]:
        if cell["cell_type"] != "code":
            continue
        was = before.get(cell["id"])
        numbered = _renumbered(was, cell["execution_count"]) if was else []
        if was and was["execution_count"] and same_outputs(numbered, cell["outputs"]):
            if was["source"] == cell["source"]:
                cell["outputs"] = numbered
        else:
            changed.append(cell["id"])
    return changed


def _renumbered(cell: dict[str, Any], count: int) -> list[dict[str, Any]]:
    outputs = copy.deepcopy(cell["outputs"])
    for output in outputs:
        if "execution_count" in output:
            output["execution_count"] = count
    return outputs
