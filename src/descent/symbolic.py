"""Symbolic derivatives, and the same derivative in every other way there is.

One `Expression` serves SymPy, NumPy (compiled, with common subexpressions computed
once), PyTorch, the tape, dual numbers and mpmath. What makes a symbolic derivative long
is not the method but writing it out as a tree: with each subexpression computed once it
is as short as backpropagation. SymPy and PyTorch are imported only when they are used.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from descent.dual import Dual
from descent.expressions import (
    Expression,
    as_expression,
    nested_cos_tan_sin,
    product_chain,
)
from descent.optional import optional
from descent.tape import Tensor
from descent.validation import as_choice, as_count, as_flag, as_number, describe

if TYPE_CHECKING:
    import sympy

__all__ = [
    "Expression", "OperationCounts", "compile_derivative", "compile_function", "derivative",
    "derivative_by", "nested_cos_tan_sin", "operation_counts", "product_chain", "symbolic",
]  # fmt: skip

# SymPy walks an expression by recursion, several Python frames a level.
_FRAMES = 20_000


def symbolic(expression: Expression) -> "sympy.Expr":
    """The expression in SymPy, of the symbol ``x``."""
    sympy = optional("sympy")
    with _deep_recursion():
        return as_expression(expression)(sympy.Symbol("x"))


def derivative(expression: Expression) -> "sympy.Expr":
    """The symbolic derivative with respect to ``x``, as SymPy returns it: not simplified.

    A subexpression that occurs twice is one object in memory; only when the derivative is
    printed, evaluated or compiled without sharing is it written out again. SymPy
    remembers results: before timing this, call ``sympy.core.cache.clear_cache()``.
    """
    sympy, f = optional("sympy"), symbolic(expression)
    with _deep_recursion():
        return sympy.diff(f, sympy.Symbol("x"))


class OperationCounts(NamedTuple):
    """How long a formula is, counted in three ways.

    Attributes
    ----------
    tree : int
        Operations if it is written out in full.
    shared : int
        Operations if each distinct subexpression is computed once (what a program does
        after `compile_derivative` with ``cse``).
    nodes : int
        Distinct subexpressions, the variable and the numbers included: the size of the
        graph.
    """

    tree: int
    shared: int
    nodes: int


def operation_counts(formula: "sympy.Expr | Expression") -> OperationCounts:
    """Count the operations of a formula, as a tree and as a graph.

    An operation is a call of a function, a power, or one ``+`` or ``×`` between two
    operands (a sum of k terms has k − 1). The tree's are SymPy's ``count_ops`` wherever
    there is no division, but each subexpression is visited once, however many times it
    is written: a tree too long to be written down can still be counted.
    """
    sympy = optional("sympy")
    if isinstance(formula, Expression):
        formula = symbolic(formula)
    if not isinstance(formula, sympy.Expr):
        raise TypeError(f"formula must be a SymPy expression, got {describe(formula)}")
    with _deep_recursion():
        tree: dict[Any, int] = {}
        for node in _inputs_first(formula):
            tree[node] = _own_operations(node) + sum(tree[part] for part in node.args)
        shared, results = sympy.cse(formula, list=False)
        parts = [results, *(part for _, part in shared)]
        once = sum(int(sympy.count_ops(part)) for part in parts)
    return OperationCounts(tree[formula], once, len(tree))


def compile_function(
    expression: Expression, *, cse: bool = True, modules: str = "numpy"
) -> Callable[[Any], Any]:
    """Python code of the expression, made by SymPy's ``lambdify``.

    Parameters
    ----------
    cse : bool
        Whether common subexpressions are computed once. Without, the tree is written
        out: short for a chain, twice as long with every level that is used twice.
    modules : {"numpy", "math", "mpmath"}
        Whose functions the code calls: ``"math"`` is the fastest for single numbers,
        ``"numpy"`` takes arrays, ``"mpmath"`` any number of digits.
    """
    return _compile(symbolic(expression), cse, modules)


def compile_derivative(
    expression: Expression, *, cse: bool = True, modules: str = "numpy"
) -> Callable[[Any], Any]:
    """Python code of the symbolic derivative; parameters as in `compile_function`."""
    return _compile(derivative(expression), cse, modules)


def derivative_by(
    expression: Expression, method: str, *, digits: int = 60
) -> Callable[[Any], Any]:
    """A function that returns the derivative at a point, by the method named.

    All preparation is done here, so that the function may be timed.

    Parameters
    ----------
    method : {"compiled", "dual", "mpmath", "substitution", "tape", "torch"}
        ``"compiled"``: `compile_derivative` with sharing, for single numbers.
        ``"dual"``: forward mode. ``"tape"``, ``"torch"``: forward pass and backward
        pass, in float64. ``"substitution"``: the number put in for ``x`` in the
        symbolic derivative. ``"mpmath"``: numerically, with so many ``digits`` that it
        can judge the others; it returns an mpmath number.
    digits : int
        Decimal digits of ``"mpmath"``, in which ``x`` may then be given.
    """
    expression = as_expression(expression)
    as_choice("method", method, _METHODS)
    if method == "mpmath":
        return _by_mpmath(expression, as_count("digits", digits, at_least=15))
    return _METHODS[method](expression)


def _by_dual(f: Expression) -> Callable[[float], float]:
    return lambda x: float(f(Dual(as_number("x", x), 1.0)).tangent)


def _by_tape(f: Expression) -> Callable[[float], float]:
    def slope(x: float) -> float:
        leaf = Tensor(as_number("x", x), requires_grad=True)
        f(leaf).backward()
        return float(leaf.grad)

    return slope


def _by_torch(f: Expression) -> Callable[[float], float]:
    torch = optional("torch")

    def slope(x: float) -> float:
        leaf = torch.tensor(as_number("x", x), dtype=torch.float64, requires_grad=True)
        f(leaf).backward()
        return leaf.grad.item()

    return slope


def _by_substitution(f: Expression) -> Callable[[float], float]:
    formula, symbol = derivative(f), optional("sympy").Symbol("x")

    def slope(x: float) -> float:
        with _deep_recursion():
            return float(formula.subs(symbol, as_number("x", x)))

    return slope


def _by_compiling(f: Expression) -> Callable[[float], float]:
    return compile_derivative(f, cse=True, modules="math")


def _by_mpmath(f: Expression, digits: int) -> Callable[[Any], Any]:
    mp = optional("mpmath").mp

    def slope(x: Any) -> Any:
        with mp.workdps(digits):
            return +mp.diff(f, mp.mpf(x))

    return slope


_METHODS: dict[str, Any] = {
    "compiled": _by_compiling,
    "dual": _by_dual,
    "mpmath": _by_mpmath,
    "substitution": _by_substitution,
    "tape": _by_tape,
    "torch": _by_torch,
}


def _compile(formula: Any, cse: bool, modules: str) -> Callable[[Any], Any]:
    sympy = optional("sympy")
    as_choice("modules", modules, ("numpy", "math", "mpmath"))
    cse = as_flag("cse", cse)
    if modules == "mpmath":
        optional("mpmath")
    with _deep_recursion():
        return sympy.lambdify([sympy.Symbol("x")], formula, modules=modules, cse=cse)


def _inputs_first(formula: Any) -> Iterator[Any]:
    """Each distinct subexpression once, after its own parts."""
    seen, stack = set(), [(formula, False)]
    while stack:
        node, parts_done = stack.pop()
        if parts_done:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((part, False) for part in node.args)


def _own_operations(node: Any) -> int:
    """Operations of a node by itself: a sum or product of k parts has k − 1."""
    if node.is_Add or node.is_Mul:
        return len(node.args) - 1
    return 1 if node.args else 0


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Within it, deep expressions don't exhaust Python's recursion limit."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
