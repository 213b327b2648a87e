"""One expression in every library: equal values, equal slopes, honest operation counts."""

import math
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from descent.dual import Dual
from descent.expressions import library_of
from descent.symbolic import (
    Expression,
    compile_derivative,
    compile_function,
    derivative,
    derivative_by,
    nested_cos_tan_sin,
    operation_counts,
    product_chain,
    symbolic,
)
from descent.tape import Tensor

X = sympy.Symbol("x")
METHODS = ["compiled", "dual", "substitution", "tape", "torch"]
FORMULAS = {
    "all functions": lambda x, m: m.exp(m.sin(x)) / m.sqrt(x) + m.tanh(m.log(x)) * m.cos(x),
    "tan": lambda x, m: m.tan(x / 4) - 2 * x**3,
    "chain": nested_cos_tan_sin(5).formula,
    "product": product_chain(4).formula,
}


def slope_with_60_digits(formula, x):
    """By mpmath alone: a central difference with 80 digits and a step of 1e-25."""
    with mpmath.workdps(80):
        x, h = mpmath.mpf(x), mpmath.mpf(10) ** -25
        return (formula(x + h, mpmath) - formula(x - h, mpmath)) / (2 * h)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("method", METHODS)
def test_every_way_gives_the_slope_that_60_digits_give(name, method):
    slope = derivative_by(Expression(FORMULAS[name]), method)
    for x in (0.3, 1.0, 2.5):
        assert slope(x) == pytest.approx(
            float(slope_with_60_digits(FORMULAS[name], x)), rel=1e-13
        )


@pytest.mark.parametrize("method", METHODS)
def test_the_slope_thirty_levels_deep_is_the_one_known_to_60_digits(method):
    # d/dx cos(tan(sin(…))) at 4.2, thirty levels, by mpmath with 60 digits.
    oracle = slope_with_60_digits(nested_cos_tan_sin(30).formula, "4.2")
    assert mpmath.nstr(oracle, 16) == "0.002550772381737873"
    slope = derivative_by(nested_cos_tan_sin(30), method)
    assert slope(4.2) == pytest.approx(float(oracle), rel=1e-14)


def test_mpmath_has_as_many_digits_as_asked_for():
    slope = derivative_by(Expression(lambda x, m: m.exp(x)), "mpmath", digits=50)
    with mpmath.workdps(60):
        exact = mpmath.e
        assert abs(slope(1) - exact) < mpmath.mpf(10) ** -48
        assert abs(slope(1) - exact) > mpmath.mpf(10) ** -58
    assert mpmath.mp.dps == 15  # the caller's precision stays


@settings(max_examples=30, deadline=None)
@given(st.floats(-3, 3), st.integers(0, 6))
def test_one_expression_has_one_value_in_every_library(x, depth):
    for expression in (nested_cos_tan_sin(depth), product_chain(depth)):
        exact = expression.formula(x, math)
        values = [
            expression(x),
            expression(np.array([x]))[0],
            expression(Tensor(x)).item(),
            expression(Dual(x, 1.0)).item(),
            expression(torch.tensor(x, dtype=torch.float64)).item(),
            float(expression(mpmath.mpf(x))),
        ]
        assert values == pytest.approx([exact] * 6, rel=1e-12, abs=1e-300)


def test_the_library_is_that_of_the_number():
    assert library_of(1.0) is library_of(np.ones(2)) is library_of(Tensor(1.0)) is np
    assert library_of(1j) is np  # a complex step
    assert library_of(torch.ones(1)) is torch
    assert library_of(X) is library_of(sympy.pi) is sympy
    assert library_of(mpmath.mpf(1)) is mpmath


def test_in_sympy_it_is_the_formula_that_was_written():
    assert symbolic(nested_cos_tan_sin(2)) == sympy.cos(
        sympy.tan(sympy.sin(sympy.cos(sympy.tan(sympy.sin(X)))))
    )
    assert symbolic(product_chain(1)) == X * sympy.sin(X)
    assert symbolic(product_chain(0)) == X


def test_the_symbolic_derivative_follows_the_rules():
    assert derivative(Expression(lambda x, m: x * m.sin(x))) == X * sympy.cos(
        X
    ) + sympy.sin(X)
    by_hand = (
        -sympy.sin(sympy.tan(sympy.sin(X)))
        * (1 + sympy.tan(sympy.sin(X)) ** 2)
        * sympy.cos(X)
    )
    assert sympy.expand(derivative(nested_cos_tan_sin(1)) - by_hand) == 0


