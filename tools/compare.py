"""Did an output change? Texts to the letter, figures by what an eye would see.

A pixel counts as changed when no pixel beside it in the other figure has its
colour: a line that moved by a hair stays the same, a line that moved is another.
Changes are counted against the drawn pixels, since most of a plot is empty, and
within small tiles, since one digit of a label is a small part of a figure.
"""

import base64
import io
from typing import Any, NamedTuple

TILE = 32
FIGURES = ("image/png", "image/jpeg")


class Limits(NamedTuple):
    """How much of a figure may differ before it counts as another."""

    visible: int  # of 255, in any channel
    drawn: float  # share of the drawn pixels
    tile: float  # share of the pixels of one tile


CHECK = Limits(visible=40, drawn=0.03, tile=0.02)
KEEP = Limits(visible=12, drawn=0.002, tile=0.005)


def figure_change(old: str, new: str, limits: Limits = CHECK) -> str | None:
    """What changed visibly between two figures in base64, or None."""
    if old == new:
        return None
    import numpy as np

    a, b = _pixels(old), _pixels(new)
    if max(abs(m - n) for m, n in zip(a.shape, b.shape)) > 2:
        return f"size {a.shape[1]}×{a.shape[0]} became {b.shape[1]}×{b.shape[0]}"
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    a, b = a[:height, :width], b[:height, :width]
    if (np.abs(a - b) <= limits.visible).all():
        return None
    changed = _lacks(a, b, limits.visible) | _lacks(b, a, limits.visible)
    paper = a[0, 0]
    drawn = (np.abs(a - paper) > 8).any(-1) | (np.abs(b - paper) > 8).any(-1)
    share = changed.sum() / max(drawn.sum(), 1)
    if share > limits.drawn:
        return f"{share:.1%} of the drawn pixels changed"
    rows, columns = -(-height // TILE), -(-width // TILE)
    padded = np.zeros((rows * TILE, columns * TILE))
    padded[:height, :width] = changed
    tiles = padded.reshape(rows, TILE, columns, TILE).mean((1, 3))
    if tiles.max() > limits.tile:
        row, column = np.unravel_index(tiles.argmax(), tiles.shape)
        x, y = column * TILE, row * TILE
        return f"{tiles.max():.0%} of the pixels near x = {x}, y = {y} changed"
    return None


def same_outputs(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> bool:
    """Whether nothing that a reader sees differs between two lists of outputs."""
    return len(old) == len(new) and all(map(_same, old, new))


def _same(old: dict[str, Any], new: dict[str, Any]) -> bool:
    rest_old, rest_new = ({k: v for k, v in o.items() if k != "data"} for o in (old, new))
    data_old, data_new = old.get("data", {}), new.get("data", {})
    if rest_old != rest_new or data_old.keys() != data_new.keys():
        return False
    return all(
        figure_change(data_old[mime], data_new[mime], KEEP) is None
        if mime in FIGURES
        else data_old[mime] == data_new[mime]
        for mime in data_old
    )


def _pixels(figure: str) -> Any:
    """A figure as an array (height, width, 3), on white paper."""
    import numpy as np
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(figure))).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(paper, image).convert("RGB"), dtype=np.int16)


def _lacks(a: Any, b: Any, visible: int) -> Any:
    """Where ``a`` has a colour that ``b`` has neither there nor at a neighbour."""
    import numpy as np

    ring = np.pad(b, ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = a.shape[:2]
    nearest = np.full((height, width), 255, dtype=np.int16)
    for i in range(3):
        for j in range(3):
            distance = np.abs(a - ring[i : i + height, j : j + width]).max(-1)
            np.minimum(nearest, distance, out=nearest)
    return nearest > visible
