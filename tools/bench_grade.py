"""Submissions a minute: our grader with one and two workers, and nbgrader beside it.

    python -m tools.bench_grade [--lab STEM] [--ours N] [--theirs N]

Both grade the same answers (the lab's own solutions) by the same checks in the same run;
nbgrader has them in its test cells. It is installed in an environment of its own, which
nothing else uses. Processor time counts all processes, start-up among it.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from labkit.loading import load_lab
from tools.places import ROOT

NBGRADER = "nbgrader==0.9.6"
HOME = ROOT / "_build" / "bench-grade"
TEST = """\
from labkit.ask import LocalAsk
from labkit.loading import load_lab
from labkit.verdicts import judge
lab = load_lab({folder!r}, hidden={hidden})
assert judge(lab.questions[{name!r}], LocalAsk({name!r}, {name}), [1, 2, 3])
"""


def timed(command: list[str], **more: Any) -> tuple[float, float]:
    """Seconds on the clock and of the processor of a command that must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True, **more)
    clock = time.perf_counter() - start
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{run.stdout}\n{run.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return clock, used


def environment() -> Path:
    """The Python of nbgrader's environment, made if need be; ours lies behind it."""
    python = HOME / "venv" / "bin" / "python"
    if not (HOME / "venv" / "bin" / "nbgrader").exists():
        print("installing", NBGRADER, "in an environment of its own", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", HOME / "venv"], check=True)
        install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*install, NBGRADER], check=True)
    return python


def lend_packages(python: Path) -> None:
    """Let that environment see what the labs need, after its own packages."""
    ours = [p for p in sys.path if Path(p).name == "site-packages"]
    [theirs] = (python.parents[1] / "lib").glob("python*/site-packages")
    (theirs / "zz_labs.pth").write_text("\n".join([*ours, str(ROOT / "src")]) + "\n")


def report(name: str, count: int, clock: float, used: float) -> None:
    """One line of the table."""
    print(
        f"{name:24} {count:4} submissions  {clock:6.1f} s  "
        f"{60 * count / clock:7.1f} a minute  {used / count:6.2f} CPU-s each",
        flush=True,
    )


def ours(stem: str, count: int, workers: int, folder: Path) -> None:
    """Grade ``count`` copies of the solution."""
    submissions = folder / f"class{workers}"
    submissions.mkdir()
    for number in range(count):
        shutil.copy(
            ROOT / "labs" / stem / f"{stem}.ipynb", submissions / f"s{number}.ipynb"
        )
    call = [sys.executable, "-m", "labkit", "grade", str(ROOT / "labs" / stem)]
    call += [str(submissions), "--out", str(folder / f"out{workers}")]
    clock, used = timed([*call, "--workers", str(workers)], cwd=ROOT)
    results = [
        json.loads(path.read_text())
        for path in (folder / f"out{workers}/results").iterdir()
    ]
    wrong = [
        row
        for result in results
        for row in result["questions"]
        if row["kind"] == "code" and row["points"] != row["out_of"]
    ]
    if wrong:
        raise SystemExit(f"the lab's own solution loses points: {wrong[0]}")
    name = f"labkit, {workers} worker{'s' * (workers > 1)}"
    report(name, count, clock, used)
    mean = sum(result["seconds"] for result in results) / count
    print(f"{'':24} of it {mean:.3f} CPU-s in the submission's own process", flush=True)


def theirs(stem: str, count: int, folder: Path, python: Path) -> None:
    """The same notebook with test cells, graded by ``nbgrader autograde``."""
    course = folder / "course"
    notebook = json.loads((ROOT / "labs" / stem / f"{stem}.ipynb").read_text())
    lab = load_lab(ROOT / "labs" / stem)
    hidden = (ROOT / "labs" / stem / "hidden.py").is_file()
    notebook["metadata"]["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"c{number}"
        cell["metadata"] = {}
        # Marks that nbgrader would take for its own, outside of its own cells.
        lines = "".join(cell["source"]).splitlines(True)
        cell["source"] = "".join(line for line in lines if " SOLUTION" not in line)
    for question in lab.questions.values():
        if question.kind == "code":
            source = TEST.format(
                folder=str(ROOT / "labs" / stem), hidden=hidden, name=question.name
            )
            mark = {"grade": True, "grade_id": question.name, "locked": True}
            mark |= {"points": question.points, "schema_version": 3, "solution": False}
            mark |= {"task": False}
            notebook["cells"].append(
                {
                    "cell_type": "code",
                    "id": f"test-{question.name}",
                    "metadata": {"nbgrader": mark},
                    "source": source,
                    "outputs": [],
                    "execution_count": None,
                }
            )
    text = json.dumps(notebook)
    places = [course / "source" / stem]
    places += [course / "submitted" / f"s{n}" / stem for n in range(count)]
    for place in places:
        place.mkdir(parents=True)
        (place / f"{stem}.ipynb").write_text(text)
    tool = [str(python.parent / "nbgrader")]
    variables = {**os.environ, "HOME": str(folder), "OMP_NUM_THREADS": "1"}
    variables |= {"JUPYTER_DATA_DIR": str(folder / "jupyter")}
    variables["PATH"] = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    options = {"cwd": course, "env": variables}
    timed([*tool, "generate_assignment", stem], **options)
    clock, used = timed([*tool, "autograde", stem], **options)
    report("nbgrader autograde", count, clock, used)


def main() -> None:
    """Run the three and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lab", default="gradient_descent")
    parser.add_argument("--ours", type=int, default=40)
    parser.add_argument("--theirs", type=int, default=6)
    said = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    python = environment()
    lend_packages(python)
    with tempfile.TemporaryDirectory(dir=HOME) as name:
        folder = Path(name)
        for workers in (1, 2):
            ours(said.lab, said.ours, workers, folder)
        theirs(said.lab, said.theirs, folder, python)


if __name__ == "__main__":
    main()
