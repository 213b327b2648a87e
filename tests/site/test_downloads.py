"""What a reader takes away: notebooks, the archive, the wheel."""

import copy
import json
import re
import sys
import zipfile

import nbformat
import pytest
from site_pages import ROOT, SITE, lesson_pages

LEFTOVERS = re.compile(
    r"\{(?:glue|eq|numref|ref|doc|cite|term|py)[\w:]*\}`|^\s*(?::{3,}|`{3,}\{)|^\(\S+\)=$",
    re.MULTILINE,
)
STEMS = [path.removeprefix("lessons/").removesuffix(".html") for path in lesson_pages()]
SETUP = 'SITE = ""'


def downloaded(stem):
    return SITE / "_sources" / "lessons" / f"{stem}.ipynb"


def code_cells(notebook):
    return [
        (cell["source"], cell["outputs"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


@pytest.mark.parametrize("stem", STEMS)
def test_code_and_outputs_are_those_of_the_source(stem):
    source = json.loads((ROOT / "lessons" / f"{stem}.ipynb").read_text(encoding="utf-8"))
    given = json.loads(downloaded(stem).read_text(encoding="utf-8"))
    for (code, outputs), (given_code, given_outputs) in zip(
        code_cells(source), code_cells(given), strict=True
    ):
        assert "".join(code).replace(SETUP, "") in re.sub(
            r'SITE = "[^"]*"', "", "".join(given_code)
        )
        assert outputs == given_outputs


@pytest.mark.parametrize("stem", STEMS)
def test_text_is_plain_markdown(stem):
    text = downloaded(stem).read_text(encoding="utf-8")
    nbformat.validate(nbformat.reads(text, as_version=4))
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "markdown":
            source = "".join(cell["source"])
            assert not LEFTOVERS.search(source), LEFTOVERS.search(source)
            assert source.count("<details>") == source.count("</details>")


@pytest.mark.parametrize("stem", STEMS)
def test_glued_numbers_are_the_numbers_of_the_page(stem):
    """Every value that the run glued and the text uses stands in the text."""
    source = json.loads((ROOT / "lessons" / f"{stem}.ipynb").read_text(encoding="utf-8"))
    text = "".join("".join(c["source"]) for c in source["cells"])
    names = set(re.findall(r"\{glue:text\}`([\w-]+)`", text))
    sys.path.insert(0, str(ROOT / "_ext"))
    import plain_notebook

    values = plain_notebook.glued(source)
    assert names <= values.keys()
    given = json.loads(downloaded(stem).read_text(encoding="utf-8"))
    words = "".join(
        "".join(c["source"]) for c in given["cells"] if c["cell_type"] == "markdown"
    )
    in_prose = "".join(
        "".join(c["source"]) for c in source["cells"] if c["cell_type"] == "markdown"
    )
    for name in set(re.findall(r"\{glue:text\}`([\w-]+)`", in_prose)):
        assert values[name] in words, name


def test_the_archive_holds_every_notebook_and_the_wheel():
    with zipfile.ZipFile(SITE / "downloads" / "descent-notebooks.zip") as archive:
        names = {name.removeprefix("descent/") for name in archive.namelist()}
        for stem in STEMS:
            inside = archive.read(f"descent/{stem}.ipynb")
            assert inside == downloaded(stem).read_bytes()
    wheels = [path.name for path in (SITE / "downloads").glob("*.whl")]
    assert len(wheels) == 1
    labs = [f"{path.parent.name}_lab" for path in (ROOT / "labs").glob("*/checks.py")]
    notebooks = {f"{stem}.ipynb" for stem in [*STEMS, *labs]}
    assert names == {"README.txt", wheels[0], *notebooks}


def test_the_wheel_is_the_library_of_this_checkout():
    wheel = next((SITE / "downloads").glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        inside = {n for n in archive.namelist() if n.startswith("descent/")}
        for path in sorted((ROOT / "src" / "descent").rglob("*.py")):
            name = path.relative_to(ROOT / "src").as_posix()
            assert archive.read(name) == path.read_bytes(), name
        assert "descent/data/digits.npz" in inside


@pytest.mark.parametrize("stem", STEMS[:1])
def test_the_button_hands_out_a_notebook_that_knows_its_site(
    reader, address, stem, tmp_path
):
    page = reader(f"lessons/{stem}.html", viewport={"width": 1280, "height": 900})
    page.hover(".dropdown-download-buttons > button")
    with page.expect_download() as started:
        page.click("a.btn-download-source-button")
    assert started.value.suggested_filename == f"{stem}.ipynb"
    started.value.save_as(tmp_path / "notebook.ipynb")
    given = json.loads((tmp_path / "notebook.ipynb").read_text(encoding="utf-8"))
    setup = "".join(next(c for c in given["cells"] if c["cell_type"] == "code")["source"])
    assert f'SITE = "{address}"' in setup
    plain = json.loads(downloaded(stem).read_text(encoding="utf-8"))
    expected = copy.deepcopy(plain)
    for cell in expected["cells"]:
        cell["source"] = [
            line.replace(SETUP, f'SITE = "{address}"') for line in cell["source"]
        ]
    assert given == expected


@pytest.mark.parametrize("stem", STEMS[:1])
def test_as_a_file_the_button_is_a_plain_link(reader, stem):
    page = reader((SITE / "lessons" / f"{stem}.html").as_uri())
    link = page.locator("a.btn-download-source-button")
    assert link.get_attribute("href") == f"../_sources/lessons/{stem}.ipynb"
    assert link.get_attribute("download") is not None
