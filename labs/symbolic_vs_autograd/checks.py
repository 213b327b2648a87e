"""Checks of the lab on symbolic and automatic differentiation."""

import math
import time

import numpy as np

from labkit import Lab, Wrong, compare
from labkit.verdicts import as_array, matches

lab = Lab("symbolic_vs_autograd", title="Lab: symbolic against automatic differentiation")


# ------------------------------------------------------------------ bench


class Stopwatch:
    """A function and a clock that the check winds: call k takes ``durations[k]``."""

    def __init__(self, durations, start=100.0):
        self.durations, self.now = list(durations), start
        self.calls = self.readings = 0

    def fn(self):
        """The function to be timed; the clock moves while it runs, and only then."""
        if self.calls > 10 * len(self.durations) + 20:
            raise Wrong(
                "calls fn on and on",
                "fn was called more than ten times as often as warmup + repeat.",
                {"durations": self.durations},
            )
        k = min(self.calls, len(self.durations) - 1)
        self.now += self.durations[k]
        self.calls += 1

    def clock(self):
        """The time now."""
        self.readings += 1
        return self.now


def count_calls(calls, value, durations, repeat, warmup, given, *, told=True):
    """Raise Wrong, by name if it can be told, unless fn was called as often as asked.

    ``told``: whether repeat and warmup were passed; else the defaults must do it.
    """
    wanted = warmup + repeat
    if calls == wanted:
        return
    if not told:
        raise Wrong(
            "other defaults",
            "repeat and warmup were left out of this call; then they are 5 and 1, as the "
            "signature says.",
            given,
            f"{calls} calls",
            f"{wanted} calls",
        )
    timed_after = durations[warmup:repeat]
    if calls == repeat and timed_after and matches(value, min(timed_after)):
        name = "the warm-up is taken from the repeats"
        message = "The warm-up calls come before the repeats: warmup + repeat calls in all."
    elif calls == repeat and warmup:
        name = "no warm-up"
        message = "There is no warm-up. Its calls come first, and their times don't count."
    elif calls == repeat + 1 and warmup == 0:
        name = "warms up unasked"
        message = "warmup=0 means that the first call is timed already."
    elif calls == repeat + 1:
        name = "warms up once only"
        message = "There is one warm-up call, whatever warmup says."
    elif calls == warmup + 1:
        name = "times one call only"
        message = "A single call is timed. repeat of them are wanted."
    elif calls == repeat * (warmup + 1):
        name = "warms up before each repeat"
        message = "The warm-up comes once, before the first repeat."
    elif calls == wanted + 1:
        name = "one call too many"
        message = "fn was called once more than warmup + repeat times."
    elif calls == wanted - 1:
        name = "one call too few"
        message = "fn was called once less than warmup + repeat times."
    elif calls == 0:
        name = "fn is never called"
        message = "fn was not called: fn() calls it, fn is the function itself."
    else:
        name = "another number of calls"
        message = "fn must be called exactly warmup + repeat times."
    raise Wrong(name, message, given, f"{calls} calls", f"{wanted} calls")


