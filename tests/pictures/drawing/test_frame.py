"""A frame leaves room for the labels of its ticks, which do not overlap."""

import re
from itertools import pairwise

from drawings import SVG, parsed, words_in
from hypothesis import given
from hypothesis import strategies as st

from cecli.pictures.axis import Axis, axis_of
from cecli.pictures.drawing.frame import Frame, axes, gutters_of, ticks_of_x, ticks_of_y
from cecli.pictures.drawing.text import width

numbers = st.floats(-1e12, 1e12)
linear = st.tuples(numbers, numbers).map(lambda ends: axis_of("label", ends))
logarithmic = st.floats(1.0, 1e12).map(lambda most: Axis("label", 0.5, 1.3 * most, is_log=True))
# With ticks at both ends.
round_ones = st.integers(-9, 9).map(lambda power: Axis("label", -(10.0**power), 10.0**power))
some_axes = st.one_of(linear, logarithmic, round_ones)
sizes = st.floats(60, 1000)


@given(some_axes, some_axes, sizes.filter(lambda size: size > 300), sizes)
def test_all_labels_are_within_the_picture(x, y, wide, high):
    beside = gutters_of(x, y, wide, high)
    frame = Frame(beside.left, 20.0, wide - sum(beside), high, x, y)
    for word in words_in(parsed(f'<svg xmlns="{SVG[1:-1]}">{"".join(axes(frame))}</svg>')):
        if word.text != "label":
            assert -0.1 <= word.left <= word.right <= wide + 0.1


@given(some_axes, sizes)
def test_labels_along_and_across_are_apart(axis, room):
    ticks = ticks_of_x(axis, room)
    ends = [
        (axis.share(tick.value) * room - width(tick.label, 12) / 2, tick.label) for tick in ticks
    ]
    for (left, label), (following, _) in pairwise(ends):
        assert left + width(label, 12) < following
    places = [axis.share(tick.value) * room for tick in ticks_of_y(axis, room)]
    assert all(after - before >= 20 for before, after in pairwise(places))


@given(linear, sizes.filter(lambda size: size > 300))
def test_an_axis_of_some_length_has_two_ticks_at_least(axis, room):
    assert len(ticks_of_y(axis, room)) >= 2


def test_an_axis_without_a_label_has_none():
    def words(label):
        frame = Frame(40.0, 20.0, 300.0, 200.0, Axis(label, 0.0, 1.0), Axis("", 0.0, 1.0))
        return re.findall(r">([^<]+)</text>", "".join(axes(frame)))

    assert len(words("label")) == len(words("")) + 1
