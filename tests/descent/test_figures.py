"""Figures: what is drawn is what was given, seen by every reader, and nothing lingers."""

import base64
import io
import subprocess
import sys
from functools import cache
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jupyter_client.manager import start_new_kernel
from matplotlib import colors
from matplotlib.text import Text
from PIL import Image
from scipy.stats import gaussian_kde

from descent import figures, tape
from descent.figures_labels import contrast, spread, text_shade
from descent.figures_layout import layered
from descent.figures_plane import VALLEY
from descent.figures_style import DASHES
from descent.figures_timings import _duration

RNG = np.random.default_rng(7)
RUNS = 10 * np.exp(RNG.normal(size=(40, 30)) - 0.1 * np.arange(30))
CLOUD = RNG.multivariate_normal([1.0, -1.0], [[1.0, 0.6], [0.6, 0.5]], size=400)
SECONDS = {"slow": np.array([0.8, 0.9, 1.0]), "fast": np.array([5e-6, 5.3e-6, 9e-6])}
DIGITS = RNG.integers(0, 17, size=(7, 8, 8)) / 16
WAY = np.array([[2.0, 2.0], [-1.0, 1.0], [0.5, -0.5], [-0.2, 0.2], [0.1, 0.0]])


def bowl(w):
    return float(w[0] ** 2 + w[1] ** 2)


def neuron():
    """The sigmoid neuron whose every wire is known in closed form."""
    w0, x0, w1, x1, w2 = (
        tape.Tensor(value, True, name)
        for value, name in [(2, "w₀"), (-1, "x₀"), (-3, "w₁"), (-2, "x₁"), (-3, "w₂")]
    )
    out = 1 / (1 + tape.exp(-(w0 * x0 + w1 * x1 + w2)))
    out.backward()
    return tape.graph(out)


def both_spaces(ax):
    _, axes = figures.figure(columns=2)
    x = np.linspace(-1, 1, 20)
    figures.data_and_parameters(x, x, bowl, WAY, axes, (-3, 3), (-3, 3))
    return axes[0]


def cloud_on_contours(ax):
    figures.contour(bowl, ax, (-3, 3), (-3, 3), levels=5, n=31)
    return figures.endpoints(CLOUD, ax, label="cloud")


def paths_on_contours(ax):
    figures.contour(bowl, ax, (-3, 3), (-3, 3), n=31)
    figures.path(WAY, ax, label="descent")
    return figures.mark((0, 0), ax, "minimum")


def u_with_slope(ax):
    h = 10.0 ** np.arange(-12, 0)
    figures.u_curve(h, h + 1e-12 / h, ax, label="forward")
    return figures.slope_guide(1, (1e-5, 1e-4), ax, label="∝ h")


GALLERY = {
    "curve": lambda ax: figures.curve(np.sin, ax, (0, 3), label="sin"),
    "loss_curve": lambda ax: figures.loss_curve({"a": [3, 2, 1], "b": [4, 1, 0.5]}, ax),
    "band": lambda ax: figures.band(RUNS, ax, label="runs"),
    "u_curve": u_with_slope,
    "path": paths_on_contours,
    "data_and_parameters": both_spaces,
    "histogram": lambda ax: figures.histogram(CLOUD[:, 0], ax, label="x"),
    "ridge": lambda ax: figures.ridge({"one": CLOUD[:, 0], "two": CLOUD[:, 1]}, ax),
    "endpoints": cloud_on_contours,
    "timings": lambda ax: figures.timings(SECONDS, ax, emphasis="fast"),
    "bars": lambda ax: figures.timings(SECONDS, ax, log=False),
    "image_grid": lambda ax: figures.image_grid(DIGITS, ax, labels=list("0123456")),
    "graph": lambda ax: figures.computational_graph(neuron(), ax),
}


@pytest.fixture(params=GALLERY)
def draw(request):
    return GALLERY[request.param]


@cache
def render(draw):
    """The figure, with a title, its PNG, and what drawing it has changed."""
    arrays = (RUNS, CLOUD, DIGITS, WAY, SECONDS["slow"])
    before, kept = dict(matplotlib.rcParams), [a.copy() for a in arrays]
    _, given = figures.figure(height=3.4)
    ax = draw(given)
    ax.set_title("title")
    ax.annotate("a word of the lesson's own", (0.5, 0.5), xycoords="axes fraction")
    png = figures.png(ax.figure)
    changed = [k for k, v in matplotlib.rcParams.items() if before[k] != v]
    changed += [a for a, b in zip(arrays, kept) if not np.array_equal(a, b)]
    return SimpleNamespace(
        fig=ax.figure, png=png, changed=changed, returned=ax is given, draw=draw
    )


