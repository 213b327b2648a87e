"""Further cases for grading: longer runs, two models at once, ends of the range."""

import numpy as np

from labkit import Wrong
from labkit.loading import current_checks as checks
from labkit.loading import current_lab as lab
from labkit.verdicts import matches


def two_models(ask, rng, options, listed, wanted):
    """Two drives whose steps take turns must not disturb each other."""
    drives = []
    for _ in range(2):
        gradients = checks.noise(rng, [(2, 2)], 4)
        start = [rng.normal(size=(2, 2))]
        drives.append(checks.Drive(ask, start, gradients, True, listed, {}))
    for t in range(4):
        for drive in drives:
            drive.step(drive.gradients[t], *options)
    for drive in drives:
        if not matches(np.array(drive.path), wanted(drive), 1e-4, 1e-4):
            raise Wrong(
                "memory outside of state",
                "Two models, each with its own state, disturb each other. Whatever a step "
                "remembers belongs into state.",
                {},
                np.array(drive.path),
                wanted(drive),
            )


@lab.hidden("momentum_step")
def momentum_step(ask, rng):
    """No momentum, sixty steps, no gradient for a while, two models."""
    shapes = [(4, 1), (4,), (2, 3, 2)]
    start = [rng.normal(size=shape) for shape in shapes]
    checks.check_momentum(ask, start, checks.noise(rng, shapes, 3), [0.1] * 3, 0.0)
    gradients = checks.noise(rng, shapes, 60)
    for row in gradients[5:20]:
        row[0] = np.zeros_like(row[0])
    lrs = [0.1 / (1 + t / 20) for t in range(60)]
    checks.check_momentum(ask, start, gradients, lrs, 0.9, reuse=True)
    square = [rng.normal(size=(2, 2)) for _ in range(3)]
    gradients = checks.noise(rng, [(2, 2)] * 3, 4)
    checks.check_momentum(ask, square, gradients, [0.3, 0.2, 0.1, 0.05], 0.8)
    two_models(
        ask,
        rng,
        (0.1, 0.9),
        True,
        lambda d: checks.ride(d.start, d.gradients, [0.1] * 4, 0.9),
    )


@lab.hidden("adam_step")
def adam_step(ask, rng):
    """Large and tiny gradients, sixty steps, no first moment, two models."""
    scale = 10.0 ** rng.integers(-4, 5, size=5)
    gradients = [scale * row[0] for row in checks.noise(rng, [(5,)], 60)]
    checks.check_adam(ask, rng.normal(size=5), gradients, reuse=True, lr=0.01)
    gradients = [row[0] for row in checks.noise(rng, [(3, 1, 2)], 5)]
    checks.check_adam(ask, rng.normal(size=(3, 1, 2)), gradients, b1=0.0, b2=0.5)
    checks.check_adam(ask, [1.0], [[0.0], [0.0], [1.0]], lr=0.1)
    two_models(
        ask,
        rng,
        (0.1,),
        False,
        lambda d: checks.adam(d.start[0], [g for (g,) in d.gradients], {"lr": 0.1}),
    )


@lab.hidden("momentum_factor")
def momentum_factor(ask, rng):
    """Without momentum, at rates that diverge, in a flat valley, strongly damped."""
    checks.check_factor(ask, 2.0, 0.7, 0.0)
    checks.check_factor(ask, 3.0, 1.5, 0.5)
    checks.check_factor(ask, 1e-3, 0.05, 0.9)
    checks.check_factor(ask, float(rng.uniform(50, 100)), 0.01, 0.99)
