"""The metrics for benchmark trackers."""

import json


def test_trackers_get_a_list_a_direction_with_names_units_and_values(check):
    smaller = json.loads(check("--format", "smaller-is-better").stdout)
    bigger = json.loads(check("--format", "bigger-is-better").stdout)
    for entry in [*smaller, *bigger]:
        assert {"name", "unit", "value"} <= set(entry) <= {
            "name", "unit", "value", "range", "extra",
        }  # fmt: skip
        assert isinstance(entry["value"], float)
    assert {"cross_entropy", "brier"} <= {entry["name"] for entry in smaller}
    assert [entry["name"] for entry in bigger] == ["log_likelihood", "skill", "accuracy", "auc"]
    assert next(e["unit"] for e in smaller if e["name"] == "cross_entropy") == "nats"


def test_trackers_get_no_infinity(cecli, write):
    path = write("y,p\n1,0\n0,0.5\n")
    done = cecli("check", path, "--max", "brier=1", "--format", "smaller-is-better")
    assert "cross_entropy" not in done.stdout
    assert json.loads(done.stdout)
