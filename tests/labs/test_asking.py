"""What a check learns from an answer, and what a learner is told."""

import collections
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from labkit import (
    Lab,
    Rng,
    Stream,
    Tensor,
    TorchModule,
    TorchSGD,
    Verdict,
    Wrong,
    checker,
    compare,
    judge,
    unchanged,
)
from labkit.arguments import Handle
from labkit.ask import LocalAsk
from labkit.plain import Endless, Unplain, plain
from labkit.proofs import defined
from labkit.showing import as_html, as_text
from labkit.verdicts import Trouble, matches


def ask(source, name="f"):
    return LocalAsk(name, defined(name, source))


def wrong(call, *args, **kwargs):
    with pytest.raises(Wrong) as stop:
        call(*args, **kwargs)
    return stop.value


# ------------------------------------------------------------------ plain data

Pair = collections.namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.float32(0.5), 0.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (Fraction(1, 4), 0.25),
        (torch.tensor([1.0, 2.0], requires_grad=True), np.array([1, 2], "float32")),
        (torch.tensor(2, dtype=torch.bfloat16), np.array(2, "float32")),
        (np.ma.masked_array([1.0, 2.0], [0, 0]), np.array([1.0, 2.0])),
        (np.array([1, 2.5], dtype=object), np.array([1, 2.5])),
        (np.array([[1], [1, 2]], dtype=object), [[1], [1, 2]]),
        (range(3), [0, 1, 2]),
        ((i for i in "ab"), ["a", "b"]),
        (Pair(1, [2]), (1, [2])),
        (collections.OrderedDict(x=np.float64(1)), {"x": 1.0}),
        ({1: 2}.items(), [(1, 2)]),
        (1j, np.array(1j)),
    ],
)
def test_what_becomes_plain(value, wanted):
    made = plain(value)
    assert type(made) is type(wanted)
    assert matches(made, wanted, 0, 0)
    if isinstance(wanted, np.ndarray):
        assert made.dtype == wanted.dtype


def test_a_reused_buffer_is_copied_item_by_item():
    def batches():
        buffer = np.zeros(2)
        for i in range(3):
            buffer[:] = i
            yield buffer, buffer

    got = plain(batches())
    assert [a.tolist() for a, _ in got] == [[0, 0], [1, 1], [2, 2]]
    assert got[0][0] is not got[0][1]


def test_what_never_ends_or_is_no_data_is_refused():
    def forever():
        while True:
            yield 1

    cycle = []
    cycle.append(cycle)
    with pytest.raises(Endless):
        plain(forever(), limit=50)
    for value in (object(), print, cycle, np.array(["2020"], "M8[D]"), float):
        with pytest.raises(Unplain):
            plain(value)
        assert "<" in str(plain(value, strict=False))


# ------------------------------------------------------------------ asking


def test_the_arguments_are_copies_and_come_back_as_they_are_then():
    x, row, table = np.arange(3.0), [1, [2]], {"w": np.ones(2)}
    reply = ask(
        """
        def f(x, row, table):
            x[0] = 9
            row[1].append(3)
            table["w"] *= 2
            table["new"] = object()
        """.replace("\n        ", "\n")
    )(x, row, table)
    assert x[0] == 0 and row == [1, [2]] and table["w"].tolist() == [1, 1]
    assert reply.args[0].tolist() == [9, 1, 2] and reply.args[1] == [1, [2, 3]]
    assert reply.args[2]["w"].tolist() == [2, 2]
    assert reply.args[2]["new"] == "<object>"
    assert reply.value is None and reply.type == "NoneType"
    assert wrong(unchanged, reply, 0, x, name="x").mistake == "changes its input"


def test_calls_are_recorded_in_order_and_answers_are_copies():
    source = """
def f(g, x, clock):
    a = g(x)
    x += 1
    t = clock()
    b = g(x)
    a *= 0
    return a + b + t
"""
    held = np.array([5.0])
    reply = ask(source)(lambda x: held, np.array([1.0]), clock=lambda: 2)
    assert [name for name, _, _ in reply.calls] == [0, "clock", 0]
    assert [args[0].tolist() for name, args, _ in reply.calls if name == 0] == [[1], [2]]
    assert held.tolist() == [5] and reply.value.tolist() == [7]


def test_a_number_that_a_callable_returns_works_as_one_of_numpys():
    source = (
        "def f(g):\n    return g(1.0).item() + float(g(2.0)) + g(1.0).shape[0:].__len__()"
    )
    assert ask(source)(lambda x: x + 0.5).value == 4.0


def test_what_a_check_says_inside_a_callable_stands_though_it_is_caught():
    def g(x):
        raise Wrong("calls g", "g must not be called")

    source = "def f(g):\n    try:\n        g(1)\n    except Exception:\n        return 3"
    assert wrong(ask(source), g).mistake == "calls g"


