"""The library's own tests, run by pytest inside the page's Python.

``code(names, folder)`` is what the page must run: it unpacks pytest, an older Hypothesis
(the last ones are compiled) and the tests from an archive, leaves out what needs PyTorch,
another process or a kernel, tries fewer examples than here, and prints what came of it.
"""

import ast
import base64
import importlib.util
import io
import subprocess
import sys
import zipfile
from pathlib import Path

from site_pages import HERE

TESTS = HERE / "tests" / "descent"
# Pure Python: from this environment, and by a pinned hash from the Python index.
PACKAGES = (
    "pytest",
    "_pytest",
    "py",
    "pluggy",
    "iniconfig",
    "pygments",
    "sortedcontainers",
)
WHEELS = """\
attrs==24.2.0 \
--hash=sha256:81921eb96de3191c8258c199618104dd27ac608d9366f5e35d011eae1867ede2
hypothesis==6.112.0 \
--hash=sha256:1e6adbd9534c0d691690b5006904327ea37c851d4e15262a22094aa77879e84d
"""
# A module that needs these at its head is left out; a test that speaks of those, too.
HEADS = {"jupyter_client", "nbformat", "scipy", "expression_graphs"}
WORDS = ("torch", "Torch", "subprocess", "start_new_kernel", "jax")
RUN = """
import base64, inspect, io, json, sys, types, zipfile
zipfile.ZipFile(io.BytesIO(base64.b64decode(ARCHIVE))).extractall("/home/pyodide/library")
sys.path.insert(0, "/home/pyodide/library")
import pytest
from hypothesis import settings

# Modules name PyTorch at their head for some of their tests; the others run.
class Absent(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)

names = ["torch", "torch.utils", "torch.utils._pytree", "torch.optim"]
sys.modules |= {name: Absent(name) for name in names}
for name in names[1:]:
    parent, _, child = name.rpartition(".")
    setattr(sys.modules[parent], child, sys.modules[name])

class Results:
    passed, failed, left = 0, [], []

    def pytest_collection_modifyitems(self, items):
        for item in list(items):
            source = inspect.getsource(item.function)
            if any(word in source for word in WORDS):
                items.remove(item)
                self.left.append(item.name)
            elif hasattr(item.function, "hypothesis"):
                item.function._hypothesis_internal_use_settings = settings(
                    item.function._hypothesis_internal_use_settings,
                    max_examples=5, deadline=None, database=None, derandomize=True,
                )

    def pytest_collection_finish(self):
        for name in names:
            del sys.modules[name]

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid + "\\n" + report.longreprtext[-1500:])
        elif report.when == "call" and report.passed:
            self.passed += 1

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid + "\\n" + report.longreprtext[-1500:])

results = Results()
options = ["-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--tb=short", "-s"]
ended = pytest.main([*options, "/home/pyodide/library/tests"], plugins=[results])
print("RESULT" + json.dumps([int(ended), results.passed, results.failed, results.left]))
"""


def suitable(path):
    """Whether a test module imports, at its head, only what the page has."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    heads = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            heads |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            heads.add(node.module.split(".")[0])
    return not heads & HEADS


def code(names, folder):
    """Python that runs ``tests/descent/<name>.py`` for each name, in the page.

    ``folder`` takes the downloaded wheels.
    """
    asked = Path(folder, "asked.txt")
    asked.write_text(WHEELS, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download"]
    pip += ["--no-deps", "--require-hashes", "-r", str(asked), "-d", str(folder)]
    subprocess.run(pip, check=True)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for wheel in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(wheel) as parts:
                for name in parts.namelist():
                    archive.writestr(name, parts.read(name))
        for name in PACKAGES:
            root = Path(importlib.util.find_spec(name).origin)
            package = root.name == "__init__.py"
            for path in root.parent.rglob("*") if package else [root]:
                if path.is_file() and path.suffix not in (".pyc", ".so"):
                    place = path.relative_to(root.parents[1] if package else root.parent)
                    archive.write(path, str(place))
        for name in names:
            archive.write(TESTS / f"{name}.py", f"tests/{name}.py")
    packed = base64.b64encode(buffer.getvalue()).decode()
    return f"ARCHIVE = {packed!r}\nWORDS = {WORDS!r}\n{RUN}"
