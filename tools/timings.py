"""Measure again what the pages show as times: ``python -m tools.timings [NAME…]``.

Each module of ``tools/benchmarks`` is one comparison: ``ABOUT``, a sentence, and
``measure()``, which returns timings by name (from ``descent.timing``). The record goes to
``src/descent/data/timings``, dated, with the machine and the versions, and the lessons
that read it become stale. Let the machine be quiet meanwhile.
"""

import argparse
import importlib
import pkgutil
import sys

from tools import kernel

kernel.use(force_one_thread=True)  # before NumPy is imported

from descent.timing_records import TimingRecord  # noqa: E402
from tools import benchmarks  # noqa: E402
from tools.places import SRC  # noqa: E402

RECORDS = SRC / "descent" / "data" / "timings"


def names() -> list[str]:
    """The comparisons there are."""
    return sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))


def measure(name: str) -> TimingRecord:
    """Run one comparison, now, on this machine."""
    module = importlib.import_module(f"tools.benchmarks.{name}")
    return TimingRecord.today(name, module.measure(), about=module.ABOUT)


def main(arguments: list[str] | None = None) -> int:
    """Measure the comparisons named, or all, and keep their records."""
    parser = argparse.ArgumentParser(prog="python -m tools.timings", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    wanted = parser.parse_args(arguments).names or names()
    if unknown := sorted(set(wanted) - set(names())):
        parser.error(f"no comparison is called {', '.join(unknown)}; there are {names()}")
    RECORDS.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        record = measure(name)
        print(f"{name}: {record.about}")
        for label, timing in record.timings.items():
            low, high = timing.quartiles
            print(f"  {label:40s} {timing.median:.3g} s  [{low:.3g}, {high:.3g}]")
        record.save(RECORDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
