"""Reports as CSV."""

import csv
import io
import json

import pytest


def test_csv_has_every_metric_with_all_its_digits(cecli, samples):
    arguments = [str(samples / "wine.csv"), "--label", "cultivar", "--prob", "p_*"]
    rows = list(csv.DictReader(io.StringIO(cecli("score", *arguments, "--format", "csv").stdout)))
    report = json.loads(cecli("score", *arguments, "--json").stdout)
    found = {row["metric"]: float(row["value"]) for row in rows if not row["group"]}
    assert found == report["metrics"]
    assert {row["group"] for row in rows} == {
        "", "class=barolo", "class=grignolino", "class=barbera",
    }  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "plain"])
def test_f65_no_cell_is_a_formula(cell):
    from cecli.renderers.csv import harmless

    assert harmless(cell) == (cell if cell == "plain" else f"'{cell}")
