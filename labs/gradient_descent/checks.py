"""Checks of the lab on gradient descent."""

import numpy as np

from labkit import Lab, Wrong, compare, unchanged

lab = Lab("gradient_descent", title="Lab: gradient descent")

STEP = 1e-5  # numgrad's own
SINGLE = {"rtol": 1e-5, "atol": 1e-6}  # an answer may compute in single precision


# ------------------------------------------------------------------ numgrad


def bumpy(a, shape):
    """``f(x) = exp(sum(a * x))``, whose gradient is ``a * f(x)``; it minds the shape."""

    def f(x):
        if np.shape(x) != shape:
            raise Wrong(
                "calls f with another shape",
                f"f was called with an array of shape {np.shape(x)}. It takes arrays of "
                "the shape of x, and gives one number.",
                {"shape of x": str(shape)},
            )
        return np.exp(np.sum(a * x))

    return f


def moved(x, entry, by):
    """A float copy of ``x`` with one entry changed."""
    x = np.array(x, dtype=float)
    x[entry] += by
    return x


def differences(f, x, plus, minus, width):
    """``(f(x + plus) - f(x - minus)) / width``, entry by entry."""
    g = np.empty(np.shape(x))
    for i in np.ndindex(g.shape):
        g[i] = (f(moved(x, i, plus)) - f(moved(x, i, -minus))) / width
    return g


