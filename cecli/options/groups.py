"""The options of groups, clusters and intervals."""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from cecli.core.errors import UsageError
from cecli.options.declare import GROUPS, Family, Option
from cecli.report.result import LEVEL

MIN_COUNT, MAX_GROUPS = 30, 10_000
# A fixed default, so that the same command gives the same bytes.
SEED = 0
# Bounds of a share, such as the level of intervals.
SHARE = {"gt": 0.0, "lt": 1.0, "allow_inf_nan": False}
Cluster = Annotated[
    str | None,
    Option("Column whose values mark dependent rows, such as a user's.", GROUPS, "COL"),
]
Level = Annotated[
    float | None,
    Option(
        "Level of the confidence intervals; default: 0.95.",
        GROUPS,
        "L",
        usual=LEVEL,
        echoed=True,
        limits=SHARE,
    ),
]


By = Annotated[
    Sequence[str],
    Option(
        "Columns whose values form groups; each group gets its own results.",
        GROUPS,
        "COL[,COL]",
    ),
]
MinCount = Annotated[
    int | None,
    Option(
        "Mark groups with fewer than N rows; default: 30.",
        GROUPS,
        "N",
        usual=MIN_COUNT,
        echoed=True,
        limits={"ge": 0},
    ),
]
MaxGroups = Annotated[
    int | None,
    Option(
        "Fail if there are more than N groups; default: 10,000.",
        GROUPS,
        "N",
        usual=MAX_GROUPS,
        limits={"ge": 1},
    ),
]


MinGroup = Annotated[
    int | None,
    Option(
        "Count groups with fewer than N rows together, with as many larger ones that none follows "
        "by difference.",
        GROUPS,
        "N",
        echoed=True,
        limits={"ge": 2},
    ),
]


class GroupingOptions(Family):
    """Groups of rows."""

    by: By = ()
    min_count: MinCount = None
    max_groups: MaxGroups = None
    min_group: MinGroup = None


class GroupOptions(GroupingOptions):
    """Groups and clusters of rows, and the level of confidence intervals."""

    cluster: Cluster = None
    level: Level = None


class Average(StrEnum):
    """What a mean is over: all rows, or groups of them, each of which counts the same."""

    ROWS = "rows"
    GROUPS = "groups"


class AverageOptions(Family):
    """What the means of a report are over."""

    average: Annotated[
        Average,
        Option("What means are over: rows, or the groups of --by, each of which counts the same.",
               GROUPS, echoed=True),
    ] = Average.ROWS  # fmt: skip


class ReplicateOptions(Family):
    """Bootstrap intervals, instead of those from formulas."""

    bootstrap: Annotated[
        int | None,
        Option("Compute intervals from B bootstrap replicates, such as 1000, not from formulas.",
               GROUPS, "B", echoed=True, limits={"ge": 1}),
    ] = None  # fmt: skip
    seed: Annotated[
        int | None,
        Option("Seed of the replicates; default: 0.", GROUPS, "S", usual=SEED,
               echoed=True, limits={"ge": 0}),
    ] = None  # fmt: skip

    def __post_init__(self) -> None:
        if self.seed is not None and self.bootstrap is None:
            raise UsageError(
                "--seed needs --bootstrap: nothing else is random", hint="--bootstrap 1000"
            )

    def echo(self) -> dict[str, float | str | bool]:
        """Return what a report states of these options: replicates always have a seed."""
        if self.bootstrap is None:
            return {}
        return {"bootstrap": self.bootstrap, "seed": SEED if self.seed is None else self.seed}


class SetReplicateOptions(ReplicateOptions):
    """Replicates that say which of several models may be the best."""

    bootstrap: Annotated[
        int | None,
        Option("Find which of three models or more may be the best by B bootstrap replicates, not "
               "by tests of all pairs.", GROUPS, "B", echoed=True, limits={"ge": 1}),
    ] = None  # fmt: skip


# The least number of replicates beyond the two ends of an interval, taken together.
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
    """Return the exact decimal number that the user wrote: 0.9 is nine tenths."""
    return Fraction(repr(level))


def is_level(level: float) -> bool:
    """Return whether intervals can have this level; too near to 1, they would be infinite."""
    return level > 0.0 and (1.0 + level) / 2.0 < 1.0


def refuse_no_level(option: str, level: float, hint: str) -> None:
    """Raise a UsageError if intervals cannot have this level."""
    if is_level(level):
        return
    if 0.0 < level < 1.0:
        raise UsageError(f"{option} {level!r} is too near to 1 for an interval", hint=hint)
    raise UsageError(f"{option} {level:g} is not between 0 and 1", hint=hint)


def refuse_average(by: Sequence[str], others: Mapping[str, bool]) -> None:
    """Raise a UsageError if means cannot be over groups.

    Parameters
    ----------
    others : further options, by name, and whether they are given: they say what is independent.
    """
    if not by:
        raise UsageError(
            "--average groups needs --by: there are no groups", hint="--by COL makes groups"
        )
    if given := next((name for name, is_given in others.items() if is_given), None):
        raise UsageError(
            f"--average groups and {given} cannot be used together",
            hint="the groups of --by are what is independent, and each counts the same",
        )
