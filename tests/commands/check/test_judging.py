"""Verdicts with noise: intervals as simulated, and Holm's procedure as statsmodels' words are."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.commands.check.family import confirmed, summary
from cecli.commands.check.figures import Figure
from cecli.commands.check.judging import judge
from cecli.commands.check.parsing import typed
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


def judged(rule, groups):
    """Return the outcome of one rule on some groups, alone in a run."""
    return summary(confirmed([outcomes_of(rule, groups)])[0])


def outcomes_of(rule, groups):
    return [
        replace(judge(rule, figure, base, f"x of g={name}"), group=name)
        for name, figure, base in groups
    ]


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
    found = judged(rule, figures)
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
    assert judged(rule, alone).verdict is Verdict.FAIL
    found = judged(rule, many)
    assert (found.verdict, found.group) == (Verdict.UNDECIDED, "a")
    assert "this may be by chance" in found.reason


@pytest.mark.parametrize("figure", [None, Figure(None), Figure(float("inf"), 1.0)])
def test_a_group_that_cannot_be_compared_is_the_worst(figure):
    rule = replace(rule_of(Limit.MAX, "0", 0.95), by="g")
    found = judged(rule, [("a", Figure(99.0, 0.1), None), ("b", figure, None)])
    assert (found.verdict, found.group) == (Verdict.FAIL, "b")


def test_an_interval_that_the_report_has_is_taken_as_it_is():
    """It need not be symmetric, nor normal."""
    rule = rule_of(Limit.MAX, "1", 0.95)
    figure = Figure(0.5, 0.1, 0.4, 1.1, 0.95)
    assert judge(rule, figure, None, "x").verdict is Verdict.UNDECIDED
    assert judge(replace(rule, confidence=0.9), figure, None, "x").verdict is Verdict.PASS


@given(finite, finite, finite, finite, st.sampled_from([Limit.MAX, Limit.MIN]))
def test_whatever_the_interval_a_value_beyond_its_limit_does_not_pass(
    value, lower, upper, x, limit
):
    rule = rule_of(limit, repr(x), 0.95)
    figure = Figure(value, 1.0, min(lower, upper), max(lower, upper), 0.95)
    found = judge(rule, figure, None, "x")
    beyond = value > x if limit is Limit.MAX else value < x
    assert found.verdict is not (Verdict.PASS if beyond else Verdict.FAIL)


@pytest.mark.parametrize("se", [None, 0.0, 1e-16])
@pytest.mark.parametrize(("limit", "bound"), [(Limit.MAX, "0.4"), (Limit.MAX, "0.6")])
def test_without_noise_to_compare_with_nothing_is_decided(se, limit, bound):
    """Neither way, and not in a group: values that are all alike may be so by chance."""
    figure = Figure(0.5, se, *((None, None) if se is None else (0.5 - se, 0.5 + se)), 0.95)
    for confidence in (0.95, 0.9):
        rule = rule_of(limit, bound, confidence)
        assert judge(rule, figure, None, "x").verdict is Verdict.UNDECIDED
        assert judged(replace(rule, by="g"), [("a", figure, None)]).verdict is Verdict.UNDECIDED


def test_an_interval_beside_a_standard_error_of_0_decides():
    """Such as Wilson's, of 40 rows that are all right."""
    rule = rule_of(Limit.MIN, "0.9", 0.95)
    assert judge(rule, Figure(1.0, 0.0, 0.912, 1.0, 0.95), None, "x").verdict is Verdict.PASS


@given(
    st.lists(st.lists(st.tuples(st.floats(-3, 6), st.floats(0.5, 2)), min_size=1, max_size=4),
             min_size=1, max_size=5)
)  # fmt: skip
def test_all_figures_of_all_rules_are_one_family(rules):
    """With and without groups; a failure stands where Holm rejects among all of them."""
    rule = rule_of(Limit.MAX, "0", 0.95)
    outcomes = [
        outcomes_of(rule, [(str(n), Figure(*pair), None) for n, pair in enumerate(figures)])
        for figures in rules
    ]
    every = [pair for figures in rules for pair in figures]
    rejected = holm_by_definition(
        np.array([1 - NormalDist().cdf(value / se) for value, se in every]), 0.025
    )
    found = [outcome for outcomes in confirmed(outcomes) for outcome in outcomes]
    assert [outcome.verdict is Verdict.FAIL for outcome in found] == rejected.tolist()


