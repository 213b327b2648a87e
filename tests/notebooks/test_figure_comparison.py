"""Figures: the same where no eye sees a change, another where one does, and small."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from planting import edited, image_of, png

from tools.compare import CHECK, KEEP, figure_change
from tools.reduce_png import LIMIT, is_reduced, reduced


def test_a_figure_is_the_same_after_noise_that_no_eye_sees(executed):
    figure = image_of(executed, "figure")
    rng = np.random.default_rng(0)

    def noise(_, image):
        pixels = np.asarray(image, dtype=int)
        shaken = np.clip(pixels + rng.integers(-4, 5, pixels.shape), 0, 255)
        image.paste(Image.fromarray(shaken.astype(np.uint8)))

    assert figure_change(figure, edited(figure, noise), CHECK) is None
    assert figure_change(figure, edited(figure, noise), KEEP) is None


@pytest.mark.parametrize(
    "draw",
    [
        lambda d, i: d.line([100, 300, 700, 320], fill="black", width=4),
        lambda d, i: d.rectangle([350, 495, 405, 530], fill="white"),
        lambda d, i: i.paste(i.crop((605, 498, 626, 525)), (493, 498)),
        lambda d, i: i.paste(i.crop((0, 0, 600, 400)), (8, 0)),
        lambda d, i: i.paste(i.convert("L").convert("RGB")),
    ],
    ids=["another line", "a label gone", "another digit", "shifted", "another colour"],
)
def test_a_figure_is_another_after_a_change_that_an_eye_sees(executed, draw):
    figure = image_of(executed, "figure")
    assert figure_change(figure, edited(figure, draw), CHECK)


def test_a_figure_of_another_size_is_another(executed):
    figure = image_of(executed, "figure")
    small = base64.b64encode(png(np.full((20, 30, 3), 255))).decode()
    assert "became" in figure_change(figure, small, CHECK)


def test_reduced_figures_are_small_close_and_left_alone(executed):
    small = base64.b64decode(image_of(executed, "figure"))
    assert is_reduced(small) and len(small) <= LIMIT
    ramp = np.tile(np.arange(256)[None, :, None], (64, 1, 3))
    noisy = np.random.default_rng(0).integers(0, 256, (64, 64, 3))
    for pixels in (ramp, noisy):
        before = png(pixels)
        after = reduced(before)
        seen = np.asarray(Image.open(io.BytesIO(after)).convert("RGB"), dtype=int)
        assert np.abs(seen - pixels).max() <= 8
        assert is_reduced(after) and not is_reduced(before)
