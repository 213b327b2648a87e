"""Checks of the lab on stochastic gradient descent."""

import numpy as np

from labkit import Lab, Wrong, compare, unchanged
from labkit.comparing import matches

lab = Lab("stochastic_gradient_descent", title="Lab: stochastic gradient descent")

SINGLE = {"rtol": 1e-5, "atol": 1e-6}  # an answer may compute in single precision


# ------------------------------------------------------------------ noisy_sgd


def bowl(h, w_star):
    """The gradient of ``sum(h * (x - w_star)**2) / 2``; it minds the shape."""

    def grad(x):
        if np.shape(x) != h.shape:
            raise Wrong(
                "calls grad with another shape",
                f"grad was called with shape {np.shape(x)}, not with one point of shape "
                f"{h.shape}.",
            )
        return h * (np.asarray(x, dtype=float) - w_star)

    return grad


def falling(eta0, k):
    """The rate ``eta0 / (1 + k t)``, for a number or an array of steps."""
    return lambda t: eta0 / (1 + k * np.asarray(t, dtype=float))


def walk(step, x0, steps):
    """All points of ``x <- step(x, t)`` for t in ``steps``, the start first."""
    points = [np.array(x0, dtype=float)]
    for t in steps:
        points.append(step(points[-1], t))
    return points


