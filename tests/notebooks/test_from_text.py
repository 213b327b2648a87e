"""A lesson written as text becomes a notebook, and what did not change stays."""

from pathlib import Path

import pytest
from planting import cell, image_of

from tools import from_text, setup_cell
from tools.canonical import canonical

SAMPLE = Path(__file__).with_name("sample.md").read_text(encoding="utf-8")


def test_text_keeps_ids_and_outputs_of_cells_that_did_not_change(executed):
    text = SAMPLE.replace("The end.", "The very end.").replace("x**0.5", "x**0.25")
    text = text.replace("id: silent\n", "")
    new = from_text.merge(from_text.from_text(text), executed)
    assert [c["id"] for c in new["cells"]] == [c["id"] for c in executed["cells"]]
    assert image_of(new, "figure") == image_of(executed, "figure")
    assert cell(new, "other-figure")["outputs"] == []
    assert from_text.merge(from_text.from_text(SAMPLE), executed) == canonical(executed)


def test_text_puts_the_set_up_cell_first_where_the_author_wants_it():
    plain = from_text.from_text(SAMPLE)
    assert [c["id"] for c in plain["cells"] if c["cell_type"] == "code"][0] == "setup"
    asked = from_text.from_text("# T\n\n```{code-cell}\n# setup\n```\n\nmore\n")
    assert [c["cell_type"] for c in asked["cells"]] == ["markdown", "code", "markdown"]
    assert asked["cells"][1]["source"] == setup_cell.source()


@pytest.mark.parametrize(
    "text, said",
    [
        ("# T\n\n```{code-cell}\n:mystnb:\n  figure: 1\nx\n```\n", "mystnb"),
        ("---\nhtml_meta: {description: x}\n---\n# T\n", "html_meta"),
    ],
)
def test_text_that_would_lose_metadata_is_refused(text, said, tmp_path, capsys):
    source = tmp_path / "x.md"
    source.write_text(text, encoding="utf-8")
    assert from_text.main([str(source), str(tmp_path / "x.ipynb")]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x.ipynb").exists()
