"""Live figures: ``{live} name`` places one, ``{live-set}`` in the text sets one.

A live figure is an ordinary numbered figure around a static picture,
``live/static/<name>.png``, which the figure's Python twin drew. Where the page is read
over http(s) its module, ``live/<name>.mjs``, puts itself in the picture's place; from a
file, on paper and without scripts the picture stands. Modules are copied beside
``_static``, whose scripts every page would load.

::

    ```{live} learning-rate
    :name: fig-gradient-descent-live
    :set: h=2
    :picture: learning-rate-steep
    :alt: What is seen.
    The caption.
    ```
    Set {live-set}`the rate to 1.3 <fig-gradient-descent-live lr=1.3>` and look.

``set`` are the first settings, where they differ from the module's own; the picture must
be drawn with the same (``PICTURES`` in the twin's drawing module).
"""

import importlib
import re
import shutil
from pathlib import Path
from urllib.parse import urlencode

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.directives.patches import Figure
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)

TARGET = re.compile(
    r"^(?P<text>.+?)\s*<(?P<figure>[\w-]+)(?P<settings>[^<>]*)>$", re.DOTALL
)
# Read as a file, a page asks for no module: browsers refuse them there.
START = 'if (location.protocol.startsWith("http")) import("{root}live/core/page.mjs");'


class live(nodes.General, nodes.Element):
    """The place of a live figure, around its static picture."""


class live_set(nodes.Inline, nodes.TextElement):
    """A link that sets a live figure of the same page."""


def settings(text):
    """``lr=0.4 schedule=cosine`` as a dictionary."""
    pairs = [item.partition("=") for item in text.split()]
    if wrong := [key for key, equals, value in pairs if not (key and equals and value)]:
        raise ValueError(f"settings are written key=value, got {wrong[0]!r}")
    return {key: value for key, _, value in pairs}


def unknown(name, given):
    """Settings that the figure's twin doesn't have."""
    twin = importlib.import_module("descent.live." + name.replace("-", "_"))
    return sorted(set(given) - set(twin.DEFAULTS))


class Live(Figure):
    """A figure whose static picture a module may replace."""

    option_spec = {
        **Figure.option_spec,
        "alt": directives.unchanged_required,
        "set": settings,
        "picture": directives.unchanged_required,
    }

    def run(self):
        name, given = self.arguments[0].strip(), self.options.pop("set", {})
        for needed in ("name", "alt"):
            if not self.options.get(needed):
                raise self.error(f"a live figure needs :{needed}:")
        if not Path(
            self.state.document.settings.env.srcdir, "live", f"{name}.mjs"
        ).exists():
            raise self.error(f"there is no live/{name}.mjs")
        if strange := unknown(name, given):
            raise self.error(f"{name} has no setting {strange[0]!r}")
        picture = self.options.pop("picture", name)
        self.arguments[0] = f"/live/static/{picture}.png"
        found = super().run()
        image = next(node for root in found for node in root.findall(nodes.image))
        place = live("", widget=name, settings=given)
        image.replace_self(place)
        place += image
        return found


class LiveSet(SphinxRole):
    """``text <fig-name key=value …>``"""

    def run(self):
        match = TARGET.match(self.text)
        try:
            given = settings(match["settings"]) if match else {}
        except ValueError as error:
            match, given = None, str(error)
        if not match:
            message = self.inliner.reporter.error(
                f"live-set is written `text <fig-name key=value>`: {given or self.text}",
                line=self.lineno,
            )
            return [], [message]
        node = live_set(self.rawtext, match["text"], figure=match["figure"], settings=given)
        self.set_source_info(node)
        return [node], []


def check(app, doctree):
    """Each ``live-set`` names a live figure of its page, and settings that it has."""
    figures = {}
    for place in doctree.findall(live):
        figure = place.parent
        while not isinstance(figure, nodes.figure):
            figure = figure.parent
        figures |= {name: (figure["ids"][0], place["widget"]) for name in figure["names"]}
    for link in doctree.findall(live_set):
        if link["figure"] not in figures:
            logger.warning("no live figure %s on this page", link["figure"], location=link)
            continue
        link["id"], name = figures[link["figure"]]
        if strange := unknown(name, link["settings"]):
            logger.warning("%s has no setting %r", name, strange[0], location=link)


def visit_live(self, node):
    first = {"data-set": urlencode(node["settings"])} if node["settings"] else {}
    mark = {"CLASS": "live", "data-live": node["widget"], **first}
    self.body.append(self.starttag(node, "div", "", **mark))


def depart_live(self, node):
    self.body.append("</div>")


def visit_set(self, node):
    link = {"CLASS": "live-set", "href": "#" + node["id"]}
    link["data-live-set"] = urlencode(node["settings"])
    self.body.append(self.starttag(node, "a", "", **link))


def depart_set(self, node):
    self.body.append("</a>")


def _pass(self, node):
    """Elsewhere the picture and the words are all there is."""


def _start(app, pagename, templatename, context, doctree):
    if doctree is not None and next(doctree.findall(live), None) is not None:
        root = "../" * pagename.count("/") or "./"
        app.add_js_file(None, body=START.format(root=root))


def _copy(app, exception):
    source, target = Path(app.srcdir, "live"), Path(app.outdir, "live")
    if exception or app.builder.format != "html" or not source.is_dir():
        return
    shutil.rmtree(target, ignore_errors=True)
    for path in source.rglob("*.mjs"):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def setup(app):
    skip = {name: (_pass, _pass) for name in ("latex", "text", "man", "texinfo")}
    app.add_node(live, html=(visit_live, depart_live), **skip)
    app.add_node(live_set, html=(visit_set, depart_set), **skip)
    app.add_directive("live", Live)
    app.add_role("live-set", LiveSet())
    app.connect("doctree-read", check)
    app.connect("html-page-context", _start)
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