def time_mistakes(durations, repeat, warmup, start, earlier):
    """What the known mistakes would give for the smallest time.

    ``earlier``: the smallest time of the calls of bench before this one.
    """
    timed = durations[warmup:]
    second = sorted(timed)[1:2] or timed
    found = {
        "the first repeat is left out": (
            min(timed[1:] or timed),
            "The time of the first repeat is thrown away. The warm-up calls come before "
            "it; all repeats count.",
        ),
        "the last repeat is left out": (
            min(timed[:-1] or timed),
            "The time of the last repeat is thrown away: all repeats count.",
        ),
        "the warm-up counts": (
            min(durations),
            "This is the time of a warm-up call. Those times are thrown away.",
        ),
        "the mean": (
            sum(timed) / len(timed),
            "This is the mean. Whatever else the machine does makes a call slower, never "
            "faster: the smallest time is wanted.",
        ),
        "a mean with the warm-up": (
            sum(durations) / len(timed),
            "The warm-up is inside the reading, and the sum is divided by repeat.",
        ),
        "a mean of all calls": (
            sum(durations) / len(durations),
            "This is the mean over all calls, those of the warm-up among them.",
        ),
        "the median": (
            float(np.median(timed)),
            "This is the median. The smallest time is wanted.",
        ),
        "the largest": (max(timed), "This is the slowest call. The fastest is wanted."),
        "the sum": (
            sum(timed),
            "This is the time of all repeats together. That of one call is wanted.",
        ),
        "the sum with the warm-up": (
            sum(durations),
            "This is the time of all calls together, those of the warm-up among them.",
        ),
        "the last call": (
            timed[-1],
            "This is the time of the last call: the smaller ones before it are forgotten.",
        ),
        "the first repeat": (
            timed[0],
            "This is the time of the first repeat. Either the others are not looked at, or "
            "the start was read once, before the loop, and all times count from there.",
        ),
        "fn is not between the readings": (
            0.0,
            "No time passed between the two readings: fn has to be called between them. "
            "(Or the smallest time so far began with 0, and nothing is smaller.)",
        ),
        "the sign is wrong": (
            -min(timed),
            "A time is the second reading minus the first.",
        ),
        "the sign is wrong, and so the largest": (
            -max(timed),
            "A time is the second reading minus the first. Turned round, the smallest is "
            "the slowest call.",
        ),
        "all times": (
            timed,
            "These are the times of all repeats. One number is wanted, the smallest.",
        ),
        "the start of the clock": (
            start,
            "This is a reading of the clock. Only the difference of two readings means "
            "anything.",
        ),
        "the place, not the time": (
            float(np.argmin(timed)),
            "This is the number of the quickest repeat. Its time is wanted.",
        ),
        "thousandths of a second": (
            1000 * min(timed),
            "This is a thousand times what it must be: the clock's own unit is wanted.",
        ),
        "divided by repeat": (
            min(timed) / repeat,
            "The smallest time is divided by repeat, but it is that of one call already.",
        ),
        "the second smallest": (
            second[0],
            "This is the second smallest time. The smallest is wanted.",
        ),
    }
    if earlier is not None:
        found["remembers earlier calls"] = (
            earlier,
            "This is the smallest time of an earlier call of bench. A list that is made "
            "outside of the function, or as a default argument, is kept between calls.",
        )
    if warmup != repeat:
        found["repeat and warmup exchanged"] = (
            min(durations[repeat:] or durations),
            "repeat and warmup have changed places: after fn the arguments are repeat, "
            "then warmup.",
        )
    if warmup:
        found["the smallest times are thrown away"] = (
            sorted(durations)[warmup],
            "So many of the smallest times were thrown away. The warm-up is what comes "
            "first, be it slow or quick.",
        )
        found["one warm-up call is thrown away"] = (
            min(durations[1:]),
            "This is the time of a warm-up call. All warmup of them are thrown away, not "
            "the first alone.",
        )
        found["the warm-up is in the first time"] = (
            min([sum(durations[: warmup + 1]), *timed[1:]]),
            "The first time began before the warm-up. Read the clock right before each "
            "call that counts.",
        )
    return found


def check_bench(
    ask, durations, repeat, warmup, *, by_name=False, start=100.0, earlier=None
):
    """Hold one call against the smallest of the times that count."""
    durations = list(durations)
    watch = Stopwatch(durations, start)
    if by_name:
        options = {"repeat": repeat, "warmup": warmup, "clock": watch.clock}
        reply = ask(watch.fn, **options)
    else:
        reply = ask(watch.fn, repeat, warmup, watch.clock)
    judge_bench(reply, watch, repeat, warmup, start=start, earlier=earlier)


def judge_bench(reply, watch, repeat, warmup, *, start=100.0, earlier=None, told=True):
    """Name what is wrong with the calls, else with the value."""
    durations = watch.durations
    given = {
        "seconds that call 1, 2, … of fn takes": durations,
        "repeat": repeat if told else "left out",
        "warmup": warmup if told else "left out",
    }
    if watch.readings == 0:
        raise Wrong(
            "another clock",
            "The clock that was passed in was never read. Call clock().",
            given,
            reply.value,
            min(durations[warmup:]),
        )
    count_calls(watch.calls, reply.value, durations, repeat, warmup, given, told=told)
    compare(
        reply.value,
        min(durations[warmup:]),
        given=given,
        what="the time of one call",
        mistakes=time_mistakes(durations, repeat, warmup, start, earlier),
    )


