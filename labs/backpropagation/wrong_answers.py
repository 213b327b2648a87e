"""Classic wrong answers, each with the name that the checks must give to its mistake."""


def _order(body: str, result: str = "order[::-1]") -> str:
    """Depth first, where ``body`` is what happens at a node."""
    return f"""
def backward_order(inputs, output):
    order, seen = [], set()

    def visit(node):
        {body}

    visit(output)
    return {result}
"""


_VISIT = """if node not in seen:
            seen.add(node)
            for below in inputs[node]:
                visit(below)
            order.append(node)"""

_VALUE = {
    "init": "self.data, self.grad, self.prev = data, 0.0, prev",
    "lift": "other = other if isinstance(other, Value) else Value(other)",
    "sum": "Value(self.data + other.data, [(self, 1.0), (other, 1.0)])",
    "product": "Value(self.data * other.data, [(self, other.data), (other, self.data)])",
    "left": "__radd__, __rmul__ = __add__, __mul__",
    "tanh": "Value(t, [(self, 1 - t * t)])",
    "visit": "if v not in seen:\n                seen.add(v)\n"
    "                for x, _ in v.prev:\n                    visit(x)\n"
    "                order.append(v)",
    "start": "self.grad = 1.0",
    "nodes": "reversed(order)",
    "pull": "x.grad += d * v.grad",
}


def _value(**changed: str) -> str:
    """A class that is right but for the parts that are given."""
    part = {**_VALUE, **changed}
    return f"""
import math

class Value:
    def __init__(self, data, prev=()):
        {part["init"]}

    def __add__(self, other):
        {part["lift"]}
        return {part["sum"]}

    def __mul__(self, other):
        {part["lift"]}
        return {part["product"]}

    {part["left"]}

    def tanh(self):
        t, x = math.tanh(self.data), self.data
        return {part["tanh"]}

    def backward(self):
        order, seen = [], set()

        def visit(v):
            {part["visit"]}

        visit(self)
        {part["start"]}
        for v in {part["nodes"]}:
            for x, d in v.prev:
                {part["pull"]}
"""


def _walk(body: str) -> str:
    """The same class, its backward() written anew."""
    return _value() + "\n    def backward(self):" + body


_MLP = {
    "z": 'X @ P["W1"] + P["b1"]',
    "a": "np.maximum(z, 0)",
    "out": 'a @ P["W2"] + P["b2"]',
    "r": "out - y",
    "loss": "np.sum(r**2) / (2 * n)",
    "d2": "r / n",
    "d1": 'd2 @ P["W2"].T * (z > 0)',
    "W1": "X.T @ d1",
    "b1": "d1.sum(axis=0)",
    "W2": "a.T @ d2",
    "b2": "d2.sum(axis=0)",
    "result": 'loss, {"W1": W1, "b1": b1, "W2": W2, "b2": b2}',
}


def _mlp(**changed: str) -> str:
    """A function that is right but for the lines that are given."""
    lines = {**_MLP, **changed}
    body = "\n".join(
        f"    {name} = {right}" for name, right in lines.items() if name != "result"
    )
    return f"""
import numpy as np

def mlp_grads(P, X, y):
    n = len(X)
{body}
    return {lines["result"]}
"""


