"""Checks of the lab on Jacobians."""

import numpy as np

from labkit import Lab, Watch, Wrong, compare
from labkit.verdicts import as_array, matches

lab = Lab("jacobians", title="Lab: Jacobians and the order of multiplication")

SINGLE = {"rtol": 1e-4, "atol": 1e-6}  # an answer may compute in single precision
PRODUCT = "a product of two matrices"


# ------------------------------------------------------------------ chain_grad


def pulled_back(Js, v):
    """The gradient at x."""
    g = np.asarray(v, dtype=float)
    for J in reversed(Js):
        g = g @ J
    return g


def pushed(matrices, v):
    """``v`` multiplied by each matrix in turn, from the left; None if one doesn't fit."""
    for A in matrices:
        if A.shape[1] != len(v):
            return None
        v = A @ v
    return v


def weighted(matrices, v, axis):
    """Someone's product of matrix and vector: ``(A * v).sum(axis)``, in turn."""
    for A in matrices:
        if A.shape[1] != len(v):
            return None
        v = (A * v).sum(axis)
    return v


def chain_mistakes(Js, v, wanted):
    """What the known mistakes would give for the gradient at x."""
    back = Js[::-1]
    whole = Js[0]
    for J in Js[1:]:
        whole = J @ whole
    way = [np.asarray(v, dtype=float)]
    for J in back:
        way.append(way[-1] @ J)
    found = {
        "the order is turned round": (
            pushed([J.T for J in Js], v),
            "The first Jacobian is multiplied first. v lives at the last output: the last "
            "Jacobian is the only one that it fits.",
        ),
        "the transpose is missing": (
            pushed(back, v),
            "Each Jacobian acts from the left, J @ v. Its rows are outputs, and v is a "
            "gradient at its outputs: the sum runs over the rows.",
        ),
        "pushes v forward": (
            pushed(Js, v),
            "This is J_2 (J_1 v), as if v were a step at x: a JVP. Here v is the gradient "
            "at the last output, and comes from the other end.",
        ),
        "the first Jacobian is missing": (
            way[-2],
            "This is the gradient at y, the output of the first function: the first "
            "Jacobian is still to come. (Is a return inside the loop?)",
        ),
        "the last Jacobian is missing": (
            pushed([J.T for J in back[1:]], v),
            "The last Jacobian has no part in this: it is left out, or every step begins "
            "with v again. v is the gradient at the output of the last function.",
        ),
        "the sign is wrong": (
            -wanted,
            "Every sign is turned round: the chain rule multiplies, and nothing else.",
        ),
        "v is left out": (
            pulled_back(Js, np.ones(len(v))),
            "This is the sum of the columns of the whole Jacobian: v was taken as ones.",
        ),
        "the whole Jacobian": (
            whole,
            "This is the Jacobian of the whole chain. The gradient at x is a vector; and "
            "no matrix of this size is needed on the way.",
        ),
        "the whole Jacobian, transposed": (
            whole.T,
            "This is the transposed Jacobian of the whole chain. The gradient at x is a "
            "vector; and no matrix of this size is needed on the way.",
        ),
        "weighs the columns": (
            weighted(back, v, 0),
            "J * v multiplies column j by v[j]. v has one entry a row of J.",
        ),
        "sums the inputs": (
            weighted([J.T for J in back], v, 0),
            "The rows are weighted by v, rightly; the sum runs over the inputs. It has to "
            "run over the rows.",
        ),
        "weighs without a sum": (
            Js[0] * way[-2][:, None],
            "The rows are weighted, and not added up: the gradient has one entry an input.",
        ),
        "a row, not a vector": (
            wanted[None, :],
            "The numbers are right, the shape is not: x is a vector, so is its gradient.",
        ),
        "a column, not a vector": (
            wanted[:, None],
            "The numbers are right, the shape is not: x is a vector, so is its gradient.",
        ),
        "all gradients on the way": (
            way,
            "These are the gradients at all places of the chain. The one at x is wanted.",
        ),
        "all gradients on the way, without v": (
            way[1:],
            "These are the gradients at all places of the chain. The one at x is wanted.",
        ),
        "one number": (
            wanted.sum(),
            "The gradient has one entry an input of the chain; here they are summed up.",
        ),
    }
    return {name: pair for name, pair in found.items() if pair[0] is not None}


