"""Which pages the built site has."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("DESCENT_SITE_FOLDER", HERE / "_build" / "html"))
ROOT = SITE.parents[1]


def documents():
    """Every page that a reader meets, as paths below the site's root."""
    pages = (path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    return sorted(p for p in pages if not p.startswith(("_static/", "_sources/")))


def content_pages():
    """Pages written by authors or from docstrings: no index, no listing of sources."""
    apart = ("genindex.html", "py-modindex.html", "search.html", "404.html", "index.html")
    return [p for p in documents() if p not in apart and not p.startswith("_modules/")]


def lesson_pages():
    return [p for p in content_pages() if p.startswith("lessons/")]
