"""The options of output, what a command returns, and how a document becomes text."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, cast

from cecli.core.dataclasses import dataclass, field, replace
from cecli.core.errors import ExitCode, UsageError, shown, visible
from cecli.core.files import check_destination, check_folder
from cecli.options.declare import OUTPUT, Family, Option
from cecli.renderers.formats import (
    PLOTS,
    TABLE,
    Document,
    Format,
    Layout,
    chosen,
    formats_of,
)

if TYPE_CHECKING:
    from cecli.report.inspection import Inspection
    from cecli.report.report import Report


class Color(StrEnum):
    """When a table is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class Output:
    """What goes to standard output or a file, and the exit code of a completed command.

    Attributes
    ----------
    files : what goes to other files, by their paths.
    last_words : lines for standard error, after everything else.
    """

    content: str | bytes
    exit_code: int = ExitCode.OK
    path: str | None = None
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    last_words: Sequence[str] = ()


@dataclass(frozen=True)
class Style:
    """How the user wants to see a report.

    Attributes
    ----------
    shown : which metrics of a report are shown to people.
    steps_after : returns commands that could follow a report, which a terminal is shown.
    plots : the names of its pictures to draw; empty for the one that stands for it.
    """

    format: Format
    digits: int | None
    color: Color
    quiet: bool
    path: str | None = None
    shown: Layout = field(default_factory=Layout)
    plots: tuple[str, ...] = ()
    steps_after: "Callable[[Report], Sequence[str]] | None" = None

    def __post_init__(self) -> None:
        if self.path is not None:
            check_folder(self.path)
            check_destination(self.path, ())

    @property
    def shows_progress(self) -> bool:
        """Whether standard error is a terminal, and the user did not ask for quiet."""
        return not self.quiet and sys.stderr is not None and sys.stderr.isatty()

    def tell(self, sentence: str) -> None:
        """Write a note to standard error, unless the user asked for quiet."""
        if not self.quiet:
            say(f"note: {sentence}")

    def output(self, report: "Report | Inspection") -> Output:
        """Return a report as output; unless it is a table, also write its notices to stderr."""
        if self.path is not None:
            check_destination(self.path, report.input.paths)
        if self.format is not TABLE:
            self.say_notices(report)
            return Output(self.text(report), path=self.path)
        layout = self._layout()
        if self.steps_after is not None and layout.width is not None and not self.quiet:
            layout = layout._replace(steps=self.steps_after(cast("Report", report)))
        return Output(TABLE.render(report, layout), path=self.path)

    def say_notices(self, report: "Report | Inspection") -> None:
        """Write the notices of a report to standard error, unless the user asked for quiet."""
        if not self.quiet:
            for notice in report.notices:
                say(f"notice: {visible(notice.message)}")

    def text(self, document: Document, format: Format | None = None) -> str | bytes:
        """Return a document in the format of the style, or in another one.

        Raises
        ------
        UsageError
            If the format is not one for such documents.
        """
        return (format or self.format).render(document, self._layout())

    def _layout(self) -> Layout:
        """Return a layout that suits where the output goes."""
        layout = self.shown._replace(digits=self.digits, colour=self._has_color(), plots=self.plots)
        if self.path is not None or not _is_terminal():
            return layout
        is_unicode = "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
        return layout._replace(width=shutil.get_terminal_size().columns, unicode=is_unicode)

    def _has_color(self) -> bool:
        """Return whether to colour: the option decides, then NO_COLOR, FORCE_COLOR, the terminal.

        https://no-color.org and https://force-color.org: a variable counts if it is not empty.
        """
        if self.path is not None:
            return False
        if self.color is not Color.AUTO:
            return self.color is Color.ALWAYS
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return _is_terminal() and os.environ.get("TERM", "dumb") != "dumb"


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def say(text: str) -> None:
    """Write a line to standard error, if it is open."""
    try:
        if sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)
    except OSError:
        return


class ErrorFormat(StrEnum):
    """How an error is written."""

    TEXT = "text"
    JSON = "json"


# A configuration does not decide what is written to standard error.
Quiet = Annotated[bool, Option("Write no notes to stderr.", OUTPUT, short="-q", configurable=False)]
# The process around the command reads the next two.
InErrorFormat = Annotated[
    ErrorFormat, Option("Format of errors; json leaves out notes.", OUTPUT, configurable=False)
]
Debug = Annotated[bool, Option("Show the tracebacks of errors.", OUTPUT, configurable=False)]


