"""The forest plot of a report: its models and its groups, each with its interval."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cecli.core.errors import named, visible
from cecli.numerics.tails import quantile
from cecli.pictures.drawing.forest_rows import words_of
from cecli.pictures.forest import MOST_ROWS, Estimated, Forest
from cecli.pictures.picture import Picture
from cecli.renderers.sheet import inputs
from cecli.report.document import ComparisonDocument, GroupDocument, ReportDocument
from cecli.report.result import LEVEL, Interval

NAME, WIDTH = "forest", 800
ALL = "all rows"
DIFFERENCE = "difference"
# A report with this metric is about divergences; one with the second, about a fit.
DIVERGENCE, FITTED = "reverse_kl", "calibrated_cross_entropy"
# Groups of a report on calibration have this one.
ECCE = "ecce"
# Fewer rows a model say little.
FEWEST = 10


class Quantity(NamedTuple):
    """A metric of all rows, or of a part of them."""

    name: str
    value: float | None
    interval: Interval | None


def forest_of(document: ReportDocument) -> Picture | None:
    """Return the forest plot of a report; None if it has nothing of the kind.

    It shows what the report is about: differences of models, the losses of the worst rows, the
    calibration of groups, or the first metric, of all rows and of each group.
    """
    if document.command == "drift":
        return None
    if document.command == "calibration":
        return _calibrated(document) if document.groups else None
    if document.comparisons:
        return _compared(document)
    if document.rows:
        return _worst(document)
    return _scored(document)


def _scored(document: ReportDocument) -> Picture:
    total, groups = document.metrics, document.groups
    main = _main(document)
    quantity = f"{main.name}, {document.units}"
    of = _of_groups(groups)
    estimates = [
        *(_estimate(ALL, main, document.input.rows, is_total=True) for _ in [main] if total),
        *_fitted(document),
        *(_of_group(group, main.name) for group in groups),
    ]
    title = f"{main.name}{f' by {of}' if groups else ''}: {inputs(document.input.paths)}"
    reference = main.value if total and groups and _is_known(main.value) else None
    forest = Forest("", of, quantity, tuple(estimates), _level([main]), reference)
    return _picture(title, [forest], document)


def _is_known(value: float | None) -> bool:
    return value is not None and abs(value) < float("inf")


def _main(document: ReportDocument) -> Quantity:
    """Return the metric that a report is about: the divergence, or the first metric."""
    part = document if document.metrics else document.groups[0]
    if DIVERGENCE in part.metrics:
        return _of_metric(part, "kl")
    if FITTED in part.metrics:
        return _of_metric(part, "cross_entropy")
    return _of_metric(part, next(iter(part.metrics)))


def _of_metric(part: ReportDocument | GroupDocument | ComparisonDocument, name: str) -> Quantity:
    return Quantity(name, part.metrics[name], part.intervals.get(name))


def _fitted(document: ReportDocument) -> Iterable[Estimated]:
    """Yield the loss after the fit, if the report is about one."""
    if FITTED in document.metrics:
        found = _of_metric(document, FITTED)
        yield _estimate("after the fit", found, document.input.rows, is_total=True)


def _difference(comparison: ComparisonDocument) -> Quantity:
    return _of_metric(comparison, next(iter(comparison.metrics)))


def _compared(document: ReportDocument) -> Picture:
    """Return one panel with all models, or with one model's groups, for each model."""
    comparisons = document.comparisons
    first = _difference(comparisons[0])
    baseline = named(comparisons[0].baseline)
    words = f"{first.name}, {document.units}; below 0: better than {baseline}"
    several = len(comparisons) > 1
    if not document.groups:
        estimates = tuple(_estimate(c.model, _difference(c), None) for c in comparisons)
        level, margin = _level([first]), _margin(document)
        panels = [Forest("", "model", words, estimates, level, 0.0, margin)]
    else:
        panels = [
            _groups_of(document, comparison, words, f"_{number}" if several else "")
            for number, comparison in enumerate(comparisons, start=2)
        ]
    title = comparisons[0].sentence
    if several:
        title = f"Difference of the mean loss from {baseline}"
    return _picture(title, panels, document, [c.sentence for c in comparisons] if several else [])


