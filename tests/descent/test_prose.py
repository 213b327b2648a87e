"""What ``descent.prose`` stores must be what MyST-NB itself would have stored."""

import math
import sys

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_client.manager import start_new_kernel
from myst_nb.core.variables import format_plain_text
from myst_nb.ext.glue import extract_glue_data
from myst_nb.ext.glue import glue as myst_glue

from descent import prose
from descent.prose import glue


@pytest.fixture(autouse=True)
def fresh_run():
    prose._glued.clear()
    yield
    prose._glued.clear()


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def outputs_of(*calls):
    with capture_output() as captured:
        for call in calls:
            call()
    return [(output.data, output.metadata) for output in captured.outputs]


def shown(value, *arguments, **options):
    """The text a reader sees where the role stands."""
    prose._glued.clear()
    (output,) = outputs_of(lambda: glue("name", value, *arguments, **options))
    ((text,),) = [output[0].values()]
    return format_plain_text(text, "s")


def test_the_output_is_what_myst_nb_emits_undisplayed(shell):
    ours = outputs_of(lambda: glue("floor", 0.02773), lambda: glue("verdict", "it's so"))
    theirs = outputs_of(
        lambda: myst_glue("floor", "0.0277", display=False),
        lambda: myst_glue("verdict", "it's so", display=False),
    )
    assert ours == theirs
    assert len(ours) == 2


@pytest.mark.parametrize(
    ("value", "fmt", "text"),
    [
        (0.02773, "{:.3g}", "0.0277"),
        (-0.826, "{:.3g}", "−0.826"),
        (2.5e13, "{:.3g}", "2.5×10¹³"),
        (-1.25e-5, "{:.3g}", "−1.25×10⁻⁵"),
        (2.1e-10, "about {:.1e} each", "about 2.1×10⁻¹⁰ each"),
        (0.875, "{:.0%}", "88%"),
        (12.34, "a one-off {:.3g} ms", "a one-off 12.3 ms"),
        (0.731059, "{:.6f}", "0.731059"),
        (np.float64(0.5), "{:.2f}", "0.50"),
        (np.float32(0.5), "{:.2f}", "0.50"),
        (0.0, "{:.3g}", "0"),
    ],
)
def test_numbers_are_typeset_as_in_a_book(shell, value, fmt, text):
    assert shown(value, fmt) == text


def test_whole_numbers_appear_in_full(shell):
    assert shown(413_696) == "413,696"
    assert shown(np.int64(-7)) == "−7"
    assert shown(2**20, "{:d}") == "1048576"


def test_texts_pass_as_they_are(shell):
    assert shown("0.00255077238173787") == "0.00255077238173787"


def test_infinity_and_nan_are_refused_unless_meant(shell):
    for value in (math.inf, -math.inf, math.nan, np.float64("nan")):
        with pytest.raises(ValueError, match=r"finite.*allow_nonfinite"):
            glue("loss", value)
    assert shown(math.inf, allow_nonfinite=True) == "∞"
    assert shown(-math.inf, allow_nonfinite=True) == "−∞"
    assert shown(math.nan, allow_nonfinite=True) == "NaN"


@settings(max_examples=60, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 6))
def test_a_typeset_number_reads_back_as_the_formatted_one(value, digits):
    fmt = f"{{:.{digits}g}}"
    text = prose._typeset(value, fmt, allow_nonfinite=False)
    back = text.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")).replace("×10", "e")
    assert float(back) == float(fmt.format(value))


@pytest.mark.parametrize("name", ["", "2nd", "a b", "a:b", "a::b", "a`b", "ä", "a\n", "-a"])
def test_a_name_that_the_role_cannot_hold_is_refused(name):
    with pytest.raises(ValueError, match="name must be letters"):
        glue(name, 1.0)


@pytest.mark.parametrize("value", [None, True, np.True_, [1.0], np.ones(1), 1j])
def test_only_numbers_and_texts_are_glued(value):
    with pytest.raises(TypeError, match="value must be a number or a text"):
        glue("name", value)


def test_a_name_must_be_a_text():
    with pytest.raises(TypeError, match="name must be a text, got 3"):
        glue(3, 1.0)


def test_an_empty_text_is_refused():
    with pytest.raises(ValueError, match="empty"):
        glue("name", "")


@pytest.mark.parametrize("fmt", ["", ".3g", "{:.3q}", "{} {}", "{x}", "7"])
def test_a_format_without_one_good_field_is_refused(fmt):
    with pytest.raises(ValueError, match="fmt"):
        glue("name", 0.25, fmt)


def test_a_format_must_be_a_text():
    with pytest.raises(TypeError, match="fmt must be a text"):
        glue("name", 0.25, 3)


def test_more_digits_than_hold_on_another_cpu_are_refused():
    with pytest.raises(ValueError, match="6 significant digits"):
        glue("name", math.pi, "{:.6f}")
    glue("small", 0.000123456, "{:.9f}")


def test_a_name_keeps_its_value_through_the_run(shell):
    calls = (lambda: glue("floor", 0.0277), lambda: glue("floor", 0.0277))
    assert len(outputs_of(*calls)) == 1  # MyST-NB warns of a second
    with pytest.raises(ValueError, match=r"'floor' already stands for '0.0277'.*'0.0156'"):
        glue("floor", 0.0156)


def test_without_ipython_nothing_is_stored_but_errors_are_found(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "IPython", None)
    glue("floor", 0.0277)
    assert capsys.readouterr().out == ""
    with pytest.raises(ValueError, match="finite"):
        glue("loss", math.nan)


def test_in_a_script_nothing_is_printed(capsys):
    glue("floor", 0.0277)
    assert capsys.readouterr().out == ""


def run(client, source, cell_id=None):
    """One cell sent to the kernel, as a front end sends it: its displays or its error."""
    content = {"code": source, "silent": False, "stop_on_error": False}
    message = client.session.msg("execute_request", content)
    message["metadata"] = {} if cell_id is None else {"cellId": cell_id}
    client.shell_channel.send(message)
    outputs = []
    while True:
        reply = client.get_iopub_msg(timeout=30)
        if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if reply["msg_type"] == "error":
            return reply["content"]["evalue"]
        if reply["msg_type"] == "display_data":
            outputs.append(nbformat.v4.output_from_msg(reply))
        if reply["content"].get("execution_state") == "idle":
            return outputs


def test_in_a_kernel_a_changed_cell_may_be_run_again_but_no_other_takes_its_name():
    manager, client = start_new_kernel()
    try:
        run(client, "from descent.prose import glue", "setup")
        first = run(client, "glue('floor', 0.0277)", "a")
        again = run(client, "glue('floor', 0.5)", "a")
        other = run(client, "glue('floor', 0.0277)", "b")
        batch = run(client, "glue('rate', 1.5); glue('rate', 2.5)")  # as nbclient does
        twice = run(client, "glue('step', 1.5); glue('step', 2.5)", "a")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "already stands for '0.5'" in other
    assert "already stands for '1.5'" in batch
    assert "already stands for '1.5'" in twice

    cells = [nbformat.v4.new_code_cell(outputs=o) for o in (first, again)]
    for cell, text in zip(cells, ("'0.0277'", "'0.5'")):
        book = nbformat.v4.new_notebook(cells=[cell])
        data = extract_glue_data(book, [0], logger=None)
        assert data["floor"]["data"] == {"text/plain": text}
        assert cell.outputs == []  # nothing shows where it was glued
