"""The static pictures of the live figures, drawn by their Python twins.

``python -m tools.live_pictures`` writes those that changed visibly; with ``--check`` it
writes none and fails if one would change.
"""

import argparse
import base64
import importlib
from collections.abc import Iterator
from pathlib import Path

from tools.compare import CHECK, KEEP, figure_change
from tools.places import ROOT, SRC
from tools.reduce_png import reduced

PICTURES = ROOT / "live" / "static"


def drawings() -> Iterator[tuple[str, bytes]]:
    """Name and PNG of every picture that a drawing module lists in ``PICTURES``."""
    from descent import figures

    for path in sorted((SRC / "descent" / "live").glob("figures_*.py")):
        module = importlib.import_module(f"descent.live.{path.stem}")
        for name, given in module.PICTURES.items():
            yield name, reduced(figures.png(module.draw(**given)))


def change(path: Path, drawn: bytes, limits=CHECK) -> str | None:
    """How the picture at ``path`` differs from ``drawn``, or None."""
    if not path.exists():
        return "it is missing"
    old, new = (base64.b64encode(png).decode() for png in (path.read_bytes(), drawn))
    return figure_change(old, new, limits)


def main(arguments: list[str] | None = None) -> int:
    """Write or check every picture; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(arguments).check
    stale, names = [], set()
    for name, drawn in drawings():
        names.add(name)
        path = PICTURES / f"{name}.png"
        if said := change(path, drawn, CHECK if check else KEEP):
            stale.append(f"{path.relative_to(ROOT)}: {said}")
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(drawn)
    for path in sorted(PICTURES.glob("*.png")):
        if path.stem not in names:
            stale.append(f"{path.relative_to(ROOT)}: no twin draws it")
            if not check:
                path.unlink()
    print(*stale, sep="\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    raise SystemExit(main())