# --- compiled ------------------------------------------------------------------------


@pytest.mark.parametrize("modules", ["numpy", "math", "mpmath"])
@pytest.mark.parametrize("cse", [True, False])
def test_compiled_code_computes_the_same_with_and_without_sharing(modules, cse):
    for name, formula in FORMULAS.items():
        slope = compile_derivative(Expression(formula, name), cse=cse, modules=modules)
        value = compile_function(Expression(formula, name), cse=cse, modules=modules)
        exact = slope_with_60_digits(formula, 1.25)
        assert float(slope(1.25)) == pytest.approx(float(exact), rel=1e-13)
        assert float(value(1.25)) == pytest.approx(formula(1.25, math), rel=1e-13)


def test_code_for_numpy_takes_arrays():
    x = np.linspace(0.1, 2, 7)
    slopes = compile_derivative(nested_cos_tan_sin(3))(x)
    assert slopes.shape == x.shape
    single = derivative_by(nested_cos_tan_sin(3), "dual")
    assert slopes == pytest.approx([single(value) for value in x], rel=1e-13)


def test_code_for_mpmath_has_any_number_of_digits():
    slope = compile_derivative(nested_cos_tan_sin(10), modules="mpmath")
    with mpmath.workdps(50):
        x = mpmath.mpf("4.2")
        exact = slope_with_60_digits(nested_cos_tan_sin(10).formula, "4.2")
        assert abs(slope(x) / exact - 1) < mpmath.mpf(10) ** -44


def test_sharing_makes_the_code_short():
    def lines(cse):
        code = compile_derivative(product_chain(6), cse=cse)
        return len(code.__doc__), code.__code__.co_code

    assert len(lines(True)[1]) * 5 < len(lines(False)[1])


# --- counts --------------------------------------------------------------------------


def distinct(formula):
    """All subexpressions, as a set."""
    return {formula}.union(*(distinct(part) for part in formula.args))


@pytest.mark.parametrize("make", [nested_cos_tan_sin, product_chain])
@pytest.mark.parametrize("depth", [1, 2, 5, 7])
def test_operations_are_those_that_sympy_counts(make, depth):
    formula = derivative(make(depth))
    counts = operation_counts(formula)
    assert counts.tree == sympy.count_ops(formula)
    assert counts.nodes == len(distinct(formula))
    assert counts.shared <= counts.tree
    assert operation_counts(make(depth)).tree == sympy.count_ops(symbolic(make(depth)))


@pytest.mark.parametrize(
    ("formula", "tree", "shared", "nodes"),
    [
        (X, 0, 0, 1),
        (sympy.Integer(3), 0, 0, 1),
        (X + 1, 1, 1, 3),
        (sympy.sin(X) * sympy.sin(X) + sympy.sin(X), 4, 3, 5),
        (sympy.sin(X) + sympy.cos(X) * sympy.exp(X) + 2, 6, 6, 7),
        (sympy.sin(sympy.sin(X)) + sympy.sin(X), 4, 3, 4),
    ],
)
def test_small_formulas_counted_by_hand(formula, tree, shared, nodes):
    counts = operation_counts(formula)
    assert (counts.tree, counts.shared, counts.nodes) == (tree, shared, nodes)


@pytest.mark.parametrize("depth", [2, 10, 30])
def test_a_chain_s_derivative_grows_as_a_square_as_a_tree_but_linearly_as_a_graph(depth):
    counts = operation_counts(derivative(nested_cos_tan_sin(depth)))
    assert counts.tree == (9 * depth**2 + 13 * depth) // 2 - 1  # an even depth
    if depth > 2:  # 2 is an exponent and a level's number as well
        assert counts.nodes == 7 * depth + 3
    assert counts.shared == 10 * depth - 2


def test_known_counts_of_the_chain_of_thirty():
    assert operation_counts(derivative(nested_cos_tan_sin(30)))[::2] == (4244, 213)


def test_without_sharing_the_product_more_than_doubles_at_every_level():
    counts = [operation_counts(derivative(product_chain(n))) for n in range(3, 10)]
    for n, (less, more) in enumerate(zip(counts, counts[1:])):
        assert more.tree > 2.2 * less.tree, n
        assert more.nodes < less.nodes + 16
    # The tree of the function itself, by its recursion: T = 2 T + 2.
    trees = [operation_counts(product_chain(n)).tree for n in range(8)]
    assert trees == [2 * (2**n - 1) for n in range(8)]
    assert [operation_counts(product_chain(n)).nodes for n in (1, 5, 8)] == [3, 11, 17]


