"""The sandbox: what gets in, what gets out, and that a verdict doesn't depend on it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labkit import proofs
from labkit.arguments import SPECIAL, Rng, Stream
from labkit.bubblewrap import Limits, here
from labkit.codec import DTYPES, Codec, CodecError
from labkit.loading import load_lab
from labkit.remote import RemoteAsk
from labkit.sandbox import NoSandbox, Sandbox
from labkit.session import Session
from labkit.verdicts import Wrong, judge, same

LABS = Path(__file__).parents[2] / "labs"
FEW = ("numpy", "IPython.core.interactiveshell")
PLAIN = (type(None), bool, int, float, str, bytes, np.ndarray, list, tuple, dict)
needs_bwrap = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap")

numbers = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
arrays = hnp.arrays(
    st.sampled_from(sorted(DTYPES)).map(np.dtype), hnp.array_shapes(min_dims=0, min_side=0)
)
plain_data = st.recursive(
    numbers | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text() | st.integers(-5, 5) | st.booleans(), inner, max_size=3)
    ),
    max_leaves=12,
)


def alike(a, b):
    return type(a) is type(b) and (
        a.dtype == b.dtype and same(a, b)
        if isinstance(a, np.ndarray)
        else len(a) == len(b) and all(map(alike, a, b))
        if isinstance(a, (list, tuple))
        else list(a) == list(b) and all(alike(a[k], b[k]) for k in a)
        if isinstance(a, dict)
        else same(a, b)
    )


@settings(max_examples=150, deadline=None)
@given(plain_data)
def test_plain_data_travels(value):
    codec = Codec()
    back = codec.decode(codec.encode(value))
    assert alike(back, value)


def test_what_is_refused():
    codec = Codec(SPECIAL)
    for value in (
        object(),
        np.array([None]),
        np.array(["2020"], dtype="M8[D]"),
        np.zeros(2, dtype=[("a", float)]),
        {1, 2},
        print,
        10**10_000,
        np.zeros(5 * 2**20),
    ):
        with pytest.raises(CodecError):
            codec.encode(value)
    with pytest.raises(CodecError, match="unknown extension"):
        Codec().decode(codec.encode(Rng(1)))
    assert codec.decode(codec.encode(Stream([1, (2,)]))) == Stream([1, (2,)])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_bytes_from_anyone_give_plain_data_or_an_error(data):
    codec = Codec(limit=2**16)
    good = bytearray(codec.encode({"x": np.arange(6.0).reshape(2, 3), "t": (1, [2**70])}))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    for raw in (bytes(good), data.draw(st.binary(max_size=60))):
        try:
            value = codec.decode(raw)
        except CodecError:
            continue
        assert isinstance(
            value, (type(None), bool, int, float, str, bytes, np.ndarray)
        ) or (type(value) in (list, tuple, dict))


@pytest.fixture(scope="module")
def box():
    limits = Limits(cell=2, call=1, total=40, memory=256 * 2**20)
    with Sandbox(here(hide=[LABS]), limits, modules=FEW) as sandbox:
        yield sandbox


def told(box, source, *args, name="f"):
    """What ``f`` of a one-cell notebook returns, or the mistake's name and message."""
    with Session(box, [(1, source)]) as session:
        try:
            return RemoteAsk(session, name)(*args).value
        except Wrong as wrong:
            return wrong.mistake, wrong.message


@needs_bwrap
def test_the_same_verdict_as_in_the_notebook():
    """Every known answer to the labs that need no torch, there and here."""
    checked = 0
    limits = Limits(call=5, total=60)
    with Sandbox(here(), limits, modules=(*FEW, "scipy.special")) as sandbox:
        for folder in sorted(path.parent for path in LABS.glob("*/wrong_answers.py")):
            lab = load_lab(folder)
            for answer in proofs.answers(folder):
                question = lab.questions[answer.question]
                if question.torch or "torch" in answer.source:
                    continue
                if "never" in (answer.mistake or "") or "long" in (answer.mistake or ""):
                    continue  # it would wait here
                local = proofs.verdict(question, answer.source, [3])
                with Session(sandbox, [(1, answer.source)]) as session:
                    remote = judge(question, RemoteAsk(session, question.name), [3])
                assert (remote.status, remote.mistake) == (local.status, local.mistake), (
                    f"{answer}: {remote.message}"
                )
                checked += 1
    assert checked > 40


