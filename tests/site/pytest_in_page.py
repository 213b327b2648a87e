"""Run in the page's Python: pytest on a test module, without what the page lacks.

Modules name PyTorch, SciPy or Hypothesis at their head for some of their tests. While
tests are collected, something inert stands for each of these; a test that then uses it,
imports it or starts a process is left out, and says so. All others run.
"""

import importlib
import importlib.abc
import importlib.machinery
import pkgutil
import sys
import types

import pytest

ABSENT = {"hypothesis", "jax", "pooch", "scipy", "sklearn", "torch"}


class Absent(types.ModuleType):
    """Stands for a library, or what it would give: inert at first, then it skips."""

    running = False
    __path__ = ()

    def _use(self):
        if Absent.running:
            pytest.skip(f"needs {self.__name__.split('.')[0]}")

    def __getattr__(self, name):
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        self._use()
        return Absent(f"{self.__name__}.{name}")

    def __call__(self, *args, **kwargs):
        self._use()
        return Absent(self.__name__)

    __or__ = __call__  # how strategies are joined


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the absent libraries while tests are collected, and only then."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ABSENT and not Absent.running:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Absent(spec.name)

    def exec_module(self, module):
        if module.__name__ == "hypothesis":
            module.given = lambda *a, **k: pytest.mark.skip("needs hypothesis")
            module.settings = module.example = lambda *a, **k: lambda test: test


class Plugin:
    """Turns the absence into skips, and keeps what came of each test."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def pytest_collection_finish(self):
        forget()
        Absent.running = True

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self):
        try:
            return (yield)
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] not in ABSENT:
                raise
            pytest.skip(f"needs {error.name}")
        except OSError as error:
            if "does not support processes" not in str(error):
                raise
            pytest.skip("needs another process")

    def pytest_collectreport(self, report):
        self.pytest_runtest_logreport(report)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(f"{report.nodeid}\n{report.longreprtext[-1500:]}")
        elif report.skipped:
            self.skipped.append(f"{report.nodeid}: {report.longrepr[2]}")
        elif getattr(report, "when", "") == "call":
            self.passed += 1


def forget():
    """No library that is absent is left among the imported ones."""
    for name in [name for name in sys.modules if name.split(".")[0] in ABSENT]:
        del sys.modules[name]


def run(path):
    """What came of the tests in the file ``path``: passed, failed, skipped."""
    Absent.running = False
    plugin = Plugin()
    options = ["-q", "--tb=short", "--capture=sys", "-W", "default"]
    off = ["-p", "no:cacheprovider", "-p", "no:faulthandler"]
    finder = Finder()
    sys.meta_path.insert(0, finder)
    ended = pytest.main([*options, *off, str(path)], plugins=[plugin])
    sys.meta_path.remove(finder)
    if ended not in (0, 1):
        plugin.failed.append(f"{path}: pytest ended with {ended!r}")
    return {k: getattr(plugin, k) for k in ("passed", "failed", "skipped")}


def imported(package):
    """Each module of ``package``, and why it can't be imported (or nothing)."""
    told = {}
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        try:
            importlib.import_module(found.name)
            told[found.name] = ""
        except Exception as error:
            told[found.name] = f"{type(error).__name__}: {error}"
    return told
