"""What metrics say of values beyond the range of floats, and of what a single row cannot tell."""

import math

import numpy as np
import pytest

import cecli
from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.base_rate import BASE_RATE
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.predicted_variance import FLOOR
from cecli.statistics.mean import WEIGHT

WHY = "beyond the range"


def reasons(results):
    return {result.name: result.undefined for result in results}


def test_a_quotient_beyond_the_range_of_floats_is_undefined():
    report = cecli.score({"y": [1, 1, 0], "p": [1e-310] * 3}, label="y", prob="p")
    assert report["observed_expected"] is None
    assert WHY in reasons(report.results)["observed_expected"]
    # Of three classes, the first is predicted with 1e-310 and happens once.
    data = {"y": ["a", "b", "c"], "p_a": [1e-310] * 3, "p_b": [0.5] * 3, "p_c": [0.5] * 3}
    groups = cecli.score(data, label="y", prob="p_*").per_class
    found = {group.key["class"]: reasons(group.results) for group in groups}
    assert WHY in found["a"]["observed_expected"]
    assert not found["b"]["observed_expected"]


def test_a_likelihood_beyond_the_range_of_floats_is_undefined_and_its_mean_is_not():
    data = {"y": [1, 0], "p": [1e-300, 1e-300], "w": [1e308, 1.0]}
    report = cecli.score(data, label="y", prob="p", weight="w")
    assert report["cross_entropy"] == pytest.approx(300 * math.log(10), rel=1e-12)
    assert report["log_likelihood"] is None
    assert WHY in reasons(report.results)["log_likelihood"]


@pytest.mark.parametrize("rows", [1, 2])
def test_one_row_implies_no_variance_and_two_do(rows):
    numbers = {"prob": np.array([0.3, 0.2])[:rows], "target": np.array([1.0, 0.0])[:rows]}
    states = States.empty([WEIGHT, CROSS_ENTROPY, BASE_RATE, *FLOOR.statistics])
    states = states.update(Chunk("x", np.arange(rows), numbers))
    least = FLOOR.least({CROSS_ENTROPY: 1.0, BASE_RATE: -0.5}, states)
    assert (least is None) == (rows == 1)
    # The correlation is not even asked for where there is no error.
    assert (FLOOR.covariance(CROSS_ENTROPY, BASE_RATE, states) is None) == (rows == 1)
