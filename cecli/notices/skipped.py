"""Rows that were left out because they could not be used."""

from dataclasses import dataclass

from cecli.bad_rows import BadRows, Reason
from cecli.errors import InputError
from cecli.notices import Watch, remarked
from cecli.statistics import States
from cecli.statistics.first_rows import Remarked

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
    def watches(self) -> list[Watch]:
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