@pytest.mark.parametrize("z", [2.0, 2.3])
def test_rules_of_other_confidences_are_each_held_to_their_own_level(z):
    """Two figures: that of level 1 % fails from p = 0.5 %/2 on, that of 5 % from 2.5 %/2 on."""
    rules = [rule_of(Limit.MAX, "0", confidence) for confidence in (0.99, 0.95)]
    outcomes = confirmed([[judge(rule, Figure(z, 1.0), None, "x")] for rule in rules])
    p = 1 - NormalDist().cdf(z)
    assert [of[0].verdict is Verdict.FAIL for of in outcomes] == [p <= 0.0025, p <= 0.0125]
    (last,) = outcomes[1]
    assert ("as 2 figures were tested" in last.reason) == (p > 0.0125)


def test_what_is_not_tested_does_not_count_as_a_test():
    """A rule without confidence, and a figure without noise, take nothing from the others."""
    tested = judge(rule_of(Limit.MAX, "0", 0.95), Figure(2.0, 1.0), None, "x")
    plain = judge(rule_of(Limit.MAX, "0"), Figure(2.0, 1.0), None, "x")
    alike = judge(rule_of(Limit.MAX, "0", 0.95), Figure(2.0, 0.0), None, "x")
    verdicts = [outcome.verdict for (outcome,) in confirmed([[tested], [plain], [alike]])]
    assert verdicts == [Verdict.FAIL, Verdict.FAIL, Verdict.UNDECIDED]


BETWEEN = Figure(0.8, bounds=(0.79, 0.82))


@pytest.mark.parametrize(
    ("limit", "amount", "verdict"),
    [
        (Limit.MAX, "0.82", Verdict.PASS),
        (Limit.MAX, "0.81", Verdict.UNDECIDED),
        (Limit.MAX, "0.78", Verdict.FAIL),
        (Limit.MIN, "0.79", Verdict.PASS),
        (Limit.MIN, "0.795", Verdict.UNDECIDED),
        (Limit.MIN, "0.83", Verdict.FAIL),
    ],
)
def test_a_value_between_certain_bounds_holds_where_both_do(limit, amount, verdict):
    found = judge(rule_of(limit, amount), BETWEEN, None, "x")
    assert found.verdict is verdict
    assert not found.passed or verdict is Verdict.PASS
    assert "for certain in [0.79, 0.82]" in found.reason


@given(finite, finite, finite, st.sampled_from([Limit.MAX, Limit.MIN]))
def test_bounds_decide_as_both_of_their_ends_do(first, second, bound, limit):
    lower, upper = sorted((first, second))
    rule = rule_of(limit, repr(bound))
    found = judge(rule, Figure(lower, bounds=(lower, upper)), None, "x").verdict
    ends = {judge(rule, Figure(end), None, "x").verdict for end in (lower, upper)}
    assert found is (ends.pop() if len(ends) == 1 else Verdict.UNDECIDED)


@pytest.mark.parametrize("percent", ["", "%"])
def test_a_change_is_decided_as_at_the_worst_ends_of_both(percent):
    base = Figure(0.4, bounds=(0.39, 0.41))
    rules = [rule_of(Limit.MAX_INCREASE, f"{amount}{percent}") for amount in (30, 0.425, 200)]
    every = [
        [judge(rule, Figure(new), Figure(old), "x").verdict for new in (0.79, 0.82)
         for old in (0.39, 0.41)]
        for rule in rules
    ]  # fmt: skip
    found = [judge(rule, BETWEEN, base, "x").verdict for rule in rules]
    assert found == [v[0] if len({*v}) == 1 else Verdict.UNDECIDED for v in every]


def test_an_interval_is_as_far_from_bounds_as_from_the_value():
    rule = rule_of(Limit.MIN, "0.7", 0.95)
    exact = judge(rule, Figure(0.8, 0.01), None, "x")
    found = judge(rule, replace(BETWEEN, se=0.01), None, "x")
    assert found.lower == pytest.approx(exact.lower - 0.01)
    assert found.upper == pytest.approx(exact.upper + 0.02)
