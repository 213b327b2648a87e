"""Correct answers, each written in another style; the checks must let all of them pass."""

RIGHT = {
    "backward_order": [
        # Depth first, listed on leaving, turned round.
        """
        def backward_order(inputs, output):
            order, seen = [], set()

            def visit(node):
                if node in seen:
                    return
                seen.add(node)
                for below in inputs[node]:
                    visit(below)
                order.append(node)

            visit(output)
            return order[::-1]
        """,
        # Counting the users that are still to come, as PyTorch does; a generator.
        """
        from collections import Counter, deque

        def backward_order(inputs, output):
            reached, stack = {output}, [output]
            while stack:
                for below in inputs[stack.pop()]:
                    if below not in reached:
                        reached.add(below)
                        stack.append(below)
            users = Counter(below for node in reached for below in inputs[node])
            ready = deque([output])
            while ready:
                node = ready.popleft()
                yield node
                for below in inputs[node]:
                    users[below] -= 1
                    if users[below] == 0:
                        ready.append(below)
        """,
        # The longest way to the nodes without inputs, by a table of results.
        """
        import functools

        def backward_order(inputs, output):
            @functools.lru_cache(maxsize=None)
            def height(node):
                return 1 + max((height(below) for below in inputs[node]), default=0)

            reached = {output}
            while True:
                more = reached.union(*(inputs[node] for node in reached))
                if more == reached:
                    break
                reached = more
            return tuple(sorted(reached, key=height, reverse=True))
        """,
        # The standard library; what comes out goes through an array.
        """
        import graphlib
        import numpy as np

        def backward_order(inputs, output):
            need, todo = {}, [output]
            while todo:
                node = todo.pop()
                if node not in need:
                    need[node] = inputs[node]
                    todo += inputs[node]
            forward = list(graphlib.TopologicalSorter(need).static_order())
            return np.array(forward[::-1])
        """,
        # A stack of its own, with marks for leaving.
        """
        def backward_order(inputs, output):
            done, order, stack = set(), [], [(output, False)]
            while stack:
                node, leaving = stack.pop()
                if leaving:
                    order.insert(0, node)
                elif node not in done:
                    done.add(node)
                    stack.append((node, True))
                    stack.extend((below, False) for below in inputs[node])
            return order
        """,
        # Whoever has no user left is next: slow, and right.
        """
        def backward_order(inputs, output):
            left, more = set(), {output}
            while more:
                left |= more
                more = {below for node in more for below in inputs[node]} - left
            order = {}
            while left:
                used = {below for node in left for below in inputs[node]}
                node = min(left - used)
                order[node] = None
                left.remove(node)
            return order
        """,
    ],
    "Value": [
        # Each operation leaves a closure; recursion lists the nodes.
        """
        import math

        class Value:
            def __init__(self, data, children=()):
                self.data = data
                self.grad = 0.0
                self._backward = lambda: None
                self._prev = set(children)

            def __add__(self, other):
                other = other if isinstance(other, Value) else Value(other)
                out = Value(self.data + other.data, (self, other))

                def _backward():
                    self.grad += out.grad
                    other.grad += out.grad

                out._backward = _backward
                return out

            def __mul__(self, other):
                other = other if isinstance(other, Value) else Value(other)
                out = Value(self.data * other.data, (self, other))

                def _backward():
                    self.grad += other.data * out.grad
                    other.grad += self.data * out.grad

                out._backward = _backward
                return out

            __radd__ = __add__
            __rmul__ = __mul__

            def tanh(self):
                t = math.tanh(self.data)
                out = Value(t, (self,))

                def _backward():
                    self.grad += (1 - t**2) * out.grad

                out._backward = _backward
                return out

            def backward(self):
                topo, visited = [], set()

                def build(v):
                    if v not in visited:
                        visited.add(v)
                        for child in v._prev:
                            build(child)
                        topo.append(v)

                build(self)
                self.grad = 1.0
                for v in reversed(topo):
                    v._backward()
        """,
        # Edges with their local derivatives; users are counted; backward returns self.
        """
        import numpy as np

        class Value:
            def __init__(self, data, edges=()):
                self.data, self.edges, self.grad = np.float64(data), tuple(edges), None

            @staticmethod
            def _of(x):
                return x if type(x) is Value else Value(x)

            def __add__(self, other):
                other = Value._of(other)
                return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

            def __mul__(self, other):
                other = Value._of(other)
                edges = [(self, other.data), (other, self.data)]
                return Value(self.data * other.data, edges)

            def __radd__(self, other):
                return self + other

            def __rmul__(self, other):
                return self * other

            def tanh(self):
                e = np.exp(2 * self.data)
                t = (e - 1) / (e + 1)
                return Value(t, [(self, 1 - t * t)])

            def backward(self):
                users, seen, stack = {}, {id(self)}, [self]
                while stack:
                    for node, _ in stack.pop().edges:
                        users[id(node)] = users.get(id(node), 0) + 1
                        if id(node) not in seen:
                            seen.add(id(node))
                            stack.append(node)
                self.grad, ready = 1.0, [self]
                while ready:
                    user = ready.pop()
                    for node, slope in user.edges:
                        node.grad = (node.grad or 0.0) + slope * user.grad
                        users[id(node)] -= 1
                        if not users[id(node)]:
                            ready.append(node)
                return self
        """,
        # A tape: every operation is recorded in the order in which it is made.
        """
        from math import cosh, tanh

        class Value:
            tape = []

            def __init__(self, data):
                self.data, self.grad = float(data), 0.0

            def _record(self, data, *pairs):
                out = Value(data)
                Value.tape.append((out, pairs))
                return out

            def __add__(self, other):
                if isinstance(other, (int, float)):
                    return self._record(self.data + other, (self, 1))
                return self._record(self.data + other.data, (self, 1), (other, 1))

            def __mul__(self, other):
                if isinstance(other, (int, float)):
                    return self._record(self.data * other, (self, other))
                return self._record(
                    self.data * other.data, (self, other.data), (other, self.data)
                )

            __radd__, __rmul__ = __add__, __mul__

            def tanh(self):
                return self._record(tanh(self.data), (self, 1 / cosh(self.data) ** 2))

            def backward(self):
                self.grad = 1.0
                for out, pairs in reversed(Value.tape):
                    for x, slope in pairs:
                        x.grad += slope * out.grad
        """,
        # Forward mode: each Value carries its derivatives by the leaves along.
        """
        import numpy as np

        class Value:
            def __init__(self, data):
                self.data, self.grad, self._by = data, 0, {self: 1}

            @classmethod
            def _made(cls, data, *parts):
                out = cls(data)
                out._by = {}
                for slope, part in parts:
                    if isinstance(part, Value):
                        for leaf, d in part._by.items():
                            out._by[leaf] = out._by.get(leaf, 0) + slope * d
                return out

            def __add__(self, other):
                b = getattr(other, "data", other)
                return self._made(self.data + b, (1, self), (1, other))

            def __mul__(self, other):
                b = getattr(other, "data", other)
                return self._made(self.data * b, (b, self), (self.data, other))

            def __radd__(self, other):
                return self.__add__(other)

            def __rmul__(self, other):
                return self.__mul__(other)

            def tanh(self):
                t = np.tanh(self.data)
                return self._made(t, (1 - t * t, self))

            def backward(self):
                for leaf, d in self._by.items():
                    leaf.grad = d
        """,
        # Numbers in single precision as arrays; later ones first, by a counter.
        """
        import heapq
        import itertools
        import numpy as np

        class Value:
            count = itertools.count()

            def __init__(self, data, op="", *inputs):
                self.data = np.array(data, dtype=np.float32)
                self.grad = np.zeros((), dtype=np.float32)
                self.op, self.inputs, self.number = op, inputs, next(Value.count)

            def __add__(self, other):
                if not isinstance(other, Value):
                    other = Value(other)
                return Value(self.data + other.data, "+", self, other)

            def __mul__(self, other):
                if not isinstance(other, Value):
                    other = Value(other)
                return Value(self.data * other.data, "*", self, other)

            def __radd__(self, other):
                return Value(other) + self

            def __rmul__(self, other):
                return Value(other) * self

            def tanh(self):
                return Value(np.tanh(self.data), "tanh", self)

            def shares(self):
                g = self.grad
                if self.op == "+":
                    return [g, g]
                if self.op == "*":
                    x, y = self.inputs
                    return [g * y.data, g * x.data]
                if self.op == "tanh":
                    return [g * (1 - self.data) * (1 + self.data)]
                return []

            def backward(self):
                self.grad = self.grad + 1
                heap, queued = [(-self.number, self)], {self}
                while heap:
                    _, node = heapq.heappop(heap)
                    for x, share in zip(node.inputs, node.shares()):
                        x.grad = x.grad + share
                        if x not in queued:
                            queued.add(x)
                            heapq.heappush(heap, (-x.number, x))
        """,
        # Small classes for the operations.
        """
        import math
        from dataclasses import dataclass, field

        @dataclass(eq=False)
        class Value:
            data: float
            grad: float = 0.0
            parents: list = field(default_factory=list)

            def tanh(self):
                y = math.tanh(self.data)
                return Value(y, parents=[(self, lambda g: g * (1 - y * y))])

            def backward(self):
                order, seen = [], set()

                def visit(v):
                    if id(v) in seen:
                        return
                    seen.add(id(v))
                    [visit(p) for p, _ in v.parents]
                    order.append(v)

                visit(self)
                self.grad = 1
                while order:
                    v = order.pop()
                    for p, pull in v.parents:
                        p.grad += pull(v.grad)
                return None

        def _lift(x):
            return Value(x) if not isinstance(x, Value) else x

        def _add(a, b):
            a, b = _lift(a), _lift(b)
            return Value(a.data + b.data, parents=[(a, lambda g: g), (b, lambda g: g)])

        def _mul(a, b):
            a, b = _lift(a), _lift(b)
            pulls = [(a, lambda g: g * b.data), (b, lambda g: a.data * g)]
            return Value(a.data * b.data, parents=pulls)

        Value.__add__ = Value.__radd__ = _add
        Value.__mul__ = Value.__rmul__ = _mul
        """,
    ],
    "mlp_grads": [
        """
        import numpy as np

        def mlp_grads(P, X, y):
            n = len(X)
            z = X @ P["W1"] + P["b1"]
            a = np.maximum(0, z)
            r = a @ P["W2"] + P["b2"] - y
            d2 = r / n
            d1 = d2 @ P["W2"].T * (z > 0)
            grads = {
                "W1": X.T @ d1,
                "b1": d1.sum(0),
                "W2": a.T @ d2,
                "b2": d2.sum(0),
            }
            return np.sum(r**2) / (2 * n), grads
        """,
        # Loops over rows and units, in plain Python.
        """
        def mlp_grads(P, X, y):
            n, d = X.shape
            h = len(P["b1"])
            W1 = [[0.0] * h for _ in range(d)]
            b1, W2, b2, loss = [0.0] * h, [[0.0] for _ in range(h)], [0.0], 0.0
            for x, target in zip(X, y):
                z = [sum(x[i] * P["W1"][i, j] for i in range(d)) for j in range(h)]
                z = [v + b for v, b in zip(z, P["b1"])]
                a = [max(v, 0.0) for v in z]
                r = sum(a[j] * P["W2"][j, 0] for j in range(h)) + P["b2"][0] - target[0]
                loss += r * r / 2 / n
                b2[0] += r / n
                for j in range(h):
                    W2[j][0] += r * a[j] / n
                    if z[j] > 0:
                        b1[j] += r * P["W2"][j, 0] / n
                        for i in range(d):
                            W1[i][j] += r * P["W2"][j, 0] * x[i] / n
            return [loss, {"b2": b2, "b1": b1, "W2": W2, "W1": W1}]
        """,
        # Autograd, in single precision.
        """
        import torch

        def mlp_grads(P, X, y):
            p = {
                k: torch.tensor(v, dtype=torch.float32, requires_grad=True)
                for k, v in P.items()
            }
            X, y = torch.tensor(X).float(), torch.tensor(y).float()
            out = torch.relu(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
            loss = torch.nn.functional.mse_loss(out, y) / 2
            loss.backward()
            return loss, {k: v.grad for k, v in p.items()}
        """,
        # Central differences.
        """
        import numpy as np

        def mlp_grads(P, X, y):
            def loss(Q):
                out = np.maximum(X @ Q["W1"] + Q["b1"], 0) @ Q["W2"] + Q["b2"]
                return np.mean((out - y) ** 2) / 2

            grads = {}
            for name, array in P.items():
                grads[name] = np.zeros(array.shape)
                for i in np.ndindex(array.shape):
                    step = np.zeros(array.shape)
                    step[i] = 1e-6
                    up, down = {**P, name: array + step}, {**P, name: array - step}
                    grads[name][i] = (loss(up) - loss(down)) / 2e-6
            return loss(P), grads
        """,
        # Biases as a row of the weights, einsum for the products.
        """
        import numpy as np

        def mlp_grads(P, X, y):
            n = X.shape[0]
            one = np.ones((n, 1))
            V1, V2 = np.vstack([P["W1"], P["b1"]]), np.vstack([P["W2"], P["b2"]])
            X1 = np.hstack([X, one])
            H = X1 @ V1
            on = np.heaviside(H, 0)
            A1 = np.hstack([H * on, one])
            r = A1 @ V2 - y
            G2 = np.einsum("ni,nj->ij", A1, r) / n
            G1 = np.einsum("ni,nk,hk,nh->ih", X1, r, V2[:-1], on) / n
            loss = 0.5 * (r.T @ r).item() / n
            return loss, dict(W1=G1[:-1], b1=G1[-1], W2=G2[:-1], b2=G2[-1])
        """,
        # One row at a time.
        """
        import numpy as np

        def mlp_grads(P, X, y):
            W1, b1, W2, b2 = P["W1"], P["b1"], P["W2"], P["b2"]
            losses, total = [], {k: np.zeros_like(v) for k, v in P.items()}
            for x, t in zip(X, y):
                z = x @ W1 + b1
                a = np.where(z > 0, z, 0)
                e = a @ W2 + b2 - t
                losses.append(e[0] ** 2)
                delta = np.where(z > 0, W2[:, 0] * e[0], 0)
                total["W2"] += np.outer(a, e)
                total["b2"] += e
                total["W1"] += np.outer(x, delta)
                total["b1"] += delta
            return sum(losses) / len(X) / 2, {k: v / len(X) for k, v in total.items()}
        """,
    ],
}
