"""Links that leave the site, where their targets are known: Colab, and the page's source.

``DESCENT_COLAB`` (https://github.com/<owner>/<repository>/tree/<branch>) names the branch
that holds the built site, such as ``gh-pages``: Colab opens notebooks from GitHub alone.
It opens the download, which gets the library from ``DESCENT_URL``; PyTorch is there.
Nothing is asked of another host before a reader follows the link.
"""

import os
import re

from site_address import site_url
from sphinx.errors import ConfigError

BRANCH = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)/tree/([\w./-]+?)/?")
COLAB = "https://colab.research.google.com/github"
EDIT = "source-edit-button"
LAB = re.compile(r"labs/(\w+)_lab\.ipynb$")


def colab():
    """Where Colab finds the site's downloads, or an empty text."""
    branch = os.environ.get("DESCENT_COLAB", "").strip()
    match = BRANCH.fullmatch(branch)
    if branch and not match:
        raise ConfigError(
            "DESCENT_COLAB must be the branch of the built site, "
            f"https://github.com/<owner>/<repository>/tree/<branch>, got {branch!r}"
        )
    if match and not site_url():
        raise ConfigError(
            "DESCENT_COLAB needs DESCENT_URL: a notebook in Colab gets the library there"
        )
    return f"{COLAB}/{match[1]}/blob/{match[2]}/_sources" if match else ""


def _group(context, label):
    groups = context.get("header_buttons", [])
    return next((group for group in groups if group.get("label") == label), None)


def _colab_button(pagename, context):
    group, root = _group(context, "download-buttons"), colab()
    if root and group and context.get("page_source_suffix") == ".ipynb":
        button = {
            "type": "link",
            "url": f"{root}/{pagename}.ipynb",
            "text": "Open in Colab",
            "tooltip": None,
            "icon": "fas fa-cloud",
            "label": "colab-button",
        }
        group["buttons"] = [*group["buttons"], button]


def _edit_button(pagename, context):
    """Pages that are generated: a lab is edited where its solutions are, others nowhere."""
    group = _group(context, "source-buttons")
    for button in list(group["buttons"]) if group else []:
        if button["label"] != EDIT:
            continue
        if pagename.startswith(("api/", "_modules/")):
            group["buttons"] = [b for b in group["buttons"] if b is not button]
        button["url"] = LAB.sub(r"labs/\1/\1.ipynb", button["url"])


def _buttons(app, pagename, templatename, context, doctree):
    _colab_button(pagename, context)
    _edit_button(pagename, context)


def setup(app):
    app.connect("config-inited", lambda app, config: colab() and None)
    app.connect("html-page-context", _buttons, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
