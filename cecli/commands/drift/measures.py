"""The statistics of columns, and what they come to: metrics, a verdict and its sentence."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cecli.commands.drift.columns import PROB, ComparedColumns
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import shown, visible
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import KL
from cecli.metrics.drift import chance, definitions
from cecli.metrics.drift.binned import (
    Binned,
    ColumnBins,
    bins_of,
    of_categories,
    of_numbers,
)
from cecli.metrics.drift.chance import DriftTest, Sizes
from cecli.metrics.drift.differences import (
    divergences_of,
    empty_on_one_side,
    shares_of,
)
from cecli.metrics.drift.loss import SCORES
from cecli.metrics.information.kl_divergence import JS_DIVERGENCE, REVERSE_KL, TOTAL_VARIATION
from cecli.report.reliability import BinDrift, ColumnDrift, ColumnKind, DriftVerdict
from cecli.report.result import Answer, Definition, Result, Undefined
from cecli.statistics.cells.number_cells import NumberCells
from cecli.statistics.counts import CategoryCounts

# So many values of a column are listed in a report, and so many new or vanished ones named.
LISTED, NAMED = 50, 20
MANY = Undefined("there are more values than are counted")


def statistic_of(
    compared: ComparedColumns, name: str, most: int, borders: Sequence[int] = ()
) -> NumberCells | CategoryCounts:
    """Return the statistic of a column.

    Parameters
    ----------
    most : categories.
    borders : keys at which a cell of numbers ends.
    """
    role = compared.role(name)
    if compared.kind(name) is ColumnKind.CATEGORIES:
        return CategoryCounts(role, most)
    has_loss = role == PROB
    return NumberCells(role, SCORES if has_loss else (), tuple(borders))


@dataclass(frozen=True)
class Manner:
    """How columns are compared.

    Attributes
    ----------
    bins : of equal weight in the reference.
    smooth : what is added to the weight of each bin.
    level : of the tests of all columns together.
    anytime : whether p-values hold at any number of looks.
    most : categories of a column.
    """

    bins: int
    smooth: Fraction
    level: float
    anytime: bool
    most: int


class TestedColumn(NamedTuple):
    """Two samples of a column, and what is known of their difference.

    Attributes
    ----------
    tested : the p-value of the column by itself.
    """

    name: str
    kind: ColumnKind
    binned: Binned
    results: tuple[Result, ...]
    tested: DriftTest


def binned_of(
    compared: ComparedColumns,
    name: str,
    states: tuple[States, States],
    statistics: tuple[Any, Any],
    bins: Mapping[str, ColumnBins],
) -> Binned | None:
    """Return two samples of a column in the bins of the reference; None if there are too many."""
    then, now = (x[statistic] for x, statistic in zip(states, statistics, strict=True))
    if compared.kind(name) is ColumnKind.NUMBERS:
        return of_numbers(then, now, bins[name])
    if then.weights is None or now.weights is None:
        return None
    return of_categories(then.weights, now.weights)


def bins_of_columns(
    compared: ComparedColumns, states: States, manner: Manner, rows: int
) -> dict[str, ColumnBins]:
    """Return the bins of all columns of numbers, from the states of the reference."""
    numbers = [n for n in compared.names if compared.kind(n) is ColumnKind.NUMBERS]
    return {
        name: bins_of(states[statistic_of(compared, name, manner.most)], manner.bins, rows)  # type: ignore[arg-type]
        for name in numbers
    }


def column_of(
    name: str, kind: ColumnKind, binned: Binned, sizes: Sizes, manner: Manner
) -> TestedColumn:
    """Return a column with its metrics in nats, and its p-value."""
    shares = shares_of(binned, float(manner.smooth))
    found = divergences_of(shares)
    by_chance = chance.of_psi(binned, sizes, found.psi, float(manner.smooth))
    tested = _tested(binned, sizes, manner)
    n, m = binned.totals
    new, vanished = empty_on_one_side(binned)
    missing = binned.missing
    looks = Undefined("more looks are taken than one")
    interval = None
    if not manner.smooth and not manner.anytime:
        interval = chance.interval_of_psi(binned, sizes, shares, found.psi, manner.level)
    results = [
        replace(_result(definitions.PSI, found.psi), interval=interval),
        _result(definitions.PSI_EXPECTED, by_chance.expected),
        _result(definitions.PSI_QUANTILE, by_chance.quantile),
        _result(definitions.PSI_P_VALUE, looks if manner.anytime else by_chance.p_value),
        _result(KL, found.kl),
        _result(REVERSE_KL, found.reverse_kl),
        _result(JS_DIVERGENCE, found.js_divergence),
        _result(TOTAL_VARIATION, found.total_variation),
        *_ks(binned),
        _result(definitions.BINS, float(len(binned.bins))),
        _result(definitions.MISSING_REFERENCE, 0.0 if missing is None else missing.reference / n),
        _result(definitions.MISSING_CURRENT, 0.0 if missing is None else missing.current / m),
        _result(definitions.NEW_SHARE, sum(binned.bins[i].current for i in new) / m),
        _result(definitions.VANISHED_SHARE, sum(binned.bins[i].reference for i in vanished) / n),
        _result(definitions.DRIFT_P_VALUE, tested.p_value),
    ]
    return TestedColumn(name, kind, binned, tuple(results), tested)


def _tested(binned: Binned, sizes: Sizes, manner: Manner) -> DriftTest:
    if manner.anytime:
        counts = [(round(each.reference), round(each.current)) for each in binned.bins]
        return chance.at_any_time(counts)
    return (chance.of_categories if binned.is_by_value else chance.of_numbers)(binned, sizes)


def _ks(binned: Binned) -> Iterator[Result]:
    if binned.ends is None:
        return
    lower, upper = binned.ends
    words = "largest difference of the two cumulative distributions"
    yield Result("ks", words, lower)
    if lower < upper:
        yield Result("ks_lower", "certain lower bound of ks", lower)
        yield Result("ks_upper", "certain upper bound of ks", upper)


def _result(definition: Definition, answer: Answer) -> Result:
    meaning = definition.meaning[:1].lower() + definition.meaning[1:].rstrip(".")
    value, undefined = (
        (None, answer.reason) if isinstance(answer, Undefined) else (float(answer), "")
    )
    return Result(definition.name, meaning, value, definition.measure, undefined=undefined)


def adjusted_result(p_value: float | None, reason: str) -> Result:
    """Return the p-value of a column, adjusted for all columns."""
    answer: Answer = Undefined(reason) if p_value is None else p_value
    return _result(definitions.DRIFT_P_VALUE_ADJUSTED, answer)


def result_of(definition: Definition, answer: Answer) -> Result:
    """Return the result of a definition, in nats."""
    return _result(definition, answer)


def drift_of(
    column: TestedColumn, adjusted: float | None, manner: Manner, per_unit: float
) -> ColumnDrift:
    """Return the bins of a column, its verdict and its sentence.

    Parameters
    ----------
    adjusted : the p-value of the column, adjusted for all columns.
    per_unit : nats in a unit of the report.
    """
    verdict = DriftVerdict.UNTESTED
    if adjusted is not None:
        is_moved = adjusted <= 1.0 - manner.level
        verdict = DriftVerdict.MOVED if is_moved else DriftVerdict.NOT_SHOWN
    new, vanished = empty_on_one_side(column.binned)
    names = [
        [words_of(column.binned.bins[place]) for place in places if not _is_gap(column, place)]
        for places in (new, vanished)
    ]
    return ColumnDrift(
        column.name,
        column.kind,
        verdict,
        _sentence(column, verdict, adjusted, per_unit),
        tuple(_bins(column.binned)),
        tuple(names[0][:NAMED]),
        tuple(names[1][:NAMED]),
        len(names[0]),
        len(names[1]),
    )


def _is_gap(column: TestedColumn, place: int) -> bool:
    return column.binned.bins[place].is_missing


def words_of(each: Any) -> str:
    """Return the words for a bin."""
    if each.is_missing:
        return "missing"
    if each.name or each.low is None:
        return str(each.name)
    if each.low == -float("inf") and each.high == float("inf"):
        return "any number"
    if each.low == -float("inf"):
        return f"below {each.high:.6g}"
    if each.high == float("inf"):
        return f"{each.low:.6g} and above"
    return f"{each.low:.6g} to {each.high:.6g}"


def _bins(binned: Binned) -> Iterator[BinDrift]:
    n, m = binned.totals
    bins = list(binned.bins)
    first = bins
    if len(bins) > LISTED:
        first = sorted(bins, key=lambda b: -abs(b.current / m - b.reference / n))[: LISTED - 1]
        first = [each for each in bins if each in set(first)]
    for each in first:
        is_range = each.low is not None
        yield BinDrift(
            value=None if is_range or each.is_missing else each.name,
            low=each.low,
            high=each.high,
            is_missing=each.is_missing,
            reference=each.reference / n,
            current=each.current / m,
        )
    rest = [each for each in bins if each not in set(first)] if len(bins) > LISTED else []
    if rest:
        yield BinDrift(
            others=len(rest),
            reference=sum(each.reference for each in rest) / n,
            current=sum(each.current for each in rest) / m,
        )


def _sentence(
    column: TestedColumn, verdict: DriftVerdict, adjusted: float | None, per_unit: float
) -> str:
    values = {result.name: result.value for result in column.results}
    psi = f"psi {_in_units(values['psi'], per_unit)}"
    quantile, expected = values["psi_quantile"], values["psi_expected"]
    if quantile is not None and expected is not None:
        psi += (
            f", where chance gives {_in_units(expected, per_unit)} on average and up to "
            f"{_in_units(quantile, per_unit)} in 95 of 100 cases"
        )
    name = visible(shown(column.name))
    match verdict:
        case DriftVerdict.MOVED:
            return f"{name} has moved by more than chance explains ({_p(adjusted)}): {psi}"
        case DriftVerdict.NOT_SHOWN:
            return f"{name} is not shown to have moved ({_p(adjusted)}): {psi}"
    why = column.tested.p_value
    reason = f", because {why.reason}" if isinstance(why, Undefined) else ""
    return f"{name} is not tested{reason}: {psi}"


def _p(adjusted: float | None) -> str:
    return "p < 0.001" if adjusted is None or adjusted < 0.001 else f"p = {adjusted:.2g}"


def _in_units(value: float | None, per_unit: float) -> str:
    if value is None:
        return "undefined"
    return "is infinite" if value == float("inf") else f"{value / per_unit:.3g}"
