"""Find a lab and read its checks, from the repository or from the installed package."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from labkit.questions import Lab

# What hidden.py builds on: ``from labkit.loading import current_lab as lab``, and the
# checks' own module, for the references in it.
current_lab: Lab
current_checks: ModuleType


def load_lab(folder: str | Path, hidden: bool = False) -> Lab:
    """The lab in ``folder``, read anew; with its hidden checks if asked for.

    Raises
    ------
    FileNotFoundError
        The folder holds no checks.py (or no hidden.py though asked for).
    ValueError
        checks.py makes no ``lab``, or one that is named otherwise than the folder.
    """
    global current_lab, current_checks
    folder = Path(folder).resolve()
    lab, checks = _read(folder / "checks.py", folder.name)
    if hidden:
        current_lab, current_checks = lab, checks
        _execute(folder / "hidden.py", f"labkit_hidden_{folder.name}")
    return lab


def find_lab(stem: str) -> Lab:
    """The lab ``stem`` as a notebook finds it: in the package, else in the repository.

    Raises
    ------
    FileNotFoundError
        It is in neither.
    """
    inside = Path(__file__).parent / "labs" / f"{stem}.py"
    if inside.is_file():
        return _read(inside, stem)[0]
    here = Path.cwd().resolve()
    places = [here, *here.parents, *Path(__file__).resolve().parents]
    for place in places:
        folder = place / "labs" / stem
        if (folder / "checks.py").is_file():
            return load_lab(folder)
    raise FileNotFoundError(f"there is no lab {stem!r} here")


def _read(path: Path, stem: str) -> tuple[Lab, ModuleType]:
    module = _execute(path, f"labkit_checks_{stem}")
    lab = getattr(module, "lab", None)
    if not isinstance(lab, Lab):
        raise ValueError(f"{path} makes no lab")
    if lab.name != stem:
        raise ValueError(f"{path} makes a lab {lab.name!r}, not {stem!r}")
    return lab, module


def _execute(path: Path, name: str) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(f"there is no {path}")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
