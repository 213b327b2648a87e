"""Measured times as the pages show them: dated, with the machine and the versions.

Pages never show the seconds of the run that made the page. They draw and quote a record
that was measured once, on a quiet machine, and is kept beside the code as JSON.
"""

import datetime
import json
import os
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np

from descent.validation import as_array, as_count, describe

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PACKAGES = ("numpy", "scipy", "torch", "sympy", "mpmath", "jax", "autograd")


@dataclass(frozen=True, eq=False)
class Timing:
    """All repeats of one contender.

    Attributes
    ----------
    seconds : ndarray (repeats,)
        Time a call in each repeat (the mean over ``calls`` calls made in a row).
    calls : int
        Calls a repeat.
    result : Any
        What the call returned; None in a timing that was loaded.
    """

    seconds: np.ndarray
    calls: int = 1
    result: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        seconds = np.array(as_array("seconds", self.seconds, ndim=1))
        if not (seconds > 0).all():
            raise ValueError(f"seconds must be above 0, got {seconds.min()}")
        seconds.flags.writeable = False
        object.__setattr__(self, "seconds", seconds)
        as_count("calls", self.calls, at_least=1)

    @property
    def best(self) -> float:
        """The fastest repeat: what the call costs when least disturbed."""
        return float(self.seconds.min())

    @property
    def median(self) -> float:
        """The middle repeat: what it costs on a day like this."""
        return float(np.median(self.seconds))

    @property
    def quartiles(self) -> tuple[float, float]:
        """Between them lies the middle half of the repeats."""
        low, high = np.quantile(self.seconds, [0.25, 0.75])
        return float(low), float(high)


@dataclass(frozen=True, eq=False)
class TimingRecord:
    """Timings of one comparison, and when, on what and with what they were taken.

    Attributes
    ----------
    name : str
        Lower-case letters, digits and ``_``: the name of its file.
    timings : dict of Timing by name
        In the order in which a figure shows them.
    about : str
        One sentence: what was called.
    date : str
        Year-month-day.
    machine : dict
        ``cpu`` (its model), ``cores``, ``system``, ``threads`` (that arrays may use).
    versions : dict
        Of Python and of the packages that were loaded.
    """

    name: str
    timings: dict[str, Timing]
    about: str
    date: str
    machine: dict[str, Any]
    versions: dict[str, str]

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ValueError(
                "name must be lower-case letters, digits and '_', beginning with a letter, "
                f"got {describe(self.name)}"
            )
        timings = self.timings
        if not isinstance(timings, Mapping) or not timings:
            raise ValueError(f"timings must hold at least one, got {describe(timings)}")
        for name, timing in timings.items():
            if not isinstance(name, str) or not isinstance(timing, Timing):
                raise TypeError(f"timings[{name!r}] must be a Timing by its name")
        datetime.date.fromisoformat(self.date)

    @classmethod
    def today(
        cls, name: str, timings: Mapping[str, Timing], *, about: str
    ) -> "TimingRecord":
        """A record of ``timings`` that were taken just now, in this process."""
        date = datetime.date.today().isoformat()
        return cls(name, dict(timings), about, date, machine(), versions())

    def __getitem__(self, name: str) -> Timing:
        """The timing of ``name``."""
        if name not in self.timings:
            raise KeyError(f"{name!r} is not in this record: {list(self.timings)}")
        return self.timings[name]

    def ratio(self, slow: str, fast: str) -> float:
        """How many times as long ``slow`` takes as ``fast``, comparing the medians."""
        return self[slow].median / self[fast].median

    def series(self, label: str) -> tuple[np.ndarray, np.ndarray]:
        """The timings named ``"label @ 8"``, ``"label @ 16"``, …, for a growth law.

        Returns
        -------
        sizes : ndarray (k,)
            Increasing.
        medians : ndarray (k,)
            Seconds a call.
        """
        found = {
            float(name.rpartition(" @ ")[2]): timing.median
            for name, timing in self.timings.items()
            if name.rpartition(" @ ")[0] == label
        }
        if not found:
            raise KeyError(f"no {label!r} @ … in this record: {list(self.timings)}")
        sizes = sorted(found)
        return np.array(sizes), np.array([found[size] for size in sizes])

    def save(self, folder: str | os.PathLike) -> Path:
        """Write ``<folder>/<name>.json``, the seconds with 5 significant digits."""
        timings = {
            name: {
                "seconds": [float(f"{s:.5g}") for s in timing.seconds],
                "calls": timing.calls,
            }
            for name, timing in self.timings.items()
        }
        content = {**vars(self), "timings": timings}
        path = Path(folder) / f"{self.name}.json"
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
        path.write_text(text + "\n", encoding="utf-8")
        return path


def load_record(name: str, folder: str | os.PathLike | None = None) -> TimingRecord:
    """The record ``name``: the course's own, or one of a ``folder``.

    Raises
    ------
    FileNotFoundError
        If there is none of that name; the message lists those that there are.
    ValueError
        If the file is not such a record.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"name must be the name of a record, got {describe(name)}")
    place = resources.files("descent") / "data" / "timings"
    place = place if folder is None else Path(folder)
    file = place / f"{name}.json"
    if not file.is_file():
        there = sorted(f.name for f in place.iterdir()) if place.is_dir() else []
        known = [f.removesuffix(".json") for f in there if f.endswith(".json")]
        raise FileNotFoundError(
            f"no timing record {name!r}; there are {known}. `make timings` measures them"
        )
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        timings = {
            key: Timing(np.array(t["seconds"]), t["calls"])
            for key, t in content["timings"].items()
        }
        return TimingRecord(**{**content, "timings": timings})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{name}.json is not a timing record: {error!r}") from error


def machine() -> dict[str, Any]:
    """What calculates: the processor's model, its cores, the system, the threads used."""
    cpu = platform.processor() or platform.machine()
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    if model := re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE):
        cpu = model.group(1).strip()
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "threads": os.environ.get("OMP_NUM_THREADS", "not set"),
    }


def versions() -> dict[str, str]:
    """Of Python and of those packages that compute and are loaded."""
    loaded = [p for p in _PACKAGES if p in sys.modules]
    return {"python": platform.python_version()} | {p: metadata.version(p) for p in loaded}
