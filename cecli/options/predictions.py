"""What a user asks of predictions, before the header is known."""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column, Domain
from cecli.columns.numbers import Scale
from cecli.columns.roles import SCALED, SHARE, WEIGHT, Tell
from cecli.core.errors import UsageError
from cecli.options.intervals import NO_GROUPS, Grouping
from cecli.report.result import Units

PROBABILITIES, SOFT_LABELS = "probabilities", "soft labels"
# Where a sum over the classes is divided out, one that is too large is no error.
NORMALIZABLE = (Scale.PROBABILITY, Scale.PERCENT)


@dataclass(frozen=True)
class Stating:
    """The options --from and --normalize."""

    scale: Scale
    normalize: bool

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
            hint="below 2^-53 (about 1.2e-16), 1 - EPS is 1: losses could still be infinite",
        )


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """The options of `score`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    elsewhere : columns that play a role in another input, and are not guessed in this one.
    """

    label: str | None
    target: Sequence[str]
    prob: Sequence[str]
    weight: str | None
    positive: str | None
    base_rate: float | None = None
    clip: float | None
    stating: Stating
    explain: bool = False
    units: Units
    grouping: Grouping = NO_GROUPS
    bad_rows: BadRows
    tell: Tell
    elsewhere: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.label is not None and self.target:
            raise UsageError(
                "--label and --target exclude each other",
                hint="--label names observed classes, --target soft labels in [0, 1]",
            )
        if self.target and self.positive is not None:
            raise UsageError(
                "--positive goes with --label: soft labels have no classes to choose from"
            )
        if self.base_rate is not None and not 0.0 < self.base_rate < 1.0:
            raise UsageError(f"--base-rate {self.base_rate:g} is not between 0 and 1")
        self._validate_clip()

    def _validate_clip(self) -> None:
        if self.clip is None:
            return
        validate_clip(self.clip)
        if self.stating.scale is Scale.LOGIT:
            raise UsageError(
                "--clip: no finite logit loses infinitely much: nothing is to be clipped"
            )

    @property
    def taken(self) -> list[str]:
        """The columns that are no predictions, for the user has named them otherwise."""
        named = (self.label, *self.target, self.weight)
        given = [name for name in named if name is not None]
        return [*given, *self.grouping.mentioned, *self.elsewhere]

    @property
    def weights(self) -> list[Column]:
        return [] if self.weight is None else [Column("weight", self.weight, WEIGHT)]
