"""A lab so small that a class of it is graded in seconds."""

import numpy as np

from labkit import Lab, Stream, Wrong, compare, unchanged

lab = Lab("tiny", title="Tiny lab")


@lab.question("double", points=3, signature="double(x)")
def double(ask, rng):
    """Twice the array x, which stays as it was."""
    for x in (np.array([1.0]), rng.normal(size=(2, 3))):
        reply = ask(x)
        mistakes = {"squares": (x**2, "You squared x."), "x itself": (x, "That is x.")}
        compare(reply.value, 2 * x, given={"x": x}, mistakes=mistakes)
        unchanged(reply, 0, x, "x")


@lab.question("slope", points=4, signature="slope(f, a, b)")
def slope(ask, rng):
    """The slope of the line through (a, f(a)) and (b, f(b))."""
    c = rng.normal()
    reply = ask(lambda x: c * x + 1, 1.0, 3.0)
    compare(reply.value, c, rtol=1e-9, given={"f": f"{c:.3f} x + 1", "a": 1.0, "b": 3.0})
    if len(reply.calls) > 2:
        raise Wrong("calls f too often", "Two calls of f are enough.")


@lab.question("ascending", points=3, signature="ascending(xs)", forbidden=("numpy.sort",))
def ascending(ask, rng):
    """The items of the iterable xs as a list, the smallest first."""
    xs = rng.permutation(6).tolist()
    compare(ask(Stream(xs)).value, sorted(xs), given={"xs": xs})


lab.words("why", points=2, prompt="Why sort?", rubric="One point for each reason.")
