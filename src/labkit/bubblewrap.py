"""The sandbox's walls: which bubblewrap call, what it shows, what it limits.

No network, a read-only system, the interpreter and its packages, the few modules of this
package that answer a grader; an empty /tmp of limited size; nothing else of the machine.
"""

import os
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSIDE = Path("/in/labkit")
# What the sandbox sees of this package: the runner, and nothing that judges.
RUNNER = ("agent", "arguments", "codec", "confine", "errors", "plain", "private")
RUNNER += ("torch_arguments", "watching", "wire", "zygote")
MIB = 2**20
HELP = """\
The sandbox cannot be made here ({why}).

Submissions are strangers' programs, so none is run without one. What is needed is
bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap) and
leave to make user namespaces:
  - Debian's older kernels:      sysctl -w kernel.unprivileged_userns_clone=1
  - where the number is 0:       sysctl -w user.max_user_namespaces=15000
  - Ubuntu 24.04 and newer:      sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
  - in Docker or Podman:         run the container with --security-opt seccomp=unconfined
                                 --security-opt apparmor=unconfined --cap-add SYS_ADMIN
On a machine of your own, for notebooks that you trust: --unsafe-no-sandbox (every row of
marks.csv then says so)."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cell, call : float
        Seconds of processor time for a cell of the notebook and for one call of an
        answer; thrice as many on the clock.
    total : float
        Seconds on the clock for the whole submission.
    memory : int
        Bytes beyond what the imported libraries take.
    tmp, file_size : int
        Bytes in /tmp, and in one file.
    files : int
        Open at once.
    """

    cell: float = 20.0
    call: float = 10.0
    total: float = 180.0
    memory: int = 1024 * MIB
    tmp: int = 64 * MIB
    file_size: int = 32 * MIB
    files: int = 128


@dataclass
class Places:
    """Which folders of this machine the sandbox sees, read-only, and which never.

    Attributes
    ----------
    packages : list of Path
        Folders on the learner's ``sys.path``.
    extra : list of Path
        Further packages (a course's library), each visible under its own name.
    hide : list of Path
        Covered by an empty folder wherever they would be visible.
    """

    packages: list[Path] = field(default_factory=list)
    extra: list[Path] = field(default_factory=list)
    hide: list[Path] = field(default_factory=list)


def here(extra: Iterable[Path] = (), hide: Iterable[Path] = ()) -> Places:
    """The running interpreter's packages."""
    found = [
        Path(entry).resolve()
        for entry in sys.path
        if Path(entry).name in ("site-packages", "dist-packages") and Path(entry).is_dir()
    ]
    return Places(
        list(dict.fromkeys(found)), list(extra), [Path(p).resolve() for p in hide]
    )


def command(places: Places, inner: Sequence[str], limits: Limits) -> list[str]:
    """The bubblewrap call around ``inner``, a command with the real interpreter's path."""
    base = Path(sys.base_prefix).resolve()
    libraries = Path(sysconfig.get_paths()["stdlib"]).resolve()
    shown = ["/usr", str(base), str(libraries), *map(str, places.packages)]
    shown = [path for path in dict.fromkeys(shown) if path == "/usr" or not _in_usr(path)]
    moved = dict(zip(map(str, places.packages), packages_inside(places)))
    if os.path.abspath(base) == os.sep:
        shown.remove(os.sep)
    call = ["bwrap", "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"]
    call += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    for path in shown:
        call += ["--ro-bind", path, moved.get(path, path)]
    for path in ("/lib", "/lib64", "/lib32", "/bin"):
        if os.path.islink(path):
            call += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            call += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"):
        call += ["--ro-bind-try", path, path]
    for name in RUNNER:
        call += ["--ro-bind", str(HERE / f"{name}.py"), str(INSIDE / f"{name}.py")]
    call += ["--ro-bind", str(HERE / "stub.py"), str(INSIDE / "__init__.py")]
    for path in places.extra:
        call += ["--ro-bind", str(path), str(INSIDE.parent / path.name)]
    for path in [*places.hide, *(path / "labkit" for path in places.packages)]:
        for top in shown if path.is_dir() else ():
            if path.is_relative_to(top):
                covered = str(Path(moved.get(top, top)) / path.relative_to(top))
                call += ["--tmpfs", covered, "--remount-ro", covered]
    call += ["--proc", "/proc", "--dev", "/dev", "--size", str(MIB), "--tmpfs", "/dev/shm"]
    call += ["--remount-ro", "/dev", "--size", str(limits.tmp), "--perms", "1777"]
    call += ["--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/tmp"]
    for name, value in environment(places, inside=True).items():
        call += ["--setenv", name, value]
    return [*call, "--", *inner]


def packages_inside(places: Places) -> list[str]:
    """Where the sandbox sees the packages: at their own place, unless that is in /tmp.

    The sandbox's /tmp is its own, and empty.
    """
    return [
        f"/in/packages{n}/{path.name}" if path.is_relative_to("/tmp") else str(path)
        for n, path in enumerate(places.packages)
    ]


def _in_usr(path: str) -> bool:
    return Path(path).is_relative_to("/usr")


def environment(places: Places, inside: bool) -> dict[str, str]:
    """The only environment that a submission sees."""
    if inside:
        packages = [str(INSIDE.parent), *packages_inside(places)]
    else:
        packages = [str(path.parent) for path in places.extra]
        packages += map(str, places.packages)
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "USER": "learner",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "PYTHONPATH": os.pathsep.join(packages),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "LABKIT_NO_CHECKS": "1",
        **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
    }
