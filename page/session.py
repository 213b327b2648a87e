"""What a cell of a page runs in: one namespace, IPython's way of showing, bounded output.

It runs in Pyodide, inside the page's worker. ``run`` hands every event to ``post`` as
JSON: ``stream``, ``display`` or ``error``. The names ``IPython.get_ipython`` and
``IPython.display`` stand for as much of IPython as the course's notebooks use.
"""

import ast
import io
import json
import linecache
import sys
import time
import traceback
import types
import warnings

TEXT = 100_000  # characters that one cell may print
SHOWN = 40  # objects that one cell may show
PIECES = 200  # messages of one cell that go out at once; later ones are collected

main = types.ModuleType("__main__")
sys.modules["__main__"] = main


class Shell:
    """The running cell: who it is, what it may still print, and whom to tell."""

    def __init__(self):
        self.cell, self.execution_count, self.post = "", 0, None
        self.events = types.SimpleNamespace(register=lambda *_: None)  # for pyplot

    def begin(self, cell, count, post):
        """Take up a cell."""
        self.cell, self.execution_count, self.post = cell, count, post
        self.text, self.shown, self.pieces = TEXT, SHOWN, PIECES
        self.waiting, self.stream, self.told = [], "stdout", 0.0

    def get_parent(self):
        """Which cell runs, as Jupyter says it."""
        return {"metadata": {"cellId": self.cell}}

    def tell(self, kind, **what):
        """Hand an event to the page."""
        self.flush()
        self.post(json.dumps({"kind": kind, **what}))

    def write(self, stream, text):
        """Print, up to the bound."""
        if self.text <= 0 or not text:
            return
        if stream != self.stream:
            self.flush()
            self.stream = stream
        self.waiting.append(text[: self.text])
        self.text -= len(text)
        if self.text <= 0:
            self.flush()
            note = f"\n… more than {TEXT:,} characters: the rest is not shown."
            self.post(json.dumps({"kind": "stream", "name": "stderr", "text": note}))
        elif self.pieces > 0 or time.monotonic() - self.told > 0.1:
            self.flush()

    def flush(self):
        """Hand over what was printed."""
        if self.waiting:
            text = "".join(self.waiting)
            self.waiting, self.told = [], time.monotonic()
            self.pieces -= 1
            self.post(json.dumps({"kind": "stream", "name": self.stream, "text": text}))


shell = Shell()


class Stream(io.TextIOBase):
    """Standard output or error of the running cell."""

    encoding = "utf-8"

    def __init__(self, name):
        self.name = name

    def writable(self):
        """It takes text."""
        return True

    def write(self, text):
        """Print, up to the bound."""
        shell.write(self.name, text)
        return len(text)

    def flush(self):
        """Hand over what was printed."""
        shell.flush()


def display(*objects, raw=False, metadata=None, **_):
    """Show objects as a notebook does: a picture, else HTML, a formula, or text."""
    for thing in objects:
        own = getattr(thing, "_ipython_display_", None)
        if raw:
            _show(thing, metadata or {})
        elif own is not None and not isinstance(thing, type):
            own()
        else:
            _show(*_bundle(thing))


def _bundle(thing):
    if not isinstance(thing, type):
        if hasattr(thing, "_repr_mimebundle_"):
            found = thing._repr_mimebundle_()
            return found if isinstance(found, tuple) else (found, {})
        if _is_figure(thing):
            return _picture(thing), {}
        for mime, name in (("text/html", "_repr_html_"), ("text/latex", "_repr_latex_")):
            made = getattr(thing, name, lambda: None)()
            if made is not None:
                return {mime: made}, {}
    return {"text/plain": repr(thing)}, {}


def _is_figure(thing):
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(thing, module.Figure)


def _picture(figure):
    import base64

    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=2 * figure.dpi, bbox_inches="tight")
    return {"image/png": base64.b64encode(file.getvalue()).decode()}


def _show(data, metadata):
    if all(mime.startswith("application/papermill") for mime in data):
        return  # a number for the prose
    shell.shown -= 1
    if shell.shown < 0:
        if shell.shown == -1:
            shell.write("stderr", f"… more than {SHOWN} objects: the rest is not shown.\n")
    elif "image/png" in data:
        png = data["image/png"]
        shell.tell("display", png=png, width=metadata.get("image/png", {}).get("width"))
    elif "text/html" in data:
        shell.tell("display", html=data["text/html"])
    elif "text/latex" in data:
        shell.tell("display", latex=data["text/latex"])
    else:
        shell.write("stdout", "")
        shell.tell("display", text=data.get("text/plain", "")[:TEXT])


class HTML:
    """Text to be shown as HTML."""

    def __init__(self, data):
        self.data = data

    def _repr_html_(self):
        return self.data


def _stand_in():
    ipython, shown = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    shown.display, shown.HTML = display, HTML
    ipython.get_ipython, ipython.display, ipython.__path__ = lambda: shell, shown, []
    # Matplotlib asks IPython which windows it could open: none.
    ipython.version_info = (8, 24)
    core, tools = types.ModuleType("IPython.core"), types.ModuleType("pylabtools")
    core.pylabtools, core.__path__, tools.backend2gui = tools, [], {}
    sys.modules |= {
        "IPython": ipython,
        "IPython.display": shown,
        "IPython.core": core,
        "IPython.core.pylabtools": tools,
    }
    main.display, main.get_ipython = display, ipython.get_ipython


_stand_in()


def packages(code, modules):
    """The packages that ``code`` needs; ``modules``, as JSON, says what ours need."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []
    table, found = json.loads(modules), set()
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
        for name in names:
            found.update(table.get(name, table.get(name.split(".")[0], [])))
    return sorted(found)


def prepare(names):
    """Import what is slow at its first import, in silence."""
    if "matplotlib" in names:
        import logging

        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        import matplotlib.font_manager
        import matplotlib.pyplot  # noqa: F401


def run(cell, code, count, post):
    """Run the code of a cell; True if it ended without an error."""
    name = f"<cell {cell}>"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    shell.begin(cell, count, post)
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    try:
        _execute(code, name)
        return True
    except BaseException as error:
        shell.tell("error", text=_told(error, name))
        return False
    finally:
        shell.flush()
        sys.stdout, sys.stderr = streams


def _execute(code, name):
    tree = ast.parse(code, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    with warnings.catch_warnings():
        exec(compile(tree, name, "exec"), main.__dict__)
        value = eval(compile(last, name, "eval"), main.__dict__) if last else None
    if value is not None and not code.rstrip().endswith(";"):
        display(value)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        for number in pyplot.get_fignums():
            display(pyplot.figure(number))
        pyplot.close("all")


def _told(error, name):
    """The error, and where in the reader's own code it came from."""
    if isinstance(error, SyntaxError) and error.filename == name:
        return "".join(traceback.format_exception_only(error)).replace(name, "this cell")
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == name:
            where = "" if frame.name == "<module>" else f", in {frame.name}"
            lines.append(f"line {frame.lineno}{where}:\n    {frame.line}")
        elif frame.filename.startswith("<cell "):
            lines.append(f"{frame.name}, in a cell above:\n    {frame.line}")
    if len(lines) > 12:
        lines = [*lines[:6], f"… {len(lines) - 10} more", *lines[-4:]]
    said = "".join(traceback.format_exception_only(error)).rstrip()
    return "\n".join([*lines, said[:5000]])
