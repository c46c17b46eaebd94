"""Going over the rows again and again: from memory where they fit, and else from where they are."""

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.commands.fit import plan as estimation
from cecli.commands.fit.passes import Kept

FRAME = pd.DataFrame(
    {
        "id": [f"r{k}" for k in range(200)],
        "y": [0, 1, 0, 1] * 50,
        "p": np.random.default_rng(0).uniform(0.1, 0.9, 200),
    }
)


@pytest.fixture
def without_memory(monkeypatch):
    monkeypatch.setattr(estimation, "KEPT", Kept(100))


def test_tables_that_come_once_are_kept():
    pieces = iter([FRAME[:90], FRAME[90:]])
    assert cecli.fit(pieces, model="platt")["slope"] == cecli.fit(FRAME, model="platt")["slope"]


def test_rows_that_are_gone_at_the_second_look_are_missed(without_memory):
    with pytest.raises(cecli.InputError, match="has changed between two passes"):
        cecli.fit(iter([FRAME, FRAME]), model="platt")


def test_positions_are_counted_in_memory_only(without_memory):
    with pytest.raises(cecli.InputError, match="too large") as caught:
        cecli.fit(FRAME, model="platt", folds=3)
    assert "--fold-by" in caught.value.hint


def test_folds_by_a_column_need_no_memory(monkeypatch):
    options = {"model": "platt", "folds": 3, "fold_by": "id"}
    kept = cecli.fit(FRAME, **options).to_dict()
    monkeypatch.setattr(estimation, "KEPT", Kept(100))
    assert cecli.fit(FRAME, **options).to_dict() == kept


def test_rows_of_weight_0_are_left_out_in_every_pass():
    weighted = FRAME.assign(w=np.arange(200) % 3)
    report = cecli.fit(weighted, model="platt", weight="w")
    assert (
        report["slope"] == cecli.fit(weighted[weighted.w > 0], model="platt", weight="w")["slope"]
    )
    assert "zero-weight" in [notice.code for notice in report.notices]
