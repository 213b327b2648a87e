"""Labs in the page: the checks say there what they say in the notebook."""

import json

import pytest
from python_page import STARTS, PagePython, listed, runtime
from site_pages import ROOT

from labkit.loading import load_lab
from labkit.proofs import answers, verdict

LABS = sorted(path.parent for path in (ROOT / "labs").glob("*/checks.py"))
STEMS = [folder.name for folder in LABS]
PROVE = """
import json
from labkit.loading import find_lab
from labkit.proofs import Answer, disproofs
lab, wrong = find_lab({stem!r}), []
for fields in json.loads({known!r}):
    answer = Answer(*fields)
    wrong += [f"{{answer}}: {{said}}" for said in disproofs(lab, answer, [0])]
print(json.dumps(wrong))
"""


@pytest.fixture
def python(reader):
    runtime()

    def open_lab(stem):
        page = reader(f"labs/{stem}_lab.html")
        page.set_default_timeout(STARTS)
        return PagePython(page)

    return open_lab


LACKING = ("torch", "sklearn", "scipy")


def known(stem):
    """The answers that can be judged with what a page has."""
    folder = ROOT / "labs" / stem
    lab = load_lab(folder)
    every = [a for a in answers(folder) if not lab.questions[a.question].torch]
    return lab, [a for a in every if not any(name in a.source for name in LACKING)]


@pytest.mark.parametrize("stem", STEMS)
def test_every_known_answer_gets_its_verdict_in_the_page(python, stem):
    _, every = known(stem)
    fields = json.dumps([[a.question, a.source, a.mistake, a.number] for a in every])
    code = PROVE.format(stem=stem, known=fields)
    assert json.loads(python(stem).ask(code, ["numpy"])) == []
    assert len(every) > 20


@pytest.mark.parametrize("stem", STEMS)
def test_an_answer_is_written_checked_and_told_as_in_the_notebook(python, stem):
    """Through the page's own cells: a mistake first, then a right answer."""
    lab, every = known(stem)
    page = python(stem)
    cells = listed(f"labs/{stem}_lab.html")
    name = every[0].question
    answer = next(c["id"] for c in cells if f" {name}(" in c["source"].split("\n")[0])
    check = next(c["id"] for c in cells if f'check("{name}"' in c["source"])
    page.run(check)
    assert "not written yet" in page.output(check).inner_text()
    for right in (False, True):
        told = next(a for a in every if a.question == name and (a.mistake is None) == right)
        page.write(answer, told.source)
        page.run(check)
        said = page.output(check).inner_text()
        notebook = verdict(lab.questions[name], told.source, [0])
        assert (told.mistake or "passed") in said
        assert notebook.message in said
    page.page.reload()
    kept = PagePython(page.page).cell(answer).locator("textarea").input_value()
    assert kept == told.source, "what a learner wrote is still there"


def test_a_question_on_pytorch_says_that_it_needs_the_notebook(python):
    stem = "minibatch_sgd"
    questions = [
        q.name for q in load_lab(ROOT / "labs" / stem).questions.values() if q.torch
    ]
    assert questions
    page = python(stem)
    for name in questions:
        cells = [c for c in listed(f"labs/{stem}_lab.html") if f'"{name}"' in c["source"]]
        assert cells and all(cell["lacks"] == "PyTorch" for cell in cells)
        for cell in cells:
            note = page.cell(cell["id"]).locator(".page-lacks")
            assert note.inner_text() == "Runs in the notebook: it needs PyTorch."
