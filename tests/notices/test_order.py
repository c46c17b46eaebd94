"""Which orders of classes are doubted."""

import itertools

import pytest

from cecli.notices.order import ORDERS, doubt_of_order


@pytest.mark.parametrize(
    "classes",
    [
        ["low", "medium", "high"],
        ["High", "Medium", "Low"],
        ["very_low", "low", "very-high"],
        ["1", "2", "10"],
        ["-1", "0", "1"],
        ["2.5", "2.25", "0"],
        ["<18", "18-25", "26-40", "41+"],
        ["grade 1", "grade 2", "grade 10"],
        ["A", "B", "C"],
        ["no", "yes"],
        ["slight", "heavy", "total"],
    ],
)
def test_these_may_well_be_in_order(classes):
    assert doubt_of_order(classes) == ""


@pytest.mark.parametrize(
    ("classes", "why"),
    [
        (["high", "low", "medium"], "the usual order is 'low', 'medium', 'high'"),
        (["Agree", "Disagree", "Neutral"], "the usual order is 'Disagree', 'Neutral', 'Agree'"),
        (["1", "10", "2"], "their numbers neither rise nor fall"),
        (["-1", "-2", "0"], "their numbers neither rise nor fall"),
        (["stage 2", "stage 1", "stage 3"], "their numbers neither rise nor fall"),
        (["heavy", "slight", "total"], "that of the alphabet"),
    ],
)
def test_these_hardly_are(classes, why):
    assert doubt_of_order(classes) == why


@pytest.mark.parametrize("order", [order.split(", ") for order in ORDERS])
def test_of_three_known_words_only_two_orders_pass(order):
    words = order[:3]
    passing = [list(p) for p in itertools.permutations(words) if not doubt_of_order(p)]
    assert sorted(passing) == sorted([words, words[::-1]])
