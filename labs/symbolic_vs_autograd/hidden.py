"""Further cases for grading: the ends of what is allowed, deep chains, large trees."""

from labkit.loading import current_checks as checks
from labkit.loading import current_lab as lab


@lab.hidden("bench")
def bench(ask, rng):
    """One repeat, many, a clock of whole nanoseconds, equal times, a clock from zero."""
    checks.check_bench(ask, checks.some_durations(rng, 1, 1), 1, 1)
    checks.check_bench(ask, checks.some_durations(rng, 1, 0), 1, 0, by_name=True)
    checks.check_bench(ask, checks.some_durations(rng, 20, 5), 20, 5)
    checks.check_bench(ask, [1.5, 1.5, 1.5], 3, 0, by_name=True, start=0.0)
    ticks = [int(64_000 * seconds) for seconds in checks.some_durations(rng, 6, 2)]
    checks.check_bench(ask, ticks, 6, 2, start=10**12)
    falling = sorted(checks.some_durations(rng, 7, 0), reverse=True)
    checks.check_bench(ask, falling, 7, 0, start=-50.0)
    checks.check_bench(ask, sorted(falling), 6, 1)


@lab.hidden("chain_slope")
def chain_slope(ask, rng):
    """The lesson's chain, a negative x, no level at all."""
    checks.check_slope(ask, 4.2, 30)
    checks.check_slope(ask, -float(rng.uniform(0.3, 1.2)), 3)
    checks.check_slope(ask, float(rng.uniform(1.8, 2.8)), 4)
    checks.check_slope(ask, 0.7, 0)


@lab.hidden("operations")
def operations(ask, rng):
    """A letter, a number, no repetition, three arguments, a tree of 254."""
    checks.check_operations(ask, "x")
    checks.check_operations(ask, 3)
    checks.check_operations(ask, ("add", ("sin", "x"), ("cos", "x")))
    checks.check_operations(ask, ("add", ("sin", "x"), ("sin", "x"), ("mul", 2, "x", "x")))
    # Equal arguments in another order make another operation.
    checks.check_operations(ask, ("add", ("mul", 2, "x"), ("mul", "x", 2)))
    checks.check_operations(ask, checks.product_chain(7))
    for _ in range(5):
        checks.check_operations(ask, checks.some_expression(rng, 5))
