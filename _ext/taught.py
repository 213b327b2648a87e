"""Links between the library and the lessons, both ways.

A module's page links to the lessons that teach it, and each function on it to the
sections of the lessons that use it (`uses`). The first box of a lesson links back, to the
modules that it teaches and to each of their functions that its code uses.
"""

import ast
from pathlib import Path

import uses
from api_pages import MODULES, documented, index, modules
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective


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
    """Links with commas between them; ``targets`` are (document or document#id, text)."""
    out = []
    for i, (target, text) in enumerate(targets):
        out += [nodes.Text(", ")] if i else []
        document, mark, place = target.partition("#")
        uri = app.builder.get_relative_uri(docname, document) + mark + place
        out.append(nodes.reference("", text, internal=True, refuri=uri))
    return out


def _docs(srcdir, name):
    """A module's docstring, without running it."""
    text = Path(srcdir, "src/descent", f"{name}.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text)) or ""


_places = {}


def _forget_places(app, env):
    """Read the lessons anew, and write all pages of the reference if one has changed."""
    _places.clear()
    return [doc for doc in env.found_docs if doc.startswith("api/")]


def _used(app):
    """Where each function is used: name → lesson → section."""
    if not _places:
        if not documented:
            index(app)
        _places.update(uses.places(app.env, documented))
    return _places


def _name_lessons(app, doctree, docname):
    """Below each function the lessons that use it, or those that teach its module."""
    teaching = [f"lessons/{stem}" for stem in MODULES[docname.removeprefix("api/")]]
    for entry in doctree.findall(addnodes.desc):
        names = [
            name for part in entry.findall(addnodes.desc_signature) for name in part["ids"]
        ]
        if not names or names[0].count(".") != 2:  # a method belongs to its class
            continue
        at = _used(app).get(names[0]) or dict.fromkeys(teaching, "")
        lessons = [doc for doc in teaching if doc in at]
        lessons += [doc for doc in at if doc not in lessons]
        targets = [
            (f"{doc}#{at[doc]}" if at[doc] else doc, app.env.titles[doc].astext())
            for doc in lessons
            if doc in app.env.titles
        ]
        if targets:
            line = nodes.paragraph("", "In lessons: ", classes=["taught"])
            line += [*_links(app, docname, targets), nodes.Text(".")]
            entry.next_node(addnodes.desc_content).append(line)


def _functions(app, docname, module):
    """The documented functions of a module that a lesson uses, in alphabetical order."""
    names = [name for name, at in _used(app).items() if docname in at]
    return sorted(name for name in names if name.startswith(f"descent.{module}."))


def _fill(app, doctree, docname):
    titles = app.env.titles
    if docname.startswith("api/"):
        _name_lessons(app, doctree, docname)
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
            for i, module in enumerate(used):
                line += [nodes.Text("; ")] if i else []
                line += _links(app, docname, [(f"api/{module}", f"descent.{module}")])
                functions = [
                    (f"api/{module}#{name}", name.rpartition(".")[2])
                    for name in _functions(app, docname, module)
                ]
                if functions:
                    line += [nodes.Text(" ("), *_links(app, docname, functions)]
                    line += nodes.Text(")")
            line += nodes.Text(".")
            box += line


def setup(app):
    app.add_node(taught_place)
    app.add_node(library_place)
    app.add_directive("taught", Taught)
    app.add_directive("library", Library)
    app.connect("env-updated", _forget_places)
    app.connect("doctree-resolved", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