def check_chain(ask, Js, v, given=None):
    """Hold one call against the product from the loss backwards."""
    Js = [np.array(J) for J in Js]
    v = np.array(v)
    wanted = pulled_back(Js, v)
    given = given or {"Js": Js, "v": v}
    reply = ask(Js, v)
    # The mistakes of a long chain would need the products that nobody should form.
    small = max(max(J.shape) for J in Js) < 50
    mistakes = chain_mistakes(Js, v, wanted) if small else {}
    compare(
        reply.value,
        wanted,
        given=given,
        what="the gradient at x",
        **SINGLE,
        mistakes=mistakes,
    )


def narrow_and_wide(rng, sizes):
    """A chain through spaces of these sizes, positive: no digits are lost by sums."""
    Js = [rng.uniform(0.5, 1.5, (m, k)) / k for k, m in zip(sizes, sizes[1:])]
    return Js, rng.uniform(0.5, 1.5, sizes[-1]) / sizes[-1]


def sized(sizes):
    """What is said of a chain that is too large to be shown."""
    return {
        "shapes of Js": [(m, k) for k, m in zip(sizes, sizes[1:])],
        "shape of v": (sizes[-1],),
    }


def product_formed(sizes, how):
    """The verdict on an answer that held a product of two Jacobians."""
    big = max(sizes)
    return Wrong(
        PRODUCT,
        f"The gradient needs no matrix but those that are given. {how}: as large as a "
        f"product of two of these Jacobians, which would have {big} × {big} entries. "
        "Mind the order of multiplication.",
        sized(sizes),
    )


def check_sizes(ask, rng, sizes):
    """A chain whose Jacobians are small, and whose products of two are not.

    Arrays that are made from the Jacobians are seen; what torch or plain lists do with
    them is found out in grading, where a product has no room.
    """
    Js, v = narrow_and_wide(rng, sizes)
    reply = ask(Watch(Js), v)
    largest = reply.args[0][1]
    if largest >= max(sizes) ** 2:
        raise product_formed(sizes, f"An array of {largest} entries was made on the way")
    compare(
        reply.value,
        pulled_back(Js, v),
        given=sized(sizes),
        what="the gradient at x",
        **SINGLE,
    )


@lab.question(
    "chain_grad",
    points=4,
    signature="chain_grad(Js, v)",
    forbidden=("descent.jacobians",),
)
def chain_grad(ask, rng):
    """The gradient at x from the chain's Jacobians, without a product of two matrices."""
    check_chain(ask, [[[1.0, 2.0], [3.0, -1.0]], [[2.0, 0.0], [1.0, -3.0]]], [1.0, 2.0])
    check_chain(ask, *some_chain(rng, 4, 3, 2))
    check_chain(ask, *some_chain(rng, 2, 5, 3, 4))
    check_sizes(ask, rng, (3000, 2, 3000))
    check_sizes(ask, rng, (3000, 2, 3000, 2))
    check_sizes(ask, rng, (2, 3000, 2, 3000))


def some_chain(rng, *sizes):
    """Random Jacobians of a chain through spaces of these sizes, and a v."""
    Js = [rng.normal(size=(m, k)) for k, m in zip(sizes, sizes[1:])]
    return Js, rng.normal(size=sizes[-1])


# ------------------------------------------------------------------ layer_jacobian


