"""A score and a calibration of the same rows as one report."""

from dataclasses import replace

import pytest

import cecli
from cecli.commands.calibration.joined import joined, of_both
from cecli.core.errors import UnreadableError
from cecli.report.result import Result

DATA = {"y": [1, 0, 1, 1, 0], "p": [0.9, 0.2, 0.6, 0.3, 0.45]}


def results(**values):
    return [Result(name, "", value) for name, value in values.items()]


def test_bounds_of_one_pass_give_way_to_what_is_exact():
    score, exact = results(brier=1.0, auc=0.9, auc_lower=0.8, auc_upper=1.0), results(auc=0.95)
    assert of_both(score, [*exact, *results(brier=2.0)], {"auc"}) == (*score[:1], *exact)


def test_without_a_better_one_ours_stay_and_only_others_are_added():
    ours, theirs = results(auc=0.9, auc_lower=0.8), results(auc=0.95, smece=0.1)
    assert of_both(ours, theirs, ()) == (*ours, theirs[1])


def test_rows_that_change_in_between_are_refused():
    score = cecli.score(DATA, label="y", prob="p")
    calibration = cecli.calibration(DATA, label="y", prob="p", draws=0)
    other = replace(calibration, input=replace(calibration.input, rows=4))
    with pytest.raises(UnreadableError, match="changed between two passes"):
        joined(score, other)
