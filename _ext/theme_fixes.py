"""What the theme leaves undone: names for assistive tools, a first paint in the right
colours, no script that is not needed. Pages are mended after they are written."""

import re
from pathlib import Path

import icons
from sphinx.util import logging

logger = logging.getLogger(__name__)

# Light or dark is known before the first paint, also where storage is closed to scripts.
FIRST_PAINT = """<script>
    (function (root) {
      var mode = null;
      try { mode = localStorage.getItem("mode"); } catch (e) {}
      root.mode = mode || "auto";
      root.theme = mode === "light" || mode === "dark" ? mode
        : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    })(document.documentElement.dataset);
  </script>"""

KEYS = '<span class="search-button__kbd-shortcut" aria-hidden="true">'
COLOURS = 'aria-label="Colours: system, light or dark" data-bs-title="Colours"'

# Pattern and replacement, each in every page; `.` matches line ends too.
FIXES = [
    # Icons are a style sheet here (icons.py).
    (r"\s*<!-- So that users can add custom icons -->", ""),
    (r"\s*<script[^>]*/fontawesome\.js[^>]*></script>", ""),
    (r'<script data-cfasync="false">.*?</script>', FIRST_PAINT),
    (r'(<html[^>]*) data-theme="auto"', r'\1 data-theme="light"'),
    # One viewport is enough.
    (r'(<meta name="viewport"[^>]*>)(?=<meta name="viewport")', ""),
    (
        r'(<link[^>]*rel="(?:prev|next|search|index)"[^>]*>)\s*<meta name="viewport"[^>]*>',
        r"\1",
    ),
    (r'\n\s*<meta name="docsearch:[^>]*>', ""),
    # The accessible name of a button begins with what is seen on it.
    (r'(class="btn search-button-field[^>]*?) title="Search" aria-label="Search"', r"\1"),
    (r'<span class="search-button__kbd-shortcut">', KEYS),
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    (r'aria-label="Color mode" data-bs-title="Color mode"', COLOURS),
    (r' title="(?:Light|Dark|System Settings)"(></i>)', r' aria-hidden="true"\1'),
    (r' title="Toggle primary sidebar"', ' title="Contents" aria-label="Contents"'),
    (
        r' title="Toggle secondary sidebar"',
        ' title="On this page" aria-label="On this page"',
    ),
    (r'<dialog id="pst-search-dialog"', r'\g<0> aria-label="Search"'),
    (r'<dialog id="pst-primary-sidebar-modal"', r'\g<0> aria-label="Contents"'),
    (r'<dialog id="pst-secondary-sidebar-modal"', r'\g<0> aria-label="On this page"'),
    (
        r'(class="reference internal" href="[^"]*">)([^<]+)(</a><details[^>]*><summary)>',
        r'\1\2\3 aria-label="\2: pages">',
    ),
    (r' title="(?:previous|next) page"', ""),
    (r'(<a href="[^"]*\.ipynb") target="_blank"', r"\1 download"),
    # Every piece of a page lies in a landmark, and nothing is empty.
    (r'<div id="pst-primary-sidebar"', r'\g<0> role="complementary" aria-label="Descent"'),
    (r'<div class="pst-async-banner-revealer d-none">.*?</div>', ""),
    (
        r'<div class="sidebar-primary-items__end[^>]*>\s*<div[^>]*>\s*'
        r'<div id="ethical-ad-placement"[^>]*>\s*</div>\s*</div>\s*</div>',
        "",
    ),
    (r'<footer class="bd-footer">\s*</footer>', ""),
    (
        r'<footer class="bd-footer-content">(.*?)</footer>',
        r'<div class="bd-footer-content">\1</div>',
    ),
]
FIXES = [(re.compile(pattern, re.DOTALL), new) for pattern, new in FIXES]

# Every page of the theme has it, and no page that is mended.
UNMENDED = "data-cfasync"

# Assets of the theme that no page asks for.
UNUSED = [
    "_static/scripts/fontawesome.js*",
    "_static/scripts/*.map",
    "_static/styles/*.map",
    "_static/vendor/fontawesome/**/*",
    "_static/locales/**/*",
    "_static/images/logo_*",
    "_static/*webpack-macros.html",
]
# Nor may a style sheet ask for them.
FONT = re.compile(r"@font-face\{[^}]*/vendor/fontawesome/[^}]*\}")


def mend(html):
    """A page with every fix applied."""
    for pattern, new in FIXES:
        html = pattern.sub(new, html)
    return html


def _finish(app, exception):
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for path in sorted(out.rglob("*.html")):
        html = path.read_text(encoding="utf-8")
        if UNMENDED not in html:
            continue
        mended = mend(html)
        path.write_text(mended, encoding="utf-8")
        for name in sorted(icons.missing(mended)):
            logger.warning(
                "icon fa-%s is not drawn in _ext/icons.py", name, location=str(path)
            )
    for path in out.glob("_static/styles/*.css"):
        style = path.read_text(encoding="utf-8")
        if FONT.search(style):
            path.write_text(FONT.sub("", style), encoding="utf-8")
    for pattern in UNUSED:
        for path in sorted(out.glob(pattern), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()


def _config(app, config):
    config.templates_path.append(str(Path(__file__).parent / "templates"))


def setup(app):
    app.connect("config-inited", _config)
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
