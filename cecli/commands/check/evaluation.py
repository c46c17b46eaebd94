"""The evaluation of all rules on a report and its baseline."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cecli.commands.check.calibrated import where_to_find
from cecli.commands.check.consistency import refuse_contradictions
from cecli.commands.check.drifting import about_columns, by_column
from cecli.commands.check.family import confirmed, summary
from cecli.commands.check.figures import Figure, Figures, Groups, Key, figures_of
from cecli.commands.check.judging import judge
from cecli.commands.check.notices import notices_of
from cecli.commands.check.outcome import Checked, Outcome
from cecli.commands.check.pairs import Pairs, pairs_of
from cecli.commands.check.rule import ROWS, SKIPPED, Rule, Undecided, refuse_none
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, UsageError, shown, visible
from cecli.core.pipes import Pipe
from cecli.options.groups import refuse_no_level
from cecli.report.parts import Verdict
from cecli.report.reading import name_of, read_report, validated
from cecli.report.report import Report

NOUNS = {ROWS: "the number of rows", SKIPPED: "the number of skipped rows"}
# Reports of these commands mean the same by each metric that both have, if there is one event.
OF_ONE_EVENT = {"score", "calibration"}
NO_FIGURES: Mapping[str, Figure] = {}


def evaluated(
    rules: Sequence[Rule],
    current: Figures,
    baseline: Figures | None,
    pairs: Pairs | None = None,
) -> tuple[Outcome, ...]:
    """Return the outcome of each rule, in the order of the rules.

    Parameters
    ----------
    pairs : the comparison with the baseline row by row.

    Raises
    ------
    UsageError
        If there are no rules, or a rule bounds a change and there is no baseline.
    InputError
        If a report has no rows, or differs from the baseline in command, task, units or what
        means are over.
    """
    refuse_none(rules)
    for figures in (current, baseline):
        if figures is not None and not figures.counts[ROWS] > 0:
            raise InputError("the report has no rows to check", figures.name)
    if baseline is not None:
        _refuse_another(current, baseline)
    found = [_outcomes(rule, current, baseline, pairs) for rule in rules]
    hinted = [_hinted(*both, current, baseline) for both in zip(rules, found, strict=True)]
    outcomes = confirmed(hinted)
    return tuple(map(summary, outcomes))


def _refuse_another(current: Figures, baseline: Figures) -> None:
    """Raise an InputError if reports differ in what makes numbers comparable."""
    for word in ("command", "task", "units", "average"):
        ours, theirs = getattr(current, word), getattr(baseline, word)
        if word == "command" and {ours, theirs} == OF_ONE_EVENT and current.task == "binary":
            continue
        if ours != theirs:
            raise InputError(
                f"the {word} of the baseline is {theirs}, but that of {current.name} is {ours}",
                baseline.name,
                f"create the baseline with the same {word} as the report",
            )


def _outcomes(
    rule: Rule, current: Figures, baseline: Figures | None, pairs: Pairs | None
) -> list[Outcome]:
    """Return the outcome of a rule, or those of its groups."""
    if rule.limit.of_change and baseline is None:
        raise UsageError(
            f"{rule.limit} of {rule.subject} requires a baseline",
            hint="--baseline REPORT.json, or --baseline-file PREDICTIONS",
        )
    if rule.metric in NOUNS:
        return [_of_count(rule, current, baseline, pairs)]
    is_of_pairs = pairs is not None and rule.by is None and _is_of_pairs(rule, current, pairs)
    if (rule.limit.of_change or is_of_pairs) and pairs is not None and pairs.strays:
        reason = f"{rule.subject} cannot be compared row by row: {pairs.strays}"
        return [Outcome(rule, Verdict.FAIL, reason)]
    if rule.by is not None:
        return _of_groups(rule, rule.by, current, baseline)
    if pairs is not None and is_of_pairs:
        return [judge(rule, pairs.figures[rule.metric], None, rule.metric)]
    base = None if baseline is None else baseline.metrics.get(rule.metric)
    change = None if pairs is None else pairs.change_of(rule.metric)
    return [judge(rule, current.metrics.get(rule.metric), base, rule.metric, paired=change)]


def _is_of_pairs(rule: Rule, current: Figures, pairs: Pairs) -> bool:
    """Return whether a rule bounds a metric of the comparison, which a report alone lacks."""
    is_alone = rule.metric in current.metrics or rule.limit.of_change
    return not is_alone and rule.metric in pairs.figures


def _hinted(
    rule: Rule, outcomes: list[Outcome], current: Figures, baseline: Figures | None
) -> list[Outcome]:
    """Return the outcomes of a rule, those that lack a number with where there is one."""
    lacking = [current, *([baseline] if rule.limit.of_change and baseline is not None else [])]
    hint = next((found for of in lacking if (found := where_to_find(rule, of))), "")
    return [
        replace(outcome, reason=outcome.reason + hint) if math.isinf(outcome.margin) else outcome
        for outcome in outcomes
    ]


def _of_count(
    rule: Rule, current: Figures, baseline: Figures | None, pairs: Pairs | None
) -> Outcome:
    """Return the outcome of a rule on the number of rows, or of skipped rows."""
    count, noun = current.of_rows[rule.metric], NOUNS[rule.metric]
    if rule.metric == SKIPPED and pairs is not None:
        return judge(rule, Figure(pairs.skipped), None, f"{noun} of both inputs", current.read)
    before = None if baseline is None else baseline.of_rows[rule.metric]
    return judge(rule, count, before, noun, current.read)


def _of_groups(rule: Rule, by: str, current: Figures, baseline: Figures | None) -> list[Outcome]:
    groups, absent = current.groups.get(by, {}), (current.absent or {}).get(by, ())
    if not groups:
        reason = f"{rule.subject}: the report has no groups by {by}"
        return [Outcome(rule, Verdict.FAIL, reason)]
    bases: Groups = {} if baseline is None else baseline.groups.get(by, {})
    # A group that only the baseline has cannot be compared, so it fails.
    gone = [key for key in bases if key not in groups] if rule.limit.of_change else []
    return [
        *(
            _of_group(rule, key, groups.get(key, NO_FIGURES), bases.get(key, NO_FIGURES))
            for key in (*groups, *(key for key in gone if key not in absent))
        ),
        *(_of_absent(rule, key) for key in absent),
    ]


def _of_absent(rule: Rule, key: Key) -> Outcome:
    group = visible(", ".join(key))
    why = "none of its rows counts: all were skipped, or have weight 0"
    reason = f"{rule.metric} of {rule.place(group)}: {why}"
    return Outcome(rule, Verdict.FAIL, reason, group=group)


def _of_group(
    rule: Rule,
    key: Key,
    figures: Mapping[str, Figure],
    bases: Mapping[str, Figure],
) -> Outcome:
    group, metric = visible(", ".join(key)), rule.metric
    subject = f"{metric} of {rule.place(group)}"
    return replace(judge(rule, figures.get(metric), bases.get(metric), subject), group=group)


Stored = Report | Mapping[str, Any] | str | Pipe


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
        if given is not None:
            refuse_no_level("--confidence", given, "for 95 %, write 0.95")
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


def read(report: Stored, name: str = "") -> Read:
    """Return the validated JSON values of a report, and its name.

    Parameters
    ----------
    name : of values that have no path.

    Raises
    ------
    InputError
        If it is not a report, cannot be read, or contradicts itself.
    """
    if isinstance(report, Report):
        return report.to_dict(), ", ".join(report.input.paths)
    if isinstance(report, str | Pipe):
        content, name = read_report(report), name_of(report)
    else:
        content = validated(report, name)
    refuse_contradictions(content, name)
    return content, name


@dataclass(frozen=True)
class Compared:
    """The report to check, that of the baseline, and their comparison on the same rows.

    Attributes
    ----------
    absent : by column, the groups none of whose rows counts; None if they are not known.
    """

    report: Read
    baseline: Read | None = None
    paired: Read | None = None
    absent: Mapping[str, Sequence[Key]] | None = None


def checked(compared: Compared, rules: Sequence[Rule], configuration: str | None = None) -> Checked:
    """Return a report with the outcomes of rules.

    Parameters
    ----------
    configuration : the path of the file that rules and options come from.
    """
    current = by_column(replace(figures_of(*compared.report), absent=compared.absent))
    rules = [about_columns(rule, current) for rule in rules]
    baseline = None if compared.baseline is None else by_column(figures_of(*compared.baseline))
    pairs = None
    if compared.paired is not None and baseline is not None:
        pairs = pairs_of(*compared.paired, current, baseline)
    outcomes = evaluated(rules, current, baseline, pairs)
    content, name = compared.report
    against = None if baseline is None else baseline.name
    notices = tuple(notices_of(rules, current, baseline))
    return Checked(content, name, outcomes, against, notices, configuration)
