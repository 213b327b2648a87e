"""Hostile submissions in a class of good ones: nobody loses a mark, nobody gains one."""

import contextlib
import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import psutil
import pytest

from labkit import batch
from labkit.__main__ import report
from labkit.bubblewrap import Limits
from labkit.grade import Setting, read_lab
from labkit.policies import Policy
from labkit.submissions import collect
from tests.labs.hostile import ALL, FAILED, GOOD, HOSTILE, notebook

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap")
TINY = Path(__file__).parent / "data" / "tiny"
LIMITS = Limits(cell=1.5, call=1, total=25, memory=256 * 2**20)
MODULES = ("numpy", "IPython.core.interactiveshell")


def everything(*folders):
    """Every file's hash."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def processes():
    """The sandboxes and sleepers that are ours, or nobody's any more."""
    found = set()
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if "4242" in line or "labkit/zygote.py" in line:
            above = _above(process)
            # Other tests may be grading at the same time.
            if os.getpid() in above or not any("pytest" in text for text in above.values()):
                found.add((process.pid, line))
    return found


def _above(process):
    """The command lines of a process's parents, by number."""
    found = {}
    with contextlib.suppress(psutil.Error):
        for parent in process.parents():
            found[parent.pid] = " ".join(parent.cmdline())
    return found


def grade_all(submissions, out, workers=2, **more):
    setting = Setting(
        str(TINY),
        batch.drawn_seed(out, "tiny"),
        LIMITS,
        hide=(str(TINY), str(submissions), str(out)),
        modules=MODULES,
    )
    results = batch.run(collect(submissions, "tiny"), setting, out, workers, **more)
    report(results, read_lab(TINY), Policy(), out)
    return results


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class: every third one is good. Graded once, with what was there before."""
    folder = tmp_path_factory.mktemp("class")
    submissions, out = folder / "handed in", folder / "out"
    submissions.mkdir()
    for number, (name, (content, _)) in enumerate(HOSTILE.items()):
        (submissions / f"{name}.ipynb").write_bytes(content)
        if number % 3 == 0:
            (submissions / f"good{number}.ipynb").write_bytes(notebook(GOOD))
    (submissions / "homework.pdf").write_bytes(b"%PDF")
    (submissions / "link.ipynb").symlink_to(TINY / "hidden.py")
    watched = (submissions, TINY)
    before, running = everything(*watched), processes()
    results = grade_all(submissions, out)
    left = processes() - running
    return {
        "submissions": submissions,
        "out": out,
        "results": {result["student"]: result for result in results},
        "changed": {
            path: (hash_, before.get(path))
            for path, hash_ in everything(*watched).items()
            if before.get(path) != hash_
        },
        "beside": sorted(path.name for path in folder.iterdir()),
        "left": left,
    }


def points(result):
    return {
        row["question"]: row["points"]
        for row in result["questions"]
        if row["kind"] == "code"
    }


def test_no_good_submission_loses_a_mark(graded):
    good = [r for name, r in graded["results"].items() if name.startswith("good")]
    assert len(good) >= 15
    assert all(points(result) == ALL for result in good)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_one_gets_what_its_right_answers_earn(graded, name):
    wanted = HOSTILE[name][1]
    result = graded["results"][name]
    if wanted == FAILED:
        assert result["problem"]
        assert {row["points"] for row in result["questions"]} == {None}
        assert all(row["status"].startswith("failed: ") for row in result["questions"])
    else:
        assert points(result) == wanted, [
            (row["question"], row["status"], row["message"]) for row in result["questions"]
        ]


def test_foreign_files_are_named_and_get_no_zero(graded):
    for name in ("homework", "link"):
        rows = graded["results"][name]["questions"]
        assert {row["points"] for row in rows} == {None}
    assert "not a notebook (.pdf)" in graded["results"]["homework"]["problem"]


def test_nothing_outside_the_output_folder_changes(graded):
    assert graded["changed"] == {}
    assert graded["beside"] == ["handed in", "out"]
    assert graded["left"] == set()


def test_pages_are_escaped_and_show_no_hidden_case(graded):
    pages = {p.name: p.read_text() for p in (graded["out"] / "feedback").iterdir()}
    assert len(pages) == len(graded["results"])
    assert not [name for name, text in pages.items() if "4242" in text]
    markup = next(text for name, text in pages.items() if name.startswith("markup"))
    assert "&lt;script&gt;" in markup and "<script" not in markup
    assert all(
        "verdicts.py" not in text and "Traceback" not in text for text in pages.values()
    )


def test_a_spreadsheet_runs_nothing(graded):
    for name in ("marks.csv", "totals.csv", "to_mark.csv"):
        with (graded["out"] / name).open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [c for c in cells if c[:1] in ("=", "+", "-", "@")]


def test_no_terminal_is_steered(graded):
    text = (graded["out"] / "marks.csv").read_text() + (
        graded["out"] / "to_mark.csv"
    ).read_text()
    assert "\x1b" not in text and "half_a_character" in text
    names = [q["mistake"] for r in graded["results"].values() for q in r["questions"]]
    assert max(map(len, names)) < 80 and "raises an exception" in names


def test_a_submission_costs_less_than_half_a_second(graded):
    seconds = [r["seconds"] for n, r in graded["results"].items() if n.startswith("good")]
    assert 0 < sum(seconds) / len(seconds) < 0.5


def test_a_second_run_grades_nothing_and_changes_nothing(graded):
    out = graded["out"]
    before = everything(out)
    times = {path: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    grade_all(graded["submissions"], out)
    assert everything(out) == before
    assert {path: path.stat().st_mtime_ns for path in (out / "results").iterdir()} == times


def test_killed_in_the_middle_and_resumed(graded, tmp_path):
    """Same seed, a run that is killed hard, resumed: the same marks to the byte."""
    submissions, out = tmp_path / "some", tmp_path / "out"
    submissions.mkdir()
    wanted = defaultdict(list)
    with (graded["out"] / "marks.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            wanted[row["student"]].append(row)
    names = [*list(HOSTILE)[4:16], *(n for n in graded["results"] if n.startswith("good"))]
    for name in names:
        shutil.copy2(graded["submissions"] / f"{name}.ipynb", submissions)
    out.mkdir()
    shutil.copy2(graded["out"] / "run.json", out)
    script = (
        "from pathlib import Path\nfrom tests.labs.test_hostile import grade_all\n"
        "if __name__ == '__main__':\n"
        f"    grade_all(Path({str(submissions)!r}), Path({str(out)!r}))"
    )
    (tmp_path / "run.py").write_text(script)
    path = os.pathsep.join(map(str, (TINY.parents[3], TINY.parents[3] / "src")))
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "run.py")],
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )
    while len(list((out / "results").glob("*.json"))) < 5 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    done = {p: p.read_bytes() for p in (out / "results").glob("*.json")}
    assert 5 <= len(done) < len(names)
    assert not (out / "marks.csv").exists()
    grade_all(submissions, out)
    assert all(path.read_bytes() == content for path, content in done.items())
    with (out / "marks.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert found == [row for name in sorted(names) for row in wanted[name]]
    assert json.loads((out / "run.json").read_text())["lab"] == "tiny"