def noisy_mistakes(grad, x0, eta, noise):
    """What the known mistakes would give for the last point."""
    T = len(noise)
    steps = range(1, T + 1)

    def last(step, steps=steps):
        return walk(step, x0, steps)[-1]

    def right(x, t):
        return x - eta(t) * (grad(x) + noise[t - 1])

    points = walk(right, x0, steps)
    return {
        "the rates start at t = 0": (
            last(lambda x, t: x - eta(t - 1) * (grad(x) + noise[t - 1])),
            "Every step takes the rate of the step before it: the first step is t = 1, "
            "with eta(1), the last is T, with eta(T).",
        ),
        "the rates run ahead": (
            last(lambda x, t: x - eta(t + 1) * (grad(x) + noise[t - 1])),
            "Every step takes the rate of the step after it: the first step is t = 1, "
            "with eta(1).",
        ),
        "rates and noise start at 0": (
            last(lambda x, t: x - eta(t) * (grad(x) + noise[t - 1]), range(T)),
            "t must run from 1 to T. Here it runs from 0 to T - 1, so that the first "
            "step takes eta(0) and noise[-1], the last row.",
        ),
        "the noise is shifted": (
            last(lambda x, t: x - eta(t) * (grad(x) + noise[t % T])),
            "Step t takes another row of the noise than noise[t - 1].",
        ),
        "one step too few": (
            points[-2],
            "The last step is missing: noise has T rows, and there are T steps.",
        ),
        "stops after one step": (
            points[1],
            "This is the point after the first step: does the loop return too early?",
        ),
        "the noise backwards": (
            last(lambda x, t: x - eta(t) * (grad(x) + noise[T - t])),
            "The rows of the noise were taken from the last to the first.",
        ),
        "all noise at the end": (
            last(lambda x, t: x - eta(t) * grad(x)) + noise.sum(axis=0),
            "The noise is added when all steps are done. It is added to the gradient, in "
            "each step, and the rate multiplies the sum of the two.",
        ),
        "the rates backwards": (
            last(lambda x, t: x - eta(T + 1 - t) * (grad(x) + noise[t - 1])),
            "The rates were taken from the last to the first.",
        ),
        "one step without noise at the end": (
            last(right) - eta(T + 1) * grad(last(right)),
            "There is one step too many, without noise: noise has T rows, and there are T "
            "steps.",
        ),
        "one entry of the noise for all": (
            last(lambda x, t: x - eta(t) * (grad(x) + noise[t - 1][0])),
            "All entries get the same noise. Each has its own, noise[t - 1].",
        ),
        "the start comes back": (
            points[0],
            "This is x0. The point after the last step is wanted.",
        ),
        "leaves out the first step": (
            last(right, steps[1:]),
            "The first step is missing: it is t = 1, with eta(1) and noise[0].",
        ),
        "the first noise is left out": (
            last(lambda x, t: x - eta(t) * (grad(x) + (noise[t] if t < T else 0))),
            "Step t takes noise[t], and the last step none. Its row is noise[t - 1].",
        ),
        "the mean of the noise": (
            last(lambda x, t: x - eta(t) * (grad(x) + noise.mean(axis=0))),
            "Every step takes the mean of the noise. Step t has a row of its own, "
            "noise[t - 1].",
        ),
        "multiplies by the noise": (
            last(lambda x, t: x - eta(t) * grad(x) * noise[t - 1]),
            "The gradient is multiplied by the noise. The noise is added to it.",
        ),
        "forgets the rate": (
            last(lambda x, t: x - (grad(x) + noise[t - 1])),
            "The gradient with its noise is subtracted whole: multiply it by eta(t).",
        ),
        "forgets the noise": (
            last(lambda x, t: x - eta(t) * grad(x)),
            "This is gradient descent without noise: add noise[t - 1] to the gradient.",
        ),
        "subtracts the noise": (
            last(lambda x, t: x - eta(t) * (grad(x) - noise[t - 1])),
            "The noise has the wrong sign: it is added to the gradient.",
        ),
        "the noise is not multiplied by the rate": (
            last(lambda x, t: x - eta(t) * grad(x) - noise[t - 1]),
            "The noise belongs to the gradient: the rate multiplies the sum of the two.",
        ),
        "adds the noise to the point": (
            last(lambda x, t: x - eta(t) * grad(x) + noise[t - 1]),
            "The noise is added to the point. It is added to the gradient, and the rate "
            "multiplies the sum of the two.",
        ),
        "the gradient at a noisy point": (
            last(lambda x, t: x - eta(t) * grad(x + noise[t - 1])),
            "The gradient is asked for at a point moved by the noise. Ask for it at the "
            "point, then add the noise to it.",
        ),
        "goes uphill": (
            last(lambda x, t: x + eta(t) * (grad(x) + noise[t - 1])),
            "The step goes with the gradient. Downhill is against it.",
        ),
        "the gradient of the start": (
            last(lambda x, t: x - eta(t) * (grad(points[0]) + noise[t - 1])),
            "Every step uses the gradient at x0. Ask for it anew at each point.",
        ),
        "one rate for all steps": (
            last(lambda x, t: x - eta(1) * (grad(x) + noise[t - 1])),
            "Every step takes eta(1). The rate is a function of the step: eta(t).",
        ),
        "the last rate for all steps": (
            last(lambda x, t: x - eta(T) * (grad(x) + noise[t - 1])),
            "Every step takes eta(T). The rate is a function of the step: eta(t).",
        ),
        "the same noise in every step": (
            last(lambda x, t: x - eta(t) * (grad(x) + noise[0])),
            "Every step takes noise[0]. Step t has a row of its own, noise[t - 1].",
        ),
        "the whole path": (
            points,
            "These are all points. The last one is wanted.",
        ),
        "the path without its start": (
            points[1:],
            "These are the points after each step. The last one is wanted.",
        ),
        "the mean of the path": (
            np.mean(points[1:], axis=0),
            "This is the average of the points. The last one is wanted.",
        ),
    }


def check_noisy(ask, h, w_star, x0, rate, noise):
    """Hold one call against the last point on a bowl; ``rate`` is (eta0, k)."""
    h, w_star, x0, noise = (np.array(v, dtype=float) for v in (h, w_star, x0, noise))
    grad, eta = bowl(h, w_star), falling(*rate)
    steps = range(1, len(noise) + 1)
    wanted = walk(lambda x, t: x - eta(t) * (grad(x) + noise[t - 1]), x0, steps)[-1]
    given = {
        "grad": f"grad(x) = {h} * (x - {w_star})",
        "x0": x0,
        "eta": f"eta(t) = {rate[0]:g} / (1 + {rate[1]:g} t)",
        "noise": noise,
    }
    reply = ask(grad, x0, eta, noise)
    wrong_so_far = not matches(reply.value, wanted, **SINGLE)
    try:
        compare(
            reply.value,
            wanted,
            given=given,
            what="the last point",
            **SINGLE,
            mistakes=noisy_mistakes(grad, x0, eta, noise) if wrong_so_far else None,
        )
    except Wrong as wrong:
        if wrong.mistake == "wrong value":
            again = ask(grad, x0, eta, noise).value
            if not matches(again, wrong.got, **SINGLE):
                raise Wrong(
                    "draws noise of its own",
                    "The same call gave another result the second time. All the noise "
                    "there is stands in the argument noise: draw none.",
                    given,
                    wrong.got,
                    wanted,
                ) from None
        raise
    unchanged(reply, 3, noise, name="noise")


