"""The evaluation of all rules on a report and its baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cecli.commands.check.figures import Figure, Figures, Groups, difference_of, figures_of
from cecli.commands.check.judging import bounded_of, judge
from cecli.commands.check.outcome import Checked, Outcome, badness
from cecli.commands.check.rule import ROWS, SKIPPED, Rule, Undecided, refuse_none
from cecli.core.errors import InputError, UsageError, shown, visible
from cecli.options.scoring import is_level
from cecli.report.parts import Verdict
from cecli.report.reading import name_of, read_report
from cecli.report.report import Report

# The name of a group, its figure, and that of the baseline.
Compared = tuple[str, Figure | None, Figure | None]


def judge_groups(rule: Rule, groups: Sequence[Compared]) -> Outcome:
    """Return the outcome of the worst group, with the number of groups that do not pass.

    Parameters
    ----------
    groups : for each group its name, its figure, and the figure of the baseline.

    Notes
    -----
    The claim that all groups are within the limit needs no correction, as it is shown for each of
    them (Berger 1982, intersection-union tests). The claim that some group is beyond the limit does
    need one, as one of many groups may be beyond it by chance. Such failures are tested by Holm's
    step-down procedure, and are undecided if it does not reject.

    References
    ----------
    Holm, S. (1979), A simple sequentially rejective multiple test procedure.
    """
    outcomes = [
        replace(judge(rule, figure, base, f"{rule.metric} of {rule.by}={group}"), group=group)
        for group, figure, base in groups
    ]
    if rule.confidence is not None:
        outcomes = _held_to_holm(rule, outcomes, groups)
    worst = min(outcomes, key=badness)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    count = f"{len(failed)} of {len(outcomes)} groups do not pass"
    more = f"; {count}" if len(failed) > 1 else ""
    return replace(worst, reason=worst.reason + more, failed_groups=len(failed))


def _held_to_holm(
    rule: Rule, outcomes: Sequence[Outcome], groups: Sequence[Compared]
) -> list[Outcome]:
    """Return the outcomes; a failure is undecided if Holm's procedure does not confirm it."""
    tested = [place for place, outcome in enumerate(outcomes) if outcome.lower is not None]
    p = {place: _p_beyond(rule, *groups[place][1:]) for place in tested}
    refuted, level = set[int](), (1.0 - (rule.confidence or 0.0)) / 2.0
    for step, place in enumerate(sorted(tested, key=lambda place: p[place])):
        if p[place] > level / (len(tested) - step):
            break
        refuted.add(place)
    return [
        outcome if place not in p or place in refuted else _doubted(outcome, len(tested))
        for place, outcome in enumerate(outcomes)
    ]


def _p_beyond(rule: Rule, figure: Figure | None, base: Figure | None) -> float:
    return bounded_of(rule, figure or Figure(None), base, 0.0).p_beyond


def _doubted(outcome: Outcome, groups: int) -> Outcome:
    if outcome.verdict is not Verdict.FAIL:
        return outcome
    reason = f"{outcome.reason}, but this may be by chance, as {groups} groups were tested"
    return replace(outcome, verdict=Verdict.UNDECIDED, reason=reason)


NOUNS = {ROWS: "the number of rows", SKIPPED: "the number of skipped rows"}
NO_FIGURES: Mapping[str, Figure] = {}


def evaluated(
    rules: Sequence[Rule],
    current: Figures,
    baseline: Figures | None,
    paired: Mapping[str, Figure] = NO_FIGURES,
) -> tuple[Outcome, ...]:
    """Return the outcome of each rule, in the order of the rules.

    Parameters
    ----------
    paired : changes from the baseline computed row by row, by metric.

    Raises
    ------
    UsageError
        If there are no rules, or a rule bounds a change and there is no baseline.
    InputError
        If a report has no rows, or differs from the baseline in command, task or units.
    """
    refuse_none(rules)
    for figures in (current, baseline):
        if figures is not None and not figures.counts[ROWS] > 0:
            raise InputError("the report has no rows to check", figures.name)
    if baseline is not None:
        _refuse_another(current, baseline)
    return tuple(_outcome(rule, current, baseline, paired) for rule in rules)


def _refuse_another(current: Figures, baseline: Figures) -> None:
    """Raise an InputError if reports differ in command, task or units."""
    for word in ("command", "task", "units"):
        ours, theirs = getattr(current, word), getattr(baseline, word)
        if ours != theirs:
            raise InputError(
                f"the {word} of the baseline is {theirs}, but that of {current.name} is {ours}",
                baseline.name,
                "create the baseline with the same command, task and units as the report",
            )


def _outcome(
    rule: Rule, current: Figures, baseline: Figures | None, paired: Mapping[str, Figure]
) -> Outcome:
    if rule.limit.of_change and baseline is None:
        raise UsageError(
            f"{rule.limit} of {rule.subject} requires a baseline",
            hint="--baseline REPORT.json, or --baseline-file PREDICTIONS",
        )
    if rule.metric in NOUNS:
        counts = current.of_rows
        before = None if baseline is None else baseline.of_rows[rule.metric]
        return judge(rule, counts[rule.metric], before, NOUNS[rule.metric], current.read)
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
        # A group that only the baseline has cannot be compared, so it fails.
        gone = [(values, figures) for values, figures in bases.items() if values not in groups]
        pairs += [(visible(", ".join(v)), None, figures.get(rule.metric)) for v, figures in gone]
    return replace(judge_groups(rule, pairs), groups=len(pairs))


Stored = Report | Mapping[str, Any] | str


def with_noise(
    rules: Sequence[Rule], confidence: float | None, undecided: Undecided | str | None
) -> list[Rule]:
    """Return rules with these values as defaults.

    Raises
    ------
    UsageError
        If a confidence is not between 0 and 1, or undecided is neither fail nor pass.
    """
    for given in (confidence, *(rule.confidence for rule in rules)):
        if given is not None and not is_level(given):
            raise UsageError(
                f"--confidence {given:g} is not between 0 and 1", hint="for 95 %, write 0.95"
            )
    if undecided is not None and undecided not in list(Undecided):
        raise UsageError(f"--undecided {shown(str(undecided))} is not fail or pass")
    default = None if undecided is None else Undecided(undecided)
    return [
        replace(
            rule,
            confidence=confidence if rule.confidence is None else rule.confidence,
            undecided=default if rule.undecided is None else rule.undecided,
        )
        for rule in rules
    ]


# A report as JSON values, with its name.
Read = tuple[Mapping[str, Any], str]


def read(report: Stored, name: str) -> Read:
    """Return the validated JSON values of a report, and its name.

    Raises
    ------
    InputError
        If it is not a report, or cannot be read.
    """
    if isinstance(report, str):
        return read_report(report), name_of(report)
    if isinstance(report, Report):
        return report.to_dict(), ", ".join(report.input.paths)
    from cecli.report.reading import validated

    return validated(report, name), name


def checked(
    report: Read, rules: Sequence[Rule], baseline: Read | None, paired: Read | None = None
) -> Checked:
    """Return a report with the outcomes of rules."""
    current = figures_of(*report)
    against = None if baseline is None else figures_of(*baseline)
    changes = {} if paired is None else {"cross_entropy": difference_of(*paired)}
    outcomes = evaluated(rules, current, against, changes)
    content, name = report
    return Checked(content, name, outcomes, None if baseline is None else baseline[1])
