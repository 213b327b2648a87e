"""What a notebook must keep to become a page of the course."""

import re
from typing import Any

from tools import setup_cell
from tools.reduce_png import LIMIT

MAX_LINES, MAX_FOLDED = 20, 40
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
MIN_ALT = 40
LONG = "long-cell"  # the tag of a cell that has a reason to be longer
BANNED = re.compile(r"nbval|NBVAL|PYTEST_VALIDATE")
FORBIDDEN = {
    "a time": re.compile(r"\b\d+(\.\d+)?\s?(ms|µs|us|ns|s|seconds?|s/it|it/s)\b|Wall time"),
    "a memory address": re.compile(r"\b0x[0-9a-f]{6,}\b"),
    "a path of a machine": re.compile(r"(?<![\w.])/(home|Users|root|tmp|work|usr)/\w|C:\\"),
    "a warning": re.compile(r"\w*Warning\b"),
}
DIGITS = re.compile(
    r"(?<![\w.])[-+]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?(?![\w.]*\d)"
)
MAX_DIGITS = 6
EXACT = "exact-digits"  # the tag of a cell whose digits IEEE arithmetic fixes


def problems(notebook: dict[str, Any]) -> list[str]:
    """Every rule that ``notebook`` breaks, each with the cell's number and id."""
    cells = notebook["cells"]
    found = _whole(cells)
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            found += [f"cell {number} ({cell['id']}): {p}" for p in _code(cell)]
    return found


def significant_digits(number: str) -> int:
    """How many digits of a printed float mean something: 3 for 0.0120, 1 for 1e-05."""
    mantissa = re.split("[eE]", number.lstrip("+-"))[0]
    return len(mantissa.replace(".", "").lstrip("0"))


def _whole(cells: list[dict[str, Any]]) -> list[str]:
    found = []
    ids = [cell.get("id") for cell in cells]
    found += [
        f"two cells have the id {i!r}" for i in sorted({i for i in ids if ids.count(i) > 1})
    ]
    names = [n for n in (_figure(c).get("name") for c in cells) if n]
    found += [
        f"two figures have the name {n!r}"
        for n in sorted({n for n in names if names.count(n) > 1})
    ]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    if (
        not code
        or code[0]["id"] != setup_cell.ID
        or code[0]["source"] != setup_cell.source()
    ):
        found.append("the first code cell is not the set-up cell of tools/setup_cell.py")
    if (
        not cells
        or cells[0]["cell_type"] != "markdown"
        or not cells[0]["source"].startswith("# ")
    ):
        found.append("the first cell is not a title (# …)")
    return found


def _figure(cell: dict[str, Any]) -> dict[str, Any]:
    return cell["metadata"].get("mystnb", {}).get("figure", {})


def _code(cell: dict[str, Any]) -> list[str]:
    found = []
    tags = cell["metadata"].get("tags", [])
    lines = cell["source"].count("\n") + 1
    if not cell["source"].strip():
        found.append("empty code cell")
    elif cell.get("execution_count") is None:
        found.append("never run")
    most = MAX_FOLDED if FOLDED & set(tags) else MAX_LINES
    if lines > most and LONG not in tags:
        found.append(f"{lines} lines; at most {most} (or the tag {LONG})")
    if BANNED.search(cell["source"]) or any(BANNED.search(tag) for tag in tags):
        found.append("tells nbval to look away")
    for output in cell["outputs"]:
        found += _output(output, tags)
    images = [o for o in cell["outputs"] if _mimes(o, "image/")]
    if images and "remove-cell" not in tags and "remove-output" not in tags:
        found += _figure_problems(cell, len(images))
    return found


def _mimes(output: dict[str, Any], prefix: str) -> list[str]:
    return [mime for mime in output.get("data", {}) if mime.startswith(prefix)]


def _figure_problems(cell: dict[str, Any], n_images: int) -> list[str]:
    found = []
    figure, image = _figure(cell), cell["metadata"].get("mystnb", {}).get("image", {})
    caption, alt = figure.get("caption", ""), image.get("alt", "")
    if n_images > 1:
        found.append(f"{n_images} figures in one cell; one caption can't serve them")
    if not caption:
        found.append("figure without a caption (metadata mystnb.figure.caption)")
    if not figure.get("name", "").startswith("fig-"):
        found.append("figure without a name fig-… (metadata mystnb.figure.name)")
    if len(alt) < MIN_ALT:
        found.append(
            f"alt text of {len(alt)} characters (mystnb.image.alt); "
            f"at least {MIN_ALT}: say what is seen"
        )
    if alt and alt.strip() == caption.strip():
        found.append("the alt text repeats the caption; say what is seen")
    for output in cell["outputs"]:
        for mime in _mimes(output, "image/"):
            size = len(output["data"][mime]) * 3 // 4
            if size > LIMIT:
                found.append(f"figure of {size // 1024} KB; at most {LIMIT // 1024} KB")
            if mime not in ("image/png", "image/svg+xml"):
                found.append(f"figure stored as {mime}; wanted image/png")
    return found


def _output(output: dict[str, Any], tags: list[str]) -> list[str]:
    if output["output_type"] == "error":
        texts = [output["evalue"], *output["traceback"]]
    elif output["output_type"] == "stream":
        texts = [output["text"]]
    else:
        texts = [
            v for m, v in output["data"].items() if "text/" in m and isinstance(v, str)
        ]
    found = []
    if output.get("name") == "stderr":
        found.append("writes to stderr")
    if any(
        mime.startswith("application/vnd.jupyter.widget") for mime in output.get("data", {})
    ):
        found.append("shows a widget, which no static page can")
    if output["output_type"] == "error" and "raises-exception" not in tags:
        found.append("raised, and is not tagged raises-exception")
    for text in texts:
        found += [
            f"stored output holds {what}: {hit[0]!r}"
            for what, pattern in FORBIDDEN.items()
            if (hit := pattern.search(text))
        ]
        found += [
            f"stored output shows {number!r}: more than {MAX_DIGITS} significant digits"
            for number in sorted({m[0] for m in DIGITS.finditer(text)})
            if significant_digits(number) > MAX_DIGITS and EXACT not in tags
        ]
    return found
