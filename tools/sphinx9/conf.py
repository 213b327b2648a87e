"""Jupyter Book's settings from _config.yml and _toc.yml, said to Sphinx itself."""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "_ext"), str(ROOT / "src")]
book = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))

# What Jupyter Book's own keys mean.
project = html_title = book["title"]
author, copyright = book["author"], book["copyright"]
html_logo = str(ROOT / book["logo"])
html_favicon = str(ROOT / book["html"]["favicon"])
html_theme = "sphinx_book_theme"
exclude_patterns = book["exclude_patterns"]
external_toc_path = "_toc.yml"
external_toc_exclude_missing = book["only_build_toc_files"]
nb_execution_mode = book["execute"]["execute_notebooks"]
nb_output_stderr = book["execute"]["stderr_output"]
myst_enable_extensions = book["parse"]["myst_enable_extensions"]
myst_url_schemes = book["parse"]["myst_url_schemes"]
bibtex_bibfiles = [str(ROOT / path) for path in book["bibtex_bibfiles"]]
html_static_path = [str(ROOT / "_static")]
html_css_files = sorted(p.name for p in (ROOT / "_static").glob("*.css"))
html_js_files = sorted(p.name for p in (ROOT / "_static").glob("*.js"))
html_sourcelink_suffix = ""

# And its Sphinx settings as they are.
globals().update(book["sphinx"]["config"])
extensions = [*book["sphinx"]["config"]["extensions"], "sphinx_multitoc_numbering"]
