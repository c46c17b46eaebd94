"""Columns: finding them by their names and patterns, and the numbers that they accept."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.columns.column import Domain, classes_of, find, find_each
from cecli.columns.roles import in_order_of
from cecli.core.errors import ColumnError

SOURCE = "preds.csv"


def test_at_most_twenty_columns_are_listed():
    with pytest.raises(ColumnError, match=r"'c19' and 80 more"):
        find([f"c{i}" for i in range(100)], "zzz", "x")


@pytest.mark.parametrize(
    ("name", "near"), [("Prob", "prob"), ("prob ", "prob"), ("probb", "prob"), ("lable", "label")]
)
def test_the_nearest_name_is_offered_and_never_taken(name, near):
    with pytest.raises(ColumnError, match=f"did you mean '{near}'"):
        find(["label", "prob"], name, "x")


def test_a_pattern_names_the_classes_in_the_order_of_the_header():
    header = ["y", "p_b", "p_a", "p_", "w", "q_a"]
    assert classes_of(header, ["p_*"], [], SOURCE) == [("b", "p_b"), ("a", "p_a")]
    assert classes_of(header, ["*_a"], [], SOURCE) == [("p", "p_a"), ("q", "q_a")]


def test_names_are_classes_themselves():
    assert classes_of(["cat", "dog"], ["dog", "cat"], [], SOURCE) == [
        ("dog", "dog"),
        ("cat", "cat"),
    ]


def test_a_star_in_a_name_is_a_star():
    assert classes_of(["p*", "p1"], ["p*"], [], SOURCE) == [("p*", "p*")]


def test_a_pattern_leaves_the_columns_of_other_roles_alone():
    assert classes_of(["p_y", "p_a", "p_b"], ["p_*"], ["p_y"], SOURCE) == [
        ("a", "p_a"),
        ("b", "p_b"),
    ]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (["q_*"], "the pattern 'q_\\*' matches no column"),
        (["y*"], "matches no column"),
        (["p_a*"], "matches no column"),
        (["*_a"], "matches only 'p_a'"),
        (["*_*"], "more than one star"),
        (["p_c"], "there is no column 'p_c'"),
    ],
)
def test_a_pattern_that_makes_no_distribution_is_refused(named, message):
    with pytest.raises(ColumnError, match=message):
        classes_of(["y", "p_a", "p_b"], named, [], SOURCE)


def test_a_class_has_one_column():
    with pytest.raises(ColumnError, match="class 'a' has two columns: 'p_a' and 'q_a'"):
        classes_of(["p_a", "p_b", "q_a", "q_b"], ["p_*", "q_*"], [], SOURCE)


def test_classes_are_matched_by_name_and_never_by_place():
    named = [("b", "t_b"), ("a", "t_a")]
    assert in_order_of(["a", "b"], named, SOURCE, "--target") == [("a", "t_a"), ("b", "t_b")]
    with pytest.raises(ColumnError, match="--target has no class 'c'; only --target has class 'b'"):
        in_order_of(["a", "c"], named, SOURCE, "--target")


def test_many_columns_are_found_as_each_of_them_is():
    header = ("a", "b", "c", "b")
    assert find_each(header, ["c", "a"], "x") == [find(header, name, "x") for name in ("c", "a")]
    with pytest.raises(ColumnError, match="'b' occurs 2 times"):
        find_each(header, ["a", "b"], "x")
    with pytest.raises(ColumnError, match="no column 'd'"):
        find_each(header, ["d"], "x")


domains = st.builds(
    Domain,
    low=st.sampled_from([0.0, -math.inf, 5e-324]),
    high=st.sampled_from([1.0, math.inf]),
    hint=st.just(""),
    infinities=st.sampled_from([(), (math.inf,)]),
    is_whole=st.booleans(),
)
numbers = st.one_of(st.floats(), st.floats(0.0, 1.0), st.sampled_from([0.0, 1.0]))


@given(domains, st.lists(numbers, max_size=4))
def test_all_numbers_are_accepted_if_each_is(domain, values):
    each = all(bool(domain.contains(value)) for value in values)
    assert domain.contains_all(np.array(values)) == each
