"""The reliability diagram of a report on calibration."""

from itertools import pairwise

from cecli.pictures.calibration import reliability_diagram
from cecli.pictures.picture import Picture
from cecli.renderers.pictured.models import curves_in, model_name
from cecli.renderers.sheet import inputs
from cecli.report.curves import Reliability, ReliabilityBin
from cecli.report.document import ReportDocument
from cecli.report.reliability import CalibrationBin, ReliabilityTable


def reliability_of(document: ReportDocument) -> Picture | None:
    """Return the reliability diagram of a report, with each class or model; None without bins."""
    if not document.reliability:
        return None
    found = [_reliability(table, document) for table in document.reliability]
    return reliability_diagram(found, f"Reliability: {inputs(document.input.paths)}")


def _reliability(table: ReliabilityTable, document: ReportDocument) -> Reliability:
    curves = curves_in(document)
    isotonic = next((c for c in curves.isotonic if c.of == table.of), None)
    histogram = next((h for h in curves.histogram if h.of == table.of), None)
    bins = tuple(map(_bin, table.bins))
    edges, counts = _histogram(bins)
    if histogram is not None:
        edges, counts = histogram.edges, histogram.weight
    return Reliability(
        model_name(document, table.of),
        sum(one.rows for one in bins),
        bins,
        table.level,
        isotonic=None if isotonic is None else isotonic.points,
        band=None if isotonic is None else isotonic.band,
        edges=edges,
        counts=counts,
        events=() if histogram is None else histogram.events,
    )


def _bin(one: CalibrationBin) -> ReliabilityBin:
    rate = one.observed_rate
    return ReliabilityBin(
        one.low,
        one.high,
        one.rows,
        one.mean_prediction,
        rate,
        # Soft labels have no interval: the rate stands for both of its ends.
        rate if one.lower is None else one.lower,
        rate if one.upper is None else one.upper,
    )


def _histogram(bins: tuple[ReliabilityBin, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the edges and counts of bins, with the empty ones between them."""
    edges, counts = [bins[0].low], []
    for one, later in pairwise((*bins, None)):
        if one is None:
            continue
        edges.append(one.high)
        counts.append(float(one.rows))
        if later is not None and later.low > one.high:
            edges.append(later.low)
            counts.append(0.0)
    return tuple(edges), tuple(counts)
