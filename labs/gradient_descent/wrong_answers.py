"""Classic wrong answers, each with the name that the checks must give to its mistake."""


def _numgrad(body: str) -> str:
    """An answer whose loop over the entries is ``body``."""
    return f"""
import numpy as np

def numgrad(f, x, h=1e-5):
    g = np.zeros(np.shape(x))
    for i in np.ndindex(g.shape):
        up, down = np.array(x, float), np.array(x, float)
        up[i] += h
        down[i] -= h
        {body}
    return g
"""


def _gd(body: str, after: str = "return np.array(path)", copy: str = "float") -> str:
    """An answer whose loop over the steps is ``body``."""
    return f"""
import numpy as np

def gd(grad, x0, lr, steps):
    w = np.array(x0, dtype={copy})
    path = [w]
    for _ in range(steps):
        {body}
        path.append(w)
    {after}
"""


def _line(result: str, residual: str = "p[0] * x + p[1] - y") -> str:
    """An answer that computes ``result`` from the residual."""
    return f"""
import numpy as np

def line_gradient(p, x, y):
    r = {residual}
    return {result}
"""


def _rates(result: str, curvatures: str = "np.linalg.eigvalsh(H)") -> str:
    """An answer that computes ``result`` from the curvatures."""
    return f"""
import numpy as np

def rates(H):
    h = {curvatures}
    mu, L = h.min(), h.max()
    return {result}
"""


