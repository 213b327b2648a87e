"""Data against their formulas, scikit-learn, and IDX files written byte by byte."""

import builtins
import gzip
import hashlib
import shutil
import struct
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets as sklearn_datasets

from descent import datasets
from descent.datasets import (
    digits,
    gaussian_linear,
    line,
    line_with_outliers,
    mnist,
    noisy_sine,
    two_moons,
)
from descent.idx import read_idx

few = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32)


def rng(seed=0):
    return np.random.default_rng(seed)


MAKERS = {
    "line": lambda g: line(g),
    "line with outliers": lambda g: line_with_outliers(g),
    "line without outliers": lambda g: line_with_outliers(g, outliers=False),
    "noisy sine": lambda g: noisy_sine(17, g),
    "gaussian linear": lambda g: gaussian_linear(17, [1.0, -2.0], 0.1, g),
    "two moons": lambda g: two_moons(17, 0.1, g),
    "digits": lambda g: digits(),
}
every_maker = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@every_maker
def test_rows_are_samples_in_float64(make):
    X, y = make(rng())
    assert X.ndim == 2 and y.shape == (len(X),)
    assert X.dtype == np.float64 and y.dtype in (np.float64, np.int64)
    assert np.isfinite(X).all()


@every_maker
def test_every_call_makes_new_arrays(make):
    first = make(rng())
    kept = first.X.copy(), first.y.copy()
    first.X[:], first.y[:] = -1, -1
    again = make(rng())
    assert all((a == b).all() for a, b in zip(again, kept, strict=True))


@pytest.mark.parametrize("make", list(MAKERS.values())[:-1], ids=list(MAKERS)[:-1])
def test_the_generator_alone_decides(make):
    a, b, other = make(rng(1)), make(rng(1)), make(rng(2))
    assert (a.X == b.X).all() and (a.y == b.y).all()
    assert not ((a.X == other.X).all() and (a.y == other.y).all())


# Lines and the sine


def test_lines_stand_on_the_grid_of_tenths_from_minus_three():
    for X, _ in (line(rng()), line_with_outliers(rng())):
        np.testing.assert_allclose(X[:, 0], np.arange(-3, 3, 0.1), atol=1e-14)
        assert X.shape == (60, 1) and X[30, 0] == 0


def test_lines_without_noise_are_lines():
    X, y = line(rng(), noise=0)
    np.testing.assert_allclose(y, -3 * X[:, 0], atol=1e-14)
    X, y = line_with_outliers(rng(), outliers=False, noise=0)
    np.testing.assert_allclose(y, -3 * X[:, 0] + 1, atol=1e-14)


def test_six_outliers_and_nothing_else_are_spoilt():
    spoilt, clean = line_with_outliers(rng(4)), line_with_outliers(rng(4), outliers=False)
    changed = np.flatnonzero(spoilt.y != clean.y).tolist()
    assert changed == [0, 50, 51, 52, 53, 54]
    assert spoilt.y[changed].tolist() == [0, 20, 20, 20, 20, 20]
    assert (spoilt.X == clean.X).all()


def residuals(name, noise):
    """What remains when the truth is taken away, over many draws."""
    g, n, w = rng(8), 6000, np.array([3.0, -1.0, 0.5])
    if name == "sine":
        X, y = noisy_sine(n, g, noise=noise)
        return y - np.sin(X[:, 0])
    if name == "linear":
        X, y = gaussian_linear(n, w, noise, g)
        return y - (3 * X[:, 0] - X[:, 1] + 0.5 * X[:, 2])
    runs = [line_with_outliers(g, outliers=False, noise=noise) for _ in range(100)]
    return np.concatenate([y - (1 - 3 * X[:, 0]) for X, y in runs])


@pytest.mark.parametrize("name", ["sine", "linear", "line"])
@pytest.mark.parametrize("noise", [0.1, 2.0])
def test_noise_is_normal_with_the_deviation_asked(name, noise):
    r = residuals(name, noise) / noise
    assert abs(r.mean()) < 5 / np.sqrt(6000)
    assert r.std() == pytest.approx(1, abs=0.05)
    assert np.mean(abs(r) < 1) == pytest.approx(0.6827, abs=0.03)
    assert abs(np.corrcoef(r[1:], r[:-1])[0, 1]) < 0.07


@pytest.mark.parametrize("name", ["sine", "linear", "line"])
def test_no_noise_leaves_the_truth(name):
    np.testing.assert_allclose(residuals(name, 0), 0, atol=1e-13)


