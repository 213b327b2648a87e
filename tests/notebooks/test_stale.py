"""A notebook is stale when, and only when, something that its outputs rest on changed."""

import copy

import pytest

from tools import setup_cell, stale
from tools.canonical import read, write
from tools.from_text import from_text
from tools.notebooks import main

SOURCES = {
    "__init__.py": "",
    "direct.py": "from . import through\n",
    "through.py": "def f():\n    from descent.lazily import g\n    return g()\n",
    "lazily.py": "import numpy\n\ndef g():\n    return load('record')\n",
    "unrelated.py": "x = 1\n",
    "data/timings/record.json": "{}",
    "data/other.json": "{}",
}
UNRELATED = {"__init__.py", "unrelated.py"}
PINS = "numpy==2.4.6\nsphinx==7.4.7\nmatplotlib==3.11.2 ; python_version > '3'\n"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small repository with a library and one notebook that is up to date."""
    package = tmp_path / "src" / "descent"
    for name, text in SOURCES.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    (tmp_path / "requirements.txt").write_text(PINS)
    monkeypatch.setattr(stale, "ROOT", tmp_path)
    monkeypatch.setattr(stale, "SRC", tmp_path / "src")
    monkeypatch.setattr(stale, "DATA", package / "data")
    forget()
    path = tmp_path / "lessons" / "x.ipynb"
    code = "from descent.direct import f\nf()"
    notebook = from_text(f"# T\n\n```{{code-cell}}\n{code}\n```\n")
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 1
    notebook["metadata"]["descent"] = {"depends": stale.depends(notebook, path.parent)}
    write(path, notebook)
    yield tmp_path
    forget()


def forget():
    """A new process would read every file again."""
    for function in vars(stale).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


def is_stale(house):
    forget()
    path = house / "lessons" / "x.ipynb"
    return stale.is_stale(read(path), path.parent)


def test_nothing_changed_is_not_stale(house):
    assert not is_stale(house)


@pytest.mark.parametrize(
    "name, matters",
    [
        ("src/descent/direct.py", True),
        ("src/descent/through.py", True),
        ("src/descent/lazily.py", True),
        ("src/descent/__init__.py", True),
        ("src/descent/data/timings/record.json", True),
        ("src/descent/unrelated.py", False),
        ("src/descent/data/other.json", False),
    ],
)
def test_a_file_matters_when_an_import_or_a_name_reaches_it(house, name, matters):
    path = house / name
    path.write_text(path.read_text() + "\n")
    assert is_stale(house) == matters


@pytest.mark.parametrize(
    "old, new, matters",
    [("2.4.6", "2.4.7", True), ("7.4.7", "9.0.0", False), ("3.11.2", "3.12.0", False)],
)
def test_a_pin_matters_when_the_package_computes_something_here(house, old, new, matters):
    (house / "requirements.txt").write_text(PINS.replace(old, new))
    assert is_stale(house) == matters


def edit(house, change):
    path = house / "lessons" / "x.ipynb"
    notebook = read(path)
    change(notebook["cells"])
    write(path, notebook)


def test_prose_does_not_matter(house):
    edit(house, lambda cells: cells[0].update(source="# Another title\n\nand more"))
    assert not is_stale(house)


def test_code_matters(house):
    edit(house, lambda cells: cells[2].update(source="from descent.direct import f\nf"))
    assert is_stale(house)


def test_a_tag_that_changes_what_must_happen_matters(house):
    edit(house, lambda cells: cells[2].update(metadata={"tags": ["hide-input"]}))
    assert not is_stale(house)
    edit(house, lambda cells: cells[2].update(metadata={"tags": ["raises-exception"]}))
    assert is_stale(house)


def test_a_cell_that_never_ran_is_stale(house):
    edit(house, lambda cells: cells[2].update(execution_count=None))
    assert is_stale(house)


def test_the_set_up_cell_does_not_matter(house, monkeypatch):
    monkeypatch.setattr(setup_cell, "source", lambda: "import descent")
    edit(house, lambda cells: None)
    assert not is_stale(house)


def test_the_checks_of_a_lab_matter_and_what_they_import(house):
    (house / "src" / "rules.py").write_text("z = 1\n")
    path = house / "lessons" / "x.ipynb"
    seen = set()
    for checks, rules in [("", "z = 1"), ("import rules", "z = 1"), ("import rules", "z")]:
        (path.parent / "checks.py").write_text(checks)
        (house / "src" / "rules.py").write_text(rules)
        forget()
        seen.add(stale.depends(read(path), path.parent))
    assert len(seen) == 3


def test_a_module_beside_the_notebook_matters(house):
    def use(cells):
        cells[2]["source"] += "\nimport helper"

    edit(house, use)
    path = house / "lessons" / "x.ipynb"
    before = stale.depends(read(path), path.parent)
    (path.parent / "helper.py").write_text("y = 2\n")
    forget()
    assert stale.depends(read(path), path.parent) != before


@pytest.mark.parametrize(
    "code, files",
    [
        ("import descent.unrelated", UNRELATED),
        ("from descent import unrelated", UNRELATED),
        ("from descent import unrelated as u; import os", UNRELATED),
        ("%matplotlib inline\nimport descent.unrelated", UNRELATED),
        ("def f():\n    import descent.unrelated", UNRELATED),
        ("try:\n    f()\nexcept E:\n    import descent.unrelated", UNRELATED),
        ("if a:\n    b\nelse:\n  with c:\n    from descent import unrelated", UNRELATED),
        ("match a:\n  case 1:\n    from descent import unrelated", UNRELATED),
        (
            "class A:\n  async def f():\n    for b in c:\n      import descent.unrelated",
            UNRELATED,
        ),
        ("x = 'other.json'", {"other.json"}),
        ("x = 'other'", {"other.json"}),
        ("x = 1", set()),
    ],
)
def test_what_code_reaches(house, code, files):
    forget()
    found = stale.reached([code], house / "lessons").files
    assert {path.name for path in found} == files


def test_code_that_does_not_parse_may_reach_every_module(house):
    forget()
    found = stale.reached(["import f("], house / "lessons").files
    assert {p.name for p in found if p.suffix == ".py"} == {
        n for n in SOURCES if n.endswith(".py")
    }


def test_stale_lists_names_and_tells_make_by_its_exit_code(house, capsys):
    path = house / "lessons" / "x.ipynb"
    forget()
    assert main(["stale", str(path)]) == 0
    assert capsys.readouterr().out == ""
    edit(house, lambda cells: cells[2].update(source="1"))
    assert main(["stale", str(path)]) == 1
    assert "x.ipynb" in capsys.readouterr().out


def test_asking_does_not_change_the_notebook(house):
    notebook = read(house / "lessons" / "x.ipynb")
    before = copy.deepcopy(notebook)
    stale.is_stale(notebook, house / "lessons")
    assert notebook == before
