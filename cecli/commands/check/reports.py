"""The reports that are checked, and the rules that they have to obey."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cecli.commands.check.evaluation import evaluated
from cecli.commands.check.figures import difference_of, figures_of
from cecli.commands.check.outcome import Checked
from cecli.commands.check.rule import Rule, Undecided
from cecli.core.errors import UsageError, shown
from cecli.options.intervals import is_level
from cecli.report.reading import name_of, read_report
from cecli.report.report import Report

Stored = Report | Mapping[str, Any] | str


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
