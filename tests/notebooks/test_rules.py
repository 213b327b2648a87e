"""Each rule of a page: its breach is named, and what keeps it passes."""

import pytest
from planting import cell

from tools.rules import problems


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
    change(executed)
    assert any(said in problem for problem in problems(executed)), problems(executed)


@pytest.mark.parametrize(
    "text",
    ["413,696 steps\n", "0.000123456 1e-05 -3.14159\n", "[1. 2. 3.]\n", "v1.0.4.1234567\n"],
)
def test_plain_numbers_break_no_rule(executed, text):
    stored(text)(executed)
    assert problems(executed) == []


def test_digits_that_arithmetic_fixes_may_be_shown_where_the_author_says_so(executed):
    stored("0.1 + 0.2 is 0.30000000000000004\n")(executed)
    assert len(problems(executed)) == 1
    cell(executed, "numbers")["metadata"]["tags"] = ["exact-digits"]
    assert problems(executed) == []
