"""What may import what: read from the source, imports inside functions included."""

import ast
import functools
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

SRC = Path(__file__).parents[2] / "src"
DESCENT = sorted((SRC / "descent").rglob("*.py"))
ABOVE = {"lessons", "labs", "tests", "tools", "labkit"}

# Who may import what from outside, beside the standard library and NumPy.
USERS = {
    "matplotlib": {"figures"},
    "cycler": {"figures"},  # comes with matplotlib
    "torch": {"networks", "twins", "symbolic"},
    "sympy": {"symbolic"},
    "mpmath": {"symbolic"},  # comes with sympy
    "pooch": {"datasets"},
    "tqdm": {"batches"},
    "IPython": {"prose", "figures"},
}
LAZY = set(USERS) - {"matplotlib", "cycler"}

# A page has one process and one thread, and no network but the browser's.
NOT_IN_A_PAGE = {
    "subprocess",
    "multiprocessing",
    "concurrent",
    "threading",
    "socket",
    "ssl",
}
NOT_IN_A_PAGE |= {"resource", "signal", "ctypes", "urllib", "http", "asyncio", "sqlite3"}


class Import(NamedTuple):
    """``name`` is dotted; ``when`` is "module", "function" or "typing"."""

    name: str
    when: str
    line: int


def imports(source):
    """Every import of a source text, also by ``__import__`` and ``import_module``."""
    return list(_walk(ast.parse(source), "module"))


