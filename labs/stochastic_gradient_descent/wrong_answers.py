"""Classic wrong answers, each with the name that the checks must give to its mistake."""


def _noisy(
    step: str = "x = x - eta(t) * (grad(x) + noise[t - 1])",
    result: str = "x",
    steps: str = "range(1, T + 1)",
) -> str:
    """An answer whose loop over ``steps`` does ``step``."""
    return f"""
import numpy as np

def noisy_sgd(grad, x0, eta, noise):
    T, x = len(noise), np.array(x0, dtype=float)
    g0, path = grad(x), [x]
    rng = np.random.default_rng()
    for t in {steps}:
        {step}
        path.append(x)
    return {result}
"""


def _epoch(
    step: str = "w, b = w - 2 * lr * r * x[i], b - 2 * lr * r",
    result: str = "np.array([w, b]), np.mean(met)",
    order: str = "order",
    loss: str = "r**2",
) -> str:
    """An answer whose loop over the samples does ``step``."""
    return f"""
import numpy as np

def sgd_epoch(p, x, y, order, lr):
    (w, b), met = p, []
    for i in {order}:
        r = w * x[i] + b - y[i]
        met.append({loss})
        {step}
    return {result}
"""


def _floor(result: str, V: str = "eta * sigma**2 / (h * (2 - eta * h))") -> str:
    """An answer that computes ``result`` from the variances."""
    return f"""
import numpy as np

def noise_floor(h, eta, sigma):
    V = {V}
    return {result}
"""


