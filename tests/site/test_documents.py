"""What stands in the HTML, read without a browser."""

import re
from urllib.parse import unquote, urljoin, urlparse

import pytest
from bs4 import BeautifulSoup
from site_pages import SITE, content_pages, documents

_soups = {}


def soup(path):
    if path not in _soups:
        _soups[path] = BeautifulSoup(
            (SITE / path).read_text(encoding="utf-8"), "html.parser"
        )
    return _soups[path]


def targets(path):
    """Every address in a page: (tag, attribute, address)."""
    for tag in soup(path).find_all(True):
        for attribute in ("href", "src", "poster", "action"):
            if tag.get(attribute):
                yield tag, attribute, tag[attribute]
        for part in tag.get("srcset", "").split(","):
            if part.strip():
                yield tag, "srcset", part.split()[0]


def test_the_site_has_its_pages(site):
    pages = content_pages()
    for page in ("intro.html", "notation.html", "bibliography.html", "api.html"):
        assert page in pages
    assert any(page.startswith("lessons/") for page in pages)
    assert (site / "404.html").exists() and (site / "index.html").exists()


@pytest.mark.parametrize("path", [p for p in documents() if p != "index.html"])
def test_head_names_and_describes_the_page(path):
    page = soup(path)
    assert page.html["lang"] == "en"
    assert page.title and "Descent" in page.title.text
    described = page.find("meta", attrs={"name": "description"})
    assert described and 20 <= len(described["content"]) <= 200, "description"
    assert "{" not in described["content"] and "$" not in described["content"]
    if path == "404.html":
        return
    assert page.find("link", rel="icon")
    for name in ("og:title", "og:description", "og:type", "og:site_name"):
        assert page.find("meta", property=name), name
    assert len(page.find_all("meta", attrs={"name": "viewport"})) == 1


@pytest.mark.parametrize("path", [p for p in documents() if p != "index.html"])
def test_one_title_and_no_level_skipped(path):
    page = soup(path)
    assert len(page.find_all("h1")) == 1
    levels = [int(h.name[1]) for h in page.main.find_all(re.compile("^h[1-6]$"))]
    for upper, lower in zip(levels, levels[1:]):
        assert lower <= upper + 1, f"h{upper} is followed by h{lower}"


@pytest.mark.parametrize("path", [p for p in documents() if p != "index.html"])
def test_ids_are_unique(path):
    ids = [tag["id"] for tag in soup(path).find_all(id=True)]
    assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})


@pytest.mark.parametrize("path", content_pages())
def test_every_picture_says_what_is_seen(path):
    for image in soup(path).find_all("img"):
        alt = image.get("alt")
        assert alt is not None, image
        if "logo__image" in image.get("class", []):
            continue
        assert len(alt) >= 20 and not re.search(r"[0-9a-f]{32}", alt), image
    for drawing in soup(path).article.find_all("svg"):
        named = drawing.get("role") == "img" and drawing.get("aria-label")
        assert named or drawing.get("aria-hidden") == "true", str(drawing)[:100]


@pytest.mark.parametrize("path", documents())
def test_nothing_comes_from_another_host(path):
    for tag, attribute, target in targets(path):
        loads = tag.name != "a"
        assert not (loads and urlparse(target).netloc), f"{tag.name} {attribute}={target}"
        assert not target.startswith(("//", "http://")), target


@pytest.mark.parametrize("path", [p for p in documents() if p != "404.html"])
def test_every_internal_link_leads_somewhere(path):
    for _, _, target in targets(path):
        parts = urlparse(target)
        if parts.scheme or parts.netloc:
            continue
        goal = unquote(urlparse(urljoin(f"/{path}", target)).path).lstrip("/") or path
        assert (SITE / goal).is_file(), f"{target}: no such file"
        if parts.fragment and goal.endswith(".html"):
            identity = unquote(parts.fragment)
            assert soup(goal).find(id=identity), f"{target}: no such place"


def test_without_an_address_none_is_invented():
    import os

    if os.environ.get("DESCENT_URL") or os.environ.get("DESCENT_REPOSITORY"):
        pytest.skip("this site was built with an address")
    for path in documents():
        html = (SITE / path).read_text(encoding="utf-8")
        assert 'rel="canonical"' not in html and "og:url" not in html, path
        assert "executablebooks" not in html, path


def test_no_unused_weight():
    names = {path.name for path in SITE.rglob("*")}
    assert not names & {"fontawesome.js", "fa-solid-900.woff2", "sphinx-thebe.js"}
    assert not list(SITE.rglob("*.map"))
