"""MyST to Markdown that Jupyter shows: one case a construct."""

import sys

import pytest
from site_pages import HERE

sys.path.insert(0, str(HERE / "_ext"))
import plain_notebook


class Answers:
    def number(self, label):
        return {"fig-a": "Figure 1.2", "ex-a": "Exercise 1.3", "tab-a": "Table 1.1"}.get(
            label, ""
        )

    def equation(self, label):
        return {"eq-a": "1.4"}.get(label, "")

    def title(self, target):
        return {"other": "Another lesson", "sec": "A section"}.get(target, target)

    def address(self, target):
        return "https://site.example/other.html" if target == "known" else ""

    def citation(self, keys, kind):
        names = "; ".join(key.capitalize() for key in keys)
        return names if kind == "t" else f"({names})"


CASES = [
    ("{glue:text}`loss`", "0.25"),
    ("{glue:text}`loss:.2f` and {glue:text}`n`", "0.25 and 1,797"),
    ("{eq}`eq-a`", "(1.4)"),
    ("{numref}`fig-a`", "Figure 1.2"),
    ("{numref}`Fig. %s <fig-a>`", "Fig. 1.2"),
    ("{ref}`sec`", "A section"),
    ("{ref}`below <sec>`", "below"),
    ("{doc}`other`", "Another lesson"),
    ("{doc}`known`", "[known](https://site.example/other.html)"),
    ("{cite:t}`polyak` {cite:p}`a,b`", "Polyak (A; B)"),
    ("{term}`epoch`", "epoch"),
    ("{py:func}`descent.optimizers.sgd`", "`descent.optimizers.sgd`"),
    ("{py:func}`~descent.optimizers.sgd`", "`sgd`"),
    ("[text](../notation.md) [web](https://a.example)", "text [web](https://a.example)"),
    ("[](other)", "Another lesson"),
    ("`{not a role}` stays", "`{not a role}` stays"),
    ("(label)=\n## Title", "## Title"),
    ("$$\nx\n$$ (eq-a)", "$$\nx\n\\tag{1.4}\n$$"),
    ("Term\n:   Meaning", "**Term**  \nMeaning"),
    ("Why.[^a]\n\n[^a]: Since.", "Why.<sup>1</sup>\n\n<sup>1</sup> Since."),
    ("{live-set}`1.3 <fig-a lr=1.3 rule=sgd>`", "1.3"),
    (
        "```{live} learning-rate\n:name: fig-a\n:alt: A V.\nDrag the start.\n```",
        "> **Figure 1.2**, to be tried on the lesson's page. Drag the start.\n>\n"
        "> Its first picture: A V.",
    ),
    (
        "```{live} learning-rate\n:name: known\n:alt: A V.\nDrag.\n```",
        "> **Live figure**, to be tried on [the lesson's page]"
        "(https://site.example/other.html). Drag.\n>\n> Its first picture: A V.",
    ),
    (":::{note}\nText\n:::", "> **Note**\n>\n> Text"),
    (":::{admonition} A *b*\n:class: promise\nText\n:::", "> **A *b***\n>\n> Text"),
    (
        ":::{admonition} Why `x`?\n:class: dropdown\nText\n:::",
        "<details><summary>Why <code>x</code>?</summary>\n\nText\n\n</details>",
    ),
    (
        "::::{div} quiz\n**Q?**\n\n"
        ":::{dropdown} A\n:class-container: right\nYes.\n:::\n::::",
        "**Q?**\n\n<details><summary>A</summary>\n\n**Right.** Yes.\n\n</details>",
    ),
    ("```{math}\nx^2\n```", "$$\nx^2\n$$"),
    ("```python\n:::{note}\n```", "```python\n:::{note}\n```"),
    ("```{exercise-start} Try\n:label: ex-a\n```\nDo it.\n```{exercise-end}\n```",
     "**Exercise 1.3: Try**\n\nDo it."),
    ("```{solution-start} ex-a\n:class: dropdown\n```\nSo.\n```{solution-end}\n```",
     "<details><summary>Solution</summary>\n\nSo.\n\n</details>"),
    ("```{solution-start} ex-a\n:class: dropdown\n```\nSo:",
     "**Solution** (try it yourself before you read on)\n\nSo:"),
    ("```{table} Rates.\n:name: tab-a\n\n| a |\n|---|\n| 1 |\n```",
     "**Table 1.1.** Rates.\n\n| a |\n|---|\n| 1 |"),
    ("% a comment\nText", "Text"),
]  # fmt: skip


@pytest.mark.parametrize("source, wanted", CASES)
def test_a_construct(source, wanted):
    writer = plain_notebook._Writer({"loss": "0.25", "n": "1,797"}, Answers())
    assert writer.markdown(source).strip() == wanted


def test_a_figure_keeps_its_caption_in_a_cell_below_it():
    figure = {"name": "fig-a", "caption": "What to see, {glue:text}`loss`."}
    glued = {
        "output_type": "display_data",
        "metadata": {"scrapbook": {"name": "loss"}},
        "data": {"application/papermill.record/text/plain": "'0.25'"},
    }
    cell = {"cell_type": "code", "id": "plot", "metadata": {"mystnb": {"figure": figure}},
            "outputs": [glued], "source": ["plot()"], "execution_count": 1}  # fmt: skip
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    given = plain_notebook.plain(notebook, Answers())
    assert given["cells"][0] == cell
    assert "".join(given["cells"][1]["source"]) == "**Figure 1.2.** What to see, 0.25."
    assert notebook["cells"] == [cell], "the source is not changed"
