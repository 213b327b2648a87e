"""Correct answers, each written in another style; the checks must let all of them pass."""

RIGHT = {
    "momentum_step": [
        """
        import numpy as np

        def momentum_step(params, grads, state, lr, beta):
            if not state:
                state["v"] = [np.zeros_like(p) for p in params]
            for p, g, v in zip(params, grads, state["v"]):
                v *= beta
                v += g
                p -= lr * v
        """,
        # One entry of the state an array, made anew each time.
        """
        def momentum_step(params, grads, state, lr, beta):
            for i, g in enumerate(grads):
                state[i] = beta * state.get(i, 0) + g
                params[i] -= lr * state[i]
        """,
        # By the arrays' identity; it returns something, too.
        """
        import numpy as np

        def momentum_step(params, grads, state, lr, beta):
            for p, g in zip(params, grads):
                v = state.setdefault(id(p), np.zeros(p.shape))
                np.add(beta * v, g, out=v)
                np.subtract(p, lr * v, out=p)
            return params, state
        """,
        # Torch, in single precision, writing into the same memory.
        """
        import torch

        def momentum_step(params, grads, state, lr, beta):
            old = state.get("velocities")
            new = []
            for i in range(len(params)):
                g = torch.tensor(grads[i]).float()
                new.append(g if old is None else beta * old[i] + g)
                torch.from_numpy(params[i]).sub_(lr * new[i])
            state["velocities"] = new
        """,
        # Numbers one by one.
        """
        import copy
        import numpy as np

        def momentum_step(params, grads, state, lr, beta):
            first = "v" not in state
            if first:
                state["v"] = copy.deepcopy(grads)
            for p, g, v in zip(params, grads, state["v"]):
                for i in np.ndindex(p.shape):
                    if not first:
                        v[i] = beta * v[i] + g[i]
                    p[i] = p[i] - lr * v[i]
        """,
        # The convention with steps in the velocity, rescaled when the rate changes.
        """
        def momentum_step(params, grads, state, lr, beta):
            last = state.get("lr", lr)
            moves = state.get("moves", [0.0] * len(params))
            moves = [beta * u * lr / last - lr * g for u, g in zip(moves, grads)]
            for p, u in zip(params, moves):
                p[...] = p + u
            state.update(lr=lr, moves=moves)
        """,
    ],
    "adam_step": [
        """
        import numpy as np

        def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
            if not state:
                state.update(t=0, m=np.zeros_like(p), s=np.zeros_like(p))
            state["t"] += 1
            state["m"] = b1 * state["m"] + (1 - b1) * g
            state["s"] = b2 * state["s"] + (1 - b2) * g**2
            m_hat = state["m"] / (1 - b1 ** state["t"])
            s_hat = state["s"] / (1 - b2 ** state["t"])
            p -= lr * m_hat / (np.sqrt(s_hat) + eps)
        """,
        # PyTorch's order of operations.
        """
        import math
        import torch

        def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
            w, g = torch.from_numpy(p), torch.from_numpy(g)
            if "step" not in state:
                state["step"] = 0
                state["exp_avg"] = torch.zeros_like(w)
                state["exp_avg_sq"] = torch.zeros_like(w)
            state["step"] += 1
            m, s, t = state["exp_avg"], state["exp_avg_sq"], state["step"]
            m.lerp_(g, 1 - b1)
            s.mul_(b2).addcmul_(g, g, value=1 - b2)
            bottom = (s.sqrt() / math.sqrt(1 - b2**t)).add_(eps)
            w.addcdiv_(m, bottom, value=-lr / (1 - b1**t))
        """,
        # The paper's other form: the corrections in the rate.
        """
        import numpy as np

        def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
            t, m, s = state.get("all", (0, 0.0, 0.0))
            t, m, s = t + 1, m + (1 - b1) * (g - m), s + (1 - b2) * (g * g - s)
            state["all"] = t, m, s
            rate = lr * np.sqrt(1 - b2**t) / (1 - b1**t)
            p[...] -= rate * m / (np.sqrt(s) + eps)
        """,
        # Sums and the sums of their weights, which are the corrections.
        """
        import numpy as np

        def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
            for key, x, b in ("m", g, b1), ("s", g * g, b2):
                total, weight = state.get(key, (np.zeros(p.shape), 0.0))
                state[key] = b * total + x, b * weight + 1
            m, s = (state[key][0] / state[key][1] for key in "ms")
            np.subtract(p, lr * m / (s**0.5 + eps), out=p)
            return p
        """,
        # Number by number, with the history in the state.
        """
        import numpy as np

        def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
            history = state.setdefault("g", [])
            history.append(g.copy())
            t = len(history)
            for i in np.ndindex(p.shape):
                m = s = 0.0
                for old in history:
                    m = b1 * m + (1 - b1) * old[i]
                    s = b2 * s + (1 - b2) * old[i] ** 2
                p[i] -= lr * (m / (1 - b1**t)) / ((s / (1 - b2**t)) ** 0.5 + eps)
        """,
        # Single precision.
        """
        import numpy as np

        def adam_step(p, g, state, lr=1e-3, b1=.9, b2=.999, eps=1e-8):
            g = g.astype(np.float32)
            if not state:
                state["m"], state["s"] = np.zeros_like(g), np.zeros_like(g)
                state["t"] = 0
            state["t"] += 1
            state["m"] += (1 - b1) * (g - state["m"])
            state["s"] += (1 - b2) * (g**2 - state["s"])
            m_hat = state["m"] / (1 - b1 ** state["t"])
            s_hat = state["s"] / (1 - b2 ** state["t"])
            p -= lr * m_hat / (np.sqrt(s_hat) + eps)
        """,
    ],
    "momentum_factor": [
        """
        import numpy as np

        def momentum_factor(h, lr, beta):
            return np.abs(np.roots([1, -(1 + beta - lr * h), beta])).max()
        """,
        # By cases.
        """
        import math

        def momentum_factor(h, lr, beta):
            trace = 1 + beta - lr * h
            gap = trace**2 - 4 * beta
            if gap < 0:
                return math.sqrt(beta)
            return (abs(trace) + math.sqrt(gap)) / 2
        """,
        # The matrix of one step, (x, v) to (x, v).
        """
        import numpy as np

        def momentum_factor(h, lr, beta):
            step = np.array([[1 - lr * h, -lr * beta], [h, beta]])
            return max(abs(np.linalg.eigvals(step)))
        """,
        # Complex numbers of Python.
        """
        import cmath

        def momentum_factor(h, lr, beta):
            half = (1 + beta - lr * h) / 2
            root = cmath.sqrt(half * half - beta)
            return max(abs(half + root), abs(half - root))
        """,
        """
        import torch

        def momentum_factor(h, lr, beta):
            step = torch.tensor([[1 + beta - lr * h, -beta], [1.0, 0.0]])
            return torch.linalg.eigvals(step).abs().max()
        """,
        # A very high power of the step, by squaring.
        """
        import numpy as np

        def momentum_factor(h, lr, beta):
            step = np.array([[1 + beta - lr * h, -beta], [1.0, 0.0]])
            log = 0.0
            for k in range(40):
                size = np.linalg.norm(step)
                log += np.log(size) / 2**k
                step = step / size
                step = step @ step
            return np.exp(log)
        """,
    ],
}
