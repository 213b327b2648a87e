"""Checks of the lab on optimizers."""

import numpy as np

from labkit import Lab, Wrong, compare
from labkit.comparing import matches, same

lab = Lab("optimizers", title="Lab: optimizers")

LIBRARIES = ("torch.optim", "descent.optimizers", "descent.adaptive")


# ------------------------------------------------------------------ driving a step


class Drive:
    """A learner's step, called again and again on the same objects.

    Parameters
    ----------
    ask : Ask
    start : list of ndarray
        The parameters; their arrays live beside the learner's code.
    gradients : list of list of ndarray
        For each step one gradient an array.
    reuse : bool
        Whether all gradients come in the same buffers, as a training loop has them.
    listed : bool
        Whether the step takes lists of arrays, or one array.
    given : dict
        What to show of the input.
    """

    def __init__(self, ask, start, gradients, reuse, listed, given):
        self.ask, self.start, self.gradients = ask, start, gradients
        self.reuse, self.listed, self.given = reuse, listed, given
        self.arrays = [ask.keep(array) for array in start]
        self.params = ask.keep(self.arrays) if listed else self.arrays[0]
        self.buffers = [ask.keep(array) for array in gradients[0]]
        self.state = ask.keep({})
        self.path = []

    def grads(self, row):
        """The gradients of one step, in the old buffers or in new ones."""
        if self.reuse:
            for buffer, g in zip(self.buffers, row):
                self.ask.write(buffer, g)
        else:
            self.buffers = [self.ask.keep(g) for g in row]
        return self.ask.keep(self.buffers) if self.listed else self.buffers[0]

    def step(self, row, *args, **options):
        """One call; the values after it are added to the path."""
        grads = self.grads(row)
        try:
            self.ask(self.params, grads, self.state, *args, **options)
        except Wrong as wrong:
            if wrong.mistake.startswith("raises"):
                wrong.given = self.given
            if wrong.mistake != "unreadable result":  # what it returns is its own affair
                raise
        self.hold_gradients(row)
        self.path.append(flat([self.ask.read(array) for array in self.arrays]))

    def hold_gradients(self, row):
        """The gradients belong to the caller."""
        after = [self.ask.read(buffer) for buffer in self.buffers]
        if not same(after, row):
            raise Wrong(
                "changes the gradients",
                "The gradients are not what they were before the call. An operation in "
                "place acted on them, or on something that is a gradient under another "
                "name: v = g makes no copy.",
                self.given,
                after,
                row,
            )

    def again(self):
        """Back to the start, with a state that is empty."""
        for handle, array in zip(self.arrays, self.start):
            self.ask.write(handle, array)
        self.state, path, self.path = self.ask.keep({}), self.path, []
        return path

    def compare(self, wanted, mistakes, tolerance):
        """Hold the path against the right one; each mistake is a path, too."""
        path = np.array(self.path)
        still = np.repeat([flat(self.start)], len(path), axis=0)
        if matches(path, still) and not matches(wanted, still):
            raise Wrong(
                "not in place",
                "The arrays hold what they held before the steps. p = p - … makes a new "
                "array, and only the name goes along; so does an assignment to an entry "
                "of the list. Write into the array that the caller has: p -= … or "
                "p[...] = …",
                self.given,
                path,
                wanted,
            )
        compare(
            path,
            wanted,
            given=self.given,
            what="the path (all entries after each step, a row a step)",
            mistakes=mistakes,
            **tolerance,
        )


def flat(arrays):
    """All entries of some arrays, one after the other."""
    return np.concatenate([np.ravel(array) for array in arrays])


def fresh_state_counts(first, second, given):
    """An empty state must begin anew, or something is remembered elsewhere."""
    if not matches(np.array(second), np.array(first), 1e-4, 1e-6):
        raise Wrong(
            "memory outside of state",
            "The same steps from the same start, each time with an empty state, went two "
            "ways. Whatever a step remembers belongs into state: with a global variable "
            "or a default argument two models share one memory.",
            given,
            np.array(second),
            np.array(first),
        )