def _walk(node, when):
    for child in ast.iter_child_nodes(node):
        inner = when
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            inner = "function" if when == "module" else when
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for part in child.body:
                yield from _walk(ast.Module([part], []), "typing")
            for part in child.orelse:
                yield from _walk(ast.Module([part], []), when)
            continue
        if isinstance(child, ast.Import):
            yield from (Import(a.name, when, child.lineno) for a in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = "." * child.level + (child.module or "")
            for alias in child.names:
                yield Import(f"{base}.{alias.name}", when, child.lineno)
        elif isinstance(child, ast.Call):
            called = ast.unparse(child.func).split(".")[-1]
            named = child.args and isinstance(child.args[0], ast.Constant)
            if called in ("__import__", "import_module") and named:
                yield Import(str(child.args[0].value), when, child.lineno)
        yield from _walk(child, inner)


def root(name):
    return name.split(".")[0]


def room(path):
    """The module's name; all ``figures_*`` modules are one room."""
    return "figures" if path.stem.startswith("figures") else path.stem


@functools.cache
def all_imports(folder):
    paths = sorted((SRC / folder).rglob("*.py"))
    return [(path, i) for path in paths for i in imports(path.read_text("utf-8"))]


def say(found):
    return [f"{path.name}:{i.line} imports {i.name} ({i.when})" for path, i in found]


@pytest.mark.parametrize(
    ("source", "want"),
    [
        ("import torch.nn as nn", ("torch.nn", "module")),
        ("from torch import nn", ("torch.nn", "module")),
        ("def f():\n    import torch", ("torch", "function")),
        (
            "class C:\n    def f(self):\n        from sympy import pi",
            ("sympy.pi", "function"),
        ),
        ("class C:\n    import torch", ("torch", "module")),
        ("try:\n    import torch\nexcept ImportError:\n    pass", ("torch", "module")),
        ("torch = __import__('torch')", ("torch", "module")),
        ("f = lambda: importlib.import_module('labs.x')", ("labs.x", "function")),
        ("if TYPE_CHECKING:\n    import torch", ("torch", "typing")),
        ("if not x:\n    import torch", ("torch", "module")),
        ("from . import figures", (".", "module")),
    ],
)
def test_imports_are_found_wherever_they_hide(source, want):
    (found,) = imports(source)
    assert (found.name.startswith(want[0]), found.when) == (True, want[1])


def test_there_is_something_to_check():
    assert {"networks", "training", "figures"} <= {room(path) for path in DESCENT}
    assert any(root(i.name) == "torch" for _, i in all_imports("descent"))


def test_descent_imports_only_what_it_declares():
    known = set(sys.stdlib_module_names) | {"numpy", "descent"} | set(USERS)
    strangers = [(p, i) for p, i in all_imports("descent") if root(i.name) not in known]
    assert not strangers, say(strangers)


@pytest.mark.parametrize("library", USERS)
def test_each_library_is_imported_where_it_belongs(library):
    wrong = [
        (path, i)
        for path, i in all_imports("descent")
        if root(i.name) == library and room(path) not in USERS[library]
    ]
    assert not wrong, say(wrong)


def test_what_a_browser_lacks_is_imported_only_inside_functions():
    eager = [
        (path, i)
        for path, i in all_imports("descent")
        if root(i.name) in LAZY and i.when == "module"
    ]
    assert not eager, say(eager)


def test_descent_needs_no_process_no_thread_and_no_network():
    wrong = [(p, i) for p, i in all_imports("descent") if root(i.name) in NOT_IN_A_PAGE]
    assert not wrong, say(wrong)


def test_descent_imports_nothing_above_it():
    upward = [(p, i) for p, i in all_imports("descent") if root(i.name) in ABOVE]
    assert not upward, say(upward)


def test_nothing_but_figures_imports_figures():
    drawing = [
        (path, i)
        for path, i in all_imports("descent")
        if i.name.startswith("descent.figures") and room(path) != "figures"
    ]
    assert not drawing, say(drawing)


def test_labkit_and_descent_do_not_know_each_other():
    known = [(path, i) for path, i in all_imports("labkit") if root(i.name) == "descent"]
    assert not known, say(known)
    known = [(path, i) for path, i in all_imports("descent") if root(i.name) == "labkit"]
    assert not known, say(known)


def dotted(path):
    """``descent.live.schedules`` for its file: two modules may share their last name."""
    return ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


def test_imports_within_descent_go_in_no_circle():
    needs = {dotted(path): set() for path in DESCENT if path.name != "__init__.py"}
    for path, i in all_imports("descent"):
        # ``from descent.a import b`` names the module b, if there is one, or a's b.
        found = [name for name in (i.name, i.name.rpartition(".")[0]) if name in needs]
        if found and i.when != "typing" and dotted(path) in needs:
            needs[dotted(path)].add(found[0])
    assert needs["descent.training"] and needs["descent.live.learning_rate"]
    while free := {stem for stem, others in needs.items() if not others & set(needs)}:
        for stem in free:
            del needs[stem]
    assert not needs, f"each of these needs another of them: {needs}"


HIDE = """
import importlib, sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {hidden}:
            raise ModuleNotFoundError("hidden: " + name, name=name)

sys.meta_path.insert(0, Hidden())
for name in {modules}:
    importlib.import_module(name)
present = {hidden} & {{name.split(".")[0] for name in sys.modules}}
assert not present, present
"""

CHAIN = """
import numpy as np
from descent.datasets import digits
from descent.networks import MLP
from descent.optimizers import sgd
from descent.problems import network_problem
from descent.sampling import epochs
from descent.training import train

X, y = digits()
mlp = MLP((64, 16, 10), loss="cross_entropy")
init_rng, batch_rng = np.random.default_rng(0).spawn(2)
batches = epochs(len(X), 128, 2, batch_rng, drop_last=True)
w0 = mlp.init(init_rng)
trace = train(network_problem(mlp, X, y), sgd(0.5), batches, w0, progress=None)
assert mlp.accuracy(trace.w_final, X, y) > 0.8
try:
    from descent.twins import torch_twin
    torch_twin(mlp, w0)
except ModuleNotFoundError as error:
    assert error.name == "torch"
else:
    raise AssertionError("torch is not hidden")
"""


def run_hidden(hidden, paths, then=""):
    code = HIDE.format(hidden=hidden, modules=[dotted(path) for path in paths]) + then
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SRC, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_all_but_figures_works_with_numpy_alone():
    paths = [path for path in DESCENT if room(path) != "figures"]
    run_hidden(set(USERS) | {"scipy", "sklearn"}, paths, CHAIN)


def test_figures_need_matplotlib_alone():
    run_hidden(LAZY | {"scipy", "sklearn"}, DESCENT)