@pytest.fixture
def rendered(draw):
    return render(draw)


@pytest.fixture
def ax():
    return figures.figure(height=3.4)[1]


def pixels(fig):
    """Red, green, blue of each pixel, at twice the page's resolution."""
    return np.asarray(Image.open(io.BytesIO(figures.png(fig))).convert("RGB"))


def texts(fig):
    found = fig.findobj(lambda artist: isinstance(artist, Text))
    return [t for t in found if t.get_visible() and t.get_text().strip()]


def boxes(text_list):
    """Ink of each text, in pixels, one row (left, bottom, right, top) each."""
    text_list[0].figure.draw_without_rendering()
    return np.array([Text.get_window_extent(t).extents for t in text_list])


def overlaps(rectangles, slack=1.0):
    """Pairs of rectangles that have more than ``slack`` pixels in common."""
    low = np.maximum(rectangles[:, None, :2], rectangles[None, :, :2])
    high = np.minimum(rectangles[:, None, 2:], rectangles[None, :, 2:])
    hit = (high - low > slack).all(axis=2)
    return [(i, j) for i, j in np.argwhere(hit) if i < j]


# --- the style -----------------------------------------------------------------------

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
DICHROMACY = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
    "none": np.eye(3),
}  # fmt: skip


def linear(color):
    c = np.array(colors.to_rgb(color))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    t = to_xyz @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_black_on_white_has_the_highest_contrast_and_equals_none():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # known value
    assert contrast("red", "red") == 1


@pytest.mark.parametrize("ground", ["#FFFFFF", VALLEY])
@pytest.mark.parametrize("name", [*figures.COLORS, "grey"])
def test_each_line_stands_out_from_the_page_and_from_the_deepest_valley(name, ground):
    color = {**figures.COLORS, "grey": figures.GREY}[name]
    assert contrast(color, ground) >= 3
    assert contrast(text_shade(color), "#FFFFFF") >= 4.5


@pytest.mark.parametrize("vision", DICHROMACY)
def test_any_two_colours_differ_for_the_colour_blind(vision):
    seen = [lab(DICHROMACY[vision] @ linear(c)) for c in figures.COLORS.values()]
    gaps = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(gaps) >= 25


def test_in_grey_print_lines_differ_by_lightness_or_by_dashes():
    looks = [(str(d), lab(linear(c))[0]) for c, d in zip(figures.COLORS.values(), DASHES)]
    for i, (dash, lightness) in enumerate(looks):
        for other_dash, other in looks[:i]:
            assert dash != other_dash or abs(lightness - other) > 12


def test_drawing_leaves_no_setting_behind_and_no_array_changed(rendered):
    assert rendered.changed == []


def test_a_reader_with_other_settings_sees_the_same_figure_byte_for_byte(rendered):
    with matplotlib.rc_context():
        matplotlib.rcParams.update(
            {"font.size": 30, "axes.facecolor": "black", "lines.linewidth": 9}
        )
        matplotlib.rcParams.update({"figure.dpi": 40, "axes.titlelocation": "right"})
        matplotlib.rcParams.update({"savefig.dpi": 30, "savefig.transparent": True})
        assert render.__wrapped__(rendered.draw).png == rendered.png


def test_no_function_needs_pyplot():
    code = (
        "import sys; from descent import figures; fig, ax = figures.figure();"
        "figures.curve(lambda x: x, ax, (0, 1)); figures.png(fig);"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr


def test_no_text_is_smaller_than_nine_points_in_the_column(rendered):
    fig = rendered.fig
    assert fig.get_figwidth() == 7  # 700 pixels: the page doesn't shrink it
    assert texts(fig)
    assert min(t.get_fontsize() for t in texts(fig)) >= 9


def test_nothing_is_cut_off_at_the_edge_of_the_figure(rendered):
    image = np.asarray(Image.open(io.BytesIO(rendered.png)).convert("RGB"))
    for edge in (image[0], image[-1], image[:, 0], image[:, -1]):
        assert (edge == 255).all()


def test_a_png_has_twice_the_pixels_and_no_metadata(rendered):
    png = rendered.png
    picture = Image.open(io.BytesIO(png))
    assert picture.size == (1400, 680)
    chunks, at = [], 8
    while at < len(png):
        chunks.append(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4], "big")
    assert sorted(set(chunks)) == [b"IDAT", b"IEND", b"IHDR", b"pHYs"]


