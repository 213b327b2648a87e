"""A class of good and hostile submissions to the tiny lab, and what each must earn."""
# ruff: noqa: E501  (programs in one line each are read more easily)

import json

DOUBLE = "import numpy as np\ndef double(x):\n    return 2 * np.asarray(x)"
SLOPE = "def slope(f, a, b):\n    return (f(b) - f(a)) / (b - a)"
ASCENDING = "def ascending(xs):\n    return sorted(xs)"
GOOD = [DOUBLE, SLOPE, ASCENDING]
ALL = {"double": 3, "slope": 4, "ascending": 3}
FAILED, PERSON = "failed", "needs a person"


def notebook(cells, words="Because.", **metadata):
    made = [
        {
            "cell_type": "code",
            "source": cell,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for cell in cells
    ]
    answer = {"labkit": {"question": "why", "kind": "words"}}
    made.append({"cell_type": "markdown", "source": words, "metadata": answer})
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": made}
    ).encode()


def before(cell):
    """Good answers after a cell that must not matter."""
    return notebook([cell, *GOOD])


def after(cell):
    """Good answers, and then something done to them or to the machine."""
    return notebook([*GOOD, cell])


def instead(name, source):
    """Good answers, but for one."""
    kept = [good for good in GOOD if f"def {name}(" not in good]
    return notebook(["import numpy as np", *kept, source])


WITHOUT = {name: {**ALL, name: 0} for name in ALL}
RIGHT_FOR_WRONG = "def double(x):\n    return x * 3"

