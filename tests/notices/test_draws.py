"""Few draws are said, and one alone is."""

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
