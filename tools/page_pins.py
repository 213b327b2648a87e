"""Which files make Python run in a page, and their hashes: ``tools/page_runtime.json``.

    python -m tools.page_pins

asks npm for the official Pyodide package, holds it against the integrity that stands
here, and writes the list anew from the lock file inside. Pure Python packages that the
index of Python packages also has are taken from there, pinned by the hash of that file.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PINS = Path(__file__).with_name("page_runtime.json")
VERSION = "0.27.7"
# What npm's own record says of the package, as an integrity of the whole archive.
INTEGRITY = (
    "sha512-RUSVJlhQdfWfgO9hVHCiXoG+nVZQRS5D9FzgpLJ/VcgGBLSAKoPL8kTiOikxbHQm"
    "1kRISeWUBdulEgO26qpSRA=="
)
CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
ROOTS = ("numpy", "matplotlib", "sympy", "tqdm")
# Only for other ways of drawing than into a picture, and of reading times from a text.
UNUSED = {"fonttools", "matplotlib-pyodide", "pytz"}
PURE = {
    "mpmath": "a0b2b9fe80bbcd81a6647ff13108738cfb482d481d826cc0e02f5b35e5c88d2c",
    "sympy": "54612cf55a62755ee71824ce692986f23c88ffa77207b30c1368eda4a7060f73",
    "tqdm": "1ee4f8a893eb9bef51c6e35730cebf234d5d0b6bd112b0271e10ed7c24a02bd9",
}


def archive(folder: Path) -> Path:
    """The official npm package in ``folder``, verified.

    Raises
    ------
    ValueError
        If it is not the archive that npm's record names.
    """
    command = ["npm", "pack", "--silent", f"pyodide@{VERSION}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    path = next(folder.glob("pyodide-*.tgz"))
    digest = hashlib.sha512(path.read_bytes()).digest()
    found = "sha512-" + base64.b64encode(digest).decode()
    if found != INTEGRITY:
        raise ValueError(f"{path.name} has integrity {found}, not {INTEGRITY}")
    return path


def pins(path: Path) -> dict[str, Any]:
    """The list that the npm package at ``path`` leads to.

    Returns
    -------
    dict
        ``core``: file to sha256. ``pure``: package to its requirement. ``lock``: the
        official lock file cut down to what the course needs, for Pyodide itself.
    """
    with tarfile.open(path) as package:

        def content(name: str) -> bytes:
            return package.extractfile(f"package/{name}").read()

        lock = json.loads(content("pyodide-lock.json"))
        core = {name: hashlib.sha256(content(name)).hexdigest() for name in CORE}
    packages: dict[str, Any] = {}
    todo = list(ROOTS)
    while todo:
        name = todo.pop()
        if name in packages:
            continue
        entry = dict(lock["packages"][name])
        entry["depends"] = [d.lower() for d in entry["depends"] if d not in UNUSED]
        if name in PURE:
            entry["sha256"] = PURE[name]
        packages[name] = entry
        todo += entry["depends"]
    return {
        "core": core,
        "pure": {n: f"{n}=={packages[n]['version']}" for n in sorted(PURE)},
        "lock": {"info": lock["info"], "packages": dict(sorted(packages.items()))},
    }


def main() -> None:
    """Write the list anew, and say whether it changed."""
    with tempfile.TemporaryDirectory() as folder:
        text = json.dumps(pins(archive(Path(folder))), indent=1) + "\n"
    same = PINS.exists() and PINS.read_text(encoding="utf-8") == text
    PINS.write_text(text, encoding="utf-8")
    print(f"{PINS.name}: {'as it was' if same else 'written anew'}")


if __name__ == "__main__":
    sys.exit(main())
