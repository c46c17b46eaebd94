"""A specification holds the same data as the picture, and Vega-Lite can draw it."""

import json
import math

import pytest
from charts import hard, pictures
from hypothesis import given, settings

from cecli.pictures.forest import Estimated, Forest
from cecli.pictures.picture import Picture
from cecli.pictures.vega import vega_lite

HARD = hard()


@given(pictures)
@settings(max_examples=40)
def test_a_specification_is_json_without_infinity(picture):
    text = json.dumps(vega_lite(picture), allow_nan=False)
    assert json.loads(text)["$schema"].endswith("/v5.json")


@pytest.mark.parametrize("name", ["one row", "a long walk", "sixty groups", "nothing finite"])
def test_vega_lite_draws_it(name):
    drawer = pytest.importorskip("vl_convert")
    svg = drawer.vegalite_to_svg(vega_lite(HARD[name]))
    assert svg.startswith("<svg")


def test_rows_keep_their_order_and_their_values_and_names_that_repeat_are_told_apart():
    some = (Estimated("b", 0.5, 0.4, 0.6, 10), Estimated("a", math.inf), Estimated("b", 0.45))
    (panel,) = vega_lite(Picture("forest", "t", "d", (Forest("", "g", "loss", some),)))["vconcat"]
    rows = panel["data"]["values"]
    assert [row["name"] for row in rows] == ["b", "a", "b (3)"]
    assert (rows[0]["value"], rows[0]["lower"], rows[0]["upper"]) == (0.5, 0.4, 0.6)
    assert rows[1]["estimate"] == "∞"


def test_the_bins_of_a_diagram_are_its_data():
    panel = vega_lite(HARD["one class"])["vconcat"][0]
    points = next(layer for layer in panel["layer"] if layer["mark"]["type"] == "point")
    assert points["data"]["values"] == [{"x": (i + 0.5) / 10, "y": 0.0} for i in range(10)]
