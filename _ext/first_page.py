"""The first page's picture and its path through the lessons, both computed.

``{bowl}`` draws two walks of the same length down one bowl, made by `descent` itself;
``{walk}`` tells how far they came.
``{start}``, ``{abilities}`` and ``{lessons}`` speak of the lessons of ``_toc.yml`` and of
no others: a link to the first, what each promises first, and a card for each.
"""

import math
import sys
from pathlib import Path

import numpy as np
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

N_STEPS = 22
CONDITION = 25.0
START = (-1.0, 0.08)
# The picture in user units: one unit of w is SCALE of them.
WIDTH, HEIGHT, SCALE, CENTRE = 960, 300, 790, (830, 150)


def _descent(app):
    """The library, from this very checkout."""
    source = str(Path(app.srcdir, "src"))
    if source not in sys.path:
        sys.path.insert(0, source)
    from descent import optimizers, problems

    return optimizers, problems


def walks(app):
    """Where gradient descent and momentum go, each at its best constant rate."""
    optimizers, problems = _descent(app)
    h = (1.0, CONDITION)
    bowl = problems.quadratic(np.array(h))
    root = math.sqrt(CONDITION)
    rules = {
        "gradient descent": optimizers.sgd(2 / (h[0] + h[1])),
        "momentum": optimizers.momentum(
            4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2
        ),
    }
    paths = {}
    for name, rule in rules.items():
        w = np.array(START)
        state, path = rule.init(w), [w]
        for _ in range(N_STEPS):
            w, state = rule.update(w, bowl.gradient(w), state)
            path.append(w)
        paths[name] = np.array(path)
    return bowl, paths


def _place(point):
    return f"{CENTRE[0] + SCALE * point[0]:.1f} {CENTRE[1] - SCALE * point[1]:.1f}"


def _rounded(number):
    """Two significant digits, thousands apart: 47 and 180,000."""
    return f"{float(f'{number:.2g}'):,.0f}"


def _svg(paths, alt):
    rings = []
    for level in np.geomspace(1.75, 0.05, 9):
        rx, ry = SCALE * level, SCALE * level / math.sqrt(CONDITION)
        rings.append(
            f'<ellipse cx="{CENTRE[0]}" cy="{CENTRE[1]}" rx="{rx:.1f}" ry="{ry:.1f}"/>'
        )
    lines = []
    for name, path in paths.items():
        # Told apart by their dots too: full for gradient descent, rings for momentum.
        colour, dot = {
            "gradient descent": ("var(--d-orange)", 'fill="var(--d-orange)" r="3.6"'),
            "momentum": ("var(--d-teal)", 'fill="var(--pst-color-background)" r="4.4"'),
        }[name]
        line = "M" + "L".join(_place(p) for p in path)
        dots = "".join(
            '<circle cx="{}" cy="{}" {}/>'.format(*_place(p).split(), dot) for p in path
        )
        lines.append(
            f'<g stroke="{colour}" stroke-width="2.2" stroke-linejoin="round">'
            f'<path d="{line}" fill="none"/>{dots}</g>'
        )
    size = f'width="{WIDTH}" height="{HEIGHT}" rx="8"'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{alt}">'
        f'<clipPath id="bowl"><rect {size}/></clipPath><g clip-path="url(#bowl)">'
        f'<g fill="var(--d-teal)" fill-opacity=".055" stroke="var(--d-teal)" '
        f'stroke-opacity=".3">{"".join(rings)}</g>{"".join(lines)}</g></svg>'
    )


class Bowl(SphinxDirective):
    """``{bowl}``: the picture, and a caption with what each walk reached."""

    def run(self):
        bowl, paths = walks(self.env.app)
        for module in ("optimizers", "problems", "landscapes"):
            self.env.note_dependency(f"src/descent/{module}.py")
        alt = (
            "Contours of a long narrow bowl. From one start at its far left, "
            f"{N_STEPS} steps of gradient descent zigzag across the valley and are still "
            "on their way; as many steps with momentum swing wider, and have reached the "
            "bottom."
        )
        slow, fast = (_rounded(bowl.loss(p[0]) / bowl.loss(p[-1])) for p in paths.values())
        caption = nodes.caption()
        caption += nodes.Text(
            f"One bowl, one start, {N_STEPS} steps each, with the settings that theory "
            "calls best for this bowl. Gradient descent (orange, full dots) has made the "
            f"loss {slow} times smaller, momentum (blue, rings) {fast} times. Every point "
            "was computed when this page was built, by the library that the lessons build."
        )
        figure = nodes.figure("", classes=["hero"])
        figure += nodes.raw("", _svg(paths, alt), format="html")
        figure += caption
        return [figure]