@lab.question(
    "noisy_sgd",
    points=4,
    signature="noisy_sgd(grad, x0, eta, noise)",
    forbidden=("descent.training", "descent.optimizers"),
)
def noisy_sgd(ask, rng):
    """The last point of SGD with the rates eta(1) … eta(T) and the noise given."""
    check_noisy(ask, [1.5], [0.0], [4.0], (0.3, 0.2), [[1.0], [-2.0], [5.0]])
    check_noisy(
        ask, [1.0, 2.0], [0.0, 1.0], [3.0, -1.0], (0.4, 0.5), [[1, 0], [-1, 2], [2, -1]]
    )
    h, w_star = rng.uniform(0.5, 2, 3), rng.normal(size=3)
    noise = rng.normal(size=(5, 3))
    check_noisy(ask, h, w_star, rng.normal(size=3) * 5, (0.4, 0.3), noise)


# ------------------------------------------------------------------ sgd_epoch


def slope_and_intercept(p, x, y):
    """The residuals and the gradients of the squared residuals, one a row."""
    r = p[0] * x + p[1] - y
    return r, 2 * np.stack([r * x, r], axis=-1)


def losses_met(p, x, y, order, lr, step=None, before=True, end=None):
    """The loss of each sample of the order, before (or after) the step it causes.

    ``step(p, i)`` is the next p; the last one is put into the list ``end``.
    """
    step = step or (lambda p, i: p - lr * slope_and_intercept(p, x[i], y[i])[1])
    for i in order:
        after = step(p, i)
        yield slope_and_intercept(p if before else after, x[i], y[i])[0] ** 2
        p = after
    if end is not None:
        end.append(p)


def epoch(p, x, y, order, lr, **pieces):
    """The p after an epoch and the mean of the losses met; see :func:`losses_met`."""
    end = []
    losses = list(losses_met(p, x, y, order, lr, end=end, **pieces))
    return end[0], float(np.mean(losses))


def in_turn(x, y, lr, intercept_first=False):
    """A step that moves one entry and asks for the residual again before the other."""

    def step(p, i):
        p = np.array(p)
        for k in (1, 0) if intercept_first else (0, 1):
            p[k] -= lr * slope_and_intercept(p, x[i], y[i])[1][k]
        return p

    return step


