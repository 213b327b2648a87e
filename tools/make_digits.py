"""Make ``src/descent/data/digits.npz`` from scikit-learn's copy of the digits.

Run ``python tools/make_digits.py`` from the root of the repository. The pixels are
whole numbers from 0 to 16, the labels from 0 to 9: both fit in a byte.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TARGET = Path(__file__).parents[1] / "src" / "descent" / "data" / "digits.npz"


def main() -> None:
    """Write the file; the same bytes each time, for one version of zlib."""
    digits = load_digits()
    images = digits.data.astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    assert (images == digits.data).all() and (labels == digits.target).all()
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, images=images, labels=labels)
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