def walk_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """``{walk}`momentum 3` ``: the loss of that walk of the picture after three steps."""
    rule, _, step = text.rpartition(" ")
    bowl, paths = walks(inliner.document.settings.env.app)
    return [nodes.Text(f"{bowl.loss(paths[rule][int(step)]):.2g}")], []


class lesson_place(nodes.General, nodes.Element):
    """Where something about the lessons goes; filled when all of them are read."""


class AboutLessons(SphinxDirective):
    """A directive without content, such as ``{lessons}``; its name says what goes there."""

    def run(self):
        self.env.metadata[self.env.docname]["descent_lessons"] = "yes"
        return [lesson_place("", kind=self.name)]


def _lessons(env):
    order = env.toctree_includes.get(env.config.root_doc, [])
    return [doc for doc in order if doc.startswith("lessons/") and doc in env.titles]


def _facts(env):
    """What the first page says of each lesson: document, title, sentence, promise."""
    facts = []
    for doc in _lessons(env):
        meta = env.metadata[doc]
        words, promise = meta.get("descent_description", ""), meta.get("descent_promise")
        facts.append((doc, env.titles[doc].astext(), words, promise))
    return facts


def _collect(app, doctree):
    """The first line of a lesson's promise."""
    for box in doctree.findall(nodes.admonition):
        if "promise" in box.get("classes", []):
            item = next(box.findall(nodes.list_item), None)
            if item is not None:
                app.env.metadata[app.env.docname]["descent_promise"] = item.deepcopy()
            return


def _refresh(app, env):
    """The first page is written again when what it says of a lesson changes."""
    before, now = getattr(env, "descent_facts", None), [str(fact) for fact in _facts(env)]
    env.descent_facts = now
    if before == now:
        return []
    return [doc for doc, meta in env.metadata.items() if "descent_lessons" in meta]


def _start(facts, uri):
    link = nodes.reference(
        "", f"Start: {facts[0][1]}", internal=True, refuri=uri(facts[0][0])
    )
    link["classes"].append("start")
    return [nodes.paragraph("", "", link)]


def _abilities(facts, uri):
    """What each lesson promises first, as a sentence, and where."""
    items = nodes.bullet_list("", classes=["abilities"])
    for doc, title, _, promise in facts:
        if promise is None:
            continue
        item = promise.deepcopy()
        texts = list(item.findall(nodes.Text))
        first, last = texts[0], texts[-1]
        first.parent.replace(first, nodes.Text(first[:1].upper() + first[1:]))
        last = list(item.findall(nodes.Text))[-1]
        last.parent.replace(last, nodes.Text(last.rstrip(" ,;.") + ". "))
        link = nodes.reference("", title, internal=True, refuri=uri(doc))
        item[0] += nodes.inline("", "", link, classes=["where"])
        items += item
    return [items]


def _cards(facts, uri):
    cards = nodes.enumerated_list("", classes=["path"])
    for doc, title, words, _ in facts:
        link = nodes.reference("", title, internal=True, refuri=uri(doc))
        heading = nodes.paragraph("", "", link, classes=["sd-card-title"])
        body = nodes.container(
            "", heading, nodes.paragraph("", words), classes=["sd-card-body"]
        )
        cards += nodes.list_item("", nodes.container("", body, classes=["sd-card"]))
    return [cards]


WRITERS = {"start": _start, "abilities": _abilities, "lessons": _cards}


def _fill(app, doctree, docname):
    for place in list(doctree.findall(lesson_place)):
        facts = _facts(app.env)
        new = []
        if facts:
            new = WRITERS[place["kind"]](
                facts, lambda doc: app.builder.get_relative_uri(docname, doc)
            )
        if any(node.next_node(nodes.math) is not None for node in new):
            app.env.get_domain("math").data["has_equations"][docname] = True
        place.replace_self(new)


def setup(app):
    app.add_node(lesson_place)
    app.add_directive("bowl", Bowl)
    app.add_role("walk", walk_role)
    for kind in WRITERS:
        app.add_directive(kind, AboutLessons)
    app.connect("doctree-read", _collect)
    app.connect("env-updated", _refresh)
    app.connect("doctree-resolved", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
