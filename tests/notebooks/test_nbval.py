"""What is false in a notebook turns red under nbval, with what conftest.py adds."""

import copy
import subprocess
import sys

from planting import cell, edited, image_of

from tools.canonical import read, write
from tools.places import ROOT


def nbval(*paths):
    """Verdict by notebook and cell id of a real pytest run."""
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider"]
    command += ["--color=no", "-c", "pyproject.toml", f"--rootdir={paths[0].parent}"]
    command += ["-rA", "-q", "-n", "2", "--dist", "loadfile", "--nbval"]
    done = subprocess.run(
        [*command, *map(str, paths)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    verdicts = {}
    for path in paths:
        code = [c["id"] for c in read(path)["cells"] if c["cell_type"] == "code"]
        for number, name in enumerate(code):
            label = f"{path.name}::Cell {number}"
            lines = [s.split(" - ")[0] for s in done.stdout.splitlines()]
            hits = [s.split()[0] for s in lines if s.endswith(label)]
            verdicts[path.stem, name] = hits[-1] if hits else f"absent:\n{done.stdout}"
    return verdicts


def test_each_false_output_turns_its_cell_red_and_no_other(executed, tmp_path):
    false = copy.deepcopy(executed)
    cell(false, "numbers")["outputs"][0]["text"] = "25.0001\n"
    new_curve = edited(
        image_of(false, "figure"),
        lambda d, i: d.line([200, 400, 700, 100], fill="red", width=4),
    )
    cell(false, "figure")["outputs"][-1]["data"]["image/png"] = new_curve
    del cell(false, "other-figure")["outputs"][-1]["data"]["image/png"]
    cell(false, "silent")["outputs"] = copy.deepcopy(cell(false, "figure")["outputs"])
    about = cell(false, "glued")["outputs"][0]["metadata"]["scrapbook"]
    about["name"] = "renamed"
    cell(false, "mistake")["outputs"][0]["evalue"] = "lr must be finite"
    stripped = copy.deepcopy(executed)
    stripped["cells"] = stripped["cells"][:3]
    for c in stripped["cells"]:
        if c["cell_type"] == "code":
            c["outputs"], c["execution_count"] = [], None
    paths = [tmp_path / f"{name}.ipynb" for name in ("sound", "false", "stripped")]
    for path, notebook in zip(paths, (executed, false, stripped)):
        write(path, notebook)
    verdicts = nbval(*paths)
    for (notebook, name), verdict in verdicts.items():
        true = notebook == "sound" or (notebook, name) == ("false", "setup")
        assert verdict == ("PASSED" if true else "FAILED"), (notebook, name, verdict)
