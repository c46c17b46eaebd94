"""Few draws are said, and one alone is."""

import numpy as np
import pytest

import cecli

ROWS = {"y": [1, 0, 1, 0], "p": [0.6, 0.5, 0.7, 0.2]}


def messages(clusters):
    report = cecli.score({**ROWS, "day": clusters}, cluster="day")
    return [notice.message for notice in report.notices if notice.code == "few-clusters"]


def test_rows_of_one_cluster_are_said_to_have_no_intervals():
    (message,) = messages(["monday"] * 4)
    assert "all rows are of one cluster" in message
    report = cecli.score({**ROWS, "day": ["monday"] * 4}, cluster="day")
    intervals = [result.interval for result in report.results if result.interval is not None]
    assert {(each.se, each.lower, each.upper) for each in intervals} == {(None, None, None)}


def test_rows_of_two_clusters_have_a_notice_of_few():
    (message,) = messages(["monday", "monday", "tuesday", "tuesday"])
    assert "2 clusters" in message


@pytest.mark.parametrize("scale", [2.0**-450, 2.0**450])
def test_weights_without_intervals_are_said_and_leave_the_values(scale):
    weights = np.array([1.0, 2.0, 3.0, 1.5])
    found = cecli.score({**ROWS, "w": weights * scale}, weight="w")
    (message,) = [notice.message for notice in found.notices if notice.code == "extreme-weights"]
    assert f"{(weights * scale).mean():.3g} on average" in message
    intervals = [result.interval for result in found.results if result.interval is not None]
    assert {each.se for each in intervals} == {None}
    usual = cecli.score({**ROWS, "w": weights}, weight="w")
    assert found["cross_entropy"] == usual["cross_entropy"]


def test_a_cluster_with_all_the_weight_leaves_no_intervals():
    rows = {**ROWS, "w": [1e300, 1, 1, 1], "day": list("abcd")}
    report = cecli.score(rows, cluster="day", weight="w")
    (message,) = [notice.message for notice in report.notices if notice.code == "few-clusters"]
    assert message == "one cluster has all of the weight: there are no intervals"
