"""What we minimize: a loss and its gradient.

Problems with data have one loss for each row and minimize the *mean* over rows; the
gradient over a few rows is then an estimate of the full one. All gradients are derived
by hand. The problems without data come from ``descent.landscapes``.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from descent.landscapes import beale, ill_conditioned, quadratic, rosenbrock, two_wells
from descent.losses import LOSSES
from descent.networks import MLP
from descent.objectives import QUIET, Problem
from descent.rows import as_rows
from descent.validation import as_array, as_generator, as_number, describe

__all__ = [
    "Problem",
    "beale",
    "ill_conditioned",
    "least_squares",
    "logistic_regression",
    "network_problem",
    "quadratic",
    "rosenbrock",
    "two_wells",
    "with_gradient_noise",
]


def least_squares(X: np.ndarray, y: np.ndarray, *, c: float = 1.0) -> Problem:
    """Linear regression, ``f(w) = c/2 · mean((X w - y)²)``.

    Row i alone has the loss ``c/2 · r²`` and the gradient ``c r x_i``, with the
    residual ``r = x_i · w - y_i``. An intercept is a column of ones in ``X``.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        ``(n, 1)`` is refused: the residuals would have shape ``(n, n)``.
    c : float
        1 (the default) for ``½ r²``; 2 for ``r²``, as PyTorch's ``MSELoss``. A step
        with rate ``lr`` under c = 2 is a step with ``2 * lr`` under c = 1.

    Returns
    -------
    Problem
        Smoothness ``c · λ_max(XᵀX) / n``; ``minimum`` is the solution of the normal
        equations, the shortest one where there are many.

    Raises
    ------
    ValueError
        If the shapes don't fit, or the data are empty or not finite.
    """
    X, y = _linear_data(X, y)
    c = as_number("c", c, above=0)
    return _linear_model(
        "least squares",
        X,
        y,
        loss=lambda z, y: 0.5 * c * (z - y) ** 2,
        slope=lambda z, y: c * (z - y),
        largest_slope_change=c,
        minimum=np.linalg.lstsq(X, y, rcond=None)[0],
    )


def logistic_regression(X: np.ndarray, y: np.ndarray) -> Problem:
    """Two classes: mean cross-entropy of ``σ(X w)``, with ``σ(z) = 1 / (1 + exp(-z))``.

    With ``s = 2 y - 1`` (so ±1) and ``z = x_i · w``, row i has the loss
    ``log(1 + exp(-s z))`` and the gradient ``-s σ(-s z) x_i = (σ(z) - y_i) x_i``;
    neither overflows nor cancels, however large ``z``. An intercept is a column of ones
    in ``X``.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        Labels, each 0 or 1.

    Returns
    -------
    Problem
        Smoothness ``λ_max(XᵀX) / (4 n)``. ``minimum`` is None: it has no closed form,
        and doesn't exist where a hyperplane separates the classes.

    Raises
    ------
    ValueError
        If a label isn't 0 or 1, the shapes don't fit, or the data are empty.
    """
    X, y = _linear_data(X, y)
    wrong = y[(y != 0) & (y != 1)]
    if wrong.size:
        hint = "; for labels -1 and 1 use (y + 1) / 2" if np.all(np.abs(y) == 1) else ""
        raise ValueError(f"y must hold labels 0 and 1, got {wrong[0]:g}{hint}")

    def slope(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        s = 2 * y - 1
        return -s * np.exp(-np.logaddexp(0, s * z))  # σ(-u) = exp(-log(1 + exp(u)))

    return _linear_model(
        "logistic regression",
        X,
        y,
        loss=lambda z, y: np.logaddexp(0, (1 - 2 * y) * z),
        slope=slope,
        largest_slope_change=0.25,
    )


def network_problem(mlp: MLP, X: np.ndarray, y: np.ndarray) -> Problem:
    """The mean loss of a network on data, over its parameters.

    Parameters
    ----------
    mlp : descent.networks.MLP
        Says what the loss is, and how ``w``, its list of layers, is built.
    X : ndarray, shape (n, d)
    y : ndarray, shape (n, k) for the squared loss, (n,) labels for cross-entropy

    Returns
    -------
    Problem
        ``w`` and gradients are lists of ``{"W": (d_in, d_out), "b": (d_out,)}``, as
        ``mlp.init`` makes them; per-sample gradients have one more axis,
        of rows, in front. Smoothness and minimum aren't known.

    Raises
    ------
    ValueError, TypeError
        If X or y isn't what the network reads and its loss wants.
    """
    if not isinstance(mlp, MLP):
        raise TypeError(f"mlp must be an MLP, got {describe(mlp)}")
    X = as_array("X", X, shape=(None, mlp.sizes[0])).copy()
    y, n = np.array(y), len(X)  # labels stay whole numbers
    LOSSES[mlp.loss_name](np.zeros((n, mlp.sizes[-1])), y)  # refuses what isn't a target

    def batch(rows: Any) -> tuple[np.ndarray, np.ndarray]:
        if rows is None:
            return X, y
        rows = as_rows("rows", rows, n)
        return X[rows], y[rows]

    @QUIET
    def loss(w: Any, rows: Any = None) -> float:
        return mlp.loss(w, *batch(rows))

    @QUIET
    def gradient(w: Any, rows: Any = None) -> Any:
        return mlp.loss_and_gradients(w, *batch(rows))[1]

    @QUIET
    def per_sample_gradients(w: Any, rows: Any = None) -> Any:
        return mlp.per_sample_gradients(w, *batch(rows))

    return Problem("network", n, loss, gradient, per_sample_gradients)


def with_gradient_noise(
    problem: Problem, sigma: float, rng: np.random.Generator
) -> Problem:
    """The same problem, but each component of each gradient gets ``N(0, sigma²)`` added.

    It stands in for the noise of mini-batches where there are no data: unbiased, of the
    same size everywhere. The loss stays exact; per-sample gradients are left out.

    Parameters
    ----------
    problem : Problem
        With parameters in one array.
    sigma : float
        Standard deviation, at least 0.
    rng : numpy.random.Generator
        Drawn from at each call of ``gradient``, ``d`` numbers.
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, got {describe(problem)}")
    sigma = as_number("sigma", sigma, at_least=0)
    rng = as_generator("rng", rng)

    def gradient(w: np.ndarray, rows: Any = None) -> np.ndarray:
        g = problem.gradient(w, rows)
        return g + sigma * rng.standard_normal(g.shape)

    name = f"{problem.name} with gradient noise"
    return replace(problem, name=name, gradient=gradient, per_sample_gradients=None)


