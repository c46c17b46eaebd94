"""A thinned line is close to all of its points, as close as it says."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from lines import are_near

from cecli.numerics import thinning
from cecli.numerics.thinning import Polyline

numbers = st.lists(st.floats(-1, 1), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None)
@given(
    numbers,
    numbers,
    st.integers(2, 12),
    st.booleans(),
    st.sampled_from([(1.0, 1.0), (100.0, 1.0), (1.0, 100.0)]),
)
def test_every_point_is_as_near_as_the_line_says(x, y, most, is_long, wide):
    size = min(len(x), len(y))
    line = Polyline(wide[0] * np.sort(np.array(x[:size])), wide[1] * np.array(y[:size]))
    many = thinning.MANY, thinning.COLUMNS
    try:
        if is_long:
            thinning.MANY, thinning.COLUMNS = 5, 7
        found = line.thinned(most)
    finally:
        thinning.MANY, thinning.COLUMNS = many
    assert len(found.x) <= max(2, most)
    assert (found.x[0], found.y[0]) == (line.x[0], line.y[0])
    assert (found.x[-1], found.y[-1]) == (line.x[-1], line.y[-1])
    points = set(zip(line.x.tolist(), line.y.tolist(), strict=True))
    assert points >= set(zip(found.x.tolist(), found.y.tolist(), strict=True))
    assert are_near(found, line.x, line.y, 1e-9).all()


def test_points_on_a_straight_line_are_not_needed():
    x = np.linspace(0.0, 3.0, 20_000)
    found = Polyline(x, 2.0 * x).thinned()
    assert found.x.tolist() == [0.0, 3.0]


def test_the_tolerance_is_a_share_of_the_lengths():
    x = np.array([0.0, 0.5, 1.0, 1.0])
    y = np.array([0.0, 1e-4, 0.0, 1.0])
    assert len(Polyline(x, y).thinned().x) == 3
    assert len(Polyline(x, y).thinned(lengths=(1.0, 1e-3)).x) == 4


def test_a_spike_in_a_long_line_stays():
    y = np.zeros(50_000)
    y[31_234] = 1.0
    found = Polyline(np.linspace(0.0, 1.0, len(y)), y).thinned()
    assert found.y.max() == 1.0
    assert len(found.x) < 10
