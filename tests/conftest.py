"""Debian's Chromium, one for all tests of a process: Playwright starts once in each.

Hypothesis has no deadline.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A machine under load is no failure: what must be fast is measured in tests of its own.
settings.register_profile("descent", deadline=None)
settings.load_profile("descent")

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: apt install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
