"""The modules of ``live/`` in a browser: served on loopback, imported by a blank page."""

import functools
import http.server
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CALL = """async ([address, source, argument]) => {
  const module = await import(address);
  const plain = (v) => ArrayBuffer.isView(v) ? Array.from(v, plain)
    : Array.isArray(v) ? v.map(plain) : v;
  return plain(await (0, eval)(`(${source})`)(module, argument));
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        if self.path != "/blank.html":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>blank</title>")


LEAVE = """() => {
  clearTimeout(window.figure?.timer); // it would write its setting into the next address
  history.replaceState(null, "", "/blank.html");
  document.body.innerHTML = "";
}"""


@pytest.fixture
def figure_page(blank_page):
    """The blank page for a figure of a test's own, ``window.figure``; left blank again."""
    yield blank_page
    blank_page.emulate_media(reduced_motion="no-preference")
    blank_page.evaluate(LEAVE)


@pytest.fixture(scope="session")
def blank_page(browser):
    handler = functools.partial(Handler, directory=str(ROOT / "live"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_address[1]}/blank.html")
    yield page
    page.close()
    server.shutdown()
    server.server_close()


@pytest.fixture
def javascript(blank_page):
    """``javascript("core/random.mjs", "(module, x) => …", x)``: the value, as Python."""

    def call(module, source, argument=None):
        return blank_page.evaluate(CALL, [f"/{module}", source, argument])

    return call