def some_durations(rng, repeat, warmup):
    """Quick warm-ups; then different times, the smallest neither first nor last."""
    timed = rng.choice(np.arange(40, 400), repeat, replace=False)
    if repeat > 2:
        order = np.argsort(timed)
        middle = 1 + int(rng.integers(repeat - 2))
        timed[[order[0], middle]] = timed[[middle, order[0]]]
    early = rng.choice(np.arange(2, 20), warmup, replace=False)
    # Powers of two: sums and differences are exact.
    return [int(ticks) / 64 for ticks in (*early, *timed)]


def check_real_clock(ask):
    """With the default clock: seconds, no fewer than fn took, and fewer than all calls."""
    calls = []

    def fn():
        begin = time.perf_counter()
        time.sleep(1e-3)
        calls.append(time.perf_counter() - begin)

    start = time.perf_counter()
    value = ask(fn).value
    most = time.perf_counter() - start
    given = {"fn": "waits for a millisecond", "repeat, warmup, clock": "left out"}
    count_calls(len(calls), value, calls, 5, 1, given, told=False)
    number = as_array(value)
    if number is None or number.shape != ():
        compare(value, 0.001, given=given, what="the time of one call")
    least = min(calls[1:]) / 2
    if not least < number < most:
        raise Wrong(
            "not the seconds of one call",
            "The clock was left out of this call; then it is time.perf_counter, as the "
            "signature says. By it one call takes longer than fn waits, and less time than "
            "all calls together.",
            given,
            value,
            f"between {least:.2g} and {most:.2g}",
        )


@lab.question(
    "bench",
    points=4,
    signature="bench(fn, repeat=5, warmup=1, clock=time.perf_counter)",
    forbidden=("descent.timing",),
)
def bench(ask, rng):
    """The smallest time of one call of fn, after the warm-up."""
    check_bench(ask, [0.25, 0.5, 0.375, 1.5, 1.25, 0.75, 4.0, 2.25, 2.75], 6, 3)
    check_bench(ask, [0.25, 0.5, 0.875, 3.0, 2.0, 4.0, 2.5], 5, 2, earlier=0.75)
    # A slow warm-up, the smallest at the end, a clock that begins below all times.
    slow = [9.0, 8.0, 4.0, 3.25, 2.0, 1.5]
    check_bench(ask, slow, 4, 2, start=0.5, earlier=0.75)
    check_bench(ask, some_durations(rng, 3, 0), 3, 0, by_name=True)
    check_bench(ask, some_durations(rng, 4, 3), 4, 3, by_name=True)
    watch = Stopwatch(some_durations(rng, 5, 1))
    judge_bench(ask(watch.fn, clock=watch.clock), watch, 5, 1, told=False)
    check_real_clock(ask)


# ------------------------------------------------------------------ chain_slope


def chain(x, depth, order="sin tan cos"):
    """``cos(tan(sin(…)))``, so many levels."""
    for _ in range(depth):
        for name in order.split():
            x = getattr(math, name)(x)
    return x


def local(x):
    """The three slopes of one level at ``x``: of sin, of tan, of cos."""
    s = math.sin(x)
    t = math.tan(s)
    return math.cos(x), 1 + t * t, -math.sin(t)


def slope(x, depth, level=local, product=math.prod):
    """The derivative; ``level`` and ``product`` for those who take others."""
    factors = []
    for _ in range(depth):
        factors += level(x)
        x = chain(x, 1)
    return float(product(factors))


def tangent_of(rule):
    """A level whose slope of tan is another function of the tangent."""

    def level(x):
        first, _, last = local(x)
        return first, rule(math.tan(math.sin(x))), last

    return level


