"""Diagrams of calibration show every bin and every walk, and say what is left out."""

from dataclasses import replace

import pytest
from charts import HOSTILE, reliability
from drawings import SVG, parsed, points_in, words_in

from cecli.pictures.calibration import cumulative_difference, reliability_diagram
from cecli.pictures.drawing.palette import MOST_SERIES
from cecli.pictures.picture import Bars, Dots, Ribbon, Trace
from cecli.pictures.svg import svg_of
from cecli.report.curves import BandPoints, CumulativeDifference, CurvePoints, Reliability

SIZES, RATES = [100, 200, 50, 10, 1], [0.05, 0.4, 0.5, 0.8, 1.0]


def marks(picture, kind, place=0):
    return [mark for mark in picture.panels[place].marks if isinstance(mark, kind)]


def test_every_bin_is_a_point_with_its_interval_and_a_bar_of_its_rows():
    model = reliability(SIZES, RATES)
    picture = reliability_diagram([model])
    (dots,) = marks(picture, Dots)
    assert dots.x == tuple(b.predicted for b in model.bins)
    assert dots.y == tuple(RATES)
    assert (dots.lower, dots.upper) == (
        tuple(b.lower for b in model.bins),
        tuple(b.upper for b in model.bins),
    )
    (bars,) = marks(picture, Bars, place=1)
    assert bars.height == tuple(map(float, SIZES))
    titles = [found.text for found in parsed(svg_of(picture)).iter(f"{SVG}title")]
    assert any("200 rows" in title and "observed 0.4" in title for title in titles)
    assert [row[1] for row in picture.numbers[0].rows] == ["100", "200", "50", "10", "1"]


def test_a_rate_without_an_interval_is_not_shown_as_a_sure_one():
    model = reliability([20, 1], [0.4, 0.7])
    bins = tuple(b._replace(lower=b.observed, upper=b.observed) for b in model.bins)
    picture = reliability_diagram([replace(model, bins=bins)])
    assert [row[-1] for row in picture.numbers[0].rows] == ["", ""]
    (dots,) = marks(picture, Dots)
    assert dots.label == "bins"
    titles = [found.text for found in parsed(svg_of(picture)).iter(f"{SVG}title")]
    assert not any("observed 0.4 [" in title for title in titles)
    assert any(title.endswith("observed 0.7, 1 row") for title in titles)


def test_the_histogram_is_of_the_counts_where_they_are_given():
    model = Reliability("a", 6, reliability([6], [0.5]).bins, edges=(0, 0.5, 1), counts=(2, 4))
    (bars,) = marks(reliability_diagram([model]), Bars, place=1)
    assert (bars.left, bars.right, bars.height) == ((0, 0.5), (0.5, 1), (2.0, 4.0))


@pytest.mark.parametrize(("sizes", "is_log"), [([9, 9, 0], False), ([1000, 1, 0], True)])
def test_counts_of_different_sizes_are_on_a_logarithmic_axis(sizes, is_log):
    axis = reliability_diagram([reliability(sizes, [0.5] * 3)]).panels[1].y
    assert axis.is_log == is_log
    assert ("logarithmic" in axis.label) == is_log


def test_a_single_model_has_its_band_and_several_have_none():
    band = BandPoints((0.0, 1.0), (0.0, 0.9), (0.1, 1.0))
    models = [
        Reliability(name, 561, reliability(SIZES, RATES).bins, 0.9, band=band) for name in "ab"
    ]
    (ribbon,) = marks(reliability_diagram(models[:1]), Ribbon)
    assert (ribbon.x, ribbon.lower, ribbon.upper) == (band.x, band.lower, band.upper)
    assert "90%" in ribbon.label
    assert marks(reliability_diagram(models), Ribbon) == []


@pytest.mark.parametrize(
    ("predicted", "low", "high"),
    [(0.002, 0.0, 0.05), (0.997, 0.95, 1.0), (0.3, 0.0, 1.0)],
)
def test_predictions_at_one_end_are_enlarged_on_both_axes(predicted, low, high):
    bins = tuple(
        b._replace(predicted=predicted, observed=predicted, lower=predicted - 1e-3,
                   upper=predicted + 1e-3)
        for b in reliability([9], [0.5]).bins
    )  # fmt: skip
    wide = tuple(b._replace(upper=0.6) for b in bins) if high - low == 1.0 else bins
    panel = reliability_diagram([Reliability("a", 9, wide)]).panels[0]
    assert (panel.x.low, panel.x.high) == (panel.y.low, panel.y.high)
    assert low <= panel.x.low < predicted < panel.x.high <= high
    assert high - low < 1.0 or (panel.x.low, panel.x.high) == (0.0, 1.0)


@pytest.mark.parametrize("count", [1, 2, MOST_SERIES, MOST_SERIES + 1, 20])
def test_models_beyond_the_last_are_counted(count):
    curve = CurvePoints((0.2, 0.8), (0.1, 0.9))
    models = [Reliability(f"model {i}", 0, (), isotonic=curve) for i in range(count)]
    walks = [CumulativeDifference(f"model {i}", curve) for i in range(count)]
    for picture in (reliability_diagram(models), cumulative_difference(walks)):
        lines = [mark for mark in marks(picture, Trace) if mark.series is not None]
        assert len(lines) == min(count, MOST_SERIES)
        said = " ".join(picture.notes)
        more = count - MOST_SERIES
        assert (f"{more} more model{'s' if more > 1 else ''}" in said) == (more > 0)


def test_several_models_are_named_in_the_key_and_beside_their_lines():
    walks = [
        CumulativeDifference(name, CurvePoints((0.0, 0.5, 1.0), (0.0, end / 2, end)))
        for name, end in (("first", 0.1), ("second", -0.1))
    ]
    words = [word.text for word in words_in(parsed(svg_of(cumulative_difference(walks))))]
    assert words.count("first") == words.count("second") == 2


def test_the_band_of_a_walk_is_its_limit_and_the_widest_of_several():
    flat = CurvePoints((0.0, 1.0), (0.0, 0.0))
    walks = [CumulativeDifference("a", flat, 0.01), CumulativeDifference("b", flat, 0.03)]
    for some, limit in ((walks[:1], 0.01), (walks, 0.03)):
        (ribbon,) = marks(cumulative_difference(some), Ribbon)
        assert set(ribbon.upper) == {limit}
        assert set(ribbon.lower) == {-limit}
    assert marks(cumulative_difference([CumulativeDifference("a", flat)]), Ribbon) == []


def test_a_walk_is_drawn_where_it_goes():
    walk = CumulativeDifference("a", CurvePoints((0.0, 0.25, 1.0), (0.0, 0.5, 0.0)))
    picture = cumulative_difference([walk])
    axis = picture.panels[0].y
    places = list(points_in(parsed(svg_of(picture))))
    top = min(y for x, y in places if 150 < x < 250)
    zero = next(y for x, y in places if x > 600)
    assert axis.low < 0.0 < 0.5 < axis.high
    assert top < zero


def test_a_hostile_name_is_only_text_in_the_numbers():
    numbers = reliability_diagram([reliability(SIZES, RATES, HOSTILE)]).numbers[0]
    assert "\x1b" not in numbers.caption
