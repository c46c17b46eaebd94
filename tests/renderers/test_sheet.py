"""Inputs in words: few by their names, many by their folder."""

import pytest

from cecli.renderers.sheet import SHOWN, inputs

DAYS = [f"dt={day}/part-0.parquet" for day in range(SHOWN + 1)]


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["a.csv", "logs/b.csv"], "a.csv, logs/b.csv"),
        ([f"logs/{day}" for day in DAYS[:SHOWN]], ", ".join(f"logs/{day}" for day in DAYS[:SHOWN])),
        ([f"logs/{day}" for day in DAYS], "logs (6 files)"),
        ([f"/data/logs/{day}" for day in DAYS], "/data/logs (6 files)"),
        ([f"s3://bucket/{day}" for day in DAYS], "s3://bucket (6 files)"),
        (["logs/a.csv", *(f"logs/{day}" for day in DAYS)], "logs (7 files)"),
        (DAYS, f"{', '.join(DAYS[:SHOWN])} and 1 more"),
        (["other/a.csv", *(f"logs/{day}" for day in DAYS)], "and 2 more"),
        (["a.csv"] * 1200, "a.csv, a.csv, a.csv, a.csv, a.csv and 1195 more"),
        (["d/a.csv"] * 1200, "d (1,200 files)"),
    ],
)
def test_many_inputs_of_one_folder_are_named_by_it(paths, said):
    assert inputs(paths).endswith(said)