def slope_mistakes(x, depth):
    """What the known mistakes would give for the slope."""
    found = {
        "the sign is wrong": (
            -slope(x, depth),
            "The sign is wrong: the derivative of cos is -sin, that of sin is cos.",
        ),
        "twice the slope": (
            2 * slope(x, depth),
            "This is twice what it must be. (From x - h to x + h it is 2h.)",
        ),
        "the minus of cos' is missing": (
            abs(slope(x, depth)) * math.copysign(1, slope(x, depth) * (-1) ** depth),
            "The derivative of cos is -sin: once a level the sign changes.",
        ),
        "tan² is not squared": (
            slope(x, depth, tangent_of(lambda t: 1 + t)),
            "The derivative of tan is 1 + tan², not 1 + tan.",
        ),
        "the cosine is not squared": (
            slope(x, depth, tangent_of(lambda t: math.sqrt(1 + t * t))),
            "The derivative of tan is 1/cos², not 1/cos.",
        ),
        "1 - tan²": (
            slope(x, depth, tangent_of(lambda t: 1 - t * t)),
            "The derivative of tan is 1 + tan²; 1 - tanh² is that of tanh.",
        ),
        "the slope of tan is missing": (
            slope(x, depth, tangent_of(lambda t: 1.0)),
            "The factor of the tangent, 1 + tan², is missing.",
        ),
        "all slopes at the level's input": (
            slope(x, depth, lambda x: (math.cos(x), 1 + math.tan(x) ** 2, -math.sin(x))),
            "Each slope is taken at the input of the level. That of tan belongs at sin x, "
            "that of cos at tan sin x: each where its own function is evaluated.",
        ),
        "the slopes after their function": (
            slope(
                x,
                depth,
                lambda x: (
                    math.cos(math.sin(x)),
                    1 + math.tan(math.tan(math.sin(x))) ** 2,
                    -math.sin(chain(x, 1)),
                ),
            ),
            "Each slope is taken at the output of its function. It belongs at the input: "
            "multiply before you move on.",
        ),
        "the slopes of the next level": (
            slope(chain(x, 1), depth),
            "Each level's slopes are taken after x has moved on. Multiply first.",
        ),
        "a sum": (
            slope(x, depth, product=sum),
            "The local slopes are added up. The chain rule multiplies them.",
        ),
        "one level too few": (
            slope(x, max(depth - 1, 0)),
            "One level is missing. (Is a return inside the loop?)",
        ),
        "one level too many": (slope(x, depth + 1), "There is one level too many."),
        "x moves too early": (
            slope(
                x,
                depth,
                lambda x: (
                    math.cos(chain(x, 1)),
                    1 + math.tan(math.sin(x)) ** 2,
                    -math.sin(math.tan(math.sin(x))),
                ),
            ),
            "The slope of sin is taken after x has moved on. Multiply first.",
        ),
        "the slope of tan at the level's input": (
            slope(x, depth, lambda x: (local(x)[0], 1 + math.tan(x) ** 2, local(x)[2])),
            "The slope of tan is taken at x. It belongs at sin x, where tan is evaluated.",
        ),
        "the slope of cos before the tangent": (
            slope(x, depth, lambda x: (*local(x)[:2], -math.sin(math.sin(x)))),
            "The slope of cos is taken at sin x. It belongs at tan sin x, where cos is "
            "evaluated.",
        ),
        "the slope of sin at its output": (
            slope(x, depth, lambda x: (math.cos(math.sin(x)), *local(x)[1:])),
            "The slope of sin is taken at sin x. It belongs at x, where sin is evaluated.",
        ),
        "the 1 of 1 + tan² is missing": (
            slope(x, depth, tangent_of(lambda t: t * t)),
            "The derivative of tan is 1 + tan², not tan².",
        ),
        "the product begins with x": (
            x * slope(x, depth),
            "The product has the factor x. dx/dx = 1 is what it begins with.",
        ),
        "the product begins with 0": (
            0.0,
            "A product that begins with 0 stays 0. dx/dx = 1 is what it begins with.",
        ),
        "the value": (
            chain(x, depth),
            "This is the value of the function. Its derivative is wanted.",
        ),
        "the functions in another order": (
            _numerically(x, depth, "cos tan sin"),
            "This is the derivative of sin(tan(cos(…))). The sine comes first, and the "
            "cosine is outermost.",
        ),
    }
    if depth > 1:
        found |= {
            "every level at x": (
                slope(x, 1) ** depth,
                "All levels take their slopes at x. Each level's input is the output of "
                "the one before.",
            ),
            "the last level only": (
                slope(chain(x, depth - 1), 1),
                "This is the slope of the outermost level. By the chain rule it is "
                "multiplied by those of all levels inside.",
            ),
        }
    return found


def _numerically(x, depth, order):
    h = 1e-6
    return (chain(x + h, depth, order) - chain(x - h, depth, order)) / (2 * h)