@needs_bwrap
def test_nothing_of_the_machine_is_visible(box):
    seen = told(
        box,
        """
import os, sys
def f():
    found = []
    for top, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if name not in ("usr", "site-packages")
                      and os.path.join(top, name) != sys.base_prefix]
        found += [os.path.join(top, name) for name in files]
    return [os.listdir("/"), found, os.listdir("/proc"), os.listdir("/tmp"),
            sorted(os.environ), os.getpid()]
""",
    )
    places, files, proc, tmp, environment, pid = seen
    assert proc == [] and tmp == [] and pid == 1
    assert not {"home", "var", "mnt", "srv"} & set(places)
    ours = [path for path in files if not path.startswith(("/etc/", "/dev/", "/lib"))]
    assert ours and all(path.startswith("/in/labkit/") for path in ours), ours
    names = {os.path.basename(path) for path in ours}
    assert not {"verdicts.py", "loading.py", "remote.py", "checks.py", "hidden.py"} & names
    assert "PYTEST_CURRENT_TEST" in os.environ and "PYTEST_CURRENT_TEST" not in environment


@needs_bwrap
def test_no_network_no_process_no_writing(box):
    tried = told(
        box,
        """
import os, socket, subprocess, ctypes
def attempt(action):
    try:
        return repr(action())
    except BaseException as error:
        return type(error).__name__
def f():
    return [attempt(action) for action in (
        lambda: socket.create_connection(("192.0.2.1", 9), timeout=1),
        os.fork,
        lambda: subprocess.run(["true"]),
        lambda: os.memfd_create("x"),
        lambda: open("/usr/x", "w"),
        lambda: open("/in/labkit/x", "w"),
        lambda: open("/dev/x", "w"),
        lambda: open("/x", "w"),
        lambda: open("/tmp/big", "wb").write(bytes(2**26)),
        lambda: os.kill(2, 9),
        lambda: ctypes.CDLL(None).unshare(0x10000000),
    )]
""",
    )
    assert tried == ["OSError", *3 * ["PermissionError"], *5 * ["OSError"]] + [
        "ProcessLookupError",
        "-1",
    ]


@needs_bwrap
def test_submissions_leave_nothing_for_each_other(box):
    assert told(box, "open('/tmp/x', 'w').write('1')\ndef f(): return 1") == 1
    assert told(box, "import os\ndef f(): return os.path.exists('/tmp/x')") is False


@needs_bwrap
@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        ("def f():\n    while True: pass", "takes too long"),
        (
            "def f():\n    while True:\n        try: 1/0\n        except: pass",
            "takes too long",
        ),
        ("import time\ndef f(): time.sleep(99)", "takes too long"),
        ("import os\ndef f(): os._exit(0)", "ends the process"),
        ("import ctypes\ndef f(): ctypes.string_at(0)", "ends the process"),
        ("def f(): return bytearray(2**30)", "raises MemoryError"),
        ("def f():\n    import itertools\n    return itertools.count()", "never ends"),
        ("import numpy as np\ndef f(): return np.zeros(3_000_000)", "unreadable result"),
        ("def f(): return object()", "unreadable result"),
        ("def f(): return 'x' * 2**25", "unreadable result"),
        ("def f():\n    import sys\n    sys.exit(0)", "raises SystemExit"),
        ("def f(): raise KeyboardInterrupt", "raises KeyboardInterrupt"),
        ("g = 1", "not defined"),
        ("def f(:\n  pass", "not defined"),
    ],
)
def test_what_goes_wrong_has_a_name(box, source, mistake):
    assert told(box, source)[0] == mistake


@needs_bwrap
@pytest.mark.parametrize(
    "hostile",
    [
        "import numpy as np\nnp.asarray = np.array = np.ndarray = None",
        "import builtins\nfor n in ('len', 'isinstance', 'list', 'getattr', 'type'):\n"
        "    setattr(builtins, n, None)",
        "import labkit, sys\nlabkit.checker = None\nsys.modules['labkit'] = None",
        "import sys\nfor n in ('json', 'msgpack', 'socket'): sys.modules[n] = None",
        "import msgpack, socket\nmsgpack.packb = msgpack.unpackb = None\n"
        "socket.socket.recv = socket.socket.send = None",
        "import sys\nsys.setrecursionlimit(60)",
        "get_ipython().run_cell = None\nget_ipython().user_ns.pop('get_ipython', None)",
        "import signal\nfor n in range(1, 32):\n"
        "    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass",
        "import os\nos.kill(0, 15)\nos.kill(os.getppid(), 9)",
        "import os\nos.system('kill -9 -1')\n!kill -9 -1\n%%bash\nkill -9 -1",
        "while True: pass",
        "import os\nos._exit(3)",
        "print('x' * 10**8)",
        "import threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)],"
        " daemon=True).start()",
        "x = [0] * 10**10",
        "import os\nfor fd in range(3, 100):\n    try: os.write(fd, b'garbage' * 9)\n"
        "    except OSError: pass\nraise SystemExit",
    ],
)
def test_a_right_answer_survives_what_its_author_did(box, hostile):
    right = "import numpy\ndef f(x):\n    return [x * 2, 3, {'a': (1.5, 'b')}]"
    with Session(box, [(1, hostile), (2, right)]) as session:
        reply = RemoteAsk(session, "f")(np.ones(2))
        assert same(reply.value, [np.full(2, 2.0), 3, {"a": (1.5, "b")}])
    assert told(box, "def f(): return 1") == 1


