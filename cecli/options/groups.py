"""The options of groups, clusters and intervals."""

from collections.abc import Sequence
from enum import StrEnum
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
