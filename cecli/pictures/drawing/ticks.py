"""Ticks of axes, and numbers as their labels.

Linear ticks: Talbot, Lin, Hanrahan, "An Extension of Wilkinson's Algorithm for Positioning Tick
Labels on Axes", IEEE TVCG 16 (2010), doi:10.1109/TVCG.2010.130. Legibility is not a score here:
the caller asks for fewer ticks until their labels do not overlap.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

# Steps from the best to the worst, and the weights of the four scores; legibility is 1.
NICE = (1.0, 5.0, 2.0, 2.5, 4.0, 3.0)
SIMPLICITY, COVERAGE, DENSITY, LEGIBILITY = 0.25, 0.2, 0.5, 0.05
# Beyond these powers of ten, labels have an exponent.
LARGE, SMALL = 6, -5
SUFFIXES = {3: "k", 6: "M", 9: "G", 12: "T"}


class Tick(NamedTuple):
    """A tick of an axis, and its label."""

    value: float
    label: str


class _Spread(NamedTuple):
    """Some ticks: from `first` in steps of q · j · 10^power."""

    score: float
    first: int  # in units of q · 10^power
    skip: int  # j
    number: int
    nice: float  # q
    power: int


def linear_ticks(low: float, high: float, wanted: int) -> list[Tick]:
    """Return about as many ticks as wanted, all within the bounds.

    Parameters
    ----------
    low, high : finite, low < high.
    wanted : at least 2.

    Examples
    --------
    >>> [tick.label for tick in linear_ticks(0.0, 1.0, 6)]
    ['0', '0.2', '0.4', '0.6', '0.8', '1']
    """
    best = _best(low, high, max(wanted, 2))
    unit = best.nice * 10.0**best.power
    values = [(best.first + i * best.skip) * unit for i in range(best.number)]
    slack = 1e-9 * (high - low)
    inside = [value for value in values if low - slack <= value <= high + slack]
    words = labels(inside, best.skip * unit)
    return [Tick(min(max(v, low), high), label) for v, label in zip(inside, words, strict=True)]


def _best(low: float, high: float, wanted: int) -> _Spread:
    """Return the best ticks; the search ends where no further score can exceed the best one."""
    best = _Spread(-2.0, 0, 1, 2, 1.0, 0)
    for j in count(1):
        for index, nice in enumerate(NICE):
            simple = 1.0 - index / (len(NICE) - 1) - j + 1.0
            if _total(simple, 1.0, 1.0) < best.score:
                return best
            best = _denser(low, high, wanted, best, (j, nice, simple))
    raise AssertionError


def _denser(
    low: float, high: float, wanted: int, best: _Spread, steps: tuple[int, float, float]
) -> _Spread:
    """Return the best ticks with steps of j q 10^z, for every number of ticks."""
    j, nice, simple = steps
    for number in count(2):
        dense = 2.0 - (number - 1) / (wanted - 1) if number >= wanted else 1.0
        if _total(simple, 1.0, dense) < best.score:
            return best
        for power in count(math.ceil(math.log10((high - low) / (number + 1) / (j * nice)))):
            step = j * nice * 10.0**power
            span = step * (number - 1)
            if _total(simple, _best_coverage(low, high, span), dense) < best.score:
                break
            for spread in _placed(low, high, number, steps, power):
                score = _score(low, high, wanted, spread)
                if score > best.score:
                    best = spread._replace(score=score)
    raise AssertionError


def _placed(
    low: float, high: float, number: int, steps: tuple[int, float, float], power: int
) -> Iterator[_Spread]:
    """Yield the ticks of one step at all their places."""
    j, nice, _ = steps
    unit = nice * 10.0**power
    begin = math.floor(high / (j * unit)) * j - (number - 1) * j
    end = math.ceil(low / (j * unit)) * j
    for first in range(begin, min(end, begin + 100) + 1):
        yield _Spread(0.0, first, j, number, nice, power)


def _score(low: float, high: float, wanted: int, spread: _Spread) -> float:
    unit = spread.nice * 10.0**spread.power
    first, last = spread.first, spread.first + spread.skip * (spread.number - 1)
    has_zero = first <= 0 <= last and first % spread.skip == 0
    simple = 1.0 - NICE.index(spread.nice) / (len(NICE) - 1) - spread.skip + has_zero
    start, stop = first * unit, last * unit
    tenth = 0.1 * (high - low)
    off = ((high - stop) / tenth) ** 2 + ((low - start) / tenth) ** 2
    density = (spread.number - 1) / (stop - start)
    ideal = (wanted - 1) / (max(stop, high) - min(start, low))
    return _total(simple, 1.0 - 0.5 * off, 2.0 - max(density / ideal, ideal / density))


def _best_coverage(low: float, high: float, span: float) -> float:
    """Return the greatest coverage that ticks with this span can have."""
    excess = span - (high - low)
    if excess <= 0.0:
        return 1.0
    return 1.0 - (excess / (0.2 * (high - low))) ** 2


def _total(simplicity: float, coverage: float, density: float) -> float:
    return SIMPLICITY * simplicity + COVERAGE * coverage + DENSITY * density + LEGIBILITY


def log_ticks(low: float, high: float, wanted: int) -> list[Tick]:
    """Return ticks at powers of ten, or at 1, 2 and 5 times them within two decades.

    Parameters
    ----------
    low, high : finite, 0 < low < high.
    """
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    if last - first <= 1 and wanted >= 4:
        powers = range(first - 1, last + 1)
        values = [m * 10.0**power for power in powers for m in (1.0, 2.0, 5.0)]
    else:
        stride = max(1, math.ceil((last - first + 1) / wanted))
        values = [10.0**power for power in range(first, last + 1, stride)]
    return [Tick(value, compact(value)) for value in values if low <= value <= high]


def labels(values: Sequence[float], step: float) -> list[str]:
    """Return labels of values that are multiples of a step, with as many digits as it needs.

    Examples
    --------
    >>> labels([0.0, 0.25, 0.5], 0.25), labels([0.0, 5e-9], 5e-9), labels([1e7, 2e7], 1e7)
    (['0', '0.25', '0.5'], ['0', '5e−9'], ['10M', '20M'])
    """
    largest = max(map(abs, values), default=0.0)
    if largest and not 10.0**SMALL <= largest < 10.0**15:
        return [_with_exponent(value, step) for value in values]
    if largest >= 10.0**LARGE and step >= 1e5:
        return [compact(value) for value in values]
    decimals = min(max(0, 2 - math.floor(math.log10(step) + 1e-9)), 17)
    return [_trimmed(f"{value:.{decimals}f}") for value in values]


def _with_exponent(value: float, step: float) -> str:
    if value == 0.0:
        return "0"
    digits = max(0, math.floor(math.log10(abs(value))) - math.floor(math.log10(step)) + 1)
    mantissa, _, power = f"{value:.{min(digits, 16)}e}".partition("e")
    return f"{_trimmed(mantissa)}e{int(power)}".replace("-", "−")


def compact(value: float) -> str:
    """Return a number with a suffix for thousands, or an exponent where there is no suffix.

    Examples
    --------
    >>> compact(100.0), compact(2500.0), compact(1e8), compact(1e18), compact(0.01)
    ('100', '2.5k', '100M', '1e18', '0.01')
    """
    if value == 0.0:
        return "0"
    power = math.floor(math.log10(abs(value)) + 1e-12)
    if power < SMALL + 1 or power >= 15:
        mantissa, _, exponent = f"{value:.3e}".partition("e")
        return f"{_trimmed(mantissa)}e{int(exponent)}".replace("-", "−")
    thousands = max(0, power // 3 * 3)
    decimals = max(0, 3 - power + thousands)
    return _trimmed(f"{value / 10.0**thousands:.{decimals}f}") + SUFFIXES.get(thousands, "")


def _trimmed(text: str) -> str:
    """Return a number without zeros that say nothing, and with the sign minus."""
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short in {"-0", "0"} else short.replace("-", "−")


def rounded(value: float, spread: float | None) -> str:
    """Return a value with so many decimals that its spread has two digits.

    Parameters
    ----------
    spread : such as half of its interval; None or 0 if there is none.

    Examples
    --------
    >>> rounded(0.473612, 0.00193), rounded(12.5, 3.0), rounded(-0.5, None), rounded(3e9, None)
    ('0.4736', '12.5', '−0.5', '3.00e9')
    """
    if math.isinf(value):
        return "∞" if value > 0.0 else "−∞"
    if not spread or not math.isfinite(spread):
        decimals = 3 if value == 0.0 else 2 - math.floor(math.log10(abs(value)))
        text = f"{value:.3g}"
    else:
        decimals = 1 - math.floor(math.log10(spread))
        text = f"{value:z.{min(max(decimals, 0), 12)}f}"
    if decimals > 10 or abs(value) >= 1e7 or "e" in text:
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")
