"""Further cases for grading: other lengths and sizes; products that have no room."""

import numpy as np

from labkit import Wrong
from labkit.loading import current_checks as checks
from labkit.loading import current_lab as lab

# A product would take 3.2 GB, 1.6 in single precision: beyond what a submission may use.
WIDE = 20_000
# How it looks from outside that memory ran out.
SIGNS = ("MemoryError", "alloc", "memory")


@lab.hidden("chain_grad")
def no_room_for_a_product(ask, rng):
    """Each Jacobian is a strip of 160 kB; the product of two does not fit the memory."""
    ask.limit = 2 * WIDE  # a gradient may be a list
    for sizes in [(WIDE, 1, WIDE), (WIDE, 1, WIDE, 1), (1, WIDE, 1, WIDE)]:
        Js, v = checks.narrow_and_wide(rng, sizes)
        try:
            checks.check_chain(ask, Js, v, checks.sized(sizes))
        except Wrong as wrong:
            said = f"{wrong.mistake} {wrong.message}"
            if any(sign in said for sign in SIGNS):
                raise checks.product_formed(sizes, "The memory ran out") from None
            raise


@lab.hidden("chain_grad")
def chain_grad(ask, rng):
    """One function, many functions, one input, one output, whole numbers."""
    checks.check_chain(ask, *checks.some_chain(rng, 3, 2))
    checks.check_chain(ask, *checks.some_chain(rng, 1, 3, 1))
    checks.check_chain(ask, *checks.some_chain(rng, 5, 4, 4, 1))
    checks.check_chain(ask, [[[1, 2], [0, 3]], [[4, -1], [2, 2]]], [1, -2])
    Js, v = checks.some_chain(rng, *[6] * 11)
    checks.check_chain(ask, [J / 2 for J in Js], v)


@lab.hidden("layer_jacobian")
def layer_jacobian(ask, rng):
    """One input, one output, one of each, many."""
    for d, k in [(1, 3), (3, 1), (1, 1), (12, 9)]:
        checks.check_layer(ask, *checks.some_layer(rng, d, k))


@lab.hidden("softmax_vjp")
def softmax_vjp(ask, rng):
    """One entry, equal entries, a wide range, many."""
    checks.check_softmax(ask, [2.0], [3.0])
    checks.check_softmax(ask, [1.0, 1.0, 1.0], rng.normal(size=3))
    checks.check_softmax(ask, [-800.0, 0.0, 800.0], rng.normal(size=3))
    checks.check_softmax(ask, 3 * rng.normal(size=50), rng.normal(size=50))
    checks.check_softmax(ask, rng.normal(size=3), np.full(3, 2.0))
