"""Correct answers, each written in another style; the checks must let all of them pass."""

RIGHT = {
    "numgrad": [
        """
        import numpy as np

        def numgrad(f, x, h=1e-5):
            x = np.array(x, dtype=float)
            g = np.zeros_like(x)
            for i in np.ndindex(x.shape):
                old = x[i]
                x[i] = old + h
                above = f(x)
                x[i] = old - h
                below = f(x)
                x[i] = old
                g[i] = (above - below) / (2 * h)
            return g
        """,
        # Rows of the identity as directions.
        """
        import numpy as np

        def numgrad(f, x, h=1e-5):
            shape, point = np.shape(x), np.asarray(x, float).ravel()
            steps = h * np.eye(point.size)
            g = [
                f((point + s).reshape(shape)) - f((point - s).reshape(shape)) for s in steps
            ]
            return (np.array(g) / (2 * h)).reshape(shape)
        """,
        # A fourth-order difference: it evaluates elsewhere, and is more accurate.
        """
        import numpy as np

        def numgrad(f, x, h=1e-5):
            h = 100 * h
            g = np.empty(x.shape)
            for i in range(x.size):
                def at(s):
                    moved = x.astype(float)
                    moved.flat[i] += s
                    return f(moved)
                g.flat[i] = (8 * (at(h) - at(-h)) - at(2 * h) + at(-2 * h)) / (12 * h)
            return g
        """,
        # Complex step: no subtraction at all.
        """
        import numpy as np

        def numgrad(f, x, h=1e-5):
            out = []
            for i in range(x.size):
                z = x.astype(complex)
                z[np.unravel_index(i, x.shape)] += 1e-20j
                out.append(np.imag(f(z)) / 1e-20)
            return np.reshape(out, x.shape)
        """,
        """
        import torch

        def numgrad(f, x, h=1e-5):
            x = torch.as_tensor(x).to(torch.float64)
            g = torch.zeros_like(x)
            for i in range(x.numel()):
                e = torch.zeros(x.numel(), dtype=torch.float64)
                e[i] = h
                e = e.reshape(x.shape)
                g.view(-1)[i] = (f(x + e) - f(x - e)) / (2 * h)
            return g
        """,
    ],
    "gd": [
        """
        import numpy as np

        def gd(grad, x0, lr, steps):
            w = np.array(x0, dtype=float)
            points = [w.copy()]
            for _ in range(steps):
                w -= lr * grad(w)
                points.append(w.copy())
            return np.array(points)
        """,
        """
        import numpy as np

        def gd(grad, x0, lr, steps):
            points = np.empty((steps + 1, len(x0)))
            points[0] = x0
            for t in range(steps):
                points[t + 1] = points[t] - lr * grad(points[t])
            return points
        """,
        # A list of lists.
        """
        def gd(grad, x0, lr, steps):
            path = [[float(v) for v in x0]]
            while len(path) <= steps:
                g = grad(path[-1])
                path.append([w - lr * d for w, d in zip(path[-1], g)])
            return path
        """,
        # Single precision, by the way of torch.
        """
        import torch

        def gd(grad, x0, lr, steps):
            w = torch.tensor([float(v) for v in x0])
            path = [w]
            for _ in range(steps):
                w = w - lr * torch.as_tensor(grad(w.numpy())).float()
                path.append(w)
            return torch.stack(path)
        """,
        """
        from itertools import accumulate
        import numpy as np

        def gd(grad, x0, lr, steps):
            step = lambda w, _: w - lr * grad(w)
            return np.stack(list(accumulate(range(steps), step, initial=np.float64(x0))))
        """,
    ],
    "line_gradient": [
        """
        import numpy as np

        def line_gradient(p, x, y):
            r = p[0] * x + p[1] - y
            return np.array([2 * np.mean(r * x), 2 * np.mean(r)])
        """,
        """
        import numpy as np

        def line_gradient(p, x, y):
            A = np.stack([x, np.ones(len(x))], axis=1)
            return 2 / len(x) * A.T @ (A @ p - y)
        """,
        """
        def line_gradient(p, x, y):
            w, b = p
            gw = gb = 0.0
            for xi, yi in zip(x, y):
                r = w * xi + b - yi
                gw += 2 * r * xi / len(x)
                gb += 2 * r / len(x)
            return [gw, gb]
        """,
        """
        import torch

        def line_gradient(p, x, y):
            p = torch.tensor(p, requires_grad=True)
            x, y = torch.tensor(x), torch.tensor(y)
            ((p[0] * x + p[1] - y) ** 2).mean().backward()
            return p.grad
        """,
    ],
    "rates": [
        """
        import numpy as np

        def rates(H):
            curvatures = np.linalg.eigvalsh(H)
            return 2 / (curvatures[0] + curvatures[-1]), 2 / curvatures[-1]
        """,
        """
        import numpy as np

        def rates(H):
            h = np.linalg.eigvals(H).real
            return np.array([2 / (min(h) + max(h)), 2 / max(h)])
        """,
        """
        import numpy as np

        def rates(H):
            L = np.linalg.norm(H, 2)
            mu = 1 / np.linalg.norm(np.linalg.inv(H), 2)
            return [2 / (mu + L), 2 / L]
        """,
        # Power iteration, then again on what is left below L.
        """
        import numpy as np

        def largest(A):
            v = np.random.default_rng(0).normal(size=len(A))
            for _ in range(3000):
                v = A @ v
                length = np.linalg.norm(v)
                if length == 0:
                    return 0.0
                v = v / length
            return v @ A @ v

        def rates(H):
            L = largest(H)
            mu = L - largest(L * np.eye(len(H)) - H)
            return 2 / (mu + L), 2 / L
        """,
    ],
}
