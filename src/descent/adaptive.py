"""Update rules with a rate for each parameter, by the size of its past gradients.

All divide by the root of a sum or mean of squared gradients, plus ``eps``: multiply
every gradient by 1000, and the steps stay all but the same.
"""

import numpy as np

from descent.leafwise import Optimizer, leafwise
from descent.schedules import Schedule
from descent.validation import as_flag, as_number


def adagrad(
    lr: float | Schedule = 0.01,
    *,
    eps: float = 1e-10,
    lr_decay: float = 0.0,
    weight_decay: float = 0.0,
    initial_accumulator: float = 0.0,
) -> Optimizer:
    """A rate that shrinks with the sum of all squared gradients so far.

    ::

        s = s + g**2
        w = w - lr / (1 + lr_decay * t) * g / (sqrt(s) + eps)      t = 0, 1, 2, …

    ``torch.optim.Adagrad``.

    Parameters
    ----------
    lr : float or Schedule, at least 0
    eps : float, above 0
    lr_decay : float, at least 0
    weight_decay : float, at least 0
        Adds ``weight_decay * w`` to ``g`` first.
    initial_accumulator : float, at least 0
        Where ``s`` begins.

    References
    ----------
    Duchi, Hazan & Singer (2011), Adaptive subgradient methods for online learning and
    stochastic optimization, figure 1 (diagonal).
    """
    eps = as_number("eps", eps, above=0)
    lr_decay = as_number("lr_decay", lr_decay, at_least=0)
    decay = as_number("weight_decay", weight_decay, at_least=0)
    start = as_number("initial_accumulator", initial_accumulator, at_least=0)

    def rule(t, lr, w, g, s):
        g = g + decay * w
        s = s + g**2
        return w - lr / (1 + lr_decay * t) * g / (np.sqrt(s) + eps), {"s": s}

    return leafwise(lr, rule, s=start)


def rmsprop(
    lr: float | Schedule = 0.01,
    alpha: float = 0.99,
    *,
    eps: float = 1e-8,
    centered: bool = False,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> Optimizer:
    """A step divided by the root of a running mean of squared gradients.

    ::

        s = alpha * s + (1 - alpha) * g**2
        m = alpha * m + (1 - alpha) * g                 centered, otherwise 0
        v = momentum * v + g / (sqrt(s - m**2) + eps)
        w = w - lr * v

    Centred, it divides by an estimate of the gradient's standard deviation. Where the
    gradient hardly varies, ``s - m**2`` is all rounding and may fall below 0: it is
    then 0 here, and NaN in ``torch.optim.RMSprop``, which this rule equals otherwise.

    Parameters
    ----------
    lr : float or Schedule, at least 0
    alpha : float in [0, 1)
        How much of the running means is kept.
    eps : float, above 0
    centered : bool
    momentum : float in [0, 1)
    weight_decay : float, at least 0
        Adds ``weight_decay * w`` to ``g`` first.

    References
    ----------
    Tieleman & Hinton (2012), Lecture 6.5, Neural networks for machine learning
    (Coursera). Graves (2013), Generating sequences with recurrent neural networks,
    equations 38 to 41 (centred, with momentum; there ``eps`` is under the root).
    """
    alpha = as_number("alpha", alpha, at_least=0, below=1)
    eps = as_number("eps", eps, above=0)
    mu = as_number("momentum", momentum, at_least=0, below=1)
    decay = as_number("weight_decay", weight_decay, at_least=0)
    centered = as_flag("centered", centered)
    memory = {"s": 0.0}
    memory |= {"m": 0.0} if centered else {}
    memory |= {"v": 0.0} if mu > 0 else {}

    def rule(t, lr, w, g, s, m=0.0, v=0.0):
        g = g + decay * w
        s = alpha * s + (1 - alpha) * g**2
        m = alpha * m + (1 - alpha) * g if centered else 0.0
        v = mu * v + g / (np.sqrt(np.maximum(s - m**2, 0)) + eps)
        return w - lr * v, {"s": s, "m": m, "v": v}

    return leafwise(lr, rule, **memory)


def adam(
    lr: float | Schedule = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    *,
    eps: float = 1e-8,
    amsgrad: bool = False,
    weight_decay: float = 0.0,
) -> Optimizer:
    """Running means of the gradient and of its square, freed of their start at 0.

    ::

        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**n)                      n = 1, 2, 3, …
        v_hat = v / (1 - beta2**n)
        w = w - lr * m_hat / (sqrt(v_hat) + eps)

    AMSGrad puts the largest ``v`` so far in the place of ``v`` in ``v_hat``, so that
    no step grows because an old large gradient is forgotten. ``torch.optim.Adam``,
    which takes the largest ``v`` before it is corrected; so does this.

    Parameters
    ----------
    lr : float or Schedule, at least 0
    beta1, beta2 : float in [0, 1)
        How much of the running means is kept.
    eps : float, above 0
    amsgrad : bool
    weight_decay : float, at least 0
        Adds ``weight_decay * w`` to ``g`` first, so that the decay is rescaled like
        any gradient; `adamw` keeps it apart.

    References
    ----------
    Kingma & Ba (2015), Adam: a method for stochastic optimization, algorithm 1.
    Reddi, Kale & Kumar (2018), On the convergence of Adam and beyond, algorithm 2.
    """
    return _adam(lr, beta1, beta2, eps, amsgrad, weight_decay, decoupled=False)


def adamw(
    lr: float | Schedule = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    *,
    eps: float = 1e-8,
    amsgrad: bool = False,
    weight_decay: float = 0.01,
) -> Optimizer:
    """`adam`, with the weights shrunk directly rather than through the gradient.

    ``w = w - lr * weight_decay * w`` first, then the step of `adam` with no weight
    decay. ``torch.optim.AdamW``, which like this multiplies the decay by ``lr``; in
    the paper the two are apart.

    Parameters
    ----------
    lr, beta1, beta2, eps, amsgrad
        As for `adam`.
    weight_decay : float, at least 0

    References
    ----------
    Loshchilov & Hutter (2019), Decoupled weight decay regularization, algorithm 2.
    """
    return _adam(lr, beta1, beta2, eps, amsgrad, weight_decay, decoupled=True)


def _adam(lr, beta1, beta2, eps, amsgrad, weight_decay, decoupled) -> Optimizer:
    beta1 = as_number("beta1", beta1, at_least=0, below=1)
    beta2 = as_number("beta2", beta2, at_least=0, below=1)
    eps = as_number("eps", eps, above=0)
    decay = as_number("weight_decay", weight_decay, at_least=0)
    amsgrad = as_flag("amsgrad", amsgrad)
    memory = {"m": 0.0, "v": 0.0} | ({"v_max": 0.0} if amsgrad else {})

    def rule(t, lr, w, g, m, v, v_max=0.0):
        if decoupled:
            w = w - lr * decay * w
        else:
            g = g + decay * w
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        v_max = np.maximum(v_max, v)  # v itself, unless AMSGrad remembers more
        m_hat = m / (1 - beta1 ** (t + 1))
        v_hat = v_max / (1 - beta2 ** (t + 1))
        w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
        return w, {"m": m, "v": v, "v_max": v_max}

    return leafwise(lr, rule, **memory)
