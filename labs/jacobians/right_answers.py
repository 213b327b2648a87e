"""Correct answers, each written in another style; the checks must let all of them pass."""

RIGHT = {
    "chain_grad": [
        """
        def chain_grad(Js, v):
            g = v
            for J in reversed(Js):
                g = J.T @ g
            return g
        """,
        # Rows of a matrix, and the list used up.
        """
        import numpy as np

        def chain_grad(Js, v):
            row = np.asarray(v)[None, :]
            while Js:
                row = row @ Js.pop()
            return row[0]
        """,
        # It finds the best order by itself.
        """
        import numpy as np

        def chain_grad(Js, v):
            return np.linalg.multi_dot([v, *Js[::-1]])
        """,
        """
        import numpy as np

        def chain_grad(Js, v):
            return np.linalg.multi_dot([J.T for J in Js] + [v])
        """,
        """
        from functools import reduce
        import numpy as np

        def chain_grad(Js, v):
            return reduce(lambda g, J: np.einsum("ij,i->j", J, g), Js[::-1], v)
        """,
        # One einsum over the whole chain.
        """
        import numpy as np

        def chain_grad(Js, v):
            operands = []
            for k, J in enumerate(Js):
                operands += [J, [k + 1, k]]
            return np.einsum(*operands, v, [len(Js)], [0], optimize=True)
        """,
        # Single precision, by the way of torch.
        """
        import torch

        def chain_grad(Js, v):
            g = torch.tensor(v, dtype=torch.float32)
            for J in Js[::-1]:
                g = torch.mv(torch.tensor(J, dtype=torch.float32).t(), g)
            return g
        """,
        # Autograd of v · (J_n … (J_1 x)).
        """
        import torch

        def chain_grad(Js, v):
            x = torch.zeros(Js[0].shape[1], dtype=torch.float64, requires_grad=True)
            y = x
            for J in Js:
                y = torch.as_tensor(J, dtype=torch.float64) @ y
            (y @ torch.as_tensor(v, dtype=torch.float64)).backward()
            return x.grad
        """,
        # Recursion and lists of plain numbers.
        """
        def chain_grad(Js, v):
            if len(Js) == 0:
                return [float(entry) for entry in v]
            *rest, last = Js
            columns = range(len(last[0]))
            return chain_grad(
                rest, [sum(a * row[j] for a, row in zip(v, last)) for j in columns]
            )
        """,
    ],
    "layer_jacobian": [
        """
        import numpy as np

        def layer_jacobian(x, W, b):
            y = np.tanh(x @ W + b)
            return (1 - y**2)[:, None] * W.T
        """,
        """
        import numpy as np

        def layer_jacobian(x, W, b):
            slope = 1 / np.cosh(W.T @ x + b) ** 2
            return np.diag(slope) @ W.T
        """,
        """
        import math

        def layer_jacobian(x, W, b):
            d, k = W.shape
            J = []
            for i in range(k):
                z = b[i] + sum(x[j] * W[j][i] for j in range(d))
                J.append([W[j][i] * (1 - math.tanh(z) ** 2) for j in range(d)])
            return J
        """,
        """
        import torch

        def layer_jacobian(x, W, b):
            x, W, b = (torch.tensor(a, dtype=torch.float32) for a in (x, W, b))
            return torch.func.jacrev(lambda x: torch.tanh(x @ W + b))(x)
        """,
        """
        import torch

        def layer_jacobian(x, W, b):
            x, W, b = map(torch.from_numpy, (x, W, b))
            f = lambda x: torch.tanh(x @ W + b)
            return torch.autograd.functional.jacobian(f, x)
        """,
        # Column by column, by central differences.
        """
        import numpy as np

        def layer_jacobian(x, W, b):
            f = lambda x: np.tanh(x @ W + b)
            h = 1e-6
            columns = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
            return np.stack(columns, axis=1)
        """,
    ],
    "softmax_vjp": [
        """
        import numpy as np

        def softmax_vjp(z, u):
            e = np.exp(z - np.max(z))
            p = e / e.sum()
            return p * (u - p @ u)
        """,
        """
        import numpy as np

        def softmax_vjp(z, u):
            p = np.exp(z - z.max())
            p /= p.sum()
            J = np.diag(p) - np.outer(p, p)
            return u @ J
        """,
        """
        import torch

        def softmax_vjp(z, u):
            z = torch.tensor(z, dtype=torch.float32, requires_grad=True)
            torch.softmax(z, dim=0).backward(torch.tensor(u, dtype=torch.float32))
            return z.grad
        """,
        """
        from scipy.special import softmax

        def softmax_vjp(z, u):
            p = softmax(z)
            return p * u - p * (p * u).sum()
        """,
        # Plain numbers, and the logarithm of the sum.
        """
        import math

        def softmax_vjp(z, u):
            top = max(z)
            log_sum = top + math.log(sum(math.exp(a - top) for a in z))
            p = [math.exp(a - log_sum) for a in z]
            mean = sum(a * b for a, b in zip(p, u))
            return [a * (b - mean) for a, b in zip(p, u)]
        """,
    ],
}
