"""Labels that are decisions made from the predictions are noticed, and scored if asked for."""

import numpy as np
import pytest

import cecli

DRAW = np.random.default_rng(5)
P = DRAW.random(300)
Y = (DRAW.random(300) < P).astype(int)
Q = DRAW.dirichlet([1.0, 1.0, 1.0], 300)


def notices(y, p, **options):
    report = cecli.score({"y": y, "p": p}, label="y", prob="p", **options)
    return [n.message for n in report.notices if n.code == "label-is-decision"]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (P >= 0.5, "'y' is 'p' >= 0.5"),
        (np.sort(P)[99] < P, f"'y' is 'p' >= {np.sort(P)[100]:.6g}"),
        (P < 0.5, "'y' is 'p' < 0.5"),
    ],
)
def test_a_threshold_of_the_predictions_is_said(labels, said):
    (message,) = notices(labels.astype(int), P)
    assert said in message


def test_observations_are_no_decisions():
    assert notices(Y, P) == []


@pytest.mark.parametrize("row", [0, 150, 299])
def test_one_row_that_differs_is_enough_wherever_it_is(row):
    labels = (P >= 0.5).astype(int)
    labels[row] = 1 - labels[row]
    assert notices(labels, P) == []


def test_a_few_rows_and_near_certain_predictions_follow_a_threshold_by_chance():
    assert notices([1, 0, 1], [0.75, 0.25, 0.875]) == []
    assert notices([0, 1] * 200, [1e-6, 1 - 1e-6] * 200) == []


def test_it_is_said_of_logits_too():
    (message,) = notices((P >= 0.5).astype(int), np.log(P / (1 - P)), scale="logit")
    assert "'y' is 'p' >= 0:" in message


def test_the_most_likely_class_is_said():
    columns = {f"p_{k}": Q[:, k] for k in range(3)}
    report = cecli.score({"y": Q.argmax(1), **columns}, label="y", prob="p_*")
    assert [n.code for n in report.notices] == ["label-is-decision"]
