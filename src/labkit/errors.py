"""Where a learner's code stopped, told by its own line: never a traceback of ours.

It runs beside the learner's code and imports the standard library alone.
"""

import linecache
import os
import sys
import sysconfig
from dataclasses import dataclass

_OURS = (
    os.path.dirname(os.path.abspath(__file__)) + os.sep,
    os.path.abspath(sysconfig.get_paths()["stdlib"]) + os.sep,
    os.path.abspath(sysconfig.get_paths()["purelib"]) + os.sep,
    os.path.abspath(sys.prefix) + os.sep,
)
LONGEST = 500


@dataclass
class Stop:
    """An exception of the learner's code.

    Attributes
    ----------
    type, message : str
    line : str
        The learner's line it came from, ``""`` if unknown.
    number : int
        The line's number in its cell or file, 0 if unknown.
    theirs : bool
        Whether that line raised it itself, not a library that it called.
    """

    type: str
    message: str
    line: str = ""
    number: int = 0
    theirs: bool = True


def describe(error: BaseException) -> Stop:
    """The deepest line of the learner's own that ``error`` passed through."""
    found, theirs = None, False
    trace = error.__traceback__
    while trace is not None:
        theirs = _is_theirs(trace.tb_frame.f_code.co_filename)
        if theirs:
            found = trace
        trace = trace.tb_next
    try:
        message = str(error)
    except Exception:
        message = ""
    stop = Stop(type(error).__name__, message[:LONGEST], theirs=theirs)
    if found is not None:
        name = found.tb_frame.f_code.co_filename
        stop.number = found.tb_lineno
        stop.line = linecache.getline(name, found.tb_lineno).strip()[:LONGEST]
    return stop


def _is_theirs(filename: str) -> bool:
    if "ipykernel_" in filename:
        return True
    if filename.startswith("<"):
        return not filename.startswith(("<frozen", "<__array_function__"))
    path = os.path.abspath(filename)
    if os.path.basename(path) == "checks.py":
        return False
    return not path.startswith(_OURS)