# ------------------------------------------------------------------ momentum_step


def right(v, p, g, lr, beta):
    """The convention of PyTorch."""
    v = beta * v + g
    return v, p - lr * v


def ride(start, gradients, lrs, beta, rule=right, shared=False, alias=False, only=None):
    """The path of a rule ``(v, p, g, lr, beta) -> (v, p)``; v is 0 at first.

    ``shared``: one velocity for all arrays. ``alias``: the first velocity is the
    caller's buffer. ``only``: so many arrays take part.
    """
    p = [np.array(array) for array in start]
    v = [np.zeros_like(array) for array in p]
    path = []
    for t, (row, lr) in enumerate(zip(gradients, lrs)):
        for i, g in enumerate(row[:only]):
            k = 0 if shared else i
            before = g if alias and t == 1 else v[k]
            v[k], p[i] = rule(before, p[i], g, lr, beta)
        path.append(flat(p))
    return np.array(path)


def ride_from(start, gradients, lrs, beta, share):
    """The path if v begins as ``share`` times the first gradient.

    None: it begins as the first gradient, and the first call does no more than that.
    """
    p = [np.array(array) for array in start]
    v = [(1.0 if share is None else share) * g for g in gradients[0]]
    path = []
    for t, (row, lr) in enumerate(zip(gradients, lrs)):
        if t or share is not None:
            for i, g in enumerate(row):
                v[i], p[i] = right(v[i], p[i], g, lr, beta)
        path.append(flat(p))
    return np.array(path)


def old_velocity(v, p, g, lr, beta):
    """The parameters move first."""
    return beta * v + g, p - lr * v


def rate_inside(v, p, g, lr, beta):
    """The velocity holds steps, not gradients."""
    v = beta * v + lr * g
    return v, p - v


def nesterov(v, p, g, lr, beta):
    """The gradient once more, ahead of the velocity."""
    v = beta * v + g
    return v, p - lr * (g + beta * v)


def velocity(formula):
    """A rule whose velocity is ``formula(v, g, beta)``."""

    def rule(v, p, g, lr, beta):
        v = formula(v, g, beta)
        return v, p - lr * v

    return rule


