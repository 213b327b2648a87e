"""Classic wrong answers, each with the name that the checks must give to its mistake."""


def _bench(
    result: str = "min(times)",
    warm: str = "range(warmup)",
    calls: str = "range(repeat)",
    timed: str = "start = clock(); fn(); times.append(clock() - start)",
) -> str:
    """An answer with one part changed."""
    return f"""
import time

def bench(fn, repeat=5, warmup=1, clock=time.perf_counter):
    times = []
    begin = clock()
    for _ in {warm}:
        fn()
    start = first = clock()
    for _ in {calls}:
        {timed}
    whole = clock() - first
    return {result}
"""


def _slope(
    factors: str = "math.cos(x) * (1 + t * t) * -math.sin(t)",
    update: str = "slope *= factor; x = math.cos(t)",
    levels: str = "range(depth)",
    result: str = "slope",
    start: str = "1.0",
) -> str:
    """An answer with one part changed."""
    return f"""
import math

def chain_slope(x, depth):
    slope, x0 = {start}, x
    for _ in {levels}:
        s = math.sin(x)
        t = math.tan(s)
        c = math.cos(t)
        factor = {factors}
        {update}
    return {result}
"""


def _count(
    result: str = "len(found), len(set(found))",
    leaf: str = "return",
    inside: str = "e[1:]",
    root: str = "visit(e)",
) -> str:
    """An answer with one part changed."""
    return f"""
def operations(e):
    found, ends = [], []

    def visit(e):
        if not isinstance(e, tuple):
            ends.append(e)
            {leaf}
        else:
            found.append(e)
            for part in {inside}:
                visit(part)

    {root}
    return {result}
"""


