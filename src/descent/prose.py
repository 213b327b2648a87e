"""A number of the run, put into the prose: no number of a lesson is typed by hand.

``glue("floor", 0.02773)`` stores the text ``0.0277`` in the cell's output, unseen;
``{glue:text}`floor` `` in the Markdown of the same notebook shows it. The output is
what MyST-NB's ``glue(name, text, display=False)`` makes, without its package.
"""

import math
import re
from typing import Any

import numpy as np

from descent.validation import describe

_PREFIX = "application/papermill.record/"
_DEFAULT = "{:.3g}"
_SUPERSCRIPT = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# {glue:text}`name:.2f` takes a format after a colon, so a name may hold none.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_MAX_DIGITS = 6

# What this run has glued: name -> (text, cell). A kernel runs one notebook.
_glued: dict[str, tuple[str, Any]] = {}


def glue(
    name: str, value: Any, fmt: str = _DEFAULT, *, allow_nonfinite: bool = False
) -> None:
    """Put ``value`` into the prose under ``name``.

    Parameters
    ----------
    name : str
        Letters, digits, ``-`` and ``_``, beginning with a letter; one name, one value.
    value : int, float or str
        Numbers are typeset (−1.2×10⁻⁵); whole numbers appear in full (413,696)
        unless ``fmt`` is given. A text is taken as it is.
    fmt : str
        A format with one field, such as ``"{:.3g}"`` or ``"{:.0%}"``. Formats are given
        here, not in the role: what is glued is the finished text.
    allow_nonfinite : bool
        Whether infinity and NaN, which are mostly mistakes, may be shown.

    Raises
    ------
    TypeError
        If ``name`` is no text or ``value`` neither number nor text.
    ValueError
        If the name is malformed or taken by another value, the number is not finite,
        or more than 6 significant digits would be shown (they differ between CPUs).
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a text, got {describe(name)}")
    if not _NAME.fullmatch(name):
        raise ValueError(
            "name must be letters, digits, '-' and '_', beginning with a letter, "
            f"got {name!r}"
        )
    text = value if isinstance(value, str) else _typeset(value, fmt, allow_nonfinite)
    if not text:
        raise ValueError("value must not be an empty text")

    cell = _running_cell()
    before, glued_by = _glued.get(name, (text, None))
    # A reader who changes a cell and runs it again replaces what that cell glued.
    again = glued_by is not None and cell is not None and _reran(glued_by, cell)
    if name in _glued and before != text and not again:
        raise ValueError(
            f"name {name!r} already stands for {before!r} in this notebook, got {text!r}; "
            "choose another name (or restart the kernel)"
        )
    if name not in _glued or again:
        _emit(name, text)
    _glued[name] = (text, cell)


def _typeset(value: Any, fmt: str, allow_nonfinite: bool) -> str:
    """``value`` as it is printed in a book: a true minus, powers of ten raised."""
    whole = isinstance(value, (int, np.integer))
    if isinstance(value, (bool, np.bool_)) or not (
        whole or isinstance(value, (float, np.floating))
    ):
        raise TypeError(f"value must be a number or a text, got {describe(value)}")
    if not whole and not math.isfinite(value):
        if not allow_nonfinite:
            raise ValueError(
                f"value must be finite, got {value}; pass allow_nonfinite=True if meant"
            )
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    text = _format("{:,}" if whole and fmt == _DEFAULT else fmt, value)
    mantissa, power = re.fullmatch(r"(.*?\d)(?:e([+-]\d+))?(\D*)", text, re.S).group(1, 2)
    if not whole and len(re.sub(r"\D", "", mantissa).lstrip("0")) > _MAX_DIGITS:
        raise ValueError(
            f"fmt {fmt!r} shows more than {_MAX_DIGITS} significant digits of a computed "
            f"number ({text}); they differ between CPUs"
        )
    if power is not None:
        raised = "×10" + str(int(power)).translate(_SUPERSCRIPT)
        text = text.replace(f"e{power}", raised)
    return re.sub(r"-(?=\d)", "−", text)


def _format(fmt: str, value: float) -> str:
    if not isinstance(fmt, str):
        raise TypeError(f"fmt must be a text such as '{{:.3g}}', got {describe(fmt)}")
    try:
        text = fmt.format(value)
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError(f"fmt {fmt!r} does not format {value}: {error}") from None
    if not re.search(r"\d", text) or text == fmt:
        raise ValueError(f"fmt must hold one field such as '{{:.3g}}', got {fmt!r}")
    return text


def _running_cell() -> tuple[str, int] | None:
    """The running cell and its execution count, where the front end tells its id."""
    shell = _shell()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell_id = (parent or {}).get("metadata", {}).get("cellId")
    return None if cell_id is None else (cell_id, shell.execution_count)


def _reran(before: tuple[str, int], now: tuple[str, int]) -> bool:
    return before[0] == now[0] and before[1] != now[1]


def _emit(name: str, text: str) -> None:
    if _shell() is None:  # a script, or Python in a page: there is no output to store
        return
    from IPython.display import display

    display(
        {f"{_PREFIX}text/plain": repr(text)},
        raw=True,
        metadata={"scrapbook": {"name": name, "mime_prefix": _PREFIX}},
    )


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()
