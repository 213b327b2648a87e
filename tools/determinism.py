"""Do the stored outputs hold on another machine? Check them as one would.

    python -m tools.determinism [NAME…]

Runs nbval, strict and with figures, over the named lessons (or all) with one thread,
with two, and on an emulated CPU without AVX2 and FMA, and wants the same verdict:
green. Emulation is by switches of the numerical libraries and covers x86-64 only;
before it counts, a probe makes sure that the switches did something.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tools.kernel import ONE_THREAD
from tools.places import ROOT, select

OLDER_CPU = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR X86_V3",
    "OPENBLAS_CORETYPE": "Nehalem",
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_CBWR": "COMPATIBLE",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA",
}
PROBE = """
import json, numpy, threadpoolctl, torch
from numpy._core._multiarray_umath import __cpu_features__ as features
numpy.ones((64, 64)) @ numpy.ones((64, 64))
pools = threadpoolctl.threadpool_info()
print(json.dumps({
    "numpy": [name for name in ("X86_V3", "X86_V4") if features.get(name)],
    "torch": torch.backends.cpu.get_cpu_capability(),
    "blas": [p["architecture"] for p in pools if p["internal_api"] == "openblas"],
    "threads": torch.get_num_threads(),
}))
"""


class Configuration(NamedTuple):
    """A machine to stand in for: its name, its environment, what a probe must find."""

    name: str
    environment: dict[str, str]
    found: dict[str, Any]


def configurations() -> list[Configuration]:
    """The machines that this one can stand in for."""
    two = dict.fromkeys(ONE_THREAD, "2")
    old = {"numpy": [], "torch": "DEFAULT", "blas": ["Nehalem"]}
    machines = [
        Configuration("one thread", ONE_THREAD, {"threads": 1}),
        Configuration("two threads", two, {"threads": 2}),
    ]
    if platform.machine().lower() in ("x86_64", "amd64"):
        machines.append(Configuration("an older CPU", {**ONE_THREAD, **OLDER_CPU}, old))
    return machines


def ineffective(machine: Configuration) -> list[str]:
    """What the environment of ``machine`` should have changed and did not."""
    environment = {**os.environ, **machine.environment}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        return [f"the probe failed:\n{done.stderr}"]
    seen = json.loads(done.stdout)
    return [
        f"{key} is {seen[key]}, wanted {wanted}"
        for key, wanted in machine.found.items()
        if seen[key] != wanted
    ]


def verdict(machine: Configuration, paths: list[Path]) -> tuple[bool, str]:
    """Whether nbval is green on ``machine``, and what it printed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--nbval"]
    if len(paths) > 1:
        command += ["-n", "2", "--dist", "loadfile"]
    done = subprocess.run(
        [*command, "--color=no", *map(str, paths)],
        cwd=ROOT,
        env={**os.environ, **machine.environment},
        capture_output=True,
        text=True,
    )
    return done.returncode == 0, done.stdout + done.stderr


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.determinism",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a stem or a path")
    options = parser.parse_args(arguments)
    try:
        paths = select(options.names)
    except ValueError as error:
        parser.error(str(error))
    red = 0
    for machine in configurations():
        idle = ineffective(machine)
        green, said = (False, "\n".join(idle)) if idle else verdict(machine, paths)
        red += not green
        last = said.strip().splitlines()[-1] if said.strip() else "nothing was said"
        print(f"{machine.name:14}{'green' if green else 'RED'}  {last}", flush=True)
        if not green:
            print(said, file=sys.stderr)
    return int(red > 0)


if __name__ == "__main__":
    sys.exit(main())
