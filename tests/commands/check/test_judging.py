"""Verdicts with noise: intervals as simulated, and Holm's procedure as statsmodels' words are."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.commands.check.evaluation import judge_groups
from cecli.commands.check.figures import Figure
from cecli.commands.check.judging import judge
from cecli.commands.check.rule import typed
from cecli.report.parts import Limit, Verdict

finite = st.floats(allow_nan=False, allow_infinity=False)
errors = st.floats(0, 1e308)
limits = st.sampled_from([Limit.MAX_INCREASE, Limit.MAX_DECREASE])


def rule_of(limit, text, confidence=None):
    return replace(typed(limit, f"identity_residual={text}"), confidence=confidence)


@given(finite, errors, finite, st.sampled_from([Limit.MAX, Limit.MIN]))
def test_more_confidence_never_decides_more(value, se, bound, limit):
    plain = judge(rule_of(limit, repr(bound)), Figure(value), None, "x").verdict
    previous = plain
    for confidence in (0.5, 0.9, 0.99):
        rule = rule_of(limit, repr(bound), confidence)
        verdict = judge(rule, Figure(value, se), None, "x").verdict
        assert verdict in {plain, Verdict.UNDECIDED}
        assert previous is not Verdict.UNDECIDED or verdict is Verdict.UNDECIDED
        previous = verdict


@given(finite, finite, st.floats(0, 50), limits)
def test_swapping_sides_turns_an_increase_into_a_decrease(value, before, percent, limit):
    """A rise of the value is a fall of its negative."""
    other = ({*Limit} & {Limit.MAX_INCREASE, Limit.MAX_DECREASE}) - {limit}
    text = f"{percent!r}%"
    ours = judge(rule_of(limit, text), Figure(value), Figure(before), "x")
    theirs = judge(rule_of(other.pop(), text), Figure(-value), Figure(-before), "x")
    assert ours.verdict is theirs.verdict


@given(finite, errors)
def test_an_upper_and_a_lower_limit_at_the_value_both_hold(value, se):
    for limit in (Limit.MAX, Limit.MIN):
        rule = rule_of(limit, repr(value))
        assert judge(rule, Figure(value, se), None, "x").verdict is Verdict.PASS


@pytest.mark.parametrize(("before", "sign"), [(2.0, 1), (-2.0, 1), (2.0, -1), (-2.0, -1)])
def test_the_noise_of_a_relative_margin_is_that_of_simulated_reports(before, sign):
    """Both reports are drawn again and again: the excess has the standard error that is used."""
    random = np.random.default_rng(1)
    now, base = random.normal(before, 0.03, 400_000), random.normal(before, 0.05, 400_000)
    excess = sign * (now - base) - 0.1 * np.abs(base)
    limit = Limit.MAX_INCREASE if sign == 1 else Limit.MAX_DECREASE
    rule = rule_of(limit, "10%", 0.95)
    found = judge(rule, Figure(before, 0.03), Figure(before, 0.05), "x")
    half = (found.upper - found.lower) / 2
    assert half == pytest.approx(1.959964 * excess.std(), rel=0.01)


def holm_by_definition(p_values, level):
    """Return which hypotheses Holm rejects, by the smallest adjusted p-value (Wright 1992)."""
    order = np.argsort(p_values, kind="stable")
    adjusted = np.maximum.accumulate(
        [(len(order) - step) * p_values[place] for step, place in enumerate(order)]
    )
    rejected = np.zeros(len(order), dtype=bool)
    rejected[order] = adjusted <= level
    return rejected


@given(st.lists(st.tuples(st.floats(-3, 6), st.floats(0.5, 2)), min_size=1, max_size=12))
def test_a_group_fails_where_holm_rejects_that_it_is_within(groups):
    rule = replace(rule_of(Limit.MAX, "0", 0.95), by="g")
    figures = [(str(place), Figure(*pair), None) for place, pair in enumerate(groups)]
    p_values = [1 - NormalDist().cdf(value / se) for value, se in groups]
    rejected = holm_by_definition(np.array(p_values), 0.025)
    uppers = [value + 1.959963984540054 * se for value, se in groups]
    found = judge_groups(rule, figures)
    if rejected.any():
        assert found.verdict is Verdict.FAIL
    elif all(upper <= 0 for upper in uppers):
        assert found.verdict is Verdict.PASS
    else:
        assert found.verdict is Verdict.UNDECIDED
    assert found.failed_groups == sum(upper > 0 for upper in uppers)


def test_one_of_many_groups_may_be_beyond_the_limit_by_chance():
    rule = replace(rule_of(Limit.MAX, "0", 0.95), by="g")
    alone = [("a", Figure(2.1, 1.0), None)]
    many = alone + [(str(n), Figure(-9.0, 1.0), None) for n in range(20)]
    assert judge_groups(rule, alone).verdict is Verdict.FAIL
    found = judge_groups(rule, many)
    assert (found.verdict, found.group) == (Verdict.UNDECIDED, "a")
    assert "this may be by chance" in found.reason


@pytest.mark.parametrize("figure", [None, Figure(None), Figure(float("inf"), 1.0)])
def test_a_group_that_cannot_be_compared_is_the_worst(figure):
    rule = replace(rule_of(Limit.MAX, "0", 0.95), by="g")
    found = judge_groups(rule, [("a", Figure(99.0, 0.1), None), ("b", figure, None)])
    assert (found.verdict, found.group) == (Verdict.FAIL, "b")


def test_an_interval_that_the_report_has_is_taken_as_it_is():
    """It need not be symmetric, nor normal."""
    rule = rule_of(Limit.MAX, "1", 0.95)
    figure = Figure(0.5, 0.1, 0.4, 1.1, 0.95)
    assert judge(rule, figure, None, "x").verdict is Verdict.UNDECIDED
    assert judge(replace(rule, confidence=0.9), figure, None, "x").verdict is Verdict.PASS
