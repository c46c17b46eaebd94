"""What is said of divergences, fits and groups, and where nothing is."""

from dataclasses import replace
from math import inf

import pytest
from scipy import stats

from cecli.renderers.summary import QUESTIONS, answer
from cecli.renderers.summary.figures import OfGroup
from cecli.renderers.summary.others import (
    costliest_group,
    slice_that_is_off,
    wins,
    wins_on_new_rows,
)

CE = "cross_entropy"


def of_groups(figures, lower):
    """Return figures of two groups, of which one loses 0.6 with this end of its interval."""
    ends = (lower, 1.2 - lower)
    groups = [("site = A", 0.6, ends), ("site = B", 0.5, (0.45, 0.55))]
    return figures({CE: 0.52}, {CE: (0.5, 0.54)}, groups)


def test_a_group_loses_most_if_its_interval_is_above_that_of_all_at_once_with_the_others(figures):
    # An interval that just reaches the upper end of all, once widened for two groups.
    lower = 0.6 - 0.06 * 1.96 / stats.norm.ppf(1.0 - 0.05 / 4.0)
    assert costliest_group(of_groups(figures, lower - 0.0001)) is None
    said = costliest_group(of_groups(figures, lower + 0.0001))
    assert said == "site = A loses most: 0.600 nats a row, against 0.520 in all."


def test_one_group_alone_does_not_lose_most(figures):
    only = figures({CE: 0.5}, {CE: (0.49, 0.51)}, [("site = A", 0.6, (0.59, 0.61))])
    assert costliest_group(only) is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kl": 0.0, CE: 0.5, "entropy": 0.5}, "q is p, exactly."),
        ({"kl": inf, CE: inf, "entropy": 0.5}, "q gives probability 0 to what p allows"),
        (
            {"kl": 0.1, CE: 0.6, "entropy": 0.5},
            "Where p is true, q loses 0.6000 nats a row: 0.1000",
        ),
    ],
)
def test_a_divergence_is_an_excess(figures, values, words):
    assert answer(QUESTIONS["kl"][0], figures(values)).startswith(words)


def test_a_divergence_over_the_rows_is_none_of_each_row(figures):
    values = {"kl": 0.1, CE: 0.6, "entropy": 0.5}
    assert "a row" not in answer(QUESTIONS["kl"][0], figures(values, task="over-rows"))


@pytest.mark.parametrize(("p", "is_won"), [(0.05, True), (0.051, False)])
def test_a_fit_wins_if_chance_hardly_does(figures, p, is_won):
    values = {"calibration_loss": 0.02, "p_value": p, "calibration_loss_debiased": 0.019}
    said = wins(figures(values, {CE: (0.4, 0.5)}))
    assert (
        said == "Wins 0.02 nats a row on the rows of the fit, about 0.019 beyond chance."
    ) == is_won
    assert ("no more than chance" in said) != is_won


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.001, 0.003), "Wins 0.0020"),
        ((0.0, 0.004), "Wins nothing"),
        ((-0.003, -0.001), "Costs 0.0020"),
    ],
)
def test_a_fit_wins_on_new_rows_if_the_interval_of_its_gain_excludes_0(figures, ends, words):
    gain = sum(ends) / 2.0
    assert wins_on_new_rows(
        figures({"out_of_fold_gain": gain}, {"out_of_fold_gain": ends})
    ).startswith(words)


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (0.95, "Predictions are too high in site = B, by 0.021 on average."),
        (0.99, "Predictions are too low in site = C, by 0.3 on average."),
        (0.9999, None),
    ],
)
def test_the_first_slice_with_a_gap_beyond_chance_is_named(figures, level, said):
    tested = {"A": (0.0001, 1.0), "B": (-0.0213, 0.03), "C": (0.3, 0.001)}
    groups = tuple(
        OfGroup(f"slice = site = {n}", False, {"calibration_gap": g, "gap_p_value_adjusted": p}, {})
        for n, (g, p) in tested.items()
    )
    of = replace(figures({CE: 0.5}, options={"level": level}), groups=groups)
    assert slice_that_is_off(of) == said


def test_slices_of_several_classes_have_no_gap(figures):
    assert (
        slice_that_is_off(figures({CE: 0.5}, groups=[("slice = g = a", 0.6, (0.5, 0.7))])) is None
    )
