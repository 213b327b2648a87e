"""A warm worker in bubblewrap: what is heavy is imported once, a submission is a fork.

Nothing of the learner's is believed here: the worker is told what to do over a control
socket that no submission has, and a submission talks over a socket of its own.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from labkit.bubblewrap import (
    HELP,
    HERE,
    INSIDE,
    Limits,
    Places,
    command,
    environment,
    here,
    packages_inside,
)

MODULES = (
    "numpy",
    "scipy.optimize",
    "scipy.special",
    "scipy.linalg",
    "torch",
    "torch.utils.data",
    "sklearn.preprocessing",
    "sklearn.model_selection",
    "matplotlib.pyplot",
    "IPython.core.interactiveshell",
)


class NoSandbox(RuntimeError):
    """No sandbox can be made here; the message says why and what to do."""


class Broken(RuntimeError):
    """The worker is gone or does not answer."""


class Sandbox:
    """One worker: submissions one after the other, each in a process that dies after it.

    Parameters
    ----------
    places : Places
    limits : Limits
    unsafe : bool
        No sandbox at all: a fork of an ordinary process.
    modules : sequence of str
        What to import once for all submissions; what isn't installed is left out.

    Raises
    ------
    NoSandbox
        On the first use, where none can be made.
    """

    def __init__(
        self,
        places: Places | None = None,
        limits: Limits | None = None,
        unsafe: bool = False,
        modules: Sequence[str] = MODULES,
    ) -> None:
        self.modules = list(modules)
        self.places, self.limits = places or here(), limits or Limits()
        self.mode = "open" if unsafe else "nested"
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self._lines = b""

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def start(self, wire: socket.socket) -> None:
        """Begin a submission that talks over ``wire``, and end the one before.

        Raises
        ------
        NoSandbox, Broken
        """
        self.end()
        for attempt in range(2):
            try:
                self._ensure()
                socket.send_fds(self._control, [b"R"], [wire.fileno()])
                if self._hear(60).get("started"):
                    return
            except (OSError, Broken):
                pass
            self.close()
            if attempt:
                raise Broken("the sandbox did not start a process")

    def warm(self) -> None:
        """Start the worker now instead of with the first submission.

        Raises
        ------
        NoSandbox
        """
        self._ensure()

    def seconds(self) -> float | None:
        """Processor time that the running submission has used; None if unknown."""
        try:
            self._control.sendall(b"T")
            return self._hear(5).get("seconds")
        except (OSError, Broken, AttributeError):
            return None

    def end(self) -> float | None:
        """End the running submission with all its processes; its processor time."""
        if self._process is None:
            return None
        if self.mode == "once":
            self.close()
            return None
        try:
            self._control.sendall(b"K")
            return self._hear(20).get("seconds")
        except (OSError, Broken):
            self.close()
            return None

    def close(self) -> None:
        """End the worker."""
        process, self._process = self._process, None
        if self._control is not None:
            self._control.close()
            self._control = None
        if process is None:
            return
        # Without its grader the worker ends by itself, unless a submission is in its way.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1 if self.mode == "once" else 2)
        if self.mode == "open":
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        process.stderr.close()
        if self.mode == "open":
            shutil.rmtree(self._folder, ignore_errors=True)

    def _ensure(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        why = self._launch()
        if why and self.mode == "nested":
            # A sandbox within the sandbox is not to be had: one sandbox per submission.
            self.mode = "once"
            why = self._launch()
        if why:
            raise NoSandbox(HELP.format(why=why))

    def _launch(self) -> str:
        """Start the worker; why it could not be, or nothing."""
        if self.mode != "open" and shutil.which("bwrap") is None:
            return "there is no bwrap"
        ours, theirs = socket.socketpair()
        seen = map(str, self.places.packages)
        if self.mode != "open":
            seen = packages_inside(self.places)
        options = {
            "mode": self.mode,
            "modules": [*self.modules, *(path.name for path in self.places.extra)],
            "packages": [*seen, str(INSIDE.parent)],
            "memory": self.limits.memory,
            "seconds": int(2 * self.limits.total),
            "tmp": self.limits.tmp,
            "file_size": self.limits.file_size,
            "files": self.limits.files,
        }
        # Not the environment's own: it may be a copy, in a folder that isn't shown.
        python = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
        script = HERE if self.mode == "open" else INSIDE
        inner = [python, "-P", "-s", str(script / "zygote.py")]
        inner += [str(theirs.fileno()), json.dumps(options)]
        if self.mode == "open":
            self._folder = tempfile.mkdtemp(prefix="labkit-")
            call, extra = inner, {"cwd": self._folder, "start_new_session": True}
            extra["env"] = environment(self.places, inside=False)
        else:
            call, extra = command(self.places, inner, self.limits), {}
        self._process = subprocess.Popen(
            call,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            **extra,
        )
        theirs.close()
        self._control, self._lines = ours, b""
        try:
            heard = self._hear(120)
        except Broken:
            self._process.kill()
            said = self._process.stderr.read().decode(errors="replace").strip()
            self.close()
            return said.splitlines()[-1] if said else "it ended at once"
        if not heard.get("ready"):
            self.close()
            return heard.get("why", "no reason given")
        return ""

    def _hear(self, seconds: float) -> dict:
        """The worker's next line."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._lines:
            self._control.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                data = self._control.recv(4096)
            except OSError as error:
                raise Broken(str(error)) from None
            if not data:
                raise Broken("the worker ended")
            self._lines += data
        line, _, self._lines = self._lines.partition(b"\n")
        return json.loads(line)
