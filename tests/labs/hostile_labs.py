"""Hostile programs that need no lab by name, made into a class for any lab."""
# ruff: noqa: E501  (programs in one line each are read more easily)

from functools import cached_property

from labkit.loading import load_lab
from labkit.proofs import answers
from tests.labs.hostile import notebook

# Cells beside right answers: nothing may be lost.
BESIDE = {
    "loop_in_a_cell": "while True: pass",
    "exit_in_a_cell": "import os\nos._exit(0)",
    "abort": "import os\nos.abort()",
    "kills_itself": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "recursion_in_a_cell": "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f() + f()\nf()",
    "closes_the_pipe": "import os\nos.closerange(3, 64)",
    "threads_left_behind": (
        "import threading, time\ndef idle():\n    while True: time.sleep(0.02)\n"
        "for _ in range(5): threading.Thread(target=idle, daemon=True).start()"
    ),
    "patched_time": (
        "import time\ntime.sleep = lambda *a: None\n"
        "time.time = time.monotonic = time.process_time = time.perf_counter = lambda: 0.0"
    ),
    "fills_tmp": (
        "for n in range(99):\n    try: open(f'/tmp/{n}', 'wb').write(bytes(10**7))\n"
        "    except OSError: pass"
    ),
    "opens_sockets": (
        "import socket\nfor place in (('127.0.0.1', 22), ('8.8.8.8', 53)):\n"
        "    try: socket.create_connection(place, 0.2).send(b'x')\n    except OSError: pass"
    ),
    "spawns": (
        "import os, multiprocessing, subprocess\n"
        "for start in (lambda: os.posix_spawn('/bin/sh', ['sh', '-c', 'sleep 4242'], {}),\n"
        "              lambda: multiprocessing.Process(target=print).start(),\n"
        "              lambda: subprocess.run(['sleep', '4242'])):\n"
        "    try: start()\n    except Exception: pass"
    ),
    "garbage_that_never_goes": "class G:\n    def __del__(self):\n        while True: pass\nG()",
    "at_exit": "import atexit\n@atexit.register\ndef never():\n    while True: pass",
    "cell_magics": "%%bash\nrm -rf / --no-preserve-root\nsleep 4242",
    "more_magics": "%load_ext nothing\n%run nothing.py\n%%writefile /etc/passwd\nx",
    "unicode_names": "变量 = 1\n𝔵, ﬁ, ſ = 1, 2, 3\nclass Ünï: pass",
    "deep_parentheses": "x = " + "(" * 5000 + ")" * 5000,
    "numpy_raises": "import numpy as np\nwith np.errstate(all='raise'): np.exp(1e9)",
    "seeds_everything": "import random, numpy as np\nrandom.seed(0); np.random.seed(0)",
    "a_trace_function": "import sys\nsys.settrace(lambda *a: None)",
    "no_modules_left": "import sys\nfor n in list(sys.modules):\n    if n not in ('sys', 'builtins', '__main__') and 'numpy' not in n and 'torch' not in n: del sys.modules[n]",
}

