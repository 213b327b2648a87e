"""Names are read as Python reads them: what code needs, it can't run without."""

import builtins

import pytest

from tools.page_cells import page_cells
from tools.page_names import names

# Each runs if what it needs is there: see value().
CODE = [
    "a = b",
    "a, (b, *c) = e, (1, 2, 3)",
    "a += 1",
    "a: int = b",
    "a[0] = b",
    "import os.path\nfrom math import pi as p\np + os.path.sep.count('/')",
    "for n in range(3):\n    x = n\nx + n",
    "for n in range(x):\n    x = n",
    "x = [n + m for n in range(3) for k in range(n) if k >= q]",
    "x = [x for x in range(x)]",
    "y = {k: v for k, v in {1: z}.items()}\nsorted(y, key=lambda k: y[k])",
    "y = {(k := n) for n in range(2)}\nk",
    "def f(u, v=w):\n    t = u + v + r\n    return t\nf(1)",
    "def f(n):\n    return 1 if n == 0 else f(n - 1) + late\nlate = 2\nf(2)",
    "def f():\n    def g():\n        return deep\n    return g()\nf()",
    "def f():\n    global made\n    made = 1\nf()",
    "class C(object):\n    x = y\n    def m(self):\n        return self.x + z\nC().m()",
    "f = lambda u: u + v\nf(1)",
    "if a:\n    b = 1\nelse:\n    b = 2\nb",
    "try:\n    a = b\nexcept ZeroDivisionError:\n    a = 1\na",
    "while n < 3:\n    n = n + 1",
    "print(f'{a:.2f} {b!r}')",
    "a = b if c else d\n",
    "with l as handle:\n    x = handle\nx",
]


class Lock:
    def __enter__(self):
        return 1

    def __exit__(self, *_):
        return False


def value(name):
    return {"l": Lock(), "a": Number()}.get(name, 1)


class Number(float):
    """A number that may be stored into."""

    def __setitem__(self, key, item):
        pass


def run(code, given):
    space = {"__name__": "cell"} | {name: value(name) for name in given}
    exec(code, space)
    return set(space) - {"__name__", "__builtins__", "__annotations__"}


@pytest.mark.parametrize("code", CODE)
def test_code_runs_with_what_it_needs_and_not_with_less(code):
    made, needed = names(code)
    needed -= set(dir(builtins))
    present = run(code, needed)
    assert made <= present and present <= made | needed
    for name in needed - {"d"}:  # d stands in a way that is not gone
        with pytest.raises(NameError):
            run(code, needed - {name})


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("if a:\n    b = 1\nb", {"a", "b"}),
        ("if a:\n    b = 1\nelse:\n    c = 1\nb", {"a", "b"}),
        ("b = 1\nif a:\n    b = 2\nb", {"a"}),
        ("try:\n    b = 1\nexcept E:\n    pass\nb", {"b", "E"}),
        ("a = b if c else d", {"b", "c", "d"}),
    ],
)
def test_a_name_made_on_one_way_only_is_needed(code, needed):
    assert names(code)[1] == needed


def lacking(*sources):
    cells = [
        {"cell_type": "code", "id": str(n), "source": source, "metadata": {}}
        for n, source in enumerate(sources)
    ]
    return [cell.id for cell in page_cells({"cells": cells}) if cell.lacks]


@pytest.mark.parametrize(
    ("sources", "lacks"),
    [
        (["import torch", "import numpy as np", "torch.ones(2)", "np.ones(2)"], "02"),
        (["import torch\nw = 1", "w + 1", "w = 2", "w + 1"], "01"),
        (["import torch\nw = 1", "for w in range(3):\n    v = w\nv + w"], "0"),
        (["import torch\nX = 1", "y = [X for X in range(3)]", "y"], "0"),
        (["x = {}", "import torch\nx['t'] = 1", "x"], "12"),
        (["x = []", "import torch\nx.append(1)", "x"], "12"),
        (["rng = 1", "import torch\nf(rng)", "rng"], "12"),
        # What a cell that doesn't run imports besides, isn't there either.
        (["import torch\nimport sympy", "sympy.pi", "import sympy", "sympy.pi"], "01"),
        (["import sympy", "import torch\nimport sympy", "sympy.pi"], "1"),
        (["def f():\n    import torch", "f()"], "01"),
        (["from descent.twins import torch_twin", "torch_twin()"], "01"),
        (["y = s.derivative_by(f, 'torch')", "s.derivative_by(f, 'tape')"], "0"),
    ],
)
def test_a_cell_lacks_what_the_cells_it_rests_on_lack(sources, lacks):
    assert "".join(lacking(*sources)) == lacks
