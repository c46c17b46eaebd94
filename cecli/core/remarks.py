"""What readers and preparations remark on lines by a code, and the notices that come of it."""

from dataclasses import dataclass
from functools import partial

from cecli.columns.bad_rows import BadRows, Reason
from cecli.core.errors import InputError
from cecli.core.plan import Noticing
from cecli.core.statistic import States
from cecli.report.result import Notice
from cecli.statistics.first_rows import FirstRowsState, Remarked

ZERO_WEIGHT = "zero-weight"
BLANK_LINE = "blank-line"


def remarked(code: str, what: str, message: str) -> Noticing:
    """Watch for lines on which a reader or a preparation remarked; what names one of them."""
    return Noticing((Remarked(code),), partial(_remarked, code, what, message))


def _remarked(code: str, what: str, message: str, states: States) -> Notice | None:
    rows = states[Remarked(code)]
    return at_rows(code, rows, f"{counted(rows.count, what)} {message}") if rows.count else None


def at_rows(code: str, rows: FirstRowsState, message: str) -> Notice:
    """Return a notice about some rows, with their places."""
    lines = tuple(position.line for position in rows.first)
    places = tuple(f"{position.source}:{position.line}" for position in rows.first)
    return Notice(code, message, rows.count, lines, places)


def counted(count: int, what: str) -> str:
    """Return so many of something, in words."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


BLANK_LINES = remarked(BLANK_LINE, "blank line", "skipped")
WEIGHTLESS = remarked(ZERO_WEIGHT, "row", "of weight 0 left out")

WORDS = {
    Reason.MISSING: "a value was missing",
    Reason.VALUE: "a value was no number of the kind that is needed",
    Reason.FIELDS: "they had too many fields or too few",
    Reason.QUOTING: "their quotes were misplaced",
    Reason.LINE_END: "a carriage return stood alone",
    Reason.NUL: "they held a NUL byte",
    Reason.ENCODING: "a value was not UTF-8",
    Reason.CLASS: "their label was no class",
    Reason.SUM: "their probabilities did not add up to 1",
}


@dataclass(frozen=True)
class SkippedRows:
    """What is told about skipped rows, and how many of them are too many."""

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
        """Return how many rows were skipped for each reason that occurred."""
        counts = {str(reason): states[Remarked(reason.remark)].count for reason in self.reasons}
        return {reason: count for reason, count in counts.items() if count}

    def check(self, states: States, rows: int, source: str) -> None:
        """Raise an InputError if too many rows were skipped; rows are the others."""
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


def remarks(bad_rows: BadRows) -> tuple[Noticing, ...]:
    """Return what to say of lines that were left out, of whatever is asked."""
    return (*SkippedRows(bad_rows).watches, WEIGHTLESS, BLANK_LINES)
