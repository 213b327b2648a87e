"""The schedules that live figures offer, by name, as the library makes them."""

from descent import schedules
from descent.schedules import Schedule

NAMES = ("constant", "inverse", "polynomial", "exponential", "piecewise", "cosine")
POLYNOMIAL = 0.5
DROPS = (0.4, 0.8)


def schedule(name: str, lr: float, decay: float, n_steps: int) -> Schedule:
    """The schedule of that name.

    Parameters
    ----------
    name : one of NAMES
        ``polynomial`` has the power ½; ``piecewise`` is divided by ten after 40 % and
        80 % of the steps; ``cosine`` falls to 0 over all of them.
    lr : float
        The rate at step 0.
    decay : float
        Per step; without meaning for the constant, piecewise and cosine schedules.
    n_steps : int

    Raises
    ------
    ValueError
        If the name is another.
    """
    if name == "constant":
        return schedules.constant(lr)
    if name == "inverse":
        return schedules.inverse(lr, decay)
    if name == "polynomial":
        return schedules.polynomial(lr, decay, POLYNOMIAL)
    if name == "exponential":
        return schedules.exponential(lr, decay)
    if name == "piecewise":
        ends = [max(1, int(share * n_steps)) for share in DROPS]
        return schedules.piecewise_constant(lr, ends, [0.1, 0.1])
    if name == "cosine":
        return schedules.cosine(lr, n_steps)
    raise ValueError(f"name must be one of {NAMES}, got {name!r}")
