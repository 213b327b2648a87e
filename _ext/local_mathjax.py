"""MathJax 3 from the pip package django-static-mathjax, served by the site itself."""

import shutil
from importlib.util import find_spec
from pathlib import Path

# One combined script and its fonts: all that pages ask for.
SCRIPT = "tex-mml-chtml.js"
FONTS = "output/chtml/fonts/woff-v2"


def _copy(app, exception):
    if exception or app.builder.format != "html":
        return
    package = find_spec("mathjax").submodule_search_locations[0]
    source = Path(package, "static/mathjax/es5")
    target = Path(app.outdir, "_static/mathjax")
    if (target / SCRIPT).exists() and (target / FONTS).exists():
        return
    (target / FONTS).mkdir(parents=True, exist_ok=True)
    shutil.copy2(source / SCRIPT, target / SCRIPT)
    shutil.copytree(source / FONTS, target / FONTS, dirs_exist_ok=True)


def _config(app, config):
    config.mathjax_path = f"mathjax/{SCRIPT}"


def setup(app):
    app.connect("config-inited", _config)
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
