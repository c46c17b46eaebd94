"""The forest plot of a report: its models and its groups, each with its interval."""

from collections.abc import Iterable, Sequence

from cecli.core.errors import named, visible
from cecli.pictures.forest import MOST_ROWS, Estimated, Forest
from cecli.pictures.picture import Picture
from cecli.renderers.pictured.reliability import diagram_of
from cecli.renderers.sheet import names
from cecli.report.parts import Comparison
from cecli.report.report import Report
from cecli.report.result import Group, Measure, Result

NAME, WIDTH = "forest", 800
ALL = "all rows"
DIFFERENCE = "difference"
# A report with this metric is about divergences; one with the second, about a fit.
DIVERGENCE, FITTED = "reverse_kl", "calibrated_cross_entropy"
# Fewer rows a model say little.
FEWEST = 10


def picture_of(report: Report) -> Picture:
    """Return the picture of a report: a reliability diagram, or a forest plot.

    A forest plot shows what the report is about: differences of models, the losses of the worst
    rows, or the first metric, of all rows and of each group.
    """
    if report.reliability:
        return diagram_of(report)
    if report.comparisons:
        return _compared(report)
    if report.rows:
        return _worst(report)
    total = report.results
    main = _main(total or report.groups[0].results)
    quantity = _quantity(report, main)
    of = _of_groups(report.groups)
    estimates = [
        *(_estimate(ALL, result, report.input.rows, is_total=True) for result in [main] if total),
        *_fitted(report),
        *(_of_group(group, main.name) for group in report.groups),
    ]
    title = f"{main.name}{f' by {of}' if report.groups else ''}: {names(report.input.paths)}"
    reference = main.value if total and report.groups and _is_known(main.value) else None
    forest = Forest("", of, quantity, tuple(estimates), _level([main]), reference)
    return _picture(title, [forest], report)


def _is_known(value: float | None) -> bool:
    return value is not None and abs(value) < float("inf")


def _main(results: Sequence[Result]) -> Result:
    """Return the result that a report is about: the divergence, or the first metric."""
    by_name = {result.name: result for result in results}
    if DIVERGENCE in by_name:
        return by_name["kl"]
    return by_name.get("cross_entropy", results[0]) if FITTED in by_name else results[0]


def _fitted(report: Report) -> Iterable[Estimated]:
    """Yield the loss after the fit, if the report is about one."""
    for result in report.results:
        if result.name == FITTED:
            yield _estimate("after the fit", result, report.input.rows, is_total=True)


def _compared(report: Report) -> Picture:
    """Return one panel with all models, or with one model's groups, for each model."""
    comparisons = report.comparisons
    first = comparisons[0].results[0]
    words = f"{_quantity(report, first)}; below 0: better than {named(comparisons[0].baseline)}"
    several = len(comparisons) > 1
    if not report.groups:
        estimates = tuple(_estimate(c.model, c.results[0], None) for c in comparisons)
        panels = [Forest("", "model", words, estimates, _level([first]), 0.0, _margin(report))]
    else:
        panels = [
            _groups_of(report, comparison, words, f"_{number}" if several else "")
            for number, comparison in enumerate(comparisons, start=2)
        ]
    title = comparisons[0].sentence if not several else (
        f"Difference of the mean loss from {named(comparisons[0].baseline)}"
    )  # fmt: skip
    return _picture(title, panels, report, [c.sentence for c in comparisons] if several else [])


