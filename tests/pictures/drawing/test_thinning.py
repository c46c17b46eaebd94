"""A thinned line has fewer points, and is nowhere far from the line that it stands for."""

import itertools
import math
import random

from hypothesis import given
from hypothesis import strategies as st

from cecli.pictures.drawing.thinning import MANY, TOLERANCE, kept_of, thinned

lines = st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), max_size=60).map(sorted)


def distance(point, start, stop):
    """Return the distance from a point to a piece of a line."""
    (x, y), (x0, y0), (x1, y1) = point, start, stop
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    share = 0.0 if length == 0 else ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length
    share = min(max(share, 0.0), 1.0)
    return math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0))


@given(lines)
def test_every_point_that_is_left_out_is_close_to_the_new_line(points):
    kept = kept_of(points)
    assert kept == sorted(set(kept))
    assert [points[place] for place in kept] == thinned(points)
    if points:
        assert kept[0] == 0
        assert kept[-1] == len(points) - 1
    for first, last in itertools.pairwise(kept):
        for place in range(first, last):
            assert distance(points[place], points[first], points[last]) <= 2 * TOLERANCE


def test_a_straight_line_keeps_its_ends():
    assert kept_of([(i / 10, i / 20) for i in range(1000)]) == [0, 999]


def test_of_many_points_none_is_a_pixel_away_from_the_new_line():
    walk, y, points = random.Random(3), 200.0, []
    for i in range(5 * MANY):
        y += walk.gauss(0, 0.3)
        points.append((600 * i / (5 * MANY), y))
    kept = kept_of(points)
    assert len(kept) <= 4 * 600
    ends = [(points[first], points[last]) for first, last in itertools.pairwise(kept)]
    for point in points[:: MANY // 100]:
        near = [piece for piece in ends if piece[0][0] - 2 <= point[0] <= piece[1][0] + 2]
        assert min(distance(point, *piece) for piece in near) <= 1.0
