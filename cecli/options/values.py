"""Options as a caller may give them, and as the program has them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypedDict, TypeVar

from cecli.columns import bad_rows
from cecli.columns.bad_rows import BadRows, OnBadRow
from cecli.columns.numbers import Scale
from cecli.core.errors import UsageError, shown
from cecli.core.fold import Progress
from cecli.engines.serial import Engine
from cecli.engines.threads import Threads, available_cores
from cecli.options.intervals import MAX_GROUPS, MIN_COUNT, Grouping, resampling_of
from cecli.readers.bytes.sources import UTF_8, check_encoding
from cecli.readers.opening import Reading
from cecli.readers.text.blocks import BLOCK_BYTES
from cecli.readers.text.dialect import Dialect, character
from cecli.report.result import LEVEL, Units

E = TypeVar("E", bound=StrEnum)


class ReadingOptions(TypedDict, total=False):
    """How input is read; most of it is about delimited text.

    delimiter : one ASCII character, or "tab"; by default a comma, or a tab for .tsv files.
    quotechar : one ASCII character, the double quote by default.
    comment : the character with which lines begin that do not count.
    header : whether the first record names the columns; else they are "1", "2", …
    encoding : such as "utf-16" or "latin-1"; UTF-8 by default.
    chunk_bytes : how much is read at a time, 2 MiB by default; it changes no result.
    workers : how many threads read at once, all cores by default; it changes no result.
    missing : values that stand for none, beside empty cells and nan; "skip" among them leaves rows
        with missing values out.
    on_bad_row : "error", or "skip" to leave out all rows that cannot be used, and count them.
    max_bad : how many rows may be left out: "10", or "0.1%".
    progress : called with the states so far, and the share of the work that is done.
    """

    delimiter: str | None
    quotechar: str | None
    comment: str | None
    header: bool
    encoding: str | None
    chunk_bytes: int | None
    workers: int | None
    missing: str | Sequence[str] | None
    on_bad_row: OnBadRow | str
    max_bad: str | int | None
    progress: Progress | None


class GroupingOptions(TypedDict, total=False):
    """Which rows belong together.

    by : the columns whose values make groups, each with results of its own: names, or several in
        one text with commas.
    cluster : the column whose values tell which rows are not independent, such as a user's.
    level : of all intervals, 0.95 by default.
    min_count : groups of fewer rows are marked, 30 by default.
    max_groups : more are an error, 10,000 by default.
    bootstrap : so many replicates of the rows, 1000 say, tell standard errors and intervals, in
        place of formulas.
    seed : of the replicates, 0 by default: the same seed, the same intervals.
    """

    by: str | Sequence[str] | None
    cluster: str | None
    level: float
    min_count: int
    max_groups: int
    bootstrap: int | None
    seed: int | None


class EvaluationOptions(ReadingOptions, GroupingOptions, total=False):
    """Both."""


def grouping_of(options: EvaluationOptions) -> Grouping:
    """Return which rows belong together."""
    return Grouping(
        names_of(options.get("by")),
        options.get("cluster"),
        options.get("level", LEVEL),
        options.get("min_count", MIN_COUNT),
        options.get("max_groups", MAX_GROUPS),
        resampling_of(options.get("bootstrap"), options.get("seed")),
    )


def reading_of(options: ReadingOptions, passes: int = 1, *, numbered: bool = False) -> Reading:
    """Return how input is to be read: how often, and whether rows have to know their places."""
    delimiter, comment = options.get("delimiter"), options.get("comment")
    chunk_bytes = options.get("chunk_bytes")
    if chunk_bytes is not None and chunk_bytes < 1:
        raise UsageError(f"--chunk-bytes {chunk_bytes}: at least 1 byte must be read at a time")
    dialect = Dialect(
        character(delimiter or ",", "--delimiter"),
        character(options.get("quotechar") or '"', "--quotechar"),
        character(comment, "--comment") if comment else b"",
        options.get("header", True),
    )
    return Reading(
        dialect,
        delimiter is not None,
        check_encoding(options.get("encoding") or UTF_8),
        chunk_bytes or BLOCK_BYTES,
        passes,
        numbered,
    )


def engine_of(options: ReadingOptions) -> Engine:
    """Return where the work is to be done."""
    workers = options.get("workers")
    if workers is not None and workers < 1:
        raise UsageError(f"--workers {workers}: at least one must work")
    return Threads(workers or available_cores())


def bad_rows_of(options: ReadingOptions) -> BadRows:
    """Return what is to be done with rows that cannot be used."""
    max_bad = options.get("max_bad")
    return bad_rows.bad_rows(
        choice(OnBadRow, options.get("on_bad_row", OnBadRow.ERROR), "--on-bad-row"),
        names_of(options.get("missing")),
        None if max_bad is None else str(max_bad),
    )


def names_of(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return none, one or several names as a tuple."""
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def units_of(given: Units | str) -> Units:
    """Return the units of this name."""
    return choice(Units, given, "--units")


def scale_of(given: Scale | str, option: str = "--from") -> Scale:
    """Return the scale of this name."""
    return choice(Scale, given, option)


def choice(choices: type[E], given: str, option: str) -> E:
    """Return the one of some choices that has this name."""
    try:
        return choices(given)
    except ValueError:
        raise UsageError(f"{option} {shown(str(given))}: choose {' or '.join(choices)}") from None
