"""Which cells of a notebook run in a page, where there is no PyTorch, file or network.

A cell that imports what the page lacks does not run there, nor does one that uses a
name which such a cell makes or changes (``tools/page_names.py``); of the library it is
known which functions need what, by their sources.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tools import setup_cell
from tools.page_names import names
from tools.places import SRC

PACKAGES = ("matplotlib", "mpmath", "numpy", "sympy", "tqdm")
OURS = ("descent", "labkit")
# What the page lacks, and what stands for it in a sentence.
LACKS = {
    "torch": "PyTorch",
    "jax": "JAX",
    "pooch": "a download",
    "urllib": "a download",
    "subprocess": "other programs",
    "multiprocessing": "other processes",
}
MAGIC = re.compile(r"^\s*[%!]", re.MULTILINE)
DRAWS = re.compile(r"rng|generator", re.IGNORECASE)


class PageCell(NamedTuple):
    """A code cell: its id and source, and what it lacks in the page (or nothing)."""

    id: str
    source: str
    lacks: str


def page_cells(notebook: dict[str, Any], torch_checks: frozenset[str] = frozenset()):
    """The code cells of ``notebook`` but the set-up cell, in order.

    ``torch_checks`` are the questions of a lab whose checks need PyTorch.
    """
    missing: dict[str, str] = {}
    modules: set[str] = set()
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or cell["id"] == setup_cell.ID:
            continue
        source = "".join(cell["source"])
        if MAGIC.search(source):
            cells.append(PageCell(cell["id"], source, "a notebook's commands"))
            continue
        tree = ast.parse(source)
        lacks = _lacks(source, tree, missing, modules, torch_checks)
        modules |= set() if lacks else imported(tree)
        cells.append(PageCell(cell["id"], source, lacks))
    return cells


def _lacks(source, tree, missing, modules, torch_checks) -> str:
    """What ``source`` lacks; ``missing``, the names not to be had, is brought forward."""
    made, used = names(source)
    lacks = direct(tree, torch_checks)
    lacks = lacks or next((missing[n] for n in sorted(used) if n in missing), "")
    if lacks:
        missing |= dict.fromkeys((made | changed(tree)) - modules, lacks)
    else:
        for name in made:
            missing.pop(name, None)
    return lacks


def imported(tree: ast.Module) -> set[str]:
    """Names that stand for something imported and to be had in the page."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not any(
            _lacking(name) for name in imports(ast.Module([node], []))
        ):
            found |= {(a.asname or a.name).split(".")[0] for a in node.names}
    return found


def changed(tree: ast.Module) -> set[str]:
    """Names whose objects the cell changes: stores into them, calls of a method for its
    effect, and random generators that it draws from."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                found.add(_root(node))
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method)):
                found.add(_root(method))
            case ast.Name(id=name, ctx=ast.Load()) if DRAWS.search(name):
                found.add(name)
    return found - {""}


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def direct(tree: ast.Module, torch_checks: frozenset[str]) -> str:
    """What ``tree`` itself lacks: by an import, by a function of ours, or by a check."""
    for name in imports(tree):
        if lacks := _lacking(name):
            return lacks
    needs = _functions()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in needs:
                return needs[name]
            case ast.alias(name=name) if name in needs:
                return needs[name]
            case ast.Call(func=ast.Attribute(attr="derivative_by"), args=[_, how, *_]):
                if isinstance(how, ast.Constant) and how.value in LACKS:
                    return LACKS[how.value]
            case ast.Call(
                func=ast.Name(id="derivative_by") | ast.Attribute(attr="derivative_by"),
                args=[_, ast.Constant(value="torch"), *_],
            ):
                return LACKS["torch"]  # the library it is asked to derive by
            case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=name), *_]):
                if name in torch_checks:
                    return LACKS["torch"]
    return ""


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that ``tree`` imports, however deep; ``optional("x")`` is one."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=str(base), level=0, names=aliases):
                yield base
                yield from (f"{base}.{alias.name}" for alias in aliases)
            case ast.Call(func=ast.Name(id="optional"), args=[ast.Constant(value=name)]):
                yield name


def _lacking(name: str) -> str:
    top = name.split(".")[0]
    if name.startswith("http.") or top in LACKS:
        return LACKS.get(top, LACKS["urllib"])
    return "" if top in OURS or top in PACKAGES or top in _STANDARD else top


_STANDARD = frozenset(__import__("sys").stdlib_module_names) | {"IPython"}


@cache
def _modules() -> dict[str, ast.Module]:
    """The library's modules by name, read."""
    found = {}
    for package in OURS:
        for path in sorted((SRC / package).rglob("*.py")):
            parts = path.relative_to(SRC).with_suffix("").parts
            name = ".".join(parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


@cache
def _functions() -> dict[str, str]:
    """Functions of ``descent`` that lack something in the page, by themselves or through
    others that they call; a class counts only where making it does."""
    bodies: dict[str, list[ast.AST]] = {}
    for module, tree in _modules().items():
        if module.split(".")[0] != "descent":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("__"):
                bodies.setdefault(node.name, []).append(node)
    needs: dict[str, str] = {}
    for name, found in bodies.items():
        said = [_lacking(i) for node in found for i in imports(node)]
        if all(said) and said:
            needs[name] = said[0]
    calls = {name: [_called(node) for node in found] for name, found in bodies.items()}
    grown = True
    while grown:
        grown = False
        for name, each in calls.items():
            hits = [sorted(called & needs.keys()) for called in each]
            if name not in needs and hits and all(hits):
                needs[name], grown = needs[hits[0][0]], True
    return needs


def _called(function: ast.AST) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def packages(source: str) -> list[str]:
    """The packages that a cell's imports lead to."""
    if MAGIC.search(source):
        return []
    table = packages_of_modules()
    return sorted({p for name in imports(ast.parse(source)) for p in table.get(name, [])})


@cache
def packages_of_modules() -> dict[str, list[str]]:
    """For each module of the library, the packages that it needs through all imports."""
    near = {name: set(imports(tree)) for name, tree in _modules().items()}
    table = {name: [name] for name in PACKAGES} | {"mpl_toolkits": ["matplotlib"]}
    for name in near:
        seen, todo, packages = set(), [name], set()
        while todo:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            if current in near:
                parent = current.rpartition(".")[0]
                todo += [*near[current], *([parent] if parent in near else [])]
            elif current.split(".")[0] in PACKAGES:
                packages.add(current.split(".")[0])
        table[name] = sorted(packages)
    return table


def torch_checks(checks: Path) -> frozenset[str]:
    """The questions in a lab's ``checks.py`` that are declared with ``torch=True``."""
    found = set()
    for node in ast.walk(ast.parse(checks.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(args=[ast.Constant(value=str(name)), *_], keywords=keywords):
                if any(k.arg == "torch" and k.value.value for k in keywords):
                    found.add(name)
    return frozenset(found)
