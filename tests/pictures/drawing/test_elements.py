"""Elements are short, and what comes from outside stays text."""

from xml.etree import ElementTree

from charts import HOSTILE
from drawings import _along
from hypothesis import given
from hypothesis import strategies as st

from cecli.pictures.drawing.elements import along, element, number, safe, whole
from cecli.pictures.drawing.text import possible

places = st.floats(-2000, 2000)


@given(st.lists(st.tuples(places, places), min_size=1, max_size=30))
def test_a_path_goes_through_its_points_to_a_tenth_of_a_pixel(points):
    found = list(_along(along(points)))
    rounded = [(round(10 * x) / 10, round(10 * y) / 10) for x, y in points]
    # A point at the place of the one before it is left out.
    wanted = [point for i, point in enumerate(rounded) if i == 0 or point != rounded[i - 1]]
    assert len(found) == len(wanted)
    for (x, y), (wanted_x, wanted_y) in zip(found, wanted, strict=True):
        assert abs(x - wanted_x) < 1e-6
        assert abs(y - wanted_y) < 1e-6


@given(places)
def test_a_coordinate_is_right_to_a_tenth(value):
    assert abs(float(number(value)) - value) <= 0.0501


@given(st.one_of(st.text(), st.just(HOSTILE)))
def test_text_and_attributes_from_outside_are_read_back_as_they_were(text):
    found = ElementTree.fromstring(element("a", whole(text), title=possible(text)))
    assert (found.text or "").replace("\r", "\n") == possible(text).replace("\r", "\n")
    assert len(found) == 0
    if "\n" not in text:
        assert found.get("title") == possible(text).replace("\t", " ")
    assert "<" not in safe(text)


def test_an_element_without_content_is_closed():
    assert element("rect", x=1.04, y=0, class_="a", text_anchor="end") == (
        '<rect x="1" y="0" class="a" text-anchor="end"/>'
    )
