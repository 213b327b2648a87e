"""What search engines and previews read; where the site lives, if that is known.

``DESCENT_URL`` (https://…) gives canonical links, a preview picture and downloads that
know their site; ``DESCENT_REPOSITORY`` (https://github.com/…) gives repository buttons.
Without them no address is invented.
"""

import os
import re
from html import escape
from urllib.parse import urljoin, urlparse

from docutils import nodes
from sphinx.errors import ConfigError

SITE_DESCRIPTION = (
    "An executable course on how neural networks learn: from one gradient step to "
    "backpropagation, with every number on the page computed by the page."
)
LONGEST = 200
PREVIEW = "_static/preview.png"


def _address(name):
    url = os.environ.get(name, "").strip()
    if url and not (urlparse(url).scheme in ("http", "https") and urlparse(url).netloc):
        raise ConfigError(f"{name} must be an address such as https://…, got {url!r}")
    return url


def site_url():
    """The site's root with a slash at its end, or an empty text."""
    url = _address("DESCENT_URL")
    return url.rstrip("/") + "/" if url else ""


def _config(app, config):
    config.html_baseurl = site_url()
    repository = _address("DESCENT_REPOSITORY")
    if repository:
        config.html_theme_options.update(
            repository_url=repository.rstrip("/"),
            repository_branch=os.environ.get("DESCENT_BRANCH", "main"),
            use_repository_button=True,
            use_edit_page_button=True,
            use_issues_button=True,
        )


def describe(doctree):
    """The first paragraph under the title, cut at a word, as plain text."""
    section = next(doctree.findall(nodes.section), None)
    paragraphs = (
        []
        if section is None
        else [child for child in section.children if isinstance(child, nodes.paragraph)]
    )
    text = " ".join(paragraphs[0].astext().split()) if paragraphs else ""
    if len(text) <= LONGEST:
        return text
    return re.sub(r"[\s,;:.]*\s\S*$", "", text[: LONGEST - 1]) + "…"


def _collect(app, doctree):
    app.env.metadata[app.env.docname]["descent_description"] = describe(doctree)


def _context(app, pagename, templatename, context, doctree):
    known = app.env.metadata.get(pagename, {}).get("descent_description")
    description = known or SITE_DESCRIPTION
    title = context.get("title") or app.config.html_title
    if pagename in app.env.titles:
        title = app.env.titles[pagename].astext()
    title = re.sub(r"<[^>]+>", "", title)
    tags = {"description": description}
    properties = {
        "og:title": title,
        "og:description": description,
        "og:site_name": app.config.html_title,
        "og:type": "website",
    }
    root = site_url()
    if root:
        properties["og:url"] = urljoin(root, app.builder.get_target_uri(pagename))
        properties["og:image"] = urljoin(root, PREVIEW)
        properties["og:image:alt"] = "Two paths down the contours of one bowl"
        tags["twitter:card"] = "summary_large_image"
    lines = [f'<meta name="{k}" content="{escape(v)}" />' for k, v in tags.items()]
    lines += [
        f'<meta property="{k}" content="{escape(v)}" />' for k, v in properties.items()
    ]
    context["metatags"] = context.get("metatags", "") + "\n    ".join(["", *lines])


def setup(app):
    # Jupyter Book always sets these, for extensions that this book does not load.
    for name in ("comments_config", "use_jupyterbook_latex", "use_multitoc_numbering"):
        if name not in app.config:
            app.add_config_value(name, None, "")
    app.connect("config-inited", _config, priority=400)
    app.connect("doctree-read", _collect)
    app.connect("html-page-context", _context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
