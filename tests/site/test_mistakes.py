"""What an author can get wrong stops the build, with a message that says what to do.

One small book with one mistake of each kind is built once, with the extensions of this
one; then one without mistakes, to see that it is they that are refused.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest
import yaml
from site_pages import HERE

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)
GOOD_FIGURE = {
    "figure": {"name": "fig-good", "caption": "A caption that says what to see."},
    "image": {"alt": "One grey dot in the middle of a white square."},
}
QUIZ = """\
::::{{div}} quiz
**A question?**

:::{{dropdown}} One
{first}
{feedback}
:::

:::{{dropdown}} Two
:class-container: {second}
Since it is so.
:::
::::
"""
MISTAKES = {
    "no alternative text": "it has no alternative text",
    "short alternative text": "is too short to say what is seen",
    "no caption": "its figure has no caption",
    "no name": "its figure has no name",
    "no figure": "it is not in a figure",
    "unmarked option": "quiz option needs class-container right or wrong",
    "no feedback": "quiz option without feedback",
    "no right option": "quiz needs a right and a wrong option",
    "missing page": "nothing-here",
    "missing citation": 'could not find bibtex key "nobody1900"',
    "missing number": "No key 'nothing-glued'",
    "unknown label": "undefined label: 'fig-nowhere'",
}


def cell(mystnb):
    return {
        "cell_type": "code",
        "execution_count": 1,
        "id": hashlib.sha1(json.dumps(mystnb).encode()).hexdigest()[:8],
        "metadata": {"mystnb": mystnb},
        "outputs": [
            {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG}}
        ],
        "source": "draw()",
    }


def markdown(text, identity):
    return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": text}


def figure(**changes):
    mystnb = {
        "figure": {
            **GOOD_FIGURE["figure"],
            "name": f"fig-{len(changes)}-{sorted(changes)}",
        },
        "image": dict(GOOD_FIGURE["image"]),
    }
    for key, value in changes.items():
        mystnb["image" if key == "alt" else "figure"][key] = value
    return mystnb


def notebook(cells):
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3",
                "language": "python",
            }
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


BAD = [
    markdown("# Bad\n\nThis page is wrong in every way that a machine can see.", "m1"),
    cell(figure(alt="")),
    cell(figure(alt="A plot", name="fig-b")),
    cell(figure(caption="", name="fig-c")),
    cell(figure(name="")),
    cell({"image": dict(GOOD_FIGURE["image"])}),
    markdown(
        "\n".join(
            [
                QUIZ.format(first="", feedback="Because.", second="wrong"),
                QUIZ.format(first=":class-container: right", feedback="", second="wrong"),
                QUIZ.format(
                    first=":class-container: wrong", feedback="No.", second="wrong"
                ),
                "{doc}`nothing-here` {cite:p}`nobody1900` {glue:text}`nothing-glued`",
                "{numref}`fig-nowhere`",
            ]
        ),
        "m2",
    ),
]
GOOD = [
    markdown("# Good\n\nThis page has nothing to find for a machine.", "m1"),
    cell(GOOD_FIGURE),
    markdown(
        "{numref}`fig-good` and {cite:t}`robbins1951`.\n\n"
        + QUIZ.format(first=":class-container: right", feedback="Yes.", second="wrong"),
        "m2",
    ),
]


def build(folder, cells, **environment):
    """A book with one notebook and the bibliography; what the build says."""
    for name in ("_ext", "_static"):
        shutil.copytree(HERE / name, folder / name)
    for name in ("bibliography.md", "references.bib"):
        shutil.copy(HERE / name, folder)
    config = yaml.safe_load((HERE / "_config.yml").read_text(encoding="utf-8"))
    settings = config["sphinx"]["config"]
    for name in ("api_pages", "downloads"):  # they need the whole repository
        settings["extensions"].remove(name)
    for key in [
        k for k in settings if k.startswith(("autodoc", "autosummary", "numpydoc"))
    ]:
        del settings[key]
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: page\nchapters:\n- file: bibliography\n", encoding="utf-8"
    )
    (folder / "page.ipynb").write_text(json.dumps(notebook(cells)), encoding="utf-8")
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    return subprocess.run(
        [*command, "build", ".", "-W", "--keep-going", "-n"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    return build(tmp_path_factory.mktemp("bad"), BAD)


def test_mistakes_stop_the_build(bad):
    assert bad.returncode != 0


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(bad, mistake):
    assert MISTAKES[mistake] in bad.stdout + bad.stderr


def test_without_mistakes_it_builds(tmp_path):
    run = build(tmp_path, GOOD)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    page = (tmp_path / "_build" / "html" / "page.html").read_text(encoding="utf-8")
    assert 'class="verdict">Right.</strong> Yes.' in page
    assert 'class="verdict">Not quite.</strong> Since it is so.' in page
    assert "Robbins and Monro (" in page


def test_a_known_address_is_used(tmp_path):
    site, code = "https://school.example/course", "https://github.com/example/course"
    branch = code + "/tree/gh-pages"
    known = {"DESCENT_URL": site, "DESCENT_REPOSITORY": code, "DESCENT_COLAB": branch}
    run = build(tmp_path, GOOD, **known)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    page = (tmp_path / "_build" / "html" / "page.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{site}/page.html"' in page
    assert f'<meta property="og:url" content="{site}/page.html"' in page
    assert f'<meta property="og:image" content="{site}/_static/preview.png"' in page
    assert (tmp_path / "_build" / "html" / "_static" / "preview.png").exists()
    assert f'href="{code}"' in page and f'href="{code}/edit/main/page.ipynb"' in page
    notebook = "example/course/blob/gh-pages/_sources/page.ipynb"
    assert f'href="https://colab.research.google.com/github/{notebook}"' in page
    assert (tmp_path / "_build" / "html" / ".nojekyll").exists()
    lost = (tmp_path / "_build" / "html" / "404.html").read_text(encoding="utf-8")
    assert 'href="/course/page.html"' in lost


def test_an_address_that_is_none_is_refused(tmp_path):
    run = build(tmp_path, GOOD, DESCENT_URL="school.example")
    assert run.returncode != 0
    assert "DESCENT_URL must be an address" in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("colab", "complaint"),
    [
        ("https://school.example/tree/x", "DESCENT_COLAB must be the branch"),
        ("https://github.com/example/course/tree/gh-pages", "needs DESCENT_URL"),
    ],
)
def test_colab_without_what_it_needs_is_refused(tmp_path, colab, complaint):
    run = build(tmp_path, GOOD, DESCENT_COLAB=colab)
    assert run.returncode != 0
    assert complaint in run.stdout + run.stderr
