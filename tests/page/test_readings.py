"""A notebook is read once, and again when the page could be another."""

import json
import sys
from types import SimpleNamespace

import pytest

from tools import page_readings
from tools.places import ROOT

sys.path.insert(0, str(ROOT / "_ext"))
import page_python

DOCS = {"lessons/one", "labs/two_lab"}
CHECKS = 'lab = Lab("two")\n\n\n@lab.question("step", torch={})\ndef step(ask):\n    pass\n'


def code(name, source):
    return {"cell_type": "code", "id": name, "metadata": {}, "source": [source]}


def write(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells)}), encoding="utf-8")


@pytest.fixture
def app(tmp_path, monkeypatch):
    """A book of a lesson and a lab's page; ``app.read`` lists what was read so far."""
    write(
        tmp_path / "lessons/one.ipynb", code("a", "import numpy"), code("b", "import jax")
    )
    write(tmp_path / "labs/two_lab.ipynb", code("c", 'check("step", step)'))
    (tmp_path / "labs/two").mkdir()
    (tmp_path / "labs/two/checks.py").write_text(CHECKS.format(False))
    read, real = [], page_readings.reading
    monkeypatch.setattr(page_readings, "reading", lambda p: read.append(p.stem) or real(p))
    env = SimpleNamespace(found_docs=DOCS, doc2path=lambda doc: tmp_path / f"{doc}.ipynb")
    return SimpleNamespace(srcdir=str(ROOT), env=env, read=read, folder=tmp_path)


def outdated(app):
    """Pages to be made again though their notebooks did not change."""
    return page_python._outdated(app, app.env, set(), set(), set())


def lacks(app, doc):
    return [cell["lacks"] for cell in page_python.reading(app, doc)["cells"]]


def test_a_build_reads_each_notebook_once_and_the_next_reads_none(app):
    for _ in range(3):
        assert lacks(app, "lessons/one") == ["", "JAX"]
        assert lacks(app, "labs/two_lab") == [""]
    assert outdated(app) == []
    assert sorted(app.read) == ["one", "two_lab"]


def test_a_changed_notebook_is_read_again_and_no_other(app):
    outdated(app), [lacks(app, doc) for doc in DOCS]
    app.read.clear()
    write(app.folder / "lessons/one.ipynb", code("a", "import torch"))
    assert lacks(app, "lessons/one") == ["PyTorch"]
    assert lacks(app, "labs/two_lab") == [""] and app.read == ["one"]


def test_checks_that_come_to_need_pytorch_make_their_page_anew(app):
    [lacks(app, doc) for doc in DOCS]
    (app.folder / "labs/two/checks.py").write_text(CHECKS.format(True))
    assert outdated(app) == ["labs/two_lab"]
    assert lacks(app, "labs/two_lab") == ["PyTorch"]


def test_a_change_of_the_library_reads_all_but_makes_no_page_that_stays_the_same(
    app, monkeypatch
):
    [lacks(app, doc) for doc in DOCS]
    app.read.clear()
    monkeypatch.setattr(page_readings, "_code", lambda: "another")
    assert outdated(app) == [] and sorted(app.read) == ["one", "two_lab"]


def test_a_page_that_was_never_read_is_made_anew(app):
    assert outdated(app) == sorted(DOCS)


def test_what_another_process_has_read_is_taken_over(app):
    other = SimpleNamespace(page_readings={"lessons/one": {"key": "k"}, "x": {}})
    page_python._merge(app, app.env, ["lessons/one", "intro"], other)
    assert app.env.page_readings == {"lessons/one": {"key": "k"}}
