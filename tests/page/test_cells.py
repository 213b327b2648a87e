"""Which cells run in a page: by their imports, by the names they use, by what changes."""

import ast
import json

import pytest

from tools import page_cells
from tools.places import ROOT, notebooks


def lacking(*sources, checks=()):
    """What each of the cells lacks in the page."""
    cells = [
        {"cell_type": "code", "id": f"c{n}", "source": [source], "metadata": {}}
        for n, source in enumerate(sources)
    ]
    found = page_cells.page_cells({"cells": cells}, frozenset(checks))
    return [cell.lacks for cell in found]


T = "PyTorch"
CASES = {
    "an import": (["import torch", "import numpy"], [T, ""]),
    "part of a package": (["from torch import nn"], [T]),
    "inside a function": (["def f():\n    import torch"], [T]),
    "a name that it makes": (["import torch\nw = 1", "v = 2", "print(w)"], [T, "", T]),
    "through others": (["import torch\nw = 1", "v = w", "u = v", "print(u)"], [T] * 4),
    "made anew": (["import torch\nw = 1", "w = 2", "print(w)"], [T, "", ""]),
    "made anew, in a loop": (["import torch\nw = 1", "for w in 'ab':\n    w"], [T, ""]),
    "used, then made anew": (["import torch\nw = 1", "w = w + 1", "w"], [T, T, T]),
    "in a function's body": (["import torch\nw = 1", "def f():\n    return w"], [T, T]),
    "a parameter of that name": (
        ["import torch\nw = 1", "def f(w):\n    return w", "f(3)"],
        [T, "", ""],
    ),
    "an object that it changes": (
        ["a, b = [], {}", "import torch\na.append(1)\nb[0] = 1", "a", "b"],
        ["", T, T, T],
    ),
    "an object that it reads": (
        ["import numpy as np\na = np.ones(3)", "import torch\nt = a.sum()", "a"],
        ["", T, ""],
    ),
    "a generator that it draws from": (
        ["rng = g(0)", "import torch\nx = rng.normal()", "rng.normal()"],
        ["", T, T],
    ),
    "a module that it uses": (
        ["import numpy as np", "import torch\nnp.testing.assert_allclose(1, 1)", "np"],
        ["", T, ""],
    ),
    "a download": (["import urllib.request"], ["a download"]),
    "the library's download": (["from descent.datasets import mnist"], ["a download"]),
    "another program": (["import subprocess"], ["other programs"]),
    "another package": (["import jax"], ["JAX"]),
    "one without a name of its own": (["import cupy"], ["cupy"]),
    "a function of the library": (["from descent.twins import torch_twin"], [T]),
    "the library asked for by name": (['symbolic.derivative_by(f, "torch")'], [T]),
    "a scheme of that name": (['net.init(rng, "torch")'], [""]),
    "a command": (["!ls"], ["a notebook's commands"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_cell_lacks(case):
    sources, wanted = CASES[case]
    assert lacking(*sources) == wanted


def test_a_check_that_needs_pytorch():
    sources = ['p = check("train", train)', 'q = check("plain", plain)', "if p:\n    1"]
    assert lacking(*sources, checks=["train"]) == [T, "", T]
    found = page_cells.torch_checks(ROOT / "labs" / "minibatch_sgd" / "checks.py")
    assert found == {"train_epoch"}


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_no_cell_that_runs_speaks_of_pytorch(path):
    cells = page_cells.page_cells(json.loads(path.read_text(encoding="utf-8")))
    for cell in cells:
        if not cell.lacks:
            words = {n.id for n in ast.walk(ast.parse(cell.source)) if type(n) is ast.Name}
            assert not words & {"torch", "nn"}, cell.id
    assert sum(not cell.lacks for cell in cells) > len(cells) / 2


def test_what_the_library_needs_is_known_through_its_imports():
    table = page_cells.packages_of_modules()
    assert table["descent.figures"] == ["matplotlib", "numpy"]
    assert "sympy" in table["descent.symbolic"] and table["labkit"] == ["numpy"]
    assert page_cells.packages("from descent import figures") == ["matplotlib", "numpy"]
    assert page_cells.packages("import sympy as sp") == ["sympy"]
    assert page_cells.packages("x = 1") == []
