"""`cecli report`: one page about predictions, to look at and to send.

plan - one report of the score, the calibration, and the comparison of models
merging - several reports on the same rows as one
pages - what a page shows
stored - a stored report as the value that it was written from
again - the command that makes a report again
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.core.errors import UsageError
from cecli.core.files import STDIN, check_destination, refuse_stdin_twice
from cecli.options.declare import COLUMNS, MEASURE, OUTPUT, Family, Option
from cecli.options.groups import GroupingOptions, Level
from cecli.options.joining import LabelOptions
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import (
    Clip,
    Count,
    From,
    InUnits,
    Label,
    Normalize,
    Positive,
    Target,
    Weight,
)
from cecli.options.reading import DATA, ReadingOptions
from cecli.renderers.formats import DIGITS, FORMATS, chosen, formats_of
from cecli.report.result import LEVEL, Units
from cecli.terminal.output import (
    Color,
    Debug,
    ErrorFormat,
    InErrorFormat,
    Output,
    Quiet,
    Style,
)

if TYPE_CHECKING:
    import typer

    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.renderers.page.content import PageContent

PAGE = "Page"
COMMAND_NAME = "report"
# Rows that do not fit in memory are read more than once.
PASSES = 2


class ReportedInputs(Family):
    """Predictions, or a stored report."""

    files: Annotated[
        Sequence[str],
        Option(
            f"{DATA}; or states by --save-state, or one report by --json; - is stdin.",
            metavar="FILE…",
            is_argument=True,
        ),
    ]


class ReportOptions(Family):
    """What the page is about, and in which columns."""

    label: Label = None
    target: Target = ()
    prob: Annotated[
        Sequence[str],
        Option(
            "Column of a model's probabilities, or a pattern such as 'p_*' for one column per "
            "class. Repeat it for each model, the baseline first.",
            COLUMNS,
            "COL",
        ),
    ] = ()
    weight: Weight = None
    count: Count = None
    positive: Positive = None
    scale: From = Scale.PROBABILITY
    normalize: Normalize = False
    clip: Clip = None
    margin: Annotated[
        float | None,
        Option("Largest negligible difference of two models.", MEASURE, "M", echoed=True),
    ] = None
    level: Level = None
    units: InUnits = Units.NATS
    baseline: Annotated[
        str | None,
        Option("Show the values of this report, written by --json, beside those of the input.",
               PAGE, "REPORT", is_path=True),
    ] = None  # fmt: skip
    include_rows: Annotated[
        int | None,
        Option("Show the N worst rows; by default, the page has no rows of the input.",
               PAGE, "N", min=1, echoed=True, limits={"ge": 1}),
    ] = None  # fmt: skip
    show: Annotated[
        Sequence[str],
        Option("Further columns of these rows to show.", PAGE, "COL[,COL]"),
    ] = ()

    def __post_init__(self) -> None:
        if self.show and self.include_rows is None:
            raise UsageError("--show needs --include-rows", hint="--include-rows 10")
        if self.margin is not None and len(self.prob) < 2:
            raise UsageError("--margin needs several models", hint="--prob A --prob B")
        if self.include_rows is not None and len(self.prob) > 1:
            raise UsageError(
                "--include-rows and several models cannot be used together",
                hint="cecli worst shows the worst rows of one model",
            )


class PageOutputOptions(Family):
    """Where a page is written, and what is written to standard error."""

    output: Annotated[
        str | None,
        Option("Write the page to this file, whole or not at all; - is stdout. With the suffix "
               ".json, write the report itself.", OUTPUT, "PATH", short="-o", configurable=False),
    ] = None  # fmt: skip
    format: Annotated[
        str | None,
        Option("Format, if the suffix does not say it.", OUTPUT, configurable=False,
               choices=tuple(form.name for form in formats_of("page"))),
    ] = None  # fmt: skip
    json: Annotated[
        bool, Option("Write the report itself, as JSON.", OUTPUT, configurable=False)
    ] = False  # fmt: skip
    quiet: Quiet = False
    error_format: InErrorFormat = ErrorFormat.TEXT
    debug: Debug = False

    @property
    def style(self) -> Style:
        """How the page is written."""
        format = "json" if self.json else self.format
        path = None if self.output == STDIN else self.output
        if self.output is None and format is None:
            raise UsageError(
                "Missing option '-o'", hint="-o report.html writes the page; -o - prints it"
            )
        form = FORMATS[format or "page"] if path is None else chosen(format, path, "page")
        return Style(form, DIGITS, Color.NEVER, self.quiet, path)


@in_keywords
def page(
    data: "Data",
    asked: ReportOptions,
    groups: GroupingOptions,
    joins: LabelOptions,
    reading: ReadingOptions,
    *,
    output: str | None = None,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "PageContent":
    """Evaluate predictions, and return what a page shows about them.

    Parameters
    ----------
    data : as `cecli.score` takes it.
    output : the file that the page is for, in the command that makes it again.
    tell : called with one sentence for each column that was guessed from its name.

    Returns
    -------
    PageContent

    Raises
    ------
    UsageError
        If an option makes no sense.
    InputError
        If the input cannot be read, or the baseline is no report of the same kind.
    """
    from functools import partial

    from cecli.commands.report.again import command_for
    from cecli.commands.report.pages import baseline_of
    from cecli.commands.report.plan import Reporting
    from cecli.commands.score.plan import completed
    from cecli.commands.worst.plan import Wanted
    from cecli.engines import ready
    from cecli.options.values import (
        engine_of,
        grouping_of,
        read_as_shown,
        reading_of,
        scoring_of,
        with_labels,
    )
    from cecli.readers.opening import open_table
    from cecli.renderers.page.content import PageContent

    level = LEVEL if asked.level is None else asked.level
    scoring = scoring_of(asked, reading, tell, grouping=grouping_of(groups, level=level))
    engine = engine_of(reading)
    reading = read_as_shown(data, reading, tell, COMMAND_NAME, [asked, groups, joins])
    how, families = reading_of(reading, passes=PASSES), [asked, groups, joins, reading]
    table = with_labels(open_table(data, how), joins, how, COMMAND_NAME, data, families)
    written = PageOutputOptions(output=output)  # for a command that an error proposes
    wanted = Reporting(
        scoring,
        asked.prob,
        partial(completed, command=COMMAND_NAME, data=data, families=[*families, written]),
        engine,
        progress,
        None if asked.include_rows is None else Wanted(asked.include_rows, asked.show),
        asked.margin,
    )
    with ready(engine):
        report = wanted.report(table, echo(*families))
    shown = PageContent(report, report.to_document(), command_for(data, families, report, output))
    return shown if asked.baseline is None else baseline_of(shown, asked.baseline)


def _run(
    inputs: ReportedInputs, asked: dict[str, Any], style: Style, context: "typer.Context"
) -> Output:
    """One page to look at, and to send.

    cecli report preds.csv -o report.html

    cecli report preds.csv --label y_true --prob y_prob --by segment -o report.html

    cecli report preds.csv --prob model_a --prob model_b --by segment -o report.html

    cecli report preds.csv --include-rows 20 --show id -o report.html

    cecli report preds.csv --baseline main.json -o report.html

    cecli report stored.json -o report.html

    cecli report month/*.state -o report.html
    """
    from cecli.core.pipes import opened
    from cecli.core.state_file import is_state
    from cecli.report.reading import is_report, name_of

    refuse_stdin_twice([*inputs.files, asked.get("baseline")])
    given = [opened(path) for path in inputs.files]
    is_stored = {"a state": any(map(is_state, given)), "a report": any(map(is_report, given))}
    what = next((what for what, holds in is_stored.items() if holds), None)
    if what is not None:
        from cecli.commands.report.pages import baseline_of, page_of_states, stored_page
        from cecli.options.configuration import refuse_given

        refuse_given(context, asked, what, name_of(given[0]), besides="baseline")
        made = page_of_states if what == "a state" else stored_page
        content = made(given, style.path)
        if "baseline" in asked:
            content = baseline_of(content, asked["baseline"])
    else:
        content = page(given, output=style.path, **asked)
    if style.path is not None:
        read = [*inputs.files, *content.report.input.paths, asked.get("baseline", STDIN)]
        check_destination(style.path, [path for path in read if path != STDIN])
    style.say_notices(content.report)
    return Output(style.text(content), path=style.path)


COMMAND = CommandLine(
    _run,
    page,
    output=PageOutputOptions,
    matters="label prob positive weight by baseline include_rows output json",
)