@few
@given(st.integers(1, 50), st.floats(-10, 10), st.floats(0.01, 10), seeds)
def test_the_sine_stays_in_its_interval(n, low, width, seed):
    X, y = noisy_sine(n, rng(seed), low, low + width)
    assert X.shape == (n, 1)
    assert (low <= X).all() and (low + width >= X).all()


def test_x_of_the_sine_is_uniform_and_spans_a_period_unless_told():
    x = noisy_sine(8000, rng()).X[:, 0]
    counts, _ = np.histogram(x, bins=8, range=(-np.pi, np.pi))
    assert abs(counts - 1000).max() < 5 * 30


def test_features_are_independent_standard_normals():
    X = gaussian_linear(6000, np.zeros(3), 1.0, rng()).X
    np.testing.assert_allclose(np.cov(X.T), np.eye(3), atol=0.1)
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=0.07)


# Two moons


@few
@given(st.integers(2, 60), seeds)
def test_moons_without_noise_lie_on_two_half_circles(n, seed):
    X, y = two_moons(n, 0, rng(seed))
    upper, lower = X[y == 0], X[y == 1]
    assert len(upper) == n // 2 and len(lower) == n - n // 2
    np.testing.assert_allclose(np.hypot(*upper.T), 1, atol=1e-12)
    assert (upper[:, 1] > -1e-12).all()
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1, atol=1e-12)
    assert (lower[:, 1] < 0.5 + 1e-12).all()


@pytest.mark.parametrize("n", [2, 7, 40])
def test_moons_are_those_of_scikit_learn_in_another_order(n):
    X, y = two_moons(n, 0, rng())
    theirs, labels = sklearn_datasets.make_moons(n, shuffle=False, noise=None)
    ours = np.column_stack([X, y])
    wanted = np.column_stack([theirs, labels])
    by_rows = [np.lexsort(np.round(table, 9).T) for table in (ours, wanted)]
    np.testing.assert_allclose(ours[by_rows[0]], wanted[by_rows[1]], atol=1e-12)


def test_moons_are_shuffled_and_noise_has_the_deviation_asked():
    X, y = two_moons(4000, 0.3, rng(2))
    assert 0.45 < np.mean(y[:2000]) < 0.55
    # Noise moves points radially by 0.3 (and outward a little, by curvature).
    radius = np.hypot(*X[y == 0].T)
    assert radius.std() == pytest.approx(0.3, abs=0.03)


# Digits


def test_digits_are_those_of_scikit_learn():
    theirs = sklearn_datasets.load_digits()
    X, y = digits()
    np.testing.assert_array_equal(16 * X, theirs.data)
    np.testing.assert_array_equal(y, theirs.target)
    assert X.min() == 0 and X.max() == 1 and y.dtype == np.int64


def test_digits_need_no_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert digits().X.shape == (1797, 64)


# MNIST from IDX files

NAMES = list(datasets.MNIST_MD5)


def idx(array, kind=8):
    array = np.asarray(array, dtype=np.uint8)
    lengths = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, kind, array.ndim]) + lengths + array.tobytes()


IMAGES = {
    "train": rng(0).integers(256, size=(5, 28, 28)),
    "t10k": np.full((2, 28, 28), 255),
}
LABELS = {"train": [5, 0, 4, 1, 9], "t10k": [7, 2]}


def write_mnist(folder, pack=False):
    for part in ("train", "t10k"):
        for name, array in (
            (f"{part}-images-idx3-ubyte", IMAGES[part]),
            (f"{part}-labels-idx1-ubyte", LABELS[part]),
        ):
            content = idx(array)
            if pack:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
            else:
                (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("kind", [str, lambda p: p])
def test_mnist_is_read_plain_or_packed(tmp_path, pack, kind):
    train, test = mnist(kind(write_mnist(tmp_path, pack)))
    for got, part in ((train, "train"), (test, "t10k")):
        wanted = IMAGES[part].reshape(-1, 784) / 255
        np.testing.assert_allclose(got.X, wanted, rtol=1e-15)
        assert got.y.tolist() == LABELS[part]
        assert got.X.dtype == np.float64 and got.y.dtype == np.int64
        got.X[:], got.y[:] = 0, 0  # writable, and the file's bytes stay
    assert mnist(tmp_path)[1].y.tolist() == [7, 2]


def test_files_that_are_there_are_not_fetched_again(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    assert len(mnist(write_mnist(tmp_path), download=True)[0].y) == 5


@few
@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), seeds)
def test_idx_holds_its_array_with_the_last_axis_fastest(tmp_path_factory, shape, seed):
    array = rng(seed).integers(256, size=shape, dtype=np.uint8)
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(idx(array))
    assert (read_idx(path, ndim=len(shape)) == array).all()


