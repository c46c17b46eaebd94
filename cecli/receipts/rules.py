"""Rules as receipts state them: as they are written on the command line."""

from collections.abc import Mapping, Sequence
from typing import Any

from cecli.commands.check.absent import absent_groups
from cecli.commands.check.calibrated import is_lacking
from cecli.commands.check.evaluation import Compared, checked, read, with_noise
from cecli.commands.check.figures import Key, figures_of
from cecli.commands.check.outcome import Checked
from cecli.commands.check.parsing import max_skipped, require_rows, typed
from cecli.commands.check.rule import ROWS, SKIPPED, Rule, Undecided
from cecli.core.errors import UsageError, shown
from cecli.core.pipes import Pipe
from cecli.options.checking import NoiseOptions, RuleOptions
from cecli.report.parts import Limit, Severity
from cecli.report.report import Report

OF_ROWS, OF_SKIPPED = "require-rows", "max-skipped"
MOST_DIGITS = 18


def rules_of(bounds: RuleOptions, noise: NoiseOptions) -> list[Rule]:
    """Return the rules that options ask for.

    Raises
    ------
    UsageError
        If one is invalid.
    """
    limits = {Limit.MAX: bounds.max, Limit.MIN: bounds.min}
    rules = [typed(limit, text) for limit, texts in limits.items() for text in texts]
    rules = with_noise(rules, noise.confidence, noise.undecided)
    rules += [] if bounds.require_rows is None else [require_rows(bounds.require_rows)]
    rules += [] if bounds.max_skipped is None else [max_skipped(bounds.max_skipped)]
    return list({text_of(rule): rule for rule in rules}.values())


def text_of(rule: Rule) -> str:
    """Return a rule as text, such as max cross_entropy@segment=0.4:warn."""
    warns = ":warn" if rule.severity is Severity.WARN else ""
    name = {ROWS: OF_ROWS, SKIPPED: OF_SKIPPED}.get(rule.metric, f"{rule.limit} {rule.subject}")
    return f"{name}={rule.amount.text}{warns}"


def rule_of(text: str, confidence: float | None, undecided: str | None) -> Rule:
    """Return the rule that a text states.

    Raises
    ------
    UsageError
        If it is none.
    """
    name, _, amount = text.partition("=")
    if name == OF_ROWS and amount.isdecimal() and amount.isascii() and len(amount) <= MOST_DIGITS:
        return require_rows(int(amount))
    if name == OF_SKIPPED:
        return max_skipped(amount)
    limit, _, bound = text.partition(" ")
    if limit not in {Limit.MAX, Limit.MIN}:
        raise UsageError(f"{shown(text)} is no rule of a receipt")
    (rule,) = with_noise([typed(Limit(limit), bound)], confidence, undecided)
    return rule


def undecided_of(rule: Rule) -> str | None:
    """Return what a rule says of the undecided; None if it says nothing."""
    return None if rule.undecided is None else str(Undecided(rule.undecided))


def columns_of(rules: Sequence[Rule], by: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that form groups: those given, or else that of the rules.

    Raises
    ------
    UsageError
        If rules are about groups that are not formed.
    """
    columns = list(dict.fromkeys(rule.by for rule in rules if rule.by and rule.by != "class"))
    given = ",".join(by) if by else ",".join(columns)
    for column in columns:
        if column != given:
            raise UsageError(
                f"a rule is on groups of {shown(column)}, but --by makes those of {shown(given)}",
                hint="one receipt is about the groups of one --by",
            )
    return tuple(by or columns)


def judged(
    report: Report, rules: Sequence[Rule], files: Any, options: Mapping[str, Any]
) -> Checked | None:
    """Return the outcomes of rules on a report; None if there are no rules.

    Parameters
    ----------
    files, options : where the rows are, and the options of `score` by their names in Python: rows
        are read again for groups none of whose rows counts.

    Raises
    ------
    UsageError
        If a rule is about a metric that no score has.
    """
    if not rules:
        return None
    stored = read(report)
    figures = figures_of(*stored)
    for rule in rules:
        if is_lacking(rule, figures):
            raise UsageError(
                f"a receipt has the metrics of cecli score, and {rule.subject} is none of them",
                hint="cecli check judges rules on calibration",
            )
    by = next((rule.by for rule in rules if rule.by and rule.by != "class"), None)
    absent: Mapping[str, Sequence[Key]] | None = {}
    if by is not None and figures.read != figures.counts[ROWS]:
        absent = _absent(by, files, options, figures.groups.get(by, {}))
    return checked(Compared(stored, absent=absent), rules)


def _absent(
    by: str, files: Any, options: Mapping[str, Any], reported: Mapping[Key, Any]
) -> Mapping[str, Sequence[Key]] | None:
    """Return the groups none of whose rows counts; None if rows cannot be read again."""
    named = [files] if isinstance(files, str) else files
    if not isinstance(named, list | tuple) or any(isinstance(x, Pipe) or x == "-" for x in named):
        return None
    return {by: absent_groups(list(named), {**options, "by": [by]}, reported.keys())}