def test_every_function_returns_the_axes_it_drew_on():
    for name, draw in GALLERY.items():
        assert render(draw).returned or name == "data_and_parameters"
    _, axes = figures.figure(columns=2)
    line = np.linspace(0, 1, 5)
    drawn = figures.data_and_parameters(line, line, bowl, WAY, axes, (-3, 3), (-3, 3))
    assert drawn is axes


def test_several_panels_come_as_an_array():
    _, row = figures.figure(columns=3, widths=[2, 1, 1])
    _, column = figures.figure(rows=2, share_x=True)
    _, grid = figures.figure(rows=2, columns=2)
    assert (row.shape, column.shape, grid.shape) == ((3,), (2,), (2, 2))


# --- in a notebook -------------------------------------------------------------------


def test_a_figure_on_the_last_line_is_stored_as_one_png_of_twice_the_pixels():
    fig, _ = figures.figure(height=3)
    data, metadata = fig._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/png"}
    assert data["text/plain"] == "<Figure size 700x300 with 1 Axes>"
    assert metadata["image/png"] == {"width": 700, "height": 300}
    assert base64.b64decode(data["image/png"]) == figures.png(fig)


def run_cell(client, source):
    """The PNGs that a cell stores in the notebook."""
    outputs = []

    def keep(message):
        if message["msg_type"] in ("display_data", "execute_result", "error"):
            outputs.append(message["content"])

    client.execute_interactive(source, output_hook=keep, timeout=60)
    assert not any("ename" in output for output in outputs), outputs
    return [output["data"]["image/png"].strip() for output in outputs]


def test_in_a_notebook_a_figure_is_shown_once_whether_or_not_pyplot_is_there():
    manager, client = start_new_kernel(extra_arguments=["--InlineBackend.rc={}"])
    make = "fig, ax = figures.figure(height=2); ax.plot([1, 2])\n"
    try:
        assert run_cell(client, "from descent import figures") == []
        assert run_cell(client, make + "None") == []
        alone = run_cell(client, make + "fig")
        assert len(alone) == 1
        assert run_cell(client, make + "figures.show(fig)") == alone
        run_cell(client, "%matplotlib inline\nimport matplotlib.pyplot as plt")
        assert run_cell(client, make + "fig") == alone
        assert run_cell(client, make + "figures.show(fig)") == alone
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_in_a_script_showing_does_nothing(monkeypatch, capsys):
    figures.show(figures.figure()[0])
    monkeypatch.setitem(sys.modules, "IPython", None)
    figures.show(figures.figure()[0])
    assert capsys.readouterr().out == ""


# --- labels --------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-100, 100), min_size=1, max_size=8),
    st.lists(st.floats(1, 20), min_size=8, max_size=8),
)
def test_spread_labels_keep_their_order_do_not_overlap_and_move_least(wanted, sizes):
    wanted, sizes = np.array(wanted), np.array(sizes[: len(wanted)])
    centres = spread(wanted, sizes)
    order = np.argsort(wanted, kind="stable")
    gaps = np.diff(centres[order]) - (sizes[order][1:] + sizes[order][:-1]) / 2
    assert (gaps > -1e-9).all()
    # Optimal for the least squares: in each block of touching labels, moves sum to 0.
    blocks = np.split(order, np.flatnonzero(gaps > 1e-6) + 1)
    for block in blocks:
        assert np.sum(centres[block] - wanted[block]) == pytest.approx(0, abs=1e-6)


def test_labels_stand_at_the_ends_of_their_lines_without_overlapping(ax):
    steps = np.arange(50)
    losses = {f"run {i}": 3.0 * 0.9**steps + 0.1 + 0.001 * i for i in range(6)}
    figures.loss_curve(losses, ax)
    labels = [t for t in ax.texts if t.get_text().startswith("run")]
    assert [t.get_text() for t in labels] == list(losses)
    rectangles = boxes(labels)
    assert overlaps(rectangles) == []
    assert (np.diff(rectangles[:, 1]) > 0).all()  # as high as their lines
    assert (rectangles[:, 0] > ax.bbox.x1 - 20).all()


def test_a_label_replaces_itself_when_lines_are_added(ax):
    for name in ("a", "b"):
        figures.loss_curve([3, 2, 1], ax, label=name)
    figures.label_ends(ax)
    assert [t.get_text() for t in ax.texts] == ["a", "b"]