# Bodies of an answer ``def …(*args, **kwargs)``: it earns nothing, the others all.
INSTEAD = {
    "loop": "while True: pass",
    "memory": "x = []\n    while True: x.append(bytes(10**7))",
    "recursion_without_limit": "import sys\n    sys.setrecursionlimit(10**9)\n    f = lambda: f() + f()\n    return f()",
    "ends": "import os\n    os._exit(0)",
    "system_exit": "raise SystemExit(0)",
    "closes_all_files": "import os\n    os.closerange(0, 64)",
    "not_a_number": "return float('nan')",
    "infinite": "return float('inf')",
    "an_array_of_nan": "import numpy as np\n    return np.full((3, 2), np.nan)",
    "deep_nesting": "x = []\n    for _ in range(10**5): x = [x]\n    return x",
    "itself_inside": "x = []\n    x.append(x)\n    return x",
    "a_huge_whole_number": "return 10 ** 10**5",
    "a_list_that_lies": (
        "class L(list):\n        def __len__(self): return 10**9\n        def __iter__(self):\n"
        "            while True: yield self\n        __eq__ = lambda *a: True\n    return L()"
    ),
    "a_float_that_lies": (
        "class F(float):\n        __eq__ = __le__ = __lt__ = __ge__ = lambda *a: True\n"
        "        __hash__ = float.__hash__\n        def __float__(self): return 1e300\n    return F(0.123)"
    ),
    "an_array_that_changes": (
        "import numpy as np\n    class A:\n        shape, dtype, n = (1,), np.dtype(float), 0\n"
        "        def __array__(self, *a, **k):\n            A.n += 1\n            return np.full(A.n % 5, 0.1 * A.n)\n    return A()"
    ),
    "an_array_equal_to_all": (
        "import numpy as np\n    class Y(np.ndarray):\n        __array_ufunc__ = __array_function__ = lambda *a, **k: True\n"
        "        __eq__ = lambda *a: True\n        tolist = item = astype = lambda *a, **k: True\n    return np.zeros((2, 2)).view(Y)"
    ),
    "an_object_without_end": "class O:\n        def __getattr__(self, name): return self\n        __call__ = __getitem__ = lambda self, *a, **k: self\n    return O()",
    "an_angry_result": "class D:\n        def __del__(self):\n            while True: pass\n    D()",
    "secrets_of_the_environment": "import os\n    if any(w in k.upper() for k in os.environ for w in ('TOKEN', 'SECRET', 'PASSW', 'DESCENT')): return args\n    raise KeyError('none')",
    "breaks_the_agent": (
        "import gc\n    for o in gc.get_objects():\n        if type(o).__name__ == 'Agent':\n"
        "            o._calls.clear(); o._objects.clear(); o._names = {}\n    return args"
    ),
    "speaks_for_the_agent": (
        "import gc\n    for o in gc.get_objects():\n        if type(o).__name__ == 'Agent':\n"
        "            for _ in range(9): o._say(['done', 0.0, 'float', [None] * len(args)])\n"
        "            o._say = lambda message: None\n    return 0.0"
    ),
    "replaces_the_agents_methods": (
        "import gc\n    for o in gc.get_objects():\n        if type(o).__name__ == 'Agent':\n"
        "            o._calls['run'] = lambda *a: ['done', 1.0, 'float', []]\n    return 1.0"
    ),
    "real_builtins": "real = len.__self__\n    for n in ('len', 'isinstance', 'type', 'getattr', 'list', 'dict'):\n        setattr(real, n, lambda *a, **k: 0)\n    return 0",
    "poisoned_numpy": "import numpy as np\n    for n in ('array', 'asarray', 'zeros', 'empty', 'exp', 'tanh', 'mean', 'ndindex', 'sum'):\n        setattr(np, n, None)\n    return 0",
    "errors_everywhere": "import numpy as np\n    np.seterr(all='raise')\n    np.float64(1) / 0",
    "an_exception_that_loops": "class E(Exception):\n        def __str__(self):\n            while True: pass\n    raise E()",
    "a_result_named_badly": "return type('\\x1b[2J=1+1<script>' + 'x' * 999, (), {})()",
}

# Together with a wrong answer: it stays wrong.
COVERING = {
    "patched_numpy": (
        "import numpy as np\nfor n in ('allclose', 'isclose', 'array_equal', 'all', 'any'):\n"
        "    setattr(np, n, lambda *a, **k: True)"
    ),
    "patched_labkit": (
        "import sys, types, labkit\nfake = types.ModuleType('labkit')\n"
        "fake.compare = fake.judge = fake.checker = lambda *a, **k: lambda *a, **k: True\n"
        "for n in list(sys.modules):\n    if 'labkit' in n: sys.modules[n] = fake"
    ),
    "no_assertions": "import builtins, unittest\nbuiltins.AssertionError = Exception\nbuiltins.all = builtins.any = lambda *a: True",
}


class Attacked:
    """A lab under attack: its right answers, and one question that the attacks take.

    Parameters
    ----------
    folder : Path
        The lab's.
    turn : int
        Which question is the target, counted round.
    """

    def __init__(self, folder, turn=0):
        self.folder = folder
        lab = load_lab(folder)
        code = [q for q in lab.questions.values() if q.kind == "code"]
        self.all = {question.name: question.points for question in code}
        self.target = list(self.all)[turn % len(self.all)]
        self.without = {**self.all, self.target: 0}

    @cached_property
    def right(self):
        """One right answer a question."""
        known = [a for a in answers(self.folder) if a.mistake is None]
        return {
            name: next(a for a in known if a.question == name).source for name in self.all
        }

    @cached_property
    def wrong(self):
        """A wrong answer to the target."""
        known = answers(self.folder)
        return next(
            a.source for a in known if a.mistake is not None and a.question == self.target
        )

    def good(self):
        """A notebook that earns all points."""
        return notebook(self.right.values())

    def hostile(self):
        """Each attack's name, its notebook, and what it must earn."""
        good = list(self.right.values())
        others = [source for name, source in self.right.items() if name != self.target]
        made = {}
        for number, (name, cell) in enumerate(BESIDE.items()):
            # The clock and the modules are the answers' own: patched after them.
            late = number % 2 or name in ("patched_time", "no_modules_left")
            cells = [*good, cell] if late else [cell, *good]
            made[name] = (notebook(cells), self.all)
        for name, body in INSTEAD.items():
            source = f"def {self.target}(*args, **kwargs):\n    {body}"
            made[f"answer_{name}"] = (notebook([source, *others]), self.without)
        for name, cell in COVERING.items():
            made[f"cover_{name}"] = (notebook([cell, self.wrong, *others]), self.without)
        many = [*good, *(f"x{n} = {n}" for n in range(1500))]
        made["a_thousand_cells"] = (notebook(many), self.all)
        wide = [
            good[0].replace(f"def {n}(", f"def {wider(n)}(")
            for n in [next(iter(self.right))]
        ]
        made["wide_letters"] = (notebook([*wide, *good[1:]]), self.all)
        return made


def wider(name):
    """The same identifier to Python, in full-width letters."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in name)
