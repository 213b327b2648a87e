"""Learning-rate schedules: the rate as a pure function of the step.

A schedule is a function of the step ``t = 0, 1, 2, …``; ``t = 0`` is the first step
of the run. Called twice with one ``t`` it gives one rate: it keeps no state, so a
resumed run needs nothing but its step number. Rates are finite and never negative.
Throughout, ``lr`` is the rate at step 0, and ``decay`` is per step.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

from descent.validation import as_count, as_number, describe

Schedule = Callable[[int], float]


def as_schedule(lr: float | Schedule, name: str = "lr") -> Schedule:
    """A number as a constant schedule; a function as one whose rates are checked.

    Raises
    ------
    TypeError, ValueError
        If a rate isn't a finite number, at least 0: at once for a number; for a
        function at the step where it happens, which the message names.
    """
    if not callable(lr):
        return constant(_rate(name, lr))

    def rate(t: int) -> float:
        t = _step(t)
        return _rate(f"{name} at step {t}", lr(t))

    return rate


def constant(lr: float) -> Schedule:
    """The same rate at every step: ``lr``, at least 0."""
    return piecewise_constant(lr, [], [])


def inverse(lr: float, decay: float) -> Schedule:
    """``lr / (1 + decay * t)``: slow enough to arrive, fast enough to settle.

    The sum of the rates is infinite and the sum of their squares finite, which is
    what Robbins and Monro ask of a schedule.

    Parameters
    ----------
    lr, decay : float, at least 0
        At ``t = 1 / decay`` the rate has halved.

    References
    ----------
    Robbins & Monro (1951), A stochastic approximation method.
    """
    lr, decay = _rate("lr", lr), as_number("decay", decay, at_least=0)
    return lambda t: lr / (1 + decay * _step(t))


def polynomial(lr: float, decay: float, power: float) -> Schedule:
    """``lr / (1 + decay * t) ** power``: between constant (0) and inverse (1).

    Not torch's ``PolynomialLR``, which is `polynomial_to_zero`.

    Parameters
    ----------
    lr, decay : float, at least 0
    power : float, at least 0
        The sum of the rates is infinite for ``power <= 1``; that of their squares
        is finite for ``power > 1/2``.

    References
    ----------
    Polyak & Juditsky (1992), Acceleration of stochastic approximation by averaging.
    """
    lr, decay = _rate("lr", lr), as_number("decay", decay, at_least=0)
    power = as_number("power", power, at_least=0)
    return lambda t: lr * (1 + decay * _step(t)) ** -power


def polynomial_to_zero(lr: float, n_steps: int, power: float = 1.0) -> Schedule:
    """``lr * (1 - t / n_steps) ** power``, and 0 from step ``n_steps`` on.

    A straight line for ``power=1``. This is torch's ``PolynomialLR``.

    Parameters
    ----------
    lr : float, at least 0
    n_steps : int, at least 1
    power : float, above 0
    """
    lr, n_steps = _rate("lr", lr), as_count("n_steps", n_steps, at_least=1)
    power = as_number("power", power, above=0)
    return lambda t: lr * (1 - min(_step(t), n_steps) / n_steps) ** power


def exponential(lr: float, decay: float) -> Schedule:
    """``lr * exp(-decay * t)``: each step multiplies the rate by the same factor.

    The sum of all rates is finite, about ``lr / decay``: a run can go no further than
    that, however long it is. torch's ``ExponentialLR(gamma)`` is
    ``decay = -log(gamma)``.

    Parameters
    ----------
    lr, decay : float, at least 0
        After ``1 / decay`` steps the rate is ``lr / e``.
    """
    lr, decay = _rate("lr", lr), as_number("decay", decay, at_least=0)
    return lambda t: lr * math.exp(-decay * _step(t))


def piecewise_constant(
    lr: float, boundaries: Sequence[int], factors: Sequence[float]
) -> Schedule:
    """``lr`` times every factor whose boundary has been reached, ``boundary <= t``.

    ``piecewise_constant(1.0, [10, 20], [0.5, 0.1])`` is 1 for steps 0 to 9, 0.5 for
    10 to 19 and 0.05 from 20 on. torch's ``MultiStepLR(milestones, gamma)`` has
    ``boundaries = milestones`` and the same factor ``gamma`` at each; its ``StepLR``
    has boundaries at the multiples of ``step_size``.

    Parameters
    ----------
    lr : float, at least 0
    boundaries : sequence of int, increasing, at least 1
    factors : sequence of float, at least 0
        One for each boundary.
    """
    rates = [_rate("lr", lr)]
    boundaries, factors = _listed("boundaries", boundaries), _listed("factors", factors)
    steps = [as_count(f"boundaries[{i}]", b, at_least=1) for i, b in enumerate(boundaries)]
    if len(factors) != len(steps):
        raise ValueError(f"factors must be {len(steps)}, as boundaries, got {len(factors)}")
    if any(left >= right for left, right in zip(steps, steps[1:])):
        raise ValueError(f"boundaries must increase, got {steps}")
    for i, factor in enumerate(factors):
        rates.append(rates[-1] * as_number(f"factors[{i}]", factor, at_least=0))
    return lambda t: rates[bisect_right(steps, _step(t))]


def cosine(lr: float, n_steps: int, final: float = 0.0) -> Schedule:
    """Half a cosine from ``lr`` down to ``final``, then ``final`` for good.

    ``final + (lr - final) * (1 + cos(pi * t / n_steps)) / 2`` for ``t <= n_steps``.
    torch's ``CosineAnnealingLR(T_max, eta_min)`` agrees up to ``T_max = n_steps``;
    after that it climbs back to ``lr``, and this schedule doesn't.

    Parameters
    ----------
    lr, final : float, at least 0
    n_steps : int, at least 1

    References
    ----------
    Loshchilov & Hutter (2017), SGDR: SGD with warm restarts, equation 5.
    """
    lr, final = _rate("lr", lr), _rate("final", final)
    n_steps = as_count("n_steps", n_steps, at_least=1)

    def rate(t: int) -> float:
        angle = math.pi * min(_step(t), n_steps) / n_steps
        return final + (lr - final) * (1 + math.cos(angle)) / 2

    return rate


def warmup(schedule: float | Schedule, n_steps: int, start: float = 0.0) -> Schedule:
    """A straight line from ``start`` to ``schedule(0)``, then ``schedule(t - n_steps)``.

    ``start + (schedule(0) - start) * t / n_steps`` for ``t < n_steps``. With
    ``start=0`` the very first step goes nowhere. It is torch's ``SequentialLR`` of a
    ``LinearLR(start_factor, total_iters=n_steps)``, where
    ``start = start_factor * schedule(0)``, and the schedule's own.

    Parameters
    ----------
    schedule : float or Schedule
        What follows the warm-up; it begins at its own step 0.
    n_steps : int
        The number of steps before the full rate is reached.
    start : float, at least 0
        The rate (not a factor) at step 0.

    References
    ----------
    Goyal et al. (2017), Accurate, large minibatch SGD, section 2.2.
    """
    schedule, start = as_schedule(schedule, "schedule"), _rate("start", start)
    if as_count("n_steps", n_steps) == 0:
        return schedule
    full = schedule(0)
    return chain(
        [(lambda t: start + (full - start) * t / n_steps, n_steps), (schedule, None)]
    )


def chain(parts: Sequence[tuple[float | Schedule, int | None]]) -> Schedule:
    """One schedule after the other, each from its own step 0.

    ``chain([(a, 10), (b, None)])`` is ``a(t)`` for ``t < 10``, then ``b(t - 10)``.
    The last part runs on for as long as it is asked. torch's ``SequentialLR``.

    Parameters
    ----------
    parts : sequence of (schedule, n_steps)
        ``n_steps`` is how long a part lasts, at least 1; the last may say ``None``.
    """
    schedules, ends = [], [0]
    parts = _listed("parts", parts)
    if not parts:
        raise ValueError("parts must hold at least one (schedule, n_steps), got none")
    for i, part in enumerate(parts):
        if not isinstance(part, (tuple, list)) or len(part) != 2:
            raise TypeError(f"parts[{i}] must be (schedule, n_steps), got {describe(part)}")
        schedules.append(as_schedule(part[0], f"parts[{i}]"))
        if i < len(parts) - 1 or part[1] is not None:
            ends.append(ends[-1] + as_count(f"n_steps of parts[{i}]", part[1], at_least=1))
    starts = ends[: len(schedules)]

    def rate(t: int) -> float:
        i = bisect_right(starts, _step(t)) - 1
        return schedules[i](t - starts[i])

    return rate


def total(schedule: float | Schedule, n_steps: int) -> float:
    """The sum of the rates of the first ``n_steps`` steps.

    It bounds how far gradient steps can go: ``|w_T - w_0| <= total * max |g|``.
    """
    schedule = as_schedule(schedule, "schedule")
    return math.fsum(schedule(t) for t in range(as_count("n_steps", n_steps)))


def _rate(name: str, value: float) -> float:
    return as_number(name, value, at_least=0)


def _step(t: int) -> int:
    return as_count("t", t)


def _listed(name: str, value: Sequence) -> list:
    try:
        return list(value)
    except TypeError:
        raise TypeError(f"{name} must be a sequence, got {describe(value)}") from None
