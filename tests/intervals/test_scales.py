"""Laws of interval ends, and agreement with intervals of other packages."""

import math

import mpmath
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import optimize, special
from statsmodels.stats.proportion import proportion_confint

from cecli.intervals.scales import at_size, ends, estimate, mirrored, size_of
from cecli.report.result import IntervalScale

Z = 1.959963984540054
SCALES = list(IntervalScale)


def values(scale):
    """Return values inside the range of a scale."""
    match scale:
        case IntervalScale.SHARE:
            return st.floats(0.01, 0.99)
        case IntervalScale.COMPLEMENT:
            return st.floats(-5.0, 0.99)
        case IntervalScale.EXPONENTIAL:
            return st.floats(1.01, 50.0)
        case IntervalScale.PROPORTIONAL | IntervalScale.LOG:
            return st.floats(0.01, 50.0)
        case IntervalScale.LOGIT:
            bounds = [0.0, 5e-324, 2.0**-53, 1.0 - 2.0**-53, 1.0]
            return st.floats(0.01, 0.99) | st.sampled_from(bounds)
        case _:
            return st.floats(-50.0, 50.0)


@st.composite
def estimates(draw):
    scale = draw(st.sampled_from(SCALES))
    value = draw(values(scale))
    return scale, estimate(scale, value, draw(st.floats(1e-3, 2.0)))


@given(estimates(), st.floats(0.1, 6.0))
def test_an_interval_holds_its_value(drawn, margin):
    scale, of = drawn
    lower, upper = ends(scale, of, margin)
    assert lower <= of.value <= upper


@given(estimates(), st.floats(0.1, 3.0))
def test_a_wider_margin_gives_a_wider_interval(drawn, margin):
    scale, of = drawn
    (a, b), (c, d) = ends(scale, of, margin), ends(scale, of, 1.5 * margin)
    assert c <= a
    assert b <= d


def standard_errors(scale, value, se, end):
    """Return how far an end is from a value, in the standard error that a value there would have.

    The variance is proportional to what `IntervalScale` says; it is se² at the value itself.
    """
    match scale:
        case IntervalScale.LINEAR:
            return (end - value) / se
        case IntervalScale.EXPONENTIAL:
            power = IntervalScale.PROPORTIONAL
            return standard_errors(power, math.log(value), se / value, math.log(end))
        case IntervalScale.COMPLEMENT:
            return -standard_errors(IntervalScale.PROPORTIONAL, 1 - value, se, 1 - end)
        case IntervalScale.SHARE:
            there = end * (1 - end) / (value * (1 - value))
        case IntervalScale.PROPORTIONAL:
            there = end / value
    return (end - value) / (se * math.sqrt(there))


@given(estimates(), st.floats(0.1, 3.0))
def test_each_end_is_one_margin_away_in_the_standard_errors_there(drawn, margin):
    scale, of = drawn
    if scale in (IntervalScale.LOG, IntervalScale.LOGIT):
        return  # they are symmetric, as the next test says
    lower, upper = ends(scale, of, margin)
    # Next to a bound, the end has few digits.
    if upper < (1.0 - 1e-6 if scale is IntervalScale.SHARE else math.inf):
        away = standard_errors(scale, of.value, of.se, upper)
        assert away == pytest.approx(margin, rel=1e-5)
    least = {IntervalScale.LINEAR: -math.inf, IntervalScale.COMPLEMENT: -math.inf}.get(
        scale, 1.0 + 1e-6 if scale is IntervalScale.EXPONENTIAL else 1e-6
    )
    if lower > least:
        away = standard_errors(scale, of.value, of.se, lower)
        assert away == pytest.approx(-margin, rel=1e-5)


@given(st.floats(0.01, 0.99), st.floats(1e-3, 2.0), st.floats(0.1, 3.0))
def test_ends_are_symmetric_in_the_logarithm_or_in_the_logit(value, se, margin):
    reach = margin * se / value
    found = ends(IntervalScale.LOG, estimate(IntervalScale.LOG, value, se), margin)
    assert found == pytest.approx((value * math.exp(-reach), value * math.exp(reach)), rel=1e-9)
    reach /= 1 - value
    found = ends(IntervalScale.LOGIT, estimate(IntervalScale.LOGIT, value, se), margin)
    center = special.logit(value)
    assert found == pytest.approx(
        (special.expit(center - reach), special.expit(center + reach)), rel=1e-9
    )


