"""The learner's notebook: no solution in it, and it runs before anything is filled in."""

import copy
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from labkit.loading import load_lab
from labkit.release import BLANK, is_words, release, solution_texts
from tools import kernel, setup_cell
from tools.places import ROOT, labs

LABS = [pytest.param(folder, id=folder.name) for folder in labs()]


def ours(folder):
    return nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)


def run(notebook, folder):
    """Execute a notebook in ``folder``, where no checkout is near; its outputs as text."""
    from nbclient import NotebookClient

    kernel.use()
    NotebookClient(
        notebook,
        km=kernel.manager(),
        timeout=120,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    return [
        output["data"]["text/plain"] if "data" in output else output.get("text", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]


@pytest.mark.parametrize("folder", LABS)
def test_it_runs_before_anything_is_filled_in(folder, tmp_path):
    notebook = release(ours(folder))
    nbformat.validate(notebook)
    assert all(not c.outputs for c in notebook.cells if c.cell_type == "code")
    told = run(notebook, tmp_path)
    for question in load_lab(folder).questions.values():
        if question.kind == "code":
            assert any(f"{question.name}: not written yet" in text for text in told), told


@pytest.mark.parametrize("folder", LABS)
def test_no_line_of_a_solution_is_in_it(folder):
    notebook = ours(folder)
    learners = "\n".join(cell.source for cell in release(notebook).cells)
    kept = {line.strip() for line in learners.splitlines()}
    solution = solution_texts(notebook)
    assert len(solution) >= 4
    given = {
        line.strip()
        for cell in notebook.cells
        if cell.cell_type == "code" and "BEGIN SOLUTION" not in cell.source
        for line in cell.source.splitlines()
    }
    leaked = [line for line in solution if line in kept and line not in given]
    assert not leaked
    assert "SOLUTION" not in learners


@pytest.mark.parametrize("folder", LABS)
def test_each_question_has_its_cell(folder):
    """One marked cell a question; a stub in those for code, a blank in those for words."""
    cells = {}
    for cell in release(ours(folder)).cells:
        about = cell.metadata.get("labkit", {})
        if about.get("kind") == "words":
            assert cell.source == BLANK
        if "question" in about:
            cells.setdefault(about["question"], []).append(cell)
    for question in load_lab(folder).questions.values():
        mine = cells.pop(question.name)
        if question.kind == "words":
            assert [is_words(cell) for cell in mine] == [True]
        else:
            stubs = [c for c in mine if "raise NotImplementedError(" in c.source]
            assert stubs and all(c.cell_type == "code" for c in stubs)
    assert not cells, f"cells of no question: {list(cells)}"


@pytest.mark.parametrize("folder", LABS)
def test_our_own_answers_pass(folder):
    """As stored, so as nbval proves them: every check has been shown as passed."""
    shown = [
        "".join(output["data"]["text/plain"])
        for cell in ours(folder).cells
        for output in cell.get("outputs", [])
        if "text/plain" in output.get("data", {})
    ]
    for question in load_lab(folder).questions.values():
        if question.kind == "code":
            assert f"✓ {question.name}: passed" in shown


def notebook_of(*sources, kind="code"):
    make = {"code": nbformat.v4.new_code_cell, "words": nbformat.v4.new_markdown_cell}
    cells = [make[kind](source) for source in sources]
    for cell in cells:
        if kind == "words":
            cell.metadata["labkit"] = {"question": "why", "kind": "words"}
    return nbformat.v4.new_notebook(cells=cells)


def test_a_solution_gives_way_to_its_words_at_its_own_depth():
    source = (
        "class A:\n"
        "    def f(self):\n"
        '        """Doc."""\n'
        '        ### BEGIN SOLUTION: the "sum"\n'
        "        secret = 1\n"
        "\n"
        "        return secret\n"
        "        ### END SOLUTION\n"
        "\n"
        "x = 1"
    )
    notebook = notebook_of(source)
    before = copy.deepcopy(notebook)
    (cell,) = release(notebook).cells
    assert notebook == before
    assert "secret" not in cell.source and cell.source.endswith("\n\nx = 1")
    scope = {}
    exec(cell.source, scope)
    with pytest.raises(NotImplementedError, match='^the "sum"$'):
        scope["A"]().f()


def test_long_words_are_folded_and_stay_whole():
    words = " ".join(["word"] * 60)
    (cell,) = release(
        notebook_of(f"def f():\n    # BEGIN SOLUTION: {words}\n    1\n    # END SOLUTION")
    ).cells
    assert max(map(len, cell.source.splitlines())) <= 72
    scope = {}
    exec(cell.source, scope)
    with pytest.raises(NotImplementedError) as stop:
        scope["f"]()
    assert str(stop.value) == words


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("### BEGIN SOLUTION: a\n1", "without END"),
        ("1\n### END SOLUTION", "without BEGIN"),
        ("### BEGIN SOLUTION: a\n### BEGIN SOLUTION: b\n### END SOLUTION", "inside"),
        ("### BEGIN SOLUTION\n1\n### END SOLUTION", "what to write"),
        ("x = 1  ### BEGIN SOLUTION: a", "alone on its line"),
        ("### begin solution: a", "alone on its line"),
    ],
)
def test_an_unbalanced_mark_is_refused(source, message):
    with pytest.raises(ValueError, match=f"(?s)cell 1 .*{message}"):
        release(notebook_of("x = 1", source))


def test_model_answers_are_blanked():
    notebook = notebook_of("The secret.", kind="words")
    assert [cell.source for cell in release(notebook).cells] == [BLANK]
    assert solution_texts(notebook) == ["The secret."]


@pytest.mark.parametrize("folder", LABS)
def test_the_learners_notebook_finds_the_library_like_a_lesson(folder):
    first = next(c for c in release(ours(folder)).cells if c.cell_type == "code")
    assert first.source == setup_cell.source()


def test_nbval_runs_every_lab_and_no_learners_notebook(tmp_path):
    """Whether or not a build has left learners' notebooks in the folder of labs."""
    shutil.copy(ROOT / "conftest.py", tmp_path)
    for folder in labs():
        (tmp_path / "labs" / folder.name).mkdir(parents=True)
        name = f"{folder.name}.ipynb"
        shutil.copy(folder / name, tmp_path / "labs" / folder.name / name)
        nbformat.write(
            release(ours(folder)), tmp_path / "labs" / f"{folder.name}_lab.ipynb"
        )
    command = [sys.executable, "-m", "pytest", "--nbval", "--collect-only", "-q"]
    told = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path / "labs"],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
            "PYTEST_ADDOPTS": "",
        },
        cwd=tmp_path,
    ).stdout
    found = {line.split("::")[0] for line in told.splitlines() if "::" in line}
    assert found == {f"labs/{f.name}/{f.name}.ipynb" for f in labs()}


def test_every_lab_is_in_the_book():
    listed = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    missing = [f.name for f in labs() if f"file: labs/{f.name}_lab\n" not in listed]
    assert not missing


def test_learners_notebooks_are_not_committed():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "labs/*.ipynb" in ignored