def test_special_arguments():
    reply = ask("def f(r, s):\n    return r.random(), next(s)")(Rng(3), Stream([7, 8]))
    assert reply.value == (np.random.default_rng(3).random(), 7)
    assert reply.args == [("rng", True), ("stream", 1)]
    assert ask("def f(r): pass")(Rng(3)).args == [("rng", False)]
    assert ask("def f(r): r.spawn(1)")(Rng(3)).args == [("rng", True)]
    assert ask("def f(s): return [a for a in s] + [a for a in s]")(Stream("ab")).value == [
        "a",
        "b",
    ]


def test_a_torch_module_and_its_optimizer():
    W, b, V, c = np.ones((2, 3)), np.zeros(3), np.full((3, 1), 2.0), np.array([0.5])
    source = """
def f(opt, model, x):
    loss = model(x).sum()
    loss.backward()
    opt.step()
    return loss
"""
    x = np.array([[1.0, -3.0], [2.0, 1.0]])
    model = TorchModule([(W, b), (V, c)], "relu", dtype="float64")
    reply = ask(source)(TorchSGD(0.1), model, Tensor(x, "float64"))
    hidden = np.maximum(x @ W + b, 0)
    assert math.isclose(reply.value, (hidden @ V + c).sum())
    (_, _), (V2, c2) = reply.args[1]
    np.testing.assert_allclose(V2, V - 0.1 * hidden.sum(0)[:, None])
    np.testing.assert_allclose(c2, c - 0.1 * 2)
    assert reply.type == "torch.Tensor"


def test_objects_that_stay():
    talk = ask("def f(p, s):\n    s['n'] = s.get('n', 0) + 1\n    p[0] -= 1")
    p, s = talk.keep([np.zeros(2)]), talk.keep({})
    talk(p, s)
    talk.write(p, [np.array([5.0, 6.0])])
    talk(p, s)
    assert talk.read(p)[0].tolist() == [4, 5] and talk.read(s) == {"n": 2}


def test_a_class_is_driven_by_operations():
    source = """
class Value:
    def __init__(self, data):
        self.data = data
    def __add__(self, other):
        return Value(self.data + getattr(other, "data", other))
    __radd__ = __add__
    def tanh(self):
        return Value(self.data / 2)
    def tell(self, more):
        return self.data + more
"""
    talk = ask(source, "Value")
    a = talk.op("add", 1.0, talk.op("add", talk.new(2.0), talk.new(3.0)))
    assert talk.attr(talk.method(a, "tanh"), "data") == 3.0
    assert talk.do(a, "tell", 1) == 7.0
    assert wrong(talk.method, a, "sin").mistake == "raises AttributeError"
    b, c = talk.steps([("new", [1.5]), ("add", [4, Handle(-1)])])
    (d,) = talk.steps([("method", [c, "tanh"])])
    assert [talk.attr(x, "data") for x in (b, c, d)] == [1.5, 5.5, 2.75]
    assert wrong(talk.steps, [("new", [])]).mistake == "raises TypeError"


@pytest.mark.parametrize(
    ("source", "mistake", "said"),
    [
        ("def f(x):\n    y = 1\n    return y / 0", "raises ZeroDivisionError", "line 3"),
        ("def f(x): raise NotImplementedError('a sum')", "not written", "a sum"),
        ("g = 1", "not defined", "no f"),
        ("f = 3", "raises TypeError", "not callable"),
        ("def f(x): return object()", "unreadable result", "object"),
        ("def f(x):\n    while True: yield 1", "never ends", "ever stop"),
        ("def f(x):\n    yield 1\n    x.nothing()", "raises AttributeError", "x.nothing()"),
        ("def f(x): return f(x)", "raises RecursionError", "line 1"),
        ("def f(x): raise SystemExit(0)", "raises SystemExit", "line 1"),
        ("import json\ndef f(x): json.loads('{')", "raises JSONDecodeError", "json.loads"),
    ],
)
def test_an_answer_that_stops_is_told_by_its_own_line(source, mistake, said):
    found = wrong(ask(source), np.ones(2))
    assert found.mistake == mistake and said in found.message
    assert "labkit" not in found.message


# ------------------------------------------------------------------ comparing


@pytest.mark.parametrize(
    ("got", "wanted", "mistake"),
    [
        (1.0 + 1e-8, 1.0, None),
        (np.array(1.0), 1.0, None),
        (1, 1.0, None),
        ([np.ones(2), np.ones(2)], np.ones((2, 2)), None),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf]), None),
        ([1.0, 2.0], (1.0, 2.0), None),
        ({"a": [1.0]}, {"a": np.ones(1)}, None),
        (1.0 + 1e-5, 1.0, "wrong value"),
        (np.ones(1), 1.0, "wrong shape"),
        (1.0, np.ones(1), "wrong shape"),
        ([[1.0], [1.0, 2.0]], np.ones((2, 2)), "wrong type"),
        ("1", 1.0, "wrong type"),
        (np.array([np.nan, 1.0]), np.ones(2), "not finite"),
        (np.array([-np.inf]), np.array([np.inf]), "wrong value"),
        (None, 1.0, "returns nothing"),
        ((1.0, 2.0, 3.0), (1.0, 2.0), "wrong shape"),
        ({"a": 1.0}, {"a": 1.0, "b": 1.0}, "wrong keys"),
        (np.arange(3), {"a": 1.0}, "wrong type"),
        (2.0, 1.0, "doubled"),
        (3.0, 1.0, "wrong value"),
    ],
)
def test_the_comparison_names_what_differs(got, wanted, mistake):
    known = {"doubled": (2.0, "It is twice too large.")}
    if mistake is None:
        compare(got, wanted, given={}, mistakes=known)
    else:
        found = wrong(compare, got, wanted, given={"x": 1}, mistakes=known)
        assert found.mistake == mistake and found.given == {"x": 1}


