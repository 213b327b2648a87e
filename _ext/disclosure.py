"""What a reader opens: solutions and quiz options as native ``<details>``.

They work without JavaScript, from the keyboard and with a screen reader. An admonition
or a solution of class ``dropdown`` becomes one. A quiz is a ``{div} quiz`` that holds
one ``{dropdown}`` an option, of class ``right`` or ``wrong``; the word that opens the
feedback is put there, so that it never rests on colour alone.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)

WORDS = {"right": "Right.", "wrong": "Not quite."}


class disclosure(nodes.General, nodes.Element):
    """A ``<details>``."""


class disclosure_summary(nodes.General, nodes.TextElement):
    """Its ``<summary>``."""


class disclosure_body(nodes.General, nodes.Element):
    """What it hides."""


class FoldDropdowns(SphinxPostTransform):
    """Admonitions and solutions of class ``dropdown``; after titles are resolved."""

    default_priority = 50
    formats = ("html",)

    def run(self, **kwargs):
        for node in list(self.document.findall(nodes.Admonition)):
            if "dropdown" not in node.get("classes", []):
                continue
            title = next(node.findall(nodes.title), None)
            if title is None:
                logger.warning("a dropdown needs a title", location=node)
                continue
            title.parent.remove(title)
            _unlink(title)
            classes = [c for c in node["classes"] if c != "dropdown"]
            fold = disclosure("", ids=node["ids"], classes=["fold", *classes])
            fold += disclosure_summary("", "", *title.children)
            fold += disclosure_body("", *node.children)
            node.replace_self(fold)
        for option in self.document.findall(_is_option):
            for title in option.children:
                if isinstance(title, nodes.rubric):
                    _unlink(title)
        # sphinx-exercise gives every exercise's content the same id.
        for section in self.document.findall(nodes.section):
            section["ids"] = [
                i
                for i in section["ids"]
                if i not in ("exercise-content", "solution-content")
            ]


def _unlink(title):
    """What opens a fold holds no link: one press, one meaning."""
    for link in list(title.findall(nodes.reference)):
        link.replace_self(link.children)


def _is_option(node):
    return isinstance(node, nodes.container) and node.get("design_component") == "dropdown"


def check_quizzes(app, doctree):
    """Each option is right or wrong and says why; each quiz has both kinds."""
    for quiz in doctree.findall(nodes.container):
        if "quiz" not in quiz.get("classes", []):
            continue
        kinds = []
        for option in quiz.findall(_is_option):
            marks = [c for c in option["container_classes"] if c in WORDS]
            feedback = [c for c in option.children if not isinstance(c, nodes.rubric)]
            if len(marks) != 1:
                logger.warning(
                    "quiz option needs class-container right or wrong", location=option
                )
                continue
            if not "".join(c.astext() for c in feedback).strip():
                logger.warning("quiz option without feedback", location=option)
                continue
            kinds.append(marks[0])
            word = nodes.strong("", WORDS[marks[0]], classes=["verdict"])
            if not isinstance(feedback[0], nodes.paragraph):
                option.insert(option.index(feedback[0]), nodes.paragraph())
                feedback[0] = option[option.index(feedback[0]) - 1]
            feedback[0].insert(0, word)
            feedback[0].insert(1, nodes.Text(" "))
        if set(kinds) != set(WORDS):
            logger.warning("quiz needs a right and a wrong option", location=quiz)


def _visit(tag):
    def visit(self, node):
        self.body.append(self.starttag(node, tag, suffix=""))

    def depart(self, node):
        self.body.append(f"</{tag}>\n")

    return visit, depart


def setup(app):
    app.add_node(disclosure, html=_visit("details"))
    app.add_node(disclosure_summary, html=_visit("summary"))
    app.add_node(disclosure_body, html=_visit("div"))
    app.add_post_transform(FoldDropdowns)
    app.connect("doctree-read", check_quizzes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
