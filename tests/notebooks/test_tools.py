"""The notebooks' machinery: what is false turns red, what is unchanged stays as it is."""

import base64
import copy
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tools import from_text, notebooks, setup_cell
from tools.canonical import canonical, read, to_text, write
from tools.compare import CHECK, KEEP, figure_change
from tools.execute import Failed, check, keep_unchanged
from tools.places import ROOT
from tools.reduce_png import LIMIT, is_reduced, reduced
from tools.rules import problems

SAMPLE = Path(__file__).with_name("sample.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The sample notebook with the outputs of one run."""
    path = tmp_path_factory.mktemp("run") / "sample.ipynb"
    write(path, from_text.from_text(SAMPLE))
    assert notebooks.main(["run", str(path)]) == 0
    return read(path)


@pytest.fixture
def sample(executed, tmp_path):
    """A private copy of the executed sample, as a file."""
    path = tmp_path / "sample.ipynb"
    write(path, executed)
    return path


def cell(notebook, name):
    return next(c for c in notebook["cells"] if c["id"] == name)


def edited(png64, draw):
    """A figure in base64 after ``draw`` was let loose on it."""
    image = Image.open(io.BytesIO(base64.b64decode(png64))).convert("RGB")
    draw(ImageDraw.Draw(image), image)
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def image_of(notebook, name):
    return cell(notebook, name)["outputs"][-1]["data"]["image/png"]


# --- what nbval must catch ---------------------------------------------------------


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


# --- figures -----------------------------------------------------------------------


def test_a_figure_is_the_same_after_noise_that_no_eye_sees(executed):
    figure = image_of(executed, "figure")
    rng = np.random.default_rng(0)

    def noise(_, image):
        pixels = np.asarray(image, dtype=int)
        shaken = np.clip(pixels + rng.integers(-4, 5, pixels.shape), 0, 255)
        image.paste(Image.fromarray(shaken.astype(np.uint8)))

    assert figure_change(figure, edited(figure, noise), CHECK) is None
    assert figure_change(figure, edited(figure, noise), KEEP) is None


@pytest.mark.parametrize(
    "draw",
    [
        lambda d, i: d.line([100, 300, 700, 320], fill="black", width=4),
        lambda d, i: d.rectangle([350, 495, 405, 530], fill="white"),
        lambda d, i: i.paste(i.crop((605, 498, 626, 525)), (493, 498)),
        lambda d, i: i.paste(i.crop((0, 0, 600, 400)), (8, 0)),
        lambda d, i: i.paste(i.convert("L").convert("RGB")),
    ],
    ids=["another line", "a label gone", "another digit", "shifted", "another colour"],
)
def test_a_figure_is_another_after_a_change_that_an_eye_sees(executed, draw):
    figure = image_of(executed, "figure")
    assert figure_change(figure, edited(figure, draw), CHECK)


def test_a_figure_of_another_size_is_another(executed):
    figure = image_of(executed, "figure")
    small = base64.b64encode(png(np.full((20, 30, 3), 255))).decode()
    assert "became" in figure_change(figure, small, CHECK)


def test_reduced_figures_are_small_close_and_left_alone(executed):
    small = base64.b64decode(image_of(executed, "figure"))
    assert is_reduced(small) and len(small) <= LIMIT
    ramp = np.tile(np.arange(256)[None, :, None], (64, 1, 3))
    noisy = np.random.default_rng(0).integers(0, 256, (64, 64, 3))
    for pixels in (ramp, noisy):
        before = png(pixels)
        after = reduced(before)
        seen = np.asarray(Image.open(io.BytesIO(after)).convert("RGB"), dtype=int)
        assert np.abs(seen - pixels).max() <= 8
        assert is_reduced(after) and not is_reduced(before)


def test_paper_stays_white():
    pixels = np.full((50, 50, 3), 255)
    pixels[10:40, 10:40] = np.random.default_rng(1).integers(200, 255, (30, 30, 3))
    seen = Image.open(io.BytesIO(reduced(png(pixels)))).convert("RGB")
    assert seen.getpixel((0, 0)) == (255, 255, 255)


# --- one form ----------------------------------------------------------------------

texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)
names = st.none() | st.sampled_from(["a", "b", "setup", "no good", ""])
streams = st.builds(
    lambda name, text: {"name": name, "output_type": "stream", "text": text},
    st.sampled_from(["stdout", "stderr"]),
    st.lists(texts, max_size=2) | texts,
)
results = st.builds(
    lambda text, count: {
        "data": {"text/plain": text},
        "execution_count": count,
        "metadata": {"machine": "x"},
        "output_type": "execute_result",
    },
    texts,
    st.integers(0, 99),
)
errors = st.builds(
    lambda frames: {
        "ename": "E",
        "evalue": "v",
        "output_type": "error",
        "traceback": frames,
    },
    st.lists(texts | texts.map("\x1b[31mCell In[1]{}".format), max_size=5),
)
metadata = st.fixed_dictionaries(
    {}, optional={"tags": st.lists(texts, max_size=3), "collapsed": st.booleans()}
)
codes = st.fixed_dictionaries(
    {
        "cell_type": st.just("code"),
        "source": texts | st.lists(texts, max_size=3),
        "metadata": metadata,
        "id": names,
        "execution_count": st.none() | st.integers(0, 99),
        "outputs": st.lists(streams | results | errors, max_size=3),
    }
)
prose = st.fixed_dictionaries(
    {"cell_type": st.just("markdown"), "source": texts, "metadata": metadata, "id": names}
)


