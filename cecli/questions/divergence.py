"""How far is q from p, row by row?"""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.answer import Question, always
from cecli.columns import Column, Domain
from cecli.errors import UsageError
from cecli.metrics.divergence import kl_divergence
from cecli.metrics.kl_divergence import reverse_kl, rows_metrics
from cecli.notices import Watch
from cecli.notices.divergence import SUMS_TO_ONE, infinite_divergences
from cecli.notices.sums import normalized, sums
from cecli.preparations import Preparation
from cecli.preparations.scaling import Stated
from cecli.preparations.sums import AddUpToOne, Normalize
from cecli.preparations.weights import drop_weightless
from cecli.questions.scoring import NORMALIZABLE
from cecli.readers import Table
from cecli.report import NATS_PER, Units
from cecli.roles import SCALED, SHARE, WEIGHT, Tell, distribution, paired, refuse_sharing
from cecli.scales import Scale

# The two sides, by their roles in chunks, as people call them.
NAMES = {"target": "p", "prob": "q"}


@dataclass(frozen=True)
class Comparison:
    """The options of `kl`; names and patterns of columns are still as the user gave them."""

    p: Sequence[str]
    q: Sequence[str]
    weight: str | None
    scale: Scale
    normalize: bool
    threshold: float | None
    units: Units
    tell: Tell

    def __post_init__(self) -> None:
        for option, names in (("--p", self.p), ("--q", self.q)):
            if not names:
                raise UsageError(f"{option} COL is needed")
        if self.threshold is not None and not self.threshold >= 0.0:
            raise UsageError(f"--threshold {self.threshold:g} is not a number from 0 up")

    @property
    def domain(self) -> Domain:
        return SHARE if self.normalize and self.scale in NORMALIZABLE else SCALED[self.scale]

    @property
    def options(self) -> dict[str, object]:
        """What changes results, for the report; None where it was not asked for."""
        return {
            "from": None if self.scale is Scale.PROBABILITY else str(self.scale),
            "normalize": self.normalize or None,
            "threshold": self.threshold,
        }


def divergence(table: Table, wanted: Comparison) -> Question:
    """Return the question about two distributions in each row."""
    p, q = paired(table.header, wanted.p, wanted.q, table.name, wanted.tell)
    weight = [] if wanted.weight is None else [Column("weight", wanted.weight, WEIGHT)]
    columns = [
        *distribution("target", p, wanted.domain),
        *distribution("prob", q, wanted.domain),
        *weight,
    ]
    refuse_sharing(columns, table.name)
    several = len(p) > 1
    if wanted.normalize and not several:
        raise UsageError(
            "--normalize: one probability has nothing to add up to 1 with",
            hint="it is for one column a class, as --p 'p_*', or for columns as a whole: "
            "--over-rows",
        )
    preparations, watches = _sums(wanted) if several else ([], [])
    stated = [] if wanted.scale is Scale.PROBABILITY else [
        Stated(role, wanted.scale) for role in NAMES
    ]  # fmt: skip
    threshold = None if wanted.threshold is None else wanted.threshold * NATS_PER[wanted.units]
    return Question(
        command="kl",
        task="categorical" if several else "bernoulli",
        units=wanted.units,
        columns=columns,
        metrics=rows_metrics(threshold),
        preparations=[drop_weightless, *stated, *preparations],
        watches=[
            *infinite_divergences(kl_divergence, reverse_kl),
            *([] if several or wanted.weight is not None else [SUMS_TO_ONE]),
            *watches,
        ],
        classes=always(*(name for name, _ in p)) if several else always(),
        options=wanted.options,
        names=NAMES,
    )


def _sums(wanted: Comparison) -> tuple[list[Preparation], list[Watch]]:
    """Return what sees to it that both sides add up to 1 in each row: logits always do."""
    if wanted.scale is Scale.LOGIT:
        return [], []
    words = {role: f"probabilities of {name}" for role, name in NAMES.items()}
    if wanted.normalize:
        return (
            [Normalize(role, word) for role, word in words.items()],
            [normalized(role, word) for role, word in words.items()],
        )
    return (
        [AddUpToOne(role, word) for role, word in words.items()],
        [sums(role, word) for role, word in words.items()],
    )
