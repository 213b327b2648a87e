"""A picture without an alternative text, a caption or a name stops the build.

Notebook pictures get theirs from the cell's metadata (``mystnb``: ``image.alt``,
``figure.caption``, ``figure.name``); pictures in Markdown from ``{figure}``.
"""

import re

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)

# What MyST-NB falls back to: the name of the file, a hash.
HASH = re.compile(r"[0-9a-f]{32,}")
FEWEST_CHARACTERS = 20


def _images(doctree):
    """Every picture that a reader can meet, with its figure if it has one."""
    for image in doctree.findall(nodes.image):
        node = image.parent
        while node is not None and not isinstance(node, nodes.figure):
            node = node.parent
        yield image, node


def _complaints(image, figure):
    alt = (image.get("alt") or "").strip()
    if not alt or HASH.search(alt):
        yield "it has no alternative text (alt): say what is seen"
    elif len(alt) < FEWEST_CHARACTERS:
        yield f"its alternative text {alt!r} is too short to say what is seen"
    if figure is None:
        yield "it is not in a figure: give it a caption and a name"
        return
    captions = [c for c in figure.children if isinstance(c, nodes.caption)]
    if not captions or not captions[0].astext().strip():
        yield "its figure has no caption"
    if not figure.get("names"):
        yield "its figure has no name (fig-…), so nothing can refer to it"


def check(app, doctree):
    """Warn of each picture that says less than it must (an error under -W)."""
    for image, figure in _images(doctree):
        if "decoration" in image.get("classes", []):
            continue
        for complaint in _complaints(image, figure):
            logger.warning(
                "picture %s: %s", image.get("uri", "?"), complaint, location=image
            )


def setup(app):
    app.connect("doctree-read", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
