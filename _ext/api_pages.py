"""The reference of the library: a page a module, written from its docstrings.

The pages ``api/*.md`` are made from this table at every build and kept out of the
repository. It also says which lesson teaches a module: the module's page links to the
lesson, and the lesson's first box to the module, as soon as both exist.
"""

import ast
import importlib
import re
import sys
from pathlib import Path

import numpy as np
from docutils import nodes
from sphinx.ext.autodoc.mock import _MockObject
from sphinx.util.docutils import SphinxDirective

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


_documented = {}


def _index(app):
    """Every public name and where it is documented: sgd → descent.optimizers.sgd."""
    from sphinx.ext.autodoc.mock import mock

    _documented.clear()
    with mock(app.config.autodoc_mock_imports):
        for short in modules(app.srcdir):
            module = importlib.import_module(f"descent.{short}")
            _documented[module.__name__] = _documented[short] = module.__name__
            for name in public(module):
                full = f"{module.__name__}.{name}"
                _documented.setdefault(name, full)
                _documented[full] = _documented[f"{short}.{name}"] = full


def _link(match, module):
    """A name in single backticks: a link if it is documented, else code."""
    if match["code"]:
        return match["code"]
    name = match["name"]
    for candidate in (f"{module}.{name}", name):
        if candidate in _documented:
            return f":py:obj:`{name} <{_documented[candidate]}>`"
    return f"``{name}``"


def _docstring(app, what, name, obj, options, lines):
    if not _documented:
        _index(app)
    module = ".".join(name.split(".")[:2])
    lines[:] = [BACKTICKS.sub(lambda m: _link(m, module), line) for line in lines]


def _skip(app, what, name, obj, skip, options):
    """A named tuple's fields are told in its docstring; Python's own note says nothing."""
    if (getattr(obj, "__doc__", None) or "").startswith("Alias for field number"):
        return True
    return None


# ------------------------------------------------------------------ taught in


class taught_place(nodes.General, nodes.Element):
    """Where a module's lessons are named."""


class Taught(SphinxDirective):
    """``{taught} optimizers``: the lessons that teach the module."""

    required_arguments = 1

    def run(self):
        return [taught_place("", module=self.arguments[0])]


class library_place(nodes.General, nodes.Element):
    """Where the modules are listed."""


class Library(SphinxDirective):
    """``{library}``: every module with the first sentence of its docstring."""

    def run(self):
        return [library_place()]


def _links(app, docname, targets):
    """Links with commas between them; ``targets`` are (document, text)."""
    out = []
    for i, (target, text) in enumerate(targets):
        out += [nodes.Text(", ")] if i else []
        uri = app.builder.get_relative_uri(docname, target)
        out.append(nodes.reference("", text, internal=True, refuri=uri))
    return out


def _docs(srcdir, name):
    """A module's docstring, without running it."""
    text = Path(srcdir, "src/descent", f"{name}.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text)) or ""


def _fill(app, doctree, docname):
    titles = app.env.titles
    for place in list(doctree.findall(taught_place)):
        lessons = [f"lessons/{stem}" for stem in MODULES[place["module"]]]
        lessons = [(doc, titles[doc].astext()) for doc in lessons if doc in titles]
        if lessons:
            text = nodes.paragraph("", "Taught in ", classes=["taught"])
            text += [*_links(app, docname, lessons), nodes.Text(".")]
            place.replace_self(text)
        else:
            place.parent.remove(place)
    for place in list(doctree.findall(library_place)):
        table = nodes.definition_list("", classes=["library"])
        for name in modules(app.srcdir):
            first = _docs(app.srcdir, name).split("\n\n")[0]
            first = " ".join(first.split()).replace("`", "")
            link = _links(app, docname, [(f"api/{name}", f"descent.{name}")])
            table += nodes.definition_list_item(
                "",
                nodes.term("", "", *link),
                nodes.definition("", nodes.paragraph("", first)),
            )
        place.replace_self(table)
    if docname.startswith("lessons/"):
        stem = docname.removeprefix("lessons/")
        used = [name for name in modules(app.srcdir) if stem in MODULES[name]]
        box = next(
            (b for b in doctree.findall(nodes.admonition) if "promise" in b["classes"]),
            None,
        )
        if used and box is not None:
            line = nodes.paragraph(
                "", "", nodes.strong("", "In the library:"), nodes.Text(" ")
            )
            line += _links(
                app, docname, [(f"api/{name}", f"descent.{name}") for name in used]
            )
            line += nodes.Text(".")
            box += line


def setup(app):
    _let_mocks_be_arrays()
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("source_pages")
    app.setup_extension("numpydoc")
    app.add_node(taught_place)
    app.add_node(library_place)
    app.add_directive("taught", Taught)
    app.add_directive("library", Library)
    app.connect("config-inited", _write_pages, priority=200)
    app.connect("autodoc-process-docstring", _docstring, priority=300)
    app.connect("autodoc-skip-member", _skip)
    app.connect("doctree-resolved", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
