"""Whether predictions are called calibrated: by evidence, and by as much of it as there is."""

from dataclasses import replace
from math import nextafter

import pytest

from cecli.renderers.summary import CALIBRATED, answer
from cecli.renderers.summary.calibrated import classes, evidence, groups, ranking
from cecli.renderers.summary.figures import OfGroup

CHI2, ECCE, Z, Z2, DRAWN = (
    "calibration_chi2_p_value", "ecce_p_value", "calibration_z_p_value", "spiegelhalter_z_p_value",
    "miscalibration_p_value",
)  # fmt: skip
SLOPE, OE = "calibration_slope", "observed_expected"
# Any interval states the level, and so how sure a claim must be.
LOSS = {"cross_entropy": (0.4, 0.6)}


def said(figures, values, ends=None, command="calibration"):
    return answer(CALIBRATED, figures(values, LOSS | (ends or {}), command=command))


def test_a_report_without_tests_says_nothing(figures):
    assert said(figures, {OE: 1.5}, {OE: (1.4, 1.6)}) is None


@pytest.mark.parametrize(("p", "is_claimed"), [(0.05, True), (0.0500001, False)])
def test_one_test_claims_at_its_level(figures, p, is_claimed):
    assert (said(figures, {CHI2: p}) == "Not calibrated (p = 0.05).") == is_claimed
    assert ("No sign of miscalibration" in said(figures, {CHI2: p})) != is_claimed


@pytest.mark.parametrize(("p", "is_claimed"), [(0.025, True), (0.0250001, False)])
def test_several_tests_share_the_level(figures, p, is_claimed):
    assert ("No sign" not in said(figures, {CHI2: p, ECCE: 0.9})) == is_claimed


def test_tests_of_the_loss_speak_only_where_there_are_no_others(figures):
    assert evidence(figures({CHI2: 0.5, Z: 1e-9, Z2: 1e-9}, command="calibration")) == (0.5, 1)
    assert evidence(figures({Z: 0.01, Z2: 0.3})) == (0.02, 2)
    assert evidence(figures({CHI2: None, Z: 0.01}, command="calibration")) == (0.01, 1)


@pytest.mark.parametrize(
    ("command", "values", "words"),
    [
        ("score", {CHI2: 0.25, ECCE: 0.3},
         "No sign of miscalibration in 2 tests (p = 0.75); cecli calibration has more."),
        ("score", {Z: 0.25, Z2: 0.3},
         "No sign of miscalibration in 2 tests (p = 0.5); cecli calibration has more."),
        ("calibration", {CHI2: 0.25, ECCE: 0.3, DRAWN: 0.02},
         "No sign of miscalibration in 3 tests (p = 0.06)."),
        ("report", {CHI2: 0.25}, "No sign of miscalibration in 1 test (p = 0.25)."),
    ],
)  # fmt: skip
def test_no_sign_is_of_some_tests_and_names_the_command_with_more(figures, command, values, words):
    assert said(figures, values, command=command) == words
    assert len(words) <= 80


@pytest.mark.parametrize("p", [0.0001, 0.016, 0.0167, 0.02, 0.025, 0.04])
def test_score_claims_what_calibration_does_where_its_third_test_is_silent(figures, p):
    of_score = said(figures, {CHI2: p, ECCE: 0.9}, command="score")
    of_calibration = said(figures, {CHI2: p, ECCE: 0.9, DRAWN: 0.9})
    assert of_score.startswith("Not calibrated") == of_calibration.startswith("Not calibrated")


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (0.5, nextafter(1.0, 0.0), "Too extreme (slope 0.75)."),
        (0.81, 0.99, "Slightly too extreme (slope 0.90)."),
        (0.3, 0.49, "Far too extreme (slope 0.40)."),
        (0.3, 0.51, "Too extreme (slope 0.41)."),
        (-0.3, -0.1, "Too extreme (slope -0.20)."),
        (1.02, 1.2, "Slightly too moderate (slope 1.11)."),
        (0.9, 1.0, "Not calibrated (p < 0.001)."),
    ],
)
def test_a_slope_names_a_direction_if_its_interval_excludes_1(figures, lower, upper, words):
    middle = (lower + upper) / 2.0
    assert said(figures, {CHI2: 1e-9, SLOPE: middle}, {SLOPE: (lower, upper)}) == words


@pytest.mark.parametrize(
    ("z", "p", "words"),
    [
        (3.0, 0.003, "Overconfident (by their own account they lose 0.2000)."),
        (-3.0, 0.003, "Underconfident (by their own account they lose 0.2000)."),
        (1.9, 0.06, "Not calibrated (p < 0.001)."),
    ],
)
def test_without_a_slope_the_loss_that_predictions_expect_names_it(figures, z, p, words):
    values = {CHI2: 1e-9, "calibration_z": z, Z: p, "prediction_entropy": 0.2}
    assert said(figures, values) == words


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((1.02, 1.06), "Too low on average (4.0 % more events than predicted)."),
        ((0.94, 0.98), "Too high on average (4.0 % fewer events than predicted)."),
        ((1.0, 1.04), "Not calibrated (p < 0.001)."),
    ],
)
def test_the_rate_of_events_names_a_direction_if_its_interval_excludes_1(figures, ends, words):
    assert said(figures, {CHI2: 1e-9, OE: sum(ends) / 2.0}, {OE: ends}) == words


