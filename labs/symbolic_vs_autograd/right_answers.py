"""Correct answers, each written in another style; the checks must let all of them pass."""

RIGHT = {
    "bench": [
        """
        import time

        def bench(fn, repeat=5, warmup=1, clock=time.perf_counter):
            for _ in range(warmup):
                fn()
            best = float("inf")
            for _ in range(repeat):
                start = clock()
                fn()
                best = min(best, clock() - start)
            return best
        """,
        # The library's own tool, with the clock that was given.
        """
        import time
        import timeit

        def bench(fn, repeat=5, warmup=1, clock=time.perf_counter):
            [fn() for _ in range(warmup)]
            return min(timeit.repeat(fn, number=1, repeat=repeat, timer=clock))
        """,
        # All calls are timed, and the first ones thrown away.
        """
        import time

        def bench(fn, repeat=5, warmup=1, clock=time.perf_counter):
            def once():
                before = clock()
                fn()
                after = clock()
                return after - before

            return sorted([once() for _ in range(warmup + repeat)][warmup:])[0]
        """,
        # One reading between two calls ends one and begins the next.
        """
        import time
        import numpy as np

        def bench(fn, repeat=5, warmup=1, clock=time.perf_counter):
            readings = []
            for k in range(warmup + repeat):
                if k >= warmup:
                    readings.append(clock())
                fn()
            readings.append(clock())
            return np.diff(readings).min()
        """,
        """
        import gc
        from time import perf_counter

        def bench(fn, repeat=5, warmup=1, clock=perf_counter):
            best = None
            gc.disable()
            try:
                for call in range(-warmup, repeat):
                    start = clock()
                    fn()
                    elapsed = clock() - start
                    if call >= 0 and (best is None or elapsed < best):
                        best = elapsed
            finally:
                gc.enable()
            return best
        """,
        # Single precision, from a tensor.
        """
        import time
        import torch

        def bench(fn, repeat=5, warmup=1, clock=time.perf_counter):
            while warmup > 0:
                fn()
                warmup -= 1
            times = torch.zeros(repeat)
            for i in range(repeat):
                start = clock()
                fn()
                times[i] = clock() - start
            return times.min()
        """,
    ],
    "chain_slope": [
        """
        import math

        def chain_slope(x, depth):
            slope = 1.0
            for _ in range(depth):
                s = math.sin(x)
                t = math.tan(s)
                slope *= math.cos(x) * (1 + t * t) * -math.sin(t)
                x = math.cos(t)
            return slope
        """,
        # Dual numbers.
        """
        import math

        class Dual:
            def __init__(self, v, d):
                self.v, self.d = v, d

            def apply(self, f, slope):
                return Dual(f(self.v), slope(self.v) * self.d)

        def chain_slope(x, depth):
            z = Dual(x, 1.0)
            for _ in range(depth):
                z = z.apply(math.sin, math.cos)
                z = z.apply(math.tan, lambda v: 1 / math.cos(v) ** 2)
                z = z.apply(math.cos, lambda v: -math.sin(v))
            return z.d
        """,
        # PyTorch, in its own single precision.
        """
        import torch

        def chain_slope(x, depth):
            leaf = torch.tensor(x, requires_grad=True)
            y = leaf
            for _ in range(depth):
                y = torch.cos(torch.tan(torch.sin(y)))
            y.backward()
            return leaf.grad
        """,
        # Complex step.
        """
        import numpy as np

        def chain_slope(x, depth):
            z = x + 1e-30j
            for _ in range(depth):
                z = np.cos(np.tan(np.sin(z)))
            return z.imag / 1e-30
        """,
        # Central difference.
        """
        import math

        def f(x, depth):
            return x if depth == 0 else f(math.cos(math.tan(math.sin(x))), depth - 1)

        def chain_slope(x, depth, h=1e-6):
            return (f(x + h, depth) - f(x - h, depth)) / (2 * h)
        """,
        # Recursion: the slope of the outer levels at the inner one's value.
        """
        import numpy as np

        def chain_slope(x, depth):
            if not depth:
                return 1
            inside = np.array([x, np.sin(x), np.tan(np.sin(x))])
            factors = [np.cos(inside[0]), np.cos(inside[1]) ** -2, -np.sin(inside[2])]
            return np.prod(factors) * chain_slope(np.cos(inside[2]), depth - 1)
        """,
    ],
    "operations": [
        """
        def operations(e):
            seen = set()

            def tree(e):
                if not isinstance(e, tuple):
                    return 0
                seen.add(e)
                return 1 + sum(tree(part) for part in e[1:])

            return tree(e), len(seen)
        """,
        # A list of what is still to be looked at; texts instead of tuples.
        """
        def operations(e):
            waiting, found = [e], []
            while waiting:
                current = waiting.pop()
                if isinstance(current, tuple):
                    found.append(repr(current))
                    waiting.extend(current[1:])
            return [len(found), len(set(found))]
        """,
        """
        from collections import Counter

        def operations(e):
            if type(e) is not tuple:
                return 0, 0

            def count(e):
                inner = Counter()
                for part in e[1:]:
                    if type(part) is tuple:
                        inner += count(part)
                return inner + Counter([e])

            counts = count(e)
            return sum(counts.values()), len(counts)
        """,
        # Equality alone, no hashing.
        """
        import numpy as np

        def walk(e):
            if isinstance(e, (tuple, list)):
                yield e
                for part in e[1:]:
                    yield from walk(part)

        def operations(e):
            everything, different = list(walk(e)), []
            for part in everything:
                if part not in different:
                    different.append(part)
            return np.array([len(everything), len(different)])
        """,
        # The tree's size from those of the shared parts.
        """
        def operations(e):
            size = {}

            def visit(e):
                if not isinstance(e, tuple):
                    return 0
                if e not in size:
                    size[e] = 1 + sum(map(visit, e[1:]))
                return size[e]

            return (visit(e), len(size))
        """,
    ],
}
