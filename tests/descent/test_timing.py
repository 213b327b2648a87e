"""Timing, held to a clock that the tests turn: never to the machine's."""

import datetime
import gc
import json
import platform
from importlib import resources

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from descent import tape, timing
from descent.timing import Timing, TimingRecord, compare, faster, load_record, time_call


class Clock:
    """A clock that stands still, but for the work that advances it."""

    def __init__(self, resolution=0.0):
        self.now, self.readings, self.resolution = 100.0, 0, resolution

    def __call__(self):
        self.readings += 1
        if self.resolution:
            return self.now // self.resolution * self.resolution
        return self.now

    def work(self, seconds, result=1.0, log=None, name=""):
        """A function that takes so long (``seconds``: a number, or one for each call)."""
        durations = iter(seconds) if np.ndim(seconds) else None

        def f():
            self.now += next(durations) if durations else seconds
            if log is not None:
                log.append(name)
            return result

        return f


@pytest.fixture
def clock():
    return Clock()


# --- measuring -----------------------------------------------------------------------


def test_every_repeat_is_kept_and_warm_up_is_not_counted(clock):
    f = clock.work([50.0, 9.0, 2.0, 3.0, 1.0])
    timed = time_call(f, repeats=3, warmup=2, calls=1, clock=clock)
    assert timed.seconds.tolist() == pytest.approx([2, 3, 1])
    assert (timed.best, timed.median) == pytest.approx((1, 2))


def test_arguments_are_passed_and_the_result_is_kept(clock):
    timed = time_call(lambda a, b: (clock.work(1.0)(), a - b)[1], 7, 5, clock=clock)
    assert timed.result == 2


@pytest.mark.parametrize("seconds", [1e-7, 1e-6, 1e-4, 0.004, 0.01, 0.5])
def test_a_fast_call_is_repeated_until_a_reading_lasts_ten_milliseconds(clock, seconds):
    timed = time_call(clock.work(seconds), clock=clock)
    assert timed.seconds == pytest.approx(seconds)
    assert timed.calls * seconds >= 0.01 * (1 - 1e-9)
    assert timed.calls <= max(1, np.ceil(1.2 * 0.01 / seconds))


def test_a_coarse_clock_is_overcome_by_more_calls():
    clock = Clock(resolution=1e-3)
    timed = time_call(clock.work(3e-6), clock=clock)
    assert timed.seconds == pytest.approx(3e-6, rel=0.11)


def test_a_clock_that_resolves_nothing_is_refused(clock, monkeypatch):
    with pytest.raises(ValueError, match="can't resolve it, give more calls"):
        time_call(clock.work(0.0), calls=1, clock=clock)
    monkeypatch.setattr(timing, "_MOST_CALLS", 100)
    with pytest.raises(ValueError, match="100 calls"):
        time_call(clock.work(0.0), clock=clock)


def test_contenders_take_turns_so_that_a_disturbance_hits_all_alike(clock):
    log = []
    contenders = {n: clock.work(1.0, log=log, name=n) for n in "ABC"}
    compare(contenders, repeats=4, warmup=1, calls=1, clock=clock)
    assert "".join(log) == "ABC" + "ABC" + "CBA" + "ABC" + "CBA"


def test_each_contender_gets_calls_of_its_own(clock):
    both = compare({"slow": clock.work(1.0), "fast": clock.work(1e-3)}, clock=clock)
    assert both["slow"].calls == 1
    assert both["fast"].calls >= 10
    assert both["fast"].seconds == pytest.approx(1e-3)


def test_the_garbage_collector_rests_while_the_clock_runs_and_only_then(clock):
    def f():
        clock.now += 1.0
        seen.append(gc.isenabled())

    seen = []
    time_call(f, repeats=2, warmup=1, calls=1, clock=clock)
    assert seen == [True, False, False]
    assert gc.isenabled()

    def broken():
        if clock.readings:
            raise RuntimeError
        return 1.0

    with pytest.raises(RuntimeError):
        time_call(broken, clock=clock)
    assert gc.isenabled()


def test_a_disabled_garbage_collector_stays_so(clock):
    gc.disable()
    try:
        time_call(clock.work(1.0), clock=clock)
        assert not gc.isenabled()
    finally:
        gc.enable()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=20))
def test_the_spread_is_that_of_the_repeats(seconds):
    timed = Timing(np.array(seconds))
    low, high = timed.quartiles
    assert timed.best == min(seconds)
    assert timed.median == pytest.approx(np.percentile(seconds, 50))
    assert (low, high) == pytest.approx(np.percentile(seconds, [25, 75]))
    assert timed.best <= low * (1 + 1e-12) and low <= high


# --- the same question ---------------------------------------------------------------