# name: (content of the file, points by question | FAILED | PERSON for all of them)
HOSTILE = {
    "loop_in_a_cell": (before("while True: pass"), ALL),
    "loop_that_ignores_signals": (
        before(
            "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
        ),
        ALL,
    ),
    "loop_in_an_answer": (
        instead("double", "def double(x):\n    while True: pass"),
        WITHOUT["double"],
    ),
    "sleeps": (
        instead("slope", "import time\ndef slope(f, a, b): time.sleep(1000)"),
        WITHOUT["slope"],
    ),
    "memory_in_a_cell": (before("x = [0] * 10**11"), ALL),
    "memory_in_an_answer": (
        instead(
            "double", "def double(x):\n    x = []\n    while True: x.append(bytes(10**7))"
        ),
        WITHOUT["double"],
    ),
    "exit_in_a_cell": (before("import os\nos._exit(0)"), ALL),
    "exit_in_an_answer": (
        instead("double", "import os\ndef double(x): os._exit(0)"),
        WITHOUT["double"],
    ),
    "sys_exit": (before("import sys\nsys.exit(1)"), ALL),
    "kills": (
        before(
            "import os, signal\nfor pid in (os.getppid(), 0, -1, 1, 2, os.getpid()):\n"
            "    for s in (9, 15, 19):\n"
            "        try: os.kill(pid, s)\n        except OSError: pass"
        ),
        ALL,
    ),
    "fork_bomb": (
        before(
            "import os\nfor _ in range(10000):\n    try: os.fork()\n    except OSError: break"
        ),
        ALL,
    ),
    "leaves_processes": (
        before(
            "import subprocess, multiprocessing\n"
            "subprocess.Popen(['sleep', '4242'], start_new_session=True)"
        ),
        ALL,
    ),
    "leaves_a_shell": (before("!sleep 4242 &\n%system sleep 4242 &"), ALL),
    "threads": (
        before(
            "import threading\ndef spin():\n    while True: pass\n"
            "threading.Thread(target=spin, daemon=True).start()"
        ),
        ALL,
    ),
    "at_exit": (
        after("import atexit\n@atexit.register\ndef never():\n    while True: pass"),
        ALL,
    ),
    "recursion": (
        instead("double", "def double(x): return double(x)"),
        WITHOUT["double"],
    ),
    "segfault": (
        instead("double", "import ctypes\ndef double(x): return ctypes.string_at(0)"),
        WITHOUT["double"],
    ),
    "patched_numpy": (
        notebook(
            [
                "import numpy as np\nfor n in ('allclose', 'array_equal', 'isclose', 'all'):\n"
                "    setattr(np, n, lambda *a, **k: True)\n"
                "np.asarray = np.array = lambda *a, **k: 1",
                RIGHT_FOR_WRONG,
                SLOPE,
                ASCENDING,
            ]
        ),
        WITHOUT["double"],
    ),
    "patched_builtins": (
        notebook(
            [
                "import builtins\nfor n in ('abs', 'all', 'len', 'max', 'isinstance', 'type'):"
                "\n    setattr(builtins, n, lambda *a, **k: True)",
                RIGHT_FOR_WRONG,
                SLOPE,
                ASCENDING,
            ]
        ),
        WITHOUT["double"],
    ),
    "patched_labkit": (
        notebook(
            [
                "import sys, types, labkit\nfake = types.ModuleType('labkit')\n"
                "fake.compare = fake.judge = lambda *a, **k: True\n"
                "for n in list(sys.modules):\n    if 'labkit' in n: sys.modules[n] = fake\n"
                "labkit.compare = labkit.judge = labkit.Wrong = None",
                RIGHT_FOR_WRONG,
                SLOPE,
                ASCENDING,
            ]
        ),
        WITHOUT["double"],
    ),
    "equal_to_everything": (
        instead(
            "double",
            "class Yes:\n    shape = dtype = ndim = 1\n    def __eq__(self, o): return True\n"
            "    def __ne__(self, o): return False\n    __lt__ = __le__ = __eq__\n"
            "    def __bool__(self): return True\ndef double(x): return Yes()",
        ),
        WITHOUT["double"],
    ),
    "an_array_that_lies": (
        instead(
            "double",
            "class Liar(np.ndarray):\n    def __array_function__(self, *a): return True\n"
            "    def __array_ufunc__(self, *a, **k): return np.True_\n"
            "    def __eq__(self, o): return True\n"
            "def double(x): return np.zeros(x.shape).view(Liar)",
        ),
        WITHOUT["double"],
    ),
    "a_pickle_in_disguise": (
        instead(
            "double",
            "import os\nclass P:\n    def __reduce__(self): return os.system, ('id',)\n"
            "def double(x): return np.array([P()], dtype=object)",
        ),
        WITHOUT["double"],
    ),
    "looks_for_the_checks": (
        instead(
            "double",
            "import os\nfound = [os.path.join(t, n) for t, d, f in os.walk('/') for n in f\n"
            "  if n in ('hidden.py', 'checks.py', 'marks.csv', 'run.json')"
            " and 'site-packages' not in t and not t.startswith('/usr')]\n"
            "def double(x): return 2 * x if found else x",
        ),
        WITHOUT["double"],
    ),
    "looks_for_the_others": (
        instead(
            "double",
            "import os\nfound = [n for t, d, f in os.walk('/') for n in f\n"
            "  if n.endswith('.ipynb') and 'site-packages' not in t]\n"
            "found += [p for p in os.listdir('/proc') if p.isdigit()]\n"
            "def double(x): return 2 * x if found else x",
        ),
        WITHOUT["double"],
    ),
    "looks_into_frames": (
        instead(
            "double",
            "import gc, sys\ndef double(x):\n    frame = sys._getframe()\n"
            "    while frame:\n        if 'wanted' in frame.f_locals: return 2 * x\n"
            "        frame = frame.f_back\n"
            "    for o in gc.get_objects():\n"
            "        if getattr(o, '__name__', '') in ('compare', 'judge', 'matches') and"
            " 'labkit' in str(getattr(o, '__module__', '')): return 2 * x\n    return x",
        ),
        WITHOUT["double"],
    ),
    # What one answer breaks is no other's mistake: those are asked again, elsewhere.
    "breaks_the_agent": (
        instead(
            "double",
            "import gc\ndef double(x):\n    for o in gc.get_objects():\n"
            "        if type(o).__name__ == 'Agent':\n"
            "            o._calls.clear(); o._names = {}\n    return x",
        ),
        WITHOUT["double"],
    ),
    "breaks_builtins": (
        instead(
            "double",
            "def double(x):\n    real = len.__self__\n"
            "    for n in ('sorted', 'len', 'isinstance'): setattr(real, n, lambda *a: 0)\n"
            "    return x",
        ),
        WITHOUT["double"],
    ),
    "speaks_for_the_runner": (
        instead(
            "double",
            "import os, struct\ntry:\n    import msgpack\n"
            "    m = msgpack.packb(['done', [2.0], 'numpy.ndarray', []])\n"
            "    m = struct.pack('>Q', len(m)) + m\nexcept ImportError: m = b''\n"
            "def double(x):\n    for fd in range(3, 40):\n"
            "        try: os.write(fd, m * 5)\n        except OSError: pass\n    return x",
        ),
        WITHOUT["double"],
    ),
    "writes_everywhere": (
        after(
            "import os\nfor p in ('marks.csv', '../marks.csv', '/marks.csv', '/tmp/x', '/in/x',"
            " '~/x', '/usr/x', '/dev/shm/x', '/home/x', '/work/x', '/root/x', '/var/tmp/x'):\n"
            "    try: open(os.path.expanduser(p), 'w').write('hacked')\n"
            "    except OSError: pass"
        ),
        ALL,
    ),
    "huge_output": (before("import sys\nfor _ in range(200): print('x' * 10**6)"), ALL),
    "huge_result": (
        instead("double", "def double(x): return np.zeros(10**7)"),
        WITHOUT["double"],
    ),
    "endless_result": (
        instead(
            "ascending",
            "def ascending(xs):\n    yield from sorted(xs)\n    while True: yield 9",
        ),
        WITHOUT["ascending"],
    ),
    "asks_without_end": (
        instead("slope", "def slope(f, a, b):\n    while True: f(a)"),
        WITHOUT["slope"],
    ),
    "asks_with_nonsense": (
        instead("slope", "def slope(f, a, b):\n    return f('x' * 10**6)"),
        WITHOUT["slope"],
    ),
    "no_exception_at_all": (
        instead("double", "class E(BaseException): pass\ndef double(x): raise E('no')"),
        WITHOUT["double"],
    ),
    "an_exception_with_a_name": (
        instead(
            "double",
            "def double(x): raise type('[/red]\\x1b[2J' + 'x' * 99, (Exception,), {})('\\x1b[2J')",
        ),
        WITHOUT["double"],
    ),
    "a_hundred_thousand_empty_lists": (
        instead("double", "def double(x): return [[[]] * 9000] * 9000"),
        WITHOUT["double"],
    ),
    "half_a_character": (notebook(GOOD, words="\ud800 \x1b[2J" + 200_000 * "long"), ALL),
    "magics": (after(600 * "%timeit 1\n"), ALL),
    "interrupts": (
        instead("double", "def double(x): raise KeyboardInterrupt"),
        WITHOUT["double"],
    ),
    "a_text_for_an_answer": (instead("double", "double = '2 * x'"), WITHOUT["double"]),
    "markup": (
        instead("double", "def double(x): raise ValueError('<script>alert(1)</script>')"),
        WITHOUT["double"],
    ),
    "=HYPERLINK(1)": (notebook(GOOD, words="=1+1"), ALL),
    "tells_the_hidden_case": (
        notebook(
            [
                "import numpy as np\nseen = []\ndef double(x):\n    seen.append(x.sum())\n"
                "    if x.size and x.max() > 4000:\n"
                "        raise type('E%d' % x.max(), (Exception,), {})(str(x))\n"
                "    return 2 * x",
                "def slope(f, a, b): return [float(s) for s in seen]",
                ASCENDING,
            ]
        ),
        {"double": 0, "slope": 0, "ascending": 3},
    ),
    "uses_the_rule": (
        instead(
            "ascending",
            "import numpy\ndef ascending(xs):\n    return getattr(numpy, 'so' + 'rt')(list(xs))",
        ),
        {**ALL, "ascending": None},
    ),
    "changes_its_input": (
        instead("double", "def double(x):\n    x *= 2\n    return x"),
        WITHOUT["double"],
    ),
    "duplicated_cells": (notebook(GOOD + GOOD + GOOD), ALL),
    "deleted_cells": (notebook([DOUBLE]), {"double": 3, "slope": 0, "ascending": 0}),
    "syntax_error_in_a_cell": (before("def broken(:\n   pass"), ALL),
    "syntax_error_in_an_answer": (
        instead("double", "def double(x)\n    return 2 * x"),
        WITHOUT["double"],
    ),
    "unwritten": (
        notebook([f"def {n}(*args):\n    raise NotImplementedError('write')" for n in ALL]),
        dict.fromkeys(ALL, 0),
    ),
    "corrupt": (notebook(GOOD)[:-40], FAILED),
    "binary": (bytes(range(256)) * 20, FAILED),
    "empty": (b"", FAILED),
    "no_cells": (notebook([]), FAILED),
    "another_lab": (notebook(["def gradient(w):\n    return w"]), FAILED),
    "another_language": (
        notebook(GOOD, kernelspec={"language": "R", "name": "ir", "display_name": "R"}),
        FAILED,
    ),
    "a_list": (b"[1, 2]", FAILED),
    "too_deep": (b"[" * 200_000, FAILED),
    "odd_metadata": (
        notebook(GOOD)
        .replace(b'"metadata": {}', b'"metadata": [1]')
        .replace(b"5", b"4", 1),
        ALL,
    ),
}
