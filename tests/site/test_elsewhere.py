"""Where "edit this page" leads from a page that is generated."""

import sys

import pytest
from site_pages import HERE

sys.path.insert(0, str(HERE / "_ext"))
import elsewhere

EDIT = "https://github.com/example/course/edit/main/"


def edit_links(pagename, path):
    button = {"label": "source-edit-button", "url": EDIT + path}
    group = {"label": "source-buttons", "buttons": [button, {"label": "issues"}]}
    elsewhere._edit_button(pagename, {"header_buttons": [group]})
    return [b["url"] for b in group["buttons"] if b["label"] == "source-edit-button"]


@pytest.mark.parametrize(
    ("pagename", "path", "wanted"),
    [
        ("lessons/optimizers", "lessons/optimizers.ipynb", ["lessons/optimizers.ipynb"]),
        (
            "labs/optimizers_lab",
            "labs/optimizers_lab.ipynb",
            ["labs/optimizers/optimizers.ipynb"],
        ),
        ("api/tape", "api/tape.md", []),
    ],
)
def test_edit_leads_to_a_file_that_is_kept(pagename, path, wanted):
    assert edit_links(pagename, path) == [EDIT + path for path in wanted]
    assert all((HERE / path).exists() for path in wanted)


def test_no_button_no_harm():
    elsewhere._edit_button("api/tape", {})
