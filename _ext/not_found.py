"""404.html: a page that stands alone, since it is served at any depth.

Its links begin at the site's root, ``/`` or the path of ``DESCENT_URL``.
"""

from html import escape
from pathlib import Path
from urllib.parse import urlparse

from site_address import site_url

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="description" content="There is no page at this address.">
<title>Page not found — Descent</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ margin: 0; min-height: 100vh; display: grid; place-items: center;
    font: 1rem/1.6 -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
    color: #1d262c; background: #fff; }}
  main {{ max-width: 34rem; padding: 2rem; }}
  svg {{ width: 9rem; height: auto; }}
  h1 {{ font-size: 1.8rem; letter-spacing: -.012em; margin: .6rem 0; }}
  a {{ color: #0f6480; }}
  @media (prefers-color-scheme: dark) {{
    body {{ color: #d9e1e6; background: #12171b; }} a {{ color: #78c3dc; }} }}
</style>
</head>
<body>
<main>
{logo}
<h1>No page at this address</h1>
<p>This walk ended far from its goal: a mistyped address, or a page that has moved.</p>
<ul>
{links}
</ul>
</main>
</body>
</html>
"""


def _write(app, exception):
    if exception or app.builder.format != "html":
        return
    prefix = urlparse(site_url()).path or "/"
    root = app.config.root_doc
    pages = [root] + [
        p for p in app.env.toctree_includes.get(root, []) if p in app.env.titles
    ]
    links = "\n".join(
        f'<li><a href="{escape(prefix + app.builder.get_target_uri(page))}">'
        f"{escape(app.env.titles[page].astext())}</a></li>"
        for page in pages
    )
    logo = Path(app.srcdir, "_static/logo.svg").read_text(encoding="utf-8")
    logo = logo.replace("<svg ", '<svg aria-hidden="true" ', 1)
    page = PAGE.format(logo=logo, links=links)
    path = Path(app.outdir, "404.html")
    if not path.exists() or path.read_text(encoding="utf-8") != page:
        path.write_text(page, encoding="utf-8")


def setup(app):
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
