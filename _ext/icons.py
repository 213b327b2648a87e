"""The theme's icons as one small style sheet, instead of Font Awesome (542 kB gzipped).

The theme marks icons as ``<i class="fa-solid fa-sun">``. Each name that a page uses is
drawn here as strokes on a 24 × 24 grid; a name that is missing is a warning.
"""

import re
from pathlib import Path

from sphinx.util import logging

logger = logging.getLogger(__name__)

STYLE_SHEET = "icons.css"

STROKES = {
    "angle-left": "M15 5l-7 7 7 7",
    "angle-right": "M9 5l7 7-7 7",
    "arrow-up": "M12 20V4M5 11l7-7 7 7",
    "bars": "M4 6h16M4 12h16M4 18h16",
    "chevron-down": "M5 9l7 7 7-7",
    "circle-half-stroke": "M12 3a9 9 0 100 18 9 9 0 000-18zM12 3v18M12 8h7M12 12h9M12 16h7",
    "cloud": "M7 18h10a4.500 4.500 0 000-9 6 6 0 00-11.500 1A4 4 0 007 18z",
    "code": "M8 6l-6 6 6 6M16 6l6 6-6 6",
    "download": "M12 3v12M6 10l6 6 6-6M4 20h16",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5",
    "file-pdf": "M7 8V3h10v5M7 17H3V9h18v8h-4M7 14h10v7H7z",
    "home": "M3 11l9-8 9 8M6 9v12h12V9",
    "lightbulb": "M9 18h6M10 21h4M8.5 15a6.5 6.5 0 117 0v1h-7z",
    "list": "M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01",
    "magnifying-glass": "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21",
    "moon": "M20 14A8.5 8.5 0 019.5 4a8.5 8.5 0 1010.500 10z",
    "pencil-alt": "M4 20l1-5L16 4l4 4L9 19z",
    "sun": "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v3M12 19v3M2 12h3M19 12h3"
    "M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
    "xmark": "M5 5l14 14M19 5L5 19",
    # Repository buttons, where a repository is known: a branching line for all of them.
    "github": "M6 8v8M6 5.500a2 2 0 100 .01M6 18.500a2 2 0 100 .01M18 8c0 6-12 3-12 8"
    "M18 5.500a2 2 0 100 .01",
}
STROKES["gitlab"] = STROKES["bitbucket"] = STROKES["github"]
# Other words that begin with fa-: a family or a size.
MODIFIERS = {"solid", "regular", "brands", "lg", "fw"}
CLASSES = re.compile(r'class="([^"]*\bfa-[^"]*)"')
NAME = re.compile(r"\bfa-([a-z-]+)")


def style_sheet():
    """One rule an icon: a mask, so that the colour is the text's."""
    names = ",".join(f".fa-{name}::before" for name in STROKES)
    rules = [
        f"{names}{{content:''!important;display:inline-block;width:1em;height:1em;"
        "vertical-align:-.14em;background:currentColor;"
        "-webkit-mask:var(--i) center/contain no-repeat;"
        "mask:var(--i) center/contain no-repeat}"
    ]
    for name, path in STROKES.items():
        svg = (
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' "
            "stroke='%23000' stroke-width='2' stroke-linecap='round' "
            f"stroke-linejoin='round'><path d='{path}'/></svg>"
        )
        rules.append(f'.fa-{name}{{--i:url("data:image/svg+xml,{svg}")}}')
    return "\n".join(rules) + "\n"


def missing(html):
    """Names of icons in a page that are not drawn here."""
    used = set()
    for classes in CLASSES.findall(html):
        used.update(NAME.findall(classes))
    return used - STROKES.keys() - MODIFIERS


def _write(app, exception):
    if exception or app.builder.format != "html":
        return
    path = Path(app.outdir, "_static", STYLE_SHEET)
    if not path.exists() or path.read_text(encoding="utf-8") != style_sheet():
        path.write_text(style_sheet(), encoding="utf-8")


def setup(app):
    app.add_css_file(STYLE_SHEET)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