WRONG = {
    "bench": [
        ("the warm-up counts", _bench(warm="range(0)", calls="range(warmup + repeat)")),
        ("no warm-up", _bench(warm="()")),
        (
            "the warm-up is taken from the repeats",
            _bench("min(times[warmup:])", warm="()"),
        ),
        ("warms up once only", _bench(warm="range(1 if warmup else 0)")),
        ("warms up unasked", _bench(warm="range(max(warmup, 1))")),
        (
            "warms up before each repeat",
            _bench(
                warm="()",
                timed="[fn() for _ in range(warmup)]; start = clock(); fn(); "
                "times.append(clock() - start)",
            ),
        ),
        ("one call too many", _bench(calls="range(repeat + 1)")),
        ("one call too few", _bench(calls="range(1, repeat)")),
        ("times one call only", _bench(calls="range(1)")),
        ("the first repeat is left out", _bench("min(times[1:] or times)")),
        (
            "the first repeat is left out",
            _bench(
                "min(times[warmup + 1:] or times)",
                warm="()",
                calls="range(warmup + repeat)",
            ),
        ),
        ("the last repeat is left out", _bench("min(times[:-1] or times)")),
        (
            "the smallest times are thrown away",
            _bench("sorted(times)[warmup]", warm="()", calls="range(warmup + repeat)"),
        ),
        ("the start of the clock", _bench("min([begin, *times])")),
        ("thousandths of a second", _bench("1e3 * min(times)")),
        (
            "the place, not the time",
            _bench("min(range(repeat), key=times.__getitem__)"),
        ),
        ("divided by repeat", _bench("min(times) / repeat")),
        (
            "remembers earlier calls",
            _bench().replace("times = []", "").replace("def", "times = []\ndef", 1),
        ),
        (
            "repeat and warmup exchanged",
            _bench().replace("repeat=5, warmup=1", "warmup=1, repeat=5"),
        ),
        ("other defaults", _bench().replace("warmup=1", "warmup=0")),
        ("other defaults", _bench().replace("repeat=5", "repeat=3")),
        # The processor does not work while fn waits.
        (
            "not the seconds of one call",
            _bench().replace("time.perf_counter", "time.process_time"),
        ),
        ("the mean", _bench("sum(times) / len(times)")),
        ("the mean", _bench("whole / repeat", timed="fn()")),
        ("a mean with the warm-up", _bench("(clock() - begin) / repeat")),
        ("a mean of all calls", _bench("(clock() - begin) / (repeat + warmup)")),
        ("the median", _bench("__import__('statistics').median(times)")),
        ("the second smallest", _bench("sorted(times)[:2][-1]")),
        (
            "one warm-up call is thrown away",
            _bench("min(times[1:] or times)", warm="()", calls="range(warmup + repeat)"),
        ),
        (
            "the warm-up is in the first time",
            """
            import time

            def bench(fn, repeat=5, warmup=1, clock=time.perf_counter):
                readings = [clock()]
                for call in range(warmup + repeat):
                    fn()
                    if call >= warmup:
                        readings.append(clock())
                return min(b - a for a, b in zip(readings, readings[1:]))
            """,
        ),
        ("the largest", _bench("max(times)")),
        ("the sum", _bench("whole", timed="fn()")),
        ("the last call", _bench("times[-1]")),
        ("the first repeat", _bench(timed="fn(); times.append(clock() - start)")),
        (
            "fn is not between the readings",
            _bench(timed="fn(); start = clock(); times.append(clock() - start)"),
        ),
        (
            "the sign is wrong, and so the largest",
            _bench(timed="start = clock(); fn(); times.append(start - clock())"),
        ),
        ("fn is not between the readings", _bench("min([0, *times])")),
        ("all times", _bench("times")),
        ("returns nothing", _bench("print(end='')")),
        (
            "another clock",
            """
            import time

            def bench(fn, repeat=5, warmup=1, clock=time.perf_counter):
                [fn() for _ in range(warmup)]
                times = []
                for _ in range(repeat):
                    start = time.perf_counter()
                    fn()
                    times.append(time.perf_counter() - start)
                return min(times)
            """,
        ),
        (
            "not the seconds of one call",
            """
            import time

            def bench(fn, repeat=5, warmup=1, clock=time.perf_counter_ns):
                [fn() for _ in range(warmup)]
                times = []
                for _ in range(repeat):
                    start = clock()
                    fn()
                    times.append(clock() - start)
                return min(times)
            """,
        ),
    ],
    "chain_slope": [
        ("the sign is wrong", _slope("math.cos(x) * (1 + t * t) * math.sin(t)")),
        ("tan² is not squared", _slope("math.cos(x) * (1 + t) * -math.sin(t)")),
        (
            "the cosine is not squared",
            _slope("math.cos(x) / math.cos(s) * -math.sin(t)"),
        ),
        ("1 - tan²", _slope("math.cos(x) * (1 - t * t) * -math.sin(t)")),
        ("the slope of tan is missing", _slope("math.cos(x) * -math.sin(t)")),
        (
            "all slopes at the level's input",
            _slope("math.cos(x) * (1 + math.tan(x)**2) * -math.sin(x)"),
        ),
        (
            "the slopes after their function",
            _slope("math.cos(s) * (1 + math.tan(t)**2) * -math.sin(c)"),
        ),
        (
            "a sum",
            _slope(
                "math.cos(x) + (1 + t * t) - math.sin(t)",
                "slope += factor; x = c",
                start="0.0",
            ),
        ),
        (
            "twice the slope",
            """
            import math

            def chain_slope(x, depth, h=1e-6):
                above, below = x + h, x - h
                for _ in range(depth):
                    above = math.cos(math.tan(math.sin(above)))
                    below = math.cos(math.tan(math.sin(below)))
                return (above - below) / h
            """,
        ),
        ("every level at x", _slope(update="slope *= factor")),
        (
            "the slopes of the next level",
            """
            import math

            def chain_slope(x, depth):
                slope = 1.0
                for _ in range(depth):
                    x = math.cos(math.tan(math.sin(x)))
                    t = math.tan(math.sin(x))
                    slope *= math.cos(x) * (1 + t * t) * -math.sin(t)
                return slope
            """,
        ),
        ("the last level only", _slope(update="slope = factor; x = c")),
        ("one level too few", _slope(levels="range(1, depth)")),
        ("one level too many", _slope(levels="range(depth + 1)")),
        # A return inside the loop.
        ("one level too few", _slope(update="slope *= factor; return slope")),
        (
            "x moves too early",
            _slope("0", "x = c; slope *= math.cos(x) * (1 + t * t) * -math.sin(t)"),
        ),
        (
            "the slope of tan at the level's input",
            _slope("math.cos(x) * (1 + math.tan(x)**2) * -math.sin(t)"),
        ),
        (
            "the slope of cos before the tangent",
            _slope("math.cos(x) * (1 + t * t) * -math.sin(s)"),
        ),
        (
            "the slope of sin at its output",
            _slope("math.cos(s) * (1 + t * t) * -math.sin(t)"),
        ),
        (
            "the 1 of 1 + tan² is missing",
            _slope("math.cos(x) * t * t * -math.sin(t)"),
        ),
        ("the product begins with x", _slope(start="x")),
        ("the product begins with 0", _slope(start="0.0")),
        ("the value", _slope(result="x")),
        (
            "the functions in another order",
            """
            import torch

            def chain_slope(x, depth):
                leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
                y = leaf
                for _ in range(depth):
                    y = torch.sin(torch.tan(torch.cos(y)))
                y.backward()
                return leaf.grad.item()
            """,
        ),
    ],
    "operations": [
        ("the first argument only", _count(inside="e[1:2]")),
        ("the last argument only", _count(inside="e[-1:]")),
        ("two arguments at most", _count(inside="e[1:3]")),
        ("equal arguments are visited once", _count(inside="set(e[1:])")),
        (
            "the depth, twice",
            """
            def operations(e):
                if not isinstance(e, tuple):
                    return 0, 0
                deepest = 1 + max(operations(part)[0] for part in e[1:])
                return deepest, deepest
            """,
        ),
        ("the root is missing where shared", _count("len(found), len(set(found) - {e})")),
        (
            "remembers earlier calls",
            _count("len(found), len(seen)", root="visit(e); seen.update(found)").replace(
                "def", "seen = set()\ndef", 1
            ),
        ),
        (
            "leaves are counted",
            _count("len(found) + len(ends), len(set(found)) + len(set(ends))"),
        ),
        (
            "leaves are counted in the tree",
            _count("len(found) + len(ends), len(set(found))"),
        ),
        (
            "leaves are counted where shared",
            _count("len(found), len(set(found)) + len(set(ends))"),
        ),
        ("nothing is shared", _count("len(found), len({id(part) for part in found})")),
        ("nothing is shared", _count("len(found), len(found)")),
        (
            "the order of arguments is ignored",
            _count("len(found), len({(e[0], *sorted(map(str, e[1:]))) for e in found})"),
        ),
        ("everything is shared", _count("len(set(found)), len(set(found))")),
        ("exchanged", _count("len(set(found)), len(found)")),
        (
            "the names of the operations",
            _count("len(found), len({part[0] for part in found})"),
        ),
        (
            "the depth",
            """
            def operations(e):
                def tree(e):
                    return 1 + sum(map(tree, e[1:])) if isinstance(e, tuple) else 0

                def shared(e):
                    return 1 + max(map(shared, e[1:])) if isinstance(e, tuple) else 0

                return tree(e), shared(e)
            """,
        ),
        (
            "those that occur once",
            _count("len(found), sum(found.count(part) == 1 for part in found)"),
        ),
        ("those that are saved", _count("len(found), len(found) - len(set(found))")),
        ("the root is missing", _count(root="[visit(part) for part in e[1:]]")),
        (
            "the arguments are counted",
            _count("sum(len(part) - 1 for part in found), len(set(found))"),
        ),
        ("one number", _count("len(found)")),
        ("one number", _count("len(set(found))")),
    ],
}
