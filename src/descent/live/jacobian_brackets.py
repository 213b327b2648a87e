"""A chain of Jacobians and its brackets, as the live figure ``jacobian-brackets`` shows."""

from descent.jacobians import chain_multiplications

DEFAULTS = {
    "order": "left",
    "step": 0,
    "n0": 64,
    "n1": 128,
    "n2": 64,
    "n3": 10,
    "n4": 1,
}


def total(order: str, n0: int, n1: int, n2: int, n3: int, n4: int) -> int:
    """Multiplications of ``J_4 J_3 J_2 J_1`` from the output, the input, or at best."""
    shapes = [(n4, n3), (n3, n2), (n2, n1), (n1, n0)]
    if order != "best":
        return chain_multiplications(shapes, order)
    return least(shapes)


def least(shapes: list[tuple[int, int]]) -> int:
    """The fewest multiplications of a chain, by trying every last product.

    References
    ----------
    Godbole (1973), On efficient computation of matrix chain products.
    """
    if len(shapes) == 1:
        return 0
    rows, columns = shapes[0][0], shapes[-1][1]
    return min(
        least(shapes[:k]) + least(shapes[k:]) + rows * shapes[k][0] * columns
        for k in range(1, len(shapes))
    )
