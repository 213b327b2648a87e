"""Correct answers, each written in another style; the checks must let all of them pass."""

RIGHT = {
    "minibatches": [
        """
        def minibatches(X, y, B, rng):
            order = rng.permutation(len(X))
            for k in range(0, len(X), B):
                rows = order[k : k + B]
                yield X[rows], y[rows]
        """,
        # A list of batches, from copies that are shuffled.
        """
        import numpy as np

        def minibatches(X, y, B, rng):
            order = np.arange(len(X))
            rng.shuffle(order)
            X, y = X[order], y[order]
            return [(X[k : k + B], y[k : k + B]) for k in range(0, len(X), B)]
        """,
        # Row by row, in lists.
        """
        def minibatches(X, y, B, rng):
            left, batches = list(range(len(X))), []
            while left:
                xb, yb = [], []
                while left and len(xb) < B:
                    i = left.pop(int(rng.integers(len(left))))
                    xb.append(X[i])
                    yb.append(y[i])
                batches.append([xb, yb])
            return batches
        """,
        """
        import numpy as np

        def minibatches(X, y, B, rng):
            rows = np.argsort(rng.random(len(y)))
            cuts = np.arange(B, len(y), B)
            return zip(np.split(X[rows], cuts), np.split(y[rows], cuts))
        """,
        # A loader of torch; its generator gets its seed from rng.
        """
        import torch
        from torch.utils.data import DataLoader, TensorDataset

        def minibatches(X, y, B, rng):
            generator = torch.Generator().manual_seed(int(rng.integers(2**40)))
            data = TensorDataset(torch.tensor(X).float(), torch.tensor(y).float())
            return DataLoader(data, batch_size=B, shuffle=True, generator=generator)
        """,
        # One buffer for all batches.
        """
        import numpy as np

        def minibatches(X, y, B, rng):
            xb, yb = np.empty((B, *X.shape[1:])), np.empty((B, *y.shape[1:]))
            order = rng.permuted(np.arange(len(X)))
            for start in range(0, len(X), B):
                rows = order[start : start + B]
                xb[: len(rows)], yb[: len(rows)] = X[rows], y[rows]
                yield xb[: len(rows)], yb[: len(rows)]
        """,
    ],
    "train_epoch": [
        """
        from torch.nn.functional import mse_loss

        def train_epoch(model, batches, opt):
            total, n = 0.0, 0
            for x, y in batches:
                loss = mse_loss(model(x), y)
                opt.zero_grad()
                loss.backward()
                opt.step()
                total += loss.item() * len(x)
                n += len(x)
            return total / n
        """,
        # With a closure.
        """
        def train_epoch(model, batches, opt):
            model.train()
            squares = []
            for x, y in batches:
                def closure():
                    opt.zero_grad(set_to_none=False)
                    errors = (model(x) - y) ** 2
                    squares.extend(errors.detach().ravel().tolist())
                    loss = errors.mean()
                    loss.backward()
                    return loss
                opt.step(closure)
            return sum(squares) / len(squares)
        """,
        # Gradients emptied after the step; the error measured apart.
        """
        import torch

        def train_epoch(model, batches, opt):
            met = []
            for x, y in list(batches):
                with torch.no_grad():
                    met.append((model(x) - y).squeeze(1) ** 2)
                torch.nn.MSELoss()(model(x).squeeze(1), y.squeeze(1)).backward()
                opt.step()
                model.zero_grad()
            return float(torch.cat(met).mean())
        """,
        """
        import numpy as np
        import torch

        def train_epoch(model, batches, opt):
            losses, sizes = [], []
            for x, y in batches:
                loss = torch.sum((y - model(x)) ** 2) / y.shape[0]
                params = [p for group in opt.param_groups for p in group["params"]]
                for p, g in zip(params, torch.autograd.grad(loss, params)):
                    p.grad = g
                losses.append(opt.step(lambda: loss).item())
                sizes.append(len(y))
            return np.average(losses, weights=sizes)
        """,
        # A running mean.
        """
        def train_epoch(model, batches, opt):
            mean, seen = 0.0, 0
            for x, y in batches:
                opt.zero_grad()
                loss = (model(x) - y).pow(2).mean()
                loss.backward()
                seen += x.size(0)
                mean += (loss.item() - mean) * x.size(0) / seen
                opt.step()
            return mean
        """,
    ],
    "batch_error": [
        """
        import numpy as np

        def batch_error(G, b):
            n = len(G)
            sigma2 = np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1))
            return np.sqrt(sigma2 / b * (n - b) / (n - 1))
        """,
        # The sample covariance, and the share of rows left out.
        """
        import numpy as np

        def batch_error(G, b):
            total = np.trace(np.atleast_2d(np.cov(G, rowvar=False)))
            return float(np.sqrt(total * (1 / b - 1 / len(G))))
        """,
        # Every batch there is.
        """
        import numpy as np
        from itertools import combinations

        def batch_error(G, b):
            full = G.mean(axis=0)
            squares = [
                sum((G[list(rows)].mean(axis=0) - full) ** 2)
                for rows in combinations(range(len(G)), b)
            ]
            return np.mean(squares) ** 0.5
        """,
        """
        import torch

        def batch_error(G, b):
            G = torch.tensor(G, dtype=torch.float32)
            n = G.shape[0]
            sigma2 = G.var(dim=0, unbiased=False).sum()
            return torch.sqrt(sigma2 / b * (1 - (b - 1) / (n - 1)))
        """,
        """
        def batch_error(G, b):
            n, total = len(G), 0.0
            for column in zip(*G):
                mean = sum(column) / n
                total += sum((g - mean) ** 2 for g in column)
            return (total / n / b * (n - b) / (n - 1)) ** 0.5
        """,
    ],
}