def epoch_mistakes(p, x, y, order, lr, wanted):
    """What the known mistakes would give for the epoch."""
    end, mean = wanted
    pairs = np.array([slope_and_intercept(p, x[i], y[i])[1] for i in order])
    n = len(order)
    met = list(losses_met(p, x, y, order, lr))

    def everywhere(p):
        return float(np.mean(slope_and_intercept(p, x, y)[0] ** 2))

    def full(q):
        return slope_and_intercept(q, x, y)[1].mean(axis=0)

    def half(share):
        return lambda q, i: q - lr * np.array(share) * slope_and_intercept(q, x[i], y[i])[1]

    strange = np.array(y)
    strange[order] = y[: len(order)] if len(order) <= len(y) else 0

    return {
        "the loss after the step": (
            epoch(p, x, y, order, lr, before=False),
            "The parameters are right. Each loss is measured after its step; it is to be "
            "measured before, at the parameters that the gradient is taken at.",
        ),
        "the sum of the losses": (
            (end, mean * n),
            "The parameters are right. The losses are added up; their mean is wanted.",
        ),
        "the loss of the last sample": (
            (end, met[-1]),
            "The parameters are right. The loss is that of the last sample; the mean "
            "over all steps is wanted.",
        ),
        "the cost at the end": (
            (end, everywhere(end)),
            "The parameters are right. The loss is the cost of all samples at the end; "
            "wanted is the mean of the losses met on the way.",
        ),
        "the cost at the start": (
            (end, everywhere(p)),
            "The parameters are right. Every loss is measured at the first parameters; "
            "each must be measured at those of its own step.",
        ),
        "divides by all samples": (
            (end, mean * n / len(x)),
            "The parameters are right. The sum of the losses is divided by len(x), but "
            "order has another length: it says which steps there are.",
        ),
        "half of each loss": (
            (end, mean / 2),
            "The parameters are right. The loss is half of what it must be: there is no "
            "factor ½ in this loss.",
        ),
        "the factor 2 is missing": (
            epoch(p, x, y, order, lr / 2),
            "The steps are half as long as they must be: the derivative of r² is 2r, and "
            "this loss has no ½ in front.",
        ),
        "divides each step by the number of samples": (
            epoch(p, x, y, order, lr / len(x)),
            "The steps are len(x) times too short: a step uses the gradient of one "
            "sample's loss, not its share of a mean.",
        ),
        "ignores the order": (
            epoch(p, x, y, range(len(x)), lr),
            "The samples were taken as they lie. Step by step, order says which sample "
            "comes next.",
        ),
        "goes through the order backwards": (
            epoch(p, x, y, order[::-1], lr),
            "The samples were taken in the reverse of order.",
        ),
        "the slope moves first": (
            epoch(p, x, y, order, lr, step=in_turn(x, y, lr)),
            "The slope has moved already when the residual for the intercept is "
            "computed. Both entries of a gradient belong to the same parameters.",
        ),
        "the intercept moves first": (
            epoch(p, x, y, order, lr, step=in_turn(x, y, lr, True)),
            "The intercept has moved already when the residual for the slope is "
            "computed. Both entries of a gradient belong to the same parameters.",
        ),
        "goes uphill": (
            epoch(p, x, y, order, -lr),
            "The step goes with the gradient. Downhill is against it. (Is the residual "
            "the prediction minus y?)",
        ),
        "one step for the whole epoch": (
            (p - lr * pairs.mean(axis=0), epoch(p, x, y, order, 0.0)[1]),
            "This is one step with the mean gradient of all. SGD takes one step a sample.",
        ),
        "all gradients at the start": (
            (p - lr * pairs.sum(axis=0), epoch(p, x, y, order, 0.0)[1]),
            "All gradients are taken at the first parameters. After each step the next "
            "gradient is taken at the new ones.",
        ),
        "the full gradient in each step": (
            epoch(p, x, y, order, lr, step=lambda q, i: q - lr * full(q)),
            "Each step uses the gradient of all samples. Use that of sample i alone.",
        ),
        "leaves out the last sample": (
            epoch(p, x, y, order[:-1] if n > 1 else order, lr),
            "The last sample of the order is missing.",
        ),
        "leaves out the first sample": (
            epoch(p, x, y, order[1:] if n > 1 else order, lr),
            "The first sample of the order is missing.",
        ),
        "a sample that comes twice is taken once": (
            epoch(p, x, y, list(dict.fromkeys(order.tolist())), lr),
            "order may name a sample more than once; then there are as many steps.",
        ),
        "two epochs": (
            epoch(epoch(p, x, y, order, lr)[0], x, y, order, lr),
            "The samples of the order were gone through twice.",
        ),
        "the absolute residuals": (
            (end, float(np.mean(np.sqrt(met)))),
            "The parameters are right. The loss is the mean of |r|; each loss is r².",
        ),
        "the root of the mean": (
            (end, float(np.sqrt(mean))),
            "The parameters are right. The loss is a root; no root is asked for.",
        ),
        "stops after one step": (
            epoch(p, x, y, order[:1], lr),
            "Only the first sample of the order was seen: does the loop return too early?",
        ),
        "the first p comes back": (
            (p, mean),
            "The loss is right, but p is what it was: the result is the p after the last "
            "step.",
        ),
        "the parameters never move": (
            epoch(p, x, y, order, 0.0),
            "p is what it was, and every loss was met there: a step changes p.",
        ),
        "only the slope moves": (
            epoch(p, x, y, order, lr, step=half([1, 0])),
            "The intercept stays where it was. It has a gradient too.",
        ),
        "only the intercept moves": (
            epoch(p, x, y, order, lr, step=half([0, 1])),
            "The slope stays where it was. It has a gradient too.",
        ),
        "slope and intercept exchanged": (
            (end[::-1], mean),
            "The entries of p are exchanged: it is (slope, intercept).",
        ),
        "another sample's y": (
            epoch(p, x, strange, order, lr),
            "x is taken by the order, y as it lies: both belong to sample i.",
        ),
        "the gradient forgets x": (
            epoch(
                p,
                x,
                y,
                order,
                lr,
                step=lambda q, i: q - lr * slope_and_intercept(q, x[i], y[i])[1][1],
            ),
            "Both entries move by the same. The residual changes with the slope by x, "
            "with the intercept by 1.",
        ),
        "exchanged": ((mean, end), "The pair is exchanged: first p, then the mean loss."),
        "the loss is missing": (end, "A pair is wanted: the last p, and the mean loss."),
        "the losses one by one": (
            (end, met),
            "These are the losses met, one by one; their mean is wanted.",
        ),
    }