WRONG = {
    "backward_order": [
        ("the order is not reversed", _order(_VISIT, "order")),
        ("a node twice", _order(_VISIT.replace("seen.add(node)", "pass"))),
        (
            "too early",
            # Listed on arrival.
            _order(
                """if node not in order:
            order.append(node)
            for below in inputs[node]:
                visit(below)""",
                "order",
            ),
        ),
        (
            "too early",
            # Breadth first.
            """
            def backward_order(inputs, output):
                order = [output]
                for node in order:
                    for below in inputs[node]:
                        if below not in order:
                            order.append(below)
                return order
            """,
        ),
        (
            "too early",
            # By the shortest way from the output.
            """
            def backward_order(inputs, output):
                steps, level, k = {}, {output}, 0
                while level:
                    steps |= {node: k for node in level if node not in steps}
                    level = {b for node in level for b in inputs[node]} - set(steps)
                    k += 1
                return sorted(steps, key=steps.get)
            """,
        ),
        (
            "a node twice",
            """
            def backward_order(inputs, output):
                order = [output]
                for node in order:
                    if order.count(node) < 3:
                        order.extend(inputs[node])
                return order
            """,
        ),
        (
            "nodes that do not matter",
            """
            import graphlib

            def backward_order(inputs, output):
                return [*graphlib.TopologicalSorter(inputs).static_order()][::-1]
            """,
        ),
        (
            "a node is missing",
            # It also waits for users that are not on the way.
            """
            def backward_order(inputs, output):
                users = {node: 0 for node in inputs}
                for node in inputs:
                    for below in inputs[node]:
                        users[below] += 1
                order, ready = [], [output]
                while ready:
                    node = ready.pop()
                    order.append(node)
                    for below in inputs[node]:
                        users[below] -= 1
                        if users[below] == 0:
                            ready.append(below)
                return order
            """,
        ),
        (
            "the output is missing",
            _order(_VISIT, "order[-2::-1]"),
        ),
        (
            "nodes without inputs are missing",
            _order(_VISIT, "[node for node in order[::-1] if inputs[node]]"),
        ),
        (
            "visits every path",
            """
            def backward_order(inputs, output):
                def paths(node):
                    for below in inputs[node]:
                        yield from paths(below)
                    yield node

                return list(dict.fromkeys(paths(output)))[::-1]
            """,
        ),
        (
            "changes its input",
            """
            def backward_order(inputs, output):
                order, stack, seen = [], [output], {output}
                while stack:
                    node = stack[-1]
                    if inputs[node]:
                        below = inputs[node].pop()
                        if below not in seen:
                            seen.add(below)
                            stack.append(below)
                    else:
                        order.append(stack.pop())
                return order[::-1]
            """,
        ),
        ("a set", _order(_VISIT, "seen")),
        ("returns nothing", _order(_VISIT, "order.reverse()")),
        ("wrong type", _order(_VISIT, "len(order)")),
        ("not names", _order(_VISIT, "[(n, inputs[n]) for n in order[::-1]]")),
    ],
    "Value": [
        ("the walk begins with another number", _value(start="self.grad = self.data")),
        (
            "one gradient for all Values",
            _value(
                init="self.data, self.prev = data, prev", pull="Value.grad += d * v.grad"
            ).replace("    def __init__", "    grad = 0.0\n\n    def __init__", 1),
        ),
        (
            "equal numbers are taken for one Value",
            _value(
                visit="if v.data not in seen:\n                seen.add(v.data)\n"
                "                for x, _ in v.prev:\n                    visit(x)\n"
                "                order.append(v)"
            ),
        ),
        ("the result does not know its input", _value(tanh="Value(t)")),
        ("a share is lost", _value(pull="x.grad = d * v.grad")),
        (
            "a share is lost",
            # A dictionary of inputs.
            _value(init="self.data, self.grad, self.prev = data, 0.0, dict(prev).items()"),
        ),
        ("forgets what arrives", _value(pull="x.grad += d")),
        ("adds to what arrives", _value(pull="x.grad += d + v.grad")),
        ("one step back only", _value(nodes="order")),
        ("one step back only", _value(nodes="[self]")),
        ("the walk never starts", _value(start="pass")),
        (
            "passes on more than once",
            # No set of nodes that were visited.
            _value(
                visit="for x, _ in v.prev:\n                visit(x)\n"
                "            order.append(v)"
            ),
        ),
        (
            "passes on more than once",
            _value()
            + """
    def backward(self, g=1.0):
        self.grad += g
        for x, d in self.prev:
            x.backward(d * self.grad)
""",
        ),
        (
            "passes on too early",
            # Breadth first.
            _walk("""
        self.grad, queue = 1.0, [self]
        for v in queue:
            for x, d in v.prev:
                x.grad += d * v.grad
                if x not in queue:
                    queue.append(x)
"""),
        ),
        (
            "passes on too early",
            # Depth first, on arrival.
            _value(
                visit="if v not in seen:\n                seen.add(v)\n"
                "                order.append(v)\n"
                "                for x, _ in v.prev:\n                    visit(x)",
                nodes="order",
            ),
        ),
        (
            "passes on too early",
            # A stack, each node once.
            _walk("""
        self.grad, stack, seen = 1.0, [self], {self}
        while stack:
            v = stack.pop()
            for x, d in v.prev:
                x.grad += d * v.grad
                if x not in seen:
                    seen.add(x)
                    stack.append(x)
"""),
        ),
        (
            "walks every path",
            # Right, and a path at a time.
            _walk("""
        def go(v, g):
            v.grad += g
            for x, d in v.prev:
                go(x, d * g)

        go(self, 1.0)
"""),
        ),
        (
            "walks every path",
            # The order without duplicates, found along all paths.
            _value(
                visit="for x, _ in v.prev:\n                visit(x)\n"
                "            order.append(v)",
                nodes="list(dict.fromkeys(order))[::-1]",
            ),
        ),
        (
            "the factors are exchanged",
            _value(
                product="Value(self.data * other.data, "
                "[(self, self.data), (other, other.data)])"
            ),
        ),
        (
            "the product for its derivative",
            _value(
                product="Value(self.data * other.data, "
                "[(x, self.data * other.data) for x in (self, other)])"
            ),
        ),
        (
            "1 for a product",
            _value(product="Value(self.data * other.data, [(self, 1.0), (other, 1.0)])"),
        ),
        (
            "one operand is forgotten",
            _value(product="Value(self.data * other.data, [(self, other.data)])"),
        ),
        (
            "one operand is forgotten",
            _value(sum="Value(self.data + other.data, [(other, 1.0)])"),
        ),
        ("t² for tanh", _value(tanh="Value(t, [(self, t * t)])")),
        ("1/cosh for tanh", _value(tanh="Value(t, [(self, 1 / math.cosh(x))])")),
        ("1 - x² for tanh", _value(tanh="Value(t, [(self, 1 - x**2)])")),
        ("1 - t for tanh", _value(tanh="Value(t, [(self, 1 - t)])")),
        ("t(1 - t) for tanh", _value(tanh="Value(t, [(self, t * (1 - t))])")),
        ("1 + t² for tanh", _value(tanh="Value(t, [(self, 1 + t**2)])")),
        ("no number on the left", _value(left="pass")),
        ("no number on the right", _value(lift="pass")),
        (
            "a plain number",
            _value(
                lift="if not isinstance(other, Value): return self.data + other",
            ),
        ),
        ("returns nothing", _value(tanh="None")),
        (
            "changes its operand",
            """
            import math

            class Value:
                def __init__(self, data):
                    self.data, self.grad = data, 1.0

                def __add__(self, other):
                    self.data += other.data
                    return self

                def __mul__(self, other):
                    self.data *= other.data
                    return self

                def backward(self):
                    pass
            """,
        ),
        ("wrong value", _value(sum="Value(self.data + abs(other.data))")),
        ("wrong value", _value(tanh="Value(1 / (1 + math.exp(-x)), [(self, 1 - t * t)])")),
        ("grad is None", _value(init="self.data, self.grad, self.prev = data, None, []")),
        (
            "grad is no number",
            _value(pull="x.grad = Value(x.grad) + Value(d) * Value(v.grad)"),
        ),
        (
            "raises AttributeError",
            _value(init="self.data, self.slope, self.prev = data, 0, prev"),
        ),
    ],
    "mlp_grads": [
        ("the mask of the prediction", _mlp(d1='d2 @ P["W2"].T * (out > 0)')),
        ("z1 for the slope", _mlp(d1='d2 @ P["W2"].T * z')),
        ("the sign of z1", _mlp(d1='d2 @ P["W2"].T * np.sign(z)')),
        ("the loss is not halved", _mlp(loss="np.mean(r**2)")),
        ("a sum, not a mean", _mlp(loss="np.sum(r**2) / 2")),
        ("a sum of squares", _mlp(loss="np.sum(r**2)")),
        ("one loss a row", _mlp(loss="r**2 / 2")),
        (
            "each prediction against each target",
            _mlp(
                out='(a @ P["W2"] + P["b2"])[:, 0]',
                loss="np.mean(r**2) / 2",
                d1="z",
                W2="0",
            ),
        ),
        (
            "every prediction against every target",
            _mlp(out='(a @ P["W2"] + P["b2"]).ravel()', d1="z", W2="0"),
        ),
        ("no ReLU", _mlp(a="z")),
        ("tanh for the ReLU", _mlp(a="np.tanh(z)", d1='d2 @ P["W2"].T * (1 - a**2)')),
        ("b1 is missing", _mlp(z='X @ P["W1"]')),
        ("b2 is missing", _mlp(out='a @ P["W2"]')),
        ("the biases are missing", _mlp(z='X @ P["W1"]', out='a @ P["W2"]')),
        ("wrong value", _mlp(loss="np.sqrt(np.mean(r**2))")),
        ("a mean of absolute errors", _mlp(loss="np.abs(r).mean()")),
        ("a ReLU on the output", _mlp(out='np.maximum(a @ P["W2"] + P["b2"], 0)')),
        (
            "the bias after the ReLU",
            _mlp(z='X @ P["W1"]', a='np.maximum(z, 0) + P["b1"]'),
        ),
        ("wrong sign", _mlp(r="y - out")),
        ("wrong sign", _mlp(d2="(y - out) / n")),
        ("the gradient's 1/n is missing", _mlp(d2="r")),
        ("twice the gradient", _mlp(d2="2 * r / n")),
        ("half the gradient", _mlp(d2="r / (2 * n)")),
        ("the gradient's 1/(2n) is missing", _mlp(d2="2 * r")),
        ("divided by n twice", _mlp(b1="d1.mean(axis=0)", b2="d2.mean(axis=0)")),
        ("divided by n twice", _mlp(b1="d1.mean(axis=0)")),
        ("a mask on the output", _mlp(d2="r / n * (out > 0)")),
        ("no mask", _mlp(d1='d2 @ P["W2"].T')),
        ("ReLU of the gradient", _mlp(d1='np.maximum(d2 @ P["W2"].T, 0)')),
        ("the value for the slope", _mlp(d1='d2 @ P["W2"].T * a')),
        ("the mask without the bias", _mlp(d1='d2 @ P["W2"].T * (X @ P["W1"] > 0)')),
        ("the mask turned round", _mlp(d1='d2 @ P["W2"].T * (z < 0)')),
        ("before the ReLU", _mlp(W2="z.T @ d2")),
        ("transposed", _mlp(W1="d1.T @ X")),
        ("transposed", _mlp(W2="d2.T @ a")),
        ("one gradient a row", _mlp(b1="d1")),
        ("one gradient a row", _mlp(b2="d2")),
        ("a row's axis is left", _mlp(b2="d2.sum(axis=0, keepdims=True)")),
        ("a row's axis is left", _mlp(b1="d1.sum(axis=0, keepdims=True)")),
        ("sums over the wrong axis", _mlp(b1="d1.sum(axis=1)")),
        ("one number", _mlp(b1="d1.sum()")),
        ("one number", _mlp(b2="d2.sum()")),
        ("exchanged", _mlp(result='{"W1": W1, "b1": b1, "W2": W2, "b2": b2}, loss')),
        ("no loss", _mlp(result='{"W1": W1, "b1": b1, "W2": W2, "b2": b2}')),
        ("wrong keys", _mlp(result='loss, {"dW1": W1, "db1": b1, "dW2": W2, "db2": b2}')),
        ("wrong keys", _mlp(result="loss, (W1, b1, W2, b2)")),
        ("wrong shape", _mlp(result="loss, W1, b1, W2, b2")),
        ("returns nothing", _mlp(result="None")),
        (
            "changes its input",
            _mlp(
                result="loss, {k: P.__setitem__(k, g) or g for k, g in "
                '{"W1": W1, "b1": b1, "W2": W2, "b2": b2}.items()}'
            ),
        ),
        ("changes its input", _mlp(r="np.subtract(out, y, out=y)")),
    ],
}
