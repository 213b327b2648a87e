"""{folklore-list}: every tested claim of the lessons on one page, with its verdict.

The boxes of the lessons (admonitions of class ``folklore``) are the only source. A box
must have a paragraph that begins **Folklore.** and one that begins **Verdict: …**.
"""

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

logger = logging.getLogger(__name__)
KEPT = (nodes.Text, nodes.emphasis, nodes.strong, nodes.literal, nodes.math)


class folklore_list(nodes.General, nodes.Element):
    """Where the list is put once all documents are read."""


class FolkloreList(SphinxDirective):
    """``{folklore-list}``, without argument or content."""

    def run(self):
        return [folklore_list()]


def written(paragraph):
    """The children that show something (MyST may put an empty text first)."""
    return [child for child in paragraph.children if child.astext()]


def first_words(paragraph):
    """What a paragraph says in bold at its beginning."""
    lead = written(paragraph)[:1]
    return lead[0].astext() if lead and isinstance(lead[0], nodes.strong) else ""


def plain(paragraph):
    """A copy of the paragraph's children without sources in brackets; a gap is an error.

    Links (to a lesson, to a source that is part of the sentence) stay to be resolved.
    """
    copies = []
    for child in written(paragraph):
        if isinstance(child, KEPT):
            copies.append(child.deepcopy())
        elif child.get("refdomain") == "cite" and child.get("reftype") != "t":
            if copies and isinstance(copies[-1], nodes.Text):  # the box names it
                copies[-1] = nodes.Text(copies[-1].rstrip())
        elif isinstance(child, pending_xref):
            copies.append(child.deepcopy())
        elif isinstance(child, nodes.Inline) and child.astext():
            copies.append(nodes.Text(child.astext()))
        else:
            logger.warning(
                "a folklore box's claim and verdict may hold text and formulas only, "
                "got %s",
                type(child).__name__,
                location=paragraph,
            )
    return copies


def collect(app, doctree):
    """Give each box of a document an address, and remember claim and verdict."""
    boxes = []
    for box in doctree.findall(nodes.admonition):
        if "folklore" not in box["classes"]:
            continue
        parts = {"Folklore": None, "Verdict": None}
        for paragraph in box.findall(nodes.paragraph):
            for key in parts:
                if first_words(paragraph).startswith(key):
                    parts[key] = paragraph
        missing = [key for key, paragraph in parts.items() if paragraph is None]
        if missing:
            logger.warning(
                "a folklore box has no paragraph **%s…**", missing[0], location=box
            )
            continue
        anchor = f"folklore-{len(boxes) + 1}"
        box["ids"].append(anchor)
        boxes.append((anchor, plain(parts["Folklore"])[1:], plain(parts["Verdict"])))
    if boxes:
        app.env.folklore[app.env.docname] = boxes


def resolved(app, docname, copy):
    """The link that ``copy`` stands for, seen from ``docname``."""
    if not isinstance(copy, pending_xref):
        return copy
    link = app.env.domains[copy["refdomain"]].resolve_xref(
        app.env,
        docname,
        app.builder,
        copy["reftype"],
        copy["reftarget"],
        copy,
        copy[0].deepcopy() if len(copy) else nodes.inline(),
    )
    if link is None:
        logger.warning("no such target: %s", copy["reftarget"], location=docname)
    return link or nodes.Text(copy.astext())


def fill(app, doctree, docname):
    """Put the list in its place: a section a lesson, in reading order."""
    for place in list(doctree.findall(folklore_list)):
        # Sphinx loads MathJax only where it has seen a formula itself.
        app.env.get_domain("math").data["has_equations"][docname] = True
        known, content = app.env.folklore, []
        for source in app.env.toctree_includes.get(app.config.root_doc, []):
            if source not in known:
                continue
            title = app.env.titles[source].astext()
            section = nodes.section(ids=[f"from-{source.rpartition('/')[2]}"])
            section += nodes.title(title, title)
            for anchor, claim, verdict in known[source]:
                item = nodes.container(classes=["claim"])
                said, line = (
                    [resolved(app, docname, part.deepcopy()) for part in parts]
                    for parts in (claim, verdict)
                )
                item += nodes.paragraph("", "", *said, classes=["said"])
                line = nodes.paragraph("", "", *line)
                line += nodes.Text(" ")
                line += make_refnode(
                    app.builder, docname, source, anchor, nodes.Text("The experiment")
                )
                item += line
                section += item
            content.append(section)
        place.replace_self(content)


def setup(app):
    app.add_node(folklore_list)
    app.add_directive("folklore-list", FolkloreList)

    def begin(app, env, docnames):
        if not hasattr(env, "folklore"):
            env.folklore = {}

    def purge(app, env, docname):
        getattr(env, "folklore", {}).pop(docname, None)

    def merge(app, env, docnames, other):
        env.folklore.update(getattr(other, "folklore", {}))

    def updated(app, env):
        # The page is written again only when what it says of the lessons changed.
        before, now = (
            getattr(env, "folklore_shown", None),
            str(sorted(env.folklore.items())),
        )
        env.folklore_shown = now
        return [d for d in env.all_docs if d == "folklore" and before != now]

    app.connect("env-before-read-docs", begin)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", updated)
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
