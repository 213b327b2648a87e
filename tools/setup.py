"""Create .venv and install what is asked for: ``site`` or ``test``. Standard library only.

    python3 tools/setup.py site     what `make book` needs (no torch)
    python3 tools/setup.py test     the same, and what executing and testing need

A stamp in .venv holds the hash of what was installed, so a second run does nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
TORCH = "torch==2.13.0"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
FILES = {
    "site": ["requirements.txt", "pyproject.toml"],
    "test": ["requirements.txt", "requirements-test.txt", "pyproject.toml"],
}


def stop(message: str) -> None:
    """Say what is missing and what to do, and end."""
    sys.exit(f"descent set-up: {message}")


def digest(what: str) -> str:
    """Hash of all that an installation of ``what`` depends on."""
    parts = [sys.version.split()[0], TORCH if what == "test" else ""]
    parts += [(ROOT / name).read_text() for name in FILES[what]]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def pip(*arguments: str, check: bool = True, quiet: bool = True) -> bool:
    """Run the environment's pip; True if it succeeded."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    if quiet:
        command.insert(3, "-q")
    code = subprocess.run(command, cwd=ROOT).returncode
    if code and check:
        stop(
            "pip could not install what is needed (its message is above).\n"
            "Is there a network, or a local package index set in pip's configuration?"
        )
    return code == 0


def create() -> None:
    """Make .venv with the running Python, or say why it can't be made."""
    if PYTHON.exists():
        probe = [str(PYTHON), "-c", "import sys; print(sys.version.split()[0])"]
        found = subprocess.run(probe, capture_output=True, text=True).stdout.strip()
        if found == sys.version.split()[0]:
            return
        print(f"descent set-up: .venv was made by Python {found or '?'}; making it anew")
        shutil.rmtree(VENV)
    try:
        import ensurepip  # noqa: F401  (Debian ships it apart)
        import venv
    except ImportError:
        stop(
            "this Python has no venv module: install it (Debian: apt install python3-venv)"
        )
    print("descent set-up: making .venv")
    venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)


def imports_torch() -> bool:
    """Whether the environment has the pinned torch, and it works."""
    wanted = re.escape(TORCH.partition("==")[2])
    probe = "import torch; print(torch.__version__)"
    run = subprocess.run([str(PYTHON), "-c", probe], capture_output=True, text=True)
    return re.match(rf"{wanted}(\+|$)", run.stdout.strip()) is not None


def install_torch() -> None:
    """The CPU build from PyTorch's own index if it answers, else what pip finds.

    Alone and first: as an extra index for everything, an unreachable host would
    cost seconds per package; and its dependencies are pinned already.
    """
    print("descent set-up: installing PyTorch (CPU)")
    pip(
        *("install", "--no-deps", "--retries", "0", "--timeout", "20"),
        *("--extra-index-url", TORCH_CPU_INDEX, TORCH),
        check=False,
    )
    pip("install", "-r", "requirements-test.txt")
    if not imports_torch():
        # A build that wants its own companions, such as a CUDA build.
        pip("install", TORCH)
    if not imports_torch():
        stop(
            f"{TORCH} is installed but does not import: "
            "try `.venv/bin/python -c 'import torch'`"
        )


def main(what: str) -> None:
    """Install ``what`` unless its stamp says that it is there."""
    if sys.version_info < (3, 11):  # noqa: UP036  (the reader's Python may be older)
        stop(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]} "
            f"({sys.executable})"
        )
    stamp, wanted = VENV / f".installed-{what}", digest(what)
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    create()
    if what == "test":
        install_torch()
    else:
        print("descent set-up: installing what the site needs")
        pip("install", "-r", "requirements.txt")
    pip("install", "--no-deps", "--no-build-isolation", "-e", ".")
    stamp.write_text(wanted)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in FILES:
        sys.exit(__doc__)
    main(sys.argv[1])