def check_slope(ask, x, depth):
    """Hold one call against the product of the local slopes."""
    compare(
        ask(x, depth).value,
        slope(x, depth),
        given={"x": x, "depth": depth},
        what="the derivative",
        rtol=1e-4,
        atol=1e-9,
        mistakes=slope_mistakes(x, depth),
    )


@lab.question(
    "chain_slope",
    points=3,
    signature="chain_slope(x, depth)",
    forbidden=("descent.symbolic",),
)
def chain_slope(ask, rng):
    """The derivative at x of cos(tan(sin(…))), so many levels deep."""
    check_slope(ask, 0.5, 1)
    check_slope(ask, 0.5, 2)
    check_slope(ask, float(rng.uniform(0.3, 1.2)), 5)


# ------------------------------------------------------------------ operations


def subexpressions(e):
    """All operations in ``e``, as often as they are written."""
    if not isinstance(e, tuple):
        return []
    return [e, *(inner for part in e[1:] for inner in subexpressions(part))]


def leaves(e):
    """All letters and numbers in ``e``, as often as they are written."""
    if not isinstance(e, tuple):
        return [e]
    return [leaf for part in e[1:] for leaf in leaves(part)]


def height(e):
    """The number of operations on the longest way from the root to a leaf."""
    return 1 + max(map(height, e[1:])) if isinstance(e, tuple) else 0


def unordered(e):
    """The expression as someone reads it to whom the order of arguments is nothing."""
    return (e[0], *sorted(map(unordered, e[1:]), key=repr)) if isinstance(e, tuple) else e


def some_of(e, part):
    """The counts of someone who goes through ``part(arguments)`` only."""
    written, waiting = [], [e]
    while waiting:
        current = waiting.pop()
        if isinstance(current, tuple):
            written.append(current)
            waiting.extend(part(current[1:]))
    return len(written), len(set(written))


def count_mistakes(e, tree, shared, earlier):
    """What the known mistakes would give for the two counts.

    ``earlier``: the different operations of the expressions before this one.
    """
    written, ends = subexpressions(e), leaves(e)
    different = set(ends)
    once = sum(written.count(part) == 1 for part in set(written))
    too = "x and the numbers are no operations: they cost nothing."
    found = {
        "two arguments at most": (
            some_of(e, lambda args: args[:2]),
            "An operation may have more than two arguments: e[1:] holds all of them.",
        ),
        "equal arguments are visited once": (
            some_of(e, set),
            "Where two arguments of an operation are equal, one was passed over. The first "
            "number counts both.",
        ),
        "leaves are counted": ((tree + len(ends), shared + len(different)), too),
        "leaves are counted in the tree": ((tree + len(ends), shared), too),
        "leaves are counted where shared": ((tree, shared + len(different)), too),
        "nothing is shared": (
            (tree, tree),
            "The second number must count equal operations once. Two equal tuples need not "
            "be one object: compare them by ==, not by is or id.",
        ),
        "everything is shared": (
            (shared, shared),
            "The first number must count an operation as often as it is written.",
        ),
        "exchanged": (
            (shared, tree),
            "The two numbers are exchanged: the tree's first.",
        ),
        "the names of the operations": (
            (tree, len({part[0] for part in written})),
            "The second number counts the names. sin of x and sin of 2 are different "
            "operations: they are the same only if the arguments are equal, too.",
        ),
        "the order of arguments is ignored": (
            (tree, len(set(map(unordered, written)))),
            "Two operations are the same if they are equal as tuples: with the same "
            "arguments in the same order.",
        ),
        "the depth": (
            (tree, height(e)),
            "The second number is the depth of the expression. The different operations "
            "in it are to be counted.",
        ),
        "the depth, twice": (
            (height(e), height(e)),
            "Both numbers are the depth of the expression: of two arguments only the "
            "deeper one is counted.",
        ),
        "those that occur once": (
            (tree, once),
            "The second number counts only what is written once. What is written several "
            "times counts, too: one time.",
        ),
        "those that are saved": (
            (tree, tree - shared),
            "The second number counts the operations that sharing saves. Those that are "
            "left are wanted.",
        ),
        "the first argument only": (
            some_of(e, lambda args: args[:1]),
            "Only the first argument of each operation has been looked into.",
        ),
        "the last argument only": (
            some_of(e, lambda args: args[-1:]),
            "Only the last argument of each operation has been looked into.",
        ),
        "remembers earlier calls": (
            (tree, len(set(written) | earlier)),
            "The second number counts operations of earlier calls, too. A set that is made "
            "outside of the function, or as a default argument, is kept between calls.",
        ),
        "the arguments are counted": (
            (sum(len(part) - 1 for part in written), shared),
            "The first number counts the arguments. The operations are to be counted.",
        ),
        "the outermost operation only": (
            (1 + sum(isinstance(part, tuple) for part in e[1:]), shared)
            if isinstance(e, tuple)
            else (0, 0),
            "The first number looks one level deep. Arguments have arguments.",
        ),
    }
    if tree == 2:
        # In a larger expression other mistakes give these numbers, and pass here.
        found |= {
            "the root is missing": (
                (tree - 1, shared - 1),
                "Both numbers are too small by one: the outermost operation counts, too.",
            ),
            "the root is missing in the tree": (
                (tree - 1, shared),
                "The first number is too small by one: the outermost operation counts, "
                "too.",
            ),
            "the root is missing where shared": (
                (tree, shared - 1),
                "The second number is too small by one: the outermost operation counts, "
                "too.",
            ),
        }
    return found