def momentum_mistakes(start, gradients, lrs, beta):
    """What the known mistakes would give for the path."""

    def path(rule=right, **how):
        return ride(start, gradients, lrs, beta, rule, **how)

    def later(v, g, b):
        return np.where(v == 0, g, b * v + (1 - b) * g)

    found = {
        "goes uphill": (
            path(lambda *a: (right(*a)[0], 2 * a[1] - right(*a)[1])),
            "The parameters move with the velocity; downhill is against it.",
        ),
        "remembers nothing": (
            path(velocity(lambda v, g, b: g)),
            "These are steps without momentum: every call begins with the velocity 0. "
            "Keep it in the dict state. (state = … inside the function only changes a "
            "name; state[…] = … fills the caller's dict.)",
        ),
        "forgets the learning rate": (
            path(lambda v, p, g, lr, b: right(v, p, g, 1.0, b)),
            "The velocity is subtracted whole: multiply it by lr.",
        ),
        "no friction": (
            path(velocity(lambda v, g, b: v + g)),
            "The gradients add up undiminished: the old velocity is multiplied by beta.",
        ),
        "a running mean": (
            path(velocity(lambda v, g, b: b * v + (1 - b) * g)),
            "The gradient is multiplied by 1 - beta. That is another convention; here v "
            "is a sum: the gradient comes in whole.",
        ),
        "a running mean after the first step": (
            path(velocity(later)),
            "From the second step on the gradient is multiplied by 1 - beta. Here v is a "
            "sum: the gradient comes in whole.",
        ),
        "moves with the old velocity": (
            path(old_velocity),
            "The parameters move before the new gradient is in the velocity. First the "
            "velocity, then the step.",
        ),
        "the rate inside the velocity": (
            path(rate_inside),
            "The velocity holds gradients times the rate of their own time, so that a "
            "new lr does not act on the old ones. Keep lr out of v: multiply when you "
            "step.",
        ),
        "looks ahead": (
            path(nesterov),
            "This is Nesterov's form: it steps by the gradient plus beta times the "
            "velocity. Wanted is a step by the velocity.",
        ),
        "friction on the gradient": (
            path(velocity(lambda v, g, b: b * (v + g))),
            "beta multiplies the new gradient too; it belongs to the old velocity alone.",
        ),
        "beta at the gradient": (
            path(velocity(lambda v, g, b: v + b * g)),
            "beta multiplies the gradient; it belongs to the old velocity.",
        ),
        "the first gradient counts twice": (
            ride_from(start, gradients, lrs, beta, 1.0),
            "The velocity begins with the first gradient, which is then added once more. "
            "It begins with 0.",
        ),
        "the first call does nothing": (
            ride_from(start, gradients, lrs, beta, None),
            "The first call leaves the parameters where they are. It makes a step, too.",
        ),
        "the first learning rate for all steps": (
            ride(start, gradients, [lrs[0]] * len(lrs), beta),
            "Every step is taken with the lr of the first call. The caller may change it.",
        ),
        "divides by the learning rate": (
            path(lambda v, p, g, lr, b: right(v, p, g, 1 / lr, b)),
            "The velocity is divided by lr; multiply.",
        ),
        "keeps the caller's gradient": (
            path(alias=True),
            "After the first step the velocity is the caller's array of gradients, not a "
            "copy of it; the caller has put the next gradient there meanwhile. Keep a "
            "copy: v = g.copy().",
        ),
        "only the first array moves": (
            path(only=1),
            "Only the first array of the list moves: is a return inside the loop?",
        ),
    }
    if len({array.shape for array in start}) == 1:
        found["one velocity for all arrays"] = (
            path(shared=True),
            "All arrays share one velocity: what the first one added pushes the second. "
            "Keep one for each array of the list.",
        )
    return found


def check_momentum(ask, start, gradients, lrs, beta, reuse=False, twice=False):
    """Hold a sequence of steps against the heavy ball's path."""
    start = [np.array(array, dtype=float) for array in start]
    gradients = [[np.array(g, dtype=float) for g in row] for row in gradients]
    given = {
        "params": start,
        "grads, step by step": gradients,
        "lr, step by step": list(lrs),
        "beta": beta,
    }
    drive = Drive(ask, start, gradients, reuse, True, given)

    def run():
        for row, lr in zip(gradients, lrs):
            drive.step(row, lr, beta)

    run()
    if twice:
        first = drive.again()
        run()
        fresh_state_counts(first, drive.path, given)
    wanted = ride(start, gradients, lrs, beta)
    mistakes = momentum_mistakes(start, gradients, lrs, beta)
    drive.compare(wanted, mistakes, {"rtol": 1e-5, "atol": 1e-5})


def noise(rng, shapes, steps):
    """Gradients of that many steps, none of them small."""
    return [
        [rng.uniform(1, 2, shape) * rng.choice([-1.0, 1.0], shape) for shape in shapes]
        for _ in range(steps)
    ]