def test_an_interval_alone_is_a_hint(figures):
    hint = said(figures, {CHI2: 0.2, OE: 1.04}, {OE: (1.02, 1.06)})
    assert hint.startswith("Perhaps too low on average")
    assert hint.endswith("; 1 test leaves room for chance (p = 0.2).")
    two = said(figures, {CHI2: 0.2, ECCE: 0.9, OE: 1.04}, {OE: (1.02, 1.06)})
    assert two.endswith("; 2 tests leave room for chance (p = 0.4).")


def test_what_recalibration_wins_is_less_than_what_chance_does(figures):
    values = {CHI2: 1e-9, "miscalibration": 0.03, "miscalibration_expected": 0.01}
    assert said(figures, values).endswith("would win about 0.02 beyond chance on these rows.")
    values["miscalibration_expected"] = 0.03
    assert "recalibrating" not in said(figures, values)


def test_what_recalibration_wins_is_at_most_its_certain_bound(figures):
    values = {ECCE: 1e-9, "miscalibration_lower": 0.011, "miscalibration_upper": 0.012}
    assert said(figures, values).endswith("would win at most 0.012 on these rows.")


def test_calibrated_predictions_are_not_told_to_be_recalibrated(figures):
    assert "recalibrating" not in said(figures, {ECCE: 0.5, "miscalibration_upper": 0.012})


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.5, 0.7), "Ranks events no better than chance"),
        ((0.51, 0.7), "An event is ranked above a non-event 60 % of the time"),
        ((0.3, 0.49), "Ranks the wrong way"),
    ],
)
def test_ranking_is_claimed_if_the_interval_of_auc_excludes_one_half(figures, ends, words):
    middle = {0.5: 0.6, 0.51: 0.605, 0.3: 0.395}[ends[0]]
    assert ranking(figures({"auc": middle}, {"auc": ends})).startswith(words.split(" 60")[0])


def test_ranking_without_an_interval_is_said_of_these_rows_alone(figures):
    assert ranking(figures({"auc": 1.0})) == (
        "An event is ranked above a non-event 100 % of the time (AUC) on these rows; "
        "no interval says how surely."
    )
    assert ranking(figures({"auc": 0.5})).startswith("Ranks events no better than chance")


def test_ranking_of_several_classes_says_which_event_is_ranked(figures):
    several = figures({"auc": 0.6}, {"auc": (0.55, 0.65)}, command="calibration", task="multiclass")
    assert ranking(several).startswith("A row whose likeliest class is observed is ranked above")


def of_group(name, p):
    return OfGroup(name, False, {"ecce_p_value_adjusted": p}, {})


def test_groups_are_counted_by_adjusted_p_values(figures):
    few = replace(
        figures({}), groups=(of_group("a", 0.05), of_group("b", 0.06), of_group("c", None))
    )
    assert groups(few) == "1 of 3 groups is not calibrated: a (p = 0.05)."
    many = replace(figures({}), groups=(of_group("a", 0.01), of_group("b", 1e-9)))
    assert groups(many) == "2 of 2 groups are not calibrated, most clearly b (p < 0.001)."
    assert groups(replace(figures({}), groups=(of_group("a", 0.06),))) is None
    of_classes = replace(figures({}), per_class=many.groups)
    assert classes(of_classes) == "2 of 2 classes are not calibrated, most clearly b (p < 0.001)."
    assert classes(many) is None


@pytest.mark.parametrize(
    ("mean", "ends", "z", "words"),
    [
        (0.2, (0.6, 0.8), -5.0, "Too high on average (30 % fewer events than predicted)."),
        (0.2, (1.2, 1.4), 5.0, "Too low on average (30 % more events than predicted)."),
        (0.8, (0.8, 0.9), 5.0, "Too high on average (15.0 % fewer events than predicted)."),
        (0.8, (1.1, 1.2), -5.0, "Too low on average (15.0 % more events than predicted)."),
        (0.2, (0.6, 0.8), 5.0, "Overconfident (by their own account they lose 0.2000) and too "
         "high on average (30 % fewer events than predicted)."),
    ],
)  # fmt: skip
def test_one_fault_is_not_called_two(figures, mean, ends, z, words):
    """Rare events that are predicted too often make predictions unsure: that is one fault."""
    values = {CHI2: 1e-9, OE: sum(ends) / 2.0, "calibration_z": z, Z: 1e-6,
              "prediction_entropy": 0.2, "mean_prediction": mean}  # fmt: skip
    assert said(figures, values, {OE: ends}) == words
