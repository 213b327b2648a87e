"""Classic wrong answers, each with the name that the checks must give to its mistake."""


def _chain(order: str, step: str, after: str = "g") -> str:
    """An answer that goes through ``order`` and takes ``step`` at each Jacobian."""
    return f"""
import numpy as np

def chain_grad(Js, v):
    g = v
    way = [v]
    for J in {order}:
        {step}
        way.append(g)
    return {after}
"""


def _layer(result: str, z: str = "x @ W + b") -> str:
    """An answer that computes ``result`` from what tanh is applied to."""
    return f"""
import numpy as np

def layer_jacobian(x, W, b):
    z = {z}
    y = np.tanh(z)
    return {result}
"""


def _softmax(
    result: str, p: str = "np.exp(z - z.max()) / np.exp(z - z.max()).sum()"
) -> str:
    """An answer that computes ``result`` from ``p``."""
    return f"""
import numpy as np

def softmax_vjp(z, u):
    p = {p}
    return {result}
"""


WRONG = {
    "chain_grad": [
        ("the order is turned round", _chain("Js", "g = J.T @ g")),
        ("the transpose is missing", _chain("Js[::-1]", "g = J @ g")),
        ("pushes v forward", _chain("Js", "g = J @ g")),
        ("the first Jacobian is missing", _chain("Js[:0:-1]", "g = J.T @ g")),
        ("the last Jacobian is missing", _chain("Js[-2::-1]", "g = J.T @ g")),
        ("the sign is wrong", _chain("Js[::-1]", "g = J.T @ g", "-g")),
        # Every step begins with v again.
        ("the last Jacobian is missing", _chain("Js[::-1]", "g = J.T @ v")),
        (
            "v is left out",
            _chain("Js[::-1]", "g = J.T @ (np.ones(len(v)) if g is v else g)"),
        ),
        (
            "the whole Jacobian",
            _chain("Js[::-1]", "g = J if g is v else g @ J"),
        ),
        (
            "the whole Jacobian, transposed",
            _chain("Js", "g = J.T if g is v else g @ J.T"),
        ),
        ("sums the inputs", _chain("Js[::-1]", "g = (J.T * g).sum(axis=0)")),
        ("weighs the columns", _chain("Js[::-1]", "g = (J * g).sum(axis=0)")),
        ("a row, not a vector", _chain("Js[::-1]", "g = np.atleast_2d(g) @ J")),
        ("a column, not a vector", _chain("Js[::-1]", "g = J.T @ g.reshape(-1, 1)")),
        ("all gradients on the way", _chain("Js[::-1]", "g = J.T @ g", "way")),
        ("one number", _chain("Js[::-1]", "g = J.T @ g", "sum(g)")),
        (
            "a product of two matrices",
            _chain("Js", "g = J if g is v else J @ g", "v @ g"),
        ),
        (
            "a product of two matrices",
            _chain("Js[::-1]", "g = J if g is v else g @ J", "g.T @ v"),
        ),
        (
            "a product of two matrices",
            """
            import numpy as np

            def chain_grad(Js, v):
                A = Js[0].T
                for J in Js[1:-1]:
                    A = A @ J.T
                return A @ Js[-1].T @ v
            """,
        ),
        # All but the last are multiplied together.
        (
            "a product of two matrices",
            """
            def chain_grad(Js, v):
                *first, last = Js
                A = first[0].T
                for J in first[1:]:
                    A = A @ J.T
                return A @ (last.T @ v)
            """,
        ),
        # The product by broadcasting, in single precision.
        (
            "a product of two matrices",
            """
            import numpy as np

            def chain_grad(Js, v):
                A = Js[0].astype("f")
                for J in Js[1:]:
                    A = sum(np.multiply.outer(c, r) for c, r in zip(J.T.astype("f"), A))
                return (A * v[:, None]).sum(axis=0)
            """,
        ),
    ],
    "layer_jacobian": [
        ("the transposed Jacobian", _layer("W * (1 - y**2)")),
        ("the slope of tanh is missing", _layer("W.T")),
        ("the slope, not the matrix", _layer("np.diag(1 - y**2)")),
        ("the slope's tanh is not squared", _layer("(1 - y)[:, None] * W.T")),
        ("the slope of the sigmoid", _layer("(y * (1 - y))[:, None] * W.T")),
        ("tanh in place of its slope", _layer("y[:, None] * W.T")),
        ("tanh is not applied", _layer("(1 - z**2)[:, None] * W.T")),
        ("tanh is applied twice", _layer("(1 - np.tanh(y)**2)[:, None] * W.T")),
        ("the bias is missing", _layer("(1 - y**2)[:, None] * W.T", "x @ W")),
        ("the derivative with respect to b", _layer("1 - y**2")),
        (
            "one row: the sum over the outputs",
            """
            import torch

            def layer_jacobian(x, W, b):
                x, W, b = (torch.tensor(a) for a in (x, W, b))
                x.requires_grad_()
                torch.tanh(x @ W + b).sum().backward()
                return x.grad
            """,
        ),
        ("the slope's sign is wrong", _layer("(y**2 - 1)[:, None] * W.T")),
        ("plus in place of minus", _layer("(1 + y**2)[:, None] * W.T")),
        ("1/cosh is not squared", _layer("(1 / np.cosh(z))[:, None] * W.T")),
        ("the slope of the tangent", _layer("(1 / np.cos(z)**2)[:, None] * W.T")),
        ("the derivative with respect to W", _layer("np.outer(x, 1 - y**2)")),
        (
            "the derivative with respect to W, transposed",
            _layer("np.outer(1 - y**2, x)"),
        ),
        ("multiplied by x", _layer("(1 - y**2)[:, None] * W.T * x")),
        ("the output", _layer("y")),
        ("the sign of the bias is wrong", _layer("(1 - y**2)[:, None] * W.T", "x @ W - b")),
        ("W times x", _layer("(1 - y**2)[:, None] * W.T", "W @ x + b")),
        ("the Jacobian of tanh(W x + b)", _layer("(1 - y**2)[:, None] * W", "W @ x + b")),
        (
            "twice the Jacobian",
            """
            import numpy as np

            def layer_jacobian(x, W, b, h=1e-6):
                f = lambda x: np.tanh(x @ W + b)
                steps = h * np.eye(len(x))
                return np.stack([(f(x + s) - f(x - s)) / h for s in steps], axis=1)
            """,
        ),
        ("W is not transposed", _layer("(1 - y**2)[:, None] * W")),
        ("the slopes are on the wrong axis", _layer("(1 - y**2) * W.T")),
    ],
    "softmax_vjp": [
        ("the diagonal of p only", _softmax("p * u")),
        ("the diagonal of J only", _softmax("p * (1 - p) * u")),
        ("the rest of J only", _softmax("-np.outer(p, p) @ u")),
        ("the signs are exchanged", _softmax("(np.outer(p, p) - np.diag(p)) @ u")),
        ("plus in place of minus", _softmax("(np.diag(p) + np.outer(p, p)) @ u")),
        ("the Jacobian itself", _softmax("np.diag(p) - np.outer(p, p)")),
        ("one number", _softmax("p @ u")),
        ("softmax itself", _softmax("p")),
        ("the gradient of a cross-entropy", _softmax("p - u")),
        ("z in place of p", _softmax("z * (u - z @ u)")),
        ("the mean is not weighted", _softmax("p * (u - u.mean())")),
        ("the sum is not weighted", _softmax("p * (u - u.sum())")),
        ("p is not normalised", _softmax("p * (u - p @ u)", "np.exp(z)")),
        ("u is not weighted by p", _softmax("u - p @ u")),
        ("u in front", _softmax("u * (p - p @ u)")),
        ("a matrix of products", _softmax("(np.diag(p) - np.outer(p, p)) * u")),
        ("overflows", _softmax("p * (u - p @ u)", "np.exp(z) / np.exp(z).sum()")),
        # A shift by the mean, or by the smallest, is no help where entries differ much.
        (
            "overflows",
            _softmax(
                "p * (u - p @ u)", "np.exp(z - z.mean()) / np.exp(z - z.mean()).sum()"
            ),
        ),
        (
            "overflows",
            _softmax("p * (u - p @ u)", "np.exp(z - z.min()) / np.exp(z - z.min()).sum()"),
        ),
        (
            "only for small entries",
            _softmax(
                "p * (u - p @ u)", "np.nan_to_num(np.exp(z) / np.exp(z).sum(), nan=1.0)"
            ),
        ),
        (
            "only for small entries",
            """
            import numpy as np

            def softmax_vjp(z, u):
                e = np.exp(np.clip(z, -500, 500))
                p = e / e.sum()
                return p * (u - p @ u)
            """,
        ),
        # The gradient of p.sum(), which is always 1.
        (
            "all zeros",
            """
            import torch

            def softmax_vjp(z, u):
                z = torch.tensor(z, requires_grad=True)
                torch.softmax(z, dim=0).sum().backward()
                return z.grad
            """,
        ),
        ("twice the gradient", _softmax("2 * p * (u - p @ u)")),
        ("of log p", _softmax("u - p * u.sum()")),
        ("a sigmoid", _softmax("p * (1 - p) * u", "1 / (1 + np.exp(-z))")),
        (
            "softmax of u",
            _softmax("p * (u - p @ u)", "np.exp(u - u.max()) / np.exp(u - u.max()).sum()"),
        ),
        ("not divided by the sum", _softmax("p * (u - p @ u)", "np.exp(z - z.max())")),
        ("p is squared", _softmax("p * u - p**2 * u.sum()")),
    ],
}
