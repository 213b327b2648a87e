"""Classic wrong answers, each with the name that the checks must give to its mistake."""


def _batches(
    order: str = "rng.permutation(n)",
    loop: str = "range(0, n, B)",
    rows: str = "order[k : k + B]",
    batch: str = "X[rows], y[rows]",
) -> str:
    """A generator that cuts ``order``."""
    return f"""
import copy
import numpy as np

def minibatches(X, y, B, rng):
    n = len(X)
    order = {order}
    for k in {loop}:
        rows = {rows}
        yield {batch}
"""


def _train(
    body: str = "opt.zero_grad(); loss.backward(); opt.step()",
    result: str = "total / n",
    loss: str = "mse_loss(model(x), y)",
    add: str = "loss.item() * len(x)",
    before: str = "pass",
    after: str = "pass",
) -> str:
    """A loop over the batches that does ``body``."""
    return f"""
import torch
from torch.nn.functional import mse_loss

def train_epoch(model, batches, opt):
    total, n, count = 0.0, 0, 0
    {before}
    for x, y in batches:
        loss = {loss}
        total += {add}
        n += len(x)
        count += 1
        {body}
    {after}
    return {result}
"""


def _error(result: str, sigma2: str = "np.mean(np.sum(D**2, axis=1))") -> str:
    """An answer that computes ``result`` from the scatter of the rows."""
    return f"""
import numpy as np

def batch_error(G, b):
    n, d = G.shape
    D = G - G.mean(axis=0)
    sigma2 = {sigma2}
    factor = (n - b) / (n - 1)
    return {result}
"""