def _linear_data(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Copies of ``X (n, d)`` and ``y (n,)``: later changes by the caller don't matter."""
    X = as_array("X", X, ndim=2).copy()
    return X, as_array("y", y, shape=(len(X),)).copy()


def _linear_model(
    name: str,
    X: np.ndarray,
    y: np.ndarray,
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray],
    largest_slope_change: float,
    minimum: np.ndarray | None = None,
) -> Problem:
    """Mean over rows of ``loss(z, y)`` with ``z = X w``; ``slope`` is its ``d/dz``."""
    n, d = X.shape

    def batch(w: Any, rows: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        w = as_array("w", w, shape=(d,), finite=False)
        chosen = slice(None) if rows is None else as_rows("rows", rows, n)
        return X[chosen], X[chosen] @ w, y[chosen]

    @QUIET
    def mean_loss(w: np.ndarray, rows: Any = None) -> float:
        _, z, targets = batch(w, rows)
        return float(np.mean(loss(z, targets)))

    @QUIET
    def gradient(w: np.ndarray, rows: Any = None) -> np.ndarray:
        x, z, targets = batch(w, rows)
        return x.T @ slope(z, targets) / len(z)

    @QUIET
    def per_sample_gradients(w: np.ndarray, rows: Any = None) -> np.ndarray:
        x, z, targets = batch(w, rows)
        return slope(z, targets)[:, None] * x

    curvature = float(np.linalg.eigvalsh(X.T @ X / n)[-1])
    return Problem(
        name,
        n,
        mean_loss,
        gradient,
        per_sample_gradients,
        smoothness=largest_slope_change * curvature,
        minimum=minimum,
    )