def _groups_of(report: Report, comparison: Comparison, words: str, number: str) -> Forest:
    """Return a model's difference for all rows and for each group."""
    total = comparison.results[0]
    found = [_by_name(group) for group in report.groups]
    results = [some.get(f"{DIFFERENCE}{number}") or some[DIFFERENCE] for some in found]
    most = max(FEWEST, MOST_ROWS // len(report.comparisons))
    estimates = (
        _estimate(ALL, total, report.input.rows, is_total=True),
        *(
            _estimate(_name(group), result, group.rows, is_small=group.is_small)
            for group, result in zip(report.groups, results, strict=True)
        ),
    )
    title = f"{named(comparison.model)} against {named(comparison.baseline)}"
    return Forest(
        title if number else "", _of_groups(report.groups), words, estimates,
        _level([total, *results]), 0.0, _margin(report), most,
    )  # fmt: skip


def _worst(report: Report) -> Picture:
    """Return the losses of the worst rows, and their mean over all rows."""
    main = _main(report.results)
    estimates = (
        _estimate("mean of all rows", main, report.input.rows, is_total=True),
        *(
            Estimated(f"line {row.line}" if len(report.input.paths) == 1 else row.place, row.loss)
            for row in report.rows
        ),
    )
    reference = main.value if _is_known(main.value) else None
    forest = Forest("", "row", f"loss, {report.units}", estimates, None, reference)
    return _picture(f"Worst rows: {names(report.input.paths)}", [forest], report)


def _margin(report: Report) -> float | None:
    margin = report.options.get("margin")
    return margin if isinstance(margin, float) else None


def _picture(
    title: str, panels: Sequence[Forest], report: Report, notes: Sequence[str] = ()
) -> Picture:
    drawn = sum(len(forest.shown) for forest in panels)
    described = f"A forest plot with {drawn} row{'' if drawn == 1 else 's'}. {_told(report)}"
    return Picture(NAME, title, described, tuple(panels), (*notes, *_levels(report)), width=WIDTH)


def _levels(report: Report) -> Iterable[str]:
    """Yield what to say about intervals of groups that have a level of their own."""
    if report.comparisons and report.groups:
        total = _level([report.comparisons[0].results[0]])
        of_groups = _level(
            result
            for group in report.groups
            for result in group.results
            if result.name.startswith(DIFFERENCE)
        )
        if total and of_groups and total != of_groups:
            yield (
                f"Intervals: {100.0 * total:.3g}% for all rows, {100.0 * of_groups:.3g}% for each "
                "group, so that those of all groups hold at once."
            )
    if _margin(report) is not None:
        yield f"The grey zone is the margin of ±{_margin(report):g} {report.units}."


def _told(report: Report) -> str:
    """Return what a picture shows in words: the conclusions, or the result for all rows."""
    if report.comparisons:
        return " ".join(f"{comparison.sentence}." for comparison in report.comparisons)
    if not report.results:
        return f"{_main(report.groups[0].results).name} of each {_of_groups(report.groups)}."
    from cecli.pictures.drawing.forest_rows import words_of

    main = _main(report.results)
    return f"{main.name} of {ALL}: {words_of(_estimate(ALL, main, None))}."


def _quantity(report: Report, result: Result) -> str:
    units = {
        Measure.INFORMATION: f", {report.units}",
        Measure.ROOT_INFORMATION: f", root of {report.units}",
        Measure.NUMBER: "",
    }
    return f"{result.name}{units[result.measure]}"


def _estimate(
    name: str, result: Result, rows: int | None, *, is_total: bool = False, is_small: bool = False
) -> Estimated:
    interval = result.interval
    lower, upper = (None, None) if interval is None else (interval.lower, interval.upper)
    return Estimated(name, result.value, lower, upper, rows, is_total, is_small)


def _of_group(group: Group, metric: str) -> Estimated:
    return _estimate(_name(group), _by_name(group)[metric], group.rows, is_small=group.is_small)


def _by_name(group: Group) -> dict[str, Result]:
    return {result.name: result for result in group.results}


def _name(group: Group) -> str:
    return " · ".join(visible(value) if value else "(empty)" for value in group.key.values())


def _of_groups(groups: Sequence[Group]) -> str:
    return " · ".join(map(visible, groups[0].key)) if groups else ""


def _level(results: Iterable[Result]) -> float | None:
    """Return the level of the intervals, if all have the same one."""
    levels = {result.interval.level for result in results if result.interval is not None}
    return levels.pop() if len(levels) == 1 else None
