"""Columns: finding and guessing them."""

import pytest

from cecli.columns import find
from cecli.errors import ColumnError, InputError
from cecli.roles import LABEL_NAMES, PROB_NAMES, score_roles


class Header:
    """A table of which only the header matters."""

    name = "preds.csv"

    def __init__(self, *header):
        self.header = header


def roles(*header, label=None, target=None, prob=None, weight=None):
    found = score_roles(Header(*header), label, target, prob, weight, lambda _: None)
    return {role: column.name for role, column in found.items()}


@pytest.mark.parametrize("label", sorted(LABEL_NAMES))
@pytest.mark.parametrize("prob", ["prob", "y_prob"])
def test_every_usual_label_name_is_found(label, prob):
    assert roles("id", label.upper(), prob) == {"label": label.upper(), "prob": prob}


@pytest.mark.parametrize("prob", sorted(PROB_NAMES))
def test_every_usual_prob_name_is_found(prob):
    assert roles(prob, "label")["prob"] == prob


def test_a_named_column_is_no_candidate_for_another_role():
    assert roles("y", "p", "q", weight="q") == {"label": "y", "prob": "p", "weight": "q"}


def test_a_weight_is_never_guessed():
    assert "weight" not in roles("y", "p", "weight")


def test_two_candidates_are_listed():
    with pytest.raises(ColumnError, match="several columns could be the label: 'y', 'class'"):
        roles("y", "class", "p")


def test_no_candidate_lists_the_columns():
    with pytest.raises(InputError, match="no column has a usual name for the label"):
        roles("a", "p")


def test_at_most_twenty_columns_are_listed():
    with pytest.raises(ColumnError, match=r"'c19' and 80 more"):
        find([f"c{i}" for i in range(100)], "zzz", "x")


@pytest.mark.parametrize(
    ("name", "near"), [("Prob", "prob"), ("prob ", "prob"), ("probb", "prob"), ("lable", "label")]
)
def test_the_nearest_name_is_offered_and_never_taken(name, near):
    with pytest.raises(ColumnError, match=f"did you mean '{near}'"):
        find(["label", "prob"], name, "x")
