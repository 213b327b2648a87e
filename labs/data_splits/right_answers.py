"""Correct answers, each written in another style; the checks must let all of them pass."""

RIGHT = {
    "prepare": [
        """
        import numpy as np

        def prepare(X, n_train, rng):
            order = rng.permutation(len(X))
            train, rest = X[order[:n_train]], X[order[n_train:]]
            mean, sd = train.mean(axis=0), train.std(axis=0)
            sd[sd == 0] = 1
            return (train - mean) / sd, (rest - mean) / sd
        """,
        # A small number in the denominator; a list.
        """
        import numpy as np

        def prepare(X, n_train, rng):
            X = X.copy()
            rng.shuffle(X)
            mean = X[:n_train].mean(0)
            sd = X[:n_train].std(0) + 1e-8
            return np.split((X - mean) / sd, [n_train])
        """,
        # A mask: both parts keep the order that they had.
        """
        import numpy as np

        def prepare(X, n_train, rng):
            inside = np.zeros(len(X), dtype=bool)
            inside[rng.choice(len(X), size=n_train, replace=False)] = True
            mean, sd = X[inside].mean(axis=0), X[inside].std(axis=0)
            Z = np.divide(X - mean, sd, out=np.zeros_like(X), where=sd > 0)
            return Z[inside], Z[~inside]
        """,
        # scikit-learn's tools, with the generator's randomness.
        """
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler

        def prepare(X, n_train, rng):
            seed = int(rng.integers(2**31))
            train, rest = train_test_split(X, train_size=n_train, random_state=seed)
            scaler = StandardScaler().fit(train)
            return scaler.transform(train), scaler.transform(rest)
        """,
        # Lists and numbers.
        """
        def prepare(X, n_train, rng):
            left = [list(map(float, row)) for row in X]
            train = [left.pop(int(rng.integers(len(left)))) for _ in range(n_train)]
            for j in range(len(train[0])):
                values = [row[j] for row in train]
                mean = sum(values) / n_train
                sd = (sum((v - mean) ** 2 for v in values) / n_train) ** 0.5
                for row in train + left:
                    row[j] = (row[j] - mean) / sd if sd else 0.0
            return train, left
        """,
        # Torch, single precision.
        """
        import torch

        def prepare(X, n_train, rng):
            X = torch.tensor(X)[torch.tensor(rng.permutation(len(X)))].float()
            sd, mean = torch.std_mean(X[:n_train], dim=0, unbiased=False)
            Z = torch.nan_to_num((X - mean) / sd)
            return Z[:n_train], Z[n_train:]
        """,
    ],
    "select_lr": [
        """
        import numpy as np

        def select_lr(lrs, train_err, val_err, test_err):
            return lrs[np.argmin(np.where(np.isfinite(val_err), val_err, np.inf))]
        """,
        """
        import numpy as np

        def select_lr(lrs, train_err, val_err, test_err):
            good = np.isfinite(val_err)
            return lrs[good][val_err[good].argmin()]
        """,
        """
        import math

        def select_lr(lrs, train_err, val_err, test_err):
            pairs = [(v, lr) for lr, v in zip(lrs, val_err) if math.isfinite(v)]
            return min(pairs)[1]
        """,
        """
        import numpy as np

        def select_lr(lrs, train_err, val_err, test_err):
            return float(lrs[int(np.nanargmin(val_err))])
        """,
        """
        def select_lr(lrs, train_err, val_err, test_err):
            best, rate = float("inf"), None
            for lr, v in zip(lrs, val_err):
                if v < best:
                    best, rate = v, lr
            return rate
        """,
        """
        import torch

        def select_lr(lrs, train_err, val_err, test_err):
            v = torch.tensor(val_err).nan_to_num(nan=float("inf"))
            return torch.tensor(lrs)[v.argmin()]
        """,
    ],
    "early_stop": [
        """
        def early_stop(val, patience):
            best, waited = 0, 0
            for epoch, loss in enumerate(val[1:], start=1):
                if loss < val[best]:
                    best, waited = epoch, 0
                else:
                    waited += 1
                if waited == patience:
                    return best, epoch
            return best, len(val) - 1
        """,
        """
        def early_stop(val, patience):
            best = epoch = 0
            while epoch - best < patience and epoch + 1 < len(val):
                epoch += 1
                if val[epoch] < val[best]:
                    best = epoch
            return [best, epoch]
        """,
        # Running minimum: an epoch improves if it is below all before.
        """
        import numpy as np

        def early_stop(val, patience):
            smallest = np.fmin.accumulate(val)
            better = np.r_[True, val[1:] < smallest[:-1]]
            newest = np.maximum.accumulate(np.where(better, np.arange(len(val)), 0))
            over = np.flatnonzero(np.arange(len(val)) - newest >= patience)
            last = over[0] if len(over) else len(val) - 1
            return np.array([newest[last], last])
        """,
        """
        def early_stop(val, patience, epoch=1, best=0):
            if epoch == len(val) or epoch - 1 - best == patience:
                return best, epoch - 1
            if val[epoch] < val[best]:
                best = epoch
            return early_stop(val, patience, epoch + 1, best)
        """,
    ],
    "k_folds": [
        """
        import numpy as np

        def k_folds(n, k, rng):
            parts = np.array_split(rng.permutation(n), k)
            return [
                (np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)
            ]
        """,
        # A generator; strides of a shuffled order; sets.
        """
        def k_folds(n, k, rng):
            order = list(range(n))
            rng.shuffle(order)
            for i in range(k):
                val = order[i::k]
                yield sorted(set(order) - set(val)), val
        """,
        # The number of the fold for every row.
        """
        import numpy as np

        def k_folds(n, k, rng):
            fold = rng.permutation(np.arange(n) % k)
            rows = [(np.where(fold != i)[0], np.where(fold == i)[0]) for i in range(k)]
            return tuple(rows)
        """,
        """
        import numpy as np
        from sklearn.model_selection import KFold

        def k_folds(n, k, rng):
            cut = KFold(k, shuffle=True, random_state=int(rng.integers(2**31)))
            return cut.split(np.zeros((n, 1)))
        """,
        """
        import torch

        def k_folds(n, k, rng):
            order = torch.randperm(
                n, generator=torch.Generator().manual_seed(int(rng.integers(2**31)))
            )
            folds = []
            for val in torch.tensor_split(order, k):
                held = torch.isin(torch.arange(n), val)
                folds.append((torch.arange(n)[~held], val))
            return folds
        """,
    ],
}
