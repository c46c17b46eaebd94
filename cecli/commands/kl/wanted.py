"""The options of a divergence, before headers are read."""

import math
from collections.abc import Sequence

from cecli.columns.bad_rows import BadRows, OnUnmatched
from cecli.columns.roles import Tell
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.options.scoring import Grouping, Stating, Weighting
from cecli.report.result import Units

# What users call the two sides, by their roles in chunks.
NAMES = {"target": "p", "prob": "q"}


@dataclass(frozen=True)
class Divergence:
    """The options of `kl`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    key, on_unmatched : how rows are matched, if p and q are in two inputs.
    """

    p: Sequence[str]
    q: Sequence[str]
    weighting: Weighting
    stating: Stating
    threshold: float | None
    units: Units
    grouping: Grouping
    bad_rows: BadRows
    tell: Tell
    key: Sequence[str] = ()
    on_unmatched: OnUnmatched | None = None

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0.0 <= self.threshold < math.inf:
            raise UsageError(f"--threshold {self.threshold:g} is not a finite number of at least 0")

    @property
    def taken(self) -> list[str]:
        """The columns that are neither p nor q, because the user gave them another role."""
        others = (self.weighting.name, self.grouping.cluster, *self.grouping.by)
        return [name for name in others if name is not None]

    def refuse_unnamed(self) -> None:
        """Raise a UsageError if p or q has no column, as in one input they must."""
        for option, names in (("--p", self.p), ("--q", self.q)):
            if not names:
                raise UsageError(
                    f"{option} COL is required",
                    hint="--p COL --q COL name two columns of one input; of two inputs, cecli kl "
                    "P.csv Q.csv, the same columns are compared",
                )
