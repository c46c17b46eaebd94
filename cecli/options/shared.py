"""The options that commands share, each written once."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from cecli.columns.bad_rows import OnBadRow
from cecli.columns.numbers import Scale
from cecli.options.defaults import tell_configured
from cecli.renderers.formats import chosen, formats_of
from cecli.report.result import Units
from cecli.terminal.output import Color, Output, Style, watched
from cecli.terminal.process import keep_memory

if TYPE_CHECKING:
    from cecli.options.values import GroupingOptions, ReadingOptions


COLUMNS = "Columns"
MEASURE = "What is measured"
GROUPS = "Groups and intervals"
READING = "Reading"
OUTPUT = "Output"

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE…",
        help="Delimited text, compressed or not, or Parquet; patterns, directories, @LIST, "
        "addresses; - is stdin.",
        show_default=False,
    ),
]
OptionalFiles = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE]…",
        help="Predictions, as for cecli score; or one report, as --json writes it; - is stdin. "
        "Default: those of the configuration.",
        show_default=False,
    ),
]
Weight = Annotated[
    str | None,
    typer.Option("--weight", metavar="COL", help="Column of weights.", rich_help_panel=COLUMNS),
]
InUnits = Annotated[
    Units, typer.Option("--units", help="Units of information.", rich_help_panel=MEASURE)
]
From = Annotated[
    Scale,
    typer.Option("--from", help="What the predictions are written as.", rich_help_panel=MEASURE),
]
Normalize = Annotated[
    bool,
    typer.Option(
        "--normalize",
        help="Divide the probabilities of the classes by their sum, and report how many.",
        rich_help_panel=MEASURE,
    ),
]

Delimiter = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        metavar="CHAR",
        help="What separates fields; default: a comma, or a tab in .tsv files.",
        rich_help_panel=READING,
    ),
]
Quotechar = Annotated[
    str | None,
    typer.Option(
        "--quotechar",
        metavar="CHAR",
        help='What fields are quoted with; default: ".',
        rich_help_panel=READING,
    ),
]
Comment = Annotated[
    str | None,
    typer.Option(
        "--comment",
        metavar="CHAR",
        help="Lines that begin with it do not count.",
        rich_help_panel=READING,
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Default: UTF-8.", rich_help_panel=READING),
]
NoHeader = Annotated[
    bool,
    typer.Option(
        "--no-header", help="Columns have no names: they are 1, 2, …", rich_help_panel=READING
    ),
]
ChunkBytes = Annotated[
    int | None,
    typer.Option(
        "--chunk-bytes",
        metavar="N",
        min=1,
        help="Bytes read at a time, 2 MiB by default: changes no result.",
        rich_help_panel=READING,
    ),
]


class ErrorFormat(StrEnum):
    """How an error is written."""

    TEXT = "text"
    JSON = "json"


# The process around the command looks for these two.
InErrorFormat = Annotated[
    ErrorFormat,
    typer.Option(
        "--error-format", help="How an error is written on stderr.", rich_help_panel=OUTPUT
    ),
]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show tracebacks of errors.", rich_help_panel=OUTPUT)
]


def _reading(
    delimiter: Delimiter = None,
    quotechar: Quotechar = None,
    comment: Comment = None,
    encoding: Encoding = None,
    no_header: NoHeader = False,
    missing: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TOKEN",
            help="What stands for no value, beside empty cells and nan; the word skip leaves rows "
            "with missing values out.",
            rich_help_panel=READING,
        ),
    ] = None,
    on_bad_row: Annotated[
        OnBadRow,
        typer.Option(
            help="Refuse rows that cannot be used, or count them.", rich_help_panel=READING
        ),
    ] = OnBadRow.ERROR,
    max_bad: Annotated[
        str | None,
        typer.Option(metavar="N|N%", help="How many rows may be skipped.", rich_help_panel=READING),
    ] = None,
    chunk_bytes: ChunkBytes = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Threads that read at once, default all cores: changes no result.",
            rich_help_panel=READING,
        ),
    ] = None,
) -> "ReadingOptions":
    return {
        "workers": workers,
        "delimiter": delimiter,
        "quotechar": quotechar,
        "comment": comment,
        "encoding": encoding,
        "header": not no_header,
        "missing": missing,
        "on_bad_row": on_bad_row,
        "max_bad": max_bad,
        "chunk_bytes": chunk_bytes,
    }


def _grouping(
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COL[,COL]",
            help="Results for each group too: the rows that share the values of these columns.",
            rich_help_panel=GROUPS,
        ),
    ] = None,
    min_count: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Mark groups of fewer rows; default: 30.", rich_help_panel=GROUPS
        ),
    ] = None,
    max_groups: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="More groups are an error; default: 10,000.", rich_help_panel=GROUPS
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="COL",
            help="Rows that share its value, such as a user's, are not independent.",
            rich_help_panel=GROUPS,
        ),
    ] = None,
    level: Annotated[
        float | None,
        typer.Option(
            metavar="L", help="Level of the intervals; default: 0.95.", rich_help_panel=GROUPS
        ),
    ] = None,
    bootstrap: Annotated[
        int | None,
        typer.Option(
            metavar="B",
            help="Intervals from B replicates of the rows, 1000 say, in place of formulas.",
            rich_help_panel=GROUPS,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="S",
            help="Seed of the replicates; default: 0, always the same.",
            rich_help_panel=GROUPS,
        ),
    ] = None,
) -> "GroupingOptions":
    given: dict[str, Any] = {
        "by": by,
        "cluster": cluster,
        "level": level,
        "min_count": min_count,
        "max_groups": max_groups,
        "bootstrap": bootstrap,
        "seed": seed,
    }
    return cast(
        "GroupingOptions", {name: value for name, value in given.items() if value is not None}
    )


def _text(
    delimiter: Delimiter = None,
    quotechar: Quotechar = None,
    comment: Comment = None,
    encoding: Encoding = None,
    no_header: NoHeader = False,
    chunk_bytes: ChunkBytes = None,
) -> "ReadingOptions":
    return {
        "delimiter": delimiter,
        "quotechar": quotechar,
        "comment": comment,
        "encoding": encoding,
        "header": not no_header,
        "chunk_bytes": chunk_bytes,
    }


def _style(
    document: str,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Write the report to a file, whole or not at all; its suffix tells the format.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    format: str | None = None,
    json: Annotated[
        bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=OUTPUT)
    ] = False,
    digits: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=17,
            help="Significant digits in the table; standard errors have 3 at most.",
            rich_help_panel=OUTPUT,
        ),
    ] = 6,
    color: Annotated[
        Color, typer.Option(help="Colour of the table.", rich_help_panel=OUTPUT)
    ] = Color.AUTO,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No notes on stderr.", rich_help_panel=OUTPUT)
    ] = False,
    error_format: InErrorFormat = ErrorFormat.TEXT,  # noqa: ARG001
    debug: Debug = False,  # noqa: ARG001
) -> Style:
    format = "json" if json else format
    return Style(chosen(format, output, document), digits, color, quiet, output)


def style_of(document: str, written: str = "the report is") -> Callable[..., Style]:
    """Return what takes the options about output, with the formats for a kind of document."""

    def make(**given: Any) -> Style:
        return _style(document, **given)

    _, *parameters = signature(_style).parameters.values()
    names = tuple(format.name for format in formats_of(document))
    formats = Annotated[
        Literal[names] | None,  # type: ignore[valid-type]
        typer.Option(help=f"How {written} written; default: table.", rich_help_panel=OUTPUT),
    ]
    make.__signature__ = Signature(  # type: ignore[attr-defined]
        [p.replace(annotation=formats) if p.name == "format" else p for p in parameters]
    )
    return make


# What a command may ask for, and the options that it is made of.
CONTEXT = "context"
SHARED: dict[str, Callable[..., Any]] = {
    "grouping": _grouping,
    "reading": _reading,
    "text": _text,
    "style": style_of("report"),
}


def options_of(command: Callable[..., Output], *without: str) -> Callable[..., dict[str, Any]]:
    """Return what takes the options of another command, without some, as they are."""

    def make(**given: Any) -> dict[str, Any]:
        return given

    own = signature(command).parameters
    kept = [own[name] for name in own if name not in {*without, *SHARED}]
    make.__signature__ = Signature(  # type: ignore[attr-defined]
        [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in kept]
    )
    return make


def with_shared_options(
    command: Callable[..., Output], shared: Mapping[str, Callable[..., Any]] = SHARED
) -> Callable[..., Output]:
    """Return a command with options in place of its parameters `grouping`, `reading` and `style`.

    Typer reads options off a signature; this one is the command's own with the shared ones.
    """
    own = signature(command).parameters
    makers = {name: signature(shared[name]).parameters for name in own if name in shared}
    parameters = [parameter for name, parameter in own.items() if name not in shared]
    if CONTEXT not in own:
        parameters.append(Parameter(CONTEXT, Parameter.KEYWORD_ONLY, annotation=typer.Context))
    for options in makers.values():
        parameters += options.values()

    def run(**given: Any) -> Output:
        made = {
            name: shared[name](**{option: given.pop(option) for option in options})
            for name, options in makers.items()
        }
        context = given[CONTEXT] if CONTEXT in own else given.pop(CONTEXT)
        keep_memory()
        if "style" not in made:
            return command(**given, **made)
        tell_configured(context, made["style"].tell)
        if "reading" not in made:
            return command(**given, **made)
        with watched(made["style"], given["files"] or []) as progress:
            made["reading"]["progress"] = progress
            return command(**given, **made)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__signature__ = Signature(  # type: ignore[attr-defined]
        [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in parameters]
    )
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