DIFFERENT = [
    (1.0, 1.0 + 1e-8, r"1\.00000001 and 1\.0"),
    (1.0, -1.0, "-1.0 and 1.0"),
    (1.0, float("nan"), "nan and 1.0"),
    (float("nan"), float("nan"), "nan and nan"),
    (np.ones(3), np.array([1.0, 1.0, 2.0]), r"2\.0 and 1\.0 \[2\]"),
    (np.ones(3), np.ones((3, 1)), r"shapes \(3, 1\) and \(3,\)"),
    (np.ones(3), 1.0, r"shapes \(\) and \(3,\)"),
    ({"w": 1.0}, {"v": 1.0}, r"one returns \['v'\], the other \['w'\]"),
    ([1.0, 2.0], [1.0], "one returns"),
    ({"w": [1.0, 2.0]}, {"w": [1.0, 3.0]}, r"3\.0 and 2\.0 at w/1"),
    (np.uint8(5), np.uint8(6), "6 and 5"),
    (True, False, "False and True"),
    (1 + 1j, 1 - 1j, "1-1j"),
]


@pytest.mark.parametrize(("a", "b", "words"), DIFFERENT)
def test_what_differs_is_not_timed(clock, a, b, words):
    contenders = {"A": clock.work(1.0, a), "B": clock.work(1.0, b)}
    with pytest.raises(ValueError, match=words) as caught:
        compare(contenders, clock=clock)
    assert "'B' and 'A' don't compute the same, so they were not timed" in str(caught.value)
    assert clock.readings == 0


ALIKE = [
    (1.0, 1.0 + 1e-12),
    (1.0, np.array(1)),
    (float("inf"), float("inf")),
    (np.ones(3), [1, 1, 1]),
    (np.ones((2, 2)), torch.ones(2, 2, dtype=torch.float64, requires_grad=True)),
    (np.ones(2), tape.Tensor(np.ones(2), requires_grad=True)),
    ({"w": [1.0, np.zeros(2)]}, {"w": [1.0, torch.zeros(2)]}),
]


@pytest.mark.parametrize(("a", "b"), [pair for pair in ALIKE if np.ndim(pair[0]) < 1])
def test_what_agrees_is_timed_in_whatever_library_it_was_computed(clock, a, b):
    contenders = {"A": clock.work(1.0, a), "B": clock.work(2.0, b)}
    both = compare(contenders, clock=clock)
    assert list(both) == ["A", "B"]
    assert both["A"].result is a


def test_arrays_and_tensors_agree_where_their_numbers_do(clock):
    tensors = [
        np.ones(2),
        torch.ones(2, dtype=torch.float64, requires_grad=True),
        tape.Tensor(np.ones(2), requires_grad=True),
    ]
    assert compare({str(i): clock.work(1.0, t) for i, t in enumerate(tensors)}, clock=clock)


def test_the_tolerance_is_the_caller_s(clock):
    contenders = {"A": clock.work(1.0, 1.0), "B": clock.work(1.0, 1.001)}
    assert compare(contenders, rtol=1e-2, clock=clock)
    assert compare(contenders, rtol=0, atol=0.01, clock=clock)
    with pytest.raises(ValueError, match="not timed"):
        compare(contenders, rtol=1e-4, clock=clock)


def test_the_third_contender_is_checked_too(clock):
    contenders = {n: clock.work(1.0, r) for n, r in (("A", 1.0), ("B", 1.0), ("C", 2.0))}
    with pytest.raises(ValueError, match="'C' and 'A'"):
        compare(contenders, clock=clock)


# --- orderings -----------------------------------------------------------------------


def test_an_ordering_is_asserted_by_the_best_repeats_and_with_a_margin():
    quick, slow = Timing(np.array([1.0, 90.0])), Timing(np.array([5.0, 6.0]))
    assert faster(quick, slow)
    assert faster(quick, slow, by=4.9)
    assert not faster(quick, slow, by=5)
    assert not faster(slow, quick)
    assert not faster(quick, quick)


# --- records -------------------------------------------------------------------------

TIMINGS = {
    "reverse @ 10": Timing(np.array([1.0, 2.0, 4.0]), 3),
    "forward @ 100": Timing(np.array([300.0, 200.0, 600.0])),
    "forward twice @ 50": Timing(np.array([1.0])),
    "forward @ 10": Timing(np.array([20.123456789, 30.0, 70.0])),
}


def test_a_record_says_when_on_what_and_with_what():
    record = TimingRecord.today("modes", TIMINGS, about="Both modes.")
    assert record.date == datetime.date.today().isoformat()
    assert record.machine["cores"] >= 1
    assert record.machine["cpu"]
    assert record.versions["python"] == platform.python_version()
    assert record.versions["numpy"] == np.__version__


def test_a_record_says_which_pytorch_was_there():
    record = TimingRecord.today("modes", TIMINGS, about="Both modes.")
    assert record.versions.get("torch") == torch.__version__