def layer_mistakes(x, W, b, wanted):
    """What the known mistakes would give for the Jacobian of a layer."""
    z = x @ W + b
    y, slope = np.tanh(z), 1 - np.tanh(z) ** 2
    found = {
        "the transposed Jacobian": (
            wanted.T,
            "This is the other layout, one row an input. In this course J[i, j] is the "
            "derivative of output i with respect to input j.",
        ),
        "the slope of tanh is missing": (
            W.T,
            "This is the Jacobian of x W + b. The slope of tanh, one number an output, "
            "is missing.",
        ),
        "the slope, not the matrix": (
            np.diag(slope),
            "This is the Jacobian of tanh alone, without the linear part.",
        ),
        "the slope's tanh is not squared": (
            (1 - y)[:, None] * W.T,
            "The slope of tanh is 1 - tanh², not 1 - tanh.",
        ),
        "the slope of the sigmoid": (
            (y * (1 - y))[:, None] * W.T,
            "s (1 - s) is the slope of the sigmoid. Here it is a tanh.",
        ),
        "tanh in place of its slope": (
            y[:, None] * W.T,
            "The rows are multiplied by tanh itself; its slope is wanted.",
        ),
        "the slope's sign is wrong": (
            -wanted,
            "tanh rises everywhere, so its slope is positive: 1 - tanh², not tanh² - 1.",
        ),
        "plus in place of minus": (
            (1 + y**2)[:, None] * W.T,
            "The slope of tanh is 1 - tanh²; 1 + tan² is that of tan.",
        ),
        "1/cosh is not squared": (
            (1 / np.cosh(z))[:, None] * W.T,
            "The slope of tanh is 1/cosh², not 1/cosh.",
        ),
        "the slope of the tangent": (
            (1 / np.cos(z) ** 2)[:, None] * W.T,
            "1/cos² is the slope of tan. Here it is a tanh.",
        ),
        "the derivative with respect to W": (
            np.outer(x, slope),
            "Each slope is multiplied by an entry of x: that is how output i reacts to "
            "W[j, i]. The Jacobian with respect to x is wanted.",
        ),
        "the derivative with respect to W, transposed": (
            np.outer(slope, x),
            "Each slope is multiplied by an entry of x: that is how output i reacts to "
            "W[j, i]. The Jacobian with respect to x is wanted.",
        ),
        "multiplied by x": (
            wanted * x,
            "The columns are multiplied by x. The derivative of x[j] W[j, i] with respect "
            "to x[j] is W[j, i].",
        ),
        "the output": (y, "This is the layer's output. Its Jacobian is wanted."),
        "twice the Jacobian": (
            2 * wanted,
            "Every entry is twice what it must be. (From x - h to x + h it is 2h.)",
        ),
        "tanh is not applied": (
            (1 - z**2)[:, None] * W.T,
            "The slope of tanh at z is 1 - tanh(z)². You squared z itself.",
        ),
        "tanh is applied twice": (
            (1 - np.tanh(y) ** 2)[:, None] * W.T,
            "tanh was applied twice before squaring.",
        ),
        "the bias is missing": (
            (1 - np.tanh(x @ W) ** 2)[:, None] * W.T,
            "The slope is taken at x W. It belongs at x W + b.",
        ),
        "the sign of the bias is wrong": (
            (1 - np.tanh(x @ W - b) ** 2)[:, None] * W.T,
            "The slope is taken at x W - b. It belongs at x W + b.",
        ),
        "the derivative with respect to b": (
            slope,
            "This is how each output reacts to its own bias. The Jacobian with respect "
            "to x is wanted.",
        ),
        "one row: the sum over the outputs": (
            wanted.sum(axis=0),
            "The rows are added up: that is the gradient of the sum of the outputs, which "
            "is what backward() gives. One row an output is wanted.",
        ),
    }
    if W.shape[0] == W.shape[1]:
        turned = 1 - np.tanh(W @ x + b) ** 2
        found |= {
            "W times x": (
                turned[:, None] * W.T,
                "The slopes are taken at W x + b, as if the columns of W were inputs. The "
                "layer is x W + b: x[j] meets row j of W.",
            ),
            "the Jacobian of tanh(W x + b)": (
                turned[:, None] * W,
                "This is the Jacobian of tanh(W x + b). The layer is x W + b: x[j] meets "
                "row j of W.",
            ),
            "W is not transposed": (
                slope[:, None] * W,
                "Entry (i, j) is built from W[i, j]. Output i gets input j by way of "
                "W[j, i].",
            ),
            "the slopes are on the wrong axis": (
                slope * W.T,
                "The slopes multiply the columns. There is one slope an output, and "
                "outputs are rows.",
            ),
        }
    return found


