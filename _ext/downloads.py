"""What a reader can take away: notebooks that read well in Jupyter, the course's wheel,
and one archive with all of it.

The wheel is built beside the pages, from a copy of the sources and without a network,
and only when they changed. ``_static/descent.js`` writes the site's address into a
notebook when a reader downloads it; with ``DESCENT_URL`` it is there already.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import plain_notebook
from site_address import site_url
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)

ARCHIVE = "descent-notebooks.zip"
BUILD = (
    "import sys, setuptools.build_meta as backend; "
    "sys.argv[1:] = []; print(backend.build_wheel(OUT))"
)
README = """\
Descent: the notebooks of the course

Install Jupyter, then open any notebook in this folder:

    pip install notebook
    jupyter notebook

Its first cell installs the course's library from the wheel in this folder,
with NumPy, matplotlib and tqdm unless they are there. Cells that use PyTorch
need it too (SymPy, for symbolic_vs_autograd.ipynb, comes with it):

    pip install torch --index-url https://download.pytorch.org/whl/cpu

Without a network, have all of these installed beforehand.
"""


class Book:
    """What a notebook asks of the rest of the book."""

    def __init__(self, app, docname):
        self.app, self.env, self.docname = app, app.env, docname
        self.std = self.env.get_domain("std")

    def _numbered(self, doc, kind, identity):
        number = self.env.toc_fignumbers.get(doc, {}).get(kind, {}).get(identity)
        return ".".join(map(str, number)) if number else ""

    def number(self, label):
        doc, identity = self.std.labels.get(
            label, self.std.anonlabels.get(label, ("", ""))
        )[:2]
        registry = getattr(self.env, "sphinx_exercise_registry", {})
        if label in registry:
            doc, identity = registry[label]["docname"], label
        for kind, words in self.app.config.numfig_format.items():
            if number := self._numbered(doc, kind, identity):
                return words % number
        number = self._numbered(doc, "exercise", identity)
        return f"Exercise {number}" if number else ""

    def equation(self, label):
        equations = self.env.get_domain("math").equations
        if label not in equations:
            return ""
        doc, number = equations[label]
        return self._numbered(doc, "displaymath", f"equation-{label}") or str(number)

    def _document(self, target):
        target = target.partition("#")[0]
        base = Path(self.docname).parent
        path = target.removeprefix("/") if target.startswith("/") else (base / target)
        name = os.path.normpath(str(path)).removesuffix(".md").removesuffix(".ipynb")
        return name if name in self.env.titles else ""

    def title(self, target):
        if target in getattr(self.env, "sphinx_exercise_registry", {}):
            return self.number(target)
        if doc := self._document(target):
            return self.env.titles[doc].astext()
        return self.std.labels.get(target, ("", "", target))[2]

    def address(self, target):
        root = site_url()
        doc, anchor = self._document(target), ""
        if not doc and target in self.std.labels:
            doc, identity = self.std.labels[target][:2]
            anchor = f"#{identity}" if identity else ""
        if not (root and doc):
            return ""
        return urljoin(root, self.app.builder.get_target_uri(doc)) + anchor

    def citation(self, keys, kind):
        entries = self.env.get_domain("cite").bibdata.data.entries
        told = [self._told(entries[key], kind) for key in keys if key in entries]
        text = "; ".join(told)
        return text if kind.startswith("t") else f"({text})"

    @staticmethod
    def _told(entry, kind):
        names = [
            "".join(p.last_names and " ".join(p.last_names))
            for p in entry.persons.get("author", entry.persons.get("editor", []))
        ]
        names = [n.replace("{", "").replace("}", "") for n in names]
        if len(names) > 2:
            who = f"{names[0]} et al."
        else:
            who = " and ".join(names)
        year = entry.fields.get("year", "")
        if kind.startswith("author"):
            return who
        if kind.startswith("year"):
            return year
        return f"{who} ({year})" if kind.startswith("t") else f"{who}, {year}"


# ------------------------------------------------------------------ the wheel


def _sources(root):
    """What the wheel is built from: the path in its copy, and the file."""
    files = [root / name for name in ("pyproject.toml", "README.md", "LICENSE")]
    for package in ("descent", "labkit"):
        files += sorted((root / "src" / package).rglob("*"))
    files = [f for f in files if f.is_file() and "__pycache__" not in f.parts]
    sources = {f.relative_to(root): f for f in files}
    for checks in sorted((root / "labs").glob("*/checks.py")):
        sources[Path("src/labkit/labs", f"{checks.parent.name}.py")] = checks
    return sources


def _start_wheel(app):
    """Begin to build the wheel, in a process of its own, unless it is there."""
    root = Path(app.srcdir)
    digest = hashlib.sha256()
    sources = _sources(root)
    for place, path in sources.items():
        digest.update(str(place).encode() + b"\0" + path.read_bytes())
    folder = Path(app.outdir).parent / "wheel" / digest.hexdigest()[:16]
    app.descent_wheel = (folder, None, None)
    if list(folder.glob("*.whl")):
        return
    copy = tempfile.TemporaryDirectory(prefix="descent-wheel-")
    for place, path in sources.items():
        target = Path(copy.name, place)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    out = Path(copy.name, "out")
    out.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD.replace("OUT", repr(str(out)))],
        cwd=copy.name,
        env={
            **os.environ,
            "SOURCE_DATE_EPOCH": "1577836800",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    app.descent_wheel = (folder, process, copy)


def _finished_wheel(app):
    folder, process, copy = app.descent_wheel
    if process is not None:
        said, _ = process.communicate()
        built = list(Path(copy.name, "out").glob("*.whl"))
        if process.returncode or not built:
            raise ExtensionError(f"the course's wheel could not be built:\n{said}")
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.move(built[0], folder)
        copy.cleanup()
    return next(folder.glob("*.whl"))


# ------------------------------------------------------------------ notebooks


def _notebooks(app):
    return sorted(
        doc for doc in app.env.found_docs if str(app.env.doc2path(doc)).endswith(".ipynb")
    )


def _write(path, content):
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _downloadable(app, doc):
    source = json.loads(Path(app.env.doc2path(doc)).read_text(encoding="utf-8"))
    text = json.dumps(
        plain_notebook.plain(source, Book(app, doc)),
        indent=1,
        ensure_ascii=False,
        sort_keys=True,
    )
    if site_url():
        text = text.replace(r"SITE = \"\"", rf"SITE = \"{site_url()}\"")
    return (text + "\n").encode()


def _archive(files):
    """A zip that is the same bytes whenever its files are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"descent/{name}", (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _finish(app, exception):
    if app.builder.name != "html" or not hasattr(app, "descent_wheel"):
        return
    if exception:
        process = app.descent_wheel[1]
        if process is not None:
            process.wait()
        return
    out = Path(app.outdir)
    wheel = _finished_wheel(app)
    files = {"README.txt": README.encode(), wheel.name: wheel.read_bytes()}
    for old in (out / "downloads").glob("*.whl"):
        if old.name != wheel.name:
            old.unlink()
    _write(out / "downloads" / wheel.name, files[wheel.name])
    for doc in _notebooks(app):
        content = _downloadable(app, doc)
        _write(out / "_sources" / f"{doc}.ipynb", content)
        files[Path(doc).name + ".ipynb"] = content
    _write(out / "downloads" / ARCHIVE, _archive(files))


def _buttons(app, pagename, templatename, context, doctree):
    """Notebooks can be downloaded; the text of other pages is in the repository."""
    for group in context.get("header_buttons", []):
        if group.get("label") != "download-buttons":
            continue
        notebook = context.get("page_source_suffix") == ".ipynb"
        kept = [
            b
            for b in group["buttons"]
            if notebook or b["label"] != "download-source-button"
        ]
        for button in kept:
            if button["label"] == "download-source-button":
                button.update(text="Notebook (.ipynb)", tooltip=None)
            elif button["label"] == "download-pdf-button":
                button.update(text="Print, or save as PDF", tooltip=None)
        group["buttons"] = kept


def setup(app):
    app.connect(
        "builder-inited", lambda app: app.builder.name == "html" and _start_wheel(app)
    )
    app.connect("html-page-context", _buttons, priority=900)
    app.connect("build-finished", _finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
