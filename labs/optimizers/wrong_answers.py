"""Classic wrong answers, each with the name that the checks must give to its mistake."""


def _momentum(velocity: str, step: str = "p -= lr * v") -> str:
    """An answer whose new velocity is ``velocity``."""
    return f"""
import numpy as np

def momentum_step(params, grads, state, lr, beta):
    if not state:
        state["v"] = [np.zeros_like(p) for p in params]
    for i, (p, g) in enumerate(zip(params, grads)):
        v = state["v"][i]
        v = {velocity}
        state["v"][i] = v
        {step}
"""


def _adam(
    step: str = "p -= lr * m_hat / (np.sqrt(s_hat) + eps)",
    m: str = "b1 * m + (1 - b1) * g",
    s: str = "b2 * s + (1 - b2) * g**2",
    m_hat: str = "m / (1 - b1**t)",
    s_hat: str = "s / (1 - b2**t)",
    t: str = "t + 1",
    keep: str = "state.update(t=t, m=m, s=s)",
    begin: int = 0,
) -> str:
    """An answer in steps, one of which may be wrong."""
    return f"""
import numpy as np

def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
    t, m, s = state.get("t", {begin}), state.get("m", 0.0), state.get("s", 0.0)
    t = {t}
    m = {m}
    s = {s}
    m_hat = {m_hat}
    s_hat = {s_hat}
    {keep}
    {step}
"""


def _factor(result: str, trace: str = "1 + beta - lr * h") -> str:
    """An answer that computes ``result`` from the two roots."""
    return f"""
import numpy as np

def momentum_factor(h, lr, beta):
    z = np.roots([1, -({trace}), beta])
    return {result}
"""


