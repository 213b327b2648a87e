"""From a folder of files to marks: read, graded, marked by hand, exported."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from labkit import batch, exports, manual, policies, summary
from labkit.bubblewrap import Limits
from labkit.feedback import feedback
from labkit.forbidden import uses
from labkit.grade import UNSAFE, Setting, grade, read_lab
from labkit.marks import rows_of, total_of
from labkit.submissions import Submission, Unreadable, collect, read, whose
from tests.labs.hostile import ALL, GOOD, notebook

TINY = Path(__file__).parent / "data" / "tiny"
ROOT = Path(__file__).parents[2]
MODULES = ("numpy", "IPython.core.interactiveshell")
needs_bwrap = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap")


@pytest.mark.parametrize(
    ("file", "student", "number", "note"),
    [
        ("Jane Doe_123_assignsubmission_file_/lab.ipynb", "Jane Doe", "123", ""),
        ("Jane Doe_123_assignsubmission_file_lab.ipynb", "Jane Doe", "123", ""),
        ("doejane_12_345_tiny-1.ipynb", "doejane", "12", ""),
        ("doejane_LATE_12_345_tiny.ipynb", "doejane", "12", "late"),
        ("Lab_jd_attempt_2026-01-02-10-11-12_x.ipynb", "jd", "", ""),
        ("jd/tiny.ipynb", "jd", "", ""),
        ("jd/notebook.ipynb", "jd", "", ""),
        ("tiny_jd.ipynb", "jd", "", ""),
        ("jd-tiny (1).ipynb", "jd", "", ""),
        ("Anna-Lena Müller.ipynb", "Anna-Lena Müller", "", ""),
        ("student-07.ipynb", "student-07", "", ""),
        ("tinyurl.ipynb", "tinyurl", "", ""),
        # A student names what is in the platform's folder, not the folder.
        ("Jo_1_assignsubmission_file/Al_2_assignsubmission_file_x.ipynb", "Jo", "1", ""),
    ],
)
def test_whose_file_it_is(file, student, number, note):
    assert whose(file, "tiny") == (student, number, note)


def test_an_archive_gives_what_a_folder_gives(tmp_path):
    folder = tmp_path / "in"
    files = {
        "ada_1_2_tiny.ipynb": notebook(GOOD),
        "bob/tiny.ipynb": b"",
        "bob/data.csv": b"1",
        "cyd.docx": b"PK",
        "__MACOSX/._ada.ipynb": b"x",
        ".DS_Store": b"x",
        "dan/.ipynb_checkpoints/tiny-checkpoint.ipynb": b"x",
        "eve.ipynb": notebook(GOOD),
        "eve (1).ipynb": notebook(GOOD[:1]),
    }
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            archive.writestr(name, content)
    found = collect(folder, "tiny")
    assert [(s.student, s.problem) for s in found] == [
        ("ada", ""),
        ("bob", "the file is empty"),
        ("cyd", "not a notebook (.docx)"),
        ("eve", ""),
        ("eve", ""),
    ]
    assert [s.note for s in found] == ["", "", "", *2 * ["several files of this student"]]
    zipped = collect(tmp_path / "all.zip", "tiny")
    same = [(s.student, s.file, s.id, s.content, s.problem, s.note) for s in found]
    assert [(s.student, s.file, s.id, s.content, s.problem, s.note) for s in zipped] == same
    assert len({s.key for s in found}) == len(found)


@pytest.mark.parametrize(
    ("files", "students"),
    [
        (["ada/hw.ipynb", "bob/x_1_2_done.ipynb"], ["ada", "bob"]),
        (["in/ada/hw.ipynb", "in/bob/a.ipynb", "in/bob/b.ipynb"], ["ada", "bob", "bob"]),
        (["A/ada.ipynb", "A/bob.ipynb", "A/cyd.ipynb"], ["ada", "bob", "cyd"]),
        (["ada.ipynb", "bob/tiny.ipynb"], ["ada", "bob"]),
    ],
)
def test_a_folder_for_each_student_says_whose_a_file_is(tmp_path, files, students):
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(notebook(GOOD))
    assert [s.student for s in collect(tmp_path, "tiny")] == students


def test_odd_names_and_texts_can_be_written_everywhere(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in (b"\xffada", b"bob\nroe", b"\x1b[2Jcyd", "\u202edan".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name + b".ipynb")).write_bytes(
            notebook(GOOD, "half a character \ud800, " + 50_000 * "long")
        )
    found = collect(folder, "tiny")
    assert len({s.key for s in found}) == 4
    assert [s.student for s in found][:2] == ["\\udcffada", "\\x1b[2Jcyd"]
    answer = read(found[0].content, ["double"]).words["why"]
    answer.encode()
    rows = [{**result_of(s.student), "file": s.file} for s in found]
    rows[0]["questions"][3]["answer"] = answer
    lab = read_lab(TINY)
    assert manual.save(rows, {}, lab, out) == 8
    assert manual.entered(out, lab) == {}


def test_a_name_that_is_twice_in_an_archive_is_two_files(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("ada.ipynb", notebook(GOOD))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("ada.ipynb", notebook(GOOD[:1]))
    found = collect(tmp_path / "a.zip", "tiny")
    assert [s.student for s in found] == ["ada", "ada"]
    assert len({s.file for s in found}) == 2


def test_an_archive_reaches_nothing_outside_it(tmp_path):
    """A link is no file of this machine, a path upwards none at all, a bomb no notebook."""
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(notebook(GOOD))
    link = zipfile.ZipInfo("eve.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(link, str(secret))
        archive.writestr("../mallory.ipynb", notebook(GOOD))
        archive.writestr("trudy.ipynb", bytes(60 * 2**20))
    found = {Path(s.file).stem: s for s in collect(tmp_path / "a.zip", "tiny")}
    with pytest.raises(Unreadable, match="damaged"):
        read(found["eve"].content, ["double"])
    assert sorted(found) == ["eve", "trudy"]
    assert found["trudy"].problem == "larger than 50 MB" and not found["trudy"].content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "secret.ipynb"]


def test_a_damaged_archive_costs_only_what_is_damaged(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada.ipynb", notebook(GOOD))
        archive.writestr("bob.ipynb", notebook(GOOD[:2]))
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    raw[60:90] = bytes(30)
    (tmp_path / "a.zip").write_bytes(raw)
    ada, bob = collect(tmp_path / "a.zip", "tiny")
    assert ada.problem and not bob.problem
    (tmp_path / "b.zip").write_text("no archive")
    with pytest.raises(ValueError, match="neither a folder nor a zip"):
        collect(tmp_path / "b.zip", "tiny")


def test_an_old_notebook_is_read_and_words_are_found():
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": GOOD}]}]}
    assert "def double" in read(json.dumps(old).encode(), ["double"]).cells[0][1]
    assert read(notebook(GOOD, "I\nthink"), ["double"]).words == {"why": "I\nthink"}
    assert read(b"\xef\xbb\xbf" + notebook(GOOD), ["double"]).cells
    with pytest.raises(Unreadable, match="nothing of this lab"):
        read(notebook(["doubled = 1"]), ["double"])


FORBIDDEN = ("torch.optim", "descent.optimizers")


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef a(): torch.optim.Adam()",
        "from torch import optim as o\ndef a(): o.Adam()",
        "import torch.optim\no = torch.optim\np = o\ndef h(): return p.SGD\ndef a(): h()",
        "def a():\n  from descent.optimizers import adam",
        "from descent.optimizers import adam as a",
        "import importlib\ndef a(): importlib.import_module('torch.' + 'optim')",
        "def a(): __import__('descent.optimizers')",
        "import torch\ndef a(): return getattr(torch, 'optim').Adam",
        "import sys\ndef a(): return sys.modules['torch.optim']",
        "from torch.optim import *\ndef a(): return Adam()",
        "def a(): exec('x')",
        "import torch\nclass a:\n  def f(self): return vars(torch)['optim']",
        "import torch\na = lambda: torch.optim.SGD",
        "from importlib import import_module as im\ndef a(n): return im(n)",
        "%pip list\nimport descent\nif True:\n  def a(): descent.optimizers.b()",
        "import torch as t\nx = t\ndef a(): return x.__dict__['optim']",
        "%%time\nimport torch\ndef a(): return torch.optim.Adam",
        "import torch\nclass K: pass\nK.o = torch.optim\ndef a(): return K.o.Adam",
        "import torch\nd = {}\nd['o'] = torch.optim\ndef a(): return d['o'].Adam",
    ],
)
def test_the_rule_itself_is_found(source):
    assert uses([(3, source)], "a", FORBIDDEN)[0][0] == 3


@pytest.mark.parametrize(
    "source",
    [
        "globals()['a'] = torch.optim.Adam",
        "def a(:",
        "get_ipython().run_cell('h = 1')\ndef a(): return h()",
        "def a(): return x" + 900 * ".y",
        "def a(): return getattr(x, " + "+".join(900 * ["'a'"]) + ")",
        "def a(): return 1\n" + 600_000 * "#",
    ],
)
def test_what_cannot_be_read_is_for_a_person(source):
    assert uses([(3, source)], "a", FORBIDDEN)[0][0] == 0


def test_reading_a_cell_takes_no_time():
    """IPython reads this for minutes, again after each of its magics."""
    source = "def a(): return 1\n" + "x = (1,\n2)\n" * 500 + "%timeit 1\n" * 400
    start = time.process_time()
    assert uses([(1, source)], "a", FORBIDDEN) == []
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "source",
    [
        "import torch\nopt = torch.optim.SGD([], 1)\ndef a(opt): return opt",
        "import torch\nv = torch.optim.SGD([], 1)\ndef a(p):\n  v = p\n  return v",
        "%%time\nx = !ls\nn: int = 2\n%time y = 3\ndef a(): return n + y",
        "def h():\n  global k\n  k = 1\ndef a():\n  h()\n  return display, k",
        "from descent import optimizers\ndef a(): return 1\nprint(optimizers.b)",
        "def a(p):\n  'like torch.optim.Adam'\n  return p['optim']",
        "def a(optim): return optim.Adam",
        "import re\ndef a(): return re.compile('x')",
        "from numpy import *\ndef a(): return ones(3)",
        "import torch\ndef a(x): return torch.autograd.grad(x, x)",
    ],
)
def test_honest_answers_are_left_alone(source):
    assert uses([(1, source)], "a", FORBIDDEN) == []


def setting(unsafe=False):
    limits = Limits(cell=2, call=2, total=30, memory=2**28)
    return Setting(str(TINY), 7, limits, unsafe=unsafe, modules=MODULES)


def result_of(student="ada", points=(3, 4, None, None), time="2026-01-01T12:00:00+00:00"):
    """A result as grade gives it."""
    lab = read_lab(TINY)
    questions = [
        {
            "question": q.name,
            "kind": q.kind,
            "doc": q.doc,
            "status": "needs a person" if p is None else "graded",
            "points": p,
            "out_of": q.points,
            "mistake": "squares" if p == 0 else "",
            "message": "",
            "hidden": False,
            "shown": [],
            "answer": "",
        }
        for q, p in zip(lab.questions.values(), points)
    ]
    return {
        "student": student,
        "file": f"{student}.ipynb",
        "id": "17",
        "note": "",
        "time": time,
        "problem": "",
        "cells": {},
        "seconds": 0.1,
        "questions": questions,
    }


def test_marks_of_a_person_are_merged_and_kept(tmp_path):
    lab, results = read_lab(TINY), [result_of(), result_of("=bob", (0, 0, 3, None))]
    assert manual.save(results, {}, lab, tmp_path) == 3
    path = tmp_path / manual.FILE
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [(r["student"], r["question"]) for r in rows] == [
        ("ada", "ascending"),
        ("ada", "why"),
        ("'=bob", "why"),
    ]
    for row, said in zip(rows, ("2,5", "", "1")):
        row["points"] = said
    rows[0]["comment"] = "nice"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    entries = manual.entered(tmp_path, lab)
    merged = manual.merged(results, entries)
    assert [row["points"] for row in merged[0]["questions"]] == [3, 4, 2.5, None]
    assert [row["points"] for row in merged[1]["questions"]] == [0, 0, 3, 1]
    assert rows_of(merged[0])[2]["message"] == "nice"
    assert manual.save(results, entries, lab, tmp_path) == 1
    assert manual.entered(tmp_path, lab) == entries
    # The question has been graded automatically since: the person's work stays on file.
    assert manual.save([result_of(points=(3, 4, 3, 1))], entries, lab, tmp_path) == 0
    assert manual.entered(tmp_path, lab) == entries
    merged = manual.merged([result_of(points=(3, 4, 3, 1))], entries)
    assert [row["points"] for row in merged[0]["questions"]] == [3, 4, 3, 1]


def test_a_table_that_excel_has_saved_is_read(tmp_path):
    lab = read_lab(TINY)
    manual.save([result_of("Zoë Müller")], {}, lab, tmp_path)
    path = tmp_path / manual.FILE
    text = path.read_text("utf-8-sig").replace("ascending,,3", "ascending,2,3")
    path.write_bytes(text.encode("cp1252"))
    key = ("Zoë Müller", "Zoë Müller.ipynb", "ascending")
    assert manual.entered(tmp_path, lab) == {key: (2.0, "")}


@pytest.mark.parametrize("said", ["4", "-1", "two", "nan"])
def test_impossible_points_are_refused_all_at_once(tmp_path, said):
    lab = read_lab(TINY)
    manual.save([result_of()], {}, lab, tmp_path)
    path = tmp_path / manual.FILE
    text = path.read_text("utf-8-sig").replace("ascending,,3", f"ascending,{said},3")
    path.write_text(text.replace("why,,2", "why,9,2"))
    with pytest.raises(manual.BadEntry, match=r"row 2 \(ada, ascending\).*\n.*row 3"):
        manual.entered(tmp_path, lab)


def test_late_work_and_attempts(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(
        "due = 2026-01-01T12:00:00Z\ngrace_minutes = 15\nper_day = 0.1\nat_most = 0.25\n"
        "attempts = 2\n[extensions]\nbob = 2026-01-09T12:00:00Z\n"
        "[extra_attempts]\ncyd = 1\n"
    )
    policy = policies.load(path)
    day = "2026-01-0{}T{}:00+00:00"

    def total(student, *attempts):
        files = [result_of(student, (p, 0, 0, 0), time) for p, time in attempts]
        for number, result in enumerate(files):
            result["file"] = f"{student}{number}"
        [found] = policies.totals(files, policy)
        return found["points"], found["late"]

    assert total("ada", (3, day.format(1, "12:10"))) == (3, "")
    assert total("ada", (3, day.format(1, "12:20"))) == (2.7, "1 day, minus 10%")
    assert total("ada", (3, day.format(2, "12:20"))) == (2.4, "2 days, minus 20%")
    assert total("ada", (3, day.format(8, "12:00"))) == (2.25, "7 days, minus 25%")
    assert total("bob", (3, day.format(8, "12:00"))) == (3, "")
    early = [(n, day.format(1, f"0{n}:00")) for n in (1, 2, 3)]
    assert total("ada", *early) == (2, "")
    assert total("cyd", *early) == (3, "")
    path.write_text("per_dya = 1")
    with pytest.raises(ValueError, match="per_dya"):
        policies.load(path)


def test_exports_leave_out_who_is_not_marked(tmp_path):
    done, open_ = result_of("doejane", (3, 4, 2.5, 1)), result_of("bob")
    totals = [total_of(done), total_of(open_)]
    ready, waiting = exports.settled(totals)
    assert [t["student"] for t in ready] == ["doejane"] and waiting == [
        "bob: needs a person"
    ]
    book = tmp_path / "canvas.csv"
    book.write_text(
        "Student,ID,SIS Login ID,Section,Lab 1 (99),Other (5)\n"
        '"    Points Possible",,,,12,-\n"Doe, Jane",17,jd,A,,3\n"Roe, Bob",18,bob,A,,4\n'
    )
    rows = list(csv.DictReader(io.StringIO(exports.canvas(ready, book, "Lab 1"))))
    assert [r["Lab 1 (99)"] for r in rows] == ["12", "10.5", ""]
    assert [r["Other (5)"] for r in rows] == ["-", "3", "4"]
    with pytest.raises(ValueError, match="0 columns"):
        exports.canvas(ready, book, "Lab 2")
    [row] = csv.DictReader(io.StringIO(exports.moodle(ready)))
    assert row["Identifier"] == "Participant 17" and row["Grade"] == "10.5"
    said = json.loads(exports.gradescope(done, ready[0]))
    assert said["score"] == 10.5 and [t["score"] for t in said["tests"]] == [3, 4, 2.5, 1]


def test_the_summary_counts_mistakes_by_name():
    lab = read_lab(TINY)
    results = [result_of("a", (0, 4, 3, 2)), result_of("b", (0, 0, 3, 2)), result_of("c")]
    assert summary.mistakes(results)[0] == ("double", "squares", 2)
    bins = summary.histogram([total_of(r) for r in results])
    assert sum(count for _, count in bins) == 3 and bins[7] == ("8.4 to 9.6", 1)
    text = summary.summary(results, [total_of(r) for r in results], lab)
    assert "squares" in text and "<script" not in text


def test_feedback_of_a_person_is_shown_and_a_failure_is_no_zero():
    lab, result = read_lab(TINY), result_of()
    entries = {("ada", "ada.ipynb", "why"): (1.0, "Say <more>.")}
    [merged] = manual.merged([result], entries)
    text = feedback(merged, total_of(merged), lab)
    assert "marked by a person" in text and "Say &lt;more&gt;." in text
    assert "8 of 12</strong> so far" in text


def test_without_a_sandbox_every_row_says_so():
    submission = Submission("ada", "ada.ipynb", content=notebook(GOOD))
    result = grade(submission, setting(unsafe=True))
    assert {row["note"] for row in rows_of(result)} == {UNSAFE}
    assert [row["points"] for row in result["questions"]] == [*ALL.values(), None]


@needs_bwrap
def test_a_cluster_gives_the_same_marks(tmp_path):
    distributed = pytest.importorskip("distributed")
    submissions = [
        Submission("ada", "ada.ipynb", content=notebook(GOOD)),
        Submission("bob", "bob.ipynb", content=notebook(GOOD[:1])),
        Submission("cyd", "cyd.ipynb", problem="the file is empty"),
    ]
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(processes=False, **options) as cluster:
        there = batch.run(
            submissions, setting(), tmp_path, scheduler=cluster.scheduler_address
        )
    here = [grade(submission, setting()) for submission in submissions]
    assert [rows_of(r) for r in there] == [rows_of(r) for r in here]


@needs_bwrap
def test_a_crash_of_the_grader_is_a_row_and_tried_again(tmp_path, monkeypatch):
    submissions = [
        Submission(n, f"{n}.ipynb", content=notebook(GOOD)) for n in ("ada", "bob")
    ]

    def broken(todo, *_):
        yield from ((submission, None) for submission in todo)

    with monkeypatch.context() as patched:
        patched.setattr(batch, "_graded", broken)
        rows = batch.run(submissions, setting(), tmp_path)
    assert {r["problem"] for r in rows} == {"the grading process crashed"}
    again = batch.run(submissions, setting(), tmp_path)
    assert {r["problem"] for r in again} == {""}


@needs_bwrap
def test_the_commands(tmp_path):
    """grade, merge by hand, export: as an instructor types them."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "tiny_ada.ipynb").write_bytes(notebook(GOOD))
    out = str(tmp_path / "out")

    def labkit(*words, code=0):
        run = subprocess.run(
            [sys.executable, "-m", "labkit", *map(str, words)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"},
            capture_output=True,
            text=True,
        )
        assert run.returncode == code, run.stderr
        return run.stdout + run.stderr

    assert "--unsafe-no-sandbox" in labkit("grade", "--help")
    said = labkit("grade", TINY, folder, "--out", out, "--workers", "1")
    assert "1 submissions, 0 that could not be graded, 1 answers for a person" in said
    assert "left out: ada" in labkit("export", "moodle", out, "--lab", TINY)
    path = tmp_path / "out" / manual.FILE
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace("why,,2", "why,5,2"))
    assert "not between 0 and 2" in labkit("merge", out, "--lab", TINY, code=2)
    path.write_text(text.replace("why,,2", "why,2,2"))
    assert "0 answers for a person" in labkit("merge", out, "--lab", TINY)
    assert "1 students exported" in labkit("export", "canvas", out, "--lab", TINY)
    assert "12" in (tmp_path / "out" / "canvas.csv").read_text()
    assert "holds the marks of the lab" in labkit(
        "grade", ROOT / "labs" / "gradient_descent", folder, "--out", out, code=2
    )
    assert "there is no" in labkit("grade", TINY, tmp_path / "no", "--out", out, code=2)