def check_operations(ask, e, earlier=frozenset()):
    """Hold one call against the count; ``earlier`` as count_mistakes takes it."""
    written = subexpressions(e)
    wanted = (len(written), len(set(written)))
    given, value = {"e": repr(e)}, ask(e).value
    if isinstance(value, (int, float)):
        message = "Two numbers are wanted: (tree, shared)."
        raise Wrong("one number", message, given, value, wanted)
    compare(
        value,
        wanted,
        given=given,
        what="the pair (tree, shared)",
        mistakes=count_mistakes(e, *wanted, earlier),
    )


def product_chain(depth):
    """``f <- f * sin(f)``, starting from x."""
    f = "x"
    for _ in range(depth):
        f = ("mul", f, ("sin", f))
    return f


def some_expression(rng, depth):
    """A random expression in which much is written twice."""
    if depth == 0:
        return "x" if rng.random() < 0.7 else int(rng.integers(2, 4))
    inner = some_expression(rng, depth - 1)
    kind = rng.integers(3)
    if kind == 0:
        return (str(rng.choice(["sin", "cos", "exp"])), inner)
    other = inner if kind == 1 else some_expression(rng, depth - 1)
    return (str(rng.choice(["add", "mul"])), inner, other)


@lab.question(
    "operations",
    points=3,
    signature="operations(e)",
    forbidden=("descent.symbolic",),
)
def operations(ask, rng):
    """How many operations an expression has: as a tree, and with equal ones shared."""
    first = ("cos", ("sin", 5))
    check_operations(ask, first)
    # Each mistake gives other numbers here.
    s, earlier = ("sin", "x"), frozenset(subexpressions(first))
    product = ("mul", s, ("mul", 3, ("exp", ("sin", 2))))
    check_operations(ask, ("sin", ("add", product, ("exp", ("exp", s)))), earlier)
    check_operations(ask, ("add", 2, ("mul", s, s), ("cos", ("exp", "x"))))
    check_operations(ask, ("add", ("mul", 2, "x"), ("add", ("mul", "x", 2), 3)))
    check_operations(ask, product_chain(3))
    check_operations(ask, some_expression(rng, 4))


lab.words(
    "fair",
    points=2,
    prompt=(
        "A colleague starts a stopwatch, lets SymPy derive a formula and puts a number "
        "into it, and stops: 30 milliseconds. Then she runs PyTorch's forward pass, starts "
        "the stopwatch, calls backward once, and stops: half a millisecond. “Autograd is "
        "sixty times faster”, she says. Name two things that this comparison mixes up or "
        "leaves out, and say how you would measure instead."
    ),
    rubric=(
        "1 point: two real faults, such as: deriving (once) is timed together with "
        "evaluating (many times); PyTorch's forward pass is outside the clock; one reading "
        "each, without warm-up and spread; the formula is interpreted, neither compiled "
        "nor shared; SymPy's cache; float32 against exact digits; the answers are not "
        "compared. "
        "1 point: a measurement that mends them: derive and compile first, time that "
        "apart; then the same work for both (from the point to the derivative), warmed up, "
        "repeated, by turns, the smallest or the median with its spread, after equal "
        "answers."
    ),
)
