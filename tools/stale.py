"""Is a notebook older than what its outputs depend on?

A notebook records one hash over its code cells, the text of each module that it
imports (through others too, and inside functions), the data files that they name,
the pins of the packages that compute, and how figures are drawn. Prose is not in it.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tools import setup_cell
from tools.kernel import SETTINGS
from tools.places import ROOT, SRC
from tools.setup import TORCH

DATA = SRC / "descent" / "data"
ALWAYS = ("ipykernel", "ipython", "matplotlib-inline")
DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow"}
MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)


class Parsed(NamedTuple):
    """What a piece of Python names: modules imported, and words in its strings."""

    imports: frozenset[str]
    words: frozenset[str]


class Reached(NamedTuple):
    """What code rests on: files of this repository, and pins such as numpy==2.4.6."""

    files: list[Path]
    pins: list[str]


def depends(notebook: dict[str, Any], folder: Path) -> str:
    """The hash of all that the outputs of ``notebook``, kept in ``folder``, rest on."""
    sha = hashlib.sha256(b"1")
    sources = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell.get("id") != setup_cell.ID:
            raises = "raises-exception" in cell.get("metadata", {}).get("tags", [])
            sources.append(cell["source"])
            sha.update(f"{cell['source']}\0{raises}\0".encode())
    files, pins = reached(sources, folder)
    for path in files:
        sha.update(f"{path.name}\0{_digest(path)}\0".encode())
    sha.update("\0".join(pins).encode())
    for name in ("profile_default/ipython_kernel_config.py", "matplotlibrc"):
        sha.update(_digest(SETTINGS / name).encode())
    return sha.hexdigest()


def is_stale(notebook: dict[str, Any], folder: Path) -> bool:
    """Whether ``notebook`` must run again before a page is built from it."""
    unrun = any(
        cell["cell_type"] == "code" and cell.get("execution_count") is None
        for cell in notebook["cells"]
    )
    recorded = notebook["metadata"].get("descent", {}).get("depends")
    return unrun or recorded != depends(notebook, folder)


def reached(sources: Iterable[str], folder: Path) -> Reached:
    """What the code ``sources``, run in ``folder``, rest on through all imports."""
    todo = [parse(MAGIC.sub("pass", source), "", False) for source in sources]
    if (folder / "checks.py").is_file():  # a lab's, read by its stem and not imported
        todo.append(Parsed(frozenset(["checks"]), frozenset()))
    modules: set[Path] = set()
    names: set[str] = set()
    words: set[str] = set()
    packages = set(ALWAYS)
    while todo:
        parsed = todo.pop()
        words |= parsed.words
        for name in parsed.imports - names:
            names.add(name)
            ours = _modules(name, folder)
            for path, module in ours:
                if path not in modules:
                    modules.add(path)
                    todo.append(_parse_file(path, module))
            if not ours:
                package = name.split(".")[0]
                packages.add(DISTRIBUTIONS.get(package, package))
    data = [path for path in _data_files() if words.intersection(_names(path))]
    pins = [pin for pin in _pins() if pin.split("==")[0].lower() in packages]
    return Reached(sorted(modules) + data, pins)


@cache
def _modules(name: str, folder: Path) -> tuple[tuple[Path, str], ...]:
    """The files that ``import name`` reads: each package on the way, then the module."""
    for root in (SRC, folder):
        found, place, module = [], root, ""
        for part in name.split("."):
            module = f"{module}.{part}".lstrip(".")
            for path in (place / part / "__init__.py", place / f"{part}.py"):
                if path.is_file():
                    found.append((path, module))
                    break
            else:
                break
            place = place / part
        if found:
            return tuple(found)
    return ()


@cache
def _parse_file(path: Path, module: str) -> Parsed:
    is_package = path.name == "__init__.py"
    return parse(path.read_text(encoding="utf-8"), module, is_package)


def parse(source: str, module: str, is_package: bool) -> Parsed:
    """What ``source`` names; code that doesn't parse may name every module of ours.

    Asked at each build of the book, so the tree is walked only where it can matter.
    """
    imports, words = set(), set()
    names = [name for name in _data_names() if name in source]
    if "import" not in source and not names:
        return Parsed(frozenset(), frozenset())
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return Parsed(frozenset(_all_modules()), frozenset(names))
    for node in ast.walk(tree) if names else _statements(tree):
        if isinstance(node, ast.Import):
            imports.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                up = parts[: len(parts) - node.level + is_package]
                base = ".".join([*up, *filter(None, [base])])
            imports.add(base)
            imports.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value.rsplit("/", 1)[-1])
    return Parsed(frozenset(imports), frozenset(words.intersection(names)))


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Every statement, however deep: imports are never inside an expression."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            below = getattr(node, field, ())
            if isinstance(below, list):
                todo += below


@cache
def _all_modules() -> tuple[str, ...]:
    paths = (p.relative_to(SRC).with_suffix("") for p in SRC.glob("**/*.py"))
    return tuple(".".join(p.parts).removesuffix(".__init__") for p in paths)


@cache
def _data_files() -> tuple[Path, ...]:
    return tuple(sorted(p for p in DATA.glob("**/*") if p.is_file()))


@cache
def _data_names() -> frozenset[str]:
    return frozenset(name for path in _data_files() for name in _names(path))


def _names(path: Path) -> tuple[str, str]:
    """What code calls a data file: ``digits.npz`` or ``digits``."""
    return path.name, path.name.split(".")[0]


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _pins() -> tuple[str, ...]:
    pins = {TORCH}
    for path in ROOT.glob("requirements*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        pins.update(line.split("#")[0].strip() for line in lines if "==" in line)
    return tuple(sorted(pins))
