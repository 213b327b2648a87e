"""Further cases for grading: longer, at the ends of what is allowed, near the bound."""

import numpy as np

from labkit.loading import current_checks as checks
from labkit.loading import current_lab as lab


@lab.hidden("noisy_sgd")
def noisy_sgd(ask, rng):
    """One step, many steps, a constant rate, no noise, noise as strong as the slope."""
    checks.check_noisy(ask, [2.0], [1.0], [4.0], (0.3, 0.2), [[1.5]])
    d = 6
    h, w_star, x0 = rng.uniform(0.5, 2, d), rng.normal(size=d), rng.normal(size=d) * 9
    checks.check_noisy(ask, h, w_star, x0, (0.5, 0.01), rng.normal(size=(80, d)))
    checks.check_noisy(ask, h, w_star, x0, (0.3, 0.0), 20 * rng.normal(size=(7, d)))
    checks.check_noisy(ask, h, w_star, x0, (0.3, 0.1), np.zeros((7, d)))


@lab.hidden("sgd_epoch")
def sgd_epoch(ask, rng):
    """One sample, a sample seen twice, many samples."""
    checks.check_epoch(ask, [2, -1], [3], [1], [0], 0.01)
    checks.check_epoch(ask, [2, -1], [1, -2, 0.5], [1, 4, 2], [1, 1, 2, 0, 1], 0.05)
    x, y = rng.uniform(-1, 1, 60), rng.normal(size=60)
    checks.check_epoch(ask, rng.normal(size=2), x, y, rng.integers(60, size=60), 0.1)


@lab.hidden("noise_floor")
def noise_floor(ask, rng):
    """Equal curvatures, close to the bound, far below it, faint noise."""
    checks.check_floor(ask, [3.0, 3.0, 3.0], 0.1, 2.0)
    checks.check_floor(ask, [1.0, 10.0], 0.19, 3.0)
    checks.check_floor(ask, rng.uniform(1, 2, 8), 0.01, 1.5)
    checks.check_floor(ask, rng.uniform(1, 2, 2), 0.5, 0.2)
