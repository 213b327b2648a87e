"""The Python in a notebook's cell, read without running it and without IPython."""

import ast
import re

_MAGIC = re.compile(r"^(?P<indent>\s*)(?:%(?P<name>\w+)(?P<rest>.*)|[!?%].*|.*\?)$")
_CAPTURE = re.compile(r"^(?P<target>[^=#'\"]+=)\s*(?:!|%\w).*$")
_TIMING = ("time", "timeit", "prun")  # what follows them on the line is Python


def parsed(text: str) -> ast.Module | None:
    """The cell's statements, magics aside; None if it is no Python."""
    for source in (text, _without_magics(text)):
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _without_magics(text: str) -> str:
    """The Python in a cell: IPython's own reading of it takes as long as a cell likes."""
    lines = text.lstrip().splitlines()
    if lines and lines[0].startswith("%%"):
        lines[0] = ""
    return "\n".join(map(_plain_line, lines))


def _plain_line(line: str) -> str:
    if found := _MAGIC.match(line):
        code = found["rest"].strip() if found["name"] in _TIMING else ""
        return f"{found['indent']}{code or 'pass'}"
    found = _CAPTURE.match(line)
    return f"{found['target']} None" if found else line
