"""Stored outputs hold on another machine; `make determinism` tries every lesson so."""

import pytest

from tools.canonical import write
from tools.determinism import Configuration, configurations, ineffective, verdict
from tools.from_text import from_text
from tools.notebooks import main
from tools.places import ROOT

# Networks in NumPy and PyTorch, mini-batches, figures: the most that could differ.
LESSON = ROOT / "lessons" / "stochastic_gradient_descent.ipynb"
OTHERS = configurations()[1:]


@pytest.mark.parametrize("machine", OTHERS, ids=lambda machine: machine.name)
def test_a_lesson_gets_the_same_verdict_on_another_machine(machine):
    assert ineffective(machine) == []
    green, said = verdict(machine, [LESSON])
    assert green, said


def test_an_output_that_depends_on_the_machine_turns_red(tmp_path):
    path = tmp_path / "dependent.ipynb"
    code = "import os\nprint(os.environ['OMP_NUM_THREADS'])"
    write(path, from_text(f"# T\n\n```{{code-cell}}\n{code}\n```\n"))
    assert main(["run", str(path)]) == 0
    verdicts = {m.name: verdict(m, [path])[0] for m in configurations()[:2]}
    assert verdicts == {"one thread": True, "two threads": False}


def test_switches_that_do_nothing_are_noticed():
    idle = Configuration("three threads", {"OMP_NUM_THREADS": "2"}, {"threads": 3})
    assert "wanted 3" in ineffective(idle)[0]