WRONG = {
    "momentum_step": [
        ("goes uphill", _momentum("beta * v + g", "p += lr * v")),
        ("goes uphill", _momentum("beta * v - g")),
        ("divides by the learning rate", _momentum("beta * v + g", "p -= v / lr")),
        (
            "the first gradient counts twice",
            _momentum("beta * v + g").replace(
                "np.zeros_like(p) for p in params", "g.copy() for g in grads"
            ),
        ),
        (
            "the first call does nothing",
            """
            def momentum_step(params, grads, state, lr, beta):
                if not state:
                    state["v"] = [g.copy() for g in grads]
                    return
                for p, g, v in zip(params, grads, state["v"]):
                    v *= beta
                    v += g
                    p -= lr * v
            """,
        ),
        (
            "the first learning rate for all steps",
            _momentum("beta * v + g", "p -= state.setdefault('lr', lr) * v"),
        ),
        ("remembers nothing", _momentum("beta * np.zeros_like(g) + g")),
        (
            "remembers nothing",
            """
            import numpy as np

            def momentum_step(params, grads, state, lr, beta):
                if not state:
                    state = {"v": [np.zeros_like(p) for p in params]}
                for p, g, v in zip(params, grads, state["v"]):
                    v[...] = beta * v + g
                    p -= lr * v
            """,
        ),
        (
            "remembers nothing",
            # v is a new array, and only the loop's name goes along.
            """
            import numpy as np

            def momentum_step(params, grads, state, lr, beta):
                vs = state.setdefault("v", [np.zeros_like(p) for p in params])
                for p, g, v in zip(params, grads, vs):
                    v = beta * v + g
                    p -= lr * v
            """,
        ),
        ("forgets the learning rate", _momentum("beta * v + g", "p -= v")),
        ("no friction", _momentum("v + g")),
        ("a running mean", _momentum("beta * v + (1 - beta) * g")),
        (
            "a running mean after the first step",
            """
            def momentum_step(params, grads, state, lr, beta):
                for i, (p, g) in enumerate(zip(params, grads)):
                    if i in state:
                        state[i] = beta * state[i] + (1 - beta) * g
                    else:
                        state[i] = g.copy()
                    p -= lr * state[i]
            """,
        ),
        (
            "moves with the old velocity",
            """
            import numpy as np

            def momentum_step(params, grads, state, lr, beta):
                for i, (p, g) in enumerate(zip(params, grads)):
                    v = state.get(i, np.zeros_like(p))
                    p -= lr * v
                    state[i] = beta * v + g
            """,
        ),
        ("the rate inside the velocity", _momentum("beta * v + lr * g", "p -= v")),
        ("the rate inside the velocity", _momentum("beta * v - lr * g", "p += v")),
        ("looks ahead", _momentum("beta * v + g", "p -= lr * (g + beta * v)")),
        ("friction on the gradient", _momentum("beta * (v + g)")),
        ("beta at the gradient", _momentum("v + beta * g")),
        (
            "keeps the caller's gradient",
            """
            def momentum_step(params, grads, state, lr, beta):
                if "v" not in state:
                    state["v"] = list(grads)
                else:
                    state["v"] = [beta * v + g for v, g in zip(state["v"], grads)]
                for p, v in zip(params, state["v"]):
                    p -= lr * v
            """,
        ),
        (
            "changes the gradients",
            """
            def momentum_step(params, grads, state, lr, beta):
                if "v" not in state:
                    state["v"] = grads
                else:
                    for v, g in zip(state["v"], grads):
                        v *= beta
                        v += g
                for p, v in zip(params, state["v"]):
                    p -= lr * v
            """,
        ),
        (
            "changes the gradients",
            """
            def momentum_step(params, grads, state, lr, beta):
                for i, (p, g) in enumerate(zip(params, grads)):
                    g += beta * state.get(i, 0)
                    state[i] = g.copy()
                    p -= lr * g
            """,
        ),
        (
            "only the first array moves",
            """
            def momentum_step(params, grads, state, lr, beta):
                for i, (p, g) in enumerate(zip(params, grads)):
                    state[i] = beta * state.get(i, 0) + g
                    p -= lr * state[i]
                    return params
            """,
        ),
        (
            "one velocity for all arrays",
            """
            def momentum_step(params, grads, state, lr, beta):
                for p, g in zip(params, grads):
                    state["v"] = beta * state.get("v", 0) + g
                    p -= lr * state["v"]
            """,
        ),
        ("not in place", _momentum("beta * v + g", "p = p - lr * v")),
        ("not in place", _momentum("beta * v + g", "params[i] = p - lr * v")),
        (
            "not in place",
            """
            def momentum_step(params, grads, state, lr, beta):
                old = state.get("v", [0] * len(params))
                state["v"] = [beta * v + g for v, g in zip(old, grads)]
                return [p - lr * v for p, v in zip(params, state["v"])]
            """,
        ),
        (
            "memory outside of state",
            """
            velocity = {}

            def momentum_step(params, grads, state, lr, beta):
                for i, (p, g) in enumerate(zip(params, grads)):
                    velocity[i] = beta * velocity.get(i, 0) + g
                    p -= lr * velocity[i]
            """,
        ),
        (
            "memory outside of state",
            """
            def momentum_step(params, grads, state, lr, beta, v={}):
                for p, g in zip(params, grads):
                    v[id(p)] = beta * v.get(id(p), 0) + g
                    p -= lr * v[id(p)]
            """,
        ),
        (
            "raises KeyError",
            """
            def momentum_step(params, grads, state, lr, beta):
                for i, (p, g) in enumerate(zip(params, grads)):
                    state[i] = beta * state[i] + g
                    p -= lr * state[i]
            """,
        ),
    ],
    "adam_step": [
        (
            "the larger of the root and eps",
            _adam("p -= lr * m_hat / np.maximum(np.sqrt(s_hat), eps)"),
        ),
        ("eps outside of the fraction", _adam("p -= lr * m_hat / np.sqrt(s_hat) + eps")),
        ("both corrected with b1", _adam(s_hat="s / (1 - b1**t)")),
        ("both corrected with b2", _adam(m_hat="m / (1 - b2**t)")),
        (
            "multiplies by the corrections",
            _adam(m_hat="m * (1 - b1**t)", s_hat="s * (1 - b2**t)"),
        ),
        ("another default rate", _adam().replace("lr=1e-3", "lr=1e-2")),
        ("goes uphill", _adam("p += lr * m_hat / (np.sqrt(s_hat) + eps)")),
        ("no bias correction", _adam(m_hat="m", s_hat="s")),
        ("m is not corrected", _adam(m_hat="m")),
        ("s is not corrected", _adam(s_hat="s")),
        ("counts the steps from 0", _adam(keep="state.update(t=t + 1, m=m, s=s)", t="t")),
        ("counts the steps from 2", _adam(begin=1)),
        ("remembers nothing", _adam(keep="state = dict(t=t, m=m, s=s)")),
        ("the moments are forgotten", _adam(keep="state.update(t=t)")),
        ("m is forgotten", _adam(keep="state.update(t=t, s=s)")),
        ("s is forgotten", _adam(keep="state.update(t=t, m=m)")),
        ("the count stands still", _adam(keep="state.update(t=0, m=m, s=s)")),
        ("no square root", _adam("p -= lr * m_hat / (s_hat + eps)")),
        ("the gradient is not squared", _adam(s="b2 * s + (1 - b2) * g")),
        (
            "b1 and b2 exchanged",
            _adam(
                m="b2 * m + (1 - b2) * g",
                s="b1 * s + (1 - b1) * g**2",
                m_hat="m / (1 - b2**t)",
                s_hat="s / (1 - b1**t)",
            ),
        ),
        (
            "the weights are exchanged",
            _adam(m="(1 - b1) * m + b1 * g", s="(1 - b2) * s + b2 * g**2"),
        ),
        ("sums instead of means", _adam(m="b1 * m + g", s="b2 * s + g**2")),
        ("eps under the root", _adam("p -= lr * m_hat / np.sqrt(s_hat + eps)")),
        ("eps has no effect", _adam("p -= lr * m_hat / np.sqrt(s_hat)")),
        ("eps has no effect", _adam("p -= lr * m_hat / (np.sqrt(s_hat) + 1e-8)")),
        (
            "keeps the corrected moments",
            _adam(keep="state.update(t=t, m=m_hat, s=s_hat)"),
        ),
        (
            "no mean of the gradients",
            _adam("p -= lr * g / (np.sqrt(s_hat) + eps)"),
        ),
        ("no division", _adam("p -= lr * m_hat")),
        ("forgets the learning rate", _adam("p -= m_hat / (np.sqrt(s_hat) + eps)")),
        (
            "b1 and b2 have no effect",
            _adam(t="t + 1; b1, b2 = 0.9, 0.999"),
        ),
        (
            "moves with the old means",
            """
            import numpy as np

            def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
                t, m, s = state.get("all", (1, 0 * p, 0 * p))
                p -= lr * m / (1 - b1**t) / (np.sqrt(s / (1 - b2**t)) + eps)
                state["all"] = t + 1, b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * g**2
            """,
        ),
        ("one s for all entries", _adam(s="b2 * s + (1 - b2) * np.mean(g**2)")),
        ("the norm of the gradient", _adam(s="b2 * s + (1 - b2) * np.sum(g**2)")),
        ("not in place", _adam("p = p - lr * m_hat / (np.sqrt(s_hat) + eps)")),
        ("not in place", _adam("return p - lr * m_hat / (np.sqrt(s_hat) + eps)")),
        ("changes the gradients", _adam(s="b2 * s + (1 - b2) * np.square(g, out=g)")),
        (
            "memory outside of state",
            """
            import numpy as np

            t, m, s = 0, 0, 0

            def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
                global t, m, s
                t, m, s = t + 1, b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * g**2
                p -= lr * m / (1 - b1**t) / (np.sqrt(s / (1 - b2**t)) + eps)
            """,
        ),
    ],
    "momentum_factor": [
        ("the factor of gradient descent", _factor("abs(1 - lr * h)")),
        ("the floor everywhere", _factor("np.sqrt(beta)")),
        ("beta itself", _factor("abs(z[0] * z[1])")),
        ("the smaller root", _factor("abs(z).min()")),
        ("beta is missing in the sum", _factor("abs(z).max()", "1 - lr * h")),
        ("wrong sign in the sum", _factor("abs(z).max()", "1 + beta + lr * h")),
        ("the curvature is missing", _factor("abs(z).max()", "1 + beta - lr")),
        ("a complex number", _factor("max(z, key=abs)")),
        ("both roots", _factor("z")),
        ("both roots", _factor("abs(z)")),
        (
            "not a number",
            """
            import numpy as np

            def momentum_factor(h, lr, beta):
                trace = 1 + beta - lr * h
                return (abs(trace) + np.sqrt(trace**2 - 4 * beta)) / 2
            """,
        ),
        ("the real part", _factor("abs(z.real).max()")),
        (
            "always the upper root",
            """
            import cmath

            def momentum_factor(h, lr, beta):
                trace = 1 + beta - lr * h
                return abs(trace + cmath.sqrt(trace**2 - 4 * beta)) / 2
            """,
        ),
        (
            "the largest number, not the largest size",
            _factor("z.real.max() if np.isreal(z).all() else abs(z[0])"),
        ),
        (
            "the sign is not taken off",
            _factor("z[np.argmax(abs(z))] if np.isreal(z).all() else abs(z[0])"),
        ),
    ],
}
