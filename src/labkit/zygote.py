"""The first process in the sandbox: imports once what is heavy, then forks per submission.

    python zygote.py CONTROL_FD OPTIONS_JSON

Over the control socket come single letters from the grader: ``R`` with a socket runs a
submission on it, ``T`` tells its processor time, ``K`` ends it. Answers are JSON lines.
Every submission gets namespaces of its own inside the sandbox's, so that it sees neither
this process nor another submission, and none of its processes outlives it.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

INSIDE = Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")


class Zygote:
    """One submission at a time.

    Parameters
    ----------
    control : socket
        To the grader.
    options : dict
        ``mode`` ("nested": unshare for each submission; "once": this sandbox is for one
        submission alone; "open": no isolation), ``modules`` to import, and limits.
    """

    def __init__(self, control: socket.socket, options: dict[str, Any]) -> None:
        self.control, self.options = control, options
        self.mode = options["mode"]
        self.child: int | None = None
        self.confine, self.agent = self._load()

    def _load(self) -> tuple[ModuleType, ModuleType]:
        for name in self.options["modules"]:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        if "torch" in sys.modules:
            _warm_torch(sys.modules["torch"])
        # The folder's own private.py, whatever else is called so on the path.
        source = (INSIDE / "private.py").read_bytes()
        private = ModuleType("private")
        exec(compile(source, "private.py", "exec"), vars(private))
        confine, agent, errors = private.Private(INSIDE, "labkit").load(
            "confine", "agent", "errors"
        )
        errors._OURS += tuple(path + os.sep for path in self.options["packages"])
        return confine, agent

    def say(self, **message: Any) -> None:
        """One line to the grader."""
        self.control.sendall(json.dumps(message).encode() + b"\n")

    def serve(self) -> None:
        """Obey until the grader is gone."""
        self.shell = self.agent.make_shell()
        gc.collect()
        gc.freeze()
        if self.mode == "nested":
            self.confine.prctl(self.confine.PR_SET_CHILD_SUBREAPER, 1)
            why = self._try()
            if why:
                self.say(ready=False, why=why)
                return
        self.say(ready=True)
        while True:
            data, fds, _, _ = socket.recv_fds(self.control, 1, 1)
            if not data:
                return
            if data == b"R":
                self._start(socket.socket(fileno=fds[0]))
            elif data == b"T":
                self.say(seconds=self._seconds())
            elif data == b"K":
                self.say(seconds=self._end())

    def _try(self) -> str:
        """Whether a submission could be locked up: the reason why not, or nothing."""
        here, there = socket.socketpair()
        self._start(there, dry=True)
        with here:
            here.settimeout(20)
            said = b""
            while part := here.recv(4096):
                said += part
        self._end()
        return "" if said == b"fine" else said.decode() or "no process of its own"

    def _start(self, wire: socket.socket, dry: bool = False) -> None:
        if self.mode == "once":
            self._become(wire, dry)
        if self.mode == "open":
            self.child = os.fork()
            if self.child == 0:
                try:
                    self._become(wire, dry)
                finally:
                    os._exit(1)
            wire.close()
            self.say(started=True)
            return
        reader, writer = os.pipe()
        middle = os.fork()
        if middle == 0:
            try:
                os.close(reader)
                self._middle(wire, writer, dry)
            except BaseException as error:
                if dry:
                    wire.sendall(f"{type(error).__name__}: {error}".encode())
            finally:
                os._exit(1)
        os.close(writer)
        wire.close()
        with os.fdopen(reader, "rb") as pipe:
            number = pipe.read()
        os.waitpid(middle, 0)
        self.child = int(number) if number else None
        if not dry:
            self.say(started=self.child is not None)

    def _middle(self, wire: socket.socket, writer: int, dry: bool) -> None:
        """Between here and the submission, which is the new namespace's first process."""
        if self.mode == "nested":
            self.confine.unshare()
        child = os.fork()
        if child == 0:
            try:
                os.close(writer)
                self._become(wire, dry)
            except BaseException as error:
                if dry:
                    wire.sendall(f"{type(error).__name__}: {error}".encode())
            finally:
                os._exit(1)
        os.write(writer, str(child).encode())
        os._exit(0)

    def _become(self, wire: socket.socket, dry: bool) -> None:
        """Lock this process up and run a submission in it; never returns."""
        if self.mode == "once":
            self.say(started=True)
        self.control.close()
        with contextlib.suppress(OSError):
            os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        options, confine = self.options, self.confine
        steps = [
            lambda: confine.limit(
                confine.mapped() + options["memory"],
                options["seconds"],
                options["file_size"],
                options["files"],
            ),
            confine.drop_capabilities,
            confine.refuse_processes,
        ]
        if self.mode == "nested":
            # The limit on memory reads /proc, which goes next.
            steps.insert(1, lambda: confine.private_files(options["tmp"], 4096))
        for step in steps:
            # Without a sandbox whatever this machine has of it is better than nothing.
            with contextlib.suppress(*([Exception] if self.mode == "open" else [])):
                step()
        if dry:
            wire.sendall(b"fine")
            os._exit(0)
        self.agent.run(wire, self.shell)
        os._exit(0)

    def _seconds(self) -> float | None:
        """Processor time of the submission so far; None where nobody can tell."""
        try:
            fields = Path(f"/proc/{self.child}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / TICKS
        except (OSError, IndexError, ValueError):
            return None

    def _end(self) -> float | None:
        """End every process of the submission, and wait until they are gone."""
        child, self.child = self.child, None
        if child is None:
            return None
        if self.mode == "open":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, _, usage = os.wait4(child, 0)
        return usage.ru_utime + usage.ru_stime


def _warm_torch(torch: ModuleType) -> None:
    """The first optimizer imports half of PyTorch: here, not in every submission."""
    torch.set_num_threads(1)
    with contextlib.suppress(Exception):
        torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)


def main() -> None:
    """Take the control socket and the options from the command line, and serve."""
    control = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(control.fileno(), False)
    options = json.loads(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Zygote(control, options).serve()


if __name__ == "__main__":
    main()