def test_a_mistake_that_changes_nothing_here_is_no_mistake():
    compare(1.0, 1.0, given={}, mistakes={"same": (1.0, "never said")})


# ------------------------------------------------------------------ judging


def small_lab():
    lab = Lab("small", title="A small lab")

    @lab.question("f", points=3, signature="f(x)")
    def f(ask, rng):
        """Twice x."""
        x = float(rng.integers(1, 100))
        compare(ask(x).value, 2 * x, given={"x": x})

    @lab.hidden("f")
    def more(ask, rng):
        compare(ask(-1.0).value, -2.0, given={"x": -1.0})

    return lab


def test_verdicts():
    question = small_lab().questions["f"]

    def told(source):
        return judge(question, ask(source), [1, 2])

    passed = told("def f(x): return 2 * x")
    assert passed and passed.status == "passed" and passed.points == 3
    late = told("def f(x): return abs(2 * x)")
    assert (late.status, late.points, late.hidden) == ("wrong", 0, True)
    assert told("def f(x): raise NotImplementedError").status == "not written"
    assert told("g = 2").status == "not defined"
    assert not told("def f(x): return 3 * x").hidden


def test_what_made_an_answer_raise_is_shown_by_name():
    lab = Lab("small", title="A small lab")

    @lab.question("f", points=3, signature="f(g, x, h=1e-5, *, clock=time.time)")
    def f(ask, rng):
        """Anything."""
        ask.limit = 5
        ask(abs, 1, clock=abs)
        ask(abs, np.array([2.0, 3.0]), 0.5, clock=abs)

    source = "def f(g, x, h=0, clock=0):\n    if h: raise KeyError"
    told = judge(lab.questions["f"], ask(source), [1])
    assert told.mistake == "raises KeyError"
    assert told.given.keys() == {"x", "h"} and told.given["x"].tolist() == [2, 3]
    said = judge(lab.questions["f"], ask("pass"), [1])
    assert said.status == "not defined" and not said.given


@pytest.mark.parametrize("error", [Trouble("no memory"), IndexError("of the check")])
def test_trouble_that_is_not_the_answers_costs_no_mark(error):
    lab = Lab("small", title="A small lab")

    @lab.question("f", points=3, signature="f(x)")
    def f(ask, rng):
        """Anything."""
        raise error

    assert judge(lab.questions["f"], None, [1]).status == "failed"


def test_a_lab_refuses_what_makes_no_sense():
    lab = small_lab()
    for make, message in [
        (lambda: lab.words("f", points=1, prompt="?", rubric="!"), "two questions"),
        (lambda: lab.words("w", points=0, prompt="?", rubric="!"), "positive"),
        (lambda: lab.hidden("g"), "no coding question"),
        (
            lambda: lab.question("h", points=1, signature="h()")(lambda ask, rng: None),
            "docstring",
        ),
    ]:
        with pytest.raises(ValueError, match=message):
            make()


# ------------------------------------------------------------------ in the notebook


def test_the_verdict_is_shown_as_text_and_as_harmless_html():
    verdict = Verdict(
        "f",
        "wrong",
        mistake="doubled",
        message="<script>alert(1)</script>",
        given={"x": np.arange(3.0)},
        got=2.0,
        wanted=np.ones((2, 2)),
    )
    text, page = as_text(verdict), as_html(verdict)
    for words in ("f: doubled", "x: [0. 1. 2.]", "what came: 2", "what was wanted:"):
        assert words in text
    assert "<script" not in page and "&lt;script" in page


def test_the_checker_prints_and_can_be_asked(capsys):
    check = checker("gradient_descent")
    assert not check("rates", None)
    assert not check("rates", lambda H: 1 / 0)
    assert not check("rates", lambda H: (1.0, 2 / np.linalg.eigvalsh(H)[-1]))
    said = capsys.readouterr().out
    assert "rates: not defined" in said and "raises ZeroDivisionError" in said
    assert "what came: (1, 0.4)\n" in said
    assert "what was wanted: (0.307692308, 0.4)\n" in said  # 2/(5 + 1.5) and 2/5
    assert "Traceback" not in said
    with pytest.raises(ValueError, match="no question 'rate'"):
        check("rate", None)
    with pytest.raises(FileNotFoundError, match="no lab 'nothing'"):
        checker("nothing")
