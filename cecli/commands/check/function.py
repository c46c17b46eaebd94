"""Is it good enough? Whether a report obeys rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cecli.commands.check.evaluation import evaluated
from cecli.commands.check.figures import difference_of, figures_of
from cecli.commands.check.outcome import Checked
from cecli.commands.check.rule import Rule, Undecided, max_skipped, require_rows, typed
from cecli.core.errors import UsageError, shown
from cecli.options.intervals import is_level
from cecli.report.parts import Limit
from cecli.report.reading import name_of, read_report
from cecli.report.report import Report

Limits = Mapping[str, float | str]
Stored = Report | Mapping[str, Any] | str


def check(
    report: Stored,
    *,
    max: Limits | None = None,
    min: Limits | None = None,
    max_increase: Limits | None = None,
    max_decrease: Limits | None = None,
    max_worsening: Limits | None = None,
    baseline: Stored | None = None,
    paired: Stored | None = None,
    confidence: float | None = None,
    undecided: Undecided | str = Undecided.FAIL,
    rows: int | None = None,
    skipped: int | str | None = None,
) -> Checked:
    """Return whether a report obeys rules; what cannot be compared does not.

    Parameters
    ----------
    report : of `cecli.score` and its like; or as it was stored, its path, or its JSON values.
    max, min : bounds by metric, or by "metric@column" for each group of a column.
    max_increase, max_decrease : bounds of the change from the baseline: numbers, or "1%" of it.
    max_worsening : the same in the direction that is worse for the metric.
    baseline : the report that changes are from.
    paired : a report of `cecli.compare` of the baseline's predictions with these: the change of
        cross_entropy then has the noise of the differences, row by row, which is far less.
    confidence : of the interval that must be within a limit, such as 0.95; by default the value
        itself is compared.
    undecided : "fail", or "pass" where an interval that straddles the limit is good enough.
    rows : how many rows there must be.
    skipped : how many may have been left out: 10, or "0.1%".

    Returns
    -------
    Checked
        Its `passed` is the verdict, its `outcomes` say why.

    Raises
    ------
    UsageError
        If a rule makes no sense, or there is none.
    InputError
        If a report cannot be read, has no rows, or is not of the same kind as the baseline.

    Examples
    --------
    >>> from cecli import score
    >>> checked = check(score({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]}), max={"cross_entropy": 0.3})
    >>> checked.passed, checked.outcomes[0].reason
    (True, 'cross_entropy is 0.279777, at most 0.3')
    """
    limits = {
        Limit.MAX: max,
        Limit.MIN: min,
        Limit.MAX_INCREASE: max_increase,
        Limit.MAX_DECREASE: max_decrease,
        Limit.MAX_WORSENING: max_worsening,
    }
    rules = [
        typed(limit, f"{subject}={amount}")
        for limit, given in limits.items()
        for subject, amount in (given or {}).items()
    ]
    rules = with_noise(rules, confidence, undecided)
    rules += [] if rows is None else [require_rows(rows)]
    rules += [] if skipped is None else [max_skipped(str(skipped))]
    against = None if baseline is None else read(baseline, "<baseline>")
    pairs = None if paired is None else read(paired, "<comparison>")
    return checked(read(report, "<report>"), rules, against, pairs)


def with_noise(
    rules: Sequence[Rule], confidence: float | None, undecided: Undecided | str | None
) -> list[Rule]:
    """Return rules with these where they do not say otherwise.

    Raises
    ------
    UsageError
        If the confidence is no share, or undecided neither fail nor pass.
    """
    for given in (confidence, *(rule.confidence for rule in rules)):
        if given is not None and not is_level(given):
            raise UsageError(f"--confidence {given:g} is not between 0 and 1", hint="0.95, say")
    if undecided is not None and undecided not in list(Undecided):
        raise UsageError(f"--undecided {shown(str(undecided))}: choose fail or pass")
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
    """Return the JSON values of a report, validated, and what it is called.

    Raises
    ------
    InputError
        If it is no report, or cannot be read.
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
    """Return what becomes of rules."""
    current = figures_of(*report)
    against = None if baseline is None else figures_of(*baseline)
    changes = {} if paired is None else {"cross_entropy": difference_of(*paired)}
    outcomes = evaluated(rules, current, against, changes)
    content, name = report
    return Checked(content, name, outcomes, None if baseline is None else baseline[1])
