"""A frame of each live figure while it is used, on a processor slowed down four times.

Every slider moves from end to end and back, and a figure that runs runs for a while.

A frame is all that its callback does (recompute, draw, write) and the layout after it.
95 % of the frames should be done within 16 ms. The browser slows a page down by stopping
it for some milliseconds at a time, and a machine has other work: the sliders go the same
way on several fresh pages, and the frame of a place is the median of its frames there;
of runs, it is the median of their shortest frames, of their second shortest, and so on.
"""

import functools
import http.server
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

from descent.timing import Timing
from tools.places import ROOT

ABOUT = "A frame of a live figure while it moves or runs, on a CPU slowed 4 times."
SLOWER, FRAMES, PASSES = 4, 120, 5
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PAGE = """<!DOCTYPE html><html lang="en" data-theme="light"><title>{name}</title>
<link rel="stylesheet" href="/_static/live.css">
<div class="bd-article" style="width: 688px"><figure id="fig-x">
<div class="live" data-live="{name}"></div></figure></div>
<script type="module" src="/live/core/page.mjs"></script></html>"""

# One event of a slider a frame. It returns the frames of the sliders, in their order, 0
# where nothing was to draw, and those of the run.
MOVE = """async (frames) => {
  const host = document.querySelector("[data-live]");
  const asked = requestAnimationFrame;
  const passed = () => new Promise((done) => asked(done));
  let took = 0;
  window.requestAnimationFrame = (callback) => asked((now) => {
    const start = performance.now();
    callback(now);
    void document.body.offsetHeight;
    took = performance.now() - start;
  });
  const moved = [];
  const move = async (slider, value) => {
    took = 0;
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await passed();
    moved.push(took);
  };
  const sliders = [...host.querySelectorAll("input[type=range]:enabled")];
  for (const slider of sliders) {
    const [low, high] = [Number(slider.min), Number(slider.max)];
    const turn = Math.ceil(frames / sliders.length);
    const first = slider.value;
    for (let i = 0; i <= turn; i++) {
      await move(slider, low + (high - low) * (1 - Math.abs((2 * i) / turn - 1)));
    }
    await move(slider, first);
  }
  while (!host.matches("[data-ready]")) await passed();
  const run = [];
  const start = host.querySelector("[data-run]");
  start?.click();
  for (let i = 0; start && i < frames; i++) {
    took = 0;
    await passed();
    run.push(took);
  }
  start?.click();
  while (!host.matches("[data-ready]")) await passed();
  window.requestAnimationFrame = asked;
  return { moved, run };
}"""


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """A bare page for each figure, and the files of the course."""
        name = self.path.removeprefix("/figure/")
        if name == self.path:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.format(name=name).encode())


def _one_pass(browser: Any, address: str) -> dict[str, list[float]]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_selector("[data-ready]")
    page.evaluate(MOVE, FRAMES)  # warm-up: what is hot is compiled
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    found = page.evaluate(MOVE, FRAMES)
    page.close()
    return found


def measure() -> dict[str, Timing]:
    """Seconds of each frame, by figure."""
    from playwright.sync_api import sync_playwright

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Handler, directory=str(ROOT))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    timings = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for path in sorted(Path(ROOT, "live").glob("*.mjs")):
            address = f"http://127.0.0.1:{server.server_address[1]}/figure/{path.stem}"
            passes = [_one_pass(browser, address) for _ in range(PASSES)]
            moved = np.median([one["moved"] for one in passes], axis=0)
            run = np.median([sorted(one["run"]) for one in passes], axis=0)
            milliseconds = np.concatenate([moved, run])
            timings[path.stem] = Timing(milliseconds[milliseconds > 0] / 1e3)
        browser.close()
    server.shutdown()
    server.server_close()
    return timings
