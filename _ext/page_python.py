"""Python in the page: which cells run there, and what the site must carry for it.

Cells are marked at build time: class ``runs`` for those that need only what Python has
in a page, class ``lacks`` and ``data-lacks`` for the others (``tools/page_cells.py``).
The modules in ``page/`` are copied beside ``_static``; the first of them makes the
buttons, where the page is read over http(s) and the site carries Python. Nothing else is
asked for before a reader presses Run: ``page/cells/<page>.json`` holds all code cells,
those that the page does not show included, ``page/course.json`` what the library needs.
"""

import json
import shutil
import sys
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)

# Read as a file, a page asks for no module: browsers refuse them there.
START = (
    'if (location.protocol.startsWith("http")) '
    'import("{root}page/start.mjs").then((m) => m.start({doc}));'
)


def _tools(app):
    if (root := str(app.srcdir)) not in sys.path:
        sys.path.append(root)
    from tools import page_cells, page_readings, page_runtime

    return page_cells, page_readings, page_runtime


def is_notebook(app, doc):
    path = Path(app.env.doc2path(doc))
    return path.suffix == ".ipynb" and path.parent.name in ("lessons", "labs")


def reading(app, doc):
    """The notebook of a page, read once for all builds until something in it, in its
    checks or in the library changes."""
    _, page_readings, _ = _tools(app)
    path, kept = Path(app.env.doc2path(doc)), _kept(app.env)
    key = page_readings.key(path)
    if doc not in kept or kept[doc]["key"] != key:
        kept[doc] = {"key": key, **page_readings.reading(path)}
    return kept[doc]


def _kept(env):
    if not hasattr(env, "page_readings"):
        env.page_readings = {}
    return env.page_readings


def _merge(app, env, docs, other):
    """Take over what another process has read."""
    kept = _kept(other)
    _kept(env).update({doc: kept[doc] for doc in docs if doc in kept})


def _lacks(found):
    return {cell["id"]: cell["lacks"] for cell in found["cells"]}


def _outdated(app, env, added, changed, removed):
    """Pages whose cells are marked otherwise now, though their notebooks are the same."""
    found = []
    for doc in sorted(env.found_docs - added - changed - removed):
        if is_notebook(app, doc):
            before = _kept(env).get(doc)
            if before is None or _lacks(before) != _lacks(reading(app, doc)):
                found.append(doc)
    return found


def mark(app, doctree):
    """Say of each cell of a page whether it runs there."""
    doc = app.env.docname
    if app.builder.format != "html" or not is_notebook(app, doc):
        return
    found = reading(app, doc)
    lacks = _lacks(found)
    for node in doctree.findall(nodes.container):
        if node.get("nb_element") != "cell_code":
            continue
        name = found["ids"][node["cell_index"]]
        if name not in lacks or not any(
            child.get("nb_element") == "cell_code_source" for child in node.children
        ):
            continue
        node["ids"].append(f"cell-{name}")
        node["classes"].append("lacks" if lacks[name] else "runs")


def _start(app, pagename, templatename, context, doctree):
    if doctree is None or not is_notebook(app, pagename):
        return
    root = "../" * pagename.count("/") or "./"
    app.add_js_file(None, body=START.format(root=root, doc=json.dumps(pagename)))
    context["body"] = _with_reasons(context["body"], reading(app, pagename)["cells"])


def _with_reasons(html, cells):
    """What a cell lacks, as an attribute of its element."""
    for cell in cells:
        if cell["lacks"]:
            mark = f'id="cell-{cell["id"]}"'
            html = html.replace(mark, f'{mark} data-lacks="{cell["lacks"]}"', 1)
    return html


def _json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _finish(app, exception):
    source, target = Path(app.srcdir, "page"), Path(app.outdir, "page")
    if exception or app.builder.name != "html" or not source.is_dir():
        return
    page_cells, _, page_runtime = _tools(app)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in sorted(p for p in source.iterdir() if p.suffix in (".mjs", ".py", ".txt")):
        shutil.copyfile(path, target / path.name)
    for doc in sorted(filter(lambda doc: is_notebook(app, doc), app.env.found_docs)):
        _json(target / "cells" / f"{doc}.json", reading(app, doc)["cells"])
    wheels = sorted(Path(app.outdir, "downloads").glob("*.whl"))
    course = {"wheel": wheels[-1].name, "modules": page_cells.packages_of_modules()}
    _json(target / "course.json", course)
    page_runtime.put_into(Path(app.outdir))


def setup(app):
    app.connect("env-get-outdated", _outdated)
    app.connect("env-merge-info", _merge)
    app.connect("doctree-read", mark)
    app.connect("html-page-context", _start)
    app.connect("build-finished", _finish, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