def test_a_line_that_leaves_the_panel_is_named_where_it_was_last_seen(ax):
    ax.set(xlim=(0, 10), ylim=(0, 10))
    ax.plot([0, 4, 8], [0, 4, 80], label="up")
    ax.plot([20, 30], [20, 30], label="never seen")
    ax.axhline(5, label="floor")
    figures.label_ends(ax)
    assert {t.get_text(): tuple(np.round(t.xy, 6)) for t in ax.texts} == {
        "up": (4, 4),
        "floor": (10, 5),
    }


# --- curves --------------------------------------------------------------------------


def test_a_loss_curve_shows_the_losses_given_on_a_logarithmic_axis(ax):
    figures.loss_curve({"train": [8.0, 4.0, 2.0]}, ax, x=[0, 10, 20])
    (line,) = ax.lines
    assert line.get_xydata().tolist() == [[0, 8], [10, 4], [20, 2]]
    assert ax.get_yscale() == "log"
    assert figures.loss_curve([1.0, 0.0], figures.figure()[1], log=False)


def test_a_trace_is_drawn_where_it_was_watched(ax):
    trace = SimpleNamespace(
        loss={"train": np.array([4.0, 2.0]), "val": np.array([5.0, 3.0])},
        steps=np.array([0, 50]),
        batch_loss=np.ones(50),
        first_step=0,
        n_steps=50,
    )
    figures.loss_curve(trace, ax, label="sgd")
    assert [line.get_label() for line in ax.lines] == ["sgd, train", "sgd, val"]
    assert ax.lines[1].get_xydata().tolist() == [[0, 5], [50, 3]]
    trace.loss, trace.first_step = {}, 100
    ax = figures.loss_curve(trace, figures.figure()[1], label="sgd")
    assert ax.lines[0].get_label() == "sgd"
    assert ax.lines[0].get_xdata()[[0, -1]].tolist() == [100, 149]


def test_a_diverged_run_ends_in_a_cross_at_its_last_finite_loss(ax):
    figures.loss_curve([1.0, 5.0, np.inf, np.nan], ax, label="diverged")
    line, cross = ax.lines
    assert line.get_ydata().tolist() == [1, 5]
    assert cross.get_marker() == "x"
    assert cross.get_xydata().tolist() == [[1, 5]]


def test_the_band_holds_the_middle_of_the_runs(ax):
    runs = np.arange(1, 102)[:, None] * np.ones(5)  # 1 … 101: quantile q is 1 + 100 q
    figures.band(runs, ax, label="runs", quantiles=(0.1, 0.9))
    assert ax.lines[0].get_ydata().tolist() == [51] * 5
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((11, 91))
    assert "median and 10% to 90% of 101 runs" in {t.get_text() for t in ax.texts}


def test_the_pixels_of_a_band_are_tinted_between_its_edges_only():
    fig, ax = figures.figure()
    figures.band(np.array([[2.0, 2], [4, 4], [6, 6]]), ax, quantiles=(0, 1), log=False)
    ax.set(ylim=(0, 8))
    image = pixels(fig)
    height = image.shape[0]

    def colour_at(y):
        x, row = ax.transData.transform((0.5, y)) * 2
        return image[height - 1 - round(row), round(x)]

    assert (colour_at(3) == colour_at(5)).all()
    assert (colour_at(1.5) == 255).all()
    assert (colour_at(3) < 255).any()


def test_the_best_step_of_a_u_curve_is_ringed(ax):
    h = 10.0 ** np.arange(-10, 0)
    figures.u_curve(h, h**2 + 4e-16 / h, ax, label="central")
    assert ax.lines[1].get_xdata()[0] == pytest.approx(1e-5)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


@pytest.mark.parametrize("slope", [1, 2, -1, 0.5])
def test_a_guide_has_the_slope_it_names(ax, slope):
    figures.slope_guide(slope, (1e-6, 1e-3), ax, decades=3, label="guide")
    x, y = np.log10(ax.lines[0].get_data())
    assert np.diff(y) / np.diff(x) == pytest.approx(slope)
    assert (x[0], y[0], x[-1]) == pytest.approx((-6, -3, -3))


