"""A run stores what changed visibly, or fails and leaves the file alone."""

import copy
import os
from pathlib import Path

import pytest
from planting import cell, edited, image_of

from tools import from_text, notebooks
from tools.canonical import canonical, write
from tools.execute import Failed, check, keep_unchanged
from tools.places import ROOT
from tools.reduce_png import LIMIT


def test_a_run_rewrites_only_what_changed_visibly(executed, sample):
    new = copy.deepcopy(executed)

    def dust(draw, image):
        draw.point([5, 5], fill=(250, 250, 250))

    for name in ("figure", "other-figure"):
        data = cell(new, name)["outputs"][-1]["data"]
        data["image/png"] = edited(data["image/png"], dust)
    cell(new, "numbers")["outputs"][0]["text"] = "26\n"
    new = canonical(new)
    assert keep_unchanged(new, canonical(executed)) == ["numbers"]
    assert image_of(new, "figure") == image_of(executed, "figure")
    assert cell(new, "numbers")["outputs"][0]["text"] == "26\n"
    before = sample.read_bytes()
    assert notebooks.main(["run", str(sample)]) == 0
    assert sample.read_bytes() == before


@pytest.mark.parametrize(
    "code, said",
    [
        ("x = 1\nx / 0", "ZeroDivisionError"),
        ("import warnings\nwarnings.warn('old')", "stderr"),
        ("import os\nos._exit(1)", "kernel"),
    ],
)
def test_a_failing_run_names_the_cell_and_leaves_the_file(code, said, tmp_path, capfd):
    path = tmp_path / "bad.ipynb"
    text = f"# T\n\n```{{code-cell}}\n---\nid: culprit\n---\n{code}\n```\n"
    write(path, from_text.from_text(text))
    before = path.read_bytes()
    assert notebooks.main(["run", str(path)]) == 1
    error = capfd.readouterr().err
    assert "culprit" in error and said in error
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.ipynb"]


def test_a_missing_error_and_a_huge_figure_are_refused(executed):
    calm = copy.deepcopy(executed)
    cell(calm, "mistake")["outputs"] = []
    with pytest.raises(Failed, match="raised nothing"):
        check(calm)
    huge = copy.deepcopy(executed)
    cell(huge, "figure")["outputs"][-1]["data"]["image/png"] = "A" * (LIMIT * 2)
    with pytest.raises(Failed, match="figure.*KB"):
        check(huge)


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(SystemExit) as stop:
        notebooks.main(["stale", "no_such_lesson"])
    assert stop.value.code == 2


def test_the_drawing_settings_are_in_place_for_every_kernel():
    assert Path(os.environ["IPYTHONDIR"]).is_relative_to(ROOT)
    assert os.environ["OMP_NUM_THREADS"]
