"""What a command hands back, and how a report becomes it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from cecli.core.errors import ExitCode, UsageError, visible
from cecli.core.files import check_destination

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.core.statistic import States
    from cecli.renderers.sheet import Sheet
    from cecli.report.inspection import Inspection
    from cecli.report.report import Report
    from cecli.terminal.progress import ProgressLine


class Format(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    GITHUB = "github"
    SMALLER_IS_BETTER = "smaller-is-better"
    BIGGER_IS_BETTER = "bigger-is-better"


SUFFIXES = {
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".csv": Format.CSV,
    ".md": Format.MARKDOWN,
    ".txt": Format.TABLE,
    ".xml": Format.JUNIT,
}


class Color(StrEnum):
    """When a table is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class Output:
    """Text for standard output or a file, and the exit code of a command that ran to its end.

    Attributes
    ----------
    files : texts for other files, by their paths.
    last_words : lines for standard error, after everything else.
    """

    text: str
    exit_code: int = ExitCode.OK
    path: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    last_words: Sequence[str] = ()


@dataclass(frozen=True)
class Style:
    """How the user wants to see a report."""

    format: Format
    digits: int
    color: Color
    quiet: bool
    path: str | None = None

    def tell(self, sentence: str) -> None:
        """Say something beside the result, unless the user wants to hear nothing."""
        if not self.quiet:
            say(f"note: {sentence}")

    def output(self, report: "Report | Inspection") -> Output:
        if self.path is not None:
            check_destination(self.path, report.input.paths)
        if self.format is not Format.TABLE:
            self._say_notices(report)
        return Output(self._rendered(report), path=self.path)

    def _say_notices(self, report: "Report | Inspection") -> None:
        if not self.quiet:
            for notice in report.notices:
                say(f"notice: {visible(notice.message)}")

    def _rendered(self, report: "Report | Inspection") -> str:
        match self.format:
            case Format.JSON:
                return f"{report.to_json()}\n"
            case Format.JSONL:
                return f"{report.to_json_line()}\n"
            case Format.CSV:
                from cecli.renderers import csv
                from cecli.report.report import Report

                if not isinstance(report, Report):
                    raise UsageError("--format csv is for metrics", hint="--json has all columns")
                return csv.render(report)
            case Format.MARKDOWN:
                from cecli.renderers import markdown

                return markdown.render(report, self.digits)
            case Format.TABLE:
                return self.table(report)
            case _:
                raise UsageError(f"--format {self.format} is for the verdicts of cecli check")

    def table(self, report: "Report | Inspection | Sheet") -> str:
        """Return a table that suits where the output goes."""
        to_terminal = self.path is None and _is_terminal()
        if not to_terminal and not self._has_color():
            from cecli.renderers import plain

            return plain.render(report, self.digits)
        from cecli.renderers import terminal

        return terminal.render(
            report,
            self.digits,
            width=shutil.get_terminal_size().columns,
            colour=self._has_color(),
            unicode="utf" in (sys.stdout.encoding or "").lower(),
        )

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
    """Write to standard error, if anybody can hear it."""
    try:
        if sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)
    except OSError:
        return


@contextmanager
def watched(style: Style, files: Sequence[str]) -> "Iterator[Progress | None]":
    """Show how far the work inside is, to somebody who looks at a terminal."""
    stderr = sys.stderr
    if style.quiet or stderr is None or not stderr.isatty():
        yield None
        return
    line = _Later(_write_to_terminal, sum(os.path.getsize(f) for f in files if os.path.isfile(f)))
    try:
        yield line
    finally:
        line.clear()


def _write_to_terminal(text: str) -> None:
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


class _Later:
    """A progress line that is imported when there is something to show."""

    def __init__(self, write: Callable[[str], None], size: int) -> None:
        self._write, self._size = write, size
        self._line: ProgressLine | None = None

    def __call__(self, states: "States", share: float | None) -> None:
        if self._line is None:
            from cecli.terminal.progress import ProgressLine

            self._line = ProgressLine(self._write, self._size)
        self._line(states, share)

    def clear(self) -> None:
        if self._line is not None:
            self._line.clear()