@pytest.mark.parametrize(
    ("limits", "shown"),
    [
        ((0.005, 500), ["0.01", "0.1", "1", "10", "100"]),
        ((1e-9, 10), ["10⁻⁹", "10⁻⁷", "10⁻⁵", "10⁻³", "10⁻¹", "10¹"]),
        ((0.08, 0.7), ["0.1", "0.2", "0.5"]),
        ((3e-7, 4e-6), ["5×10⁻⁷", "10⁻⁶", "2×10⁻⁶"]),
        ((0.8, 30), ["1", "2", "5", "10", "20"]),
        ((0.5e-4, 5), ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1"]),
        ((1e3, 1e6), ["10³", "10⁴", "10⁵", "10⁶"]),
    ],
)
def test_powers_of_ten_are_written_in_one_way_along_an_axis(limits, shown):
    fig, ax = figures.figure()
    ax.set_yscale("log")
    ax.set_ylim(limits)
    fig.draw_without_rendering()
    low, high = limits
    ticks = [
        (y, label.get_text())
        for minor in (True, False)
        for y, label in zip(ax.get_yticks(minor=minor), ax.get_yticklabels(minor=minor))
        if low <= y <= high
    ]
    assert [text for _, text in sorted(ticks)] == shown


# --- the plane -----------------------------------------------------------------------


def test_contours_lie_where_the_function_has_their_level(ax):
    figures.contour(bowl, ax, (-3, 3), (-3, 3), levels=[1.0, 4.0])
    lines = ax.collections[-1]
    for level, path in zip([1.0, 4.0], lines.get_paths()):
        assert np.hypot(*path.vertices.T) == pytest.approx(np.sqrt(level), abs=2e-3)


def test_the_contours_of_a_bowl_are_evenly_spaced(ax):
    figures.contour(SimpleNamespace(loss=bowl), ax, (-3, 3), (-3, 3), levels=6)
    radii = np.sqrt(ax.collections[-1].levels)
    assert np.diff(radii) == pytest.approx(np.sqrt(18) / 6)
    assert radii[0] == pytest.approx(np.sqrt(18) / 6)


def test_contours_below_zero_are_drawn_like_those_above(ax):
    figures.contour(lambda w: bowl(w) - 5, ax, (-3, 3), (-3, 3), levels=6, n=31)
    assert all(dash is None for _, dash in ax.collections[-1].get_linestyles())


def test_first_parameter_across_second_upward(ax):
    figures.contour(lambda w: w[0] + 100 * w[1], ax, (0, 1), (0, 1), levels=[50.0])
    (path,) = ax.collections[-1].get_paths()
    assert path.vertices[:, 1] == pytest.approx(0.5, abs=0.0101)


def test_a_diverging_path_leaves_the_limits_as_they_were(ax):
    figures.contour(bowl, ax, (-3, 3), (-2, 2), n=21)
    way = np.array([[1, 1], [-20, 5], [400, -30], [np.inf, np.nan]])
    figures.path(way, ax)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-3, 3), (-2, 2))
    assert ax.lines[0].get_xydata().tolist() == way[:3].tolist()


def test_the_start_of_a_path_is_open_and_its_steps_are_dots(ax):
    figures.path(SimpleNamespace(w=WAY), ax, label="sgd", color="#0000FF")
    line, steps, start = ax.lines
    assert line.get_xydata().tolist() == WAY.tolist()
    assert steps.get_xydata().tolist() == WAY[1:].tolist()
    assert start.get_xydata().tolist() == WAY[:1].tolist()
    assert colors.to_hex(start.get_markerfacecolor()) == "#ffffff"


def test_paths_take_different_colours(ax):
    for _ in range(5):
        figures.path(WAY, ax, dots=False)
    assert len({line.get_color() for line in ax.lines if line.get_gid() == "path"}) == 5


def test_both_spaces_show_the_same_steps_and_the_fits_of_those_parameters():
    _, (left, right) = figures.figure(columns=2)
    x = np.linspace(0, 1, 10)
    figures.data_and_parameters(
        x, 2 * x, bowl, WAY, (left, right), (-3, 3), (-3, 3), steps=(0, 2, -1)
    )
    fits = [line for line in left.lines if not line.get_label().startswith("_")]
    assert [line.get_label() for line in fits] == ["step 0", "2", "4"]
    assert {t.get_text() for t in right.texts} == {"step 0", "2", "4"}
    for line, (slope, intercept) in zip(fits, WAY[[0, 2, 4]]):
        assert line.get_ydata() == pytest.approx(slope * line.get_xdata() + intercept)


# --- samples -------------------------------------------------------------------------


def test_a_histogram_is_a_density_of_area_one(ax):
    figures.histogram(CLOUD[:, 0], ax, bins=30)
    values, edges, _ = ax.patches[0].get_data()
    assert np.sum(values * np.diff(edges)) == pytest.approx(1)
    inside = (edges[4] <= CLOUD[:, 0]) & (CLOUD[:, 0] < edges[5])
    assert values[4] * np.diff(edges)[4] == pytest.approx(inside.mean())