@settings(max_examples=60, deadline=None)
@given(st.lists(codes | prose, max_size=5))
def test_the_canonical_form_is_its_own_canonical_form(cells):
    notebook = {"cells": cells, "metadata": {"widgets": 1}, "nbformat": 4}
    before = copy.deepcopy(notebook)
    once = canonical(notebook)
    assert notebook == before
    assert to_text(canonical(once)) == to_text(once)
    ids = [c["id"] for c in once["cells"]]
    assert len(set(ids)) == len(ids)
    counts = [c["execution_count"] for c in once["cells"] if c.get("execution_count")]
    assert counts == list(range(1, len(counts) + 1))


def test_the_canonical_form_of_a_file_survives_reading(sample):
    assert to_text(canonical(read(sample))) == sample.read_text(encoding="utf-8")
    assert notebooks.main(["canonical", "--check", str(sample)]) == 0


def test_an_edited_file_is_brought_back_to_the_canonical_form(sample):
    good = sample.read_text(encoding="utf-8")
    untidy = read(sample)
    untidy["metadata"]["language_info"] = {"name": "python", "version": "3.99"}
    untidy["cells"][1]["source"] = "import descent"
    for c in untidy["cells"]:
        c["metadata"]["execution"] = {"iopub.execute_input": "2020-01-01T00:00:00"}
        c["metadata"]["collapsed"] = False
        if "execution_count" in c:
            c["execution_count"] += 7
    sample.write_text(to_text(untidy), encoding="utf-8")
    assert notebooks.main(["canonical", "--check", str(sample)]) == 1
    assert notebooks.main(["canonical", str(sample)]) == 0
    assert sample.read_text(encoding="utf-8") == good


def test_a_stored_error_holds_no_path_and_no_colour(executed):
    trace = "".join(cell(executed, "mistake")["outputs"][0]["traceback"])
    assert "Cell In" in trace and "TypeError" in trace
    assert "\x1b" not in trace and "validation.py" not in trace