def check_layer(ask, x, W, b):
    """Hold one call against the formula."""
    x, W, b = (np.array(value, dtype=float) for value in (x, W, b))
    wanted = (1 - np.tanh(x @ W + b) ** 2)[:, None] * W.T
    compare(
        ask(x, W, b).value,
        wanted,
        given={"x": x, "W": W, "b": b},
        what="the Jacobian",
        **SINGLE,
        mistakes=layer_mistakes(x, W, b, wanted),
    )


def some_layer(rng, d, k):
    """Input, weights and bias of a layer, far from where tanh is flat."""
    b = rng.uniform(0.3, 0.6, k) * rng.choice([-1.0, 1.0], k)
    return rng.normal(size=d) / 2, rng.normal(size=(d, k)) / np.sqrt(d), b


@lab.question(
    "layer_jacobian",
    points=3,
    signature="layer_jacobian(x, W, b)",
    forbidden=("descent.jacobians",),
)
def layer_jacobian(ask, rng):
    """The Jacobian of tanh(x @ W + b) with respect to x, one row an output."""
    check_layer(ask, [0.5, -1.0], [[1.0, 0.5], [-0.5, 1.0]], [0.25, 0.5])
    check_layer(ask, *some_layer(rng, 3, 2))
    check_layer(ask, *some_layer(rng, 2, 4))


# ------------------------------------------------------------------ softmax_vjp


def softmax(z):
    """Entries that sum to one, however large z is."""
    e = np.exp(z - z.max())
    return e / e.sum()


def exp_to_one(z):
    """Exponentials whose largest is 1."""
    return np.exp(z - z.max())


def slope_of_sigmoid(z):
    """``s (1 - s)``."""
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


def softmax_mistakes(z, u, wanted):
    """What the known mistakes would give for uᵀ J."""
    p, e = softmax(z), np.exp(z)
    J = np.diag(p) - np.outer(p, p)
    return {
        "the diagonal of p only": (
            p * u,
            "This is as if raising z[i] moved p[i] alone, and by p[i]. All entries share "
            "the denominator: the rest of the Jacobian is -p pᵀ.",
        ),
        "the diagonal of J only": (
            p * (1 - p) * u,
            "This uses J[i, i] = p_i (1 - p_i) alone. All entries share the denominator: "
            "off the diagonal J[i, j] is -p_i p_j.",
        ),
        "the rest of J only": (
            -p * (p @ u),
            "This uses -p pᵀ alone; diag(p) is missing.",
        ),
        "the signs are exchanged": (
            -wanted,
            "The sign is wrong: p_i grows with its own z_i.",
        ),
        "plus in place of minus": (
            p * (u + p @ u),
            "The two parts are added: J is diag(p) minus p pᵀ.",
        ),
        "all zeros": (
            0 * p,
            "Every entry is 0. So it is when u is left out and the entries of p are added "
            "up: their sum is always 1. u must weight them.",
        ),
        "twice the gradient": (
            2 * wanted,
            "Every entry is twice what it must be. (From z - h to z + h it is 2h.)",
        ),
        "of log p": (
            u - p * u.sum(),
            "This is what a gradient at log p gives. Here u is the gradient at p.",
        ),
        "a sigmoid": (
            u * slope_of_sigmoid(z),
            "Each entry is treated by itself, by the slope of the sigmoid. In a softmax "
            "all entries share the denominator.",
        ),
        "softmax of u": (
            softmax(u) * (u - softmax(u) @ u),
            "The softmax is taken of u. p is softmax(z).",
        ),
        "not divided by the sum": (
            exp_to_one(z) * (u - exp_to_one(z) @ u),
            "The exponentials are not divided by their sum: the largest is 1, and so the "
            "sum is more than 1.",
        ),
        "p is squared": (
            p * u - p**2 * u.sum(),
            "J[i, j] has p_i p_j in it, also where i and j differ: not p_i².",
        ),
        "the Jacobian itself": (
            J,
            "This is the whole Jacobian. u, the gradient at p, is still to be pulled "
            "through it.",
        ),
        "one number": (p @ u, "This is p · u, one number. z has one entry for each of p."),
        "softmax itself": (p, "This is p. The gradient at z is wanted."),
        "the gradient of a cross-entropy": (
            p - u,
            "p - u is the gradient of a cross-entropy with the labels u. Here u is any "
            "gradient at p.",
        ),
        "z in place of p": (
            z * (u - z @ u),
            "The formula is in p = softmax(z); here z stands in its place.",
        ),
        "the mean is not weighted": (
            p * (u - u.mean()),
            "From u its plain mean is subtracted. It is the mean with the weights p.",
        ),
        "the sum is not weighted": (
            p * (u - u.sum()),
            "From u the sum of its entries is subtracted. It is the sum with the "
            "weights p.",
        ),
        "p is not normalised": (
            e * (u - e @ u),
            "The exponentials are not divided by their sum.",
        ),
        "u is not weighted by p": (
            u - p @ u,
            "The factor p in front is missing.",
        ),
        "u in front": (
            u * (p - p @ u),
            "u and p are exchanged: the gradient is p times something in u.",
        ),
        "a matrix of products": (
            J * u,
            "The columns of J are weighted, and not added up.",
        ),
        "a matrix of products, by rows": (
            J * u[:, None],
            "The rows of J are weighted, and not added up.",
        ),
    }