def check_epoch(ask, p, x, y, order, lr):
    """Hold one call against an epoch computed step by step."""
    p, x, y = (np.array(value, dtype=float) for value in (p, x, y))
    order = np.array(order, dtype=int)
    wanted = epoch(p, x, y, order, lr)
    reply = ask(p, x, y, order, lr)
    given = {"p": p, "x": x, "y": y, "order": order, "lr": lr}
    mistakes = {}
    if not matches(reply.value, wanted, **SINGLE):
        mistakes = epoch_mistakes(p, x, y, order, lr, wanted)
    try:
        compare(
            reply.value,
            wanted,
            given=given,
            what="(p, mean loss)",
            **SINGLE,
            mistakes=mistakes,
        )
    except Wrong as wrong:
        again = [ask(p, x, y, order, lr).value for _ in range(4)]
        if not all(matches(value, wrong.got, **SINGLE) for value in again):
            raise Wrong(
                "an order of its own",
                "The same call gave another result the second time. Nothing is drawn at "
                "random here: the samples come in the order given.",
                given,
                wrong.got,
                wanted,
            ) from None
        name_the_half(wrong, wanted, mistakes, given)
        raise
    for number, (name, value) in enumerate({"p": p, "x": x, "y": y}.items()):
        unchanged(reply, number, value, name=name)


def name_the_half(wrong, wanted, mistakes, given):
    """If the loss agrees with no mistake but the parameters do, name it by them."""
    got = wrong.got
    if wrong.mistake != "wrong value" or not isinstance(got, (tuple, list)):
        return
    if matches(got[0], wanted[0], **SINGLE):
        raise Wrong(
            "wrong loss",
            "The parameters are right, the mean loss is not.",
            given,
            got,
            wanted,
        )
    for name, (value, message) in mistakes.items():
        if isinstance(value, tuple) and matches(got[0], value[0], **SINGLE):
            raise Wrong(name, message, given, got, wanted)


@lab.question(
    "sgd_epoch",
    points=3,
    signature="sgd_epoch(p, x, y, order, lr)",
    forbidden=("descent.training", "descent.optimizers"),
)
def sgd_epoch(ask, rng):
    """(p, mean loss): one step a sample in the order given; the losses met on the way."""
    check_epoch(ask, [1, 1], [2, 1, 3], [1, 3, 2], [2, 0, 1], 0.0625)
    check_epoch(ask, [1, -1], [2, 1, 3, -1], [1, 3, 2, 0], [3, 0, 3, 1, 0], 0.0625)
    n = int(rng.integers(5, 9))
    x, y = rng.uniform(0.5, 2, n) * rng.choice([-1, 1], n), rng.normal(size=n) * 3
    order = rng.permutation(n)
    while np.array_equal(order, np.arange(n)):
        order = rng.permutation(n)
    check_epoch(ask, rng.normal(size=2) + 2, x, y, order, 0.07)


# ------------------------------------------------------------------ noise_floor