def images(n=2):
    return idx(np.zeros((n, 28, 28)))


BROKEN = {
    "empty": (0, b"", "not an IDX file"),
    "text": (0, b"<html>Not found</html>", "not an IDX file, it begins with b'<htm'"),
    "pickle": (1, b"\x80\x04\x95abc", "not an IDX file"),
    "cut in the magic": (0, b"\0\0\x08", "not an IDX file"),
    "cut in the header": (0, images()[:11], "cut off in its header, after 11 bytes"),
    "cut in the pixels": (0, images()[:-1], "1568 entries, but it holds 1567"),
    "too long": (0, images() + b"\0", "1568 entries, but it holds 1569"),
    "no images": (0, images(0), "at least one entry"),
    "labels cut": (1, idx([1, 2, 3])[:-2], "3 entries, but it holds 1"),
    "huge header": (0, b"\0\0\x08\x03" + b"\xff" * 12, "but it holds 0"),
    "lengths beyond 32 bits": (
        0,
        b"\0\0\x08\x03" + struct.pack(">3I", 2**31 + 1, 2, 1) + b"ab",
        "4294967298 entries, but it holds 2",
    ),
    "floats": (0, b"\0\0\x0d\x03" + images()[4:], "got type 0x0d with 3 axes"),
    "labels for images": (0, idx([1, 2]), "with 3 axes, got type 0x08 with 1 axes"),
    "images for labels": (1, images(), "with 1 axes, got type 0x08 with 3 axes"),
    "gzip cut": (0, gzip.compress(images())[:-9], "damaged gzip file"),
    "gzip flipped": (0, gzip.compress(images())[:10] + b"\xff" * 20, "damaged gzip file"),
    "gzip checksum": (0, gzip.compress(images())[:-8] + b"\0" * 8, "damaged gzip file"),
    "other size": (0, idx(np.zeros((5, 8, 8))), r"28 x 28, got \(5, 8, 8\)"),
    "more images than labels": (0, images(6), "6 images, .* 5 labels"),
    "label 10": (1, idx([5, 0, 10, 1, 9]), "labels from 0 to 9, got 10"),
}


