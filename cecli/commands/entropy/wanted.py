"""The options of an entropy, before the header is read."""

from collections.abc import Sequence

from cecli.columns.bad_rows import BadRows
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.options.scoring import PLAIN, Grouping, Stating, Weighting
from cecli.report.result import Units

PROBABILITIES = "--prob or --member"


@dataclass(frozen=True)
class EntropyWanted:
    """The options of `entropy`; names and patterns of columns are still as the user gave them."""

    column: str | None
    given: str | None
    prob: Sequence[str]
    member: Sequence[str]
    weighting: Weighting
    stating: Stating
    units: Units
    grouping: Grouping
    bad_rows: BadRows

    def __post_init__(self) -> None:
        if (self.column is not None) + bool(self.prob) + bool(self.member) != 1:
            raise UsageError(
                "exactly one of --column, --prob and --member is required",
                hint="--column COL for values to count · --prob COL or --prob 'p_*' for "
                "probabilities · --member A --member B for those of an ensemble",
            )
        if self.column is None and self.given is not None:
            raise UsageError("--given requires --column: it names a second column of values")
        if self.column is not None:
            self._refuse_options_of_probabilities()

    def _refuse_options_of_probabilities(self) -> None:
        if self.stating != PLAIN:
            raise UsageError(
                f"--from and --normalize require {PROBABILITIES}: --column only counts values"
            )
        given = {
            "--by": bool(self.grouping.by),
            "--cluster": self.grouping.cluster is not None,
            "--bootstrap": self.grouping.resampling is not None,
        }
        if name := next((name for name, is_given in given.items() if is_given), ""):
            raise UsageError(
                f"{name} requires {PROBABILITIES}: --column has counts of all rows",
                hint="--given COL says how much another column tells of it",
            )