@lab.question(
    "momentum_step",
    points=4,
    signature="momentum_step(params, grads, state, lr, beta)",
    forbidden=LIBRARIES,
)
def momentum_step(ask, rng):
    """One step of momentum for each array of a list, in place, PyTorch's convention."""
    one = [[[2.0]], [[1.0]], [[-1.0]]]
    check_momentum(ask, [[1.0]], one, [0.1] * 3, 0.8, twice=True)
    check_momentum(ask, [[1.0]], one, [0.1, 0.1, 0.01], 0.8)
    check_momentum(ask, [[1.0]], one, [0.1] * 3, 0.8, reuse=True)
    two = [[[2.0], [1.0]], [[1.0], [3.0]]]
    check_momentum(ask, [[1.0], [2.0]], two, [0.1] * 2, 0.8)
    shapes = [(3,), (2, 3), (1,)]
    start = [rng.normal(size=shape) for shape in shapes]
    lrs, beta = rng.uniform(0.05, 0.2, 5), float(rng.uniform(0.6, 0.95))
    check_momentum(
        ask, start, noise(rng, shapes, 5), list(map(float, lrs)), beta, reuse=True
    )


# ------------------------------------------------------------------ adam_step

DEFAULTS = {"lr": 1e-3, "b1": 0.9, "b2": 0.999, "eps": 1e-8}


def mean_of(m, x, b):
    """A running mean."""
    return b * m + (1 - b) * x


def corrected(m, b, t):
    """Without the share of the zero that it began with."""
    return m / (1 - b**t)


def uncorrected(m, b, t):
    """As it is."""
    return m


def adam_move(m, s, lr, eps):
    """What is subtracted."""
    return lr * m / (np.sqrt(s) + eps)


def adam(
    start,
    gradients,
    options,
    *,
    first=mean_of,
    second=lambda s, g, b: mean_of(s, g * g, b),
    correct_m=corrected,
    correct_s=corrected,
    move=adam_move,
    count=lambda t: t,
    store=False,
    forget=False,
    late=False,
):
    """The path of Adam on one array, or of Adam with a mistake in it."""
    o = DEFAULTS | options
    p = np.array(start)
    m, s = np.zeros_like(p), np.zeros_like(p)
    path = []
    with np.errstate(all="ignore"):
        for number, g in enumerate(gradients, start=1):
            t = np.float64(count(number))
            if forget:
                m, s = np.zeros_like(p), np.zeros_like(p)
            before = m, s
            m, s = first(m, g, o["b1"]), second(s, g, o["b2"])
            used_m, used_s = before if late else (m, s)
            m_hat, s_hat = correct_m(used_m, o["b1"], t), correct_s(used_s, o["b2"], t)
            if store:
                m, s = m_hat, s_hat
            p = p - move(m_hat, s_hat, o["lr"], o["eps"])
            path.append(np.ravel(p))
    return np.array(path)


def hat_outside(start, gradients, options):
    """Adam with eps added before the correction of s: the paper's other form."""
    o, t = DEFAULTS | options, 0

    def correct_m(m, b, t_now):
        nonlocal t
        t = t_now
        return m / (1 - b**t) * np.sqrt(1 - o["b2"] ** t)

    return adam(start, gradients, options, correct_m=correct_m, correct_s=uncorrected)


