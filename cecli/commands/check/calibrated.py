"""Rules on calibration and ranking: reports of predictions with what `calibration` finds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

from cecli.commands.check.figures import CLASS, Figures
from cecli.commands.check.rule import Rule
from cecli.commands.score.plan import Opened, opened
from cecli.core.errors import UnreadableError
from cecli.core.pipes import Pipe
from cecli.engines import ready
from cecli.options.keywords import in_keywords, silent

Json = Mapping[str, Any]
# The modules that define what a calibration reports beside the metrics of a score.
MODULES = (
    "cecli.metrics.cells.decomposition",
    "cecli.metrics.cells.cumulative",
    "cecli.metrics.cells.ranking",
    "cecli.metrics.reliability.bins",
    "cecli.metrics.reliability.smooth",
    "cecli.metrics.reliability.class_wise",
    "cecli.commands.calibration.line",
)
# From labels drawn from the predictions, which takes a while.
DRAWN = "cecli.commands.fit.null_reference"
# The predictions that are of one event, or of several classes.
TASKS = {"binary", "multiclass"}
# Every calibration has it, and no score.
ALWAYS = "smece"


@cache
def names_in(*modules: str) -> frozenset[str]:
    """Return the names of the metrics that some modules define."""
    return frozenset(d.name for module in modules for d in import_module(module).DEFINITIONS)


def of_calibration() -> frozenset[str]:
    """Return the names of the metrics of calibration and ranking."""
    return names_in(*MODULES, DRAWN)


def judged(
    files: Sequence[str | Pipe], options: Mapping[str, Any], rules: Sequence[Rule], draws: int
) -> Json:
    """Return the report of a score of predictions; of calibration too if a rule needs it.

    Parameters
    ----------
    options : of `score`, by their names in Python.
    draws : how often labels are drawn if a rule needs it.
    """
    wanted = [rule for rule in rules if rule.metric in of_calibration()]
    # A stream is kept if its rows may be read again.
    passes = 2 if wanted else 1
    predictions: Opened = in_keywords(opened)(list(files), passes=passes, **options)
    with ready(predictions.engine):
        return _judged(predictions, wanted, draws)


def _judged(predictions: Opened, wanted: Sequence[Rule], draws: int) -> Json:
    report = predictions.report().to_dict()
    missing = [rule for rule in wanted if not _is_in(report, rule)]
    if predictions.scoring.model is not None:
        # The rows of several models together are no model's.
        missing = [rule for rule in missing if rule.by is not None]
    if not missing or report["task"] not in TASKS:
        return report
    found = _calibration(predictions, missing, draws)
    if predictions.scoring.model is not None:
        found = {**found, "metrics": {}, "intervals": {}}
    return joined(report, found)


def _is_in(report: Json, rule: Rule) -> bool:
    if rule.by is None:
        return rule.metric in report["metrics"]
    if rule.by == CLASS and not report["groups"]:
        return any(rule.metric in part["metrics"] for part in report["per_class"])
    return any(rule.metric in part["metrics"] for part in report["groups"])


def _calibration(predictions: Opened, rules: Sequence[Rule], draws: int) -> Json:
    """Return the report of a calibration of predictions, as far as rules need it."""
    from cecli.commands.calibration.plan import calibrating
    from cecli.commands.calibration.reliability import Reliable, binning_of
    from cecli.metrics.reliability.bins import DEBIASED, RMSCE

    scoring, table = predictions.scoring, predictions.table
    metrics = {rule.metric for rule in rules}
    by = scoring.grouping.by if any(rule.by not in (None, CLASS) for rule in rules) else ()
    grouping = replace(scoring.grouping, by=by, resampling=None)
    is_drawn = not grouping.is_dependent and bool(metrics & names_in(DRAWN))
    debiased = bool(metrics & {RMSCE.name, DEBIASED.name})
    found = calibrating(
        table,
        replace(scoring, grouping=grouping, tell=silent),
        draws if is_drawn else 0,
        Reliable(binning_of(None, None, ()), debiased=debiased),
    )
    return found.report(table, predictions.engine, predictions.progress).to_dict()


def joined(score: Json, calibration: Json) -> Json:
    """Return the report of a score with the numbers of a calibration of the same rows.

    Of one event, the numbers of calibration and ranking are those of the calibration, which may be
    exact where one pass has certain bounds. Of several classes, the calibration is about another
    event: that the likeliest class is observed. So the score keeps what it has.

    Raises
    ------
    UnreadableError
        If the rows have changed in between.
    """
    if any(score["input"][of] != calibration["input"][of] for of in ("rows", "weight")):
        raise UnreadableError(
            "has changed between two passes",
            ", ".join(score["input"]["paths"]),
            "if it is being written to, save a copy first",
        )
    replaced = of_calibration() if score["task"] == "binary" else frozenset[str]()
    told = [n for n in calibration["notices"] if n not in score["notices"]]
    return {
        **score,
        **_both(score, calibration, replaced & calibration["metrics"].keys()),
        "per_class": _parts(score["per_class"], calibration["per_class"], CLASS),
        "groups": _parts(score["groups"], calibration["groups"], "key"),
        "notices": [*score["notices"], *told],
        **{name: calibration[name] for name in ("reliability",) if name in calibration},
    }


def _both(ours: Json, theirs: Json, replaced: frozenset[str] | set[str]) -> Json:
    """Return the metrics and intervals of both; ours, but for those that are replaced."""
    bounds = {f"{name}_{end}" for name in replaced for end in ("lower", "upper")}
    left_out = {*replaced, *bounds}
    names = ("metrics", "intervals")
    return {
        of: {
            **{name: value for name, value in ours.get(of, {}).items() if name not in left_out},
            **{
                name: value
                for name, value in theirs.get(of, {}).items()
                if name in replaced or name not in ours["metrics"]
            },
        }
        for of in names
        if of in ours or of in theirs
    }


def _parts(ours: Sequence[Json], theirs: Sequence[Json], key: str) -> list[Json]:
    """Return our groups, with what theirs have beside."""
    found = {str(part[key]): part for part in theirs}
    nothing: Json = {"metrics": {}}
    return [
        {**part, **_both(part, found.get(str(part[key]), nothing), frozenset())} for part in ours
    ]


def where_to_find(rule: Rule, figures: Figures) -> str:
    """Return a hint if a score lacks the metric of a rule, and a calibration has it; else ""."""
    groups = figures.groups.get(rule.by or "", {}).values()
    places = [figures.metrics] if rule.by is None else list(groups)
    is_there = any(rule.metric in metrics for metrics in places)
    if is_there or figures.command != "score" or ALWAYS in figures.metrics:
        return ""
    if rule.metric not in of_calibration():
        return ""
    return f"; cecli calibration --json writes a report with {rule.subject}"
