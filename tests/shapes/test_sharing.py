"""Columns of a file that several roles need."""

import pandas as pd
import pytest
from shaped_inputs import written

import cecli

TOP = {"y": ["a", "b", "a"], "k": ["a", "a", "b"], "p": [0.5, 0.75, 0.25]}
RAIN = {"mm": [0.0, 3.5, 1.0], "p": [0.1, 0.8, 0.4]}
EVENTS = {"r1": [0.5, 0.25], "r1_outcome": [1, 0], "r2": [0.75, 0.5], "r2_outcome": [0, 1]}
LISTS = {"y": [0, 1], "p": ["[0.5, 0.5]", "[0.25, 0.75]"]}
CASES = [
    (TOP, {"label": "y", "predicted": "k", "prob": "p", "show": "y,k"},
     [{"y": "b", "k": "a"}, {"y": "a", "k": "a"}, {"y": "a", "k": "b"}]),
    (RAIN, {"event": "mm > 0", "prob": "p", "show": "mm"},
     [{"mm": "1"}, {"mm": "3.5"}, {"mm": "0"}]),
    (EVENTS, {"pairs": "*=*_outcome", "show": "r1,r2_outcome"},
     [{"r1": "0.5", "r2_outcome": "0"}, {"r1": "0.5", "r2_outcome": "0"},
      {"r1": "0.25", "r2_outcome": "1"}, {"r1": "0.25", "r2_outcome": "1"}]),
    (LISTS, {"label": "y", "prob": "p", "show": "p"},
     [{"p": "[0.5, 0.5]"}, {"p": "[0.25, 0.75]"}]),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "asked", "shown"), CASES)
def test_what_a_shape_reads_can_be_shown(columns, asked, shown, tmp_path):
    pd.DataFrame(columns).to_parquet(tmp_path / "rows.parquet")
    for data in (written(columns, tmp_path / "rows.csv"), columns, tmp_path / "rows.parquet"):
        found = [row.shown for row in cecli.worst(data, **asked).rows]
        assert sorted(map(str, found)) == sorted(map(str, shown))


def test_what_a_shape_reads_can_form_groups(tmp_path):
    path = written({**TOP, "w": [1, 1, 1]}, tmp_path / "top.csv")
    asked = {"label": "y", "predicted": "k", "prob": "p"}
    for column, groups in (("y", {"a", "b"}), ("k", {"a", "b"})):
        report = cecli.score(path, by=column, **asked)
        assert {group.key[column] for group in report.groups} == groups
    report = cecli.score(written(RAIN, tmp_path / "rain.csv"), event="mm > 0", prob="p", by="mm")
    assert {group.key["mm"] for group in report.groups} == {"0", "1", "3.5"}
