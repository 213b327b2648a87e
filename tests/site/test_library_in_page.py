"""The library in the page's Python: every module imports there, and its own tests pass.

The page is a lesson of the built site, with the site's worker, runtime and wheel. Only
pytest and the test files are brought in.
"""

import base64
import importlib.util
import io
import json
import zipfile
from pathlib import Path

import pytest
from page_reader import Reader
from python_page import STARTS, PagePython, runtime
from site_pages import HERE

TESTS = HERE / "tests" / "descent"
BROUGHT = ("pytest", "_pytest", "py", "pluggy", "iniconfig", "pygments")  # all pure Python
HELPERS = (Path(__file__).with_name("pytest_in_page.py"), TESTS / "expression_graphs.py")
NEEDS = ["numpy", "matplotlib", "mpmath", "sympy", "tqdm"]
UNPACK = """
import base64, io, json, sys, zipfile
zipfile.ZipFile(io.BytesIO(base64.b64decode({packed!r}))).extractall("/home/pyodide/library")
sys.path.insert(0, "/home/pyodide/library")
import pytest_in_page
"""
# Tests that run there, at least; the others need PyTorch, SciPy or Hypothesis.
PASS = {
    "checkpoints": 55,
    "datasets": 85,
    "dual": 30,
    "gradcheck": 70,
    "jacobians": 35,
    "networks": 60,
    "optimizers": 120,
    "problems": 120,
    "pytrees": 18,
    "sampling": 90,
    "schedules": 35,
    "symbolic": 65,
    "tape": 60,
    "timing": 40,
    "training": 100,
}


def packed():
    """Pytest and the tests, as an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in BROUGHT:
            found = Path(importlib.util.find_spec(name).origin)
            package = found.name == "__init__.py"
            for path in sorted(found.parent.rglob("*.py")) if package else [found]:
                archive.write(path, path.relative_to(found.parents[package]))
        for path in [*HELPERS, *(TESTS / f"test_{name}.py" for name in PASS)]:
            archive.write(path, path.name)
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture(scope="module")
def python(browser, address):
    """One page for all tests, with pytest in its Python."""
    runtime()
    reader = Reader(browser, address, formulas=False)
    page = reader.open("lessons/gradient_descent.html")
    page.set_default_timeout(STARTS)
    python = PagePython(page)
    python.ask(UNPACK.format(packed=packed()), NEEDS)
    yield python
    reader.close()


def asked(python, call):
    """What ``call`` of a function of pytest_in_page.py gives there."""
    code = "print('\\n' + json.dumps(pytest_in_page.{}))"
    return json.loads(python.ask(code.format(call)).splitlines()[-1])


def test_every_module_of_the_library_imports_in_the_page(python):
    """None needs PyTorch to be imported, not even those that speak to it."""
    src = HERE / "src"
    files = sorted((src / "descent").rglob("*.py"))
    parts = [path.relative_to(src).with_suffix("").parts for path in files]
    names = {".".join(p).removesuffix(".__init__") for p in parts} - {"descent"}
    told = asked(python, "imported('descent')")
    wrong = {name: said for name, said in told.items() if said}
    assert wrong == {} and told.keys() == names


@pytest.mark.parametrize("name", PASS)
def test_the_tests_of_a_module_pass_in_the_page(python, name):
    result = asked(python, f"run('/home/pyodide/library/test_{name}.py')")
    assert not result["failed"], "in the page:\n" + "\n\n".join(result["failed"])
    assert result["passed"] >= PASS[name], "\n".join(result["skipped"])
