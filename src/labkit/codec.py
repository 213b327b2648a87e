"""Plain data over a pipe, and nothing else: msgpack with arrays, tuples and whole numbers.

No pickle, no array of objects: bytes from the learner's side can become numbers, text,
arrays, lists, tuples and dicts, whatever they say. :class:`Codec` refuses the rest.
It runs on both sides and imports NumPy, msgpack and the standard library alone.
"""

import math
from collections.abc import Sequence
from dataclasses import is_dataclass
from typing import Any

import msgpack
import numpy as np

ARRAY, TUPLE, INTEGER, TEXTS = 1, 2, 3, 4
RECORD = 16  # the first of the records' codes
DTYPES = frozenset(
    ["|b1", "|i1", "|u1", "<c8", "<c16"]
    + [f"<{kind}{size}" for kind in "iuf" for size in (2, 4, 8)]
)
FRAME = 32 * 2**20
ITEMS = 1_000_000  # entries of one list or dict
CONTAINERS = 500_000  # lists, dicts and records of one message
DIGITS = 4096  # bytes of a whole number
DEPTH = 64


class CodecError(ValueError):
    """Something that cannot travel, or bytes that say nothing acceptable."""


class Codec:
    """Turn plain data into bytes and back.

    Parameters
    ----------
    records : sequence of dataclasses
        What may travel besides plain data, in one order on both sides; none for bytes
        from the learner's side.
    limit : int
        The most bytes of one message.
    """

    def __init__(self, records: Sequence[type] = (), limit: int = FRAME) -> None:
        self.limit = limit
        self._records = tuple(records)
        self._codes = {record: RECORD + i for i, record in enumerate(self._records)}

    def encode(self, value: Any) -> bytes:
        """The bytes of ``value``.

        Raises
        ------
        CodecError
            It holds something that may not travel, or is too large or too deep.
        """
        return self._pack(value, 0)

    def decode(self, data: bytes) -> Any:
        """What ``encode`` was given; arrays are new and writable.

        Raises
        ------
        CodecError
            The bytes are no message, or hold a type that is not allowed.
        """
        return self._unpack(data, 0, [CONTAINERS])

    def _pack(self, value: Any, depth: int) -> bytes:
        if depth > DEPTH:
            raise CodecError("nested too deeply")
        try:
            data = msgpack.packb(
                value,
                default=lambda item: self._extend(item, depth),
                strict_types=True,
                use_bin_type=True,
                unicode_errors="surrogatepass",
            )
        except CodecError:
            raise
        except (TypeError, ValueError, OverflowError, MemoryError) as error:
            raise CodecError(f"cannot travel: {error}") from None
        if len(data) > self.limit:
            raise CodecError(f"more than {self.limit} bytes")
        return data

    def _extend(self, value: Any, depth: int) -> msgpack.ExtType:
        kind = type(value)
        if kind is tuple:
            return msgpack.ExtType(TUPLE, self._pack(list(value), depth + 1))
        if kind is int:
            size = value.bit_length() // 8 + 1
            if size > DIGITS:
                raise CodecError("a whole number of more than 4096 bytes")
            return msgpack.ExtType(INTEGER, value.to_bytes(size, "big", signed=True))
        if kind is np.ndarray:
            return self._array(value)
        if kind in self._codes and is_dataclass(value):
            fields = [getattr(value, name) for name in kind.__dataclass_fields__]
            return msgpack.ExtType(self._codes[kind], self._pack(fields, depth + 1))
        raise CodecError(f"an object of type {kind.__name__} cannot travel")

    def _array(self, value: np.ndarray) -> msgpack.ExtType:
        if value.dtype.kind == "U":
            texts = [str(text) for text in value.ravel().tolist()]
            return msgpack.ExtType(TEXTS, self._pack([list(value.shape), texts], 1))
        if value.dtype.kind == "f" and value.dtype.itemsize > 8:
            value = value.astype(np.float64)
        elif value.dtype.kind == "c" and value.dtype.itemsize > 16:
            value = value.astype(np.complex128)
        value = value.astype(value.dtype.newbyteorder("<"), copy=False)
        name = value.dtype.str
        if name not in DTYPES:
            raise CodecError(f"an array of {value.dtype} cannot travel")
        if value.nbytes > self.limit:
            raise CodecError(f"an array of {value.nbytes} bytes; {self.limit} at most")
        header = msgpack.packb([name, list(value.shape)])
        return msgpack.ExtType(ARRAY, header + value.tobytes())

    def _unpack(self, data: bytes, depth: int, left: list[int]) -> Any:
        def counted(container: Any) -> Any:
            # A byte of a message makes an empty list: eighty bytes here.
            left[0] -= 1
            if left[0] < 0:
                raise CodecError(f"more than {CONTAINERS} lists")
            return container

        if depth > DEPTH:
            raise CodecError("nested too deeply")
        if len(data) > self.limit:
            raise CodecError(f"more than {self.limit} bytes")
        try:
            return msgpack.unpackb(
                data,
                ext_hook=lambda code, payload: counted(
                    self._restore(code, payload, depth, left)
                ),
                list_hook=counted,
                object_hook=counted,
                raw=False,
                strict_map_key=False,
                unicode_errors="replace",
                timestamp=1,
                max_array_len=ITEMS,
                max_map_len=ITEMS,
            )
        except CodecError:
            raise
        except Exception as error:
            raise CodecError(f"not a message: {type(error).__name__}: {error}") from None

    def _restore(self, code: int, payload: bytes, depth: int, left: list[int]) -> Any:
        if code == ARRAY:
            return _array_of(payload)
        if code == INTEGER:
            if len(payload) > DIGITS:
                raise CodecError("a whole number of more than 4096 bytes")
            return int.from_bytes(payload, "big", signed=True)
        value = self._unpack(payload, depth + 1, left)
        if not isinstance(value, list):
            raise CodecError("a list was expected")
        if code == TUPLE:
            return tuple(value)
        if code == TEXTS:
            return _texts_of(value)
        if not 0 <= code - RECORD < len(self._records):
            raise CodecError(f"unknown extension {code}")
        return self._records[code - RECORD](*value)


