"""The checks of every lab are right: known right answers pass, known mistakes are named."""

import ast
import sys

import pytest

from labkit.loading import load_lab
from labkit.proofs import answers, disproofs
from tools.places import labs

SEEDS = range(20)
LABS = [pytest.param(folder, id=folder.name) for folder in labs()]


def known(folder):
    """Its answers; none while one of the two files is missing, which a test below minds."""
    try:
        return answers(folder)
    except FileNotFoundError:
        return []


ANSWERS = [
    pytest.param(folder, answer, id=f"{folder.name}-{answer}-{answer.number}")
    for folder in labs()
    for answer in known(folder)
]


def code(lab):
    return [q for q in lab.questions.values() if q.kind == "code"]


@pytest.mark.parametrize(("folder", "answer"), ANSWERS)
def test_the_verdict_on_a_known_answer(folder, answer):
    """A right answer passes the hidden cases too; a mistake is found without them."""
    lab = load_lab(folder, hidden=answer.mistake is None)
    found = disproofs(lab, answer, SEEDS)
    assert not found, "\n".join(["", *found, answer.source])


@pytest.mark.parametrize("folder", LABS)
def test_a_lab_is_worth_ten_points_and_a_question_in_words(folder):
    lab = load_lab(folder, hidden=True)
    assert len(code(lab)) >= 3
    assert sum(question.points for question in code(lab)) == 10
    assert [q for q in lab.questions.values() if q.kind == "words" and q.rubric]
    assert all(question.hidden for question in code(lab))


@pytest.mark.parametrize("folder", LABS)
def test_every_question_has_enough_answers(folder):
    every = answers(folder)
    for question in code(load_lab(folder)):
        mine = [a for a in every if a.question == question.name]
        right = {a.source for a in mine if a.mistake is None}
        wrong = {a.mistake for a in mine if a.mistake is not None}
        assert len(right) >= 3, f"{question.name}: {len(right)} right answers"
        assert len(wrong) >= 6, f"{question.name}: {len(wrong)} mistakes"
    assert {a.question for a in every} == {q.name for q in code(load_lab(folder))}


@pytest.mark.parametrize("folder", LABS)
@pytest.mark.parametrize("name", ["checks.py", "hidden.py"])
def test_checks_import_numpy_and_labkit_alone(folder, name):
    tree = ast.parse((folder / name).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    assert found <= {"numpy", "labkit"} | set(sys.stdlib_module_names)
