"""Every notebook of the built site, run as a reader runs it: downloaded into an empty
folder, in a fresh environment that has Jupyter and PyTorch and nothing of the course.

One environment serves all; the first notebook's set-up cell installs the library from
the site. Versions are the pinned ones, so that the verdict does not change overnight.
"""

import json
import os
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

import pytest
from site_pages import SITE

from tools.setup import TORCH, TORCH_CPU_INDEX

ROOT = Path(__file__).parents[2]
PINS = ROOT / "requirements-test.txt"
SOURCES = SITE / "_sources"
PAGES = sorted(
    path.relative_to(SOURCES).with_suffix("").as_posix()
    for folder in ("lessons", "labs")
    for path in (SOURCES / folder).glob("*.ipynb")
)
JUPYTER = ["ipykernel", "nbclient", "sympy"]
TORCH_NEEDS = [
    "filelock",
    "fsspec",
    "networkx",
    "jinja2",
    "typing-extensions",
    "setuptools",
]


def clean_environment(**more):
    """The variables of this process without what could lend it the checkout."""
    dropped = {"PYTHONPATH", "VIRTUAL_ENV", "DESCENT_SITE", "IPYTHONDIR", "JUPYTER_PATH"}
    kept = {k: v for k, v in os.environ.items() if k not in dropped}
    return kept | {"PIP_CONSTRAINT": str(PINS), "PIP_QUIET": "1", **more}


@pytest.fixture(scope="module")
def fresh_python(tmp_path_factory):
    """A Python that has never heard of the course."""
    folder = tmp_path_factory.mktemp("reader") / "env"
    venv.EnvBuilder(with_pip=True).create(folder)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install"]
    cpu = ["--no-deps", "--retries", "0", "--extra-index-url", TORCH_CPU_INDEX, TORCH]
    for arguments in (cpu, [*JUPYTER, *TORCH_NEEDS]):
        subprocess.run([*pip, *arguments], check=True, env=clean_environment())
    assert _run(python, folder, "import descent").returncode != 0
    return python


def _run(python, folder, code):
    return subprocess.run(
        [python, "-c", code],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_downloaded_notebook_runs_in_an_empty_folder(
    fresh_python, address, tmp_path, page
):
    with urllib.request.urlopen(f"{address}_sources/{page}.ipynb") as answer:
        text = answer.read().decode()
    # What the page's button does to it; test_downloads holds the button to this.
    assert 'SITE = \\"\\"' in text
    text = text.replace('SITE = \\"\\"', f'SITE = \\"{address}\\"')
    notebook = tmp_path / f"{Path(page).name}.ipynb"
    notebook.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [fresh_python, "-m", "jupyter", "execute", "--timeout=300", notebook.name],
        cwd=tmp_path,
        env=clean_environment(OMP_NUM_THREADS="1", IPYTHONDIR=str(tmp_path / "ipython")),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    where = _run(fresh_python, tmp_path, "import descent; print(descent.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(fresh_python.parents[1])


def test_every_lesson_and_lab_is_among_them():
    sources = {f"lessons/{p.stem}" for p in (ROOT / "lessons").glob("*.ipynb")}
    sources |= {f"labs/{p.parent.name}_lab" for p in (ROOT / "labs").glob("*/checks.py")}
    assert sources == set(PAGES), "the site in _build is not of this checkout"
    for page in PAGES:
        path = SOURCES / f"{page}.ipynb"
        assert json.loads(path.read_text(encoding="utf-8"))["nbformat"] == 4
    assert sys.version_info >= (3, 11)
