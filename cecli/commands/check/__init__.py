"""`cecli check`: are the results good enough?

gate - the rules and reports of one run, and its exit code
inputs - the reports of inputs of predictions
drifting - rules on drift, about all columns or one of them
calibrated - rules on calibration and ranking
rule - one rule: its metric, groups and bound
parsing - rules as people write them
consistency - whether the numbers of a stored report agree with each other
figures - the numbers of a report, for rules
absent - the groups of an input none of whose rows counts
pairs - the change of the loss row by row, and whether its rows are those of both reports
judging - the verdict on one number, with or without its interval
outcome - the outcome of a rule, and the sentence that gives the reason
family - all figures of a run as one family of tests, and the worst group of each rule
notices - what is said of rules, and of a report beside its baseline
evaluation - all rules against a report and its baseline
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cecli.commands.score import score
from cecli.options.checking import (
    CONFIGURABLE,
    BaselineOptions,
    ChangeOptions,
    CheckedInputs,
    ExportOptions,
    NoiseOptions,
    RuleOptions,
)
from cecli.options.declare import Family, Option
from cecli.options.keywords import CommandLine
from cecli.terminal.output import Output, Style, VerdictOutputOptions

if TYPE_CHECKING:
    import typer

    from cecli.commands.check.evaluation import Stored
    from cecli.commands.check.outcome import Checked
    from cecli.commands.check.rule import Undecided


Limits = Mapping[str, float | str]
CONFIGURATION = "Configuration"


def check(
    report: "Stored",
    *,
    max: Limits | None = None,
    min: Limits | None = None,
    max_increase: Limits | None = None,
    max_decrease: Limits | None = None,
    max_worsening: Limits | None = None,
    baseline: "Stored | None" = None,
    paired: "Stored | None" = None,
    confidence: float | None = None,
    undecided: "Undecided | str" = "fail",
    rows: int | None = None,
    skipped: int | str | None = None,
    within: int | str | None = None,
) -> "Checked":
    """Check a report against rules; a rule fails if its metric cannot be compared.

    Parameters
    ----------
    report : a report of `cecli.score` or a similar command, the path of a stored report, or its
        JSON values.
    max, min : bounds by metric, or by "metric@column" for each group of a column.
        After "0.4:warn" the run does not fail where the rule does not hold; the rule only warns.
    max_increase, max_decrease : bounds of the change from the baseline: numbers, or "1%" of it.
    max_worsening : the same for changes in the metric's worse direction.
    baseline : the report from which changes are measured.
    paired : a report of `cecli.compare` of the baseline's predictions with these: the change of
        cross_entropy then has the standard error of the differences of rows, which is far smaller.
        Rules on changes fail unless its rows and weights are those of both reports. The limit of
        skipped rows is then one on those of both.
    confidence : level of the interval that must be within a limit, such as 0.95; by default the
        value itself must be. All figures of a run are one family of tests: the chance that any
        fails though it is within its limit is at most (1 − confidence)/2.
    undecided : "fail", or "pass" to accept an interval that contains the limit.
    rows : the least number of rows.
    skipped : the greatest number of skipped rows: 10, or "0.1%" of all rows.
    within : how far the number of rows may be from that of the baseline: 10, or "1%" of it.

    Returns
    -------
    Checked
        Its `passed` is the verdict, its `outcomes` give the reasons.

    Raises
    ------
    UsageError
        If a rule is invalid, or there are no rules.
    InputError
        If a report cannot be read, has no rows, or is not of the same kind as the baseline.

    Examples
    --------
    >>> from cecli import score
    >>> checked = check(score({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]}), max={"cross_entropy": 0.3})
    >>> checked.passed, checked.outcomes[0].reason
    (True, 'cross_entropy is 0.279777, at most 0.3')
    """
    from cecli.commands.check.evaluation import Compared, checked, read, with_noise
    from cecli.commands.check.parsing import max_skipped, require_rows, rows_within, typed
    from cecli.report.parts import Limit

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
    rules += [] if within is None else rows_within(str(within))
    against = None if baseline is None else read(baseline, "<baseline>")
    pairs = None if paired is None else read(paired, "<comparison>")
    return checked(Compared(read(report, "<report>"), against, pairs), rules)


class ConfigurationOptions(Family):
    """The source of the other options' defaults; it must be read before them."""

    config: Annotated[
        str | None,
        Option(
            "Configuration; default: the nearest cecli.toml, or pyproject.toml with [tool.cecli].",
            CONFIGURATION,
            "PATH",
            configurable=False,
            is_eager=True,
        ),
    ] = None
    profile: Annotated[
        str | None,
        Option(
            "Profile of the configuration to use.",
            CONFIGURATION,
            "NAME",
            configurable=False,
            is_eager=True,
        ),
    ] = None


def _run(
    context: "typer.Context",
    inputs: CheckedInputs,
    rules: RuleOptions,
    baseline: BaselineOptions,
    changes: ChangeOptions,
    noise: NoiseOptions,
    exports: ExportOptions,
    configuration: ConfigurationOptions,  # noqa: ARG001
    asked: dict[str, Any],
    style: Style,
) -> Output:
    """Are predictions good enough? Exit code 1 if a rule fails.

    cecli check preds.csv --max cross_entropy=0.40 --min skill=0.1

    cecli check report.json --max cross_entropy=0.40 --require-rows 1000

    cecli check preds.csv --baseline main.json --max-increase cross_entropy=1%

    cecli check new.csv --baseline-file old.csv --max-increase cross_entropy=0.01 --confidence 0.9

    cecli check report.json --max cross_entropy@class=0.5 --export junit=out.xml

    cecli check preds.csv --max cross_entropy=0.40 --confidence 0.95

    cecli check preds.csv --max cross_entropy@segment=0.5

    cecli check today.csv --reference train.csv --max psi=0.1

    cecli score preds.csv --json | cecli check - --max cross_entropy=0.40
    """
    from cecli.commands.check.gate import Gate

    gate = Gate(context, style)
    wanted = gate.rules(rules, changes, noise)
    files = gate.exports(exports.export)
    compared = gate.reports(inputs.files, baseline, wanted, asked)
    return gate.output(compared, wanted, files)


COMMAND = CommandLine(
    _run,
    score,
    lacks=("explain", "save_state"),
    output=VerdictOutputOptions,
    configured=CONFIGURABLE,
    matters="max min require_rows baseline baseline_file max_increase max_worsening "
    "confidence label prob export config",
)