@pytest.mark.parametrize("which, content, words", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_and_so_is_what_is_wrong(tmp_path, which, content, words):
    write_mnist(tmp_path)
    name = NAMES[which]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=words) as caught:
        mnist(tmp_path)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named_with_what_to_do(tmp_path, name):
    write_mnist(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(FileNotFoundError) as caught:
        mnist(tmp_path)
    message = str(caught.value)
    for words in (name, str(tmp_path), "download=True", datasets.MNIST_MIRROR):
        assert words in message


def test_without_a_folder_the_home_folder_is_searched(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="mnist"):
        mnist()
    folder = tmp_path / ".cache" / "descent" / "mnist"
    folder.mkdir(parents=True)
    write_mnist(folder)
    assert len(mnist()[0].y) == 5


# Downloads, without a network


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A pooch whose downloads come from a folder; its checksums are its own."""
    pooch = pytest.importorskip("pooch")
    source = tmp_path / "mirror"
    source.mkdir()
    write_mnist(source, pack=True)
    for name in NAMES:
        digest = hashlib.md5((source / f"{name}.gz").read_bytes()).hexdigest()
        monkeypatch.setitem(datasets.MNIST_MD5, name, digest)
    asked = []

    def copy(url, output_file, pooch):
        asked.append(url)
        shutil.copy(source / url.rsplit("/", 1)[1], output_file)

    monkeypatch.setattr(pooch.core, "choose_downloader", lambda *a, **k: copy)
    return source, asked


def test_a_download_fetches_the_four_files_once(tmp_path, mirror):
    folder = tmp_path / "here" / "and" / "now"
    train, test = mnist(folder, download=True)
    assert train.y.tolist() == LABELS["train"] and test.y.tolist() == LABELS["t10k"]
    assert mirror[1] == [f"{datasets.MNIST_MIRROR}{name}.gz" for name in NAMES]
    mnist(folder, download=True)
    mnist(folder)
    assert len(mirror[1]) == 4


@pytest.mark.parametrize("name", NAMES)
def test_a_download_that_does_not_match_its_checksum_is_refused(tmp_path, mirror, name):
    (mirror[0] / f"{name}.gz").write_bytes(gzip.compress(idx([1])))
    with pytest.raises(ConnectionError, match="hash") as caught:
        mnist(tmp_path / "here", download=True)
    assert name in str(caught.value)
    assert not (tmp_path / "here" / f"{name}.gz").exists()


@pytest.mark.parametrize("error", [ConnectionError, OSError, TimeoutError])
def test_without_a_network_the_message_says_what_to_do(tmp_path, monkeypatch, error):
    pooch = pytest.importorskip("pooch")

    def fail(*args, **kwargs):
        raise error("Name or service not known")

    monkeypatch.setattr(pooch, "retrieve", fail)
    with pytest.raises(ConnectionError) as caught:
        mnist(tmp_path, download=True)
    message = str(caught.value)
    for words in (
        NAMES[0],
        "Name or service",
        "network",
        str(tmp_path),
        datasets.MNIST_MIRROR,
    ):
        assert words in message


def test_without_pooch_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    def no_pooch(name, *args, **kwargs):
        if name.split(".")[0] == "pooch":
            raise ModuleNotFoundError("No module named 'pooch'")
        return real(name, *args, **kwargs)

    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", no_pooch)
    monkeypatch.delitem(sys.modules, "pooch", raising=False)
    with pytest.raises(ModuleNotFoundError, match="pip install pooch") as caught:
        mnist(tmp_path, download=True)
    assert str(tmp_path) in str(caught.value)


def test_checksums_are_those_published():
    # As torchvision.datasets.MNIST.resources lists them.
    assert list(datasets.MNIST_MD5.values()) == [
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c",
    ]


# Bad input

BAD = {
    "line seed": (TypeError, "rng must be a numpy", lambda: line(0)),
    "line noise": (ValueError, "noise must", lambda: line(rng(), noise=-0.1)),
    "outliers seed": (TypeError, "rng must be a numpy", lambda: line_with_outliers(60)),
    "download yes": (
        TypeError,
        "download must be True or False, got 'yes'",
        lambda: mnist("here", download="yes"),
    ),
    "outliers count": (
        TypeError,
        "outliers",
        lambda: line_with_outliers(rng(), outliers=6),
    ),
    "outliers noise": (
        ValueError,
        "noise",
        lambda: line_with_outliers(rng(), noise=np.nan),
    ),
    "sine n": (ValueError, "n must", lambda: noisy_sine(0, rng())),
    "sine n fraction": (TypeError, "n must", lambda: noisy_sine(2.5, rng())),
    "sine seed": (TypeError, "rng", lambda: noisy_sine(5, 1)),
    "sine empty interval": (
        ValueError,
        "high must",
        lambda: noisy_sine(5, rng(), 1.0, 1.0),
    ),
    "sine infinite": (ValueError, "low must", lambda: noisy_sine(5, rng(), -np.inf, 1.0)),
    "sine noise": (TypeError, "noise must", lambda: noisy_sine(5, rng(), 0, 1, "much")),
    "sine noise negative": (ValueError, "noise", lambda: noisy_sine(5, rng(), 0, 1, -1)),
    "linear n": (ValueError, "n must", lambda: gaussian_linear(0, [1.0], 0.1, rng())),
    "linear column": (
        ValueError,
        "w_true",
        lambda: gaussian_linear(5, [[1.0]], 0.1, rng()),
    ),
    "linear number": (ValueError, "w_true", lambda: gaussian_linear(5, 1.0, 0.1, rng())),
    "linear nothing": (ValueError, "w_true", lambda: gaussian_linear(5, [], 0.1, rng())),
    "linear NaN": (ValueError, "w_true", lambda: gaussian_linear(5, [np.nan], 0.1, rng())),
    "linear noise": (ValueError, "noise", lambda: gaussian_linear(5, [1.0], -1, rng())),
    "linear seed": (TypeError, "rng", lambda: gaussian_linear(5, [1.0], 0.1, None)),
    "one moon": (ValueError, "n must", lambda: two_moons(1, 0.1, rng())),
    "moons noise": (ValueError, "noise", lambda: two_moons(9, -0.1, rng())),
    "moons seed": (TypeError, "rng", lambda: two_moons(9, 0.1, 0)),
}


@pytest.mark.parametrize("error, words, call", BAD.values(), ids=BAD)
def test_bad_input_is_refused_and_named(error, words, call):
    with pytest.raises(error, match=words):
        call()


def test_w_true_is_left_alone():
    w = np.array([1.0, 2.0])
    gaussian_linear(5, w, 0.1, rng())
    assert w.tolist() == [1, 2]
