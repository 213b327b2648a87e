"""Modules of ours that keep working whatever is done to ``builtins``, NumPy or labkit.

The runner shares a process with the learner's code. Its modules are executed once,
before that code, with builtins of their own and with copies of the modules they import;
then they leave ``sys.modules``. Replacing ``len``, ``np.asarray`` or ``labkit.plain``
afterwards reaches everything but them. (No secret is kept here: whoever digs them out
of memory can only spoil his own answers.)
"""

import builtins
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

# Modules of modules that are used through their parent's name, as np.random is.
INNER = ("numpy.random", "numpy.linalg", "torch.nn", "torch.optim")


class Private:
    """Loads the modules of one folder apart from everybody else's.

    Parameters
    ----------
    folder : Path
        Holds ``<module>.py``.
    package : str
        The name they import each other by.
    """

    def __init__(self, folder: Path, package: str) -> None:
        self._folder, self._package = folder, package
        self._import = builtins.__import__
        self._copies: dict[str, ModuleType] = {}
        self._ours: dict[str, ModuleType] = {package: ModuleType(package)}
        self._builtins = dict(vars(builtins))
        self._builtins["__import__"] = self._find

    def load(self, *names: str) -> list[ModuleType]:
        """Execute the modules and what they import; leave no trace in ``sys.modules``."""
        before = {name: module for name, module in sys.modules.items() if self._is(name)}
        sys.modules.update(self._ours)
        try:
            return [self._own(f"{self._package}.{name}") for name in names]
        finally:
            for name in [name for name in sys.modules if self._is(name)]:
                del sys.modules[name]
            sys.modules.update(before)

    def _is(self, name: str) -> bool:
        return name.partition(".")[0] == self._package

    def _own(self, name: str) -> ModuleType:
        if name not in self._ours:
            path = self._folder / (name.rpartition(".")[2] + ".py")
            if not path.is_file():
                raise ImportError(f"there is no {name} here")
            module = self._ours[name] = sys.modules[name] = ModuleType(name)
            module.__file__ = str(path)
            vars(module)["__builtins__"] = self._builtins
            exec(compile(path.read_bytes(), path, "exec"), vars(module))
            setattr(self._ours[self._package], name.rpartition(".")[2], module)
        return self._ours[name]

    def _find(
        self,
        name: str,
        globals: Any = None,
        locals: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> ModuleType:
        if self._is(name):
            if name == self._package:
                for part in fromlist or ():
                    self._own(f"{name}.{part}")
                return self._ours[name]
            module = self._own(name)
            return module if fromlist else self._ours[self._package]
        wanted = name if fromlist else name.partition(".")[0]
        if wanted not in self._copies:
            self._import(name, globals, locals, fromlist, level)
            self._copies[wanted] = self._copy(sys.modules[wanted])
        return self._copies[wanted]

    def _copy(self, module: ModuleType) -> ModuleType:
        copy = ModuleType(module.__name__)
        vars(copy).update(vars(module))
        for inner in INNER:
            parent, _, name = inner.rpartition(".")
            if parent == module.__name__ and inner in sys.modules:
                setattr(copy, name, self._copy(sys.modules[inner]))
        return copy
