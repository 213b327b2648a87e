"""Late work and further attempts, by a small TOML file.

.. code-block:: toml

    due = 2026-11-30T23:59:00+01:00   # no due: nothing is late
    grace_minutes = 15                # not counted as late
    per_day = 0.1                     # part of the points lost for each day begun
    at_most = 0.5                     # and never more than this part
    attempts = 1                      # files of one student that count
    count = "best"                    # or "last", of those that count

    [extensions]                      # another due date
    "Jane Doe" = 2026-12-02T23:59:00+01:00

    [extra_attempts]
    "Jane Doe" = 1

    [handed_in]                       # where a file's date is not the day it was handed in
    "Jane Doe" = 2026-11-29T10:00:00+01:00

The date of a submission is its file's, in a folder or in an archive (taken as UTC).
Without a policy every file stands for itself and a student's second one is flagged.
"""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from labkit.marks import by_student, total_of


@dataclass(frozen=True)
class Policy:
    """What the file says; the defaults take nothing off and choose nothing."""

    due: datetime | None = None
    grace_minutes: float = 0.0
    per_day: float = 0.0
    at_most: float = 1.0
    attempts: int = 0
    count: str = "best"
    extensions: dict[str, datetime] = field(default_factory=dict)
    extra_attempts: dict[str, int] = field(default_factory=dict)
    handed_in: dict[str, datetime] = field(default_factory=dict)


def load(path: Path) -> Policy:
    """Read a policy.

    Raises
    ------
    ValueError
        It isn't TOML, or says something that no policy says.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from None
    unknown = said.keys() - Policy.__dataclass_fields__.keys()
    if unknown:
        raise ValueError(f"{path}: unknown {', '.join(sorted(unknown))}")
    policy = Policy(**said)
    if policy.count not in ("best", "last"):
        raise ValueError(f'{path}: count is "best" or "last", not {policy.count!r}')
    for name in ("per_day", "at_most"):
        if not 0 <= getattr(policy, name) <= 1:
            raise ValueError(f"{path}: {name} is a part of the points, from 0 to 1")
    dates = [policy.due, *policy.extensions.values(), *policy.handed_in.values()]
    if not all(date is None or isinstance(date, datetime) for date in dates):
        raise ValueError(f"{path}: a date needs its time: 2026-11-30T23:59:00+01:00")
    return policy


def days_late(policy: Policy, student: str, time: str) -> int:
    """Days begun after the due date and the grace."""
    due = policy.extensions.get(student, policy.due)
    when = policy.handed_in.get(student) or (datetime.fromisoformat(time) if time else None)
    if due is None or when is None:
        return 0
    over = _aware(when) - _aware(due) - timedelta(minutes=policy.grace_minutes)
    return max(0, math.ceil(over / timedelta(days=1)))


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def totals(results: Iterable[dict[str, Any]], policy: Policy) -> list[dict[str, Any]]:
    """A total for each student, the policy applied; without attempts, for each file."""
    found = []
    for student, own in by_student(results).items():
        mine = [_reduced(total_of(result), policy) for result in own]
        if policy.attempts > 0 and len(mine) > 1:
            mine = [_chosen(student, mine, policy)]
        found += mine
    return found


def _reduced(total: dict[str, Any], policy: Policy) -> dict[str, Any]:
    days = days_late(policy, total["student"], total["time"])
    if not days:
        return total
    part = min(policy.per_day * days, policy.at_most)
    late = f"{days} day{'s' * (days > 1)}, minus {part:.0%}"
    if total["points"] is not None:
        total["points"] = round(total["points"] * (1 - part), 4)
    return {**total, "late": late}


def _chosen(student: str, mine: list[dict[str, Any]], policy: Policy) -> dict[str, Any]:
    """The attempt that counts; a note names how many there were."""
    allowed = policy.attempts + policy.extra_attempts.get(student, 0)
    mine = sorted(mine, key=lambda total: (total["time"], total["file"]))
    valid = mine[:allowed]
    if policy.count == "last":
        one = valid[-1]
    else:
        one = max(valid, key=lambda t: -1.0 if t["points"] is None else t["points"])
    note = f"{policy.count} of {len(valid)} attempts"
    if len(mine) > allowed:
        note += f" ({len(mine) - allowed} more than allowed)"
    return {**one, "note": note}
