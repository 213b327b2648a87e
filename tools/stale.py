"""Is a notebook older than what its outputs depend on?

A notebook records one hash over its code cells, the text of each module that it
imports (through others too, and inside functions), the data files that they name,
the pins of the packages that compute, and how figures are drawn. Prose is not in it.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tools import setup_cell
from tools.kernel import SETTINGS
from tools.places import ROOT, SRC

DATA = SRC / "descent" / "data"
ALWAYS = ("ipykernel", "ipython", "matplotlib-inline")
DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow"}
MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)


class Parsed(NamedTuple):
    """What a piece of Python names: modules imported, and words in its strings."""

    imports: frozenset[str]
    words: frozenset[str]


def depends(notebook: dict[str, Any], folder: Path) -> str:
    """The hash of all that the outputs of ``notebook``, kept in ``folder``, rest on."""
    sha = hashlib.sha256(b"1")
    sources = [
        (cell["source"], "raises-exception" in cell.get("metadata", {}).get("tags", []))
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and cell.get("id") != setup_cell.ID
    ]
    for source, raises in sources:
        sha.update(f"{source}\0{raises}\0".encode())
    for path in files_used((source for source, _ in sources), folder):
        sha.update(f"{path.name}\0{_digest(path)}\0".encode())
    for pin in pins_used((source for source, _ in sources), folder):
        sha.update(f"{pin}\0".encode())
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


def files_used(sources: Iterable[str], folder: Path) -> list[Path]:
    """The modules and the data files that code in ``folder`` reaches, sorted."""
    modules, words, _ = _reach(sources, folder)
    data = [p for p in _data_files() if {p.name, p.stem, p.name.split(".")[0]} & words]
    return sorted(modules) + data


def pins_used(sources: Iterable[str], folder: Path) -> list[str]:
    """The pins, such as ``numpy==2.4.6``, of the packages that code in ``folder`` uses."""
    _, _, packages = _reach(sources, folder)
    wanted = {DISTRIBUTIONS.get(name, name) for name in packages} | set(ALWAYS)
    return [pin for pin in _pins() if pin.split("==")[0].lower() in wanted]


def _reach(sources: Iterable[str], folder: Path) -> tuple[set[Path], set[str], set[str]]:
    """Modules of this repository, words, and foreign packages, through all imports."""
    modules: set[Path] = set()
    words: set[str] = set()
    packages: set[str] = set()
    todo = [parse(MAGIC.sub("pass", source), "", False) for source in sources]
    while todo:
        imports, more = todo.pop()
        words |= more
        for name in imports:
            ours = list(_modules(name, folder))
            if not ours:
                packages.add(name.split(".")[0])
            for path, module in ours:
                if path not in modules:
                    modules.add(path)
                    todo.append(_parse_file(path, module))
    return modules, words, packages - sys.stdlib_module_names


def _modules(name: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """The files that ``import name`` reads: each package on the way, then the module."""
    for root in (SRC, folder):
        place = root
        found = []
        parts = name.split(".")
        for i, part in enumerate(parts):
            module = ".".join(parts[: i + 1])
            if (place / part / "__init__.py").is_file():
                found.append((place / part / "__init__.py", module))
            elif (place / f"{part}.py").is_file():
                found.append((place / f"{part}.py", module))
            place = place / part
        if found:
            return iter(found)
    return iter(())


@cache
def _parse_file(path: Path, module: str) -> Parsed:
    is_package = path.name == "__init__.py"
    return parse(path.read_text(encoding="utf-8"), module, is_package)


def parse(source: str, module: str, is_package: bool) -> Parsed:
    """What ``source`` names; code that doesn't parse may name every module of ours."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return Parsed(frozenset(_all_modules()), frozenset(re.findall(r"\w+", source)))
    imports, words = set(), set()
    for node in ast.walk(tree):
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
            words.update((node.value, node.value.rsplit("/", 1)[-1]))
    return Parsed(frozenset(imports), frozenset(words))


@cache
def _all_modules() -> tuple[str, ...]:
    paths = (p.relative_to(SRC).with_suffix("") for p in SRC.glob("descent/**/*.py"))
    return tuple(".".join(p.parts).removesuffix(".__init__") for p in paths)


@cache
def _data_files() -> tuple[Path, ...]:
    return tuple(sorted(p for p in DATA.glob("**/*") if p.is_file()))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _pins() -> tuple[str, ...]:
    pins = set()
    for path in ROOT.glob("requirements*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        pins.update(line.split("#")[0].strip() for line in lines if "==" in line)
    return tuple(sorted(pins))