def hold_range(got, wanted, given):
    """An answer that passed with small entries must not fail with large ones."""
    if not matches(got, wanted, **SINGLE):
        raise Wrong(
            "only for small entries",
            "With small entries of z the result was right. Where exp is infinite or zero, "
            "cutting z off or replacing NaN hides it, and the result is wrong. Adding a "
            "constant to all of z does not change p.",
            given,
            got,
            wanted,
        )


def check_softmax(ask, z, u):
    """Hold one call against ``p (u - p·u)``."""
    z, u = np.array(z, dtype=float), np.array(u, dtype=float)
    p = softmax(z)
    wanted = p * (u - p @ u)
    given = {"z": z, "u": u}
    reply = ask(z, u)
    got = as_array(reply.value)
    if got is not None and got.dtype.kind == "f" and not np.all(np.isfinite(got)):
        raise Wrong(
            "overflows",
            "exp(1000) is infinite, and exp(-1000) is zero: a quotient of two such is not "
            "a number. Adding a constant to all of z does not change p; choose one with "
            "which no exponential is infinite, and not all are zero.",
            given,
            reply.value,
            wanted,
        )
    if got is not None and got.shape == wanted.shape and np.abs(z).max() > 700:
        hold_range(got, wanted, given)
    compare(
        reply.value,
        wanted,
        given=given,
        what="the gradient at z",
        **SINGLE,
        mistakes=softmax_mistakes(z, u, wanted),
    )


@lab.question(
    "softmax_vjp",
    points=3,
    signature="softmax_vjp(z, u)",
    forbidden=("descent.jacobians",),
)
def softmax_vjp(ask, rng):
    """uᵀ J for p = softmax(z): the gradient at z from the gradient u at p."""
    check_softmax(ask, [0.5, 2.0], [4.0, -1.0])
    check_softmax(ask, [0.5, -0.5, 1.0], [1.0, 2.0, -1.5])
    check_softmax(ask, rng.normal(size=4), 2 * rng.normal(size=4) + 1)
    check_softmax(ask, [1000.0, 1001.0], [3.0, -2.0])
    check_softmax(ask, [-1000.0, -1001.0], [3.0, -2.0])
    check_softmax(ask, [-1000.0, 1000.0, -1000.0], [3.0, -2.0, 1.0])


lab.words(
    "which_end",
    points=2,
    prompt=(
        "A simulation turns 3 parameters into 10,000 outputs by a long chain of "
        "functions, each with 10,000 outputs, and you want the whole Jacobian. From which "
        "end of the chain do you multiply, and what does that cost against the other "
        "end? Would you answer the same for the gradient of one loss?"
    ),
    rubric=(
        "1 point: from the input (forward mode), since the narrow end is there: 3 columns "
        "are pushed through, about 3 n² multiplications a function (three JVPs), against "
        "n³ (10,000 VJPs, n² each) from the output, with n = 10,000. "
        "1 point: for one loss the narrow end is the output: one VJP, n² a function, so "
        "reverse mode (three columns from the input would also be cheap here; what "
        "decides is which end is narrower, and that reverse mode must keep the "
        "intermediate values)."
    ),
)
