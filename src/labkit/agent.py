"""In the sandbox, beside the learner's code: runs the cells, then answers the grader.

Messages are lists. The first entry is the question's token, which all that belongs to it
repeats; the second says what it is:

===============================================  =======================================
from the grader                                  answers
===============================================  =======================================
``cells, [[number, source], …]``                 ``cell, number`` before each, then
                                                 ``ran, [[number, what it raised], …]``
``run, what, args, kwargs, drain, limit``        ``done, value, type, args after`` or
                                                 ``kept, number, type, args after``
``steps, [[what, args], …]``                     ``kept, first number, "", []``
``keep, value``                                  ``kept, number, "", []``
``read, number, limit``                          ``done, value, "", []``
``write, number, value``                         ``done, None, "", []``
``forget``                                       ``done, None, "", []``
===============================================  =======================================

``what`` is ``["answer", name]``, ``["operator", name]``, ``["method"]`` or ``["attr"]``.
In the middle of a ``run``, ``callback, number, args`` asks for ``answer, value`` or
``error, type, message``. Whatever goes wrong in the learner's code comes back as ``stop``
with the fields of :class:`labkit.errors.Stop`, ``unplain`` (endless?, text) or
``undefined``.
"""

import builtins
import gc
import operator
import socket
import sys
from types import ModuleType
from typing import Any

from labkit.arguments import SPECIAL, Handle, is_earlier, realise
from labkit.codec import Codec, CodecError
from labkit.errors import describe
from labkit.plain import Endless, Unplain, plain, type_name, write
from labkit.wire import receive, send

REPLY, QUESTION = 16 * 2**20, 256 * 2**20
LOWEST_RECURSION = 1000
_ERRORS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}


def make_shell() -> Any:
    """An IPython shell in which shell commands and plots' backends do nothing."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.text import SList
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=config)
    shell.system = lambda *_: None
    shell.getoutput = lambda *_, **__: SList([])
    for name in ("matplotlib", "pip", "conda", "mamba", "uv", "pylab", "gui", "sx", "sc"):
        shell.register_magic_function(lambda line="": None, "line", name)
    for name in ("bash", "sh", "script", "html", "javascript", "js", "writefile", "sx"):
        shell.register_magic_function(lambda line="", cell="": None, "cell", name)
    shell.showtraceback = lambda *_, **__: None
    shell.showsyntaxerror = lambda *_, **__: None
    _own_builtins(shell)
    return shell


def _own_builtins(shell: Any) -> None:
    """Give the cells a copy of ``builtins``: what they replace, only they notice."""
    from IPython.display import display

    copy = ModuleType("builtins")
    vars(copy).update(vars(builtins))
    copy.get_ipython, copy.display = shell.get_ipython, display
    sys.modules["builtins"] = copy
    shell.user_ns["__builtins__"] = vars(copy)


class Agent:
    """Answers one grader about one submission.

    Parameters
    ----------
    wire : socket
    shell : InteractiveShell
    """

    def __init__(self, wire: socket.socket, shell: Any) -> None:
        self._wire, self._shell = wire, shell
        self._codec = Codec(SPECIAL, QUESTION)
        self._reply = Codec(limit=REPLY)
        self._objects: dict[int, Any] = {}
        self._names = shell.user_ns
        self._token = b""
        self._run_cell, self._limit_of = shell.run_cell, sys.getrecursionlimit
        self._set_limit = sys.setrecursionlimit
        self._calls = {
            "cells": self._cells,
            "run": self._run,
            "steps": self._steps,
            "keep": self._keep,
            "read": self._read,
            "write": self._write,
            "forget": self._forget,
        }

    def serve(self) -> None:
        """Until the grader hangs up."""
        while True:
            question = self._codec.decode(receive(self._wire, limit=QUESTION))
            self._token, kind, *fields = question
            if self._limit_of() < LOWEST_RECURSION:
                self._set_limit(LOWEST_RECURSION)
            try:
                answer = self._calls[kind](*fields)
            except Unplain as error:
                answer = ["unplain", isinstance(error, Endless), str(error)]
            except BaseException as error:
                answer = self._stop(error)
            try:
                self._say(answer)
            except CodecError as error:
                self._say(["unplain", False, f"{error}"])

    def _say(self, message: list) -> None:
        send(self._wire, self._reply.encode([self._token, *message]))

    def _stop(self, error: BaseException) -> list:
        stop = describe(error)
        return ["stop", stop.type, stop.message, stop.line, stop.number, stop.theirs]

    def _cells(self, cells: list) -> list:
        raised = []
        for number, source in cells:
            self._say(["cell", number])
            try:
                result = self._run_cell(source, store_history=True, silent=False)
                error = result.error_before_exec or result.error_in_exec
            except BaseException as outside:
                error = outside
            if error is not None:
                raised.append([number, f"{type(error).__name__}: {error}"[:300]])
        return ["ran", raised]

    def _run(self, what: list, args: Any, kwargs: Any, drain: bool, limit: int) -> list:
        if what[0] == "answer":
            if what[1] not in self._names:
                return ["undefined"]
            function = self._names[what[1]]
        elif what[0] == "operator":
            function = getattr(operator, what[1])
        else:
            function = getattr if what[0] == "attr" else _method
        live = realise(args, kwargs, self._objects, self._ask_back)
        result = function(*live.args, **live.kwargs)
        kind = type_name(result)
        if drain:
            result = plain(result, limit)
            return ["done", result, kind, live.after()]
        return ["kept", self._store(result), kind, live.after()]

    def _steps(self, steps: list) -> list:
        first = len(self._objects)
        for what, args in steps:
            args = [Handle(first - 1 - x.number) if is_earlier(x) else x for x in args]
            reply = self._run(what, args, {}, False, 0)
            if reply[0] != "kept":
                return reply
        return ["kept", first, "", []]

    def _ask_back(self, number: int, values: tuple) -> Any:
        self._say(["callback", number, values])
        _, kind, *fields = self._codec.decode(receive(self._wire, limit=QUESTION))
        if kind == "answer":
            return fields[0]
        raise _ERRORS.get(fields[0], RuntimeError)(fields[1])

    def _store(self, value: Any) -> int:
        number = len(self._objects)
        self._objects[number] = value
        return number

    def _keep(self, value: Any) -> list:
        return [
            "kept",
            self._store(realise([value], {}, self._objects, None).args[0]),
            "",
            [],
        ]

    def _read(self, number: int, limit: int) -> list:
        return ["done", plain(self._objects[number], limit, strict=False), "", []]

    def _write(self, number: int, value: Any) -> list:
        write(self._objects[number], value)
        return ["done", None, "", []]

    def _forget(self) -> list:
        self._objects.clear()
        return ["done", None, "", []]


def _method(target: Any, name: str, *args: Any) -> Any:
    return getattr(target, name)(*args)


def run(wire: socket.socket, shell: Any) -> None:
    """Serve the grader at the other end of ``wire``."""
    gc.enable()
    Agent(wire, shell).serve()
