"""Pictures of calibration: the reliability diagram, and the cumulative difference."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cecli.pictures.axis import Axis, axis_of
from cecli.pictures.drawing.palette import MOST_SERIES
from cecli.pictures.drawing.text import harmless
from cecli.pictures.drawing.ticks import rounded
from cecli.pictures.picture import (
    Bars,
    Dots,
    Mark,
    Numbers,
    Panel,
    Picture,
    Ribbon,
    Trace,
)
from cecli.report.curves import CumulativeDifference, Reliability, ReliabilityBin

# Counts that differ by this factor are on a logarithmic axis.
LOG_FROM = 50.0
# Predictions that are all below this, or all above 1 minus this, are shown enlarged.
ENLARGED = 0.5
# A share of the predictions that need not be seen.
FEW = 0.005
# The bins of more models hide each other, where they have curves.
MOST_WITH_BINS = 2


def reliability_diagram(models: Sequence[Reliability], title: str = "Reliability") -> Picture:
    """Return the reliability diagrams of models in one plot, and what they predict below.

    Parameters
    ----------
    models : at least one; what exceeds MOST_SERIES is left out, and the picture says so.
    """
    shown = models[:MOST_SERIES]
    low, high = _range(shown)
    x, y = Axis("predicted probability", low, high), Axis("observed rate", low, high)
    panel = Panel("", x, y, tuple(_reliability(shown, low, high)), height=0.75)
    return Picture(
        "reliability",
        title,
        " ".join(map(_described, shown))
        + " Points above the diagonal: more is observed than predicted; below it: less.",
        (panel, _distribution(shown, x)),
        (*_leaving(shown, high, low), *left_out(models)),
        tuple(map(_table, shown)),
    )


def left_out(models: Sequence[object]) -> tuple[str, ...]:
    """Return what to say about models beyond the first ones."""
    more = len(models) - MOST_SERIES
    return (f"{more} more model{'s are' if more > 1 else ' is'} not drawn.",) if more > 0 else ()


def _range(models: Sequence[Reliability]) -> tuple[float, float]:
    """Return the bounds of both axes: 0 and 1, or less where all happens at one end.

    A curve or a band may leave them where few predictions are: one event at the end would squeeze
    all else.
    """
    values = [
        value
        for model in models
        for some in (
            *((b.predicted, b.lower, b.upper) for b in model.bins),
            model.edges if model.isotonic is not None else (),
            _usual_rates(model),
        )
        for value in some
    ]
    least, most = min(values, default=0.0), max(values, default=1.0)
    if 0.0 < most < ENLARGED:
        return 0.0, min(1.0, 1.06 * most)
    if 1.0 - ENLARGED < least < 1.0:
        return 1.0 - 1.06 * (1.0 - least), 1.0
    return 0.0, 1.0


def _usual_rates(model: Reliability) -> list[float]:
    """Return the rates of the isotonic curve where nearly all predictions are."""
    curve = model.isotonic
    if curve is None or not curve.x or not model.counts:
        return [] if curve is None else [*curve.y]
    # The first and the last bin end where the predictions do.
    edges = [min(max(edge, curve.x[0]), curve.x[-1]) for edge in model.edges]
    bins = list(zip(model.counts, edges, edges[1:], strict=False))
    backwards = [(count, right, left) for count, left, right in reversed(bins)]
    low, high = (_after(FEW * sum(model.counts), some) for some in (bins, backwards))
    return [y for x, y in zip(curve.x, curve.y, strict=True) if low <= x <= high]


def _after(weight: float, bins: Sequence[tuple[float, float, float]]) -> float:
    """Return where so much weight is passed, if it is spread evenly in each bin."""
    for count, start, stop in bins:
        if count >= weight:
            return start + (stop - start) * weight / count
        weight -= count
    return bins[-1][2]


def _leaving(models: Sequence[Reliability], high: float, low: float) -> tuple[str, ...]:
    """Return what to say about isotonic curves that leave the plot."""
    rates = [y for model in models if model.isotonic is not None for y in model.isotonic.y]
    ends = [f"{y:.3g}" for y in (min(rates, default=low), max(rates, default=high))
            if not low <= y <= high]  # fmt: skip
    return (f"The isotonic curve leaves the plot, and reaches {' and '.join(ends)}.",) * bool(ends)


def _reliability(models: Sequence[Reliability], low: float, high: float) -> Iterator[Mark]:
    alone = len(models) == 1
    for model in models[:1] if alone else ():
        if model.band is not None:
            words = f"{100.0 * model.level:.3g}% band of calibrated predictions"
            band = model.band
            yield Ribbon(band.x, band.lower, band.upper, label=words, series=None)
    yield Trace((low, high), (low, high), "perfectly calibrated", None)
    for series, model in enumerate(models):
        name = "isotonic regression" if alone else model.model
        if model.isotonic is not None:
            curve = model.isotonic
            yield Trace(curve.x, curve.y, name, series, is_named=not alone)
            if len(models) > MOST_WITH_BINS:
                continue
        yield Dots(
            tuple(b.predicted for b in model.bins),
            tuple(b.observed for b in model.bins),
            tuple(b.lower for b in model.bins),
            tuple(b.upper for b in model.bins),
            _of_bins(model) if alone else
            "" if model.isotonic is not None else name,
            series,
            tuple(
                f"predicted {b.predicted:.4g}, observed {b.observed:.4g}{_ends(b)}, "
                f"{b.rows:,} row{'' if b.rows == 1 else 's'}"
                for b in model.bins
            ),
        )  # fmt: skip


def _of_bins(model: Reliability) -> str:
    are_known = any(one.has_interval for one in model.bins)
    return f"bins, {100.0 * model.level:.3g}% intervals" if are_known else "bins"


def _ends(one: ReliabilityBin) -> str:
    return f" [{one.lower:.4g}, {one.upper:.4g}]" if one.has_interval else ""


def _distribution(models: Sequence[Reliability], x: Axis) -> Panel:
    """Return the panel of how many rows have which predictions."""
    found = [_counts(model) for model in models]
    counts = [count for _, some in found for count in some if count]
    least = min([*counts, *(count for model in models for count in model.events if count)],
                default=1.0)  # fmt: skip
    is_log = max(counts, default=1.0) >= LOG_FROM * min(counts, default=1.0)
    words = f"{_unit(models[0])}{', logarithmic' if is_log else ''}"
    most = max(counts, default=1.0)
    y = Axis(words, 0.0, 1.06 * most)
    if is_log:
        y = Axis(words, 0.5 * least, 1.3 * most, is_log=True)
    if len(models) > 1:
        marks: list[Mark] = [
            Trace(*_outline(edges, some), series=series)
            for series, (edges, some) in enumerate(found)
        ]
    else:
        (edges, some), *_ = found
        marks = [*_bars(models[0], edges, some)]
    return Panel("", replace(x, label=""), y, tuple(marks), height=0.2)


Edges = Sequence[tuple[float, float]]


def _bars(model: Reliability, edges: Edges, counts: Sequence[float]) -> Iterator[Bars]:
    """Yield the bars of all rows, and in front of them those of the events."""
    sides, unit = _sides(edges), _unit(model)
    between = [f"{left:.4g} to {right:.4g}" for left, right in edges]
    titles = tuple(f"{x}: {n:,.6g} {unit}" for x, n in zip(between, counts, strict=True))
    if not model.events:
        yield Bars(*sides, tuple(counts), series=0, titles=titles)
        return
    yield Bars(*sides, tuple(counts), "all rows", None, titles)
    happened = zip(titles, model.events, strict=True)
    titles = tuple(f"{words}, {n:,.6g} of events" for words, n in happened)
    yield Bars(*sides, model.events, "events", 0, titles)


def _unit(model: Reliability) -> str:
    """Return what is counted: rows, or their weight."""
    return "rows" if not model.counts or sum(model.counts) == model.rows else "weight"


def _counts(model: Reliability) -> tuple[Edges, Sequence[float]]:
    if model.edges:
        return list(zip(model.edges, model.edges[1:], strict=False)), model.counts
    return [(b.low, b.high) for b in model.bins], [b.rows for b in model.bins]


def _sides(edges: Edges) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(left for left, _ in edges), tuple(right for _, right in edges)


def _outline(edges: Edges, counts: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    x = tuple(edge for sides in edges for edge in sides)
    return x, tuple(float(count) for count in counts for _ in range(2))


def _described(model: Reliability) -> str:
    name = harmless(model.model)
    if not model.bins:
        return f"{name}: no rows."
    worst = max(model.bins, key=lambda b: abs(b.observed - b.predicted))
    bins = "1 bin" if len(model.bins) == 1 else f"{len(model.bins)} bins"
    return (
        f"{name}: {model.rows:,} rows in {bins}; the farthest from calibrated predicts "
        f"{worst.predicted:.3g} on average, where {worst.observed:.3g} is observed."
    )


def _table(model: Reliability) -> Numbers:
    return Numbers(
        f"Bins of {harmless(model.model)}",
        ("predictions", "rows", "mean prediction", "observed rate", "interval"),
        tuple(
            (
                f"{b.low:.4g} to {b.high:.4g}",
                f"{b.rows:,}",
                f"{b.predicted:.4g}",
                f"{b.observed:.4g}",
                f"{b.lower:.4g} to {b.upper:.4g}" if b.has_interval else "",
            )
            for b in model.bins
        ),
    )


def cumulative_difference(
    models: Sequence[CumulativeDifference], title: str = "Cumulative difference"
) -> Picture:
    """Return the walks of models from the lowest prediction to the highest.

    Parameters
    ----------
    models : at least one; what exceeds MOST_SERIES is left out, and the picture says so.
    """
    shown = models[:MOST_SERIES]
    limit = max((model.limit or 0.0 for model in shown), default=0.0)
    y = axis_of(
        "observed minus predicted, added up",
        (0.0, limit, -limit, *(value for model in shown for value in model.points.y)),
    )
    x = Axis("share of rows, from the lowest prediction to the highest", 0.0, 1.0)
    return Picture(
        "cumulative-difference",
        title,
        " ".join(map(_walk_described, shown))
        + " Where a line rises, more is observed than predicted; where it falls, less.",
        (Panel("", x, y, tuple(_walks(shown))),),
        ("Where a line rises, more is observed than predicted; where it falls, less.",
         *left_out(models)),
        (Numbers("Expected calibration", ("model", "ECCE", "limit", "p"),
                 tuple(map(_walk_row, shown))),),
    )  # fmt: skip


def _walks(models: Sequence[CumulativeDifference]) -> Iterator[Mark]:
    alone = len(models) == 1
    limits = [model.limit for model in models if model.limit is not None]
    if limits:
        # Of several models, the widest: each of them stays inside at least as often.
        most = max(limits)
        words = f"a calibrated model stays inside in {100.0 * models[0].level:.3g}% of cases"
        yield Ribbon((0.0, 1.0), (-most, -most), (most, most), words, None)
    yield Trace((0.0, 1.0), (0.0, 0.0), series=None)
    for series, model in enumerate(models):
        ecce = "" if model.ecce is None else f", ECCE {rounded(model.ecce, None)}"
        points, name = model.points, f"{model.model}{ecce}" if alone else model.model
        yield Trace(points.x, points.y, name, series, is_named=not alone)  # fmt: skip


def _walk_described(model: CumulativeDifference) -> str:
    said = [f"{harmless(model.model)}:"]
    if model.points.y:
        low, high = min(model.points.y), max(model.points.y)
        said.append(f"from {rounded(low, None)} to {rounded(high, None)},")
        said.append(f"ending at {rounded(model.points.y[-1], None)}.")
    if model.p_value is not None:
        said.append(f"p = {model.p_value:.3g} if it were calibrated.")
    return " ".join(said)


def _walk_row(model: CumulativeDifference) -> tuple[str, ...]:
    numbers = (model.ecce, model.limit, model.p_value)
    return (harmless(model.model), *("" if n is None else rounded(n, None) for n in numbers))