def test_a_tree_too_long_to_write_down_can_be_counted():
    x, g = X, sympy.Function("g")
    for _ in range(60):
        x = g(x, x)  # T = 2 T + 1
    counts = operation_counts(x)  # first, or a failure would write the tree down
    assert counts == (2**60 - 1, 60, 61)
    counts = operation_counts(product_chain(20))
    assert counts == (2 * (2**20 - 1), 40, 41)


DEEP = """
import sys
from descent.symbolic import *
f = nested_cos_tan_sin(14)
sys.setrecursionlimit(300)
formula = derivative(f)
print(operation_counts(formula).nodes, derivative_by(f, "substitution")(4.2))
print(compile_derivative(f)(4.2), sys.getrecursionlimit())
"""


def test_deep_expressions_don_t_exhaust_the_recursion_and_its_limit_stays():
    run = subprocess.run(
        [sys.executable, "-c", DEEP], capture_output=True, text=True, timeout=100
    )
    nodes, substituted, compiled, limit = run.stdout.split()
    exact = float(slope_with_60_digits(nested_cos_tan_sin(14).formula, "4.2"))
    assert (int(nodes), int(limit)) == (7 * 14 + 3, 300)
    assert float(substituted) == pytest.approx(exact, rel=1e-13)
    assert float(compiled) == pytest.approx(exact, rel=1e-13)


# --- what is missing, what is wrong --------------------------------------------------

HIDE = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "sympy", "mpmath"}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Hidden())
from descent.symbolic import *
f = nested_cos_tan_sin(3)
assert abs(derivative_by(f, "tape")(4.2) - derivative_by(f, "dual")(4.2)) < 1e-15
for call in (
    lambda: derivative(f),
    lambda: derivative_by(f, "torch"),
    lambda: derivative_by(f, "mpmath"),
):
    try:
        call()
    except ModuleNotFoundError as error:
        print(error.name, "|", error)
"""


def test_without_sympy_and_torch_the_rest_works_and_the_message_says_how_to_get_them():
    run = subprocess.run([sys.executable, "-c", HIDE], capture_output=True, text=True)
    assert run.stdout.splitlines() == [
        "sympy | this needs sympy, which is not installed: pip install sympy",
        "torch | this needs torch, which is not installed: "
        "pip install torch --index-url https://download.pytorch.org/whl/cpu",
        "mpmath | this needs mpmath, which is not installed: pip install mpmath",
    ], run.stderr


F = Expression(lambda x, m: m.sin(x), "sin")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Expression("sin(x)"), TypeError, "formula must be callable"),
        (lambda: F("x"), TypeError, "x must be a number or an array of NumPy"),
        (lambda: F([1.0]), TypeError, "x must be a number or an array of NumPy"),
        (lambda: nested_cos_tan_sin(-1), ValueError, "depth must be at least 0"),
        (lambda: product_chain(2.0), TypeError, "depth must be a whole number"),
        (lambda: symbolic(np.sin), TypeError, "expression must be an Expression"),
        (lambda: derivative(X), TypeError, "expression must be an Expression, got x"),
        (lambda: derivative_by(F, "magic"), ValueError, "method must be one of"),
        (lambda: derivative_by(np.sin, "dual"), TypeError, "must be an Expression"),
        (
            lambda: derivative_by(F, "mpmath", digits=3),
            ValueError,
            "digits must be at least",
        ),
        (lambda: derivative_by(F, "tape")("x"), TypeError, "x must be a number"),
        (lambda: derivative_by(F, "dual")(math.nan), ValueError, "x must be finite"),
        (lambda: derivative_by(F, "torch")([1.0]), TypeError, "x must be a number"),
        (lambda: derivative_by(F, "substitution")(None), TypeError, "x must be a number"),
        (lambda: compile_derivative(F, modules="c"), ValueError, "modules must be one of"),
        (lambda: compile_derivative(F, cse=1), TypeError, "cse must be True or False"),
        (lambda: operation_counts(3.0), TypeError, "formula must be a SymPy expression"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, words):
    with pytest.raises(error, match=words):
        call()