def adam_mistakes(start, gradients, options):
    """What the known mistakes would give for the path."""
    o = DEFAULTS | options

    def path(**how):
        return adam(start, gradients, options, **how)

    found = {
        "goes uphill": (
            path(move=lambda *a: -adam_move(*a)),
            "The step goes with the gradient. Downhill is against it.",
        ),
        "no bias correction": (
            path(correct_m=uncorrected, correct_s=uncorrected),
            "m and s begin at 0 and are too small at first: divide them by 1 - b1**t and "
            "1 - b2**t, where t is the number of the step.",
        ),
        "m is not corrected": (
            path(correct_m=uncorrected),
            "m begins at 0 and is too small at first: divide it by 1 - b1**t, too.",
        ),
        "s is not corrected": (
            path(correct_s=uncorrected),
            "s begins at 0 and is too small at first: divide it by 1 - b2**t, too.",
        ),
        "counts the steps from 0": (
            path(count=lambda t: t - 1),
            "At the first step 1 - b1**t is 0, and 0/0 is not a number: the first step "
            "has t = 1.",
        ),
        "counts the steps from 2": (
            path(count=lambda t: t + 1),
            "The bias corrections are those of the next step: the first step has t = 1.",
        ),
        "remembers nothing": (
            path(forget=True, count=lambda t: 1),
            "Each step is lr long, whatever came before: every call begins anew. Keep m, "
            "s and t in the dict state. (state = … inside the function only changes a "
            "name.)",
        ),
        "the moments are forgotten": (
            path(forget=True),
            "The count goes on, but m and s begin at 0 in each call: keep them in state.",
        ),
        "m is forgotten": (
            path(first=lambda m, g, b: (1 - b) * g),
            "m begins at 0 in each call, while s and t go on: keep it in state.",
        ),
        "s is forgotten": (
            path(second=lambda s, g, b: (1 - b) * g * g),
            "s begins at 0 in each call, while m and t go on: keep it in state.",
        ),
        "the count stands still": (
            path(count=lambda t: 1),
            "The bias correction is that of the first step, always: t grows by 1 at each "
            "call. (A number taken out of a dict must be put back.)",
        ),
        "no square root": (
            path(move=lambda m, s, lr, eps: lr * m / (s + eps)),
            "m is divided by s, a mean of squares. Its root has the gradient's unit.",
        ),
        "the gradient is not squared": (
            path(second=mean_of),
            "s is the running mean of the squares of the gradient.",
        ),
        "b1 and b2 exchanged": (
            adam(start, gradients, options | {"b1": o["b2"], "b2": o["b1"]}),
            "b1 belongs to m, the mean of the gradients, b2 to s, the mean of squares.",
        ),
        "the weights are exchanged": (
            path(
                first=lambda m, g, b: mean_of(m, g, 1 - b),
                second=lambda s, g, b: mean_of(s, g * g, 1 - b),
            ),
            "b is the share of the old mean, 1 - b that of what is new.",
        ),
        "sums instead of means": (
            path(
                first=lambda m, g, b: b * m + g,
                second=lambda s, g, b: b * s + g * g,
            ),
            "What is new comes in whole. In a running mean it has the weight 1 - b.",
        ),
        "eps under the root": (
            path(move=lambda m, s, lr, eps: lr * m / np.sqrt(s + eps)),
            "eps is added to s, under the root; it is to be added to the root.",
        ),
        "the larger of the root and eps": (
            path(move=lambda m, s, lr, eps: lr * m / np.maximum(np.sqrt(s), eps)),
            "The division is by the root or eps, whichever is larger. It is by their sum.",
        ),
        "eps outside of the fraction": (
            path(move=lambda m, s, lr, eps: lr * m / np.sqrt(s) + eps),
            "eps is added to the whole step: / sqrt(s) + eps divides first. It belongs "
            "below the line.",
        ),
        "eps has no effect": (
            path(move=lambda m, s, lr, eps: lr * m / np.sqrt(s)),
            "eps is left out, or is not the one that was passed.",
        ),
        "both corrected with b1": (
            path(correct_s=lambda s, b, t: corrected(s, o["b1"], t)),
            "s is divided by 1 - b1**t. Its own share is b2.",
        ),
        "both corrected with b2": (
            path(correct_m=lambda m, b, t: corrected(m, o["b2"], t)),
            "m is divided by 1 - b2**t. Its own share is b1.",
        ),
        "multiplies by the corrections": (
            path(
                correct_m=lambda m, b, t: m * (1 - b**t),
                correct_s=lambda s, b, t: s * (1 - b**t),
            ),
            "m and s are multiplied by 1 - b**t. They are too small at first: divide.",
        ),
        "keeps the corrected moments": (
            path(store=True),
            "The corrected m and s are what the next step goes on with, and are corrected "
            "again. Keep them as they were before.",
        ),
        "moves with the old means": (
            path(late=True),
            "The parameters move before the new gradient is in m and s. First the means, "
            "then the step.",
        ),
        "no mean of the gradients": (
            path(first=lambda m, g, b: g, correct_m=uncorrected),
            "The step uses the gradient itself where it should use m, its running mean.",
        ),
        "no division": (
            path(move=lambda m, s, lr, eps: lr * m),
            "The step is lr times m: it is to be divided by the root of s.",
        ),
        "forgets the learning rate": (
            path(move=lambda m, s, lr, eps: adam_move(m, s, 1.0, eps)),
            "The step lacks the factor lr.",
        ),
        "b1 and b2 have no effect": (
            adam(start, gradients, options | {"b1": 0.9, "b2": 0.999}),
            "b1 and b2 are not the ones that were passed.",
        ),
    }
    if not options:
        found["another default rate"] = (
            adam(start, gradients, {"lr": 1e-2}),
            "lr was left out of this call; then it is 0.001, as the signature says.",
        )
    if np.size(start) > 1:
        of_all = "Every entry has a mean of squares of its own: np.mean or np.sum over the "
        of_all += "entries has no place here."
        found["one s for all entries"] = (
            path(second=lambda s, g, b: mean_of(s, np.mean(g * g), b)),
            of_all,
        )
        found["the norm of the gradient"] = (
            path(second=lambda s, g, b: mean_of(s, np.sum(g * g), b)),
            of_all,
        )
    return found


