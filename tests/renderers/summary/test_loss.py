"""What is said of a loss: no claim that its interval does not bear."""

from math import inf, nextafter

import pytest

from cecli import score
from cecli.renderers.summary import LOSS, answer, sentences

CE, SKILL = "cross_entropy", "skill"


@pytest.mark.parametrize(
    ("lower", "upper", "claim"),
    [
        (nextafter(0.0, 1.0), 0.2, "10 % less than always saying 24.0 %"),
        (0.0, 0.2, "whether that beats always saying 24.0 %, these rows cannot tell"),
        (-0.1, 0.3, "whether that beats always saying 24.0 %, these rows cannot tell"),
        (-0.1, 0.05, "whether that beats always saying 24.0 %, these rows cannot tell"),
        (-0.1, 0.049, "no better than always saying 24.0 %, as far as these rows tell"),
        (-0.1, 0.0, "no better than always saying 24.0 %, as far as these rows tell"),
        (-0.3, nextafter(0.0, -1.0), "15 % more than always saying 24.0 %"),
    ],
)
def test_a_constant_is_beaten_if_the_interval_of_skill_excludes_0(figures, lower, upper, claim):
    values = {CE: 0.5, SKILL: (lower + upper) / 2.0, "base_rate": 0.24}
    said = answer(
        LOSS, figures(values, {CE: (0.48, 0.52), SKILL: (lower, upper), "base_rate": (0.2, 0.28)})
    )
    assert said.startswith("Loses 0.500 nats a row")
    assert said.rstrip(".").endswith(claim)


@pytest.mark.parametrize(
    ("skill", "claim"),
    [
        (1.0, ", 100 % less than always saying 50 % on these rows; no interval says how surely."),
        (-0.2, ", 20 % more than always saying 50 % on these rows; no interval says how surely."),
        (0.0, ": no better than always saying 50 %, as far as these rows tell."),
    ],
)
def test_without_an_interval_a_constant_is_compared_with_on_these_rows_alone(figures, skill, claim):
    said = answer(LOSS, figures({CE: 0.1, SKILL: skill, "base_rate": 0.5}))
    assert said == f"Loses 0.1000 nats a row{claim}"


def test_one_row_is_not_called_rows(figures):
    said = answer(LOSS, figures({CE: 0.1, SKILL: 0.9, "base_rate": 0.5}, rows=1))
    assert "on this one row;" in said


def test_calibration_of_several_classes_says_of_which_event_its_loss_is(figures):
    values = {CE: 0.5, "uncertainty": 0.6}
    several = figures(values, command="calibration", task="multiclass")
    assert "a row on whether its likeliest class is observed;" in answer(LOSS, several)
    assert "likeliest" not in answer(LOSS, figures(values, command="calibration"))


def test_a_given_base_rate_and_several_classes_name_their_constant(figures):
    values, ends = {CE: 0.5, SKILL: 0.3}, {SKILL: (0.2, 0.4)}
    assert "always saying 30 %." in answer(LOSS, figures(values, ends, options={"base_rate": 0.3}))
    assert "the shares of the classes." in answer(LOSS, figures(values, ends, task="multiclass"))


@pytest.mark.parametrize(("rate", "of"), [(0.0, "no"), (1.0, "yes")])
def test_rows_of_one_class_compare_with_nothing(figures, rate, of):
    said = answer(LOSS, figures({CE: 0.1, SKILL: None, "base_rate": rate}))
    assert f"all rows are {of}, so that there is nothing to compare it with" in said


def test_an_infinite_loss_says_how_many_rows_and_what_to_do(figures):
    values = {CE: inf, SKILL: -inf, "base_rate": 0.5}
    said = answer(LOSS, figures(values, counts={"infinite-loss": 2}))
    assert said.startswith("Loses infinitely much: 2 rows gave probability 0")
    assert "--clip" in said


def test_an_undefined_loss_is_not_spoken_of(figures):
    assert answer(LOSS, figures({CE: None, SKILL: None})) is None


def test_tokens_are_lost_by_the_token_and_by_the_byte(figures):
    values = {CE: 2.0, "perplexity": 7.39, "bits_per_byte": 0.8}
    said = answer(LOSS, figures(values, task="tokens"))
    assert said == "Loses 2 nats a token, 0.8000 bits a byte: perplexity 7.390."


@pytest.mark.parametrize(("target", "is_said"), [([0.9, 0.2, 0.4], True), ([1.0, 0.0, 1.0], False)])
def test_the_entropy_of_soft_labels_is_told_apart_from_the_excess(target, is_said):
    report = score({"t": target, "p": [0.8, 0.3, 0.6]}, target="t", prob="p")
    assert any("no prediction avoids" in said for said in sentences(report)) == is_said


def test_what_bounds_an_infinite_loss_is_told_where_it_is_an_option(figures):
    values = {CE: inf}
    assert "--clip" in answer(LOSS, figures(values))
    assert "--clip" not in answer(LOSS, figures(values, task="tokens"))


@pytest.mark.parametrize(("groups", "told"), [(1.0, "over 1 group."), (22.0, "over 22 groups.")])
def test_groups_of_a_mean_are_counted(figures, groups, told):
    said = answer(LOSS, figures({CE: 0.5, "averaged_groups": groups}, task="tokens"))
    assert said.endswith(told)
