"""Rows of one unit are said to depend on each other, where a search takes them as independent."""

import numpy as np
import pytest

import cecli

RNG = np.random.default_rng(3)
P = RNG.random(300)
ROWS = {"y": (RNG.random(300) < P).astype(int), "p": P, "g": np.resize(list("ab"), 300)}


def notices(**columns):
    report = cecli.slices({**ROWS, **columns}, columns="g", label="y", prob="p")
    return [notice.message for notice in report.notices if notice.code == "dependent-rows"]


@pytest.mark.parametrize("name", ["patient", "user_id", "CustomerID"])
def test_several_rows_of_a_unit_are_said(name):
    (message,) = notices(**{name: np.repeat(np.arange(100), 3)})
    assert f"those of one {name} may depend on each other" in message


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("patient", np.arange(300)),
        ("patient", np.append(np.arange(250), np.arange(50))),
        ("patient", np.zeros(300)),
        ("user_age", np.repeat(np.arange(100), 3)),
        ("town", np.repeat(np.arange(100), 3)),
    ],
)
def test_units_of_one_row_and_other_columns_are_not(name, units):
    assert notices(**{name: units}) == []