def never_back(f, x, h, end=None):
    """Central differences by someone who leaves each entry at x - h, or x + ``end``."""
    x, g = np.array(x, dtype=float), np.empty(np.shape(x))
    for i in np.ndindex(g.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        g[i] = (above - f(x)) / (2 * h)
        if end is not None:
            x[i] += h + end
    return g


def gradient_mistakes(f, x, wanted, h):
    """What the known mistakes would give for the gradient at x."""
    row = wanted
    if wanted.ndim > 1:
        rows = wanted.reshape(len(wanted), -1).sum(axis=1)
        row = np.broadcast_to(rows.reshape(-1, *[1] * (wanted.ndim - 1)), wanted.shape)
    first = np.zeros(wanted.size)
    first[0] = wanted.flat[0]
    return {
        "forward difference": (
            differences(f, x, h, 0, h),
            "This compares f(x + h) with f(x). The central difference compares f(x + h) "
            "with f(x - h): its error falls like h², not like h.",
        ),
        "backward difference": (
            differences(f, x, 0, h, h),
            "This compares f(x) with f(x - h). The central difference compares f(x + h) "
            "with f(x - h): its error falls like h², not like h.",
        ),
        "divides by h": (
            2 * wanted,
            "Every entry is twice too large: from x - h to x + h it is 2h, not h.",
        ),
        "the brackets are missing": (
            h**2 * wanted,
            "/ 2 * h divides by 2, and then multiplies by h. The distance 2h stands below "
            "the line as a whole: / (2 * h).",
        ),
        "half the gradient": (
            wanted / 2,
            "Every entry is half of what it must be: the difference of the two values has "
            "to be divided by the distance of the two points.",
        ),
        "the steps pile up": (
            np.cumsum(wanted).reshape(wanted.shape),
            "Each entry holds the sum of the partial derivatives up to it: the entries "
            "that moved before move with it. Begin each step with zeros.",
        ),
        "does not divide": (
            2 * h * wanted,
            "This is the difference of the two values. The slope is the difference "
            "divided by the distance.",
        ),
        "wrong sign": (
            -wanted,
            "The sign is wrong: subtract the value at x - h from the value at x + h.",
        ),
        "the same array twice": (
            np.zeros(wanted.shape),
            "Every entry is 0: f was called with the same values each time. Two names for "
            "one array (up = down = x.copy()) are not two copies.",
        ),
        "stops after the first entry": (
            first.reshape(wanted.shape),
            "Only the first entry has been computed: does the loop return too early?",
        ),
        "flattened": (
            wanted.ravel(),
            "The numbers are right, the shape is not: a gradient has the shape of x.",
        ),
        "steps back too far": (
            never_back(f, x, h, end=h),
            "From the second entry on the values are a little off: the entry before has "
            "been left at x + h.",
        ),
        "does not step back": (
            never_back(f, x, h),
            "From the second entry on the values are a little off: put an entry back "
            "before you move the next one.",
        ),
        "moves a whole row": (
            row,
            "A whole row of x moved at once. A partial derivative moves one entry: "
            "np.ndindex(x.shape) runs over all of them.",
        ),
        "moves all entries at once": (
            wanted.sum(),
            "All entries of x moved at once, and one number came out. A partial "
            "derivative moves one entry and holds the rest.",
        ),
        "moves all entries each time": (
            np.full(wanted.shape, wanted.sum()),
            "Every entry is the sum of all partial derivatives: either all entries of x "
            "moved each time, or each result was added to the whole of g (g += … in place "
            "of g[i] = …).",
        ),
        "a gradient of integers": (
            np.trunc(wanted),
            "The gradient has lost its decimals: an array made like an integer x holds "
            "integers. Ask for dtype=float.",
        ),
    }


def check_numgrad(ask, x, a, *h):
    """Hold one call against the exact gradient of ``exp(sum(a * x))``."""
    a = np.asarray(a, dtype=float)
    f = bumpy(a, np.shape(x))
    wanted = a * f(np.asarray(x, dtype=float))
    given = {"x": x, "f": "f(x) = exp(sum(a * x))", "a": a}
    reply = ask(f, x, *h)
    try:
        compare(
            reply.value,
            wanted,
            given=given,
            what="the gradient",
            mistakes=gradient_mistakes(f, x, wanted, *(h or [STEP])),
        )
    except Wrong as wrong:
        places = [np.asarray(args[0]) for _, args, _ in reply.calls]
        if x.dtype.kind == "i" and all(np.all(p == np.trunc(p)) for p in places):
            raise Wrong(
                "steps in an array of integers",
                "x holds integers, and so does its copy: adding h to an entry is "
                "rounded away. Make a float copy first.",
                given,
                wrong.got,
                wrong.wanted,
            ) from None
        raise
    unchanged(reply, 1, x, name="x")


def coefficients(rng, shape):
    """Of either sign, and none so small that its derivative drowns."""
    return rng.uniform(1, 2, shape) * rng.choice([-1.0, 1.0], shape)


@lab.question(
    "numgrad",
    points=3,
    signature="numgrad(f, x, h=1e-5)",
    forbidden=("descent.differences",),
)
def numgrad(ask, rng):
    """The gradient of f at x by central differences, in the shape of x."""
    check_numgrad(ask, np.array([0.5]), [1.5])
    check_numgrad(ask, np.array([0.5, 0.25]), [2.0, -1.5])
    check_numgrad(ask, np.array([1, 0]), [1.25, -2.0])
    check_numgrad(ask, rng.uniform(-0.5, 0.5, (2, 3)), coefficients(rng, (2, 3)))


# ------------------------------------------------------------------ gd


def bowl(h, w_star):
    """The gradient of a bowl with its lowest point at w_star; it minds the shape.

    ``h`` holds the curvatures, or is a matrix: then an entry's slope depends on all.
    """
    h, w_star = np.asarray(h, dtype=float), np.asarray(w_star, dtype=float)

    def grad(w):
        if np.shape(w) != w_star.shape:
            raise Wrong(
                "calls grad with another shape",
                f"grad was called with shape {np.shape(w)}, not with one point of shape "
                f"{w_star.shape}.",
            )
        r = np.asarray(w, dtype=float) - w_star
        return h @ r if h.ndim == 2 else h * r

    return grad


def path(step, x0, steps):
    """All iterates of ``w <- step(w)``, shape (steps + 1, d)."""
    points = [np.array(x0)]
    for _ in range(steps):
        points.append(step(points[-1]))
    return np.array(points)


def path_mistakes(grad, x0, lr, steps, wanted):
    """What the known mistakes would give for the path."""
    start = np.array(x0, dtype=float)
    whole = np.array(x0)

    def unit(w):
        g = grad(w)
        return w - lr * g / (np.linalg.norm(g) or 1)

    def one_by_one(w):
        w = np.array(w)
        for j in range(len(w)):
            w[j] -= lr * grad(w)[j]
        return w

    beyond = wanted[-1] - lr * grad(wanted[-1])
    return {
        "the start is missing": (
            wanted[1:],
            "The first row must be x0 itself: steps + 1 rows.",
        ),
        "one step too few": (
            wanted[:-1],
            "The last point is missing: after that many steps there are steps + 1 "
            "points, the start included.",
        ),
        "one step too many": (
            np.vstack([wanted, beyond]),
            "There is one row too many: steps + 1 points, the start included.",
        ),
        "begins after the first step": (
            np.vstack([wanted[1:], beyond]),
            "The number of rows is right, but the first must be x0 itself: keep a point "
            "before you move on.",
        ),
        "the start comes twice": (
            np.vstack([start, wanted[:-1]]),
            "The first two rows are both x0, and the last point is missing: move first, "
            "then append.",
        ),
        "stops after one step": (
            wanted[:2],
            "Only one step was taken: does the loop return too early?",
        ),
        "the point never moves": (
            np.repeat(wanted[:1], steps + 1, axis=0),
            "Every row is x0: the step does not reach what is appended.",
        ),
        "gradients, not points": (
            np.array([grad(w) for w in wanted]),
            "These are the gradients at the points. The points are wanted.",
        ),
        "entry by entry": (
            path(one_by_one, start, steps),
            "The entries move one after the other, and grad is asked anew in between. A "
            "step moves all of them, by one gradient.",
        ),
        "the last row is never filled": (
            np.vstack([wanted[:-1], 0 * wanted[-1:]]),
            "The last row holds zeros: the loop ends one step too soon.",
        ),
        "the point is forgotten": (
            path(lambda w: -lr * grad(w), start, steps),
            "Each new point is the step alone: it is to be added to the point.",
        ),
        "divides by the learning rate": (
            path(lambda w: w - grad(w) / lr, start, steps),
            "The gradient is divided by lr; multiply.",
        ),
        "the last point only": (
            wanted[-1],
            "This is the last point. All points are wanted, one a row.",
        ),
        "the same array in every row": (
            np.repeat(wanted[-1:], steps + 1, axis=0),
            "All rows are the last point: the list holds one array many times, and "
            "w -= … changes it. Append a copy, or make a new array at each step.",
        ),
        "one array, but for the start": (
            np.vstack([start, np.repeat(wanted[-1:], steps, axis=0)]),
            "All rows after the start are the last point: the list holds one array many "
            "times, and w -= … changes it. Append a copy.",
        ),
        "goes uphill": (
            path(lambda w: w + lr * grad(w), start, steps),
            "The step goes with the gradient. Downhill is against it.",
        ),
        "the gradient of the start": (
            path(lambda w: w - lr * grad(start), start, steps),
            "Every step uses the gradient at x0. Ask for it anew at each point.",
        ),
        "forgets the learning rate": (
            path(lambda w: w - grad(w), start, steps),
            "The gradient is subtracted whole: multiply it by lr.",
        ),
        "steps of a fixed length": (
            path(unit, start, steps),
            "Every step is lr long. In gradient descent the step is lr times the "
            "gradient: it shrinks where the ground is flat.",
        ),
        "a path of integers": (
            path(lambda w: (w - lr * grad(w)).astype(int), whole.astype(int), steps),
            "The points are rounded to integers, because x0 holds integers. Make a float "
            "copy first.",
        ),
        "transposed": (wanted.T, "One point a row is wanted; here it is one a column."),
    }


def check_gd(ask, h, w_star, x0, lr, steps):
    """Hold one call against the path on a bowl; ``h`` as :func:`bowl` takes it."""
    grad = bowl(h, w_star)
    wanted = path(lambda w: w - lr * grad(w), np.array(x0, dtype=float), steps)
    compare_path(ask(grad, x0, lr, steps), wanted, h, w_star, x0, lr, steps)


def compare_path(reply, wanted, h, w_star, x0, lr, steps):
    """The comparison of :func:`check_gd`."""
    compare(
        reply.value,
        wanted,
        given={
            "grad": f"grad(w) = {np.asarray(h).tolist()} {'@' if np.ndim(h) == 2 else '*'} "
            f"(w - {np.asarray(w_star)})",
            "x0": x0,
            "lr": lr,
            "steps": steps,
        },
        what="the path",
        **SINGLE,
        mistakes=path_mistakes(bowl(h, w_star), x0, lr, steps, wanted),
    )
    unchanged(reply, 1, x0, name="x0")


@lab.question(
    "gd",
    points=3,
    signature="gd(grad, x0, lr, steps)",
    forbidden=("descent.training", "descent.optimizers", "torch.optim"),
)
def gd(ask, rng):
    """All iterates of gradient descent, the start included, one a row."""
    check_gd(ask, [1.0], [0.0], [4.0], 0.25, 3)
    check_gd(ask, [1.0, 2.0], [0.0, 0.0], np.array([3.0, 1.0]), 0.25, 3)
    check_gd(ask, [1.0, 2.0], [0.5, 0.0], np.array([3, 1]), 0.2, 3)
    check_gd(ask, [[2.0, 1.0], [1.0, 2.0]], [0.0, 0.0], [3.0, 1.0], 0.25, 3)
    d = 3
    start = rng.normal(size=d) * 5
    check_gd(ask, rng.uniform(0.5, 2, d), rng.normal(size=d), start, 0.3, 5)


# ------------------------------------------------------------------ line_gradient


def check_line(ask, p, x, y):
    """Hold one call against the gradient of the mean squared residual."""
    p, x, y = (np.array(value, dtype=float) for value in (p, x, y))
    r = p[0] * x + p[1] - y
    rows = 2 * np.column_stack([r * x, r])
    wanted = rows.mean(axis=0)
    lonely, turned = p[0] * x - y, p[1] * x + p[0] - y
    reply = ask(p, x, y)
    compare(
        reply.value,
        wanted,
        given={"p": p, "x": x, "y": y},
        what="the gradient",
        **SINGLE,
        mistakes={
            "the factor 2 is missing": (
                wanted / 2,
                "Every entry is half of what it must be: the derivative of r² is 2r, and "
                "this loss has no ½ in front.",
            ),
            "a sum, not a mean": (
                rows.sum(axis=0),
                "Every entry is n times too large: the loss is a mean over the rows.",
            ),
            "a sum, and no factor 2": (
                rows.sum(axis=0) / 2,
                "This is the gradient of half the sum of squares. The loss is the mean "
                "of the squares.",
            ),
            "wrong sign": (
                -wanted,
                "The sign is wrong: the residual is prediction minus y.",
            ),
            "divided by n - 1": (
                rows.sum(axis=0) / max(len(x) - 1, 1),
                "The sum is divided by n - 1. The loss is a mean over n rows.",
            ),
            "y is added": (
                2 * np.array([((r + 2 * y) * x).mean(), (r + 2 * y).mean()]),
                "y is added to the prediction; the residual is prediction minus y.",
            ),
            "the residual forgets y": (
                2 * np.array([((r + y) * x).mean(), (r + y).mean()]),
                "This is the mean of the predictions, with no y in it: the residual is "
                "prediction minus y.",
            ),
            "the slope's entry lacks the factor 2": (
                wanted * [0.5, 1],
                "The slope's entry is half of what it must be; the other is right.",
            ),
            "the intercept's entry lacks the factor 2": (
                wanted * [1, 0.5],
                "The intercept's entry is half of what it must be; the other is right.",
            ),
            "wrong sign, and no factor 2": (
                -wanted / 2,
                "The sign is wrong (the residual is prediction minus y), and the factor 2 "
                "of the square is missing.",
            ),
            "the entries are exchanged": (
                wanted[::-1],
                "The entries are exchanged: p is (slope, intercept), its gradient too.",
            ),
            "the slope's entry forgets x": (
                wanted[[1, 1]],
                "Both entries are the mean of 2r. The residual changes with the slope by "
                "x, with the intercept by 1.",
            ),
            "p is taken the other way round": (
                2 * np.array([(turned * x).mean(), turned.mean()]),
                "The prediction takes p[1] for the slope. p is (slope, intercept).",
            ),
            "the residual is squared": (
                2 * np.array([(r**2 * x).mean(), (r**2).mean()]),
                "The residual is still squared. The derivative of r² is 2r times the "
                "derivative of r.",
            ),
            "a product of means": (
                2 * np.array([r.mean() * x.mean(), r.mean()]),
                "The mean of r times the mean of x is not the mean of r x: multiply row "
                "by row first.",
            ),
            "the loss": (
                float((r**2).mean()),
                "This is the loss. Its derivatives by slope and intercept are wanted.",
            ),
            "the residual forgets the intercept": (
                2 * np.array([(lonely * x).mean(), lonely.mean()]),
                "The residual lacks the intercept p[1].",
            ),
            "one gradient a row": (
                rows,
                "This is the gradient of each row's loss. Their mean is wanted.",
            ),
            "one gradient a column": (
                rows.T,
                "This is the gradient of each row's loss. Their mean is wanted.",
            ),
        },
    )
    for number, (name, value) in enumerate({"p": p, "x": x, "y": y}.items()):
        unchanged(reply, number, value, name=name)


@lab.question("line_gradient", points=2, signature="line_gradient(p, x, y)")
def line_gradient(ask, rng):
    """The gradient of mean((p[0] * x + p[1] - y)**2) with respect to p, shape (2,)."""
    check_line(ask, [2, -1], [1, 2, 4, 0, 3], [1, 1, 2, 1, 4])
    n = int(rng.integers(4, 9))
    check_line(ask, rng.normal(size=2) + 2, rng.normal(size=n), rng.normal(size=n))


# ------------------------------------------------------------------ rates


def check_rates(ask, H):
    """Hold one call against the eigenvalues of H."""
    H = np.array(H, dtype=float)
    mu, L = np.linalg.eigvalsh(H)[[0, -1]]
    best, bound = 2 / (mu + L), 2 / L
    on_axes, loose = np.diag(H), np.linalg.eigvals(H).real
    reply = ask(H)
    compare(
        reply.value,
        (best, bound),
        given={"H": H},
        what="(best, bound)",
        **SINGLE,
        mistakes={
            "exchanged": ((bound, best), "The pair is exchanged: first best, then bound."),
            "the bound is 1/L": (
                (best, 1 / L),
                "The bound is half of what it must be: the factor 1 - lr h reaches -1, "
                "not 0, where a step stops shrinking.",
            ),
            "the best rate twice": (
                (best, best),
                "The bound is larger than the best rate: there the steepest factor, "
                "1 - lr L, has come down to -1.",
            ),
            "the bound upside down": (
                (best, L / 2),
                "The bound is L/2. The steeper the valley, the smaller it must be.",
            ),
            "the eigenvalues are in no order": (
                (2 / (loose[0] + loose[-1]), 2 / loose[-1]),
                "The first and the last eigenvalue need not be the smallest and the "
                "largest: np.linalg.eigvals gives them in no order.",
            ),
            "the bound of the flattest direction": (
                (best, 2 / mu),
                "The bound is 2/h of the smallest curvature; the steepest direction "
                "blows up long before. (Are the eigenvalues in order?)",
            ),
            "the best is 1/L": (
                (1 / L, bound),
                "1/L is best for the steepest direction alone. The best single rate makes "
                "the two extreme factors equal in size.",
            ),
            "the best is half of it": (
                (best / 2, bound),
                "Make the extreme factors equal in size, 1 - lr mu = lr L - 1, and solve "
                "for lr again.",
            ),
            "curvature along the axes only": (
                (2 / (on_axes.min() + on_axes.max()), 2 / on_axes.max()),
                "These are the rates for the entries on the diagonal. The valley need not "
                "lie along the axes: the extreme curvatures are the eigenvalues.",
            ),
            "the trace for the largest curvature": (
                (best, 2 / np.trace(H)),
                "The bound is 2 over the trace, the sum of all curvatures. One direction "
                "has the largest.",
            ),
            "the Frobenius norm": (
                (2 / (mu + np.linalg.norm(H)), 2 / np.linalg.norm(H)),
                "np.linalg.norm of a matrix is the root of the sum of squares. The largest "
                "curvature is its largest eigenvalue.",
            ),
            "the trace for the sum of two": (
                (2 / np.trace(H), bound),
                "The best rate is 2 over the trace here, the sum of all curvatures. Only "
                "the smallest and the largest count.",
            ),
            "the curvatures": (
                (mu, L),
                "These are the extreme curvatures; the two rates follow from them.",
            ),
            "one number": (bound, "A pair is wanted: (best, bound)."),
        },
    )
    unchanged(reply, 0, H, name="H")


@lab.question("rates", points=2, signature="rates(H)")
def rates(ask, rng):
    """(best, bound): the best single learning rate on a quadratic, and the largest."""
    check_rates(ask, np.diag([5.0, 1.5, 2.0]))
    check_rates(ask, [[2.0, 2.0], [2.0, 5.0]])
    Q, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    H = Q @ np.diag(rng.uniform(0.5, 8, 4)) @ Q.T
    check_rates(ask, (H + H.T) / 2)


lab.words(
    "smaller_h",
    points=2,
    prompt="Why does the error of numgrad first fall and then rise as h is made smaller?",
    rubric=(
        "1 point: for large h the error is that of the formula, and falls like h squared "
        "(the terms with even powers of h cancel in the difference). "
        "1 point: for small h it is rounding: both values are correct to about 1e-16 "
        "relative, their difference is divided by 2h, so the error grows like 1e-16/h. "
        "Where the two are equal, near h = 1e-5, is the best h; naming it is not required."
    ),
)