def _groups_of(
    document: ReportDocument, comparison: ComparisonDocument, words: str, number: str
) -> Forest:
    """Return a model's difference for all rows and for each group."""
    total, groups = _difference(comparison), list(document.groups)
    own = f"{DIFFERENCE}{number}"
    found = [_of_metric(g, own if own in g.metrics else DIFFERENCE) for g in groups]
    most = max(FEWEST, MOST_ROWS // len(document.comparisons))
    estimates = (
        _estimate(ALL, total, document.input.rows, is_total=True),
        *(
            _estimate(_name(group), each, group.rows, is_small=group.is_small)
            for group, each in zip(groups, found, strict=True)
        ),
    )
    title = f"{named(comparison.model)} against {named(comparison.baseline)}"
    return Forest(
        title if number else "", _of_groups(groups), words, estimates,
        _level([total, *found]), 0.0, _margin(document), most,
    )  # fmt: skip


def _worst(document: ReportDocument) -> Picture:
    """Return the losses of the worst rows, and their mean over all rows."""
    main, paths = _main(document), document.input.paths
    estimates = (
        _estimate("mean of all rows", main, document.input.rows, is_total=True),
        *(
            Estimated(f"line {row.line}" if len(paths) == 1 else f"{row.source}:{row.line}",
                      row.loss)
            for row in document.rows
        ),
    )  # fmt: skip
    reference = main.value if _is_known(main.value) else None
    forest = Forest("", "row", f"loss, {document.units}", estimates, None, reference)
    return _picture(f"Worst rows: {inputs(paths)}", [forest], document)


def _calibrated(document: ReportDocument) -> Picture:
    """Return the calibration of groups: what was observed less what was predicted, and ecce."""
    of, level = _of_groups(document.groups), _stated_level(document)
    differences = tuple(_observed_less_predicted(group, level) for group in document.groups)
    ranges = tuple(_of_group(group, ECCE) for group in document.groups)
    most = MOST_ROWS // 2
    panels = [
        Forest("", of, "base_rate less mean_prediction", differences, level, 0.0, most=most),
        Forest("", of, ECCE, ranges, reference=0.0, most=most),
    ]
    said = (
        "The intervals are as wide as chance has it: that of a group whose predictions are right "
        f"on the whole holds 0 in {100.0 * level:.3g}% of cases."
    )
    title = f"Calibration by {of}: {inputs(document.input.paths)}"
    return _picture(title, panels, document, [said])


def _observed_less_predicted(group: GroupDocument, level: float) -> Estimated:
    """Return an estimate whose interval is as wide as chance has it, by the predictions."""
    rate, predicted = group.metrics["base_rate"], group.metrics["mean_prediction"]
    sigma = group.metrics["ecce_sigma"]
    name, rows, few = _name(group), group.rows, group.is_small
    if rate is None or predicted is None:
        return Estimated(name, None, rows=rows, is_small=few)
    value = rate - predicted
    if not sigma:
        return Estimated(name, value, rows=rows, is_small=few)
    half = quantile((1.0 + level) / 2.0, float("inf")) * sigma
    return Estimated(name, value, value - half, value + half, rows, is_small=few)


def _stated_level(document: ReportDocument) -> float:
    level = document.options.get("level")
    return level if isinstance(level, float) else LEVEL


def _margin(document: ReportDocument) -> float | None:
    margin = document.options.get("margin")
    return margin if isinstance(margin, float) else None


def _picture(
    title: str, panels: Sequence[Forest], document: ReportDocument, notes: Sequence[str] = ()
) -> Picture:
    drawn = sum(len(forest.shown) for forest in panels)
    described = f"A forest plot with {drawn} row{'' if drawn == 1 else 's'}. {_told(document)}"
    return Picture(NAME, title, described, tuple(panels), (*notes, *_levels(document)), width=WIDTH)


def _levels(document: ReportDocument) -> Iterable[str]:
    """Yield what to say about intervals of groups that have a level of their own."""
    if document.command == "calibration":
        return
    if document.comparisons and document.groups:
        total = _level([_difference(document.comparisons[0])])
        of_groups = _level(
            _of_metric(group, name)
            for group in document.groups
            for name in group.metrics
            if name.startswith(DIFFERENCE)
        )
        if total and of_groups and total != of_groups:
            yield (
                f"Intervals: {100.0 * total:.3g}% for all rows, {100.0 * of_groups:.3g}% for each "
                "group, so that those of all groups hold at once."
            )
    if _margin(document) is not None:
        yield f"The grey zone is the margin of ±{_margin(document):g} {document.units}."


def _told(document: ReportDocument) -> str:
    """Return what a picture shows in words: the conclusions, or the result for all rows."""
    of = _of_groups(document.groups)
    if document.command == "calibration":
        return f"The calibration of each {of}, the least calibrated first."
    if document.comparisons:
        return " ".join(f"{comparison.sentence}." for comparison in document.comparisons)
    main = _main(document)
    if not document.metrics:
        return f"{main.name} of each {of}."
    return f"{main.name} of {ALL}: {words_of(_estimate(ALL, main, None))}."


def _estimate(
    name: str, of: Quantity, rows: int | None, *, is_total: bool = False, is_small: bool = False
) -> Estimated:
    lower, upper = (None, None) if of.interval is None else (of.interval.lower, of.interval.upper)
    return Estimated(name, of.value, lower, upper, rows, is_total, is_small)


def _of_group(group: GroupDocument, metric: str) -> Estimated:
    found = _of_metric(group, metric)
    return _estimate(_name(group), found, group.rows, is_small=group.is_small)


def _name(group: GroupDocument) -> str:
    return " · ".join(visible(value) if value else "(empty)" for value in group.key.values())


def _of_groups(groups: Sequence[GroupDocument]) -> str:
    return " · ".join(map(visible, groups[0].key)) if groups else ""


def _level(some: Iterable[Quantity]) -> float | None:
    """Return the level of the intervals, if all have the same one."""
    levels = {each.interval.level for each in some if each.interval is not None}
    return levels.pop() if len(levels) == 1 else None
