"""Libraries that only some functions need: imported when used, or how to get them."""

from importlib import import_module
from types import ModuleType

_COMMANDS = {
    "mpmath": "pip install mpmath",
    "sympy": "pip install sympy",
    "torch": "pip install torch --index-url https://download.pytorch.org/whl/cpu",
}


def optional(library: str) -> ModuleType:
    """Import a library, one of mpmath, sympy and torch.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed, with the command that installs it; an import that fails
        within the library is passed on as it is.
    """
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise
        message = f"this needs {library}, which is not installed: {_COMMANDS[library]}"
        raise ModuleNotFoundError(message, name=library) from error