WRONG = {
    "noisy_sgd": [
        (
            "the rates backwards",
            _noisy("x = x - eta(T + 1 - t) * (grad(x) + noise[t - 1])"),
        ),
        ("one step without noise at the end", _noisy(result="x - eta(T + 1) * grad(x)")),
        (
            "one entry of the noise for all",
            _noisy("x = x - eta(t) * (grad(x) + noise[t - 1][0])"),
        ),
        ("the start comes back", _noisy(result="x0")),
        (
            "the rates start at t = 0",
            _noisy("x = x - eta(t) * (grad(x) + noise[t])", steps="range(T)"),
        ),
        (
            "the rates run ahead",
            _noisy("x = x - eta(t + 1) * (grad(x) + noise[t - 1])"),
        ),
        ("rates and noise start at 0", _noisy(steps="range(T)")),
        (
            "the noise is shifted",
            _noisy("x = x - eta(t) * (grad(x) + noise[t % T])"),
        ),
        ("one step too few", _noisy(steps="range(1, T)")),
        (
            "stops after one step",
            _noisy("x = x - eta(t) * (grad(x) + noise[t - 1]); return x"),
        ),
        ("the noise backwards", _noisy("x = x - eta(t) * (grad(x) + noise[-t])")),
        (
            "all noise at the end",
            _noisy("x = x - eta(t) * grad(x)", "x + noise.sum(axis=0)"),
        ),
        ("leaves out the first step", _noisy(steps="range(2, T + 1)")),
        ("raises IndexError", _noisy("x = x - eta(t) * (grad(x) + noise[t])")),
        (
            "the first noise is left out",
            _noisy("x = x - eta(t) * (grad(x) + (noise[t] if t < T else 0))"),
        ),
        (
            "the mean of the noise",
            _noisy("x = x - eta(t) * (grad(x) + noise.mean(axis=0))"),
        ),
        ("multiplies by the noise", _noisy("x = x - eta(t) * (grad(x) * noise[t - 1])")),
        ("forgets the rate", _noisy("x = x - (grad(x) + noise[t - 1])")),
        # The noise twice: once in the gradient, once more after it.
        ("wrong value", _noisy("x = x - eta(t) * (grad(x) + 2 * noise[t - 1])")),
        ("forgets the noise", _noisy("x = x - eta(t) * grad(x)")),
        ("subtracts the noise", _noisy("x = x - eta(t) * (grad(x) - noise[t - 1])")),
        (
            "the noise is not multiplied by the rate",
            _noisy("x = x - eta(t) * grad(x) - noise[t - 1]"),
        ),
        (
            "adds the noise to the point",
            _noisy("x = x - eta(t) * grad(x) + noise[t - 1]"),
        ),
        (
            "the gradient at a noisy point",
            _noisy("x = x - eta(t) * grad(x + noise[t - 1])"),
        ),
        ("goes uphill", _noisy("x = x + eta(t) * (grad(x) + noise[t - 1])")),
        ("the gradient of the start", _noisy("x = x - eta(t) * (g0 + noise[t - 1])")),
        ("one rate for all steps", _noisy("x = x - eta(1) * (grad(x) + noise[t - 1])")),
        (
            "the last rate for all steps",
            _noisy("x = x - eta(T) * (grad(x) + noise[t - 1])"),
        ),
        (
            "the same noise in every step",
            _noisy("x = x - eta(t) * (grad(x) + noise[0])"),
        ),
        ("the whole path", _noisy(result="np.array(path)")),
        ("the path without its start", _noisy(result="path[1:]")),
        ("the mean of the path", _noisy(result="np.mean(path[1:], axis=0)")),
        (
            "draws noise of its own",
            _noisy("x = x - eta(t) * (grad(x) + rng.normal(size=x.shape))"),
        ),
        (
            "changes its input",
            _noisy("noise[t - 1] += grad(x); x = x - eta(t) * noise[t - 1]"),
        ),
        ("returns nothing", _noisy(result="None")),
        ("wrong type", _noisy(result="'x'")),
        ("wrong shape", _noisy(result="x[None]", step="x = x - eta(t) * grad(x)")),
        (
            "calls grad with another shape",
            _noisy("x = x - eta(t) * np.array([grad(v) for v in x]) + noise[t - 1]"),
        ),
    ],
    "sgd_epoch": [
        ("leaves out the last sample", _epoch(order="order[:-1]")),
        ("leaves out the first sample", _epoch(order="order[1:]")),
        (
            "a sample that comes twice is taken once",
            _epoch(order="dict.fromkeys(order.tolist())"),
        ),
        (
            "two epochs",
            _epoch(
                order="[*order, *order]",
                result="np.array([w, b]), np.mean(met[len(order):])",
            ),
        ),
        ("the absolute residuals", _epoch(loss="abs(r)")),
        ("the root of the mean", _epoch(result="np.array([w, b]), np.mean(met)**0.5")),
        (
            "the loss after the step",
            """
            import numpy as np

            def sgd_epoch(p, x, y, order, lr):
                (w, b), met = p, []
                for i in order:
                    r = w * x[i] + b - y[i]
                    w, b = w - 2 * lr * r * x[i], b - 2 * lr * r
                    met.append((w * x[i] + b - y[i]) ** 2)
                return np.array([w, b]), np.mean(met)
            """,
        ),
        ("the sum of the losses", _epoch(result="np.array([w, b]), np.sum(met)")),
        ("the loss of the last sample", _epoch(result="np.array([w, b]), met[-1]")),
        (
            "the cost at the end",
            _epoch(result="np.array([w, b]), np.mean((w * x + b - y)**2)"),
        ),
        (
            "the cost at the start",
            _epoch(result="np.array([w, b]), np.mean((p[0] * x + p[1] - y)**2)"),
        ),
        ("divides by all samples", _epoch(result="[w, b], np.sum(met) / len(x)")),
        ("half of each loss", _epoch(loss="r**2 / 2")),
        (
            "the factor 2 is missing",
            _epoch("w, b = w - lr * r * x[i], b - lr * r"),
        ),
        (
            "the factor 2 is missing",
            _epoch("w, b = w - lr * r * x[i], b - lr * r", loss="r**2 / 2"),
        ),
        (
            "divides each step by the number of samples",
            _epoch("w, b = w - 2 * lr * r * x[i] / len(x), b - 2 * lr * r / len(x)"),
        ),
        ("ignores the order", _epoch(order="range(len(x))")),
        ("goes through the order backwards", _epoch(order="order[::-1]")),
        (
            "the slope moves first",
            _epoch("w -= 2 * lr * r * x[i]; b -= 2 * lr * (w * x[i] + b - y[i])"),
        ),
        (
            "the intercept moves first",
            _epoch("b -= 2 * lr * r; w -= 2 * lr * (w * x[i] + b - y[i]) * x[i]"),
        ),
        ("goes uphill", _epoch("w, b = w + 2 * lr * r * x[i], b + 2 * lr * r")),
        (
            "one step for the whole epoch",
            """
            import numpy as np

            def sgd_epoch(p, x, y, order, lr):
                x, y = x[order], y[order]
                r = p[0] * x + p[1] - y
                return p - 2 * lr * np.array([np.mean(r * x), np.mean(r)]), np.mean(r**2)
            """,
        ),
        (
            "all gradients at the start",
            """
            import numpy as np

            def sgd_epoch(p, x, y, order, lr):
                q, met = np.array(p), []
                for i in order:
                    r = p[0] * x[i] + p[1] - y[i]
                    q -= 2 * lr * r * np.array([x[i], 1])
                    met.append(r**2)
                return q, np.mean(met)
            """,
        ),
        (
            "the full gradient in each step",
            _epoch(
                "s = w * x + b - y; "
                "w, b = w - 2 * lr * np.mean(s * x), b - 2 * lr * np.mean(s)"
            ),
        ),
        ("the gradient forgets x", _epoch("w, b = w - 2 * lr * r, b - 2 * lr * r")),
        (
            "stops after one step",
            _epoch(
                "w, b = w - 2 * lr * r * x[i], b - 2 * lr * r; "
                "return np.array([w, b]), np.mean(met)"
            ),
        ),
        ("the first p comes back", _epoch(result="p, np.mean(met)")),
        ("the parameters never move", _epoch("pass")),
        ("only the slope moves", _epoch("w = w - 2 * lr * r * x[i]")),
        ("only the intercept moves", _epoch("b = b - 2 * lr * r")),
        (
            "slope and intercept exchanged",
            _epoch(result="np.array([b, w]), np.mean(met)"),
        ),
        (
            "another sample's y",
            """
            import numpy as np

            def sgd_epoch(p, x, y, order, lr):
                p, met = np.array(p), []
                for xi, yi in zip(x[order], y):
                    r = p[0] * xi + p[1] - yi
                    met.append(r**2)
                    p -= 2 * lr * r * np.array([xi, 1])
                return p, np.mean(met)
            """,
        ),
        ("an order of its own", _epoch(order="np.random.choice(order, 50)")),
        ("exchanged", _epoch(result="np.mean(met), np.array([w, b])")),
        ("the loss is missing", _epoch(result="np.array([w, b])")),
        ("the losses one by one", _epoch(result="np.array([w, b]), met")),
        ("wrong shape", _epoch(result="(w, b, np.mean(met))")),
        ("wrong loss", _epoch(result="np.array([w, b]), np.median(met)")),
        (
            "changes its input",
            """
            import numpy as np

            def sgd_epoch(p, x, y, order, lr):
                met = []
                for i in order:
                    r = p[0] * x[i] + p[1] - y[i]
                    p -= 2 * lr * r * np.array([x[i], 1])
                    met.append(r**2)
                return p, np.mean(met)
            """,
        ),
    ],
    "noise_floor": [
        ("for small rates only", _floor("len(h) * eta * sigma**2 / 4")),
        (
            "sigma is not squared",
            _floor("np.sum(h * V) / 2", "eta * sigma / (h * (2 - eta * h))"),
        ),
        ("the factor ½ is missing", _floor("h @ V")),
        ("the variance", _floor("V.sum()")),
        ("the variances", _floor("V")),
        ("half of the variances", _floor("V.sum() / 2")),
        ("one number a direction", _floor("h * V / 2")),
        ("the mean over the directions", _floor("np.mean(h * V / 2)")),
        ("the steepest direction alone", _floor("h.max() * V[np.argmax(h)] / 2")),
        ("the flattest direction alone", _floor("np.max(V) * h.min() / 2")),
        (
            "the mean curvature for all",
            _floor(
                "np.sum(np.mean(h) * V / 2)",
                "0 * h + eta * sigma**2 / (h.mean() * (2 - eta * h.mean()))",
            ),
        ),
        (
            "the sum of the curvatures for one",
            _floor("eta * sigma**2 / (2 * (2 - eta * sum(h)))"),
        ),
        (
            "the wrong sign of eta h",
            _floor("np.sum(h * V) / 2", "eta * sigma**2 / (h * (2 + eta * h))"),
        ),
        (
            "the square loses its middle term",
            _floor("np.sum(h * V) / 2", "(eta * sigma)**2 / (1 - (1 - (eta * h)**2))"),
        ),
        (
            "1 - eta h is not squared",
            _floor("np.sum(h * V) / 2", "(eta * sigma)**2 / (1 - (1 - eta * h))"),
        ),
        (
            "the fresh noise lacks the rate",
            _floor("np.sum(h * V) / 2", "sigma**2 / (1 - (1 - eta * h)**2)"),
        ),
        (
            "the rate of the fresh noise is not squared",
            _floor("np.sum(h * V) / 2", "eta * sigma**2 / (1 - (1 - eta * h)**2)"),
        ),
        (
            "changes its input",
            _floor("np.sum(V / (2 - h))", "eta * sigma**2 / 2").replace(
                "    V =", "    h *= eta\n    V ="
            ),
        ),
    ],
}
