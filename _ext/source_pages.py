"""The library's source, a page a module, for the [source] links of its reference.

Sphinx's own viewcode imports every module at every build and gives each page the whole
frame of the site. Here the pages are plain and made beside the build, by a process of
their own: ``python source_pages.py <library> <folder>``.
"""

import ast
import subprocess
import sys
from html import escape
from pathlib import Path

PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="The source of the module {name}, as the lessons use it.">
<meta property="og:title" content="{name}: source">
<meta property="og:description" content="The source of the module {name}.">
<meta property="og:type" content="website">
<meta property="og:site_name" content="Descent">
<title>{name}: source — Descent</title>
{first_paint}
<link rel="icon" href="../../_static/favicon.svg">
<link rel="stylesheet" href="../../_static/pygments.css">
<style>
  html[data-theme="light"] {{ --text: #1d262c; --page: #fff; --link: #0f6480; }}
  html[data-theme="dark"] {{ --text: #d9e1e6; --page: #12171b; --link: #78c3dc; }}
  body {{ margin: 0; color: var(--text); background: var(--page);
    font: 1rem/1.6 -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }}
  main {{ max-width: 62rem; margin: auto; padding: 1.5rem; }}
  a {{ color: var(--link); }}
  h1 {{ font-size: 1.6rem; }}
  .highlight, .highlight pre {{ background: none !important; }}
  pre {{ font-size: .88rem; line-height: 1.5; overflow-x: auto; }}
  :target {{ outline: .15rem solid var(--link); outline-offset: .3rem; }}
</style>
</head>
<body>
<main>
<h1>{name}</h1>
<p>{back}</p>
<div class="highlight"><pre tabindex="0">{code}</pre></div>
</main>
</body>
</html>
"""


def definitions(tree):
    """Line and name of each class, function and method."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        if isinstance(node, ast.ClassDef):
            for child in node.body:
                if isinstance(child, ast.FunctionDef):
                    yield child.lineno, f"{node.name}.{child.name}"


def page(path, documented):
    """A module as HTML; each definition has its name as an address."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer
    from theme_fixes import FIRST_PAINT

    text = path.read_text(encoding="utf-8")
    lines = highlight(text, PythonLexer(), HtmlFormatter(nowrap=True)).split("\n")
    for line, name in definitions(ast.parse(text)):
        # A decorator is above the line of its function, which is what a link leads to.
        lines[line - 1] = f'<span id="{escape(name)}">{lines[line - 1]}</span>'
    back = '<a href="../../api.html">The library</a>'
    if path.stem in documented:
        back = f'<a href="../../api/{path.stem}.html">Its reference</a> · {back}'
    return PAGE.format(
        name=f"descent.{path.stem}",
        back=back,
        code="\n".join(lines),
        first_paint=FIRST_PAINT,
    )


def write(library, folder):
    """Every module that changed since its page was written."""
    from api_pages import MODULES

    folder.mkdir(parents=True, exist_ok=True)
    paths = {p.stem: p for p in library.glob("*.py") if not p.stem.startswith("__")}
    for old in folder.glob("*.html"):
        if old.stem not in paths:
            old.unlink()
    newest = max(p.stat().st_mtime for p in Path(__file__).parent.glob("*.py"))
    for stem, path in paths.items():
        target = folder / f"{stem}.html"
        if target.exists() and target.stat().st_mtime > max(path.stat().st_mtime, newest):
            continue
        target.write_text(page(path, MODULES), encoding="utf-8")


def _start(app):
    if app.builder.name != "html":
        return
    folder = Path(app.outdir, "_modules", "descent")
    library = Path(app.srcdir, "src", "descent")
    app.descent_sources = subprocess.Popen(
        [sys.executable, __file__, str(library), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _finish(app, exception):
    process = getattr(app, "descent_sources", None)
    if process is None:
        return
    said, _ = process.communicate()
    if process.returncode and exception is None:
        raise RuntimeError(f"the library's source pages could not be written:\n{said}")


def resolve(domain, info):
    """Where the source of a documented object is; for `sphinx.ext.linkcode`."""
    item = sys.modules.get(info["module"])
    for part in info["fullname"].split("."):
        item = getattr(item, part, None)
    item = getattr(item, "fget", item)  # a property
    item = getattr(item, "__wrapped__", item)
    module, name = getattr(item, "__module__", None), getattr(item, "__qualname__", None)
    if domain != "py" or not name or not str(module).startswith("descent."):
        return None
    if "<locals>" in name or "<lambda>" in name:
        return None
    return f"../_modules/descent/{module.partition('.')[2]}.html#{name}"


def _config(app, config):
    config.linkcode_resolve = resolve


def setup(app):
    app.setup_extension("sphinx.ext.linkcode")
    app.connect("config-inited", _config, priority=100)
    app.connect("builder-inited", _start)
    app.connect("build-finished", _finish, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    write(Path(sys.argv[1]), Path(sys.argv[2]))