@pytest.mark.parametrize(("hits", "rows"), [(0, 40), (1, 30), (15, 30), (29, 30), (40, 40)])
def test_a_share_has_the_interval_of_wilson(hits, rows):
    share = hits / rows
    # Wilson's interval has the variance p(1 − p)/n, without the factor n/(n − 1).
    of = estimate(IntervalScale.SHARE, share, math.sqrt(share * (1 - share) / rows), rows)
    assert ends(IntervalScale.SHARE, of, Z) == pytest.approx(
        proportion_confint(hits, rows, method="wilson"), rel=1e-12, abs=1e-12
    )


@given(st.floats(1e-300, 1.0), st.floats(1e-3, 1e12), st.floats(0.1, 1e6))
def test_the_ends_of_a_share_are_right_to_nearly_all_digits(share, rows, margin):
    found = ends(IntervalScale.SHARE, at_size(IntervalScale.LINEAR, share, rows), margin)
    with mpmath.workdps(800):
        p, extra = mpmath.mpf(share), mpmath.mpf(margin) ** 2 / rows
        half = margin * mpmath.sqrt(p * (1 - p) / rows + extra / (4 * rows))
        expected = [(p + extra / 2 + sign * half) / (1 + extra) for sign in (-1, 1)]
    assert found == pytest.approx([float(end) for end in expected], rel=1e-14, abs=1e-300)


@pytest.mark.parametrize("rows", range(1, 100))
def test_rounding_moves_no_end_beyond_a_share_of_one(rows):
    lower, upper = ends(IntervalScale.SHARE, at_size(IntervalScale.LINEAR, 1.0, rows), Z)
    assert lower == pytest.approx(rows / (rows + Z * Z), rel=1e-14)
    assert upper == 1.0


@given(st.floats(-1000.0, -2.0), st.floats(0.01, 100.0), st.floats(0.5, 4.0))
def test_a_tiny_share_has_the_ends_of_a_mean_in_proportion(exponent, events, margin):
    # Where 1 − p is 1, Wilson's variance is p/n: that of a count of np events.
    share = 2.0**exponent
    rows = events / share
    found = ends(IntervalScale.SHARE, at_size(IntervalScale.LINEAR, share, rows), margin)
    extra, half = margin**2 / 2.0, margin * math.sqrt(events + margin**2 / 4.0)
    if share < 1e-12:
        expected = (events**2 / (events + extra + half) / rows, (events + extra + half) / rows)
        assert found == pytest.approx(expected, rel=1e-7, abs=0.0)
    assert found[0] <= share <= found[1]


@given(st.floats(0.01, 20.0), st.floats(0.5, 200.0), st.floats(0.5, 4.0))
def test_ends_in_proportion_are_where_a_score_test_just_rejects(mean, rate, margin):
    of = at_size(IntervalScale.PROPORTIONAL, mean, rate)
    lower, upper = ends(IntervalScale.PROPORTIONAL, of, margin)

    def excess(end):
        return (mean - end) ** 2 - margin**2 * end / rate

    most = mean + 10 * margin**2 / rate + 10 * margin * math.sqrt(mean / rate) + 1
    assert upper == pytest.approx(optimize.brentq(excess, mean, most), rel=1e-9)
    assert lower == pytest.approx(optimize.brentq(excess, 0.0, mean), rel=1e-6, abs=1e-9)


@given(st.floats(0.01, 5.0), st.floats(0.001, 1.0), st.floats(0.5, 4.0))
def test_functions_of_a_mean_have_the_function_of_its_ends(mean, se, margin):
    lower, upper = ends(
        IntervalScale.PROPORTIONAL, estimate(IntervalScale.PROPORTIONAL, mean, se), margin
    )
    skill = ends(IntervalScale.COMPLEMENT, estimate(IntervalScale.COMPLEMENT, 1 - mean, se), margin)
    assert skill == pytest.approx((1 - upper, 1 - lower), rel=1e-6, abs=1e-9)
    power = math.exp(mean)
    of = estimate(IntervalScale.EXPONENTIAL, power, power * se)
    found = ends(IntervalScale.EXPONENTIAL, of, margin)
    if upper < 500.0:
        assert found == pytest.approx((math.exp(lower), math.exp(upper)), rel=1e-6)
    total = ends(
        IntervalScale.PROPORTIONAL,
        estimate(IntervalScale.PROPORTIONAL, -100 * mean, 100 * se),
        margin,
    )
    assert total == pytest.approx((-100 * upper, -100 * lower), rel=1e-9)


@pytest.mark.parametrize(
    ("scale", "value"),
    [(IntervalScale.SHARE, 0.0), (IntervalScale.SHARE, 1.0), (IntervalScale.PROPORTIONAL, 0.0)],
)
def test_the_size_follows_from_the_other_end(scale, value):
    of = estimate(scale, value, 0.0, 37.0)
    assert size_of(scale, value, ends(scale, of, 2.0), 2.0) == pytest.approx(37.0, rel=1e-9)


