"""A page for each lab, from the learner's notebook: Sphinx never reads the solutions.

``labs/<stem>/<stem>.ipynb`` becomes ``labs/<stem>_lab.ipynb``, written before each build
and kept out of the repository. Page, download, archive and search are made from it.
"""

import json
import sys
from pathlib import Path

from sphinx.errors import ExtensionError


def lab_notebooks(srcdir):
    """The notebooks with solutions, by the stem of their lab."""
    found = sorted(Path(srcdir, "labs").glob("*/*.ipynb"))
    return {path.stem: path for path in found if path.stem == path.parent.name}


def learners(path):
    """The text of the learner's notebook made from the one at ``path``."""
    from labkit.release import release

    try:
        notebook = release(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ExtensionError(f"{path.parent.name}/{path.name}: {error}") from None
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps(notebook, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def _write_pages(app, config):
    source = str(Path(app.srcdir, "src"))
    if source not in sys.path and Path(source, "labkit").is_dir():
        sys.path.insert(0, source)
    folder, wanted = Path(app.srcdir, "labs"), set()
    for stem, path in lab_notebooks(app.srcdir).items():
        page = folder / f"{stem}_lab.ipynb"
        wanted.add(page)
        text = learners(path)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
    for old in folder.glob("*.ipynb"):
        if old not in wanted:
            old.unlink()


def setup(app):
    app.connect("config-inited", _write_pages, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
