"""The reliability diagram of a report on calibration."""

from itertools import pairwise

from cecli.core.errors import visible
from cecli.pictures.calibration import reliability_diagram
from cecli.pictures.picture import Picture
from cecli.renderers.sheet import names
from cecli.report.curves import Reliability, ReliabilityBin
from cecli.report.reliability import ReliabilityTable
from cecli.report.report import Report


def diagram_of(report: Report) -> Picture:
    """Return the reliability diagram of the bins of a report, one for each class or model."""
    title = f"Reliability: {names(report.input.paths)}"
    first = names(tuple(report.columns["prob"]))
    tables = [_reliability(table, table.of or first) for table in report.reliability]
    return reliability_diagram(tables, title)


def _reliability(table: ReliabilityTable, model: str) -> Reliability:
    bins = tuple(
        ReliabilityBin(
            one.low,
            one.high,
            one.rows,
            one.mean_prediction,
            one.observed_rate,
            # Soft labels have no interval: the rate stands for both of its ends.
            one.observed_rate if one.lower is None else one.lower,
            one.observed_rate if one.upper is None else one.upper,
        )
        for one in table.bins
    )
    edges, counts = _histogram(bins)
    rows = sum(one.rows for one in bins)
    return Reliability(visible(model), rows, bins, table.level, edges=edges, counts=counts)


def _histogram(bins: tuple[ReliabilityBin, ...]) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return the edges and counts of bins, with the empty ones between them."""
    edges, counts = [bins[0].low], []
    for one, later in pairwise((*bins, None)):
        if one is None:
            continue
        edges.append(one.high)
        counts.append(one.rows)
        if later is not None and later.low > one.high:
            edges.append(later.low)
            counts.append(0)
    return tuple(edges), tuple(counts)
