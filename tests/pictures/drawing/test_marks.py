"""Points of a line say what they are, where there is something to say."""

from cecli.pictures.axis import Axis
from cecli.pictures.drawing.frame import Frame
from cecli.pictures.drawing.marks import TITLED, drawn
from cecli.pictures.picture import Trace

FRAME = Frame(0.0, 0.0, 100.0, 100.0, Axis("x", 0.0, 1.0), Axis("y", 0.0, 1.0))


def line(number, **more):
    values = tuple(i / (number - 1) for i in range(number))
    return drawn(Trace(values, values, **more), FRAME)


def test_a_line_says_nothing_unless_it_is_told_to():
    assert "<title>" not in line(500)


def test_of_many_points_some_say_what_they_are_the_ends_among_them():
    text = line(500, titles=tuple(f"point {i}." for i in range(500)))
    assert text.count("<title>") == TITLED
    assert "point 0." in text
    assert "point 499." in text
    assert 'fill-opacity="0"' in text


def test_of_few_points_all_do():
    assert line(3, titles=("a", "b", "c")).count("<title>") == 3
