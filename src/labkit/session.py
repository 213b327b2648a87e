"""A submission in a sandbox: its cells are run, its answers wait to be called.

What comes back is plain data, whoever wrote it; time, size and number are limited.
"""

import secrets
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

from labkit.arguments import SPECIAL
from labkit.codec import Codec, CodecError
from labkit.sandbox import Broken, Sandbox
from labkit.verdicts import Trouble
from labkit.wire import Closed, Late, receive, send

REPLY, QUESTION = 16 * 2**20, 256 * 2**20
_TO, _FROM = Codec(SPECIAL, QUESTION), Codec(limit=REPLY)


class Clock:
    """Seconds of processor time that one call has, and thrice as many on the wall.

    A machine under load must not cost a mark: what counts is what the submission used.
    """

    def __init__(self, sandbox: Sandbox, seconds: float, end: float) -> None:
        self._sandbox, self._seconds, self.end = sandbox, seconds, end
        self._start = time.monotonic()
        self._used = sandbox.seconds() or 0.0
        self._until = min(self._start + seconds, end)

    def __call__(self) -> float:
        """The seconds left; raises Late when there are none."""
        now = time.monotonic()
        if now >= self._until:
            used = self._sandbox.seconds()
            passed = now - self._start
            used = passed if used is None else used - self._used
            left = min(self._seconds - used, 3 * self._seconds - passed, self.end - now)
            if left < 0.05:
                raise Late
            self._until = now + left
        return self._until - now


class Session:
    """One submission: its cells run, its answers ready to be called.

    A cell or a call that hangs or ends the process costs only itself: the process is
    made anew, the cells run again without the culprit.

    Parameters
    ----------
    sandbox : Sandbox
    cells : sequence of (int, str)
        Number, as people count code cells, and source.

    Attributes
    ----------
    raised : dict of int to str
        What went wrong in the cells.
    asked : set of str
        The answers that the running process has been asked for.
    seconds : float
        Processor time of all its processes, where it is known.
    size : int
        Bytes of the last message heard.
    end : float
        When the time for the whole submission is over (``time.monotonic``).
    """

    def __init__(self, sandbox: Sandbox, cells: Sequence[tuple[int, str]]) -> None:
        self.sandbox, self.cells = sandbox, list(cells)
        self.limits = sandbox.limits
        self.raised: dict[int, str] = {}
        self.asked: set[str] = set()
        self.seconds = 0.0
        self.size = 0
        self._culprits: dict[int, str] = {}
        self._wire: socket.socket | None = None
        self._token = b""
        self.end = time.monotonic() + self.limits.total

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """End the submission's processes."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None
            self.asked.clear()
            self.seconds += self.sandbox.end() or 0.0

    def ready(self) -> None:
        """Make the process, and run the cells, unless that is done.

        Raises
        ------
        Trouble
            There is no process to be had, or no time left.
        """
        while self._wire is None:
            if time.monotonic() > self.end:
                self.overtime()
            ours, theirs = socket.socketpair()
            try:
                with theirs:
                    self.sandbox.start(theirs)
                self._wire = ours
            except Broken as error:
                raise Trouble(str(error)) from None
            finally:
                if self._wire is None:
                    ours.close()
            self._run_cells()

    def overtime(self) -> None:
        """Say that the time for the whole submission is over."""
        raise Trouble(f"the notebook took more than {self.limits.total:g} seconds in all")

    def _run_cells(self) -> None:
        cells = [[n, source] for n, source in self.cells if n not in self._culprits]
        numbers, current = {number for number, _ in cells}, None
        try:
            self.tell("cells", cells)
            while True:
                kind, *fields = self.hear(Clock(self.sandbox, self.limits.cell, self.end))
                if kind == "ran":
                    break
                if kind != "cell" or fields[0] not in numbers:
                    raise CodecError("not what was asked for")
                current = fields[0]
            self.raised = {**{n: str(what) for n, what in fields[0]}, **self._culprits}
        except (Late, Closed, ValueError, TypeError, IndexError) as error:
            self.close()
            if current is None:
                raise Trouble(f"the notebook did not start: {error}") from None
            how = "took too long" if isinstance(error, Late) else "ended the process"
            self._culprits[current] = self.raised[current] = how

    def clock(self) -> "Clock":
        """For one call."""
        return Clock(self.sandbox, self.limits.call, self.end)

    def tell(self, *message: Any, left: Callable | None = None) -> None:
        """Ask something: what was said before is no answer to it."""
        self._token = secrets.token_bytes(16)
        self.answer(*message, left=left or self.clock())

    def answer(self, *message: Any, left: Callable) -> None:
        """Say something in the middle of a call."""
        send(self._wire, _TO.encode([self._token, *message]), left)

    def hear(self, left: Callable) -> list:
        """The next message that belongs to the question: a list that begins with a word.

        Whatever else the submission may have written into the socket is passed over.
        """
        while True:
            data = receive(self._wire, left, REPLY)
            self.size, message = len(data), _FROM.decode(data)
            if type(message) is not list or len(message) < 2:
                raise CodecError("not what was asked for")
            if message[0] == self._token:
                break
        if type(message[1]) is not str:
            raise CodecError("not what was asked for")
        return message[1:]

    def about(self, name: str) -> str:
        """What happened in the cells that define ``name``, in a sentence, or nothing."""
        for number, source in self.cells:
            if number in self.raised and name in source:
                return f" Code cell {number}, which speaks of it: {self.raised[number]}."
        return ""
