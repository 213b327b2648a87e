"""The set-up cell finds the library, gets it, or says what to do."""

import subprocess
from pathlib import Path

import pytest

from tools import setup_cell


@pytest.fixture
def set_up(monkeypatch, tmp_path):
    """Run the set-up cell in an empty folder, with what is installed made up."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESCENT_SITE", raising=False)

    def run(installed, pip=lambda command: 0, source=None):
        calls = []

        def fake(command):
            calls.append(command)
            return pip(command)

        monkeypatch.setattr(
            "importlib.util.find_spec", lambda name: object() if name in installed else None
        )
        monkeypatch.setattr(subprocess, "call", fake)
        exec(source or setup_cell.source(), {})
        return [command[-1] for command in calls]

    return run


def test_the_set_up_cell_is_short():
    lines = setup_cell.source().splitlines()
    assert len(list(filter(None, lines))) <= 15 and max(map(len, lines)) <= 76
    assert lines.count(setup_cell.SITE_LINE) == 1


def test_set_up_does_nothing_where_the_library_is(set_up, capsys):
    assert set_up({"descent", "torch"}) == []
    assert capsys.readouterr().out == ""


def test_set_up_takes_the_wheel_beside_the_notebook_then_the_sites(set_up, monkeypatch):
    filled = setup_cell.source().replace('SITE = ""', 'SITE = "https://x.org/book/"')
    assert set_up({"torch"}, source=filled)[0].startswith("https://x.org/book/downloads/")
    monkeypatch.setenv("DESCENT_SITE", "http://localhost:1/")
    (url,) = set_up({"torch"}, source=filled)
    assert url.startswith("http://localhost:1/downloads/descent_course-")
    wheel = url.rsplit("/", 1)[1]
    Path(wheel).touch()
    assert set_up({"torch"}, source=filled) == [wheel]


def test_set_up_that_can_not_says_what_to_do(set_up):
    with pytest.raises(ImportError, match=r"put descent_course-.*\.whl.* beside"):
        set_up({"torch"}, pip=lambda command: 1)


def test_set_up_without_torch_gives_the_install_command(set_up, capsys):
    set_up({"descent"})
    wanted = "pip install torch --index-url https://download.pytorch.org/whl/cpu"
    assert wanted in capsys.readouterr().out
