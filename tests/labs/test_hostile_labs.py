"""Hostile submissions to every lab, among good ones: nobody loses a mark, nobody gains one.

Each attack meets one lab, in turn; LABS_EVERY_ATTACK=1 sends all against all (an hour).
"""

import os
import shutil
from dataclasses import replace

import pytest

from labkit import batch
from labkit.bubblewrap import Limits
from labkit.grade import Setting
from labkit.submissions import collect
from tests.labs.hostile_labs import Attacked
from tests.labs.test_hostile import everything, points, processes
from tools.places import labs

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap")
EVERY = bool(os.environ.get("LABS_EVERY_ATTACK"))
LABS = [folder for folder in labs() if EVERY or folder.name != "gradient_descent"]
LIMITS = Limits(cell=3, call=3, total=600, memory=512 * 2**20)
SHELL, TORCH = ("numpy", "IPython.core.interactiveshell"), ("torch", "torch.nn.functional")
GOOD = 2


def chosen(attacked, turn):
    """The attacks that this lab meets."""
    made = attacked.hostile()
    return {
        name: pair
        for number, (name, pair) in enumerate(made.items())
        if EVERY or number % len(LABS) == turn
    }


@pytest.fixture(scope="module", params=enumerate(LABS), ids=lambda pair: pair[1].name)
def graded(request, tmp_path_factory):
    """A class that the attacks are mixed into, graded once."""
    turn, folder = request.param
    attacked = Attacked(folder, turn)
    place = tmp_path_factory.mktemp(folder.name)
    submissions, out = place / "handed in", place / "out"
    submissions.mkdir()
    attacks = chosen(attacked, turn)
    for name, (content, _) in attacks.items():
        (submissions / f"{name}.ipynb").write_bytes(content)
    for number in range(GOOD):
        (submissions / f"good{number}.ipynb").write_bytes(attacked.good())
    before, running = everything(submissions, folder), processes()
    needs_torch = any("torch" in source for source in attacked.right.values())
    setting = Setting(
        str(folder),
        batch.drawn_seed(out, folder.name),
        LIMITS,
        hide=(str(folder), str(submissions), str(out)),
        modules=SHELL + TORCH if needs_torch else SHELL,
    )
    results = batch.run(collect(submissions, folder.name), setting, out, 1)
    return {
        "attacks": attacks,
        "all": attacked.all,
        "results": {result["student"]: result for result in results},
        "unchanged": everything(submissions, folder) == before,
        "left": processes() - running,
        "beside": sorted(path.name for path in place.iterdir()),
        "again": lambda: batch.run(
            collect(submissions, folder.name), replace(setting), out, 1
        ),
    }


def told(result):
    return [(q["question"], q["status"], q["message"]) for q in result["questions"]]


def test_no_good_submission_loses_a_mark(graded):
    for number in range(GOOD):
        result = graded["results"][f"good{number}"]
        assert points(result) == graded["all"], told(result)


def test_a_hostile_one_gets_what_its_right_answers_earn(graded):
    wrong = {
        name: (points(graded["results"][name]), told(graded["results"][name]))
        for name, (_, wanted) in graded["attacks"].items()
        if points(graded["results"][name]) != wanted
    }
    assert not wrong, wrong


def test_nothing_outside_the_output_folder_changes(graded):
    assert graded["unchanged"]
    assert graded["left"] == set()
    assert graded["beside"] == ["handed in", "out"]


def test_a_second_run_changes_no_mark(graded):
    again = {result["student"]: result for result in graded["again"]()}
    assert again == graded["results"]
