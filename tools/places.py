"""Where the house keeps things: the root, the sources, the notebooks."""

from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"


def labs() -> list[Path]:
    """The folder of every lab."""
    return sorted(path.parent for path in (ROOT / "labs").glob("*/checks.py"))


def notebooks() -> list[Path]:
    """Every notebook that an author writes, lessons before labs."""
    found = [*(ROOT / "lessons").glob("*.ipynb"), *(ROOT / "labs").glob("*/*.ipynb")]
    kept = (p for p in found if not any(part.startswith(".") for part in p.parts))
    return sorted(kept, key=lambda p: (p.parts[len(ROOT.parts)] != "lessons", str(p)))


def select(names: Iterable[str]) -> list[Path]:
    """The notebooks that ``names`` mean; all of them when none is given.

    A name is the stem of a lesson, ``labs/<stem>`` for a lab, or a path.

    Raises
    ------
    ValueError
        If a name is no notebook; the message lists those that exist.
    """
    known = notebooks()
    chosen = []
    for name in names:
        matches = [p for p in known if name.rstrip("/") == called(p)]
        path = Path(name)
        if not matches and path.suffix == ".ipynb" and path.is_file():
            matches = [path.resolve()]
        if not matches:
            stems = ", ".join(called(p) for p in known) or "none yet"
            raise ValueError(f"no notebook is called {name!r}; there are: {stems}")
        chosen += [p for p in matches if p not in chosen]
    return chosen or known


def called(path: Path) -> str:
    """The short name of a notebook of the course; a lab shares its lesson's stem."""
    return path.stem if path.parent == ROOT / "lessons" else f"labs/{path.stem}"


def shown(path: Path) -> str:
    """``path`` as seen from the root, if it is inside."""
    path = Path(path).resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
