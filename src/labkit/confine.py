"""Put the running process where it can do no harm: Linux's own means, by their names.

Standard library alone: it runs inside the sandbox, before any of the learner's code.
Every function raises OSError when the kernel says no; nothing is done by halves.
"""

import ctypes
import os
import platform
import resource
import struct
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
CLONE_THREAD = 0x10000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
SECCOMP_MODE_FILTER = 2
EPERM, ENOSYS = 1, 38

# Numbers of the system calls that are refused, by machine. New processes: `clone` is
# allowed for threads alone, `clone3` hides its flags and is said not to exist. Then what
# makes memory that no limit counts, and what reaches into other processes or the kernel.
_CALLS = {
    "x86_64": {
        "audit": 0xC000003E,
        "clone": 56,
        "clone3": 435,
        "refused": (
            *(57, 58),  # fork, vfork
            *(319, 29, 30, 68, 240),  # memfd_create, shmget, shmat, msgget, mq_open
            *(101, 310, 311, 438),  # ptrace, process_vm_readv and _writev, pidfd_getfd
            *(272, 308, 165, 166, 155),  # unshare, setns, mount, umount2, pivot_root
            *(428, 429, 430, 432, 442),  # open_tree, move_mount, fsopen, fsmount, …setattr
            *(425, 426, 427),  # io_uring
            *(321, 298, 323),  # bpf, perf_event_open, userfaultfd
            *(248, 249, 250),  # keys
        ),
    },
    "aarch64": {
        "audit": 0xC00000B7,
        "clone": 220,
        "clone3": 435,
        "refused": (
            *(279, 194, 196, 186, 180),
            *(117, 270, 271, 438),
            *(97, 268, 40, 39, 41),
            *(428, 429, 430, 432, 442),
            *(425, 426, 427),
            *(280, 241, 282),
            *(217, 218, 219),
        ),
    },
}
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def prctl(option: int, *values: int) -> None:
    """The system call of that name."""
    numbers = [ctypes.c_ulong(v) for v in (*values, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(option, *numbers), f"prctl({option})")


def unshare() -> None:
    """New namespaces of every kind; the next child is the first process of its own.

    The user stays who it was, and gets every capability inside, to be dropped.
    """
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS
    flags |= CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET
    _checked(_libc.unshare(flags), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def mount(kind: str | None, target: str, flags: int, options: str = "") -> None:
    """The system call of that name."""
    name = (kind or "none").encode()
    _checked(
        _libc.mount(
            name,
            target.encode(),
            kind and name,
            ctypes.c_ulong(flags),
            options.encode() or None,
        ),
        f"mount {target}",
    )


def private_files(size: int, files: int) -> None:
    """A new /tmp of ``size`` bytes and ``files`` files, and an empty /proc."""
    mount(None, "/", MS_REC | MS_PRIVATE)
    safe = MS_NOSUID | MS_NODEV
    mount("tmpfs", "/tmp", safe, f"size={size},nr_inodes={files},mode=1777")
    mount("tmpfs", "/proc", safe | MS_NOEXEC | MS_RDONLY, "size=4096,mode=555")
    os.chdir("/tmp")


def drop_capabilities() -> None:
    """No capability now, none by executing anything, no look into this process."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break  # past the last one, or not ours to drop: no_new_privs holds anyway
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    _checked(_libc.capset(header, ctypes.create_string_buffer(bytes(24))), "capset")
    prctl(PR_SET_DUMPABLE, 0)


def mapped() -> int:
    """Bytes of address space in use."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def limit(memory: int, seconds: int, file_size: int, files: int) -> None:
    """Limits of address space, processor time and files; nothing is dumped."""
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))


def can_filter() -> bool:
    """Whether :func:`refuse_processes` knows this machine's system calls."""
    return platform.machine() in _CALLS


def refuse_processes() -> None:
    """From now on this process makes threads, but no process, by a filter of its calls.

    Raises
    ------
    OSError
        The kernel does not filter, or the machine's numbers are not known.
    """
    calls = _CALLS.get(platform.machine())
    if calls is None:
        raise OSError(ENOSYS, f"no filter for {platform.machine()}")
    program = _filter(**calls)
    buffer = ctypes.create_string_buffer(b"".join(program))
    size = len(program)
    head = struct.pack("@HxxxxxxQ", size, ctypes.addressof(buffer))
    argument = ctypes.create_string_buffer(head)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(argument))


def _filter(audit: int, clone: int, clone3: int, refused: tuple[int, ...]) -> list[bytes]:
    """A classic BPF program; it reads ``struct seccomp_data``."""
    load, equal, at_least, bits, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    kill, error, allow = 0x80000000, 0x00050000, 0x7FFF0000

    def op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    program = [
        op(load, 4),
        op(equal, audit, 1, 0),
        op(answer, kill),
        op(load, 0),
        op(at_least, 0x40000000, 0, 1),  # the x32 calls have other numbers
        op(answer, error | EPERM),
        op(equal, clone3, 0, 1),
        op(answer, error | ENOSYS),
        op(equal, clone, 0, 3),
        op(load, 16),
        op(bits, CLONE_THREAD, 1, 0),
        op(answer, error | EPERM),
        op(load, 0),
    ]
    for number in refused:
        program += [op(equal, number, 0, 1), op(answer, error | EPERM)]
    return [*program, op(answer, allow)]
