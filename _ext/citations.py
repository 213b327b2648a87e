"""Citations as author and year in round brackets; the bibliography sorted the same way."""

import functools
from dataclasses import dataclass, field

import pybtex.plugin
import sphinxcontrib.bibtex.plugin
from docutils import nodes
from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as UnsrtStyle
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


def _round():
    return BracketStyle(left="(", right=")")


@dataclass
class RoundAuthorYear(AuthorYearReferenceStyle):
    """Polyak (1964), and (Polyak, 1964)."""

    bracket_parenthetical: BracketStyle = field(default_factory=_round)
    bracket_textual: BracketStyle = field(default_factory=_round)
    bracket_author: BracketStyle = field(default_factory=_round)
    bracket_label: BracketStyle = field(default_factory=_round)
    bracket_year: BracketStyle = field(default_factory=_round)


class ByAuthor(UnsrtStyle):
    """Entries by author, year, title; surnames decide."""

    default_sorting_style = "author_year_title"


class PlainBibliography(SphinxPostTransform):
    """A list of works, without labels that no citation shows (and bad ARIA roles)."""

    default_priority = 500
    formats = ("html",)

    def run(self, **kwargs):
        works = list(self.document.findall(nodes.citation))
        for parent in dict.fromkeys(work.parent for work in works):
            entries = nodes.bullet_list("", classes=["works"])
            for work in [c for c in parent.children if isinstance(c, nodes.citation)]:
                body = [c for c in work.children if not isinstance(c, nodes.label)]
                entries += nodes.list_item("", *body, ids=work["ids"])
                parent.remove(work)
            parent += entries


def setup(app):
    # Pybtex reads the metadata of every installed package for every entry it formats.
    pybtex.plugin.entry_points = functools.cache(pybtex.plugin.entry_points)
    app.add_post_transform(PlainBibliography)
    sphinxcontrib.bibtex.plugin.register_plugin(
        "sphinxcontrib.bibtex.style.referencing", "author_year_round", RoundAuthorYear
    )
    register_plugin("pybtex.style.formatting", "by_author", ByAuthor)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