def test_figures_are_stored_at_twice_their_width(executed):
    output = cell(executed, "figure")["outputs"][-1]
    width = Image.open(io.BytesIO(base64.b64decode(image_of(executed, "figure")))).width
    assert output["metadata"] == {"image/png": {"width": width // 2}}


# --- from text ---------------------------------------------------------------------


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


# --- run ---------------------------------------------------------------------------


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


# --- rules -------------------------------------------------------------------------


def test_the_sample_keeps_the_rules(executed):
    assert problems(executed) == []


def breach(name, change):
    def apply(notebook):
        change(cell(notebook, name))

    return apply


def stored(text):
    return breach("numbers", lambda c: c["outputs"][0].update(text=text))


def about_figure(key, value):
    return breach("figure", lambda c: c["metadata"]["mystnb"].update({key: value}))


@pytest.mark.parametrize(
    "change, said",
    [
        (about_figure("image", {"alt": "short"}), "alt text of 5"),
        (about_figure("image", {}), "alt text of 0"),
        (about_figure("figure", {"name": "fig-x"}), "caption"),
        (about_figure("figure", {"caption": "c"}), "name"),
        (
            about_figure("figure", {"name": "fig-sample-root", "caption": "c"}),
            "two figures",
        ),
        (breach("figure", lambda c: c["metadata"].clear()), "caption"),
        (stored("took 3.2 ms\n"), "a time"),
        (stored("<object at 0x7f0000001234>\n"), "memory address"),
        (stored("/home/me/descent\n"), "path"),
        (stored("RuntimeWarning: overflow\n"), "warning"),
        (stored("[0.1234567 1.]\n"), "0.1234567"),
        (stored("1.2345678e-05\n"), "significant digits"),
        (breach("numbers", lambda c: c.update(source="x = 1\n" * 21)), "lines"),
        (breach("numbers", lambda c: c["outputs"][0].update(name="stderr")), "stderr"),
        (breach("numbers", lambda c: c["metadata"].update(tags=["nbval-skip"])), "nbval"),
        (breach("numbers", lambda c: c.update(source="# NBVAL_SKIP\nx")), "nbval"),
        (breach("numbers", lambda c: c.update(execution_count=None)), "never run"),
        (breach("setup", lambda c: c.update(source="import descent")), "set-up cell"),
        (breach("numbers", lambda c: c.update(id="silent")), "two cells"),
        (breach("mistake", lambda c: c["metadata"].clear()), "not tagged"),
    ],
)
def test_each_breach_of_a_rule_is_named(executed, change, said):
    notebook = copy.deepcopy(executed)
    change(notebook)
    assert any(said in problem for problem in problems(notebook)), problems(notebook)


@pytest.mark.parametrize(
    "text",
    ["413,696 steps\n", "0.0120 1e-05 -3.14159\n", "[1. 2. 3.]\n", "v1.0.4.1234567\n"],
)
def test_plain_numbers_break_no_rule(executed, text):
    notebook = copy.deepcopy(executed)
    stored(text)(notebook)
    assert problems(notebook) == []


# --- the set-up cell ---------------------------------------------------------------


@pytest.fixture
def set_up(monkeypatch, tmp_path):
    """Run the set-up cell in an empty folder, with what is installed made up."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESCENT_SITE", raising=False)

    def run(installed, pip=lambda command: 0, source=None):
        calls = []

        def fake(command):
            calls.append(command)
            return subprocess.CompletedProcess(command, pip(command))

        monkeypatch.setattr(
            "importlib.util.find_spec", lambda name: object() if name in installed else None
        )
        monkeypatch.setattr(subprocess, "run", fake)
        exec(source or setup_cell.source(), {})
        return [command[-1] for command in calls]

    return run


def test_the_set_up_cell_is_short():
    lines = setup_cell.source().splitlines()
    assert len(lines) <= 15 and max(map(len, lines)) <= 92
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


def test_the_drawing_settings_are_in_place_for_every_kernel():
    assert Path(os.environ["IPYTHONDIR"]).is_relative_to(ROOT)
    assert os.environ["OMP_NUM_THREADS"]
