"""Times on a page come from records that can be made again."""

import json
from types import SimpleNamespace

import pytest

from descent.timing import compare
from tools import timings
from tools.places import SRC
from tools.stale import reached


@pytest.fixture
def records(tmp_path, monkeypatch):
    """One quick comparison, and an empty place for its record."""
    quick = SimpleNamespace(
        ABOUT="One against one.",
        measure=lambda: compare({"a": lambda: 1, "b": lambda: 1}, repeats=2, calls=1000),
    )
    monkeypatch.setattr(timings, "names", lambda: ["quick"])
    monkeypatch.setattr(timings.importlib, "import_module", lambda name: quick)
    monkeypatch.setattr(timings, "RECORDS", tmp_path / "timings")
    return tmp_path / "timings"


def test_a_comparison_is_measured_and_its_record_kept(records, capsys):
    assert timings.main(["quick"]) == 0
    record = json.loads((records / "quick.json").read_text())
    assert record["timings"].keys() == {"a", "b"}
    assert record["about"] == "One against one."
    assert "a " in capsys.readouterr().out


def test_an_unknown_comparison_is_refused_with_the_known_ones(records, capsys):
    with pytest.raises(SystemExit):
        timings.main(["slow"])
    assert "quick" in capsys.readouterr().err
    assert not records.exists()


def test_every_record_belongs_to_a_comparison_and_the_reverse():
    assert sorted(p.stem for p in timings.RECORDS.glob("*.json")) == timings.names()


@pytest.mark.parametrize("name", timings.names())
def test_a_lesson_that_reads_a_record_rests_on_it(name):
    code = f"from descent.timing import load_record\nload_record({name!r})"
    files = reached([code], SRC).files
    assert timings.RECORDS / f"{name}.json" in files
