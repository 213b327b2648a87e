"""Checks of the lab on mini-batches."""

import numpy as np

from labkit import (
    Lab,
    Rng,
    Stream,
    Tensor,
    TorchModule,
    TorchSGD,
    Wrong,
    compare,
    unchanged,
)
from labkit.comparing import as_array, kind, matches, same

lab = Lab("minibatch_sgd", title="Lab: mini-batches")

SINGLE = {"rtol": 1e-4, "atol": 1e-5}  # an answer computes in single precision


# ------------------------------------------------------------------ minibatches


def table(n, d=3, column=False):
    """X (n, d) and y, (n,) or (n, 1): row i holds multiples of i, y[i] is 10 i."""
    i = np.arange(n, dtype=float)
    X = i[:, None] + np.arange(d) / 8
    return X, (10 * i[:, None] if column else 10 * i)


def sizes_wanted(n, B):
    """The numbers of rows of an epoch's batches."""
    return [min(B, n - start) for start in range(0, n, B)]


def pairs(value, X, y, given):
    """The batches as a list of (xb, yb), arrays; a complaint if they aren't that."""
    if value is None:
        raise Wrong(
            "returns nothing",
            "minibatches returns None: use yield for each batch, or return a list.",
            given,
        )
    if isinstance(value, np.ndarray) and value.ndim:
        value = list(value)
    if not isinstance(value, (list, tuple)):
        raise Wrong(
            "wrong type",
            f"minibatches returns {kind(value)}; batches (xb, yb) are wanted.",
            given,
            value,
        )
    if len(value) == 2:
        one, other = value
        if is_part(one, X) and is_part(other, y):
            raise Wrong(
                "one batch alone",
                "One batch came back, (xb, yb). All batches of the epoch are wanted: a "
                "list of pairs, or yield in place of return.",
                given,
                value,
            )
        if all(isinstance(part, (list, tuple)) and len(part) for part in value) and all(
            [is_part(xb, X) for xb in one] + [is_part(yb, y) for yb in other]
        ):
            raise Wrong(
                "two lists",
                "This is a list of all xb beside a list of all yb. Wanted is one list "
                "(or generator) of pairs.",
                given,
                value,
            )
    return [pair(batch, X, y, given) for batch in value]


def pair(batch, X, y, given):
    """One batch as (xb, yb), arrays; a complaint if it isn't that."""

    def wrong(mistake, message):
        raise Wrong(mistake, message, given, batch)

    if isinstance(batch, np.ndarray) and batch.ndim == 1 and batch.dtype.kind in "iu":
        wrong(
            "row numbers instead of rows",
            "A batch holds row numbers. Wanted are the rows themselves, of X and of y.",
        )
    if isinstance(batch, np.ndarray) and is_part(batch, X):
        wrong("no y", "A batch holds rows of X alone. Wanted are pairs (xb, yb).")
    parts = list(batch) if isinstance(batch, (list, tuple)) else []
    arrays = [as_array(part) for part in parts]
    if len(parts) != 2 or any(part is None for part in arrays):
        wrong("not pairs", f"A batch is a pair (xb, yb); here one is {kind(batch)}.")
    xb, yb = arrays
    if xb.shape == X.shape[1:] and yb.shape == y.shape[1:]:
        wrong(
            "single samples",
            "The rows come one by one. A batch is an array of up to B rows.",
        )
    if is_part(xb, y) and is_part(yb, X):
        wrong("exchanged", "The pair is exchanged: rows of X first, then those of y.")
    if not xb.ndim or not yb.ndim:
        wrong("not pairs", "A batch is a pair of arrays, rows of X and rows of y.")
    return xb, yb


def is_part(part, whole):
    """Whether ``part`` has the shape of some rows of ``whole``."""
    part = as_array(part)
    return (
        part is not None and part.ndim == whole.ndim and part.shape[1:] == whole.shape[1:]
    )