def test_a_ridge_is_a_kernel_density(ax):
    samples = CLOUD[:, 0]
    figures.ridge({"one": samples}, ax, xlim=(-3, 5))
    x, y = ax.lines[0].get_data()
    iqr = np.subtract(*np.quantile(samples, [0.75, 0.25]))
    width = 0.9 * min(samples.std(), iqr / 1.34) * len(samples) ** -0.2
    oracle = gaussian_kde(samples, bw_method=width / samples.std(ddof=1))(x)
    assert y / y.max() == pytest.approx(oracle / oracle.max(), abs=0.01)
    assert ax.lines[-1].get_xdata()[0] == np.median(samples)


def test_ridges_stand_from_top_to_bottom_and_a_constant_is_a_peak(ax):
    figures.ridge({"a": [1.0, 1, 1], "b": np.arange(9.0)}, ax)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    a, b = (line.get_ydata() for line in ax.lines[::3][:2])
    assert a.min() >= 0 > b.min() >= -1
    assert a.max() == pytest.approx(0.86)


def test_the_ellipse_lies_two_standard_deviations_from_the_mean(ax):
    figures.endpoints(CLOUD, ax)
    ellipse = ax.lines[1].get_xydata() - CLOUD.mean(axis=0)
    inverse = np.linalg.inv(np.cov(CLOUD.T))
    assert np.einsum("ni,ij,nj->n", ellipse, inverse, ellipse) == pytest.approx(4)
    away = CLOUD - CLOUD.mean(axis=0)
    share = (np.einsum("ni,ij,nj->n", away, inverse, away) < 4).mean()
    assert share == pytest.approx(1 - np.exp(-2), abs=0.04)  # the 86 % of its docstring


# --- timings and pictures ------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0"),
        (1.0, "1 s"),
        (90.0, "90 s"),
        (0.8, "800 ms"),
        (5.31e-6, "5.3 µs"),
        (4.5e-4, "450 µs"),
        (9.96e-4, "1 ms"),
        (2e-9, "2 ns"),
        (2.3e-11, "0 ns"),
    ],
)
def test_durations_have_two_digits_and_the_unit_that_suits(seconds, text):
    assert _duration(seconds) == text


def test_a_row_of_timings_shows_minimum_quartiles_median_and_maximum(ax):
    timing = SimpleNamespace(seconds=np.arange(1.0, 6.0))
    figures.timings({"method": timing}, ax)
    whole, middle, median = (line.get_xdata().tolist() for line in ax.lines)
    assert (whole, middle, median) == ([1, 5], [2, 4], [3])
    assert [t.get_text() for t in ax.texts] == ["3 s"]
    assert ax.get_xscale() == "log"


