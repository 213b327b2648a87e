"""Figures small enough for a repository, with no loss that an eye can see.

A plot has few colours: a small palette holds them at a third of the bytes. The
fewest colours that come close to all the true ones are taken; where even 256 would
be seen (photographs), the colours stay true and the bytes are only packed better.
"""

import io
from typing import Any

LIMIT = 60 * 1024
BOUNDS = (8, 16, 24, 32)  # of 255, in any channel of any pixel; the first that LIMIT allows
SIGNATURE = b"\x89PNG\r\n\x1a\n"
PALETTE = 3
MARK = "descent"


def is_reduced(png: bytes) -> bool:
    """Whether ``png`` went through ``reduced``: then it is never encoded again."""
    if not png.startswith(SIGNATURE):
        raise ValueError(f"not a PNG: begins with {png[:8]!r}")
    return png[25] == PALETTE or b"tEXt" + MARK.encode() in png[:256]


def reduced(png: bytes) -> bytes:
    """``png`` with at most 256 colours, or losslessly packed if that would be seen."""
    import numpy as np
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    image = Image.open(io.BytesIO(png)).convert("RGBA")
    if image.getextrema()[3] == (255, 255):
        image = image.convert("RGB")
    true = np.asarray(image, dtype=np.int16)
    results = []
    for colours in (64, 128, 256):
        packed, back = _with_palette(image, colours)
        loss = np.abs(np.asarray(back, dtype=np.int16) - true).max()
        results.append((packed, loss))
    for bound in BOUNDS:
        for packed, loss in results:
            if loss <= bound and len(packed) <= LIMIT:
                return packed
    file = io.BytesIO()
    info = PngInfo()
    info.add_text(MARK, "reduced")
    image.save(file, "PNG", optimize=True, pnginfo=info)
    return file.getvalue()


def _with_palette(image: Any, colours: int) -> tuple[bytes, Any]:
    """The bytes of ``image`` in so many colours, and what they look like."""
    from PIL import Image

    methods = Image.Quantize
    method = methods.FASTOCTREE if image.mode == "RGBA" else methods.MAXCOVERAGE
    few = image.quantize(colours, method=method, dither=0)
    file = io.BytesIO()
    few.save(file, "PNG", optimize=True)
    return file.getvalue(), few.convert(image.mode)