def check_sizes(batches, n, B, given):
    """The sizes must be B, B, …, and what is left."""
    sizes, wanted = [len(xb) for xb, _ in batches], sizes_wanted(n, B)
    if sizes == wanted:
        return

    def wrong(mistake, message):
        raise Wrong(mistake, message, given, f"sizes {sizes}", f"sizes {wanted}")

    if 0 in sizes and [size for size in sizes if size] == wanted:
        wrong("an empty batch", "There is a batch without rows.")
    if sizes == wanted[:-1] and n % B:
        wrong(
            "drops the short batch",
            "The rows left over are missing: the last batch may be short, and is kept.",
        )
    if sizes == [B] * len(wanted):
        wrong(
            "fills up the last batch",
            "All batches are full, so some row comes twice. The last one is short.",
        )
    if len(sizes) == B != len(wanted):
        wrong(
            "B batches",
            "There are B batches. B is the number of rows in a batch.",
        )
    if sorted(sizes) == sorted(wanted):
        wrong("the short batch is not the last", "The short batch comes last.")
    if sum(sizes) == n and len(sizes) == len(wanted):
        wrong(
            "batches of even size",
            "The rows are spread evenly. All batches but the last have exactly B rows.",
        )
    if sizes == [n] and n > B:
        wrong("one batch of everything", "All rows came in one batch.")
    if sum(sizes) > n and sum(sizes) % n == 0 and len(sizes) > len(wanted):
        wrong("more than one epoch", "The batches go on after the epoch is over.")
    wrong("wrong sizes", "The batches do not have the sizes that they must have.")


def rows_of(batches, X, y, given):
    """The row numbers in the order in which they came; a complaint if a row is none."""
    rows = []
    for xb, yb in batches:
        if not is_part(xb, X) or not is_part(yb, y):
            wanted = f"shapes {(len(xb), *X.shape[1:])} and {(len(xb), *y.shape[1:])}"
            got = f"shapes {xb.shape} and {yb.shape}"
            raise Wrong(
                "wrong shape",
                "A batch does not have the shape of rows of X and of y.",
                given,
                got,
                wanted,
            )
        here = np.rint(xb[:, 0]).astype(int)
        inside = (here >= 0) & (here < len(X))
        if not inside.all() or not np.allclose(X[here], xb, atol=1e-5):
            raise Wrong(
                "not rows of X", "A batch holds values that are no row of X.", given, xb
            )
        if len(yb) != len(xb) or not np.allclose(y[here], yb, atol=1e-4):
            raise Wrong(
                "X and y no longer match",
                "A row of xb stands beside another row's y: shuffle both alike.",
                given,
                (xb, yb),
                (xb, y[here]),
            )
        rows.extend(here.tolist())
    return rows


