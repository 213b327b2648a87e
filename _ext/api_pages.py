"""The reference of the library: a page a module, written from its docstrings.

The pages ``api/*.md`` are made from this table at every build and kept out of the
repository. It also says which lesson teaches a module; the links between the two are
made by `taught`.
"""

import importlib
import re
import sys
from pathlib import Path

import numpy as np
from sphinx.ext.autodoc.mock import _MockModule, _MockObject

# The modules, in the order in which the library reads, and the lessons that teach them.
MODULES = {
    "datasets": ["gradient_descent", "data_splits", "digits_from_scratch"],
    "problems": ["gradient_descent", "optimizers"],
    "sampling": ["minibatch_sgd", "stochastic_gradient_descent"],
    "splits": ["data_splits", "digits_from_scratch"],
    "schedules": ["stochastic_gradient_descent", "optimizers"],
    "optimizers": ["optimizers", "gradient_descent"],
    "training": ["stochastic_gradient_descent", "data_splits"],
    "checkpoints": ["optimizers"],
    "networks": ["backpropagation", "vanishing_gradients", "digits_from_scratch"],
    "tape": ["backpropagation"],
    "dual": ["jacobians", "symbolic_vs_autograd"],
    "jacobians": ["jacobians"],
    "gradcheck": ["backpropagation", "gradient_descent"],
    "symbolic": ["symbolic_vs_autograd"],
    "timing": ["symbolic_vs_autograd", "minibatch_sgd"],
    "figures": [],
    "prose": [],
    "pytrees": [],
    "validation": [],
}

PAGE = """\
# descent.{name}

```{{taught}} {name}
```

```{{eval-rst}}
.. automodule:: descent.{name}
   :members:{imported}
```
"""

# ``code`` as it is; `name` alone is looked up.
BACKTICKS = re.compile(
    r"(?P<code>``.+?``(?!`))|(?<![`:\w\\])`(?P<name>[^`<>\n]+?)`(?![`_\w])"
)


def modules(srcdir):
    """Those that exist, in order."""
    return [name for name in MODULES if Path(srcdir, "src/descent", f"{name}.py").exists()]


def public(module):
    """What a module offers: ``__all__``, or what it defines itself."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]


def _write_pages(app, config):
    source = str(Path(app.srcdir, "src"))
    if source not in sys.path:
        sys.path.insert(0, source)
    folder = Path(app.srcdir, "api")
    folder.mkdir(exist_ok=True)
    wanted = {}
    for name in modules(app.srcdir):
        # A module with a list of what it offers also offers what it imports.
        text = Path(app.srcdir, "src/descent", f"{name}.py").read_text(encoding="utf-8")
        lists = re.search(r"^__all__\b", text, re.MULTILINE)
        wanted[folder / f"{name}.md"] = PAGE.format(
            name=name, imported="\n   :imported-members:" if lists else ""
        )
    for path in folder.glob("*.md"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


# ------------------------------------------------------------------ docstrings


def _let_mocks_be_arrays():
    """`figures` computes with colours of Matplotlib, which is not there, as it loads."""
    before = _MockObject.__getattr__

    def attribute(self, key):
        if key.startswith("__array"):
            raise AttributeError(key)
        return before(self, key)

    _MockObject.__getattr__ = attribute
    _MockObject.__array__ = lambda self, *args, **kwargs: np.zeros(3)
    module = _MockModule.__getattr__
    settings = "rcParamsDefault"  # which `figures` copies, as a dictionary
    _MockModule.__getattr__ = lambda self, key: {} if key == settings else module(self, key)


documented = {}


def index(app):
    """Every public name and where it is documented: sgd → descent.optimizers.sgd."""
    from sphinx.ext.autodoc.mock import mock

    documented.clear()
    with mock(app.config.autodoc_mock_imports):
        for short in modules(app.srcdir):
            module = importlib.import_module(f"descent.{short}")
            documented[module.__name__] = documented[short] = module.__name__
            for name in public(module):
                full = f"{module.__name__}.{name}"
                documented.setdefault(name, full)
                documented[full] = documented[f"{short}.{name}"] = full


def _link(match, module):
    """A name in single backticks: a link if it is documented, else code."""
    if match["code"]:
        return match["code"]
    name = match["name"]
    for candidate in (f"{module}.{name}", name):
        if candidate in documented:
            return f":py:obj:`{name} <{documented[candidate]}>`"
    return f"``{name}``"


def _docstring(app, what, name, obj, options, lines):
    if not documented:
        index(app)
    module = ".".join(name.split(".")[:2])
    lines[:] = [BACKTICKS.sub(lambda m: _link(m, module), line) for line in lines]


def _skip(app, what, name, obj, skip, options):
    """A named tuple's fields are told in its docstring; Python's own note says nothing."""
    if (getattr(obj, "__doc__", None) or "").startswith("Alias for field number"):
        return True
    return None


def setup(app):
    _let_mocks_be_arrays()
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("source_pages")
    app.setup_extension("numpydoc")
    app.setup_extension("taught")
    app.connect("config-inited", _write_pages, priority=200)
    app.connect("autodoc-process-docstring", _docstring, priority=300)
    app.connect("autodoc-skip-member", _skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
