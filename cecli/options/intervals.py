"""Which rows belong together, and what intervals rest on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cecli.columns.column import Column
from cecli.core.errors import UsageError
from cecli.options.families import MAX_GROUPS, MIN_COUNT
from cecli.report.result import LEVEL

# So many replicates are to be beyond the two ends of an interval, taken together.
LEAST_BEYOND = 5


def least_replicates(level: float) -> int:
    """Return how many replicates an interval of this level needs.

    Examples
    --------
    >>> least_replicates(0.95), least_replicates(0.99)
    (100, 500)
    """
    return math.ceil(LEAST_BEYOND / (1 - exact_level(level)))


def exact_level(level: float) -> Fraction:
    """Return the decimal number that was meant: 0.9 is nine tenths."""
    return Fraction(repr(level))


def is_level(level: float) -> bool:
    """Return whether intervals can have this level: so near to 1 that they are infinite, no."""
    return level > 0.0 and (1.0 + level) / 2.0 < 1.0


# Beyond it the noise of the bootstrap itself is far below 1 % of a standard error.
MOST_REPLICATES = 10_000


@dataclass(frozen=True)
class Resampling:
    """How many replicates of the rows intervals rest on, and which."""

    replicates: int
    seed: int

    def validate(self, level: float) -> None:
        """Raise a UsageError if these are too few for intervals of a level, or far too many."""
        least = least_replicates(level)
        if self.replicates < least:
            raise UsageError(
                f"--bootstrap {self.replicates}: intervals of level {level:g} need {least:,} "
                "replicates or more",
                hint="1000 is usual",
            )
        if self.replicates > MOST_REPLICATES:
            raise UsageError(
                f"--bootstrap {self.replicates}: {MOST_REPLICATES:,} replicates are the most",
                hint="1000 tell a standard error to about 2 %, 10000 to less than 1 %",
            )
        if not 0 <= self.seed < 2**63:
            raise UsageError(f"--seed {self.seed}: a whole number from 0 to 2^63 - 1")


CLUSTER = "cluster"


@dataclass(frozen=True)
class Grouping:
    """The options about groups, clusters and intervals.

    Attributes
    ----------
    by : the columns whose values make groups, as the user gave them: names, or several in one.
    cluster : the column whose values tell which rows are not independent.
    level : of all intervals.
    min_count, max_groups : fewer rows are marked, more groups are an error.
    resampling : of what replicates intervals are made; None where formulas tell them.
    """

    by: Sequence[str] = ()
    cluster: str | None = None
    level: float = LEVEL
    min_count: int = MIN_COUNT
    max_groups: int = MAX_GROUPS
    resampling: "Resampling | None" = None

    def __post_init__(self) -> None:
        if not is_level(self.level):
            raise UsageError(f"--level {self.level:g} is not between 0 and 1", hint="--level 0.95")
        if self.min_count < 0:
            raise UsageError(f"--min-count {self.min_count}: a number from 0 up")
        if self.max_groups < 1:
            raise UsageError(f"--max-groups {self.max_groups}: a number from 1 up")
        if self.cluster is not None and self.by:
            raise UsageError(
                "--cluster and --by exclude each other",
                hint="intervals of groups take rows as independent: ask for one after the other",
            )
        if self.resampling is not None:
            self.resampling.validate(self.level)
            if self.by:
                raise UsageError(
                    "--bootstrap and --by exclude each other",
                    hint="intervals of groups come from formulas: ask for one after the other",
                )

    @property
    def mentioned(self) -> list[str]:
        """All names of columns that the user may have meant, whatever the header is."""
        parts = [part.strip() for name in self.by for part in name.split(",")]
        return [*self.by, *parts, *([] if self.cluster is None else [self.cluster])]

    def names(self, header: Sequence[str]) -> list[str]:
        """Return the columns that make groups: what is no column is several with commas."""
        given = (
            [name] if name in header else [part.strip() for part in name.split(",")]
            for name in self.by
        )
        return list(dict.fromkeys(name for names in given for name in names))

    def columns(self, header: Sequence[str]) -> list[Column]:
        """Return the text columns that are needed."""
        by = [Column(role, name, None) for role, name in self._roles(header).items()]
        return by if self.cluster is None else [*by, Column(CLUSTER, self.cluster, None)]

    def reported(self, header: Sequence[str]) -> dict[str, str]:
        """Return how the roles of groups are called in reports."""
        return dict.fromkeys(self._roles(header), "by")

    @property
    def by_place(self) -> bool:
        """Whether rows have to know their places."""
        return self.resampling is not None and self.cluster is None

    def _roles(self, header: Sequence[str]) -> dict[str, str]:
        return {f"by[{place}]": name for place, name in enumerate(self.names(header))}


NO_GROUPS = Grouping()
