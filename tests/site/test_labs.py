"""Labs on the site: the learner's notebook and nothing of the solutions, anywhere."""

import html
import json
import re
import zipfile

import nbformat
import pytest
from site_pages import ROOT, SITE

from labkit.release import release, solution_texts

LABS = sorted(path.parent for path in (ROOT / "labs").glob("*/checks.py"))
STEMS = [folder.name for folder in LABS]
SECRET_FILES = ("hidden.py", "right_answers.py", "wrong_answers.py")
TAG = re.compile(r"<[^>]*>")
PICTURE = re.compile(r'"image/png": "[A-Za-z0-9+/=]*')
ENOUGH = 16  # a shorter line says nothing: `return x`


def squeezed(text):
    """Without tags, entities and white space, so that no layout hides a line."""
    return re.sub(r"\s+", "", text)


def notebook(folder):
    return nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)


def given(folders):
    """What readers have anyway: library, lessons, live figures, checks, the labs' stubs."""
    paths = [*(ROOT / "src").rglob("*.py"), *(ROOT / "live").rglob("*.mjs")]
    paths += [p for p in (ROOT / "page").iterdir() if p.suffix in (".py", ".mjs")]
    paths += [folder / "checks.py" for folder in folders]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    for path in (ROOT / "lessons").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells]
    for folder in folders:
        texts += [cell.source for cell in release(notebook(folder)).cells]
    return squeezed("\n".join(texts))


def secrets():
    """Lines that only a solution, a model answer or a file kept back has."""
    known = given(LABS)
    lines = set()
    for folder in LABS:
        lines |= set(solution_texts(notebook(folder)))
        for name in SECRET_FILES:
            lines |= set((folder / name).read_text(encoding="utf-8").splitlines())
    squeezed_lines = {squeezed(line) for line in lines}
    return sorted(s for s in squeezed_lines if len(s) >= ENOUGH and s not in known)


def texts():
    """Every text of the site by its path, inside archives too."""
    for path in sorted(SITE.rglob("*")):
        if "pyodide" in path.relative_to(SITE).parts:
            continue  # the official files, each of its pinned hash
        if path.suffix in (".zip", ".whl"):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name)
        elif path.is_file() and path.suffix not in (".woff2", ".png", ".ttf", ".inv"):
            yield path.relative_to(SITE).as_posix(), path.read_bytes()


def readings(content):
    """The bytes as text: as they are, without tags, and as JSON means them."""
    text = PICTURE.sub("", content.decode("utf-8", errors="ignore"))
    views = {squeezed(text)}
    if "<" in text:
        views.add(squeezed(html.unescape(TAG.sub("", text))))
    if "\\" in text:
        meant = text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
        views.add(squeezed(meant))
    return views


@pytest.fixture(scope="module")
def everything(site):
    return [(name, readings(content)) for name, content in texts()]


def test_nothing_kept_back_is_anywhere_on_the_site(everything):
    wanted = secrets()
    assert len(wanted) > 10 * len(LABS), "too few lines left to look for"
    pages = {view: name for name, views in everything for view in views}
    leaks = [
        (name, line) for view, name in pages.items() for line in wanted if line in view
    ]
    assert not leaks


def test_the_search_would_find_what_is_there(everything):
    """The stubs' own words are found in the page, in the download and in the archive."""
    for folder in LABS:
        stub = squeezed("raise NotImplementedError(")
        found = {name for name, views in everything if any(stub in v for v in views)}
        assert f"labs/{folder.name}_lab.html" in found
        assert f"_sources/labs/{folder.name}_lab.ipynb" in found
        assert f"descent-notebooks.zip/descent/{folder.name}_lab.ipynb" in found


def test_no_file_kept_back_is_on_the_site_by_name(everything):
    names = [name for name, _ in everything]
    bad = [n for n in names if re.search(r"hidden|right_answers|wrong_answers", n)]
    assert not bad
    assert not [n for n in names if re.search(r"labs/\w+/", n)]


@pytest.mark.parametrize("stem", STEMS)
def test_the_wheel_carries_the_checks(stem):
    with zipfile.ZipFile(next((SITE / "downloads").glob("*.whl"))) as archive:
        inside = archive.read(f"labkit/labs/{stem}.py")
        assert "labkit/release.py" in archive.namelist()
    assert inside == (ROOT / "labs" / stem / "checks.py").read_bytes()


@pytest.mark.parametrize("stem", STEMS)
def test_the_page_shows_the_lab_and_hands_out_its_notebook(reader, stem):
    page = reader(f"labs/{stem}_lab.html")
    source = notebook(ROOT / "labs" / stem)
    title = source.cells[0].source.splitlines()[0].removeprefix("# ")
    assert page.locator("h1").inner_text().rstrip("#").strip() == title
    shown = page.locator("article").inner_text()
    for cell in release(source).cells:
        if cell.cell_type == "code" and "NotImplementedError" in cell.source:
            assert squeezed(cell.source) in squeezed(shown)
    link = page.locator("a.btn-download-source-button")
    assert link.get_attribute("href").endswith(f"_sources/labs/{stem}_lab.ipynb")


@pytest.mark.parametrize("stem", STEMS)
def test_the_download_is_the_learners_notebook(stem):
    downloaded = json.loads(
        (SITE / "_sources" / "labs" / f"{stem}_lab.ipynb").read_text(encoding="utf-8")
    )
    wanted = release(notebook(ROOT / "labs" / stem))

    def code(cells):
        return [
            (c["metadata"].get("labkit"), re.sub(r'SITE = ".*"', "", "".join(c["source"])))
            for c in cells
            if c["cell_type"] == "code"
        ]

    assert code(downloaded["cells"]) == code(wanted.cells)
    marked = [c["metadata"]["labkit"] for c in wanted.cells if "labkit" in c["metadata"]]
    kept = [
        c["metadata"]["labkit"] for c in downloaded["cells"] if "labkit" in c["metadata"]
    ]
    assert kept == marked
