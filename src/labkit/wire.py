"""Whole messages over a socket, within the time that a clock grants.

It runs on both sides and imports the standard library alone.
"""

import struct
from collections.abc import Callable
from socket import socket

FRAME = 32 * 2**20
_LENGTH = struct.Struct(">Q")


class Closed(ConnectionError):
    """The other side is gone."""


class Late(Exception):
    """The time was over before the whole message was there."""


class TooLong(ValueError):
    """A message that announces more bytes than anyone wants."""


Clock = Callable[[], float | None]


def forever() -> None:
    """The clock of someone who waits as long as it takes."""


def send(wire: socket, data: bytes, left: Clock = forever) -> None:
    """Write one message, its length first.

    Parameters
    ----------
    left : callable
        The seconds left, asked again whenever they are over: it raises
        :class:`Late`, or grants more. None: as long as it takes.

    Raises
    ------
    Late
        The other side does not read.
    Closed
        It is gone.
    """
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        wire.settimeout(left())
        try:
            view = view[wire.send(view) :]
        except TimeoutError:
            continue
        except OSError as error:
            raise Closed(str(error)) from None


def receive(wire: socket, left: Clock = forever, limit: int = FRAME) -> bytes:
    """Read one message.

    Raises
    ------
    Late
        It was not there in full in time.
    Closed
        The other side is gone.
    TooLong
        It announces more than ``limit`` bytes.
    """
    (size,) = _LENGTH.unpack(_read(wire, _LENGTH.size, left))
    if size > limit:
        raise TooLong(f"a message of {size} bytes; {limit} at most")
    return _read(wire, size, left)


def _read(wire: socket, size: int, left: Clock) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        wire.settimeout(left())
        try:
            part = wire.recv(min(size - len(parts), 2**20))
        except TimeoutError:
            continue
        except OSError as error:
            raise Closed(str(error)) from None
        if not part:
            raise Closed("end of the connection")
        parts += part
    return bytes(parts)
