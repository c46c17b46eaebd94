"""Bars reach from one value to another, and their names and values stand above them."""

import xml.etree.ElementTree as ET

from charts import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from cecli.pictures.picture import Picture
from cecli.pictures.spans import FloatingBar, Spans
from cecli.pictures.svg import svg_of
from cecli.pictures.vega import vega_lite

SVG = "{http://www.w3.org/2000/svg}"
ends = st.floats(-1e6, 1e6)
bars = st.builds(FloatingBar, st.just(HOSTILE), ends, ends, st.just("0.1"))


def picture(*spans, linked=False):
    return Picture("spans", "t", "d", (Spans("", "nats", spans, linked),), width=360)


def drawn(some):
    rectangles = ET.fromstring(svg_of(some)).iter(f"{SVG}rect")
    return [r for r in rectangles if r.get("class") != "c-paper"]


def test_bars_are_as_long_as_what_they_stand_for():
    whole, part = drawn(picture(FloatingBar("a", 0.0, 4.0, "4"), FloatingBar("b", 4.0, 3.0, "1")))
    assert float(whole.get("width")) / float(part.get("width")) == 4.0
    right = [float(bar.get("x")) + float(bar.get("width")) for bar in (whole, part)]
    assert right[0] == right[1]


@given(st.lists(bars, min_size=1, max_size=5), st.booleans())
def test_whatever_the_values_bars_are_inside_and_names_are_text(spans, linked):
    some = picture(*spans, linked=linked)
    for bar in drawn(some):
        assert 0.0 <= float(bar.get("x")) <= 360.0
        assert 0.0 < float(bar.get("width")) <= 360.0
    titles = [t.text for t in ET.fromstring(svg_of(some)).iter(f"{SVG}title")][1:]
    assert len(titles) == len(spans)
    assert all("<script>" in title for title in titles)


def test_vega_lite_has_the_same_bars():
    (panel,) = vega_lite(picture(FloatingBar("a", 0.0, 4.0, "4")))["vconcat"]
    assert [(row["start"], row["end"]) for row in panel["data"]["values"]] == [(0.0, 4.0)]
