"""Checks of the lab on backpropagation."""

import math
import time

import numpy as np

from labkit import Lab, Wrong, compare
from labkit.arguments import Handle
from labkit.comparing import as_array, kind, matches, same
from labkit.mistakes import NOT_DEFINED, NOT_WRITTEN

lab = Lab("backpropagation", title="Lab: backpropagation")

SINGLE = {"rtol": 1e-4, "atol": 1e-5}  # an answer may compute in single precision
LONG = 0.02  # seconds: a linear walk over fewer than a hundred nodes takes far less


def hold_growth(seconds, mistake, message, given):
    """Complain if the time for n doublings doubles with n, before it becomes a wait.

    Eight doublings make 256 times the work. A busy machine may stop a quick answer for
    longer than that, but not six times in a row, and never the shorter run beside it.
    """
    for n in range(12, 25, 2):
        if seconds(n) > LONG and all(seconds(n) > 16 * seconds(n - 8) for _ in range(6)):
            raise Wrong(mistake, message, given(n))


# ------------------------------------------------------------------ backward_order


def ancestors(inputs, output):
    """The output and all that it depends on."""
    found, waiting = set(), [output]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(inputs[node])
    return found


def too_early(order, inputs):
    """The first node that stands before one of its users, and that user; or None."""
    place = {node: i for i, node in enumerate(order)}
    for node in order:
        for user in order:
            if node in inputs[user] and place[node] < place[user]:
                return node, user
    return None


def ordered_names(reply, given):
    """The names that came, in a list; a complaint if there is no order in them."""
    value = reply.value
    if value is None:
        raise Wrong(
            "returns nothing", "backward_order returns None: is a return missing?", given
        )
    if reply.type in ("set", "frozenset"):
        raise Wrong("a set", "A set has no order. Return a list of names.", given)
    if isinstance(value, (dict, np.ndarray)) and np.ndim(value) < 2:
        value = list(value)
    if not isinstance(value, (list, tuple)):
        raise Wrong(
            "wrong type", f"A list of names is wanted; here is {kind(value)}.", given, value
        )
    names = [str(name) if isinstance(name, str) else name for name in value]
    if not all(isinstance(name, str) for name in names):
        raise Wrong("not names", "A list of names is wanted.", given, value)
    return names


def check_order(ask, inputs, output):
    """Hold one call against what every backward order must fulfil."""
    given = {"inputs": inputs, "output": output}
    reply = ask(inputs, output)
    names = ordered_names(reply, given)
    wanted = ancestors(inputs, output)

    def wrong(mistake, message):
        raise Wrong(mistake, message, given, names)

    strange = [name for name in names if name not in inputs]
    if strange:
        wrong("not names", f"{strange[0]!r} is no node of this graph.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        wrong(
            "a node twice",
            f"{twice[0]!r} comes more than once. Each node is visited once, however "
            "many users it has: remember where you have been.",
        )
    idle = [name for name in names if name not in wanted]
    if idle:
        wrong(
            "nodes that do not matter",
            f"{output!r} does not depend on {idle[0]!r}, which is in the order: start "
            "from the output, and follow the inputs.",
        )
    missing = sorted(wanted - set(names))
    if missing == [output]:
        wrong("the output is missing", f"The output {output!r} itself comes first.")
    if missing and not any(inputs[name] for name in missing):
        wrong(
            "nodes without inputs are missing",
            f"{missing[0]!r} is missing: a node without inputs is in the order too, it "
            "is where the gradients are wanted.",
        )
    if missing:
        wrong(
            "a node is missing",
            f"{missing[0]!r} is missing, though {output!r} depends on it. Stopped too "
            "soon, or waiting for a user that is not on the way to the output?",
        )
    early = too_early(names, inputs)
    if early and not too_early(names[::-1], inputs):
        wrong(
            "the order is not reversed",
            "Here every node comes after its inputs: the order of computing. The way "
            "back begins at the output.",
        )
    if early:
        node, user = early
        wrong(
            "too early",
            f"{node!r} comes before {user!r}, which uses it, so its gradient is not yet "
            "complete. (Breadth first does that, and so does listing a node on arrival.)",
        )
    if not same(reply.args[0], inputs):
        raise Wrong(
            "changes its input",
            "inputs is not what it was before the call: do not pop from its lists, or "
            "work on copies of them.",
            {"inputs before": inputs},
            reply.args[0],
            inputs,
        )


def doubled(n):
    """Nodes v0, v1, …: each is used twice by the next."""
    return {"v0": [], **{f"v{k}": [f"v{k - 1}"] * 2 for k in range(1, n + 1)}}