def check_adam(ask, start, gradients, reuse=False, twice=False, **options):
    """Hold a sequence of steps against Adam's path."""
    start = np.array(start, dtype=float)
    gradients = [np.array(g, dtype=float) for g in gradients]
    given = {"p": start, "g, step by step": gradients, **(DEFAULTS | options)}
    drive = Drive(ask, [start], [[g] for g in gradients], reuse, False, given)

    def run():
        for g in gradients:
            drive.step([g], **options)

    run()
    if twice:
        first = drive.again()
        run()
        fresh_state_counts(first, drive.path, given)
    lr = (DEFAULTS | options)["lr"]
    tolerance = {"rtol": 1e-7, "atol": 2e-4 * lr * len(gradients)}
    if matches(np.array(drive.path), hat_outside(start, gradients, options), **tolerance):
        return
    wanted = adam(start, gradients, options)
    drive.compare(wanted, adam_mistakes(start, gradients, options), tolerance)


@lab.question(
    "adam_step",
    points=4,
    signature="adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8)",
    forbidden=LIBRARIES,
)
def adam_step(ask, rng):
    """One step of Adam for one array, in place."""
    check_adam(ask, [1.0], [[2.0], [0.5], [-1.0]], twice=True, lr=0.1)
    check_adam(ask, [1.0, 2.0], [[0.05, -0.4], [0.3, 0.2]], lr=0.1, eps=0.1)
    check_adam(ask, [1.0], [[2.0], [0.5], [-1.0]], lr=0.1, b1=0.5, b2=0.75)
    gradients = [row[0] for row in noise(rng, [(2, 3)], 4)]
    for g in gradients:
        g[0, 0] = 0.0
    check_adam(ask, rng.normal(size=(2, 3)), gradients, reuse=True, lr=0.05)
    check_adam(ask, [0.5], [[1.0], [-2.0]])


# ------------------------------------------------------------------ momentum_factor


