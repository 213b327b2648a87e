"""Data to learn from: real handwritten digits, and made-up data (``synthetic``).

Rows are samples: ``X`` is ``(n, d)`` in float64; ``y`` is ``(n,)``, in float64 where it
is a number to predict and in int64 where it is a class. Every call makes new arrays.
"""

from importlib.resources import files
from pathlib import Path

import numpy as np

from descent.idx import read_idx
from descent.synthetic import (
    Dataset,
    gaussian_linear,
    line,
    line_with_outliers,
    noisy_sine,
    two_moons,
)
from descent.validation import as_flag

__all__ = [
    "Dataset",
    "digits",
    "gaussian_linear",
    "line",
    "line_with_outliers",
    "mnist",
    "noisy_sine",
    "two_moons",
]


def digits() -> Dataset:
    """1,797 handwritten digits of 8 × 8 pixels, in the order of scikit-learn.

    The test part of the UCI set: its pixels count, from 0 to 16, the ink in blocks of
    4 × 4. Here they are divided by 16. The file is part of the package: no network.

    Returns
    -------
    Dataset
        ``X (1797, 64)`` from 0 to 1, each row an image row by row
        (``X[i].reshape(8, 8)``), and labels ``y (1797,)``, 0 to 9.

    References
    ----------
    E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository (1998), doi:10.24432/C50P49, licence CC BY 4.0.
    """
    with (files("descent") / "data" / "digits.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        return Dataset(arrays["images"] / 16.0, arrays["labels"].astype(np.int64))


MNIST_MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MNIST_MD5 = {
    "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
}  # of the four .gz files


def mnist(
    folder: str | Path | None = None, download: bool = False
) -> tuple[Dataset, Dataset]:
    """MNIST, 70,000 handwritten digits of 28 × 28 pixels, from its standard IDX files.

    The files are ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``,
    ``t10k-images-idx3-ubyte`` and ``t10k-labels-idx1-ubyte``, plain or with ``.gz``.

    Parameters
    ----------
    folder : str or Path, optional
        Where the files are, or shall be; ``~/.cache/descent/mnist`` if not given.
    download : bool
        Fetch what isn't in ``folder`` (12 MB in all) and hold it to its published MD5
        checksum. Needs the package pooch and a network.

    Returns
    -------
    train, test : Dataset
        ``X (60000, 784)`` and ``X (10000, 784)``, pixels divided by 255, and labels
        0 to 9. In float64 the two take 440 MB.

    Raises
    ------
    FileNotFoundError
        If a file isn't there and ``download`` is False.
    ModuleNotFoundError
        If pooch is needed and missing.
    ConnectionError
        If a download fails or doesn't match its checksum; says what to do by hand.
    ValueError
        If a file is damaged or isn't what its name says; the message names it.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to
    document recognition", Proceedings of the IEEE 86 (1998).
    """
    download = as_flag("download", download)
    folder = (
        Path.home() / ".cache" / "descent" / "mnist" if folder is None else Path(folder)
    )
    images, labels, test_images, test_labels = (
        _mnist_file(name, folder, download) for name in MNIST_MD5
    )
    return _read_mnist(images, labels), _read_mnist(test_images, test_labels)


def _mnist_file(name: str, folder: Path, download: bool) -> Path:
    """The path of the file in the folder, plain or packed; fetched if it may be."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    by_hand = f"put the four .gz files of {MNIST_MIRROR} into {folder}"
    if not download:
        raise FileNotFoundError(
            f"{name} (or {name}.gz) is not in {folder}: call mnist(download=True), "
            f"or {by_hand}"
        )
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "download=True needs the package pooch: pip install pooch; "
            f"or, without it, {by_hand}"
        ) from error
    try:
        fetched = pooch.retrieve(
            url=f"{MNIST_MIRROR}{name}.gz",
            known_hash=f"md5:{MNIST_MD5[name]}",
            fname=f"{name}.gz",
            path=folder,
        )
    except (OSError, ValueError) as error:  # no network or no disk; wrong checksum
        raise ConnectionError(
            f"could not fetch {name}.gz: {error}. Is there a network? "
            f"Without one, {by_hand}"
        ) from error
    return Path(fetched)


def _read_mnist(image_file: Path, label_file: Path) -> Dataset:
    images, labels = read_idx(image_file, ndim=3), read_idx(label_file, ndim=1)
    if images.shape[1:] != (28, 28):
        raise ValueError(f"{image_file}: wanted images of 28 x 28, got {images.shape}")
    if len(images) != len(labels):
        raise ValueError(
            f"{image_file} holds {len(images)} images, {label_file} {len(labels)} labels"
        )
    if labels.max() > 9:
        raise ValueError(f"{label_file}: wanted labels from 0 to 9, got {labels.max()}")
    return Dataset(images.reshape(len(images), 784) / 255.0, labels.astype(np.int64))
