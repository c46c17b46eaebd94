"""The reliability diagram of a report on calibration shows its bins, and no others."""

from xml.etree import ElementTree

import numpy as np
import pytest

import cecli
from cecli.pictures.svg import svg_of
from cecli.renderers.pictured.plots import picture_of
from cecli.renderers.pictured.reliability import reliability_of

DRAW = np.random.default_rng(8)
P = DRAW.uniform(size=400)
Y = (DRAW.uniform(size=400) < P).astype(int)


def test_the_picture_of_calibration_is_a_reliability_diagram():
    report = cecli.calibration({"y": Y, "p": P})
    assert picture_of(report.to_document()) == reliability_of(report.to_document())
    assert picture_of(report.to_document()).name == "reliability"


def test_each_bin_is_a_point_of_the_diagram():
    report = cecli.calibration({"y": Y, "p": P}, bins=7)
    (numbers,) = reliability_of(report.to_document()).numbers
    assert len(numbers.rows) == len(report.reliability[0].bins) == 7


@pytest.mark.parametrize(
    "data",
    [
        {"y": [1], "p": [0.3]},
        {"y": [1, 1, 1], "p": [0.2, 0.5, 0.9]},
        {"y": [0, 1, 0, 1], "p": [0.5, 0.5, 0.5, 0.5]},
        {"y": [0, 1, 0, 1], "p": [0.0, 1.0, 1.0, 0.0]},
        {"y": [0, 1, 0, 1], "p": [0.01, 0.99, 0.02, 0.98]},
    ],
)
def test_a_diagram_of_hard_data_is_well_formed(data):
    ElementTree.fromstring(svg_of(picture_of(cecli.calibration(data).to_document())))


def test_soft_labels_are_points_without_intervals():
    soft = {"t": DRAW.uniform(size=50), "p": DRAW.uniform(size=50)}
    report = cecli.calibration(soft, target="t", prob="p")
    ElementTree.fromstring(svg_of(picture_of(report.to_document())))


def test_several_classes_are_told_apart_by_their_names():
    q = DRAW.dirichlet([2, 2, 2], size=200)
    names = np.array(["a", "b", "c<d>"])
    data = {"y": names[[DRAW.choice(3, p=row) for row in q]]}
    data |= {f"p_{name}": q[:, k] for k, name in enumerate(names)}
    text = svg_of(picture_of(cecli.calibration(data, label="y", prob="p_*").to_document()))
    assert "c&lt;d&gt;" in text
    ElementTree.fromstring(text)


def test_each_of_several_models_has_the_name_of_its_column():
    data = {"y": Y, "first": P, "second": P**2}
    report = cecli.calibration(data, label="y", prob="first", versus="second", draws=0)
    picture = reliability_of(report.to_document())
    assert [each.caption for each in picture.numbers] == ["Bins of first", "Bins of second"]
    text = svg_of(picture)
    assert all(f">{name}<" in text for name in ("first", "second"))
    alone = cecli.calibration(data, prob="first", label="y").to_document()
    assert reliability_of(alone).numbers[0].caption == "Bins of first"
