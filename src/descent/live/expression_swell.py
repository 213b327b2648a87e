"""A derivative as a tree and as a graph, as the live figure ``expression-swell`` shows."""

from descent import symbolic

DEFAULTS = {"f": "product", "depth": 8}
DRAWN = 10  # SymPy takes minutes for the depths that the page can reach
CHAINS = {"product": symbolic.product_chain, "nest": symbolic.nested_cos_tan_sin}


def counts(f: str = "product", depth: int = 8) -> dict[str, int]:
    """Operations written out, and distinct expressions, of the derivative, by SymPy.

    ``f`` is ``product`` (``f · sin f``) or ``nest`` (``cos(tan(sin f))``).
    """
    found = symbolic.operation_counts(symbolic.derivative(CHAINS[f](depth)))
    return {"tree": found.tree, "nodes": found.nodes}