@given(estimates(), st.floats(0.1, 3.0))
def test_the_size_follows_from_the_ends(drawn, margin):
    scale, of = drawn
    found = ends(scale, of, margin)
    size = size_of(scale, of.value, found, margin)
    if scale in (IntervalScale.LOG, IntervalScale.LOGIT) and found[1] in (of.value, 1.0, math.inf):
        assert size == 0.0
    elif scale is IntervalScale.LOGIT and 1.0 - found[1] < 1e-9:
        pass  # floats tell too little of what is left of 1
    elif scale is not IntervalScale.LINEAR and found[1] - found[0] > 1e-6 * abs(of.value):
        assert size == pytest.approx(of.size, rel=1e-4)


@pytest.mark.parametrize("scale", [IntervalScale.LOG, IntervalScale.LOGIT])
@pytest.mark.parametrize(
    ("value", "ends"),
    [(0.0, (0.0, 0.5)), (0.5, (0.5, 0.5)), (0.5, (0.0, math.inf)), (1.0, (0.0, 1.0))],
)
def test_ends_that_tell_no_size_have_none(scale, value, ends):
    assert size_of(scale, value, ends, 2.0) == 0.0


@given(estimates(), st.floats(0.0, 1.0))
def test_mirroring_twice_returns_to_the_end(drawn, part):
    scale, of = drawn
    if scale is IntervalScale.LINEAR:
        return
    lower, upper = ends(scale, of, 0.3)
    end = lower + part * (upper - lower)
    there = mirrored(scale, of.value, end)
    back = mirrored(scale, of.value, there)
    at_bound = scale is IntervalScale.SHARE and there in (0.0, 1.0)
    # In logits, a bound is infinitely far away: its mirror image is that of the linear scale.
    at_bound |= scale is IntervalScale.LOGIT and end in (0.0, 1.0)
    root_at_bound = there in (0.0, 1.0)
    if not (at_bound or root_at_bound):
        assert back == pytest.approx(end, rel=1e-6, abs=1e-6)
    assert (there - of.value) * (end - of.value) <= 1e-12


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
@example(0.9, 0.1)
@example(0.1, 0.9)
def test_shares_are_mirrored_at_their_angles(share, end):
    angle = 2.0 * math.asin(math.sqrt(share)) - math.asin(math.sqrt(end))
    expected = math.sin(min(max(angle, 0.0), math.pi / 2.0)) ** 2
    assert mirrored(IntervalScale.SHARE, share, end) == pytest.approx(expected, abs=1e-12)


@given(st.floats(0.01, 50.0), st.floats(0.01, 50.0))
def test_losses_are_mirrored_at_their_roots(loss, end):
    root = max(2.0 * math.sqrt(loss) - math.sqrt(end), 0.0)
    for scale, to, sign in (
        (IntervalScale.PROPORTIONAL, lambda x: x, 1.0),
        (IntervalScale.PROPORTIONAL, lambda x: -x, -1.0),
        (IntervalScale.COMPLEMENT, lambda x: 1.0 - x, -1.0),
        (IntervalScale.EXPONENTIAL, math.exp, 1.0),
    ):
        expected = to(root * root) if root * root < 700.0 else math.inf
        found = mirrored(scale, to(loss), to(end))
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), (scale, sign)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_other_scales_mirror_their_logarithms_or_logits(value, end):
    assert mirrored(IntervalScale.LINEAR, value, end) == 2.0 * value - end
    log = math.exp(2.0 * math.log(value) - math.log(end))
    assert mirrored(IntervalScale.LOG, value, end) == pytest.approx(log, rel=1e-12)
    logit = special.expit(2.0 * special.logit(value) - special.logit(end))
    assert mirrored(IntervalScale.LOGIT, value, end) == pytest.approx(logit, rel=1e-9)


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-300, 2.0**-53, 1.0 - 2.0**-53, 1.0])
@pytest.mark.parametrize("se", [0.0, 1e-300, 1e-17, 0.1])
def test_an_interval_in_logits_is_inside_0_and_1_next_to_them(value, se):
    of = estimate(IntervalScale.LOGIT, value, se, 10.0)
    lower, upper = ends(IntervalScale.LOGIT, of, Z)
    assert 0.0 <= lower <= value <= upper <= 1.0
    for end in (lower, value, upper):
        assert 0.0 <= mirrored(IntervalScale.LOGIT, value, end) <= 1.0
    if value in (0.0, 1.0):
        assert (lower, upper) == (0.0, 1.0)