def check_rows(rows, B, given, shuffled=True):
    """Each row once; and, for a generator that shuffled, not as they lay."""
    n = len(rows)
    if sorted(rows) != list(range(n)):
        missing = sorted(set(range(n)) - set(rows))
        raise Wrong(
            "some rows twice, some never",
            f"In an epoch every row comes once. Missing: {missing}: drawn with "
            "replacement?",
            given,
            rows,
        )
    if not shuffled:
        return
    order = np.array(rows)
    if np.all(np.diff(order) == 1):
        raise Wrong("not shuffled", "The rows came as they lie in X.", given, rows)
    if np.all(np.diff(order) == -1):
        raise Wrong(
            "not shuffled", "The rows came as they lie in X, from the end.", given, rows
        )
    if np.all((np.diff(order) - 1) % n == 0):
        raise Wrong(
            "not shuffled",
            "The rows came as they lie in X, from another start.",
            given,
            rows,
        )
    if n >= 20 and np.sum(order == np.arange(n)) >= 12:
        raise Wrong(
            "hardly shuffled",
            "Most rows came at the very place where they lie in X: all orders must be "
            "equally likely.",
            given,
            rows,
        )
    blocks = [set(order[k : k + B] // B) for k in range(0, n, B)]
    if 1 < B < n and all(len(block) == 1 for block in blocks):
        raise Wrong(
            "rows never leave their batch",
            "Each batch holds neighbours in X: the batches are shuffled, or the rows "
            "within them. Shuffle all rows, then cut.",
            given,
            rows,
        )


def epoch(ask, n, B, generator, column=False):
    """The row numbers of one epoch, held against all that can be told from one."""
    X, y = table(n, column=column)
    given = {"X": X, "y": y, "B": B}
    reply = ask(X, y, B, generator)
    if not (same(reply.args[0], X) and same(reply.args[1], y)):
        unchanged(reply, 0, X, name="X")
        unchanged(reply, 1, y, name="y")
    batches = pairs(reply.value, X, y, given)
    check_sizes(batches, n, B, given)
    return rows_of(batches, X, y, given), given


def check_epoch(ask, n, B, seed, column=False):
    """Hold epochs against each other too: their randomness must come from rng alone."""
    rows, given = epoch(ask, n, B, Rng(seed), column)
    check_rows(rows, B, given, shuffled=n > 9)
    again, _ = epoch(ask, n, B, Rng(seed), column)
    if rows != again:
        raise Wrong(
            "randomness from elsewhere",
            "Two generators in the same state gave two different orders. All randomness "
            "must come from rng.",
            given,
            again,
            rows,
        )
    if n > 9 and epoch(ask, n, B, Rng(seed + 1), column)[0] == rows:
        raise Wrong(
            "the same order for every generator",
            "Two different generators gave the same order. The randomness must come "
            "from rng.",
            given,
            rows,
        )


@lab.question(
    "minibatches",
    points=4,
    signature="minibatches(X, y, B, rng)",
    forbidden=("descent.sampling", "descent.batches"),
)
def minibatches(ask, rng):
    """One shuffled epoch of batches (xb, yb), the short last one kept."""
    seed = int(rng.integers(2**31))
    check_epoch(ask, 4, 2, seed)
    check_epoch(ask, 24, 3, seed)
    check_epoch(ask, 3, 2, seed)
    check_epoch(ask, 13, 5, seed, column=True)
    kept = ask.keep(Rng(seed))
    first, given = epoch(ask, 12, 5, kept)
    if epoch(ask, 12, 5, kept)[0] == first:
        raise Wrong(
            "the same order in each epoch",
            "Two epochs with the same generator, one after the other, had the same "
            "order: let rng itself draw, so that it moves on.",
            given,
            first,
        )


# ------------------------------------------------------------------ train_epoch


def forward(layers, X, activation):
    """What goes into each layer, and the output."""
    inputs, z = [], X
    for number, (W, b) in enumerate(layers):
        if number:
            z = np.maximum(z, 0) if activation == "relu" else np.tanh(z)
        inputs.append(z)
        z = z @ W + b
    return inputs, z


def gradients(layers, inputs, delta, activation):
    """The gradients for ``delta``, the derivative of the loss at the output."""
    found = []
    for (W, _), a in zip(reversed(layers), reversed(inputs)):
        found.append((a.T @ delta, delta.sum(axis=0)))
        slope = a > 0 if activation == "relu" else 1 - a**2
        delta = (delta @ W.T) * slope
    return found[::-1]


def residuals(z, y, crossed):
    """prediction - y, one a row; crossed, every prediction minus every y."""
    return z - y.reshape(1, -1) if crossed else z - y


class Run:
    """An epoch of training in NumPy, as it should be or with a mistake in it.

    Attributes
    ----------
    layers : list of (W, b)
        After the epoch.
    means, sizes, later : list
        For each batch the mean squared error before its step, the number of rows, and
        the mean squared error after the step.
    mean, last : float
        The mean over the samples, as met and at the last parameters.
    """

    def __init__(
        self,
        layers,
        batches,
        lr,
        momentum=0.0,
        activation="relu",
        *,
        empty=True,
        step=True,
        once=False,
        total=False,
        crossed=False,
        late=False,
        factor=1.0,
        stay=1,
    ):
        self.layers = [tuple(np.array(p, dtype=float) for p in pair) for pair in layers]
        self.means, self.sizes, self.later = [], [], []
        zero = [tuple(np.zeros_like(p) for p in pair) for pair in self.layers]
        held, speed, ready = zero, zero, False

        def mean(x, y):
            z = forward(self.layers, x, activation)[1]
            return float(np.mean(residuals(z, y, crossed) ** 2))

        def move():
            nonlocal speed
            speed = combine(speed, held, lambda v, g: momentum * v + g)
            self.layers = combine(self.layers, speed, lambda p, v: p - factor * lr * v)

        for x, y in batches:
            x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
            inputs, z = forward(self.layers, x, activation)
            self.means.append(mean(x, y))
            self.sizes.append(len(x))
            r = residuals(z, y, crossed)
            delta = 2 * r.sum(axis=1, keepdims=True) / (1 if total else r.size)
            g = gradients(self.layers, inputs, delta, activation)
            if late and ready:
                move()
            held = g if empty and not once else combine(held, g, np.add)
            ready = True
            if step and not once and not late:
                for _ in range(stay):
                    move()
            self.later.append(mean(x, y))
        if once:
            move()
        self.mean = float(np.dot(self.means, self.sizes) / sum(self.sizes))
        ends = [mean(np.asarray(x), np.asarray(y)) for x, y in batches]
        self.last = float(np.dot(ends, self.sizes) / sum(self.sizes))


def combine(left, right, f):
    """``f`` of the arrays of two lists of layers, pair by pair."""
    return [tuple(f(a, b) for a, b in zip(p, q)) for p, q in zip(left, right)]


def train_mistakes(run, batches, wanted):
    """Name, value, parameters after it (None: the right ones), message."""
    means, sizes = np.array(wanted.means), np.array(wanted.sizes)
    still = run(step=False)
    other = [
        (
            "the gradients are never emptied",
            run(empty=False),
            "From the second step on, the gradients of earlier batches are added in: "
            "backward adds to .grad. Empty it with opt.zero_grad().",
        ),
        (
            "the parameters never move",
            still,
            "The parameters are what they were. Each batch needs backward() and then "
            "opt.step(), and no zero_grad() between the two.",
        ),
        (
            "one step for the whole epoch",
            run(once=True),
            "There was one step, at the end, with the gradients of all batches added "
            "up. Step after each batch.",
        ),
        (
            "leaves after the first batch",
            run(only=1),
            "Only the first batch was trained on: does the loop return too early?",
        ),
        (
            "leaves out the first batch",
            run(other=batches[1:]),
            "The first batch was not trained on.",
        ),
        (
            "the batches backwards",
            run(other=batches[::-1]),
            "The batches were taken from the last to the first.",
        ),
        (
            "a step for each sample",
            run(other=[(x[[i]], y[[i]]) for x, y in batches for i in range(len(x))]),
            "There was one step a sample. There is to be one step a batch.",
        ),
        (
            "one batch of everything",
            run(other=[tuple(np.concatenate(part) for part in zip(*batches))]),
            "There was one step with all samples. There is to be one step a batch.",
        ),
        (
            "two steps a batch",
            run(stay=2),
            "opt.step() was taken twice a batch.",
        ),
        (
            "leaves out the last batch",
            run(only=-1),
            "The last batch was not trained on.",
        ),
        (
            "two passes",
            run(passes=2),
            "All batches were trained on twice. One pass is wanted.",
        ),
        (
            "steps before backward",
            run(late=True),
            "Each step uses the gradient of the batch before. First backward(), then "
            "opt.step().",
        ),
        (
            "trains on the sum",
            run(total=True),
            "The steps are as many times too long as a batch has rows: train on the "
            "batch's mean squared error, not on the sum.",
        ),
        (
            "trains on half the error",
            run(factor=0.5),
            "The steps are half as long as they must be: the loss has no factor ½.",
        ),
        (
            "steps without the momentum of opt",
            run(momentum=0.0),
            "The steps lack the momentum that opt was made with: let opt.step() take them.",
        ),
        (
            "goes uphill",
            run(factor=-1.0),
            "The steps go uphill.",
        ),
        (
            "every prediction against every y",
            run(crossed=True),
            "A column of shape (B, 1) minus a row of shape (B,) is a (B, B) table: every "
            "prediction was compared with every y. Let the two shapes be equal.",
        ),
    ]
    n = sizes.sum()
    reports = [
        (
            "the mean of the batch means",
            means.mean(),
            "The batch means are averaged as if all batches had the same size. Weight "
            "each by its number of rows.",
        ),
        (
            "the loss after the step",
            np.dot(wanted.later, sizes) / n,
            "Each loss is measured after its step; it is to be measured before.",
        ),
        (
            "the mean of the batch means, after the steps",
            np.mean(wanted.later),
            "Each loss is measured after its step, and all batches count the same.",
        ),
        (
            "the sum over the samples",
            np.dot(means, sizes),
            "This is the sum of the squared errors. Their mean is wanted: divide by the "
            "number of rows.",
        ),
        (
            "the sum of the batch means",
            means.sum(),
            "The batch means are added up. The mean over all samples is wanted.",
        ),
        (
            "divides by the number of batches",
            np.dot(means, sizes) / len(sizes),
            "The sum over the samples is divided by the number of batches; divide it by "
            "the number of samples.",
        ),
        (
            "divides by a full batch for each",
            np.dot(means, sizes) / (sizes.max() * len(sizes)),
            "This divides by the number of batches times the largest size. The batches "
            "differ in size: count the rows.",
        ),
        (
            "divides the batch means by the samples",
            means.sum() / n,
            "The batch means are added up and divided by the number of samples. Weight "
            "each mean by its number of rows first.",
        ),
        ("the last batch's loss", means[-1], "This is the loss of the last batch alone."),
        ("the first batch's loss", means[0], "This is the loss of the first batch alone."),
        ("half of the error", wanted.mean / 2, "This is half of the mean squared error."),
        (
            "the root",
            np.sqrt(wanted.mean),
            "This is the root of the mean squared error; no root is asked for.",
        ),
        (
            "the errors at the end",
            wanted.last,
            "All errors are measured at the last parameters; each batch's must be "
            "measured when its turn comes, before its step.",
        ),
        (
            "the losses one by one",
            means,
            "These are the losses of the batches. One number is wanted: the mean over "
            "all samples.",
        ),
        (
            "the errors at the start",
            still.mean,
            "All errors are measured at the first parameters; each batch's must be "
            "measured when its turn comes.",
        ),
    ]
    return other, reports


def check_train(ask, layers, batches, lr, momentum=0.0, activation="relu", stream=True):
    """Hold one call against the same epoch in NumPy."""

    def run(only=None, passes=1, other=None, **mistake):
        options = {"momentum": momentum, "activation": activation, **mistake}
        return Run(layers, (other or batches)[:only] * passes, lr, **options)

    wanted = run()
    items = [(Tensor(x), Tensor(y)) for x, y in batches]
    reply = ask(
        TorchModule(layers, activation),
        Stream(items) if stream else items,
        TorchSGD(lr, momentum),
    )
    given = {
        "model": " → ".join(str(len(b)) for _, b in [(0, layers[0][0]), *layers])
        + f" units, first layer (W, b) = {layers[0]}",
        "batches": batches,
        "opt": f"torch.optim.SGD, lr={lr}, momentum={momentum}",
    }
    got = as_array(reply.value)
    after = [part for pair in reply.args[0] for part in pair]
    right = [part for pair in wanted.layers for part in pair]
    if matches(after, right, **SINGLE) and matches(got, wanted.mean, **SINGLE):
        check_float(reply, given)
        return
    name_the_training(reply, got, after, right, wanted, run, batches, given)


def name_the_training(reply, got, after, right, wanted, run, batches, given):
    """Raise what is wrong with the parameters, else what is with the report."""
    other, reports = train_mistakes(run, batches, wanted)
    if not matches(after, right, **SINGLE):
        nothing = got is not None and got.ndim == 0 and got == 0
        if nothing and reply.args[1] == ("stream", len(wanted.sizes)):
            raise Wrong(
                "no batch is left for the training",
                "The parameters are what they were, and no error was met. The batches "
                "may come from a generator, which can be gone through once only.",
                given,
                reply.value,
                wanted.mean,
            )
        for name, mistaken, message in other:
            parts = [part for pair in mistaken.layers for part in pair]
            if matches(after, parts, **SINGLE):
                raise Wrong(name, message, given, reply.value, wanted.mean)
        raise Wrong(
            "wrong parameters",
            "The parameters after the epoch are not those of one step of opt a batch, "
            "each with the gradient of the batch's mean squared error.",
            {**given, "shown": "the parameters"},
            after,
            right,
        )
    compare(
        reply.value,
        wanted.mean,
        given=given,
        what="the mean squared error of the epoch",
        **SINGLE,
        mistakes={name: (value, message) for name, value, message in reports},
    )


def check_float(reply, given):
    """NumPy's double is a Python float by inheritance; a tensor is not."""
    if reply.type in ("float", "numpy.float64"):
        return
    if "Tensor" in reply.type:
        raise Wrong(
            "a tensor, not a float",
            "The number is right, but it is a tensor. loss.item() makes a Python float; a "
            "sum of losses that still hang on their graphs keeps all of them in memory.",
            given,
            reply.type,
            "float",
        )
    raise Wrong(
        "not a float",
        f"The number is right, but it is of type {reply.type}; a Python float is wanted.",
        given,
        reply.type,
        "float",
    )


def network(rng, *sizes):
    """Layers (W, b) with entries of moderate size."""
    return [
        (rng.normal(size=(m, k)) / np.sqrt(m), rng.normal(size=k) / 2)
        for m, k in zip(sizes, sizes[1:])
    ]


def some_batches(rng, d, *sizes):
    """Batches of the given sizes, rounded to what single precision holds."""
    return [
        (
            rng.normal(size=(b, d)).astype(np.float32).astype(float),
            (3 * rng.normal(size=(b, 1)) + 1).astype(np.float32).astype(float),
        )
        for b in sizes
    ]


@lab.question(
    "train_epoch",
    points=4,
    signature="train_epoch(model, batches, opt)",
    forbidden=("descent.training",),
    torch=True,
)
def train_epoch(ask, rng):
    """One pass of training; the mean squared error a sample, met on the way."""
    line = [(np.array([[1.0]]), np.array([0.5]))]
    first = np.array([[1.0], [-2.0]]), np.array([[3.0], [1.0]])
    second = np.array([[0.5]]), np.array([[-2.0]])
    third = np.array([[2.0], [1.0]]), np.array([[-1.0], [5.0]])
    check_train(ask, line, [first, second, third], 0.0625)
    check_train(ask, network(rng, 2, 4, 1), some_batches(rng, 2, 4, 4, 1), 0.05)
    check_train(
        ask, network(rng, 3, 1), some_batches(rng, 3, 3, 3, 2), 0.03, 0.9, stream=False
    )


# ------------------------------------------------------------------ batch_error


def check_error(ask, G, b):
    """Hold one call against the formula."""
    G = np.array(G, dtype=float)
    n, d = G.shape
    D = G - G.mean(axis=0)
    sigma2 = (D**2).sum() / n
    factor = 1 - (b - 1) / (n - 1)
    wanted = float(np.sqrt(sigma2 / b * factor))
    reply = ask(G, b)
    compare(
        reply.value,
        wanted,
        given={"G": G, "b": b},
        what="the root mean square distance",
        rtol=1e-5,
        atol=1e-6,
        mistakes={
            "the mean square": (
                wanted**2,
                "This is the mean of the squared distance. Its root is wanted.",
            ),
            "with replacement": (
                float(np.sqrt(sigma2 / b)),
                "This holds for draws with replacement. No row is drawn twice here: the "
                "finite-population factor is missing.",
            ),
            "with replacement, mean square": (
                float(sigma2 / b),
                "This is the mean square, for draws with replacement.",
            ),
            "n instead of n - 1": (
                float(np.sqrt(sigma2 / b * (1 - b / n))),
                "The finite-population factor is 1 - (b - 1)/(n - 1), which is 1 for a "
                "batch of one row.",
            ),
            "the wrong sign in the factor": (
                float(np.sqrt(sigma2 / b * (1 + (b - 1) / (n - 1)))),
                "Without replacement a batch comes closer to the whole: what the factor "
                "subtracts from 1 has been added.",
            ),
            "the sample variance": (
                float(np.sqrt(n / (n - 1)) * wanted),
                "The scatter is divided by n - 1. Here sigma² is a mean over all n rows: "
                "G is all there is, not a sample of it.",
            ),
            "the factor is not under the root": (
                float(np.sqrt(sigma2 / b) * factor),
                "The finite-population factor belongs to the mean square, and so under "
                "the root.",
            ),
            "a batch divides by b, not by its root": (
                float(np.sqrt(sigma2 * factor) / b),
                "The mean *square* falls like 1/b. Its root falls like b to the -½.",
            ),
            "does not divide by b": (
                float(np.sqrt(sigma2 * factor)),
                "The batch's size is missing: an average of b rows scatters less.",
            ),
            "an average over the entries": (
                wanted / np.sqrt(d),
                "The squares are averaged over the entries of the gradient. A squared "
                "distance is their sum.",
            ),
            "an average over the entries, mean square": (
                wanted**2 / d,
                "The squares are averaged over the entries, and the root is missing.",
            ),
            "one number an entry": (
                np.sqrt((D**2).mean(axis=0) / b * factor),
                "This is the error of each entry of the gradient. The distance is one "
                "number: sum the squares over the entries.",
            ),
            "one scatter for all entries": (
                float(G.std() * np.sqrt(factor / b)),
                "G.std() is taken over all entries, about one mean for all of them. The "
                "full gradient has an entry a column.",
            ),
            "one scatter for all entries, with replacement": (
                float(G.std() / np.sqrt(b)),
                "G.std() is taken over all entries, about one mean for all of them; and "
                "the finite-population factor is missing.",
            ),
            "adds standard deviations": (
                float(np.sqrt(G.std(axis=0).sum() / b * factor)),
                "The standard deviations of the columns are added. Variances add.",
            ),
            "one batch alone": (
                float(np.linalg.norm(G[:b].mean(axis=0) - G.mean(axis=0))),
                "This is the distance of one batch, the first b rows. Wanted is the root "
                "mean square over all batches.",
            ),
            "the mean is not subtracted": (
                float(np.sqrt((G**2).sum() / n / b * factor)),
                "The distances are taken from zero. Take them from the full gradient, "
                "the mean of the rows.",
            ),
            "the distance, not its square": (
                float(np.sqrt((D**2).sum(axis=1)).mean() * np.sqrt(factor / b)),
                "This starts from the mean distance of the rows. sigma² is the mean of "
                "the squared distance.",
            ),
        },
    )
    unchanged(reply, 0, G, name="G")


@lab.question("batch_error", points=2, signature="batch_error(G, b)")
def batch_error(ask, rng):
    """How far a batch's gradient lies from the full one, root mean square."""
    check_error(ask, [[2, 0], [0, 1], [4, 3], [1, 6], [2, 2], [3, 1], [0, 4]], 3)
    n, d = int(rng.integers(6, 10)), int(rng.integers(2, 5))
    check_error(ask, rng.normal(size=(n, d)) + 1, 4)


lab.words(
    "reported",
    points=2,
    prompt=(
        "Why is the number that train_epoch returns not the model's mean squared error "
        "on the training data, although every sample is weighted the same?"
    ),
    rubric=(
        "1 point: the parameters move during the epoch, so each batch is measured at "
        "other parameters, most of them older than those at the end. "
        "1 point: what follows: the report is usually too high while the error falls "
        "quickly (it can also be too low: a batch that has not been trained on yet, or a "
        "last step that spoils it); to know the error, stop, and measure all samples at "
        "one set of parameters."
    ),
)
