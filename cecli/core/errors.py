"""Every deliberate error, its exit code, and how data is shown in messages."""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Annotated, ClassVar, Self

from cecli.core.contract import Count, Many, Presence, Says, stated
from cecli.core.dataclasses import dataclass, replace

SHOWN_CHARACTERS = 60
# The share of characters that match in order in near names. The first character is seldom mistyped:
# names that differ in it must be more alike.
NEAR, NEAR_BUT_FOR_THE_FIRST = 0.6, 0.75
# A value that is told to programs has so many characters at most.
TOLD_CHARACTERS = 1000


class ExitCode(IntEnum):
    """The exit code of the process. Public and stable."""

    OK = 0
    CHECK_FAILED = 1
    USAGE = 2
    INPUT = 3
    BUG = 4
    INTERRUPTED = 130


@stated
@dataclass(frozen=True)
class TriedCommand:
    """A complete command that can be pasted into a shell, and why it is proposed."""

    line: str
    reason: str = ""


@dataclass
class CecliError(Exception):
    """An error for the user: what is wrong, and what to do about it.

    Attributes
    ----------
    what : one sentence, without the place.
    where : file, or file:line; empty if the error is not about input.
    hint : what to do; empty if there is no general advice.
    reason : the code of why; empty if there is none but that of the kind of error.
    commands : complete commands to try instead.
    column, value : what it is about, as it stands in the input; the value is None if there is none.
    meant : the name that was likely meant; None if nothing is near.
    """

    what: str
    where: str = ""
    hint: str = ""
    reason: str = ""
    commands: tuple[TriedCommand, ...] = ()
    column: str = ""
    value: str | None = None
    meant: str | None = None

    exit_code: ClassVar[ExitCode] = ExitCode.BUG
    # The code of errors of this kind that have no reason of their own.
    code: ClassVar[str] = "bug"

    def __post_init__(self) -> None:
        self.what, self.where, self.hint = map(visible, (self.what, self.where, self.hint))
        # Exception pickles its args, so they must be those of the constructor.
        self.args = (
            *(self.what, self.where, self.hint, self.reason, self.commands),
            *(self.column, self.value, self.meant),
        )

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}{advice(self.hint, self.commands)}"

    def trying(self, commands: "Sequence[TriedCommand]") -> Self:
        """Return the same error, with commands to try."""
        return replace(self, commands=tuple(commands))

    def about(self, column: str, value: str | None = None) -> Self:
        """Return the same error, with the column and the value that it is about."""
        return replace(self, column=column, value=value)

    def meaning(self, near: str | None) -> Self:
        """Return the same error, with the name that was likely meant if there is one."""
        if near is None:
            return self
        return replace(self, hint=f"did you mean {shown(near)}?", meant=near)


def advice(hint: str, commands: Sequence[TriedCommand]) -> str:
    """Return the lines of a hint and of commands to try, each with its reason before it."""
    lines = [f"hint: {hint}"] if hint else []
    for command in commands:
        lines += [f"hint: {visible(command.reason)}"] if command.reason else []
        lines.append(f"try: {visible(command.line)}")
    return "".join(f"\n{line}" for line in lines)


class UsageError(CecliError):
    """An invalid option or combination of options."""

    exit_code = ExitCode.USAGE
    code = "usage"


class ColumnError(UsageError):
    """A column that is missing, occurs twice, or cannot be guessed."""

    code = "column"


class MissingExtraError(UsageError):
    """A request that needs an optional part of cecli."""

    code = "missing-extra"

    @classmethod
    def of(cls, extra: str, what: str, doing: str = "reading") -> "MissingExtraError":
        return cls(
            f"{doing} {what} needs an extra that is not installed",
            hint=f"pip install 'cecli[{extra}]'",
        )


class InputError(CecliError):
    """Input that cannot be used."""

    exit_code = ExitCode.INPUT
    code = "input"


class UnreadableError(InputError):
    """Input whose bytes cannot be read or decoded, so that nothing is known of its rows.

    It does not exist, access is denied, reading fails, its compressed data are corrupt, it is in
    another encoding or format, or it changed while it was read.
    """

    code = "unreadable"


