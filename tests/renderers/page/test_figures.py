"""Figures in words say as much as their intervals allow, and which way a change goes."""

import pytest

from cecli.renderers.page.figures import change_of, interval_of, title_of, value_of
from cecli.report.result import Interval, Result


def result(name, value, lower=None, upper=None):
    interval = None if lower is None else Interval(0.01, lower, upper, 0.95)
    return Result(name, "", value, interval=interval)


def test_a_value_ends_where_its_interval_has_two_digits():
    assert value_of(result("auc", 0.123456, 0.11, 0.137)) == "0.123"
    assert interval_of(result("auc", 0.123456, 0.11, 0.137)) == "0.110 to 0.137"
    assert value_of(result("auc", None)) == "undefined"
    assert value_of(result("cross_entropy", float("inf"))) == "∞"


def test_a_value_keeps_the_digits_of_its_standard_error_if_few_rows_stretch_its_interval():
    assert value_of(result("cross_entropy", 0.29, 0.0, 34.75)) == "0.290"


@pytest.mark.parametrize(
    ("name", "now", "before", "kind"),
    [
        ("cross_entropy", 0.4, 0.5, "better"),
        ("cross_entropy", 0.5, 0.4, "worse"),
        ("auc", 0.8, 0.7, "better"),
        ("auc", 0.7, 0.8, "worse"),
        ("base_rate", 0.7, 0.8, "neither"),
        ("auc", 0.7, 0.7, "neither"),
        ("auc", None, 0.7, "neither"),
        ("cross_entropy", float("inf"), 0.7, "neither"),
        ("cross_entropy", float("inf"), float("inf"), "neither"),
    ],
)
def test_a_change_has_the_direction_of_its_metric(name, now, before, kind):
    words, found = change_of(result(name, now), result(name, before))
    assert found == kind
    assert "nan" not in words
    assert "inf" not in words


def test_a_name_becomes_words():
    assert title_of("calibration_slope") == "Calibration slope"
