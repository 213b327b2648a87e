"""Further cases for grading: larger, of other shapes, at the ends of what is allowed."""

import numpy as np

from labkit.loading import current_checks as checks
from labkit.loading import current_lab as lab


@lab.hidden("numgrad")
def numgrad(ask, rng):
    """Three axes, integers in a matrix, a step that is given."""
    shape = (2, 1, 3)
    a = checks.coefficients(rng, shape)
    checks.check_numgrad(ask, rng.uniform(-0.5, 0.5, shape), a)
    checks.check_numgrad(ask, np.array([[0, 1], [-1, 0]]), a.ravel()[:4].reshape(2, 2))
    checks.check_numgrad(ask, rng.uniform(-0.5, 0.5, 4), a.ravel()[:4], 1e-4)


@lab.hidden("gd")
def gd(ask, rng):
    """No step at all, a list of integers, a tilted bowl, many steps, one that blows up."""
    checks.check_gd(ask, [1.0, 2.0], [0.0, 1.0], [1, 2], 0.25, 0)
    checks.check_gd(ask, [1.0, 2.0], [0.0, 1.0], [3, -2], 0.25, 4)
    h, w_star, x0 = rng.uniform(0.5, 2, 5), rng.normal(size=5), rng.normal(size=5)
    checks.check_gd(ask, h, w_star, x0, 0.3, 60)
    checks.check_gd(ask, h, w_star, x0, 2.5, 6)
    A = rng.normal(size=(5, 5))
    checks.check_gd(ask, A @ A.T / 5, w_star, x0, 0.2, 9)


@lab.hidden("line_gradient")
def line_gradient(ask, rng):
    """One row, and many."""
    checks.check_line(ask, [2, -1], [3], [1])
    p, x, y = rng.normal(size=2), rng.normal(size=500), rng.normal(size=500)
    checks.check_line(ask, p, x + 3, y)


@lab.hidden("rates")
def rates(ask, rng):
    """A long, tilted valley; a round bowl; one direction."""
    angle = rng.uniform(0.2, 1.2)
    Q = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    H = Q @ np.diag([1.0, 100.0]) @ Q.T
    checks.check_rates(ask, (H + H.T) / 2)
    checks.check_rates(ask, 3.0 * np.eye(3))
    checks.check_rates(ask, [[2.0]])
