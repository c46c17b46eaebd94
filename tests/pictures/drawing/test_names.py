"""A name beside a line touches neither a line nor another name."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cecli.pictures.axis import Axis
from cecli.pictures.drawing.frame import SIZE, Frame
from cecli.pictures.drawing.names import Named, placed
from cecli.pictures.drawing.text import width

AXIS = Axis("", 0.0, 1.0)
FRAME = Frame(40.0, 40.0, 500.0, 300.0, AXIS, AXIS)
points = st.lists(st.tuples(st.floats(40, 540), st.floats(40, 340)), min_size=2, max_size=8)


def inside(box, line):
    """Return whether a line, looked at every half pixel or so, enters a box."""
    left, top, right, bottom = box
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        for i in range(1001):
            x, y = x0 + (x1 - x0) * i / 1000, y0 + (y1 - y0) * i / 1000
            if left < x < right and top < y < bottom:
                return True
    return False


@given(st.lists(points.map(sorted), min_size=1, max_size=4))
def test_names_are_free_of_lines_and_of_one_another(lines):
    named = [Named(f"model {i}", i, line) for i, line in enumerate(lines)]
    boxes = []
    for place in placed(named, [], FRAME):
        x, y = place.at
        boxes.append((x, y - 0.8 * SIZE, x + width(place.name, SIZE, bold=True), y))
        assert FRAME.left <= boxes[-1][0]
        assert boxes[-1][2] <= FRAME.right
        assert not any(inside(boxes[-1], line) for line in lines)
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_a_line_with_room_beside_it_has_its_name():
    lines = [Named("a", 0, [(40.0, 340.0), (540.0, 40.0)])]
    assert [place.name for place in placed(lines, [], FRAME)] == ["a"]


def test_a_name_without_room_is_left_out():
    grid = [[(40.0, 40.0 + 6 * i), (540.0, 40.0 + 6 * i)] for i in range(51)]
    assert placed([Named("a", 0, grid[20])], grid, FRAME) == []