@needs_bwrap
def test_every_process_is_gone():
    with Sandbox(here(), Limits(), modules=FEW) as sandbox:
        with Session(
            sandbox, [(1, "import threading, time\ndef f(): return 1")]
        ) as session:
            RemoteAsk(session, "f")()
            worker = psutil.Process(sandbox._process.pid)
            family = [worker, *worker.children(recursive=True)]
            assert len(family) >= 3
        assert not family[-1].is_running()
    assert psutil.wait_procs(family, timeout=5)[1] == []


@needs_bwrap
def test_a_sandbox_per_submission_where_none_fits_into_another():
    with Sandbox(here(), Limits(call=2, cell=2), modules=FEW) as sandbox:
        sandbox.mode = "once"
        assert told(sandbox, "open('/tmp/x', 'w')\ndef f(): return 1") == 1
        assert told(sandbox, "import os\ndef f(): return os.path.exists('/tmp/x')") is False
        assert told(sandbox, "def f():\n    while True: pass")[0] == "takes too long"
        assert told(sandbox, "import os\ndef f(): os.fork()")[0] == "raises PermissionError"


@needs_bwrap
def test_an_ordinary_user_has_the_same_sandbox(tmp_path):
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("this is an ordinary user already")
    python = next(
        (p for p in ("/usr/bin/python3", sys.executable) if _usable(p)),
        None,
    )
    if python is None:
        pytest.skip("no Python here that an ordinary user may run")
    script = f"""
from labkit.bubblewrap import here
from labkit.remote import RemoteAsk
from labkit.sandbox import Sandbox
from labkit.session import Session
source = "import os\\ndef f(): return os.listdir('/proc')"
with Sandbox(here(), modules={FEW!r}) as box, Session(box, [(1, source)]) as session:
    print(RemoteAsk(session, "f")().value, box.mode)
"""
    run = subprocess.run([*_as_nobody(python), "-c", script], **_quiet())
    assert run.stdout.strip() == "[] nested", run.stderr


def _as_nobody(python):
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", python]


def _quiet():
    packages = [str(LABS.parent / "src"), *map(str, here().packages)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(packages)}
    return {"capture_output": True, "text": True, "cwd": "/", "env": environment}


def _usable(python):
    probe = [*_as_nobody(python), "-c", "import numpy, msgpack, IPython"]
    return subprocess.run(probe, **_quiet()).returncode == 0


def test_without_bubblewrap_it_refuses_and_says_how(monkeypatch):
    monkeypatch.setattr("labkit.sandbox.shutil.which", lambda _: None)
    with Sandbox(here(), modules=FEW) as sandbox, pytest.raises(NoSandbox) as refusal:
        told(sandbox, "def f(): return 1")
    for word in ("apt install bubblewrap", "userns", "--unsafe-no-sandbox"):
        assert word in str(refusal.value)


def test_without_a_sandbox_on_ones_own_machine():
    with Sandbox(here(), Limits(call=1), unsafe=True, modules=FEW) as sandbox:
        assert told(sandbox, "def f(): return 1") == 1
        assert told(sandbox, "def f():\n    while True: pass")[0] == "takes too long"
        assert told(sandbox, "import os\ndef f(): os._exit(1)")[0] == "ends the process"


@pytest.mark.parametrize("unit", [b"\x90", b"\x80", b"\xd4\x02\x90"])
def test_a_small_message_does_not_make_a_million_objects(unit):
    """An empty list, an empty dict, a tuple: one to three bytes there, eighty here."""
    one = b"\xdd" + (999_000).to_bytes(4, "big") + unit * 999_000
    with pytest.raises(CodecError, match="lists"):
        Codec(limit=2**24).decode(b"\x94" + 4 * one)
