"""Rules on calibration and ranking: reports of predictions with what `calibration` finds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cecli.commands.calibration.joined import DRAWN, joined, names_in, of_calibration
from cecli.commands.check.figures import CLASS, Figures
from cecli.commands.check.rule import Rule
from cecli.commands.score.plan import Opened, opened
from cecli.core.pipes import Pipe
from cecli.engines import ready
from cecli.metrics.elsewhere.definitions import TOOLS
from cecli.options.keywords import in_keywords, silent
from cecli.report.report import Report

Json = Mapping[str, Any]
# The predictions that are of one event, or of several classes.
TASKS = {"binary", "multiclass"}
# Every calibration has it, and no score.
ALWAYS = "smece"
# What is reported of two distributions, and of two models' logs.
OF_KL = (
    "cecli.metrics.information.kl_divergence",
    "cecli.metrics.information.tokens",
    "cecli.metrics.information.top_lists",
)
# What a calibration reports of each group beside the metrics of a score.
OF_GROUPS = "cecli.metrics.cells.cumulative"


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
    scored = predictions.report()
    report = scored.to_dict()
    missing = [rule for rule in wanted if not _is_in(report, rule)]
    apart = predictions.scoring.model is not None or predictions.scoring.grouping.over_groups
    if apart:
        # The rows of several models together are no model's; means over groups have no calibration.
        missing = [rule for rule in missing if rule.by is not None]
    if not missing or report["task"] not in TASKS:
        return report
    found = _calibration(predictions, missing, draws)
    if apart:
        found = replace(found, results=())
    return joined(scored, found).to_dict()


def _is_in(report: Json, rule: Rule) -> bool:
    if rule.by is None:
        return rule.metric in report["metrics"]
    if rule.by == CLASS and not report["groups"]:
        return any(rule.metric in part["metrics"] for part in report["per_class"])
    return any(rule.metric in part["metrics"] for part in report["groups"])


def _calibration(predictions: Opened, rules: Sequence[Rule], draws: int) -> Report:
    """Return the report of a calibration of predictions, as far as rules need it."""
    from cecli.commands.calibration.plan import calibrating
    from cecli.commands.calibration.reliability import Reliable, binning_of
    from cecli.metrics.reliability.bins import DEBIASED, RMSCE

    scoring, table = predictions.scoring, predictions.table
    metrics = {rule.metric for rule in rules}
    by = scoring.grouping.by if any(rule.by not in (None, CLASS) for rule in rules) else ()
    grouping = replace(scoring.grouping, by=by, resampling=None, over_groups=False)
    is_drawn = not grouping.is_dependent and bool(metrics & names_in(DRAWN))
    debiased = bool(metrics & {RMSCE.name, DEBIASED.name})
    found = calibrating(
        table,
        replace(scoring, grouping=grouping, tell=silent),
        draws if is_drawn else 0,
        Reliable(binning_of(None, None, ()), debiased=debiased),
    )
    return found.report(table, predictions.engine, predictions.progress)


def is_lacking(rule: Rule, figures: Figures) -> bool:
    """Return whether a score lacks the metric of a rule, which is one of calibration."""
    groups = figures.groups.get(rule.by or "", {}).values()
    places = [figures.metrics] if rule.by is None else list(groups)
    is_there = any(rule.metric in metrics for metrics in places)
    if is_there or figures.command != "score" or ALWAYS in figures.metrics:
        return False
    return rule.metric in of_calibration()


def where_to_find(rule: Rule, figures: Figures) -> str:
    """Return a hint if a score lacks the metric of a rule, and another report has it; else ""."""
    if figures.command == "score" and (tool := TOOLS.get(rule.metric)) is not None:
        return f"; --like {tool} reports it"
    if figures.command == "score" and rule.metric in names_in(*OF_KL):
        return f"; cecli kl compares two inputs: its --json is a report with {rule.metric}"
    has_it = rule.by in {None, CLASS} or rule.metric in names_in(OF_GROUPS)
    if not (has_it and is_lacking(rule, figures)):
        return ""
    return f"; cecli calibration --json writes a report with {rule.subject}"