WRONG = {
    "minibatches": [
        (
            "hardly shuffled",
            """
            import numpy as np

            def minibatches(X, y, B, rng):
                order = np.arange(len(X))
                i, j = rng.choice(len(X), 2, replace=False)
                order[[i, j]] = order[[j, i]]
                for k in range(0, len(X), B):
                    yield X[order[k : k + B]], y[order[k : k + B]]
            """,
        ),
        ("not shuffled", _batches("np.arange(n)")),
        ("not shuffled", _batches("np.arange(n)[::-1]")),
        ("not shuffled", _batches("np.roll(np.arange(n), 1)")),
        ("drops the short batch", _batches(loop="range(0, n - n % B, B)")),
        (
            "an empty batch",
            _batches(loop="range(0, n + 1, B)"),
        ),
        (
            "fills up the last batch",
            _batches(rows="np.take(order, range(k, k + B), mode='wrap')"),
        ),
        (
            "some rows twice, some never",
            _batches("rng.integers(n, size=n)"),
        ),
        (
            "some rows twice, some never",
            _batches(rows="rng.choice(n, min(B, n - k), replace=False)"),
        ),
        (
            "X and y no longer match",
            _batches(batch="X[rows], y[k : k + B]"),
        ),
        (
            "X and y no longer match",
            """
            def minibatches(X, y, B, rng):
                X, y = rng.permutation(X), rng.permutation(y)
                for k in range(0, len(X), B):
                    yield X[k : k + B], y[k : k + B]
            """,
        ),
        (
            "B batches",
            """
            import numpy as np

            def minibatches(X, y, B, rng):
                return [(X[r], y[r]) for r in np.array_split(rng.permutation(len(X)), B)]
            """,
        ),
        (
            "batches of even size",
            """
            import numpy as np

            def minibatches(X, y, B, rng):
                parts = np.array_split(rng.permutation(len(X)), -(-len(X) // B))
                return [(X[rows], y[rows]) for rows in parts]
            """,
        ),
        (
            "rows never leave their batch",
            """
            def minibatches(X, y, B, rng):
                batches = [(X[k : k + B], y[k : k + B]) for k in range(0, len(X), B)]
                rng.shuffle(batches)
                return batches
            """,
        ),
        (
            "rows never leave their batch",
            _batches("np.arange(n)", rows="rng.permutation(order[k : k + B])"),
        ),
        (
            "the short batch is not the last",
            """
            def minibatches(X, y, B, rng):
                order = rng.permutation(len(X))
                if len(X) % B:
                    yield X[order[: len(X) % B]], y[order[: len(X) % B]]
                for k in range(len(X) % B, len(X), B):
                    yield X[order[k : k + B]], y[order[k : k + B]]
            """,
        ),
        ("randomness from elsewhere", _batches("np.random.permutation(n)")),
        (
            "the same order for every generator",
            _batches("np.random.default_rng(0).permutation(n)"),
        ),
        (
            "the same order in each epoch",
            _batches("copy.deepcopy(rng).permutation(n)"),
        ),
        ("row numbers instead of rows", _batches(batch="rows")),
        ("exchanged", _batches(batch="y[rows], X[rows]")),
        (
            "one batch alone",
            """
            def minibatches(X, y, B, rng):
                order = rng.permutation(len(X))
                for k in range(0, len(X), B):
                    rows = order[k : k + B]
                    return X[rows], y[rows]
            """,
        ),
        (
            "two lists",
            """
            def minibatches(X, y, B, rng):
                order, xs, ys = rng.permutation(len(X)), [], []
                for k in range(0, len(X), B):
                    xs.append(X[order[k : k + B]])
                    ys.append(y[order[k : k + B]])
                return xs, ys
            """,
        ),
        ("no y", _batches(batch="X[rows]")),
        ("not pairs", _batches(batch="(rows, X[rows], y[rows])")),
        (
            "single samples",
            """
            def minibatches(X, y, B, rng):
                for i in rng.permutation(len(X)):
                    yield X[i], y[i]
            """,
        ),
        ("one batch of everything", _batches(loop="[0]", rows="order")),
        (
            "more than one epoch",
            _batches(
                "np.concatenate([rng.permutation(n) for _ in range(3)])",
                "range(0, 3 * n, B)",
            ),
        ),
        (
            "never ends",
            """
            def minibatches(X, y, B, rng):
                while True:
                    rows = rng.choice(len(X), B)
                    yield X[rows], y[rows]
            """,
        ),
        (
            "changes its input",
            """
            def minibatches(X, y, B, rng):
                order = rng.permutation(len(X))
                X[:], y[:] = X[order], y[order]
                for k in range(0, len(X), B):
                    yield X[k : k + B], y[k : k + B]
            """,
        ),
        (
            "returns nothing",
            """
            def minibatches(X, y, B, rng):
                batches = [(X, y)]
            """,
        ),
    ],
    "train_epoch": [
        (
            "two steps a batch",
            """
            def train_epoch(model, batches, opt):
                total = count = 0
                for x, y in batches:
                    loss = ((model(x) - y) ** 2).mean()
                    opt.zero_grad()
                    loss.backward()
                    opt.step()
                    opt.step()
                    total, count = total + loss.item() * len(x), count + len(x)
                return total / count
            """,
        ),
        *(
            (
                mistake,
                f"""
                import torch

                def train_epoch(model, batches, opt):
                    total = count = 0
                    batches = list(batches)
                    for x, y in {taken}:
                        loss = ((model(x) - y) ** 2).mean()
                        opt.zero_grad()
                        loss.backward()
                        opt.step()
                        total, count = total + loss.item() * len(x), count + len(x)
                    return total / count
                """,
            )
            for mistake, taken in [
                ("leaves out the first batch", "batches[1:]"),
                ("the batches backwards", "batches[::-1]"),
                (
                    "a step for each sample",
                    "[p for b in batches for p in zip(*(t.split(1) for t in b))]",
                ),
                (
                    "one batch of everything",
                    "[[torch.cat(part) for part in zip(*batches)]]",
                ),
            ]
        ),
        ("the mean of the batch means", _train(add="loss.item()", result="total / count")),
        (
            "the loss after the step",
            _train(
                "opt.zero_grad(); loss.backward(); opt.step(); "
                "total += mse_loss(model(x), y).item() * len(x)",
                add="0",
            ),
        ),
        (
            "the mean of the batch means, after the steps",
            _train(
                "opt.zero_grad(); loss.backward(); opt.step(); "
                "total += mse_loss(model(x), y).item()",
                "total / count",
                add="0",
            ),
        ),
        ("the gradients are never emptied", _train("loss.backward(); opt.step()")),
        ("the parameters never move", _train("opt.zero_grad(); loss.backward()")),
        (
            "the parameters never move",
            _train("loss.backward(); opt.zero_grad(); opt.step()"),
        ),
        (
            "one step for the whole epoch",
            _train("loss.backward()", after="opt.step()"),
        ),
        (
            "leaves out the last batch",
            _train(
                "opt.zero_grad(); loss.backward(); opt.step()",
                before="batches = list(batches)[:-1]",
            ),
        ),
        ("two passes", _train(before="batches = 2 * list(batches)")),
        (
            "leaves after the first batch",
            _train("opt.zero_grad(); loss.backward(); opt.step(); return total / n"),
        ),
        (
            "the losses one by one",
            _train(before="met = []", result="met", add="met.append(loss.item()) or 0"),
        ),
        (
            "the errors at the end",
            _train(
                before="kept = batches = list(batches)",
                after="total = sum(((model(x) - y)**2).sum().item() for x, y in kept)",
            ),
        ),
        ("steps before backward", _train("opt.step(); opt.zero_grad(); loss.backward()")),
        ("trains on the sum", _train(loss="((model(x) - y)**2).sum()", add="loss.item()")),
        (
            "trains on half the error",
            _train(loss="mse_loss(model(x), y) / 2", add="2 * loss.item() * len(x)"),
        ),
        ("trains on half the error", _train(loss="mse_loss(model(x), y) / 2")),
        ("goes uphill", _train(loss="-mse_loss(model(x), y)")),
        (
            "every prediction against every y",
            _train(loss="((model(x) - y.ravel())**2).mean()"),
        ),
        (
            "every prediction against every y",
            _train(loss="((model(x).squeeze(1) - y)**2).mean()"),
        ),
        (
            "steps without the momentum of opt",
            """
            import torch

            def train_epoch(model, batches, opt):
                total, n, lr = 0.0, 0, opt.param_groups[0]["lr"]
                for x, y in batches:
                    loss = ((model(x) - y) ** 2).mean()
                    model.zero_grad()
                    loss.backward()
                    with torch.no_grad():
                        for p in model.parameters():
                            p -= lr * p.grad
                    total, n = total + loss.item() * len(x), n + len(x)
                return total / n
            """,
        ),
        (
            "no batch is left for the training",
            _train(before="size = sum(len(x) for x, _ in batches)", result="total / size"),
        ),
        ("raises TypeError", _train(result="total / len(batches)")),
        ("the sum over the samples", _train(result="total")),
        ("the sum of the batch means", _train(add="loss.item()", result="total")),
        ("divides by the number of batches", _train(result="total / count")),
        (
            "divides the batch means by the samples",
            _train(add="loss.item()"),
        ),
        ("the last batch's loss", _train(result="loss.item()")),
        ("half of the error", _train(result="total / n / 2")),
        ("the root", _train(result="(total / n)**0.5")),
        (
            "a tensor, not a float",
            _train(add="loss.detach() * len(x)"),
        ),
        ("not a float", _train(result="torch.tensor(total / n).numpy()")),
        ("returns nothing", _train(result="None")),
        (
            "the errors at the start",
            _train(
                add="mse_loss(first(x), y).item() * len(x)",
                before="import copy; first = copy.deepcopy(model)",
            ),
        ),
    ],
    "batch_error": [
        (
            "the wrong sign in the factor",
            """
            import numpy as np

            def batch_error(G, b):
                n = len(G)
                return np.sqrt(G.var(axis=0).sum() / b * (1 + (b - 1) / (n - 1)))
            """,
        ),
        ("the mean square", _error("sigma2 / b * factor")),
        ("with replacement", _error("np.sqrt(sigma2 / b)")),
        ("with replacement, mean square", _error("sigma2 / b")),
        ("n instead of n - 1", _error("np.sqrt(sigma2 / b * (1 - b / n))")),
        (
            "the sample variance",
            _error("np.sqrt(sigma2 / b * factor)", "np.sum(D**2) / (n - 1)"),
        ),
        ("the factor is not under the root", _error("np.sqrt(sigma2 / b) * factor")),
        (
            "a batch divides by b, not by its root",
            _error("np.sqrt(sigma2 * factor) / b"),
        ),
        ("does not divide by b", _error("np.sqrt(sigma2 * factor)")),
        (
            "an average over the entries",
            _error("np.sqrt(sigma2 / b * factor)", "np.mean(D**2)"),
        ),
        (
            "an average over the entries, mean square",
            _error("sigma2 / b * factor", "np.mean(D**2)"),
        ),
        ("one scatter for all entries", _error("G.std() * np.sqrt(factor / b)")),
        (
            "one scatter for all entries, with replacement",
            _error("G.std() / np.sqrt(b)"),
        ),
        (
            "adds standard deviations",
            _error("np.sqrt(sigma2 / b * factor)", "G.std(axis=0).sum()"),
        ),
        (
            "one batch alone",
            _error("np.linalg.norm(G[:b].mean(axis=0) - G.mean(axis=0))"),
        ),
        ("one number an entry", _error("np.sqrt(sigma2 / b * factor)", "G.var(axis=0)")),
        (
            "the mean is not subtracted",
            _error("np.sqrt(sigma2 / b * factor)", "np.sum(G**2) / n"),
        ),
        (
            "the distance, not its square",
            _error("sigma2 * np.sqrt(factor / b)", "np.linalg.norm(D, axis=1).mean()"),
        ),
        (
            "changes its input",
            """
            import numpy as np

            def batch_error(G, b):
                n = len(G)
                G -= G.mean(axis=0)
                return np.sqrt((G**2).sum() / n / b * (n - b) / (n - 1))
            """,
        ),
    ],
}
