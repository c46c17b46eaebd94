"""Tables in memory: arrays of every kind have the values of a list; what is no table is told."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.core.errors import InputError, RowError, UsageError

LABELS, PROBS = [1, 0, 1, 0], [0.75, 0.25, 0.5, 0.125]
EXPECTED = cecli.score({"y": LABELS, "p": PROBS}, label="y", prob="p").metrics


@pytest.mark.parametrize(
    "probs",
    [
        np.array(PROBS, ">f8"),
        np.array(PROBS, np.float16),
        np.ma.array(PROBS, mask=[False] * 4),
        np.array([str(x) for x in PROBS]),
        np.array([Decimal(str(x)) for x in PROBS], object),
        np.array([Fraction(x) for x in PROBS], object),
        pd.array(PROBS, dtype="Float64"),
        pd.Series(PROBS, index=list("dcba")),
        pd.Series([str(x) for x in PROBS], dtype="string"),
        tuple(PROBS),
    ],
    ids=lambda values: f"{type(values).__name__}-{getattr(values, 'dtype', '')}",
)
def test_numbers_of_every_kind_are_those_of_a_list(probs):
    assert cecli.score({"y": LABELS, "p": probs}, label="y", prob="p").metrics == EXPECTED


@pytest.mark.parametrize(
    "probs",
    [
        np.ma.array(PROBS, mask=[False, False, True, False]),
        pd.array([0.75, 0.25, None, 0.125], dtype="Float64"),
        np.array([0.75, 0.25, None, 0.125], object),
        np.array([0.75, 0.25, pd.NaT, 0.125], object),
        np.array(["0.75", "0.25", "", "0.125"]),
    ],
    ids=lambda values: f"{type(values).__name__}-{values.dtype}",
)
def test_missing_numbers_of_every_kind_are_told_and_skipped(probs):
    data = {"y": LABELS, "p": probs}
    with pytest.raises(RowError, match="<arrays>:3: column p: the cell is empty"):
        cecli.score(data, label="y", prob="p")
    found = cecli.score(data, label="y", prob="p", missing="skip")
    rest = {"y": [1, 0, 0], "p": [0.75, 0.25, 0.125]}
    assert found.metrics == cecli.score(rest, label="y", prob="p").metrics


@pytest.mark.parametrize(
    "value", [True, 1j, "half", Decimal("1e400"), 10**400, [0.5], pd.Timestamp("2020-01-01")]
)
def test_what_is_no_number_in_range_is_refused_with_its_row(value):
    probs = np.empty(4, object)
    probs[:] = PROBS
    probs[1] = value
    with pytest.raises(RowError, match="<arrays>:2: column p"):
        cecli.score({"y": LABELS, "p": probs}, label="y", prob="p")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"y": LABELS, "p": PROBS[:3]}, r"differ in length \(.*: [34], .*: [34]\)"),
        ({"y": LABELS, "p": np.zeros((4, 2))}, "column p has 2 dimensions instead of one"),
        ({"y": LABELS, "p": [[0.5], [0.5, 0.25], [], [0.1]]}, "column p is not an array of values"),
        (iter([]), "the iterable contains no tables"),
        (iter([{"y": LABELS, "p": PROBS}, {"y": LABELS, "q": PROBS}]), "'p' missing; 'q' added"),
        (
            iter([{"y": LABELS, "p": PROBS}, {"p": PROBS, "y": LABELS}]),
            "the order is 'p', 'y' instead",
        ),
    ],
)
def test_what_is_no_table_is_told(data, what):
    with pytest.raises(InputError, match=what):
        cecli.score(data, label="y", prob="p")


def test_what_is_no_table_is_refused_with_what_is():
    with pytest.raises(UsageError, match="a int is not a table") as error:
        cecli.score(5)
    assert "DataFrame" in error.value.hint
