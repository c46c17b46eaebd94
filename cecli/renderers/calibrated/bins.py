"""The reliability table for people, with bars of observed rates."""

from collections.abc import Callable
from math import floor, log10
from statistics import median

from cecli.core.errors import visible
from cecli.renderers.sheet import FILLED, LINE, Grid
from cecli.report.reliability import CalibrationBin, ReliabilityTable

BAR = 20  # characters
LEAST_DECIMALS, MOST_DECIMALS = 3, 8
LEGEND = f"{FILLED} observed {LINE} pred."


def of_bins(table: ReliabilityTable, number: Callable[[float], str]) -> Grid:
    """Return one row per bin, with a bar."""
    is_weighted = any(each.weight != each.rows for each in table.bins)
    has_intervals = any(each.lower is not None for each in table.bins)
    prediction = f"{visible(table.of)}: prediction" if table.of else "prediction"
    headings = [prediction, "rows", *["weight"] * is_weighted, "predicted", "observed"]
    headings += [f"{100 * table.level:g}% interval"] * has_intervals
    headings += ["part of ece", LEGEND]
    rows = []
    for each in table.bins:
        row = [_between(each), f"{each.rows:,}", *[number(each.weight)] * is_weighted]
        row += [number(each.mean_prediction), number(each.observed_rate)]
        row += [_interval(each, number)] * has_intervals
        rows.append((*row, number(each.contribution), bar(each)))
    last = len(headings) - 1
    return Grid(tuple(headings), tuple(rows), frozenset(range(1, last)), last, has_bars=True)


def decimals_of(table: ReliabilityTable) -> int:
    """Return the decimals that show two digits of most predictions, at least three.

    Examples
    --------
    >>> from cecli.report.reliability import Strategy
    >>> found = [CalibrationBin(0.0, 1.0, 10, 10.0, p, p, None, None, 0.1) for p in (0.0017, 0.3)]
    >>> [decimals_of(ReliabilityTable("", Strategy.QUANTILE, 0.95, (each,))) for each in found]
    [4, 3]
    """
    middle = median(each.mean_prediction for each in table.bins)
    if middle <= 0.0:
        return LEAST_DECIMALS
    return min(max(1 - floor(log10(middle)), LEAST_DECIMALS), MOST_DECIMALS)


def _between(of: CalibrationBin) -> str:
    opening = "[" if of.low == 0.0 else "("
    return f"{opening}{of.low:.6g}, {of.high:.6g}]"


def _interval(of: CalibrationBin, number: Callable[[float], str]) -> str:
    return (
        "" if of.lower is None or of.upper is None else f"[{number(of.lower)}, {number(of.upper)}]"
    )


def bar(of: CalibrationBin) -> str:
    """Return the observed rate as a bar, with a line at the mean prediction.

    Examples
    --------
    >>> bar(CalibrationBin(0.2, 0.4, 10, 10.0, 0.3, 0.2, None, None, 0.1))
    '████  │'
    """
    filled = round(of.observed_rate * BAR)
    line = min(int(of.mean_prediction * BAR), BAR - 1)
    cells = [FILLED if place < filled else " " for place in range(BAR)]
    cells[line] = LINE
    return "".join(cells).rstrip()