def check_factor(ask, h, lr, beta):
    """Hold one call against the roots of ``z**2 - (1 + beta - lr h) z + beta``."""
    ah = lr * h
    trace = 1 + beta - ah
    gap = trace**2 - 4 * beta
    roots = (trace + np.array([1, -1]) * np.sqrt(complex(gap))) / 2
    wanted = float(np.abs(roots).max())

    def other(trace):
        return float(np.abs(np.roots([1, -trace, beta])).max())

    mistakes = {
        "the factor of gradient descent": (
            abs(1 - ah),
            "This is the factor without momentum.",
        ),
        "the floor everywhere": (
            np.sqrt(beta),
            "sqrt(beta) is the size of the roots where they are a complex pair. Here they "
            "are real, and one of them is larger.",
        ),
        "beta itself": (
            beta,
            "beta is the product of the two roots; the larger size is wanted.",
        ),
        "beta is missing in the sum": (
            other(1 - ah),
            "The sum of the roots is 1 + beta - lr h.",
        ),
        "wrong sign in the sum": (
            other(1 + beta + ah),
            "The sum of the roots is 1 + beta - lr h: more curvature makes it smaller.",
        ),
        "the curvature is missing": (
            other(1 + beta - lr),
            "The rate must be multiplied by the curvature h.",
        ),
    }
    if gap < 0:
        mistakes["not a number"] = (
            np.nan,
            "The root of a negative number: here the two solutions are a complex pair, "
            "and both have a size.",
        )
        mistakes["the real part"] = (
            trace / 2,
            "This is the real part of the roots. The size of a complex number counts both "
            "of its parts.",
        )
    elif trace > 0:
        mistakes["the smaller root"] = (
            float(np.abs(roots).min()),
            "This is the smaller of the two sizes. In the long run the larger one remains.",
        )
    else:
        mistakes["always the upper root"] = (
            float(np.abs(roots).min()),
            "Here the other root, with the minus before the square root, is further from "
            "0. Take the larger of the two absolute values.",
        )
        mistakes["the largest number, not the largest size"] = (
            float(roots.real.max()),
            "Both roots are negative here: the larger number is the smaller in size. Take "
            "absolute values first.",
        )
        mistakes["the sign is not taken off"] = (
            float(roots.real.min()),
            "This root is the right one, but the factor by which a distance shrinks is "
            "its absolute value.",
        )
    got = ask(h, lr, beta).value
    if np.shape(got) == (2,):
        raise Wrong(
            "both roots",
            "One number is wanted, the larger of the two sizes.",
            {"h": h, "lr": lr, "beta": beta},
            got,
            wanted,
        )
    if np.iscomplexobj(got) and np.imag(got) != 0:
        raise Wrong(
            "a complex number",
            "The factor is a size: the absolute value of the root.",
            {"h": h, "lr": lr, "beta": beta},
            got,
            wanted,
        )
    compare(
        got,
        wanted,
        rtol=1e-5,
        given={"h": h, "lr": lr, "beta": beta},
        what="the factor",
        mistakes=mistakes,
    )


@lab.question("momentum_factor", points=2, signature="momentum_factor(h, lr, beta)")
def momentum_factor(ask, rng):
    """The factor per step, in the long run, of momentum on a parabola of curvature h."""
    check_factor(ask, 2.0, 0.1, 0.5)
    check_factor(ask, 2.0, 0.05, 0.1)
    check_factor(ask, 2.0, 1.2, 0.25)
    beta = float(rng.uniform(0.3, 0.8))
    edge = (1 - np.sqrt(beta)) ** 2
    h = float(rng.uniform(1.5, 4))
    check_factor(ask, h, float(rng.uniform(0.2, 0.8)) * edge / h, beta)
    check_factor(ask, h, float(rng.uniform(1.5, 2) * (1 + beta)) / h, beta)


lab.words(
    "first_step",
    points=2,
    prompt=(
        "How long is Adam's very first step, and how long would it be without the bias "
        "corrections? Why do the corrections no longer matter after many steps?"
    ),
    rubric=(
        "1 point: corrected, m is g and s is g squared, so that each entry moves by lr (up "
        "to eps), whatever the size of the gradient; uncorrected it is "
        "lr (1 - b1) / sqrt(1 - b2) = 0.1 / sqrt(0.001), about 3.2 times lr. "
        "1 point: the means begin at 0, which has the weight b**t after t steps; dividing "
        "by 1 - b**t, the weights of the gradients, makes up for it, and goes to 1: after "
        "some tens of steps for b1, some thousands for b2."
    ),
)
