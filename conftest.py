"""What plain nbval lets pass, and what every test needs around it.

nbval never compares figures, forgives a notebook whose outputs were stripped, and
ignores the names under which numbers are glued into the prose. Here each turns red.
It also runs cells outside of history, where IPython forgets that ``;`` hides a result.
"""

import pytest

from tools import kernel
from tools.compare import FIGURES, figure_change
from tools.execute import TIMEOUT

kernel.use()
collect_ignore_glob = ["labs/*_lab.ipynb"]  # made for learners, nothing filled in


def pytest_configure(config):
    if getattr(config.option, "nbval", False):
        config.option.nbval_current_env = True
        config.option.nbval_cell_timeout = min(config.option.nbval_cell_timeout, TIMEOUT)
        from nbval.kernel import RunningKernel

        RunningKernel.execute_cell_input = execute_with_history


def execute_with_history(self, cell_input, allow_stdin=None):
    return self.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if type(item).__name__ == "IPyNbCell" and not item.options["skip"]:
        check_cell(item)
    return result


def check_cell(item):
    """Fail a cell that never ran, or whose figures or glued names are others now."""
    if item.cell.execution_count is None:
        item.raise_cell_error("never run: no stored output to compare with")
    stored, fresh = item.cell.outputs, item.test_outputs
    names = [
        [o["metadata"]["scrapbook"]["name"] for o in outputs if glued(o)]
        for outputs in (stored, fresh)
    ]
    if names[0] != names[1]:
        item.raise_cell_error(f"glues {names[1]}, stored are {names[0]}")
    for mime in FIGURES:
        old, new = (
            [o["data"][mime] for o in outputs if mime in o.get("data", {})]
            for outputs in (stored, fresh)
        )
        if len(old) != len(new):
            item.raise_cell_error(f"draws {len(new)} {mime}, stored are {len(old)}")
        for number, (a, b) in enumerate(zip(old, new), start=1):
            change = figure_change(a, b)
            if change:
                item.raise_cell_error(f"figure {number} is another: {change}")


def glued(output):
    return "scrapbook" in output.get("metadata", {})