def format_option(document: str, written: str = "the report") -> Option:
    """Return the option of a format for a kind of document."""
    names = tuple(format.name for format in formats_of(document))
    return Option(
        f"Format of {written}; default: table.", OUTPUT, choices=names, configurable=False
    )


class OutputOptions(Family):
    """How a report is written, and what is written to standard error."""

    document: ClassVar[str] = "report"

    output: Annotated[
        str | None,
        Option("Write to a file, whole or not at all, in the format of its suffix.",
               OUTPUT, "PATH", short="-o", configurable=False),
    ] = None  # fmt: skip
    format: Annotated[str | None, format_option("report")] = None
    json: Annotated[bool, Option("Same as --format json.", OUTPUT, configurable=False)] = False
    digits: Annotated[
        int | None,
        Option("Significant digits in tables; default: those that the standard errors leave, or 6.",
               OUTPUT, "N", min=1, max=17, configurable=False),
    ] = None  # fmt: skip
    color: Annotated[
        Color, Option("When to colour the table.", OUTPUT, configurable=False)
    ] = Color.AUTO  # fmt: skip
    quiet: Quiet = False
    error_format: InErrorFormat = ErrorFormat.TEXT
    debug: Debug = False

    @property
    def style(self) -> Style:
        """How the user wants to see a report."""
        if self.json and self.format not in {None, "json"}:
            raise UsageError(f"--json and --format {self.format} exclude each other")
        format = chosen("json" if self.json else self.format, self.output, self.document)
        if format.is_binary and self.output is None and _is_terminal():
            raise UsageError(f"{format.name} is not for a terminal", hint="write to a file with -o")
        quiet = self.quiet or self.error_format is ErrorFormat.JSON
        return Style(format, self.digits, self.color, quiet, self.output, self.shown)

    @property
    def shown(self) -> Layout:
        """Which metrics are shown."""
        return Layout()


class ReportOutputOptions(OutputOptions):
    """How a report is written, and which of its metrics people see."""

    whole: Annotated[
        bool,
        Option("Show all metrics and groups in tables, not only those that matter.", OUTPUT,
               name="--all", configurable=False),
    ] = False  # fmt: skip
    metrics: Annotated[
        Sequence[str],
        Option("Show these metrics in tables, by any of their names; JSON and CSV have all.",
               OUTPUT, "NAME[,NAME]", configurable=False),
    ] = ()  # fmt: skip

    def __post_init__(self) -> None:
        if self.whole and self.metrics:
            raise UsageError("--all and --metrics exclude each other")

    @property
    def shown(self) -> Layout:
        """Which metrics are shown: those that matter, those that the user chose, or all."""
        if not self.metrics:
            return Layout(is_whole=self.whole)
        # Imported here, because it imports every metric.
        from cecli.metrics.registry import own_name

        names = [name.strip() for names in self.metrics for name in names.split(",")]
        return Layout(metrics={own_name(name): name for name in names})


class PlottedOutputOptions(ReportOutputOptions):
    """How a report that has several pictures is written."""

    plot: Annotated[
        Sequence[str],
        Option(f"Pictures to draw, with -o picture.svg: {', '.join(PLOTS)}; default: the first.",
               OUTPUT, "NAME[,NAME]", configurable=False),
    ] = ()  # fmt: skip

    @property
    def style(self) -> Style:
        """How the user wants to see a report."""
        style = super().style
        plots = tuple(name.strip() for text in self.plot for name in text.split(","))
        for name in plots:
            if name not in PLOTS:
                hint = f"--plot takes {', '.join(PLOTS)}"
                raise UsageError(f"--plot {shown(name)} is not a picture", hint=hint)
        if plots and not style.format.has_pictures:
            raise UsageError(
                f"--plot has no effect on the format {style.format.name}",
                hint=f"write to a file that shows pictures: -o {plots[0]}.svg",
            )
        return replace(style, plots=tuple(dict.fromkeys(plots)))


class InspectionOutputOptions(OutputOptions):
    """How an inspection is written."""

    document = "inspection"
    format: Annotated[str | None, format_option("inspection", "the inspection")] = None


class DefinitionOutputOptions(OutputOptions):
    """How definitions are written."""

    document = "definitions"
    format: Annotated[str | None, format_option("definitions", "the definitions")] = None


class VerdictOutputOptions(OutputOptions):
    """How verdicts are written."""

    document = "verdicts"
    format: Annotated[str | None, format_option("verdicts", "the verdicts")] = None


class ErrorOptions(Family):
    """What is written to standard error beside a schema."""

    error_format: InErrorFormat = ErrorFormat.TEXT
    debug: Debug = False