def check_floor(ask, h, eta, sigma):
    """Hold one call against the fixed point of the variance."""
    h = np.array(h, dtype=float)
    V = eta * sigma**2 / (h * (2 - eta * h))
    each = 0.5 * h * V
    wanted = float(each.sum())
    reply = ask(h, eta, sigma)
    compare(
        reply.value,
        wanted,
        given={"h": h, "eta": eta, "sigma": sigma},
        what="the noise floor",
        **SINGLE,
        mistakes={
            "for small rates only": (
                len(h) * eta * sigma**2 / 4,
                "This is the floor's limit for small rates, proportional to eta. Near "
                "the bound 2/h it is far too small: keep the term in eta h.",
            ),
            "sigma is not squared": (
                wanted / sigma,
                "sigma is a standard deviation. Variances add, so it enters squared.",
            ),
            "the factor ½ is missing": (
                2 * wanted,
                "This is twice as large as it must be: f is the sum of ½ h x².",
            ),
            "the variance": (
                float(V.sum()),
                "This is the sum of the variances. The floor is the mean of f, which "
                "weighs each by ½ h.",
            ),
            "the variances": (
                V,
                "These are the variances, one a direction. The floor is the mean of f: "
                "one number.",
            ),
            "half of the variances": (
                float(V.sum()) / 2,
                "The curvature is missing: f is the sum of ½ h x².",
            ),
            "one number a direction": (
                each,
                "These are the parts of the directions. Their sum is wanted.",
            ),
            "the mean over the directions": (
                wanted / len(h),
                "The parts of the directions are averaged. f is their sum.",
            ),
            "the steepest direction alone": (
                float(each[np.argmax(h)]),
                "This is the part of the steepest direction. f is a sum over all.",
            ),
            "the flattest direction alone": (
                float(each[np.argmin(h)]),
                "This is the part of the flattest direction. f is a sum over all.",
            ),
            "the sum of the curvatures for one": (
                eta * sigma**2 / (2 * (2 - eta * h.sum())),
                "The curvatures are added up as if they were one. Each direction has its "
                "own floor, and these are added.",
            ),
            "the mean curvature for all": (
                len(h) * eta * sigma**2 / (2 * (2 - eta * h.mean())),
                "All directions are given the mean curvature. Each has its own.",
            ),
            "the wrong sign of eta h": (
                float((eta * sigma**2 / (2 * (2 + eta * h))).sum()),
                "The sign before eta h is wrong: the floor must grow without bound as "
                "eta comes near 2/h.",
            ),
            "the square loses its middle term": (
                float((sigma**2 / (2 * h)).sum()),
                "1 - (1 - eta h)² is 2 eta h - eta² h².",
            ),
            "1 - eta h is not squared": (
                len(h) * eta * sigma**2 / 2,
                "A step multiplies the error by 1 - eta h, so the variance by its square.",
            ),
            "the fresh noise lacks the rate": (
                wanted / eta**2,
                "One step adds the variance of eta sigma z, not of sigma z.",
            ),
            "the rate of the fresh noise is not squared": (
                wanted / eta,
                "One step adds the variance of eta sigma z, in which eta is squared too.",
            ),
        },
    )
    unchanged(reply, 0, h, name="h")


@lab.question("noise_floor", points=3, signature="noise_floor(h, eta, sigma)")
def noise_floor(ask, rng):
    """The mean of f that SGD settles at, on a bowl with curvatures h, at the rate eta."""
    check_floor(ask, [1.5], 0.4, 3.0)
    check_floor(ask, [2.0, 4.0], 0.2, 1.5)
    h = rng.uniform(0.5, 6, int(rng.integers(3, 6)))
    check_floor(ask, h, float(rng.uniform(0.3, 0.9) * 2 / h.max()), rng.uniform(1.2, 3))


lab.words(
    "halved",
    points=2,
    prompt=(
        "A run of SGD at a constant rate has settled: its loss jitters about one level. "
        "What happens when the rate is halved, and why not start with the small rate?"
    ),
    rubric=(
        "1 point: the level falls, to about half for rates far below 2/h (more near the "
        "bound), because fresh noise and shrinking balance at a variance proportional "
        "to eta; it still is not zero. "
        "1 point: at half the rate each step shrinks the distance from the start by "
        "less, so it takes about twice as many steps to arrive (bias against variance); "
        "hence first large, then small."
    ),
)
