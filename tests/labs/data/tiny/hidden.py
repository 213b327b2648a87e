"""A case that no learner sees."""

import numpy as np

from labkit import compare
from labkit.loading import current_lab as lab

SECRET = 4242.0


@lab.hidden("double")
def empty_and_large(ask, rng):
    """An empty array, and one entry that would be seen on a page."""
    for x in (np.zeros((0, 2)), np.array([SECRET])):
        compare(ask(x).value, 2 * x, given={"x": x})
