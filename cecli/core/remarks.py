"""Notices made from the remarks, by code, of readers and preparations on lines."""

from collections.abc import Sequence
from functools import partial

from cecli.columns.bad_rows import BadRows, Reason
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError
from cecli.core.plan import Finding, Given, Noticing
from cecli.core.statistic import States
from cecli.report.result import Notice
from cecli.statistics.first_rows import FirstRowsState, Remarked

ZERO_WEIGHT = "zero-weight"
# A count of 0 says that there is no such row: this is remarked, but no news.
ZERO_COUNT = "zero-count"
BLANK_LINE = "blank-line"
UNLIKE_CASE = "unlike-case"


def remarked(code: str, what: str, message: str) -> Noticing:
    """Return a watch for lines remarked under a code; `what` is the singular noun for them."""
    return Noticing((Remarked(code),), partial(_remarked, code, what, message))


def _remarked(code: str, what: str, message: str, states: States) -> Notice | None:
    rows = states[Remarked(code)]
    return at_rows(code, rows, f"{counted(rows.count, what)} {message}") if rows.count else None


def at_rows(code: str, rows: FirstRowsState, message: str) -> Notice:
    """Return a notice about rows, with their places."""
    lines = tuple(position.line for position in rows.first)
    places = tuple(position.place for position in rows.first)
    return Notice(code, message, rows.count, lines, places)


def counted(count: int, what: str) -> str:
    """Return a count with its noun, such as "2 rows"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


BLANK_LINES = remarked(BLANK_LINE, "blank line", "skipped")
WEIGHTLESS = remarked(ZERO_WEIGHT, "row", "of weight 0 left out")
NEAR_MISSES = remarked(
    UNLIKE_CASE,
    "prediction",
    "counted as wrong, though the observed class differs from the predicted one in case alone",
)

WORDS = {
    Reason.MISSING: "a value was missing",
    Reason.VALUE: "a value was not a valid number",
    Reason.FIELDS: "there were too many or too few fields",
    Reason.QUOTING: "a quote was misplaced",
    Reason.LINE_END: "there was a carriage return without a line feed",
    Reason.NUL: "there was a NUL byte",
    Reason.ENCODING: "a value was not UTF-8",
    Reason.CLASS: "the label was not a known class",
    Reason.SUM: "the probabilities did not sum to 1",
    Reason.JSON: "the record was not valid JSON",
    Reason.WINNER: "not one row of the group happened",
}


@dataclass(frozen=True)
class SkippedRows:
    """The notices about skipped rows, and the check of their limit."""

    bad_rows: BadRows

    @property
    def reasons(self) -> list[Reason]:
        return [reason for reason in Reason if reason in self.bad_rows.skips]

    @property
    def statistics(self) -> list[Remarked]:
        return [Remarked(reason.remark) for reason in self.reasons]

    @property
    def watches(self) -> list[Noticing]:
        return [
            remarked(reason.remark, "row", f"skipped, because {WORDS[reason]}")
            for reason in self.reasons
        ]

    def by_reason(self, states: States) -> dict[str, int]:
        """Return the number of rows skipped for each reason that occurred."""
        counts = {str(reason): states[Remarked(reason.remark)].count for reason in self.reasons}
        return {reason: count for reason, count in counts.items() if count}

    def check(self, states: States, rows: int, source: str) -> None:
        """Raise an InputError if too many rows were skipped; `rows` counts the others."""
        by_reason = self.by_reason(states)
        skipped, limit = sum(by_reason.values()), self.bad_rows.limit
        counts = ", ".join(f"{count:,} {reason}" for reason, count in by_reason.items())
        if skipped and not rows:
            raise InputError(f"all {skipped:,} rows were skipped ({counts})", source)
        if limit is not None and limit.is_exceeded(skipped, skipped + rows):
            raise InputError(
                f"{skipped:,} of {skipped + rows:,} rows were skipped ({counts}), "
                f"more than --max-bad {limit.text}",
                source,
            )


def remarks(bad_rows: BadRows, known: Sequence[Notice] = ()) -> tuple[Finding, ...]:
    """Return the watches for left-out lines that every plan has, and notices known beforehand."""
    return (*SkippedRows(bad_rows).watches, WEIGHTLESS, BLANK_LINES, NEAR_MISSES, Given(known))
