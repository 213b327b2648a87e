"""The canonical form is one, and holds nothing of a machine."""

import base64
import copy
import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from planting import cell, image_of

from tools import notebooks
from tools.canonical import canonical, read, to_text

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
    untidy["cells"][2]["source"] += "\n\n"
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
