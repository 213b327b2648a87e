"""Prove that Sphinx 9 with MyST-NB builds the same book, so that leaving Jupyter Book is
cheap: ``python3 tools/sphinx9/build.py``. It has an environment of its own, .venv9, and
writes _build/sphinx9. Standard library only.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VENV = ROOT / ".venv9"
PYTHON = VENV / "bin" / "python"
PINS = HERE / "requirements.txt"
OUT = ROOT / "_build" / "sphinx9"


def install():
    """Make .venv9 and fill it, unless it holds these pins already."""
    stamp = VENV / "pins"
    digest = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("sphinx9: making .venv9")
    venv.EnvBuilder(with_pip=True, clear=True).create(VENV)
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if subprocess.run([*pip, "-r", str(PINS)]).returncode:
        sys.exit("sphinx9: pip could not install tools/sphinx9/requirements.txt")
    stamp.write_text(digest)


def build():
    """Every warning is an error, as with Jupyter Book."""
    shutil.rmtree(OUT, ignore_errors=True)
    flags = ["-b", "html", "-n", "-W", "--keep-going", "-q"]
    folders = ["-c", str(HERE), "-d", str(OUT / "doctrees"), str(ROOT), str(OUT / "html")]
    if subprocess.run([str(PYTHON), "-m", "sphinx", *flags, *folders], cwd=ROOT).returncode:
        sys.exit("sphinx9: the book does not build with Sphinx 9")


def words(path):
    """The text of a page's article, without tags."""
    html = path.read_text(encoding="utf-8")
    article = re.search(r"<article.*?</article>", html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", article[0] if article else "").split())


def compare():
    """The pages are the same, and so is what they say."""
    made = {p.relative_to(OUT / "html") for p in (OUT / "html").rglob("*.html")}
    book = ROOT / "_build" / "html"
    if not (book / "index.html").exists():
        print(f"sphinx9: {len(made)} pages built (no _build/html to compare them with)")
        return
    wanted = {p.relative_to(book) for p in book.rglob("*.html")} - {Path("index.html")}
    if missing := wanted - made:
        sys.exit(f"sphinx9: pages are missing: {', '.join(map(str, sorted(missing)))}")
    other = [p for p in sorted(wanted) if words(OUT / "html" / p) != words(book / p)]
    print(
        f"sphinx9: {len(made)} pages built, {len(wanted) - len(other)} with the same words"
    )
    for page in other:
        print(f"  other words: {page}")


if __name__ == "__main__":
    install()
    build()
    compare()
