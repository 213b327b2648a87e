"""The first code cell of every notebook: it finds the course's library or gets it.

The text lives here alone; ``python -m tools.notebooks canonical`` brings every
notebook to it. The page's download button fills in ``SITE``; the environment
variable ``DESCENT_SITE`` stands above it. With ``descent`` importable, no byte
leaves the machine.
"""

import re
from functools import cache
from typing import Any

from tools.places import SRC

ID = "setup"
TAGS = ["hide-input"]
SITE_LINE = 'SITE = ""'

TEMPLATE = """\
# Finds the course's library, or installs it: from here or from its site.
import importlib.util
import os
import subprocess
import sys

SITE = ""
WHEEL = "descent_course-{version}-py3-none-any.whl"
CPU = "--index-url https://download.pytorch.org/whl/cpu"
if importlib.util.find_spec("descent") is None:
    url = os.environ.get("DESCENT_SITE", SITE).rstrip("/") + "/downloads/"
    wheel = WHEEL if os.path.exists(WHEEL) else url + WHEEL
    if subprocess.call([sys.executable, "-mpip", "install", "-q", wheel]):
        raise ImportError(f"put {WHEEL}, a download, beside this notebook")
if importlib.util.find_spec("torch") is None:
    print("PyTorch is missing here. To get it: pip install torch", CPU)
"""


@cache
def source() -> str:
    """The cell's text, with the wheel of this version of the library."""
    package = (SRC / "descent" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "([^"]+)"', package, re.MULTILINE)
    if version is None:
        raise ValueError('src/descent/__init__.py holds no line __version__ = "…"')
    return TEMPLATE.replace("{version}", version[1]).rstrip("\n")


def cell() -> dict[str, Any]:
    """A new set-up cell that has not run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": ID,
        "metadata": {"tags": list(TAGS)},
        "outputs": [],
        "source": source(),
    }