def test_bars_begin_at_zero_and_the_first_method_is_on_top(ax):
    figures.timings(SimpleNamespace(timings=SECONDS), ax, log=False)
    assert ax.get_xlim()[0] == 0
    assert [bar.get_x() for bar in ax.patches] == [0, 0]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["slow", "fast"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_pictures_are_dark_where_the_values_are_large():
    images = np.zeros((3, 4, 4))
    images[1, :, :2] = 1.0  # left half inked
    fig, ax = figures.figure(height=2.5)
    figures.image_grid(images, ax, labels=["a", "b", "c"], wrong=np.array([0, 0, 1], bool))
    image = pixels(fig)

    def colour_at(picture, x, y):
        point = ax.transData.transform((picture * 1.25 + x, y)) * 2
        return image[image.shape[0] - 1 - round(point[1]), round(point[0])]

    assert (colour_at(1, 0.25, 0.5) == 0).all()
    assert (colour_at(1, 0.75, 0.5) == 255).all()
    assert (colour_at(0, 0.25, 0.5) == 255).all()
    red, green, blue = colour_at(2, 0.0, 0.5)
    assert red > 1.5 * green and red > 1.5 * blue  # the frame of the wrong one


# --- computational graphs ------------------------------------------------------------


def test_values_stand_above_the_wires_and_gradients_below():
    _, ax = figures.figure(height=3)
    figures.computational_graph(neuron(), ax)
    written = [t.get_text() for t in ax.texts]
    sigma = 1 / (1 + np.exp(-1))
    value, slope = f"{sigma:.3g}", sigma * (1 - sigma)
    assert value == "0.731"
    for x, times in ((slope, 5), (-slope, 2), (2 * slope, 1), (-2 * slope, 1)):
        assert written.count(f"{x:.3g}".replace("-", "−")) == times
    assert written.count(f"{-3 * slope:.2g}".replace("-", "−")) == 1
    assert {"w₀", "x₁", "exp", "÷", "value above", "gradient below"} <= set(written)
    above = next(t for t in ax.texts if t.get_text() == value)
    below = next(t for t in ax.texts if t.get_text() == "1" and t.get_va() == "top")
    assert above.get_position()[0] == below.get_position()[0]
    assert above.get_position()[1] > below.get_position()[1]


def test_the_forward_pass_alone_has_no_gradients_and_a_panel_may_do_without_the_key():
    _, ax = figures.figure(height=3)
    figures.computational_graph(neuron(), ax, gradients=False, key=False)
    assert not {"0.197", "value above", "gradient below"} & {t.get_text() for t in ax.texts}


def test_a_constant_that_is_its_own_name_is_written_once():
    out = tape.Tensor(3.0, True, "x") * 5
    _, ax = figures.figure(height=2)
    figures.computational_graph(tape.graph(out), ax)
    assert sorted(t.get_text() for t in ax.texts if t.get_text()) == sorted(
        ["x", "3", "5", "×", "15", "value above"]
    )


def test_the_words_of_a_graph_do_not_overlap():
    x = tape.Tensor(3.0, True, "x")
    fork = x * x * tape.sin(x) + x
    fork.backward()
    for graph in (neuron(), tape.graph(fork)):
        _, ax = figures.figure(height=3)
        figures.computational_graph(graph, ax)
        shown = [t for t in ax.texts if t.get_text()]
        assert overlaps(boxes(shown), slack=2) == []


def test_arrays_are_shown_by_their_shape():
    w = tape.Tensor(np.ones((3, 2)), True, "W")
    loss = (tape.Tensor(np.ones((4, 3)), name="X") @ w).sum()
    loss.backward()
    _, ax = figures.figure(height=3)
    figures.computational_graph(tape.graph(loss), ax)
    written = [t.get_text() for t in ax.texts]
    assert written.count("3 × 2") == 2  # a gradient has its variable's shape
    assert written.count("4 × 2") == 2
    assert written.count("4 × 3") == 1


@st.composite
def random_graphs(draw):
    """Any graph in topological order whose last node is the only output."""
    n = draw(st.integers(1, 12))
    edges = [
        (draw(st.integers(0, b - 1)), b)
        for b in range(1, n)
        for _ in range(draw(st.integers(0, 3)))
    ]
    unused = set(range(n - 1)) - {a for a, _ in edges}
    edges += [(a, n - 1) for a in sorted(unused)]
    return SimpleNamespace(nodes=[SimpleNamespace(id=i) for i in range(n)], edges=edges)


@settings(max_examples=40, deadline=None)
@given(random_graphs())
def test_wires_run_to_the_right_and_no_two_nodes_share_a_place(graph):
    place = layered(graph)
    for a, b in graph.edges:
        assert place.column[a] < place.column[b]
    for column in set(place.column.values()):
        heights = sorted(h for v, h in place.height.items() if place.column[v] == column)
        assert (np.diff(heights) > 1 - 1e-9).all()
    for (a, b), route in zip(graph.edges, place.route):
        assert len(route) == place.column[b] - place.column[a] + 1
        assert (route[0], route[-1]) == (place.height[a], place.height[b])
    assert layered(graph) == place


def test_operands_stand_in_their_order_from_top_to_bottom():
    a, b, c = (tape.Tensor(1.0, True, name) for name in "abc")
    graph = tape.graph((a - b) / c)
    height = {n.label: layered(graph).height[n.id] for n in graph.nodes}
    assert height["a"] > height["−"] > height["b"]
    assert height["−"] > height["c"]
    x = tape.Tensor(1.0, True, "x")
    graph = tape.graph(tape.sin(x) + tape.cos(x))  # both would like to be level with x
    height = {n.label: layered(graph).height[n.id] for n in graph.nodes}
    assert height["sin"] > height["cos"]


def test_a_graph_with_a_trillion_paths_is_laid_out_at_once():
    x = tape.Tensor(1.0, True, "x")
    out = x
    for _ in range(40):
        out = out + out
    assert max(layered(tape.graph(out)).column.values()) == 40


def test_a_graph_that_could_not_be_read_is_refused_with_what_to_do(ax):
    x = tape.Tensor(1.0, True, "x")
    out = x
    for _ in range(20):
        out = tape.sin(out)
    with pytest.raises(ValueError, match=r"21 columns.*draw a part"):
        figures.computational_graph(tape.graph(out), ax)
    wide = sum(tape.Tensor(1.0, True, f"x{i}") for i in range(5))
    _, low = figures.figure(height=1)
    with pytest.raises(ValueError, match=r"make the figure \d\.\d inches higher"):
        figures.computational_graph(tape.graph(wide), low)


# --- bad input -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "error", "words"),
    [
        (lambda ax: figures.figure(width=0), ValueError, "width must be"),
        (lambda ax: figures.figure(columns=0), ValueError, "columns must be"),
        (lambda ax: figures.png(ax), TypeError, "fig must be a Figure"),
        (lambda ax: figures.show(ax), TypeError, "fig must be a Figure"),
        (lambda ax: figures.curve(np.sin, ax, (0,)), ValueError, "xlim must have shape"),
        (lambda ax: figures.loss_curve([1, 0], ax), ValueError, "positive.*0.0 at 1"),
        (lambda ax: figures.loss_curve([[1.0]], ax), ValueError, "must have 1 axes"),
        (lambda ax: figures.loss_curve([np.nan], ax), ValueError, "begin with a finite"),
        (lambda ax: figures.loss_curve([1, 2], ax, x=[1]), ValueError, "x must have shape"),
        (lambda ax: figures.loss_curve({}, ax), ValueError, "at least one curve"),
        (lambda ax: figures.band(np.ones(3), ax), ValueError, "runs must have 2 axes"),
        (lambda ax: figures.band(np.zeros((2, 3)), ax), ValueError, "positive"),
        (
            lambda ax: figures.band(RUNS, ax, quantiles=(0.6, 0.9)),
            ValueError,
            "either side of 0.5",
        ),
        (lambda ax: figures.u_curve([-1.0], [1.0], ax), ValueError, "h must be positive"),
        (lambda ax: figures.u_curve([1.0], [0.0], ax), ValueError, "somewhere above"),
        (
            lambda ax: figures.slope_guide(1, (0, 1), ax, label=""),
            ValueError,
            "through must be positive",
        ),
        (
            lambda ax: figures.contour(lambda w: np.nan, ax, (0, 1), (0, 1)),
            ValueError,
            "values of f must be finite",
        ),
        (lambda ax: figures.path([[1.0, 2, 3]], ax), ValueError, "points must have shape"),
        (lambda ax: figures.path([[np.nan, 1]], ax), ValueError, "begin with a finite"),
        (
            lambda ax: figures.data_and_parameters(
                [1.0], [1.0], bowl, WAY, (ax, ax), (0, 1), (0, 1), steps=(9,)
            ),
            ValueError,
            "steps must be at least -5 and at most 4, got 9",
        ),
        (lambda ax: figures.mark((1, 2, 3), ax), ValueError, "point must have shape"),
        (lambda ax: figures.histogram([], ax), ValueError, "samples must not be empty"),
        (
            lambda ax: figures.histogram([1.0], ax, bins=[5, 6]),
            ValueError,
            "bins must cover",
        ),
        (lambda ax: figures.ridge({}, ax), ValueError, "at least one group"),
        (lambda ax: figures.ridge([[1.0]], ax), TypeError, "groups must be a mapping"),
        (
            lambda ax: figures.ridge({"a": [1.0]}, ax, xlim=(5, 6)),
            ValueError,
            "xlim must cover",
        ),
        (
            lambda ax: figures.endpoints([1.0, 2.0], ax),
            ValueError,
            "points must have shape",
        ),
        (lambda ax: figures.timings({}, ax), ValueError, "at least one method"),
        (lambda ax: figures.timings({"a": [0.0]}, ax), ValueError, "must be positive"),
        (
            lambda ax: figures.timings(SECONDS, ax, emphasis="x"),
            ValueError,
            "emphasis must be one of",
        ),
        (lambda ax: figures.image_grid(np.ones((8, 8)), ax), ValueError, "3 axes"),
        (lambda ax: figures.image_grid(DIGITS, ax, labels=["a"]), ValueError, "7 texts"),
        (
            lambda ax: figures.image_grid(DIGITS, ax, wrong=[1] * 7),
            ValueError,
            "7 booleans",
        ),
        (
            lambda ax: figures.computational_graph(SimpleNamespace(nodes=[], edges=[]), ax),
            ValueError,
            "at least one node",
        ),
    ],
)
def test_bad_input_is_refused_by_name(draw, error, words, ax):
    with pytest.raises(error, match=words):
        draw(ax)


@pytest.mark.parametrize("name", [n for n in GALLERY if n != "data_and_parameters"])
def test_only_axes_are_drawn_on(name):
    with pytest.raises(TypeError, match="ax must be an Axes"):
        GALLERY[name](figures.figure()[0])
