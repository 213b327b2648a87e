"""IDX, the file format of MNIST: a short header, then one byte after another.

Four bytes of magic (0, 0, the type of the entries, the number of axes), the length of
each axis as a big-endian 32-bit number, and the entries, the last axis fastest.
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

UNSIGNED_BYTE = 0x08


def read_idx(path: str | Path, ndim: int) -> np.ndarray:
    """The array in an IDX file of unsigned bytes, plain or packed by gzip.

    Parameters
    ----------
    path : str or Path
    ndim : int
        The number of axes wanted: 3 for images, 1 for labels.

    Returns
    -------
    ndarray of uint8

    Raises
    ------
    ValueError
        If the file isn't IDX, has other axes or entries, holds nothing, or is cut off
        or too long; the message names the file.

    References
    ----------
    Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"
    (1998), section "File formats".
    """
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(
                f"{path}: damaged gzip file, fetch it again ({error})"
            ) from error
    if len(content) < 4 or content[:2] != b"\0\0":
        raise ValueError(f"{path}: not an IDX file, it begins with {content[:4]!r}")
    kind, axes = content[2], content[3]
    if kind != UNSIGNED_BYTE or axes != ndim:
        raise ValueError(
            f"{path}: wanted an IDX file of unsigned bytes (type 0x08) with {ndim} axes, "
            f"got type {kind:#04x} with {axes} axes"
        )
    header = 4 + 4 * ndim
    if len(content) < header:
        raise ValueError(f"{path}: cut off in its header, after {len(content)} bytes")
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", ndim, 4))
    wanted = math.prod(shape)
    got = len(content) - header
    if got != wanted or wanted == 0:
        raise ValueError(
            f"{path}: its header says {shape}, so {wanted} entries, but it holds {got}; "
            "wanted at least one entry and exactly as many as it says"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
