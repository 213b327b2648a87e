"""A verdict in words: plain text for a terminal, HTML for a notebook or a page."""

from html import escape
from typing import Any

import numpy as np

from labkit.plain import plain
from labkit.verdicts import Verdict

HEADS = {
    "passed": ("✓", "passed"),
    "wrong": ("✗", "not yet"),
    "not written": ("…", "not written yet"),
    "not defined": ("…", "not defined"),
    "failed": ("?", "could not be checked"),
}
COLOURS = {"passed": "#1a7f37", "wrong": "#b35900", "failed": "#6e40c9"}
GREY = "#6e7781"


LONGEST = 400
BITS = 10_000  # Python itself refuses to write longer numbers


def value_text(value: Any, digits: int = 8) -> str:
    """``value`` as a person writes it; what is long is cut in its middle."""
    text = value if isinstance(value, str) else _text(plain(value, strict=False), digits)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 80]} … {text[-60:]}"


def _text(value: Any, digits: int) -> str:
    if isinstance(value, np.ndarray) and value.ndim:
        # Digits enough to see what a comparison sees.
        return np.array2string(value, precision=digits, threshold=40, max_line_width=72)
    if isinstance(value, np.ndarray):
        return str(value.item())
    if isinstance(value, float):
        return f"{value:.{digits + 1}g}"
    if isinstance(value, dict):
        items = (f"{key!r}: {_text(item, digits)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(_text(item, digits) for item in value)
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, int) and value.bit_length() > BITS:
        return f"a whole number of {value.bit_length()} bits"
    return repr(value)


def rows(verdict: Verdict) -> list[tuple[str, str]]:
    """Name and text of the input, what came and what was wanted."""
    shown = [(name, value_text(value)) for name, value in verdict.given.items()]
    came, wanted = value_text(verdict.got), value_text(verdict.wanted)
    if came == wanted:  # a difference that eight digits do not show
        came, wanted = value_text(verdict.got, 17), value_text(verdict.wanted, 17)
    if verdict.got is not None or verdict.wanted is not None:
        shown.append(("what came", came))
    if verdict.wanted is not None:
        shown.append(("what was wanted", wanted))
    return shown


def head(verdict: Verdict) -> str:
    """The first line, ``"✗ numgrad: forward difference"``."""
    sign, words = HEADS[verdict.status]
    if verdict.status == "wrong":
        words = verdict.mistake
    return f"{sign} {verdict.question}: {words}"


def as_text(verdict: Verdict) -> str:
    """The verdict on some lines of plain text."""
    lines = [head(verdict)]
    if verdict.message:
        lines.append(f"  {verdict.message}")
    for name, text in rows(verdict):
        lines.append(f"  {name}:" + ("\n" if "\n" in text else " ") + _indent(text))
    return "\n".join(lines)


def as_html(verdict: Verdict) -> str:
    """The same as a small block of HTML, everything in it escaped."""
    colour = COLOURS.get(verdict.status, GREY)
    parts = [
        f'<div role="status" style="border-left:4px solid {colour};padding:.2em .8em">'
        f"<strong>{escape(head(verdict))}</strong>"
    ]
    if verdict.message:
        parts.append(f"<p style='margin:.3em 0'>{escape(verdict.message)}</p>")
    table = "".join(
        '<tr><th scope="row" style="text-align:left;vertical-align:top">'
        f'{escape(name)}</th><td style="text-align:left"><pre style="margin:0">'
        f"{escape(text)}</pre></td></tr>"
        for name, text in rows(verdict)
    )
    if table:
        parts.append(f"<table>{table}</table>")
    return "".join(parts) + "</div>"


def _indent(text: str) -> str:
    return text if "\n" not in text else "    " + text.replace("\n", "\n    ")