def _shape(shape: Any, size: int) -> tuple[int, ...]:
    """``shape`` if it is one and holds ``size`` entries."""
    if (
        type(shape) is not list
        or len(shape) > 32
        or any(type(n) is not int or n < 0 for n in shape)
        or math.prod(shape) != size
    ):
        raise CodecError(f"no shape of {size} entries")
    return tuple(shape)


def _array_of(payload: bytes) -> np.ndarray:
    reader = msgpack.Unpacker(raw=False, max_buffer_size=len(payload) + 1)
    reader.feed(payload)
    header = reader.unpack()
    if type(header) is not list or len(header) != 2 or header[0] not in DTYPES:
        raise CodecError("an array of a type that is not allowed")
    dtype, data = np.dtype(header[0]), payload[reader.tell() :]
    if len(data) % dtype.itemsize:
        raise CodecError("half an entry")
    shape = _shape(header[1], len(data) // dtype.itemsize)
    if dtype.kind == "b":
        # Bytes other than 0 and 1 would make truth values that NumPy does not know.
        return (np.frombuffer(data, np.uint8) != 0).reshape(shape)
    return np.frombuffer(data, dtype).reshape(shape).copy()


def _texts_of(value: list) -> np.ndarray:
    if len(value) != 2 or type(value[1]) is not list:
        raise CodecError("no array of text")
    shape, texts = value
    if not all(type(text) is str for text in texts):
        raise CodecError("no array of text")
    longest = max([1, *map(len, texts)])
    if longest * len(texts) * 4 > FRAME:
        raise CodecError(f"an array of text of more than {FRAME} bytes")
    return np.array(texts, dtype=f"U{longest}").reshape(_shape(shape, len(texts)))
