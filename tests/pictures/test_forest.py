"""A forest plot shows every estimate, and no wide interval squeezes the others into a dot."""

import math

from charts import estimates
from drawings import SVG, parsed, words_in
from hypothesis import given
from hypothesis import strategies as st

from cecli.pictures.axis import axis_of
from cecli.pictures.drawing.forest_rows import words_of
from cecli.pictures.forest import MOST_ROWS, Estimated, Forest, bounds_of
from cecli.pictures.picture import Picture
from cecli.pictures.svg import svg_of


def forest(*some, **more):
    return Forest("", "group", "loss", some, **more)


def drawn(found):
    return parsed(svg_of(Picture("forest", "t", "d", (found,), width=800)))


def row(name, value, half, **more):
    return Estimated(name, value, value - half, value + half, **more)


@given(st.lists(estimates(), min_size=1, max_size=8), st.one_of(st.none(), st.floats(-1, 1)))
def test_the_axis_holds_every_finite_estimate_and_the_reference(some, reference):
    found = forest(*some, reference=reference)
    axis = axis_of("", bounds_of(found))
    for estimate in some:
        if estimate.value is not None and abs(estimate.value) <= 1e300:
            assert axis.low <= estimate.value <= axis.high
    assert reference is None or axis.low <= reference <= axis.high


def test_intervals_of_usual_widths_are_whole():
    found = forest(*(row(f"g{i}", 0.1 * i, 0.2 + 0.01 * i) for i in range(9)))
    bounds = bounds_of(found)
    assert min(bounds) == min(e.lower for e in found.estimates)
    assert max(bounds) == max(e.upper for e in found.estimates)


def test_a_wide_or_infinite_interval_leaves_room_for_the_others():
    usual = [row(f"g{i}", 0.4 + 0.01 * i, 0.02) for i in range(9)]
    for wide in (row("wide", 0.44, 50.0), Estimated("inf", 0.44, -math.inf, math.inf)):
        bounds = bounds_of(forest(*usual, wide))
        assert max(bounds) - min(bounds) < 4 * (0.48 - 0.4 + 0.04)


def test_a_margin_is_within_the_axis():
    bounds = bounds_of(forest(row("a", 0.5, 0.01), reference=0.0, margin=0.7))
    assert min(bounds) == -0.7
    assert max(bounds) == 0.7


def test_rows_beyond_the_last_are_counted():
    found = [row(f"group {i}", 0.4, 0.01) for i in range(MOST_ROWS + 17)]
    for most, left_out in ((MOST_ROWS, 17), (5, MOST_ROWS + 12)):
        words = [word.text for word in words_in(drawn(forest(*found, most=most)))]
        assert sum(word.startswith("group ") for word in words) == most
        assert f"and {left_out} more, not drawn" in words


def test_each_row_says_its_name_its_values_and_how_many_rows_it_is_about():
    names = "a" * 300, "<b>", "few"
    some = [row(names[0], 0.5, 0.1, rows=117_127_345), row(names[1], 1.25, 0.02, rows=1234),
            Estimated(names[2], math.inf, rows=3, is_small=True)]  # fmt: skip
    root = drawn(forest(*some, level=0.9))
    titles = [found.find(f"{SVG}title").text for found in root.iter(f"{SVG}g")]
    assert titles == [
        f"{'a' * 300}: 0.50 [0.40, 0.60], 117.1M rows",
        "<b>: 1.250 [1.230, 1.270], 1,234 rows",
        "few: ∞, 3 (few) rows",
    ]
    words = [word.text for word in words_in(root)]
    assert "estimate [90% interval]" in words
    assert {"117.1M", "1,234", "3 (few)", "∞"} <= set(words)


def test_an_undefined_estimate_has_no_mark():
    def shapes(estimate):
        return sum(1 for _ in drawn(forest(row("a", 0.4, 0.1), estimate)).iter(f"{SVG}path"))

    defined, undefined = Estimated("b", 0.4), Estimated("b", None)
    assert shapes(defined) == shapes(undefined) + 1
    assert words_of(undefined) == "undefined"


@given(st.floats(-1e4, 1e4), st.floats(1e-6, 10))
def test_the_words_of_an_estimate_hold_two_digits_of_its_interval(value, half):
    words = words_of(Estimated("a", value, value - half, value + half)).replace("−", "-")
    middle, _, rest = words.partition(" ")
    low, high = map(float, rest.strip("[]").split(", "))
    assert abs(float(middle) - value) <= 0.51 * max(1, 0.1 * half)
    assert abs((high - low) / 2 - half) <= max(0.11 * half, 1.0 * (half > 9))
