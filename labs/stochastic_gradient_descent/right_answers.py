"""Correct answers, each written in another style; the checks must let all of them pass."""

RIGHT = {
    "noisy_sgd": [
        """
        import numpy as np

        def noisy_sgd(grad, x0, eta, noise):
            x = np.array(x0, dtype=float)
            for t in range(1, len(noise) + 1):
                x = x - eta(t) * (grad(x) + noise[t - 1])
            return x
        """,
        # In place, the noise drawn from an iterator.
        """
        def noisy_sgd(grad, x0, eta, noise):
            x = x0
            for t, z in enumerate(noise, start=1):
                x -= eta(t) * grad(x)
                x -= eta(t) * z
            return x
        """,
        """
        from functools import reduce

        def noisy_sgd(grad, x0, eta, noise):
            step = lambda x, tz: x - eta(tz[0]) * (grad(x) + tz[1])
            return reduce(step, enumerate(noise, 1), x0)
        """,
        # The whole path in an array, all rates beforehand.
        """
        import numpy as np

        def noisy_sgd(grad, x0, eta, noise):
            T, d = noise.shape
            rates = eta(np.arange(T + 1))
            path = np.zeros((T + 1, d))
            path[0] = x0
            for t in range(1, T + 1):
                path[t] = path[t - 1] - rates[t] * (grad(path[t - 1]) + noise[t - 1])
            return path[T]
        """,
        # Entry by entry.
        """
        def noisy_sgd(grad, x0, eta, noise):
            x = [float(v) for v in x0]
            for t in range(len(noise)):
                rate, g = eta(t + 1), grad(x)
                for j in range(len(x)):
                    x[j] -= rate * (g[j] + noise[t][j])
            return x
        """,
        # Single precision, by an optimizer of torch.
        """
        import torch

        def noisy_sgd(grad, x0, eta, noise):
            x = torch.tensor(x0, dtype=torch.float32, requires_grad=True)
            opt = torch.optim.SGD([x], lr=1.0)
            for t, z in enumerate(torch.as_tensor(noise).float(), 1):
                x.grad = torch.as_tensor(grad(x)).float() + z
                opt.param_groups[0]["lr"] = float(eta(t))
                opt.step()
            return x
        """,
        """
        def noisy_sgd(grad, x0, eta, noise):
            if len(noise) == 0:
                return x0
            T = len(noise)
            x = noisy_sgd(grad, x0, eta, noise[:-1])
            return x - eta(T) * (grad(x) + noise[-1])
        """,
    ],
    "sgd_epoch": [
        """
        import numpy as np

        def sgd_epoch(p, x, y, order, lr):
            p, met = np.array(p, dtype=float), []
            for i in order:
                r = p[0] * x[i] + p[1] - y[i]
                met.append(r**2)
                p -= lr * 2 * r * np.array([x[i], 1.0])
            return p, np.mean(met)
        """,
        """
        def sgd_epoch(p, x, y, order, lr):
            w, b = p
            total = 0.0
            for i in order:
                r = w * x[i] + b - y[i]
                total += r * r
                w, b = w - 2 * lr * r * x[i], b - 2 * lr * r
            return (w, b), total / len(order)
        """,
        """
        import torch

        def sgd_epoch(p, x, y, order, lr):
            p = torch.tensor(p, requires_grad=True)
            total = 0
            for xi, yi in zip(x[order], y[order]):
                loss = (p[0] * xi + p[1] - yi) ** 2
                (g,) = torch.autograd.grad(loss, p)
                total += loss.item()
                with torch.no_grad():
                    p -= lr * g
            return p.detach(), total / len(order)
        """,
        # A running mean, and the rows (x, 1) as vectors.
        """
        import numpy as np

        def sgd_epoch(p, x, y, order, lr):
            A, mean = np.column_stack([x, np.ones_like(x)]), 0
            for k, i in enumerate(order, start=1):
                r = A[i] @ p - y[i]
                mean += (r**2 - mean) / k
                p = p - 2 * lr * r * A[i]
            return [p, mean]
        """,
        # All residuals first, from the parameters of each step.
        """
        import numpy as np

        def sgd_epoch(p, x, y, order, lr):
            path = [np.float32(p)]
            for i in order:
                w, b = path[-1]
                r = np.float32(w * x[i] + b - y[i])
                path.append(np.float32([w - 2 * lr * r * x[i], b - 2 * lr * r]))
            w, b = np.array(path[:-1]).T
            return path[-1], ((w * x[order] + b - y[order]) ** 2).mean()
        """,
    ],
    "noise_floor": [
        """
        import numpy as np

        def noise_floor(h, eta, sigma):
            return np.sum(eta * sigma**2 / (2 * (2 - eta * h)))
        """,
        """
        def noise_floor(h, eta, sigma):
            total = 0
            for c in h:
                V = eta**2 * sigma**2 / (1 - (1 - eta * c) ** 2)
                total += 0.5 * c * V
            return total
        """,
        # The recursion, until nothing changes.
        """
        import numpy as np

        def noise_floor(h, eta, sigma):
            V = np.zeros(len(h))
            for _ in range(2000):
                V = (1 - eta * h) ** 2 * V + (eta * sigma) ** 2
            return 0.5 * h @ V
        """,
        """
        import torch

        def noise_floor(h, eta, sigma):
            h = torch.as_tensor(h, dtype=torch.float32)
            gain, loss = (eta * sigma) ** 2, 1 - (1 - eta * h) ** 2
            return (h / 2 * gain / loss).sum()
        """,
        """
        import numpy as np

        def noise_floor(h, eta, sigma):
            H = np.diag(h)
            M = np.eye(len(h)) - eta * H
            V = np.linalg.solve(np.eye(len(h)) - M @ M, eta**2 * sigma**2 * np.eye(len(h)))
            return np.trace(H @ V) / 2
        """,
    ],
}
