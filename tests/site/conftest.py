"""The built site, served on loopback and read in Debian's Chromium.

Nothing is built here. Every request to another host is refused and counted, and so is
every error that a page reports: a test that opens a page fails on either.
"""

import functools
import http.server
import threading
from pathlib import Path

import pytest
from live_page import Live
from page_reader import Reader
from site_pages import SITE


@pytest.fixture(scope="session")
def site():
    if not (SITE / "index.html").exists():
        pytest.fail(f"there is no site in {SITE}: run `make book` first", pytrace=False)
    return SITE


class Handler(http.server.SimpleHTTPRequestHandler):
    """A plain static host: files, and 404.html for what is not there."""

    def log_message(self, *arguments):
        pass

    def send_error(self, code, message=None, explain=None):
        page = Path(self.directory, "404.html")
        if code != 404 or not page.exists():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def address(site):
    """The served site's root, with a slash at its end."""
    handler = functools.partial(Handler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def reader(browser, address):
    """``reader(path, color_scheme="dark")`` opens a page and returns it.

    With ``formulas=False`` they stay as they are written, and the page opens sooner.
    ``reader.asked()`` tells which addresses the last one has asked for so far.
    """
    readers = []

    def open_page(path, **options):
        readers.append(Reader(browser, address, **options))
        return readers[-1].open(path)

    open_page.asked = lambda: [url for _, url in readers[-1].requests]
    yield open_page
    for one in readers:
        one.close()


@pytest.fixture
def live(reader):
    """``live(path, name)`` opens a page and returns its live figure of that name."""

    def open_figure(path, name, query="", **options):
        options = {"viewport": {"width": 1280, "height": 900}, "formulas": False, **options}
        return Live(reader(f"{path}#{name}{query}", **options), name)

    return open_figure