WRONG = {
    "numgrad": [
        ("half the gradient", _numgrad("g[i] = (f(up) - f(down)) / (4 * h)")),
        (
            "the steps pile up",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                g, e = np.zeros(x.shape), np.zeros(x.shape)
                for i in np.ndindex(x.shape):
                    e[i] = h
                    g[i] = (f(x + e) - f(x - e)) / (2 * h)
                return g
            """,
        ),
        (
            "steps back too far",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                x, g = np.array(x, dtype=float), np.zeros(x.shape)
                for i in np.ndindex(x.shape):
                    x[i] += h
                    above = f(x)
                    x[i] -= 2 * h
                    g[i] = (above - f(x)) / (2 * h)
                    x[i] += 2 * h
                return g
            """,
        ),
        # Each partial derivative is added to the whole of g.
        ("moves all entries each time", _numgrad("g += (f(up) - f(down)) / (2 * h)")),
        ("forward difference", _numgrad("g[i] = (f(up) - f(np.array(x, float))) / h")),
        ("backward difference", _numgrad("g[i] = (f(np.array(x, float)) - f(down)) / h")),
        ("divides by h", _numgrad("g[i] = (f(up) - f(down)) / h")),
        ("divides by h", _numgrad("g[i] = (f(up) - f(down)) / 2 * h / h**2 * 2")),
        ("does not divide", _numgrad("g[i] = f(up) - f(down)")),
        ("wrong sign", _numgrad("g[i] = (f(down) - f(up)) / (2 * h)")),
        (
            "the brackets are missing",
            _numgrad("g[i] = (f(up) - f(down)) / 2 * h"),
        ),
        ("the same array twice", _numgrad("up = down; g[i] = (f(up) - f(down)) / (2 * h)")),
        (
            "stops after the first entry",
            _numgrad("g[i] = (f(up) - f(down)) / (2 * h); return g"),
        ),
        ("wrong value", _numgrad("g[i] = (f(up) - 2 * f(x * 1.0) + f(down)) / h**2")),
        (
            "flattened",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                steps = h * np.eye(x.size).reshape(-1, *x.shape)
                return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps])
            """,
        ),
        (
            "does not step back",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                x = np.array(x, dtype=float)
                g = np.zeros_like(x)
                for i in np.ndindex(x.shape):
                    x[i] += h
                    above = f(x)
                    x[i] -= 2 * h
                    g[i] = (above - f(x)) / (2 * h)
                return g
            """,
        ),
        (
            "changes its input",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                g = np.zeros(x.shape)
                for i in np.ndindex(x.shape):
                    x[i] += h
                    above = f(x)
                    x[i] -= 2 * h
                    below = f(x)
                    g[i] = (above - below) / (2 * h)
                return g
            """,
        ),
        (
            "moves a whole row",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                g = np.zeros(x.shape)
                for i in range(len(x)):
                    up, down = x.astype(float), x.astype(float)
                    up[i] += h
                    down[i] -= h
                    g[i] = (f(up) - f(down)) / (2 * h)
                return g
            """,
        ),
        (
            "moves all entries at once",
            """
            def numgrad(f, x, h=1e-5):
                return (f(x + h) - f(x - h)) / (2 * h)
            """,
        ),
        (
            "moves all entries each time",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                g = np.zeros(x.shape)
                for i in np.ndindex(x.shape):
                    g[i] = (f(x + h) - f(x - h)) / (2 * h)
                return g
            """,
        ),
        (
            "a gradient of integers",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                g = np.zeros_like(x)
                for i in np.ndindex(x.shape):
                    e = np.zeros(x.shape)
                    e[i] = h
                    g[i] = (f(x + e) - f(x - e)) / (2 * h)
                return g
            """,
        ),
        (
            "steps in an array of integers",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                g = np.zeros(x.shape)
                for i in np.ndindex(x.shape):
                    up, down = x.copy(), x.copy()
                    up[i] += h
                    down[i] -= h
                    g[i] = (f(up) - f(down)) / (2 * h)
                return g
            """,
        ),
        (
            "calls f with another shape",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                g = np.zeros(x.shape)
                for i in np.ndindex(x.shape):
                    g[i] = (f(x[i] + h) - f(x[i] - h)) / (2 * h)
                return g
            """,
        ),
        (
            "returns nothing",
            """
            import numpy as np

            def numgrad(f, x, h=1e-5):
                g = np.zeros(x.shape)
            """,
        ),
    ],
    "gd": [
        ("the point is forgotten", _gd("w = -lr * grad(w)")),
        ("divides by the learning rate", _gd("w = w - grad(w) / lr")),
        (
            "the last row is never filled",
            """
            import numpy as np

            def gd(grad, x0, lr, steps):
                path = np.zeros((steps + 1, len(x0)))
                path[0] = x0
                for k in range(1, steps):
                    path[k] = path[k - 1] - lr * grad(path[k - 1])
                return path
            """,
        ),
        (
            "the start is missing",
            _gd("w = w - lr * grad(w)", "return np.array(path[1:])"),
        ),
        ("one step too few", _gd("w = w - lr * grad(w)", "return np.array(path[:-1])")),
        (
            "one step too many",
            _gd("w = w - lr * grad(w)", "return np.array(path + [w - lr * grad(w)])"),
        ),
        ("the last point only", _gd("w = w - lr * grad(w)", "return path[-1]")),
        ("the same array in every row", _gd("w -= lr * grad(w)")),
        (
            "one array, but for the start",
            """
            import numpy as np

            def gd(grad, x0, lr, steps):
                path, w = [x0], np.array(x0, dtype=float)
                for _ in range(steps):
                    w -= lr * grad(w)
                    path.append(w)
                return np.array(path)
            """,
        ),
        (
            "begins after the first step",
            _gd(
                "w = w - lr * grad(w)",
                "return np.array(path[1:] + [w - lr * grad(w)])",
            ),
        ),
        (
            "the start comes twice",
            _gd(
                "path.append(w); w = w - lr * grad(w)", "return np.array(path[: steps + 1])"
            ).replace("        path.append(w)\n    return", "    return"),
        ),
        (
            "stops after one step",
            _gd("return np.array([w, w - lr * grad(w)])"),
        ),
        ("the point never moves", _gd("step = w - lr * grad(w)")),
        (
            "gradients, not points",
            _gd("w = w - lr * grad(w)", "return np.array([grad(w) for w in path])"),
        ),
        (
            "entry by entry",
            _gd("w = w.copy()\n        for j in range(len(w)): w[j] -= lr * grad(w)[j]"),
        ),
        ("goes uphill", _gd("w = w + lr * grad(w)")),
        ("the gradient of the start", _gd("w = w - lr * grad(path[0])")),
        ("forgets the learning rate", _gd("w = w - grad(w)")),
        (
            "steps of a fixed length",
            _gd("w = w - lr * grad(w) / np.linalg.norm(grad(w))"),
        ),
        (
            "a path of integers",
            """
            import numpy as np

            def gd(grad, x0, lr, steps):
                path = np.zeros((steps + 1, len(x0)), dtype=np.array(x0).dtype)
                path[0] = x0
                for t in range(steps):
                    path[t + 1] = path[t] - lr * grad(path[t])
                return path
            """,
        ),
        ("transposed", _gd("w = w - lr * grad(w)", "return np.array(path).T")),
        (
            "changes its input",
            """
            import numpy as np

            def gd(grad, x0, lr, steps):
                w = np.asarray(x0)
                path = [w.copy()]
                for _ in range(steps):
                    w -= (lr * grad(w)).astype(w.dtype)
                    path.append(w.copy())
                return np.array(path)
            """,
        ),
    ],
    "line_gradient": [
        ("divided by n - 1", _line("2 * np.array([r @ x, r.sum()]) / (len(x) - 1)")),
        (
            "y is added",
            _line("2 * np.array([(r * x).mean(), r.mean()])", "p[0] * x + p[1] + y"),
        ),
        (
            "the residual forgets y",
            _line("2 * np.array([(r * x).mean(), r.mean()])", "p[0] * x + p[1]"),
        ),
        (
            "the slope's entry lacks the factor 2",
            _line("np.array([(r * x).mean(), 2 * r.mean()])"),
        ),
        (
            "the intercept's entry lacks the factor 2",
            _line("np.array([2 * (r * x).mean(), r.mean()])"),
        ),
        ("the factor 2 is missing", _line("np.array([np.mean(r * x), np.mean(r)])")),
        ("a sum, not a mean", _line("np.array([np.sum(2 * r * x), np.sum(2 * r)])")),
        ("a sum, and no factor 2", _line("np.array([np.sum(r * x), np.sum(r)])")),
        (
            "wrong sign",
            _line("2 * np.array([np.mean(r * x), np.mean(r)])", "y - p[0] * x - p[1]"),
        ),
        (
            "the entries are exchanged",
            _line("2 * np.array([np.mean(r), np.mean(r * x)])"),
        ),
        (
            "the slope's entry forgets x",
            _line("2 * np.array([np.mean(r), np.mean(r)])"),
        ),
        (
            "p is taken the other way round",
            _line("2 * np.array([np.mean(r * x), np.mean(r)])", "p[1] * x + p[0] - y"),
        ),
        (
            "the residual is squared",
            _line("2 * np.array([np.mean(r * x), np.mean(r)])", "(p[0]*x + p[1] - y)**2"),
        ),
        (
            "a product of means",
            _line("2 * np.array([np.mean(r) * np.mean(x), np.mean(r)])"),
        ),
        ("the loss", _line("np.mean(r**2)")),
        (
            "wrong sign, and no factor 2",
            _line("np.array([np.mean(r * x), np.mean(r)])", "y - p[0] * x - p[1]"),
        ),
        ("wrong value", _line("2 * np.array([np.mean(r * x**2), np.mean(r * x)])")),
        (
            "the residual forgets the intercept",
            _line("2 * np.array([np.mean(r * x), np.mean(r)])", "p[0] * x - y"),
        ),
        ("one gradient a row", _line("2 * np.column_stack([r * x, r])")),
        ("one gradient a column", _line("2 * np.stack([r * x, r])")),
        ("one gradient a column", _line("2 * r * x, 2 * r")),
        (
            "changes its input",
            """
            import numpy as np

            def line_gradient(p, x, y):
                x *= p[0]
                r = x + p[1] - y
                return 2 * np.array([np.mean(r * x / p[0]), np.mean(r)])
            """,
        ),
    ],
    "rates": [
        ("the bound upside down", _rates("2 / (mu + L), L / 2")),
        (
            "the eigenvalues are in no order",
            _rates("2 / (h[0] + h[-1]), 2 / h[-1]", "np.linalg.eigvals(H)"),
        ),
        ("exchanged", _rates("2 / L, 2 / (mu + L)")),
        ("the bound is 1/L", _rates("2 / (mu + L), 1 / L")),
        (
            "the bound of the flattest direction",
            _rates("2 / (h[0] + h[-1]), 2 / h[0]"),
        ),
        ("the best is 1/L", _rates("1 / L, 2 / L")),
        ("the best is half of it", _rates("1 / (mu + L), 2 / L")),
        (
            "curvature along the axes only",
            _rates("2 / (mu + L), 2 / L", "np.diag(H)"),
        ),
        (
            "the trace for the largest curvature",
            _rates("2 / (mu + L), 2 / np.trace(H)"),
        ),
        (
            "the Frobenius norm",
            _rates("2 / (mu + np.linalg.norm(H)), 2 / np.linalg.norm(H)"),
        ),
        (
            "the trace for the sum of two",
            _rates("2 / h.sum(), 2 / L"),
        ),
        ("the curvatures", _rates("mu, L")),
        ("the best rate twice", _rates("2 / (mu + L), 2 / (mu + L)")),
        ("wrong value", _rates("2 / (mu + L), 2 / L", "abs(H).sum(axis=1)")),
        ("one number", _rates("2 / L")),
    ],
}