class RowError(InputError):
    """A row that cannot be used, with its line, column and value."""

    code = "row"

    @classmethod
    def at(cls, source: str, line: int, what: str, hint: str = "", reason: str = "") -> "RowError":
        """Return the error of a row; its line is 0 if rows have none."""
        return cls(what, f"{source}:{line}" if line else source, hint, reason)


def shown(text: str) -> str:
    r"""Return a value from a file quoted, escaped, and cut to a readable length.

    Examples
    --------
    >>> print(shown("0.5\x1b[31m"))
    '0.5\x1b[31m'
    """
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    return f"'{visible(cut)}'"


def named(column: str) -> str:
    """Return a column's name for a message, cut to a readable length."""
    return column if len(column) <= SHOWN_CHARACTERS else f"{column[: SHOWN_CHARACTERS - 1]}…"


def nearest(name: str, others: Iterable[str]) -> str | None:
    """Return the name that is nearest to a mistyped one; None if none is near.

    Case, and blanks around, are no difference.

    Examples
    --------
    >>> nearest("Labl", ["label", "prob"]), nearest("nope", ["slope"])
    ('label', None)
    """
    # Imported here, because most names are right.
    from difflib import get_close_matches

    wanted = name.strip().casefold()
    folded = {other.strip().casefold(): other for other in others}
    alike = [other for other in folded if other[:1] == wanted[:1]]
    found = get_close_matches(wanted, folded, 1, NEAR_BUT_FOR_THE_FIRST)
    found = found or get_close_matches(wanted, alike, 1, NEAR)
    return folded[found[0]] if found else None


def visible(text: str) -> str:
    """Return text with every character escaped that could control a terminal or be invisible.

    These are control characters, C1, line and paragraph separators, bidirectional and zero-width
    characters, and the surrogates that stand for undecodable bytes of a file name.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character


@stated
@dataclass(frozen=True)
class Failure:
    """What is wrong, where, and what to do about it.

    This is the error that ends the process. `what`, `where`, `hint`, `reason`, `column`, `value`
    and `meant` are those of CecliError.
    """

    kind: Annotated[str, Says("usage, column, input, row, interrupted or bug")]
    what: str
    where: Annotated[
        str, Presence.ALWAYS, Says("file or file:line; empty if the error is about neither")
    ] = ""
    hint: Annotated[str, Presence.ALWAYS] = ""
    reason: Annotated[
        str,
        Presence.ALWAYS,
        Says("the code of why, or empty if that of the kind says all"),
    ] = ""
    exit_code: Annotated[int, Presence.ALWAYS] = ExitCode.BUG
    commands: Annotated[
        Many[TriedCommand],
        Presence.LEFT_OUT,
        Says("complete commands to try instead, the likeliest first"),
    ] = ()
    code: Annotated[
        str, Presence.ALWAYS, Says("the most exact code of the error; cecli explain CODE")
    ] = "bug"
    file: Annotated[
        str | None, Presence.ALWAYS, Says("the file or input that it is about, without the line")
    ] = None
    line: Annotated[Count | None, Presence.ALWAYS, Says("counts from 1")] = None
    column: Annotated[
        str | None, Presence.ALWAYS, Says("the name of the column that it is about")
    ] = None
    value: Annotated[
        str | None, Presence.ALWAYS, Says("what stands there or was given, at most 1000 characters")
    ] = None
    meant: Annotated[
        str | None, Presence.LEFT_OUT, Says("the name that was likely meant instead")
    ] = None

    @classmethod
    def of(cls, error: CecliError, kind: str) -> Self:
        """Return the failure that a deliberate error stands for."""
        file, line = _place(error.where)
        return cls(
            kind,
            error.what,
            error.where,
            error.hint,
            str(error.reason),
            error.exit_code,
            error.commands,
            str(error.reason or error.code),
            file,
            line,
            error.column or None,
            None if error.value is None else error.value[:TOLD_CHARACTERS],
            error.meant,
        )

    @property
    def text(self) -> str:
        """The message for the user."""
        place = f"{self.where}: " if self.where else ""
        return f"error: {place}{self.what}{advice(self.hint, self.commands)}"


def _place(where: str) -> tuple[str | None, int | None]:
    """Return the file, and the line, that a place names; a file may end like a line."""
    file, _, line = where.rpartition(":")
    if file and line.isdecimal() and not os.path.exists(where):
        return file, int(line)
    return where or None, None
