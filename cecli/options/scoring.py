"""Columns, groups and intervals as requested, before the header is known."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column, Domain, separated
from cecli.columns.numbers import Scale
from cecli.columns.roles import COUNT, SCALED, SHARE, WEIGHT, Tell
from cecli.core.dataclasses import dataclass, field, replace
from cecli.core.errors import UsageError
from cecli.options.groups import (
    MAX_GROUPS,
    MIN_COUNT,
    least_replicates,
    refuse_average,
    refuse_no_level,
)
from cecli.report.result import LEVEL, Notice, Units

if TYPE_CHECKING:
    from cecli.columns.codes import CodedClasses

# With more, the noise of the bootstrap itself is far below 1 % of a standard error.
MOST_REPLICATES = 10_000


@dataclass(frozen=True)
class Resampling:
    """The number and the seed of the bootstrap replicates."""

    replicates: int
    seed: int

    def validate(self, level: float) -> None:
        """Raise a UsageError if there are too few for intervals of a level, or far too many."""
        least = least_replicates(level)
        if self.replicates < least:
            raise UsageError(
                f"--bootstrap {self.replicates}: intervals of level {level:g} need at least "
                f"{least:,} replicates",
                hint="1000 is usual",
            )
        if self.replicates > MOST_REPLICATES:
            raise UsageError(
                f"--bootstrap {self.replicates} is above {MOST_REPLICATES:,}, the largest number",
                hint="1000 give a standard error to about 2 %, 10000 to less than 1 %",
            )
        if not 0 <= self.seed < 2**63:
            raise UsageError(f"--seed {self.seed} is not between 0 and 2^63 - 1")


@dataclass(frozen=True)
class Weighting:
    """The options --weight and --count, at most one of which is given.

    Attributes
    ----------
    weight : the column of weights, whose sizes say nothing of how many rows there are.
    count : the column that says for how many equal rows each row stands.
    """

    weight: str | None = None
    count: str | None = None

    def __post_init__(self) -> None:
        if self.weight is not None and self.count is not None:
            raise UsageError(
                "--weight and --count exclude each other",
                hint="--weight says how much a row matters, --count how many equal rows it is",
            )

    @property
    def name(self) -> str | None:
        """The column that says how much a row counts."""
        return self.weight if self.count is None else self.count

    @property
    def columns(self) -> list[Column]:
        given = (("weight", self.weight, WEIGHT), ("count", self.count, COUNT))
        return [Column(role, name, domain) for role, name, domain in given if name is not None]


UNWEIGHTED = Weighting()

CLUSTER = "cluster"


@dataclass(frozen=True)
class Grouping:
    """The options of groups, clusters and intervals.

    Attributes
    ----------
    by : the columns whose values form groups, as the user gave them: names, or lists with commas.
    cluster : the column whose values mark dependent rows.
    level : of all intervals.
    min_count, max_groups : groups with fewer rows are marked; more groups are an error.
    min_group : groups with fewer rows are counted together; None if each is shown.
    resampling : the bootstrap replicates for intervals; None if intervals come from formulas.
    by_row : whether a row of the file is several rows, which may depend on each other.
    over_groups : whether means are over the groups, each of which counts the same.
    """

    by: Sequence[str] = ()
    cluster: str | None = None
    level: float = LEVEL
    min_count: int = MIN_COUNT
    max_groups: int = MAX_GROUPS
    min_group: int | None = None
    resampling: "Resampling | None" = None
    by_row: bool = False
    over_groups: bool = False

    def __post_init__(self) -> None:
        refuse_no_level("--level", self.level, "--level 0.95")
        if self.min_count < 0:
            raise UsageError(f"--min-count {self.min_count} is below 0")
        if self.min_group is not None and self.min_group < 2:
            raise UsageError(f"--min-group {self.min_group} is below 2: no group has fewer rows")
        if self.max_groups < 1:
            raise UsageError(f"--max-groups {self.max_groups} is below 1")
        if self.resampling is not None:
            self.resampling.validate(self.level)
        if self.over_groups:
            others = {
                "--cluster": self.cluster is not None,
                "--bootstrap": self.resampling is not None,
                "--min-group": self.min_group is not None,
                "several events a row": self.by_row,
            }
            refuse_average(self.by, others)

    @property
    def mentioned(self) -> list[str]:
        """All names of columns that the user may have meant, before the header is known."""
        parts = [part.strip() for name in self.by for part in name.split(",")]
        return [*self.by, *parts, *([] if self.cluster is None else [self.cluster])]

    def names(self, header: Sequence[str]) -> list[str]:
        """Return the columns that form groups; split at commas what is not in the header."""
        return separated(self.by, header)

    def columns(self, header: Sequence[str]) -> list[Column]:
        """Return the text columns that are needed."""
        by = [Column(role, name, None) for role, name in self._roles(header).items()]
        return by if self.cluster is None else [*by, Column(CLUSTER, self.cluster, None)]

    def reported(self, header: Sequence[str]) -> dict[str, str]:
        """Return the names in reports of the roles of groups."""
        return dict.fromkeys(self._roles(header), "by")

    @property
    def is_dependent(self) -> bool:
        """Whether rows may depend on each other."""
        return self.cluster is not None or self.by_row

    @property
    def by_place(self) -> bool:
        """Whether rows need their positions in the input."""
        return self.resampling is not None and self.cluster is None

    def _roles(self, header: Sequence[str]) -> dict[str, str]:
        return {f"by[{place}]": name for place, name in enumerate(self.names(header))}


NO_GROUPS = Grouping()

PROBABILITIES, SOFT_LABELS = "probabilities", "soft labels"
# Scales on which --normalize accepts probabilities whose sum exceeds 1.
NORMALIZABLE = (Scale.PROBABILITY, Scale.PERCENT)


@dataclass(frozen=True)
class Stating:
    """The options --from and --normalize.

    Attributes
    ----------
    scale : of predictions.
    asked : the scale that was given, if any.
    """

    scale: Scale
    normalize: bool
    asked: Scale | None = None

    @property
    def of_tokens(self) -> Scale:
        """The scale of the probabilities of what happened."""
        return self.asked or Scale.LOG_PROBABILITY

    @property
    def domain(self) -> Domain:
        return SHARE if self.normalize and self.scale in NORMALIZABLE else SCALED[self.scale]


PLAIN = Stating(Scale.PROBABILITY, normalize=False)

# Below this, 1 − epsilon is 1, and clipping would leave losses infinite.
LEAST_CLIP = 2.0**-53


def validate_clip(epsilon: float) -> None:
    """Raise a UsageError if clipping to [epsilon, 1 − epsilon] makes no sense."""
    if not LEAST_CLIP <= epsilon < 0.5:
        raise UsageError(
            f"--clip {epsilon:g} is not in [2^-53, 0.5)",
            hint="below 2^-53, 1 - EPS is 1, and losses could be infinite: try --clip 1.2e-16; "
            "cecli score --like xgboost takes both q and 1 - q for 1e-16 or more, as XGBoost does",
        )


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """The options of `score`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    elsewhere : columns that have a role in another input, and are not guessed in this one.
    coded : the classes, if labels or columns are called by their codes.
    parts : the column that tells apart the rows that a row of the file stands for, if several.
    within : the column of groups of candidates, one of which happens.
    model : the column of models, if each has rows of its own; then these are groups.
    notices : about how the columns are read.
    guessed : what a report states of options that were guessed.
    """

    label: str | None
    target: Sequence[str]
    prob: Sequence[str]
    weighting: Weighting
    positive: str | None
    base_rate: float | None = None
    clip: float | None
    stating: Stating
    ordered: bool = False
    explain: bool = False
    units: Units
    grouping: Grouping = NO_GROUPS
    bad_rows: BadRows
    tell: Tell
    elsewhere: Sequence[str] = ()
    coded: "CodedClasses | None" = None
    parts: str | None = None
    within: str | None = None
    model: str | None = None
    notices: Sequence[Notice] = ()
    guessed: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.label is not None and self.target:
            raise UsageError(
                "--label and --target exclude each other",
                hint="--label names observed classes, --target soft labels in [0, 1]",
            )
        if self.target and self.positive is not None:
            raise UsageError("--positive needs --label: soft labels have no classes to choose from")
        if self.base_rate is not None and not 0.0 < self.base_rate < 1.0:
            raise UsageError(f"--base-rate {self.base_rate:g} is not between 0 and 1")
        if self.clip is not None:
            validate_clip(self.clip)
        if self.model is not None and self.grouping.over_groups:
            raise UsageError(
                "--model and --average groups cannot be used together",
                hint="give the rows of one model alone, without --model",
            )
        if self.explain and self.grouping.over_groups:
            raise UsageError(
                "--explain and --average groups cannot be used together",
                hint="--explain derives means over all rows",
            )
        if self.model is not None and self.explain:
            raise UsageError(
                "--model and --explain cannot be used together",
                hint="give the rows of one model alone, without --model",
            )

    @property
    def by_parts(self) -> Self:
        """The same with groups by its parts, if no others are asked for."""
        grouping = self.grouping
        if self.parts is None or grouping.by:
            return self
        return replace(self, grouping=replace(grouping, by=(self.parts,)))

    @property
    def named_label(self) -> str:
        """The column of labels, after what the user did not name was completed."""
        if self.label is None:
            raise TypeError("the label was neither named nor guessed")
        return self.label

    @property
    def taken(self) -> list[str]:
        """The columns that cannot be predictions, because the user gave them another role."""
        named = (self.label, *self.target, self.weighting.name)
        given = [name for name in named if name is not None]
        return [*given, *self.grouping.mentioned, *self.elsewhere]