def test_a_record_is_loaded_as_it_was_saved(tmp_path):
    record = TimingRecord.today("modes", TIMINGS, about="Both modes.")
    path = record.save(tmp_path)
    loaded = load_record("modes", tmp_path)
    assert path == tmp_path / "modes.json"
    assert list(loaded.timings) == list(TIMINGS)  # the order of a figure's rows
    for name, timed in TIMINGS.items():
        assert loaded[name].seconds == pytest.approx(timed.seconds, rel=5e-5)
        assert loaded[name].calls == timed.calls
    assert (loaded.about, loaded.date) == (record.about, record.date)
    assert (loaded.machine, loaded.versions) == (record.machine, record.versions)
    first = path.read_text()
    loaded.save(tmp_path)
    assert path.read_text() == first  # nothing lost twice
    assert "20.123," in first and first.endswith("}\n")


def test_ratios_and_series_are_of_the_medians():
    record = TimingRecord.today("modes", TIMINGS, about="")
    assert record.ratio("forward @ 10", "reverse @ 10") == 15
    sizes, medians = record.series("forward")
    assert sizes.tolist() == [10, 100]
    assert medians.tolist() == [30, 300]
    with pytest.raises(KeyError, match=r"'both' @ … in this record: \['reverse"):
        record.series("both")
    with pytest.raises(KeyError, match="'sideways' is not in this record"):
        record["sideways"]


def test_every_record_of_the_course_loads():
    folder = resources.files("descent") / "data" / "timings"
    names = [f.name for f in folder.iterdir()] if folder.is_dir() else []
    for name in names:
        record = load_record(name.removesuffix(".json"))
        assert record.name + ".json" == name
        assert record.about
        assert all(len(t.seconds) >= 5 for t in record.timings.values())


def test_a_missing_record_is_named_with_those_there_are(tmp_path):
    TimingRecord.today("modes", TIMINGS, about="").save(tmp_path)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(FileNotFoundError, match=r"'nodes'; there are \['modes'\].*make"):
        load_record("nodes", tmp_path)
    with pytest.raises(FileNotFoundError, match="make timings"):
        load_record("never_measured")


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        '{"timings": {"a": {"seconds": [-1], "calls": 1}}}',
        '{"timings": {"a": {"seconds": [1]}}}',
    ],
)
def test_a_broken_record_is_named(tmp_path, content):
    (tmp_path / "modes.json").write_text(content)
    with pytest.raises(ValueError, match=r"modes\.json is not a timing record"):
        load_record("modes", tmp_path)


def test_a_record_with_a_false_date_is_refused(tmp_path):
    path = TimingRecord.today("modes", TIMINGS, about="").save(tmp_path)
    content = json.loads(path.read_text()) | {"date": "yesterday"}
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="yesterday"):
        load_record("modes", tmp_path)


# --- bad input -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: time_call(3), TypeError, None),
        (lambda: time_call(int, repeats=0), ValueError, "repeats must be at least 1"),
        (lambda: time_call(int, warmup=-1), ValueError, "warmup must be at least 0"),
        (lambda: time_call(int, calls=0), ValueError, "calls must be at least 1"),
        (lambda: compare({}), ValueError, "contenders must hold at least one"),
        (lambda: compare([int]), ValueError, "contenders must hold at least one"),
        (lambda: compare({"a": 3}), TypeError, r"contenders\['a'\] must be callable"),
        (lambda: compare({"a": str, "b": str}), TypeError, "result of 'a' must be numbers"),
        (lambda: compare({"a": int}, rtol=-1), ValueError, "rtol must be finite, at least"),
        (lambda: compare({"a": int}, atol=-1), ValueError, "atol must be finite, at least"),
        (lambda: Timing(np.array([0.0])), ValueError, "seconds must be above 0"),
        (lambda: Timing(np.array([])), ValueError, "seconds must not be empty"),
        (lambda: Timing(np.ones((2, 2))), ValueError, "seconds must have 1 axes"),
        (lambda: Timing(np.ones(2), 0), ValueError, "calls must be at least 1"),
        (lambda: faster(1.0, Timing(np.ones(1))), TypeError, "a must be a Timing"),
        (lambda: faster(Timing(np.ones(1)), 2.0), TypeError, "b must be a Timing"),
        (
            lambda: faster(Timing(np.ones(1)), Timing(np.ones(1)), by=0.5),
            ValueError,
            "by must be finite, at least 1",
        ),
        (
            lambda: TimingRecord.today("A b", TIMINGS, about=""),
            ValueError,
            "name must be lower-case",
        ),
        (lambda: TimingRecord.today("a", {}, about=""), ValueError, "at least one"),
        (lambda: TimingRecord.today("a", {"x": 1.0}, about=""), TypeError, "be a Timing"),
        (lambda: load_record("../secret"), ValueError, "name must be the name of a record"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_seconds_are_a_copy_that_cannot_be_changed():
    mine = np.array([1.0, 2.0])
    timed = Timing(mine)
    mine[0] = 9.0
    assert timed.seconds.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        timed.seconds[0] = 9.0
