"""The grader's :class:`labkit.ask.Ask`: it talks to a submission in a sandbox.

A check cannot tell it from :class:`labkit.ask.LocalAsk`.
"""

import builtins
import time
from collections.abc import Callable, Sequence
from typing import Any

from labkit.arguments import Handle, mark
from labkit.ask import Reply, blame, too_much
from labkit.codec import CodecError
from labkit.errors import Stop
from labkit.plain import LIMIT, Endless, Unplain, plain
from labkit.session import Session
from labkit.verdicts import NOT_DEFINED, Trouble, Wrong
from labkit.wire import Closed, Late, TooLong

TALK = 128 * 2**20  # bytes of one call, its callbacks among them
TOO_LONG, ENDS = "takes too long", "ends the process"


class RemoteAsk:
    """The :class:`labkit.ask.Ask` of one question of a :class:`Session`."""

    def __init__(self, session: Session, name: str) -> None:
        self.session, self.name, self.limit = session, name, LIMIT
        self._begun = False

    def __call__(self, *args: Any, **kwargs: Any) -> Reply:
        """Call the learner's function with copies of the arguments."""
        return self._run(["answer", self.name], args, kwargs, drain=True)

    def keep(self, value: Any) -> Handle:
        """Make ``value`` beside the learner's code, to pass it to several calls."""
        marked = mark([value], {})
        if marked.callables:
            raise TypeError("a callable can't be kept")
        return _handle(self._exchange("keep", marked.args[0]))

    def read(self, handle: Handle) -> Any:
        """A kept object as plain data."""
        return self._exchange("read", handle.number, self.limit)[1]

    def write(self, handle: Handle, value: Any) -> None:
        """Write into the arrays of a kept object, in place."""
        self._exchange("write", handle.number, plain(value))

    def new(self, *args: Any, **kwargs: Any) -> Handle:
        """Construct the learner's class."""
        return self._run(["answer", self.name], args, kwargs).value

    def op(self, name: str, *args: Any) -> Handle:
        """Apply ``operator.<name>``; plain numbers may stand beside handles."""
        return self._run(["operator", name], args, {}).value

    def method(self, handle: Handle, name: str, *args: Any) -> Handle:
        """Call a method and keep what it returns."""
        return self._run(["method"], (handle, name, *args), {}).value

    def steps(self, steps: Sequence[tuple[str, Sequence[Any]]]) -> list[Handle]:
        """Several ``new``, ``method`` or operators in one go."""
        known = {"new": ["answer", self.name], "method": ["method"]}
        told = [
            [known.get(name, ["operator", name]), mark(args, {}).args]
            for name, args in steps
        ]
        first = _handle(self._exchange("steps", told)).number
        return [Handle(first + k) for k in range(len(told))]

    def do(self, handle: Handle, name: str, *args: Any) -> Any:
        """Call a method; what it returns, as plain data."""
        return self._run(["method"], (handle, name, *args), {}, drain=True).value

    def attr(self, handle: Handle, name: str) -> Any:
        """An attribute as plain data."""
        return self._run(["attr"], (handle, name), {}, drain=True).value

    def _run(self, what: list, args: Any, kwargs: Any, drain: bool = False) -> Reply:
        marked = mark(args, kwargs)
        calls: list[tuple[int | str, tuple, Any]] = []
        verdicts: list[Wrong] = []

        def answer(number: Any, values: Any) -> list:
            if type(number) is not int or not 0 <= number < len(marked.callables):
                raise CodecError("not what was asked for")
            argument, function = marked.callables[number]
            try:
                result = plain(function(*plain(values)))
            except Wrong as wrong:
                # It stands even if the learner's code catches it.
                verdicts.append(wrong)
                return ["error", "RuntimeError", wrong.message]
            except Exception as error:
                name = type(error).__name__
                known = name if hasattr(builtins, name) else "RuntimeError"
                return ["error", known, str(error)[:500]]
            calls.append((argument, values, result))
            return ["answer", result]

        message = ("run", what, marked.args, marked.kwargs, drain, self.limit)
        try:
            reply = self._exchange(*message, answer=answer)
        except (Wrong, Trouble) as error:
            raise (verdicts or [error])[0] from None
        if verdicts:
            raise verdicts[0]
        if len(reply[3]) != len(marked.args):
            raise too_much(self.name, Unplain("what no one can read"))
        value = reply[1] if drain else _handle(reply)
        return Reply(value, reply[2], reply[3], calls)

    def _exchange(self, *message: Any, answer: Callable | None = None) -> list:
        """Say ``message``, answer what is asked meanwhile, and return what comes of it."""
        session = self.session
        session.ready()
        session.asked.add(self.name)
        if not self._begun:
            self._begun = True
            self._exchange("forget")
        left = session.clock()
        try:
            session.tell(*message, left=left)
            talked = 0
            while (heard := session.hear(left))[0] == "callback":
                if answer is None or len(heard) != 3 or type(heard[2]) is not tuple:
                    raise CodecError("not what was asked for")
                talked += session.size
                if talked > TALK:
                    raise CodecError(f"calls with more than {TALK} bytes")
                session.answer(*answer(heard[1], heard[2]), left=left)
            return self._judged(heard)
        except Late:
            session.close()
            if time.monotonic() > session.end:
                session.overtime()
            raise Wrong(
                TOO_LONG,
                f"{self.name} did not come back within {session.limits.call:g} seconds: "
                "does a loop never end?",
            ) from None
        except Closed:
            session.close()
            raise Wrong(
                ENDS,
                f"{self.name} ended the whole process: by os._exit or a crash, "
                "or for want of memory.",
            ) from None
        except (CodecError, TooLong) as error:
            session.close()
            raise too_much(self.name, Unplain(f"what no one can read ({error})")) from None

    def _judged(self, heard: list) -> list:
        kind = heard[0]
        if kind in ("done", "kept") and len(heard) == 4:
            if type(heard[2]) is str and type(heard[3]) is list:
                return heard
        elif kind == "undefined":
            where = self.session.about(self.name)
            raise Wrong(NOT_DEFINED, f"There is no {self.name} in this notebook.{where}")
        elif kind == "unplain" and len(heard) == 3:
            error = Endless if heard[1] is True else Unplain
            raise too_much(self.name, error(str(heard[2])[:500]))
        elif kind == "stop" and len(heard) == 6:
            type_, message, line, number, theirs = heard[1:]
            texts = [str(text)[:500] for text in (type_, message, line)]
            number = number if type(number) is int else 0
            raise blame(self.name, Stop(*texts, number, theirs is True))
        raise CodecError("not what was asked for")


def _handle(reply: list) -> Handle:
    if reply[0] != "kept" or type(reply[1]) is not int:
        raise Trouble("the sandbox gave no handle")
    return Handle(reply[1])
