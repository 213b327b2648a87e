"""What a reader does: search, keyboard, colours, print, files from a stick, no scripts."""

import gzip
import urllib.request

import pytest
from page_reader import Reader
from site_pages import SITE, content_pages, lesson_pages

A_LESSON = lesson_pages()[:1] or ["intro.html"]
LARGEST = 1_000_000  # bytes, gzipped, before any click


def test_search_finds_a_term(reader):
    page = reader("search.html?q=learning+rate")
    page.wait_for_selector("#search-results ul.search li a")
    hrefs = page.eval_on_selector_all("#search-results li a", "as => as.map(a => a.href)")
    assert any("/lessons/" in href for href in hrefs)


def test_search_from_the_keyboard(reader):
    page = reader(A_LESSON[0])
    page.keyboard.press("Control+k")
    page.wait_for_selector("#pst-search-dialog[open]")
    assert page.evaluate("document.activeElement.getAttribute('type')") == "search"
    page.keyboard.type("momentum")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=momentum*")
    page.wait_for_selector("#search-results ul.search li a")


def tab_stops(page, n):
    """What the first n presses of Tab reach: name and place on the screen."""
    stops = []
    for _ in range(n):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                """() => { const e = document.activeElement;
                const box = e.getBoundingClientRect();
                return {name: (e.getAttribute('aria-label') || e.innerText || '').trim(),
                        seen: box.width > 0 && (box.height > 0 || e.tagName === 'SUMMARY'),
                        outline: [e, ...e.children].some(
                            c => getComputedStyle(c).outlineStyle !== 'none')}; }"""
            )
        )
    return stops


def test_keyboard_reaches_everything_and_shows_where_it_is(reader):
    page = reader("intro.html", viewport={"width": 1280, "height": 900})
    stops = tab_stops(page, 45)
    assert stops[0]["name"] == "Skip to main content"
    names = [stop["name"] for stop in stops]
    assert any(name.startswith("Search") for name in names)
    assert any(name.startswith("Colours") for name in names)
    assert all(stop["name"] and stop["seen"] for stop in stops), stops
    assert all(stop["outline"] for stop in stops), [s for s in stops if not s["outline"]]


def test_skip_link_skips(reader):
    page = reader(A_LESSON[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#main-content")  # the address comes a moment later
    assert page.url.endswith("#main-content")


def test_colours_are_chosen_from_the_keyboard_and_kept(reader):
    page = reader("intro.html", color_scheme="light")
    page.focus(".theme-switch-button")
    seen = set()
    for _ in range(3):
        page.keyboard.press("Enter")
        seen.add(page.evaluate("document.documentElement.dataset.mode"))
    assert seen == {"auto", "light", "dark"}
    while page.evaluate("document.documentElement.dataset.mode") != "dark":
        page.keyboard.press("Enter")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(dark) == "rgb(18, 23, 27)"


@pytest.mark.parametrize("path", lesson_pages())
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_paper_shows_all_and_no_navigation(reader, path, colours):
    page = reader(path, viewport={"width": 680, "height": 900}, color_scheme=colours)
    page.emulate_media(media="print")
    visible = (
        "s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility()).length"
    )
    for frame in (
        ".bd-sidebar-primary",
        ".bd-sidebar-secondary",
        ".bd-header-article",
        ".prev-next-footer",
        ".copybtn",
    ):
        assert page.evaluate(visible, frame) == 0, frame
    assert page.evaluate(visible, "article h1") == 1
    cut = page.evaluate(
        "[...document.querySelectorAll('article pre')].filter(e => e.checkVisibility())"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 80))"
    )
    assert cut == []
    closed = page.evaluate(
        "[...document.querySelectorAll('article details:not(.hide)')]"
        ".filter(d => d.lastElementChild.getBoundingClientRect().height < 10).length"
    )
    assert closed == 0, "solutions and feedback are open on paper"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize("path", [p for p in content_pages() if not p.startswith("api/")])
def test_a_page_opened_as_a_file(reader, path):
    page = reader((SITE / path).as_uri())
    assert page.evaluate("document.querySelectorAll('script[type=module]').length") == 0
    assert page.evaluate("document.fonts.size >= 0 && document.images.length >= 0")


def test_a_file_can_be_searched(reader):
    page = reader((SITE / "search.html").as_uri() + "?q=gradient")
    page.wait_for_selector("#search-results ul.search li a")


def test_without_scripts_the_text_and_its_colours_are_there(reader):
    page = reader(A_LESSON[0], java_script_enabled=False)
    assert page.locator("article h1").is_visible()
    assert page.locator("article details summary").first.is_visible()
    assert page.locator(".theme-switch-button").is_hidden()


def test_quiz_opens_with_a_word_and_a_colour(reader):
    page = reader(A_LESSON[0])
    colours = set()
    for kind, word in (("right", "Right."), ("wrong", "Not quite.")):
        option = page.locator(f".quiz details.{kind}").first
        option.locator("summary").focus()
        page.keyboard.press("Enter")
        assert option.locator(".verdict").inner_text() == word
        assert option.locator(".verdict").is_visible()
        colours.add(option.evaluate("e => getComputedStyle(e).borderTopColor"))
    assert len(colours) == 2


def test_missing_page_says_so_at_any_depth(address, reader):
    for path in ("nothing.html", "lessons/deep/down/nothing.html"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address + path)
        body = refused.value.read().decode()
        assert refused.value.code == 404 and "No page at this address" in body
    page = reader("404.html")
    page.click("a >> nth=0")
    assert page.title().endswith("Descent")


@pytest.mark.parametrize("path", ["intro.html", *lesson_pages()])
def test_weight_before_any_click(browser, address, path):
    """All that a first visit loads, gzipped, without the lesson's own pictures."""

    reader = Reader(browser, address)
    reader.open(path)
    reader.page.wait_for_load_state("networkidle")
    loaded = {url.split("?")[0] for _, url in reader.requests if url.startswith("http")}
    reader.close()
    sizes = {}
    for url in loaded:
        if "/_images/" in url:
            continue
        with urllib.request.urlopen(url) as answer:
            body = answer.read()
        packed = url.endswith((".woff", ".woff2", ".png"))
        sizes[url] = len(body) if packed else len(gzip.compress(body, 6))
    total = sum(sizes.values())
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    assert total < LARGEST, f"{total:,} bytes: {heaviest}"
