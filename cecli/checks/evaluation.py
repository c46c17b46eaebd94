"""All rules on all figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cecli.checks.figures import Figure, Figures, Groups
from cecli.checks.groups import judge_groups
from cecli.checks.judging import judge
from cecli.checks.outcome import Outcome, Verdict
from cecli.checks.rule import ROWS, SKIPPED, Rule
from cecli.errors import InputError, UsageError, visible

NOUNS = {ROWS: "the number of rows", SKIPPED: "the number of skipped rows"}
NO_FIGURES: Mapping[str, Figure] = {}


def evaluated(
    rules: Sequence[Rule],
    current: Figures,
    baseline: Figures | None,
    paired: Mapping[str, Figure] = NO_FIGURES,
) -> tuple[Outcome, ...]:
    """Return what becomes of each rule, in their order.

    Parameters
    ----------
    paired : changes from the baseline that are known row by row, by metric.

    Raises
    ------
    UsageError
        If there are no rules, or one is about a change and there is no baseline.
    InputError
        If a report has no rows, or is about something else than the baseline.
    """
    if not rules:
        raise UsageError(
            "there is nothing to check",
            hint="name a rule: --max cross_entropy=0.4, or [[tool.cecli.check]] in pyproject.toml",
        )
    for figures in (current, baseline):
        if figures is not None and not figures.counts[ROWS] > 0:
            raise InputError("the report has no rows: there is nothing to check", figures.name)
    if baseline is not None:
        _refuse_another(current, baseline)
    return tuple(_outcome(rule, current, baseline, paired) for rule in rules)


def _refuse_another(current: Figures, baseline: Figures) -> None:
    """Raise an InputError where reports are about different things."""
    for word in ("command", "task", "units"):
        ours, theirs = getattr(current, word), getattr(baseline, word)
        if ours != theirs:
            raise InputError(
                f"its {word} is {theirs}, that of {current.name} is {ours}: they do not compare",
                baseline.name,
                "make the baseline as the report was made",
            )


def _outcome(
    rule: Rule, current: Figures, baseline: Figures | None, paired: Mapping[str, Figure]
) -> Outcome:
    if rule.limit.of_change and baseline is None:
        raise UsageError(
            f"{rule.limit} of {rule.subject} needs something to compare with",
            hint="--baseline REPORT.json, or --baseline-file PREDICTIONS",
        )
    if rule.metric in NOUNS:
        counts = current.of_rows
        whole = current.counts[ROWS] + current.counts[SKIPPED]
        before = None if baseline is None else baseline.of_rows[rule.metric]
        return judge(rule, counts[rule.metric], before, NOUNS[rule.metric], whole)
    if rule.by is None:
        base = None if baseline is None else baseline.metrics.get(rule.metric)
        change = paired.get(rule.metric)
        return judge(rule, current.metrics.get(rule.metric), base, rule.metric, paired=change)
    groups = current.groups.get(rule.by)
    if not groups:
        reason = f"{rule.subject}: the report has no groups by {rule.by}"
        return Outcome(rule, Verdict.FAIL, reason)
    bases: Groups = {} if baseline is None else baseline.groups.get(rule.by, {})
    pairs = [
        (
            visible(", ".join(values)),
            figures.get(rule.metric),
            bases.get(values, NO_FIGURES).get(rule.metric),
        )
        for values, figures in groups.items()
    ]
    if rule.limit.of_change:
        # A group that has vanished did not get better.
        gone = [(values, figures) for values, figures in bases.items() if values not in groups]
        pairs += [(visible(", ".join(v)), None, figures.get(rule.metric)) for v, figures in gone]
    return replace(judge_groups(rule, pairs), groups=len(pairs))
