"""`cecli check`."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cecli.commands.score.command import score
from cecli.options import shared as options
from cecli.options.defaults import defaults_of
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.options.values import GroupingOptions, ReadingOptions


RULES, BASELINE, NOISE = "Rules", "Baseline", "Noise"
CONFIGURATION = "Configuration"
# What it makes of options in another way than the other commands.
OPTIONS = {
    "scoring": options.options_of(score, "files", "explain"),
    "style": options.style_of("verdicts", "the verdicts are"),
}


def _remember(context: typer.Context, parameter: typer.CallbackParam, value: str | None) -> Any:
    """Tell where the defaults of the other options are from, before they are looked up."""
    if value is not None:
        setattr(defaults_of(context), {"config": "path"}.get(parameter.name, parameter.name), value)
    return value


def _limit(help: str, panel: str = RULES) -> Any:
    metavar = "METRIC[@COL]=X" if panel == RULES else "METRIC[@COL]=X|X%"
    return typer.Option(metavar=metavar, help=help, rich_help_panel=panel)


def check(
    context: typer.Context,
    files: options.OptionalFiles = None,
    max: Annotated[
        list[str] | None, _limit("At most X; with @COL in each group of a column.")
    ] = None,
    min: Annotated[list[str] | None, _limit("At least X.")] = None,
    require_rows: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="At least N rows.", rich_help_panel=RULES),
    ] = None,
    max_skipped: Annotated[
        str | None,
        typer.Option(
            metavar="N|N%", help="No more rows may have been skipped.", rich_help_panel=RULES
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="REPORT",
            help="The report that changes are from, as --json writes it.",
            rich_help_panel=BASELINE,
        ),
    ] = None,
    baseline_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Instead, the predictions that changes are from: cross_entropy changes row by "
            "row, whose noise is far less.",
            rich_help_panel=BASELINE,
        ),
    ] = None,
    id: Annotated[
        str | None,
        typer.Option(
            metavar="COL",
            help="Column that tells which rows of both belong together; default: their position.",
            rich_help_panel=BASELINE,
        ),
    ] = None,
    max_increase: Annotated[
        list[str] | None, _limit("The metric may rise by so much, or such a share.", BASELINE)
    ] = None,
    max_decrease: Annotated[
        list[str] | None, _limit("The metric may fall by so much.", BASELINE)
    ] = None,
    max_worsening: Annotated[
        list[str] | None,
        _limit("The same in the direction that is worse: cecli metrics has it.", BASELINE),
    ] = None,
    confidence: Annotated[
        float | None,
        typer.Option(
            metavar="C",
            help="Compare the interval of this confidence, 0.95 say, not the value itself.",
            rich_help_panel=NOISE,
        ),
    ] = None,
    undecided: Annotated[
        Literal["fail", "pass"] | None,
        typer.Option(
            help="What becomes of a rule whose limit is inside the interval; default: fail.",
            rich_help_panel=NOISE,
        ),
    ] = None,
    export: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT=PATH",
            help="Write the verdicts in this format as well; - is standard output.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    # What these two are is remembered while they are read.
    config: Annotated[  # noqa: ARG001
        str | None,
        typer.Option(
            metavar="PATH",
            help="Default: the nearest cecli.toml, or pyproject.toml with a table tool.cecli.",
            rich_help_panel=CONFIGURATION,
            is_eager=True,
            callback=_remember,
        ),
    ] = None,
    profile: Annotated[  # noqa: ARG001
        str | None,
        typer.Option(
            metavar="NAME",
            help="Use a profile of the configuration.",
            rich_help_panel=CONFIGURATION,
            is_eager=True,
            callback=_remember,
        ),
    ] = None,
    *,
    scoring: dict[str, Any],
    grouping: "GroupingOptions",
    reading: "ReadingOptions",
    style: Style,
) -> Output:
    """Is it good enough? Fails with exit code 1 where a rule does not hold.

    cecli check preds.csv --max cross_entropy=0.40 --min skill=0.1

    cecli check report.json --max cross_entropy=0.40 --require-rows 1000

    cecli check preds.csv --baseline main.json --max-increase cross_entropy=1%

    cecli check new.csv --baseline-file old.csv --max-increase cross_entropy=0.01 --confidence 0.9

    cecli check report.json --max cross_entropy@class=0.5 --export junit=out.xml

    cecli check preds.csv --max cross_entropy=0.40 --confidence 0.95

    cecli check preds.csv --max cross_entropy@segment=0.5

    cecli score preds.csv --json | cecli check - --max cross_entropy=0.40
    """
    from cecli.commands.check.gate import Baseline, Gate
    from cecli.report.parts import Limit

    gate = Gate(context, style)
    rules = gate.rules(
        {
            Limit.MAX: max,
            Limit.MIN: min,
            Limit.MAX_INCREASE: max_increase,
            Limit.MAX_DECREASE: max_decrease,
            Limit.MAX_WORSENING: max_worsening,
        },
        confidence,
        undecided,
        require_rows,
        max_skipped,
    )
    exports = gate.exports(export or [])
    options_given = {**scoring, **grouping, **reading}
    against = Baseline(baseline, baseline_file, id)
    compared = gate.reports(files or [], against, rules, options_given)
    return gate.output(compared, rules, exports)