def chain(n):
    """Nodes v0, v1, …: each is used by the next, and v0 by all."""
    return {"v0": [], **{f"v{k}": [f"v{k - 1}", "v0"] for k in range(1, n + 1)}}


def shuffled(inputs, rng):
    """The same graph, the dictionary in another order."""
    names = list(inputs)
    rng.shuffle(names)
    return {name: inputs[name] for name in names}


def some_graph(rng, n):
    """A random graph without cycles, its last node, and names that tell no order."""
    names = [f"n{k}" for k in rng.permutation(n)]
    inputs = {}
    for k, name in enumerate(names):
        count = 0 if k < 2 else int(rng.integers(0, 4))
        inputs[name] = [names[i] for i in rng.integers(0, k, count)] if count else []
    inputs[names[-1]] = [names[-2], names[-3], names[n // 2]]
    return shuffled(inputs, rng), names[-1]


@lab.question(
    "backward_order",
    points=2,
    signature="backward_order(inputs, output)",
    forbidden=("descent.tape",),
)
def backward_order(ask, rng):
    """The nodes that output depends on, each once, and after all of its users."""
    check_order(ask, {"a": [], "z": ["a"]}, "z")
    check_order(ask, {"b": [], "z": ["a", "b"], "a": []}, "z")
    check_order(ask, {"z": ["a", "c"], "a": [], "c": ["a"]}, "z")
    check_order(ask, {"a": [], "c": ["a"], "z": ["c", "a"]}, "z")
    long_way = {"d": ["c"], "a": [], "c": ["b"], "b": ["a"]}
    check_order(ask, {**long_way, "z": ["d", "b"]}, "z")
    check_order(ask, {"z": ["b", "d"], **long_way}, "z")
    check_order(ask, {"b": ["a"], "idle": ["b"], "a": [], "z": ["b"]}, "z")
    check_order(ask, {"c": [], "z": ["c", "c"]}, "z")
    for _ in range(3):
        check_order(ask, *some_graph(rng, 9))

    def seconds(n):
        start = time.perf_counter()
        ask(doubled(n), f"v{n}")
        return time.perf_counter() - start

    hold_growth(
        seconds,
        "visits every path",
        "With each further node the time doubles: all paths are walked, and 60 nodes "
        "would take for ever. Visit each node once.",
        lambda n: {
            "inputs": f"{str(doubled(3))[:-1]}, … up to 'v{n}'}}",
            "output": f"v{n}",
        },
    )
    check_order(ask, shuffled(doubled(60), rng), "v60")
    check_order(ask, shuffled(chain(150), rng), "v150")


# ------------------------------------------------------------------ Value


class Program:
    """A computation with Values, written as a learner would.

    Parameters
    ----------
    leaves : dict of str to float
        The Values that are made by ``Value(…)``.
    *lines : str
        ``"c = a + b"``, ``"c = 2 * a"``, ``"c = tanh(a)"``; the last is the output.
    """

    def __init__(self, leaves, *lines):
        self.leaves, self.lines = leaves, lines
        self.steps = [self._parsed(line) for line in lines]
        self.output = self.steps[-1][0] if lines else next(iter(leaves))

    @staticmethod
    def _parsed(line):
        name, _, right = line.partition(" = ")
        if right.startswith("tanh("):
            return name, "tanh", [right[5:-1]]
        x, sign, y = right.split()
        return name, {"+": "add", "*": "mul"}[sign], [number(x), number(y)]

    @property
    def text(self):
        """As it would stand in a notebook."""
        lines = [f"{name} = Value({value:.6g})" for name, value in self.leaves.items()]
        lines += [line.replace("tanh(", "").replace(")", ".tanh()") for line in self.lines]
        if len(lines) > 12:
            lines = [*lines[:6], f"… {len(lines) - 9} more lines …", *lines[-3:]]
        return "\n".join([*lines, f"{self.output}.backward()"])

    @property
    def needed(self):
        """The leaves that the output depends on."""
        inputs = {name: [] for name in self.leaves}
        for name, _, args in self.steps:
            inputs[name] = [x for x in args if isinstance(x, str)]
        return sorted(ancestors(inputs, self.output) & self.leaves.keys())

    def values(self):
        """What every name stands for."""
        v = dict(self.leaves)
        for name, op, args in self.steps:
            x = [v[arg] if isinstance(arg, str) else arg for arg in args]
            v[name] = {"add": sum, "mul": math.prod, "tanh": _tanh}[op](x)
        return v

    def slopes(self, mul=None, tanh=None):
        """For each name its inputs with the local derivatives, or with wrong ones."""
        v, found = self.values(), {name: [] for name in self.leaves}
        mul = mul or (lambda mine, other: other)
        tanh = tanh or (lambda x, t: 1 - t**2)
        for name, op, args in self.steps:
            known = [v[arg] if isinstance(arg, str) else arg for arg in args]
            local = [1.0, 1.0]
            if op == "mul":
                local = [mul(known[0], known[1]), mul(known[1], known[0])]
            elif op == "tanh":
                local = [tanh(known[0], v[name])]
            found[name] = [(x, d) for x, d in zip(args, local) if isinstance(x, str)]
        return found


def _tanh(x):
    return math.tanh(x[0])


def number(text):
    """A number if the text is one, else the name that it is."""
    for kind_ in (int, float):
        try:
            return kind_(text)
        except ValueError:
            pass
    return text


def walk(program, order, slopes=None, *, add=True, share=lambda d, g: d * g):
    """The leaves' gradients when each node of ``order`` passes on what it has."""
    slopes = slopes or program.slopes()
    grads = dict.fromkeys(slopes, 0.0)
    grads[program.output] = 1.0
    for node in order:
        for x, d in slopes[node]:
            given = share(d, grads[node])
            grads[x] = grads[x] + given if add else given
    return {name: grads[name] for name in program.needed}


def on_arrival(program, turn, take, again=False):
    """Nodes from the output on, listed when first met (or each time)."""
    slopes, order, waiting, met = program.slopes(), [], [program.output], set()
    met.add(program.output)
    while waiting and len(order) < 500:
        node = waiting.pop(take)
        order.append(node)
        for x, _ in slopes[node][::turn]:
            if again or x not in met:
                met.add(x)
                waiting.append(x)
    return order


def preorder(program, turn):
    """Nodes in the order of a recursion that passes on at the first arrival."""
    slopes, order = program.slopes(), []

    def visit(node):
        if node not in order:
            order.append(node)
            for x, _ in slopes[node][::turn]:
                visit(x)

    visit(program.output)
    return order


def postorder(program, turn):
    """Nodes after their inputs, one that is used often as often."""
    slopes, order = program.slopes(), []

    def visit(node):
        for x, _ in slopes[node][::turn]:
            visit(x)
        order.append(node)

    visit(program.output)
    return order


def once(order):
    """The same, each node where it came first."""
    return list(dict.fromkeys(order))


def distinct(program, order):
    """The nodes without those whose number has come before."""
    values, found = program.values(), {}
    for node in order:
        found.setdefault(values[node], node)
    return list(found.values())


def passing_all(program, turn):
    """A recursion in which every arrival passes the whole gradient on again."""
    slopes = program.slopes()
    grads = dict.fromkeys(slopes, 0.0)

    def arrive(node, g):
        grads[node] += g
        for x, d in slopes[node][::turn]:
            arrive(x, d * grads[node])

    arrive(program.output, 1.0)
    return {name: grads[name] for name in program.needed}


def each_input_once(program, keep):
    """Inputs in a dictionary: two uses by the same node become one."""
    slopes = {
        name: list(dict(pairs[::keep]).items()) for name, pairs in program.slopes().items()
    }
    return walk(program, list(slopes)[::-1], slopes)


def one_operand(program, keep):
    """The local derivatives of someone who forgets the other operand."""
    found = program.slopes()
    return {n: [pairs[keep]] if len(pairs) == 2 else pairs for n, pairs in found.items()}


TURNS = (1, -1)


def value_mistakes(program):
    """For each known mistake its name, what to say, and the gradients it may give."""
    back = list(program.slopes())[::-1]
    posts = [once(postorder(program, turn))[::-1] for turn in TURNS]

    def local(**wrong):
        return [walk(program, back, program.slopes(**wrong))]

    nothing = [dict.fromkeys(program.needed, 0.0)]
    _, op, args = program.steps[0]
    if op != "tanh" and len(program.leaves) == len(args) == 2:
        yield (
            "the walk never starts",
            "No gradient has arrived anywhere. The derivative of the output with respect "
            "to itself is 1: set it before you go back. And does backward() add to .grad?",
            nothing,
        )
    elif len(program.steps) == 1:
        yield (
            "the result does not know its input",
            "Nothing has arrived at the input of this operation; with two Values it has. "
            "Does the result remember the input here, too, and is the share rounded?",
            nothing,
        )
    if len(set(program.values().values())) < len(program.values()):
        yield (
            "equal numbers are taken for one Value",
            "Two Values that hold equal numbers are two: remember where you have been by "
            "the Value itself or its id, not by its number.",
            [walk(program, distinct(program, post[::-1])[::-1]) for post in posts],
        )
    total = sum(walk(program, back).values())
    yield (
        "one gradient for all Values",
        "All Values have the same gradient, the sum of all that has arrived: .grad must "
        "be set in __init__ as self.grad, and not belong to the class.",
        [dict.fromkeys(program.needed, total)] if len(program.needed) > 1 else [],
    )
    yield (
        "the factors are exchanged",
        "The derivative of x * y with respect to x is y, not x.",
        local(mul=lambda mine, other: mine),
    )
    yield (
        "1 for a product",
        "The derivative of x * y with respect to x is y. It is 1 for x + y.",
        local(mul=lambda mine, other: 1.0),
    )
    yield (
        "the product for its derivative",
        "The derivative of x * y with respect to x is y, not x * y.",
        local(mul=lambda mine, other: mine * other),
    )
    for name, tanh in {
        "1 - x² for tanh": lambda x, t: 1 - x**2,
        "1 - t for tanh": lambda x, t: 1 - t,
        "1 + t² for tanh": lambda x, t: 1 + t**2,
        "t for tanh": lambda x, t: t,
        "t² for tanh": lambda x, t: t * t,
        "1/cosh for tanh": lambda x, t: 1 / math.cosh(x),
        "t(1 - t) for tanh": lambda x, t: t * (1 - t),
        "1 for tanh": lambda x, t: 1.0,
    }.items():
        yield (
            name,
            "The local derivative of t = tanh(x) is wrong. It is made of the output t "
            "alone; the quotient rule on sinh/cosh gives it.",
            local(tanh=tanh),
        )
    yield (
        "a share is lost",
        "A Value that is used twice gets a share along each way, and the shares add: "
        "one of them is missing. (Is there an = that should be a +=? A set or a "
        "dictionary of inputs also forgets that the same one comes twice.)",
        [
            *(walk(program, order, add=False) for order in (back, *posts)),
            *(each_input_once(program, keep) for keep in TURNS),
        ],
    )
    yield (
        "forgets what arrives",
        "This is the last local derivative alone. Each node multiplies its local "
        "derivative by the gradient that has arrived at it.",
        [walk(program, order, share=lambda d, g: d) for order in (back, *posts)],
    )
    yield (
        "adds to what arrives",
        "These numbers come of adding the local derivative to the gradient that arrives. "
        "The chain rule multiplies the two. (Or does .grad begin with 1?)",
        [walk(program, order, share=lambda d, g: d + g) for order in (back, *posts)],
    )
    yield (
        "one step back only",
        "Only the direct inputs of the output have got anything. Does the walk go on "
        "from them, and does it begin at the output (is the order reversed)?",
        [walk(program, [program.output])],
    )
    yield (
        "one operand is forgotten",
        "An operation with two operands gives a share to each of them: one got nothing.",
        [walk(program, back, one_operand(program, keep)) for keep in (0, 1)],
    )
    yield (
        "passes on too early",
        "Some Value has passed its gradient on before all of its users had given it "
        "their shares. It must wait for them: go through the nodes in backward order.",
        [
            *(
                walk(program, on_arrival(program, t, take))
                for t in TURNS
                for take in (0, -1)
            ),
            *(walk(program, preorder(program, turn)) for turn in TURNS),
        ],
    )
    yield (
        "passes on more than once",
        "A Value with several users passes its gradient on once for each of them, what "
        "it had passed on before included. Each node is visited once.",
        [
            *(passing_all(program, turn) for turn in TURNS),
            *(walk(program, postorder(program, turn)[::-1]) for turn in TURNS),
            *(
                walk(program, on_arrival(program, t, take, True))
                for t in TURNS
                for take in (0, -1)
            ),
        ],
    )


def explained(wrong, what, given):
    """What the learner's code raised, told with the line of the program that it met."""
    if wrong.mistake in (NOT_WRITTEN, NOT_DEFINED):
        return wrong
    mistake, message = wrong.mistake, wrong.message
    if "NoneType" in message and mistake == "raises AttributeError":
        mistake, message = "returns nothing", f"Is a return missing? {message}"
    elif any(f"'{kind_}' object" in message for kind_ in ("float", "int", "float64")):
        mistake = "a plain number"
        message = f"A plain number is or came where a Value was expected. {message}"
    elif mistake == "unreadable result":
        mistake, message = "grad is no number", ".data and .grad must hold plain numbers."
    return Wrong(mistake, message, {**given, **({"here": what} if what else {})}, wrong.got)


def built(ask, program):
    """The handles of a program's Values, by name."""
    steps, place = [], {}
    for name, op, args in [
        *((n, "new", [v]) for n, v in program.leaves.items()),
        *program.steps,
    ]:
        args = [Handle(-place[x]) if isinstance(x, str) else x for x in args]
        steps.append(("method", [*args, "tanh"]) if op == "tanh" else (op, args))
        place[name] = len(steps)
    try:
        return dict(zip(place, ask.steps(steps)))
    except Wrong as wrong:
        if wrong.mistake.startswith("raises"):
            one_by_one(ask, program)
        raise explained(wrong, "", {"program": program.text}) from None


def one_by_one(ask, program):
    """The same slowly, to tell the line that fails."""
    nodes, given = {}, {"program": program.text}
    for name, value in program.leaves.items():
        nodes[name] = ask.new(value)
    for (name, op, args), line in zip(program.steps, program.lines):
        operands = [nodes[x] if isinstance(x, str) else x for x in args]
        try:
            if op == "tanh":
                nodes[name] = ask.method(operands[0], "tanh")
            else:
                nodes[name] = ask.op(op, *operands)
        except Wrong as wrong:
            side = next((i for i, x in enumerate(args) if not isinstance(x, str)), None)
            if side is not None and wrong.mistake.startswith("raises"):
                where = ["left", "right"][side]
                method = "__radd__ and __rmul__" if side == 0 else "__add__ and __mul__"
                raise Wrong(
                    f"no number on the {where}",
                    f"A plain number may stand on the {where}; Python then asks {method}. "
                    f"{wrong.message}",
                    {**given, "here": line},
                ) from None
            raise explained(wrong, line, given) from None


def check_data(ask, program, nodes, given):
    """Hold the output's value, and that the operands of one operation keep theirs."""
    values = program.values()
    for name in (program.output, *(program.leaves if len(program.steps) == 1 else ())):
        got, wanted = ask.attr(nodes[name], "data"), values[name]
        if name in program.leaves and not matches(got, wanted, **SINGLE):
            raise Wrong(
                "changes its operand",
                f"{name}.data is not what {name} was made with: an operation makes a "
                "new Value and leaves its operands alone.",
                given,
                got,
                wanted,
            )
        compare(got, wanted, **SINGLE, given=given, what=f"the number {name}.data")


def check_value(ask, program):
    """Hold one program's output and the gradients at its leaves."""
    given = {"program": program.text}
    nodes = built(ask, program)
    try:
        check_data(ask, program, nodes, given)
        ask.method(nodes[program.output], "backward")
        got = {name: ask.attr(nodes[name], "grad") for name in program.needed}
    except Wrong as wrong:
        raise (wrong if wrong.given else explained(wrong, "", given)) from None
    wanted = walk(program, list(program.slopes())[::-1])
    if matches(got, wanted, **SINGLE):
        return
    got, wanted = [{f"{name}.grad": g for name, g in d.items()} for d in (got, wanted)]
    if None in got.values():
        raise Wrong(
            "grad is None",
            "A Value on which the output depends has no gradient after backward().",
            given,
            got,
            wanted,
        )
    if len(program.steps) < 20:
        for mistake, message, variants in value_mistakes(program):
            for grads in variants:
                named = {f"{name}.grad": g for name, g in grads.items()}
                if matches(got, named, **SINGLE):
                    raise Wrong(mistake, message, given, got, wanted)
        name_the_factor(got, wanted, given)
    compare(got, wanted, **SINGLE, given=given, what="the gradient")


def name_the_factor(got, wanted, given):
    """Complain if all gradients are wrong by one factor."""
    if all(as_array(g) is not None and np.ndim(g) == 0 for g in got.values()):
        a, b = np.array(list(got.values())), np.array(list(wanted.values()))
        if len(a) > 1 and np.all(b != 0) and matches(a / b, np.full(len(a), a[0] / b[0])):
            raise Wrong(
                "the walk begins with another number",
                f"All gradients are {a[0] / b[0]:g} times what they must be. The "
                "derivative of the output with respect to itself is 1.",
                given,
                got,
                wanted,
            )


def doublings(n):
    """``v <- v + v``, n times: the derivative is 2**n, along as many paths."""
    names = ["a", *(f"v{k}" for k in range(1, n + 1))]
    lines = [f"{new} = {old} + {old}" for old, new in zip(names, names[1:])]
    return Program({"a": 1.0}, *lines)


def deep(length):
    """So many operations in a row, on every second of which b enters."""
    lines, last = [], "a"
    for k in range(1, length + 1):
        lines.append(f"v{k} = {last} * 1.01" if k % 2 else f"v{k} = {last} + b")
        last = f"v{k}"
    return Program({"a": 0.5, "b": 0.25}, *lines)


def some_program(rng, length):
    """A random program in which old results are used again; the output uses the last."""
    leaves = {name: float(rng.uniform(0.4, 1.2)) for name in "abc"}
    program, names, lines = Program(leaves), list(leaves), []
    for k in range(1, length + 1):
        x, y = names[-1], names[int(rng.integers(max(0, len(names) - 5), len(names)))]
        factor = f"{rng.uniform(0.5, 1.5):.2f}"
        choices = [
            f"{x} + {y}",
            f"{x} * {y}",
            f"{y} * {x}",
            f"{factor} * {x}",
            f"tanh({x})",
        ]
        right = choices[int(rng.integers(len(choices)))]
        if abs(program.values()[x]) > 1.5:
            right = f"tanh({x})"
        names.append(f"v{k}")
        lines.append(f"v{k} = {right}")
        program = Program(leaves, *lines)
    return program


@lab.question(
    "Value", points=4, signature="Value(data)", forbidden=("descent.tape", "torch")
)
def value(ask, rng):
    """Numbers with +, * and tanh() that know their gradients after backward()."""
    a, ab = {"a": 0.5}, {"a": 2.0, "b": -3.0}
    check_value(ask, Program(ab, "z = a * b"))
    check_value(ask, Program(ab, "z = a + b"))
    check_value(ask, Program(a, "z = tanh(a)"))
    for right in ("a + 3", "a * 3", "3 + a", "2.5 * a"):
        check_value(ask, Program(a, f"z = {right}"))
    check_value(ask, Program({**ab, "c": 0.25}, "d = a * b", "z = d * c"))
    check_value(ask, Program(a, "b = 0.5 * a", "c = tanh(b)", "z = 3 * c"))
    check_value(ask, Program(a, "z = a + a"))
    check_value(ask, Program({"a": 3.0}, "z = a * a"))
    shared = ["b = a * a", "c = 3 * b", "d = tanh(c)", "e = 0.5 * d", "f = 5 * b"]
    check_value(ask, Program(a, *shared, "z = e + f"))
    check_value(ask, Program(a, *shared, "z = f + e"))
    check_value(ask, Program(a, "b = 2 * a", "idle = b * 5", "z = b + 1"))
    twins = {"a": 0.5, "b": 0.25}
    check_value(ask, Program(twins, "c = 3 * a", "d = 6 * b", "z = c * d"))
    for length in (6, 10, 14):
        check_value(ask, some_program(rng, length))
    check_value(ask, deep(199))

    def seconds(n):
        output = built(ask, doublings(n))[f"v{n}"]
        start = time.perf_counter()
        ask.method(output, "backward")
        ask.attr(output, "data")
        return time.perf_counter() - start

    hold_growth(
        seconds,
        "walks every path",
        "With each further line the time doubles: backward() goes along all paths to a, "
        "and 60 lines would take for ever. Visit each Value once, in backward order.",
        lambda n: {"program": doublings(n).text},
    )
    check_value(ask, doublings(60))


# ------------------------------------------------------------------ mlp_grads

NAMES = ("W1", "b1", "W2", "b2")


class Pass:
    """One pass through the network and back.

    Attributes
    ----------
    z, a, out, r : ndarray
        Before and after the ReLU (n, h), the prediction and the residual (n, 1).
    d2, back, d1 : ndarray
        The gradients at the prediction, after and before the ReLU.
    loss : float
    grads : dict of str to ndarray
    """

    def __init__(self, P, X, y):
        self.X, self.y, n = X, y, len(X)
        self.z = X @ P["W1"] + P["b1"]
        self.a = np.maximum(self.z, 0)
        self.out = self.a @ P["W2"] + P["b2"]
        self.r = self.out - y
        self.loss = float((self.r**2).sum() / (2 * n))
        self.d2 = self.r / n
        self.back = self.d2 @ P["W2"].T
        self.d1 = self.back * (self.z > 0)
        self.grads = {
            "W1": X.T @ self.d1,
            "b1": self.d1.sum(axis=0),
            "W2": self.a.T @ self.d2,
            "b2": self.d2.sum(axis=0),
        }


def loss_mistakes(p, P):
    """What the known mistakes would give for the loss."""
    n = len(p.X)

    def relu(z):
        return np.maximum(z, 0)

    def half_mean(out):
        return float(((out - p.y) ** 2).sum() / (2 * n))

    def without(b1, b2):
        hidden = relu(p.X @ P["W1"] + P["b1"] * b1)
        return half_mean(hidden @ P["W2"] + P["b2"] * b2)

    crossed = float(((p.out - p.y.T) ** 2).sum())
    late = relu(p.X @ P["W1"]) + P["b1"]
    every = (
        "Every prediction was held against every target: one of the two arrays was "
        "(n, 1), the other (n,), and broadcasting made (n, n) of them."
    )
    return {
        "the loss is not halved": (
            2 * p.loss,
            "The loss is 1/(2n) times the sum: the ½ is missing.",
        ),
        "a sum, not a mean": (
            n * p.loss,
            "The loss is 1/(2n) times the sum: the 1/n is missing. (n is the number of "
            "rows.)",
        ),
        "a sum of squares": (
            2 * n * p.loss,
            "This is the sum of squares; 1/(2n) is missing.",
        ),
        "one loss a row": (
            p.r**2 / 2,
            "This is one loss for each row. Their mean is wanted.",
        ),
        "one squared error a row": (p.r**2, "One number is wanted: 1/(2n) times the sum."),
        "every prediction against every target": (crossed / (2 * n), every),
        "each prediction against each target": (crossed / (2 * n * n), every),
        "no ReLU": (
            half_mean(p.z @ P["W2"] + P["b2"]),
            "The hidden layer has lost its ReLU: negative entries become 0.",
        ),
        "tanh for the ReLU": (
            half_mean(np.tanh(p.z) @ P["W2"] + P["b2"]),
            "The hidden layer has a ReLU, max(z, 0).",
        ),
        "b1 is missing": (without(0, 1), "b1 must be added before the ReLU."),
        "b2 is missing": (without(1, 0), "b2 must be added to the prediction."),
        "the biases are missing": (without(0, 0), "Neither b1 nor b2 has been added."),
        "a mean of absolute errors": (
            float(np.abs(p.r).mean()),
            "The residuals are squared in this loss.",
        ),
        "a ReLU on the output": (
            half_mean(relu(p.out)),
            "The output has no ReLU: a prediction may be negative.",
        ),
        "the bias after the ReLU": (
            half_mean(late @ P["W2"] + P["b2"]),
            "b1 is added before the ReLU, not after it.",
        ),
    }


def factor_mistakes(g, n):
    """A gradient that is right but for a factor."""
    return {
        "wrong sign": (-g, "The sign is wrong: the residual is prediction minus y."),
        "the gradient's 1/n is missing": (
            n * g,
            "Every entry is n times too large: the loss has a 1/n, its derivative too.",
        ),
        "twice the gradient": (
            2 * g,
            "Every entry is twice too large: the ½ of the loss cancels the square's 2.",
        ),
        "the gradient's 1/(2n) is missing": (
            2 * n * g,
            "The derivative of the sum of squares is 2n times too large.",
        ),
        "half the gradient": (g / 2, "The derivative of ½ r² is r: no ½ is left."),
        "divided by n twice": (
            g / n,
            "Every entry is n times too small: 1/n stands in the loss once. (A mean over "
            "rows of what has been divided by n does it again.)",
        ),
    }


def gradient_mistakes(p, P, name):
    """What the known mistakes would give for one of the four gradients."""
    g, n = p.grads[name], len(p.X)
    layer = p.a if name == "W2" else p.X
    d, back = (p.d2, p.d2) if name in ("W2", "b2") else (p.d1, p.back)
    masked = p.d2 * (p.out > 0)
    found = factor_mistakes(g, n)

    def made(delta):
        return layer.T @ delta if name[0] == "W" else delta.sum(axis=0)

    if name in ("W2", "b2"):
        found["a mask on the output"] = (
            made(masked),
            "The gradient was multiplied by [prediction > 0], but there is no ReLU there.",
        )
    else:
        found["no mask"] = (
            made(back),
            "The ReLU is missing on the way back: where z1 is negative nothing passes.",
        )
        found["ReLU of the gradient"] = (
            made(np.maximum(back, 0)),
            "The ReLU was applied to the gradient. Its derivative is 1 where z1 > 0, "
            "else 0, whatever the sign of the gradient.",
        )
        found["the value for the slope"] = (
            made(back * p.a),
            "The gradient was multiplied by the ReLU's value; wanted is its derivative, "
            "1 where z1 > 0, else 0.",
        )
        found["the mask of the prediction"] = (
            made(back * (p.out > 0)),
            "The mask was taken of the prediction. The ReLU's input is X @ W1 + b1.",
        )
        found["z1 for the slope"] = (
            made(back * p.z),
            "The gradient was multiplied by z1; wanted is the ReLU's derivative, 1 where "
            "z1 > 0, else 0.",
        )
        found["the sign of z1"] = (
            made(back * np.sign(p.z)),
            "Where z1 is negative the gradient was turned round. There it must be 0.",
        )
        found["the mask without the bias"] = (
            made(back * (p.X @ P["W1"] > 0)),
            "The mask was taken of X @ W1. The ReLU's input is X @ W1 + b1.",
        )
        found["the mask turned round"] = (
            made(back * (p.z <= 0)),
            "The gradient passes where z1 is negative; it must pass where z1 is positive.",
        )
    if name == "W2":
        found["before the ReLU"] = (
            p.z.T @ d,
            "W2 meets the hidden layer after its ReLU: take that, not z1.",
        )
    if name[0] == "W":
        found["transposed"] = (
            g.T,
            f"This is the transpose: the gradient has the shape of {name}, {g.shape}.",
        )
    else:
        rows = (
            f"{name} is added to every row, so its gradient is the sum of the rows' "
            f"gradients, of shape {g.shape}."
        )
        found["one gradient a row"] = (d, rows)
        found["a row's axis is left"] = (
            d.sum(axis=0, keepdims=True),
            f"The numbers are right; the shape must be that of {name}, {g.shape}.",
        )
        found["sums over the wrong axis"] = (d.sum(axis=1), rows)
        found["one number"] = (
            float(d.sum()),
            f"A gradient has the shape of its parameter: {name} is {g.shape}, also if "
            "that is one entry.",
        )
    return found


def check_mlp(ask, P, X, y):
    """Hold one call against the gradients by hand."""
    given, p = {"P": P, "X": X, "y": y}, Pass(P, X, y)
    reply = ask(P, X, y)
    value = reply.value
    if isinstance(value, dict):
        raise Wrong(
            "no loss", "A pair is wanted: (loss, gradients). Here is a dictionary.", given
        )
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        compare(value, (p.loss, p.grads), given=given, what="(loss, gradients)")
    if isinstance(value[0], dict) and not isinstance(value[1], dict):
        raise Wrong("exchanged", "The pair is exchanged: first the loss.", given)
    for number_, (name, before) in enumerate(given.items()):
        if not same(reply.args[number_], before):
            raise Wrong(
                "changes its input",
                f"{name} is not what it was before the call: mlp_grads only looks, a "
                "step of descent is taken elsewhere.",
                {f"{name} before": before},
                reply.args[number_],
                before,
            )
    loss, grads = value
    compare(
        loss, p.loss, **SINGLE, given=given, what="the loss", mistakes=loss_mistakes(p, P)
    )
    if not isinstance(grads, dict) or set(grads) != set(NAMES):
        found = sorted(map(str, grads)) if isinstance(grads, dict) else kind(grads)
        raise Wrong(
            "wrong keys",
            "The gradients come in a dictionary with the names of P: 'W1', 'b1', 'W2', "
            "'b2'.",
            given,
            found,
            sorted(NAMES),
        )
    # From the output back: what is wrong here spoils all that comes before it.
    for name in ("b2", "W2", "b1", "W1"):
        compare(
            grads[name],
            p.grads[name],
            **SINGLE,
            given=given,
            what=f"the gradient of {name}",
            mistakes=gradient_mistakes(p, P, name),
        )


def some_network(rng, n, d, h, *, shift=0.0):
    """P, X, y with no entry before the ReLU so close to 0 that a difference minds."""
    P = {
        "W1": rng.normal(size=(d, h)),
        "b1": rng.normal(size=h) + shift,
        "W2": rng.normal(size=(h, 1)),
        "b2": rng.normal(size=1),
    }
    rows = []
    while len(rows) < n:
        x = rng.normal(size=d)
        if np.abs(x @ P["W1"] + P["b1"]).min() > 0.02:
            rows.append(x)
    return P, np.array(rows), rng.normal(size=(n, 1))


def small_network():
    """Three rows that can be followed with a pencil."""
    P = {
        "W1": np.array([[1.0, -1.0]]),
        "b1": np.array([0.5, 1.5]),
        "W2": np.array([[1.0], [2.0]]),
        "b2": np.array([-3.0]),
    }
    return P, np.array([[1.0], [2.0], [4.0]]), np.array([[0.5], [-2.0], [0.5]])


@lab.question(
    "mlp_grads",
    points=4,
    signature="mlp_grads(P, X, y)",
    forbidden=("descent.networks",),
)
def mlp_grads(ask, rng):
    """(loss, gradients by name) of relu(X @ W1 + b1) @ W2 + b2."""
    check_mlp(ask, *small_network())
    check_mlp(ask, *some_network(rng, 5, 3, 4))


lab.words(
    "where_is_it",
    points=2,
    prompt="What do the gradients that are right tell about where the mistake is?",
    rubric=(
        "1 point: the mistake lies after W2 has been served and before W1 and b1 part: "
        "in the gradient at the hidden layer or its mask, since whatever comes later on "
        "the way back depends on it and what came before does not; one example (mask "
        "forgotten, W2 wrongly multiplied). "
        "1 point: four gradients wrong by one factor share the start of the way back, "
        "the derivative of the loss at the prediction (sign, 1/n, 2); all else multiplies "
        "what it got, so it passes the factor on."
    ),
)
