"""How a check talks to a learner's answer: call it, keep objects with it, look at them.

:class:`Ask` says what a check can do; :class:`LocalAsk` does it in the same process,
for the notebook and for proving the checks. The grader does it over a pipe.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from labkit.arguments import Handle, is_earlier, mark, realise
from labkit.errors import Stop, describe
from labkit.plain import LIMIT, Endless, Unplain, plain, type_name, write
from labkit.verdicts import NOT_DEFINED, NOT_WRITTEN, Wrong


@dataclass
class Reply:
    """What a call of the learner's function gave, in plain data.

    Attributes
    ----------
    value : plain data
    type : str
        The type of the returned object, ``"float"``, ``"torch.Tensor"``, ``"generator"``.
    args : list
        The positional arguments after the call.
    calls : list of (argument, args, result)
        The calls of callables passed in, in order; ``argument`` is a position or keyword.
    """

    value: Any
    type: str
    args: list[Any]
    calls: list[tuple[int | str, tuple, Any]] = field(default_factory=list)


class Ask(Protocol):
    """What a check can do with an answer; every method raises Wrong if the answer does."""

    limit: int

    def __call__(self, *args: Any, **kwargs: Any) -> Reply:
        """Call the learner's function with copies of the arguments."""

    def keep(self, value: Any) -> Handle:
        """Make ``value`` beside the learner's code, to pass it to several calls."""

    def read(self, handle: Handle) -> Any:
        """A kept object as plain data."""

    def write(self, handle: Handle, value: Any) -> None:
        """Write into the arrays of a kept object, in place."""

    def new(self, *args: Any, **kwargs: Any) -> Handle:
        """Construct the learner's class."""

    def op(self, name: str, *args: Any) -> Handle:
        """Apply ``operator.<name>``; plain numbers may stand beside handles."""

    def method(self, handle: Handle, name: str, *args: Any) -> Handle:
        """Call a method and keep what it returns."""

    def steps(self, steps: Sequence[tuple[str, Sequence[Any]]]) -> list[Handle]:
        """Several ``new``, ``method`` or operators in one go, for what has many.

        Each is its name and its arguments; ``Handle(-k)`` is what the k-th step gave.
        """

    def do(self, handle: Handle, name: str, *args: Any) -> Any:
        """Call a method; what it returns, as plain data."""

    def attr(self, handle: Handle, name: str) -> Any:
        """An attribute as plain data."""


def too_much(name: str, error: Unplain) -> Wrong:
    """The verdict on an object that can't be brought into plain data."""
    if isinstance(error, Endless):
        return Wrong("never ends", f"{name} gives {error}: does it ever stop?")
    return Wrong(
        "unreadable result",
        f"{name} returns {error}; numbers, arrays, lists or dictionaries are wanted.",
    )


def blame(name: str, stop: Stop) -> Wrong:
    """The verdict on an answer that raised."""
    if stop.type == "NotImplementedError" and stop.theirs:
        said = f": {stop.message}" if stop.message else ""
        return Wrong(NOT_WRITTEN, f"{name} is not written yet{said}.")
    said = f", saying “{stop.message}”" if stop.message else ""
    where = f" in line {stop.number}, “{stop.line}”" if stop.line else ""
    return Wrong(f"raises {stop.type}", f"{name} raised {stop.type}{where}{said}.")


class LocalAsk:
    """The :class:`Ask` of an answer in this very process.

    Parameters
    ----------
    name : str
        The question's name, as it stands in messages.
    answer : object
        The learner's function or class; None if there is none.
    """

    def __init__(self, name: str, answer: Any, limit: int = LIMIT) -> None:
        self.name, self.answer, self.limit = name, answer, limit
        self._objects: dict[int, Any] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Reply:
        """Call the learner's function with copies of the arguments."""
        result, type_, after, calls = self._run(self._answer(), args, kwargs, drain=True)
        return Reply(result, type_, after, calls)

    def keep(self, value: Any) -> Handle:
        """Make ``value`` beside the learner's code, to pass it to several calls."""
        marked = mark([value], {})
        if marked.callables:
            raise TypeError("a callable can't be kept")
        return self._store(realise(marked.args, {}, self._objects, None).args[0])

    def read(self, handle: Handle) -> Any:
        """A kept object as plain data."""
        return plain(self._objects[handle.number], self.limit, strict=False)

    def write(self, handle: Handle, value: Any) -> None:
        """Write into the arrays of a kept object, in place."""
        write(self._objects[handle.number], plain(value))

    def new(self, *args: Any, **kwargs: Any) -> Handle:
        """Construct the learner's class."""
        return self._store(self._run(self._answer(), args, kwargs)[0])

    def op(self, name: str, *args: Any) -> Handle:
        """Apply ``operator.<name>``; plain numbers may stand beside handles."""
        return self._store(self._run(getattr(operator, name), args, {})[0])

    def method(self, handle: Handle, name: str, *args: Any) -> Handle:
        """Call a method and keep what it returns."""
        return self._store(self._run(_method, (handle, name, *args), {})[0])

    def steps(self, steps: Sequence[tuple[str, Sequence[Any]]]) -> list[Handle]:
        """Several ``new``, ``method`` or operators in one go."""
        kept: list[Handle] = []
        for name, args in steps:
            args = [kept[-1 - x.number] if is_earlier(x) else x for x in args]
            if name in ("new", "method"):
                kept.append(getattr(self, name)(*args))
            else:
                kept.append(self.op(name, *args))
        return kept

    def do(self, handle: Handle, name: str, *args: Any) -> Any:
        """Call a method; what it returns, as plain data."""
        return self._run(_method, (handle, name, *args), {}, drain=True)[0]

    def attr(self, handle: Handle, name: str) -> Any:
        """An attribute as plain data."""
        return self._run(getattr, (handle, name), {}, drain=True)[0]

    def _answer(self) -> Any:
        if self.answer is None:
            raise Wrong(NOT_DEFINED, f"There is no {self.name} in this notebook.")
        return self.answer

    def _store(self, value: Any) -> Handle:
        handle = Handle(len(self._objects))
        self._objects[handle.number] = value
        return handle

    def _run(
        self, function: Callable, args: Any, kwargs: Any, drain: bool = False
    ) -> tuple[Any, str, list, list]:
        marked = mark(args, kwargs)
        calls: list[tuple[int | str, tuple, Any]] = []
        verdicts: list[Wrong] = []

        def call(number: int, values: tuple) -> Any:
            argument, answer = marked.callables[number]
            try:
                result = plain(answer(*plain(values)))
            except Wrong as wrong:
                # It stands even if the learner's code catches it.
                verdicts.append(wrong)
                raise
            calls.append((argument, values, result))
            return result

        live = realise(marked.args, marked.kwargs, self._objects, call)
        try:
            result = function(*live.args, **live.kwargs)
            kind = type_name(result)
            if drain:
                result = plain(result, self.limit)
            after = live.after()
        except Unplain as error:
            raise (verdicts or [too_much(self.name, error)])[0] from None
        except (Exception, SystemExit) as error:
            raise (verdicts or [blame(self.name, describe(error))])[0] from None
        if verdicts:
            raise verdicts[0]
        return result, kind, after, calls


def _method(target: Any, name: str, *args: Any) -> Any:
    return getattr(target, name)(*args)
