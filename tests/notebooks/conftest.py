"""One executed notebook with every kind of cell."""

import copy
from pathlib import Path

import pytest

from tools import from_text, notebooks
from tools.canonical import read, write

SAMPLE = Path(__file__).with_name("sample.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def executed_once(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "sample.ipynb"
    write(path, from_text.from_text(SAMPLE))
    assert notebooks.main(["run", str(path)]) == 0
    return read(path)


@pytest.fixture
def executed(executed_once):
    """A private copy of the sample notebook with the outputs of one run."""
    return copy.deepcopy(executed_once)


@pytest.fixture
def sample(executed, tmp_path):
    """The executed sample, as a file."""
    path = tmp_path / "sample.ipynb"
    write(path, executed)
    return path
