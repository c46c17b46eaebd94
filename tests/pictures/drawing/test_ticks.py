"""Ticks lie in the bounds, at equal distances, and their labels say where they are."""

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cecli.pictures.drawing.ticks import compact, labels, linear_ticks, log_ticks, rounded

FINITE = st.floats(-1e290, 1e290, allow_subnormal=False)
# Q of section 4.1 of the paper, from the most to the least wanted.
NICE = (1, 5, 2, 2.5, 4, 3)
WANTED = st.integers(2, 12)


def number(label):
    """Return the number that a label says."""
    factor = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}.get(label[-1], 1.0)
    return float(label.rstrip("kMGT").replace("−", "-")) * factor


@st.composite
def bounds(draw):
    low, high = sorted((draw(FINITE), draw(FINITE)))
    assume(high - low > 1e-5 * max(abs(low), abs(high)) > 1e-290)
    return low, high


@given(bounds(), WANTED)
def test_linear_ticks_lie_within_the_bounds_at_equal_distances(ends, wanted):
    low, high = ends
    ticks = [tick.value for tick in linear_ticks(low, high, wanted)]
    assert all(low <= tick <= high for tick in ticks)
    # About as many as wanted: density costs more than any other score can win.
    assert len(ticks) <= 2 * wanted + 2
    assert len(ticks) >= 2 or wanted < 5
    steps = [after - before for before, after in itertools.pairwise(ticks)]
    assert all(step == pytest.approx(steps[0], abs=1e-8 * (high - low)) for step in steps)
    assert all(step > 0.0 for step in steps)


@given(bounds(), WANTED)
def test_labels_say_the_value_and_differ(ends, wanted):
    ticks = linear_ticks(*ends, wanted)
    assert len({tick.label for tick in ticks}) == len(ticks)
    for tick in ticks:
        assert number(tick.label) == pytest.approx(tick.value, abs=2e-3 * (ends[1] - ends[0]))


def scored(low, high, wanted, first, step, count, nice, skip):
    """Return the score of the paper's equations 2 to 5, with the weights of section 4.4."""
    last = first + step * (count - 1)
    has_zero = first <= 1e-9 * step and last >= -1e-9 * step and abs(
        math.remainder(first, step)
    ) < 1e-9 * step  # fmt: skip
    simplicity = 1 - NICE.index(nice) / (len(NICE) - 1) - skip + 1 * has_zero
    span = high - low
    coverage = 1 - 0.5 * ((high - last) ** 2 + (low - first) ** 2) / (0.1 * span) ** 2
    r = (count - 1) / (last - first)
    r_wanted = (wanted - 1) / (max(last, high) - min(first, low))
    density = 2 - max(r / r_wanted, r_wanted / r)
    return 0.25 * simplicity + 0.2 * coverage + 0.5 * density + 0.05


def exhaustive(low, high, wanted):
    """Return the best score of all, without the bounds that end the search."""
    best = -math.inf
    powers = range(math.floor(math.log10(high - low)) - 2, math.ceil(math.log10(high - low)) + 1)
    for skip, nice, power, count in itertools.product(range(1, 4), NICE, powers, range(2, 20)):
        step, unit = skip * nice * 10.0**power, nice * 10.0**power
        if not 0.3 * (high - low) < step * (count - 1) < 2 * (high - low):
            continue
        for place in range(math.floor((low - step) / unit), math.ceil((high + step) / unit)):
            arguments = (place * unit, step, count, nice, skip)
            best = max(best, scored(low, high, wanted, *arguments))
    return best


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(0, 1, 6), (-3.7, 12.1, 5), (14, 103, 4), (0.47, 0.61, 5), (-1, 200, 7), (8.1, 14.1, 4)],
)
def test_the_search_finds_the_best_of_all_ticks(low, high, wanted):
    from cecli.pictures.drawing.ticks import _best

    found = _best(low, high, wanted)
    unit = found.nice * 10.0**found.power
    arguments = (found.first * unit, found.skip * unit, found.number, found.nice, found.skip)
    assert scored(low, high, wanted, *arguments) == pytest.approx(found.score, abs=1e-9)
    assert found.score == pytest.approx(exhaustive(low, high, wanted), abs=1e-9)


def test_the_ticks_are_those_that_the_authors_print():
    # labeling::extended(8.1, 14.1, 4) in R is 8 10 12 14; the first is outside, and left out.
    assert [tick.value for tick in linear_ticks(8.1, 14.1, 4)] == [10.0, 12.0, 14.0]


@given(st.floats(-250, 250), st.floats(0.05, 200), WANTED)
def test_logarithmic_ticks_lie_within_the_bounds_at_1_2_or_5_times_a_power(start, decades, wanted):
    low, high = 10.0**start, 10.0 ** min(start + decades, 290.0)
    for tick in log_ticks(low, high, wanted):
        assert low <= tick.value <= high
        power = tick.value / 10.0 ** math.floor(math.log10(tick.value) + 1e-9)
        assert min(abs(power - m) for m in (1, 2, 5)) < 1e-6
        assert number(tick.label) == pytest.approx(tick.value, rel=1e-6)


@given(st.floats(1, 1e12), st.integers(2, 9))
def test_a_count_has_two_logarithmic_ticks_at_least_over_two_decades(most, wanted):
    assert most < 100 or len(log_ticks(0.5, most, wanted)) >= 2


@given(st.floats(-1e14, 1e14).filter(lambda x: x == 0 or abs(x) > 1e-4))
def test_a_compact_number_is_right_to_three_digits(value):
    assert number(compact(value)) == pytest.approx(value, rel=6e-4)


@given(st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3), st.floats(1e-5, 1e3))
def test_a_rounded_value_is_off_by_less_than_a_tenth_of_its_spread(value, spread):
    assert abs(number(rounded(value, spread)) - value) <= max(0.051 * spread, 0.5 * (spread >= 10))


def test_what_is_infinite_is_said_so():
    assert [rounded(math.inf, None), rounded(-math.inf, 1.0)] == ["∞", "−∞"]
    assert labels([], 1.0) == []
