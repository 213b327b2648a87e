"""The checks where there is neither Jupyter nor PyTorch nor another process: in a page."""

import ast
import json
import subprocess
import sys

import pytest

from labkit.loading import load_lab
from labkit.proofs import answers
from tools.places import ROOT, SRC, labs

LACKING = ["IPython", "torch", "scipy", "sklearn", "msgpack", "typer", "rich", "psutil"]
LACKING += ["distributed", "matplotlib", "sympy", "tqdm"]
PROCESSES = {"subprocess", "multiprocessing", "concurrent", "threading", "socket", "ssl"}
PROCESSES |= {"resource", "signal", "ctypes", "fcntl", "pty"}
PAGE = """
import json, sys

class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in LACKING:
            raise ModuleNotFoundError("hidden: " + name, name=name)

LACKING = {lacking!r}
sys.meta_path.insert(0, Lacking())
import importlib.util
here = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name in LACKING else here(name)
from labkit import checker
from labkit.proofs import defined

sys.platform = {platform!r}

for stem, name, source in json.load(sys.stdin):
    print("===")
    check = checker(stem)
    print("true" if check(name, source and defined(name, source)) else "false")
print("===")
print(json.dumps([n for n in sys.modules if n.startswith("labkit")]))
"""


def in_a_page(asked, platform="linux"):
    """What is printed for each (lab, question, answer), and which modules it took."""
    done = subprocess.run(
        [sys.executable, "-c", PAGE.format(lacking=LACKING, platform=platform)],
        input=json.dumps(asked),
        cwd=ROOT,
        env={"PYTHONPATH": str(SRC), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    *told, modules = done.stdout.split("===\n")[1:]
    return told, json.loads(modules)


def chosen():
    """The first right answer and two mistakes of each question that needs no PyTorch."""
    for folder in labs():
        lab, every = load_lab(folder), answers(folder)
        for question in (q for q in lab.questions.values() if q.kind == "code"):
            mine = [a for a in every if a.question == question.name]
            mine = [a for a in mine if not any(word in a.source for word in LACKING)]
            if not question.torch:
                yield from ((folder.name, a) for a in mine if a.number == 0)
                yield from ((folder.name, a) for a in mine if a.mistake and a.number == 1)


def test_each_lab_says_the_same_as_in_a_notebook():
    cases = list(chosen())
    told, _ = in_a_page([[stem, a.question, a.source] for stem, a in cases])
    assert {stem for stem, _ in cases} == {folder.name for folder in labs()}
    for text, (stem, answer) in zip(told, cases):
        said = text.splitlines()
        if answer.mistake is None:
            assert said == [f"✓ {answer.question}: passed", "true"], stem
        else:
            assert answer.mistake in said[0] and said[-1] == "false", stem


def test_an_answer_that_is_missing_is_missed_there_too():
    (text,), _ = in_a_page([["gradient_descent", "gd", None]])
    assert "There is no gd" in text


@pytest.mark.parametrize(
    ("platform", "advice"),
    [("linux", "pip install torch"), ("emscripten", "take the notebook")],
)
def test_a_question_on_a_torch_module_says_what_it_needs(platform, advice):
    (text,), _ = in_a_page([["minibatch_sgd", "train_epoch", None]], platform)
    assert "PyTorch" in text and advice in text and text.endswith("false\n")


def test_what_a_check_takes_starts_no_process():
    _, modules = in_a_page([["gradient_descent", "gd", None]])
    assert {"labkit.notebook", "labkit.ask"} <= set(modules)
    for name in modules:
        path = SRC / name.replace(".", "/")
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name.startswith(("labkit_checks", "labkit.labs")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {n.split(".")[0] for n in names} & PROCESSES, f"{name}: {names}"
