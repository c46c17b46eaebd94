"""What a user asks of several models, before the headers are known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.numbers import Scale
from cecli.commands.compare.inference import Anytime, FixedSize, Inference
from cecli.core.errors import UsageError
from cecli.options.predictions import Scoring, validate_clip
from cecli.preparations.sums import REFUSED
from cecli.report.result import NATS_PER

MOST_MODELS = 100
# Of less, one interval could not decide all verdicts.
LEAST_LEVEL = 0.5


@dataclass(frozen=True)
class Comparing:
    """The options of `compare`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    scoring : what `score` would be asked of each model, without --clip; its grouping is the first
        table's, and has the level of intervals and verdicts.
    prob : the column of each model, or a pattern for the columns of its classes.
    margin : in the units of the report.
    """

    scoring: Scoring
    prob: Sequence[str]
    margin: float | None
    anytime: bool
    clip: float | None
    key: str | None
    on_unmatched: OnUnmatched | None

    def __post_init__(self) -> None:
        if not self.level >= LEAST_LEVEL:
            raise UsageError(
                f"--level {self.level:g} is not in [{LEAST_LEVEL:g}, 1)",
                hint="such as 0.95, for 95 %",
            )
        if self.margin is not None and not 0.0 < self.margin < math.inf:
            raise UsageError(f"--margin {self.margin:g} is not a number above 0")
        if self.on_unmatched is not None and self.key is None:
            raise UsageError("--on-unmatched goes with --id")
        if len(self.prob) > MOST_MODELS:
            raise UsageError(f"{len(self.prob)} models: more than {MOST_MODELS} at once")
        self._validate_clip()

    def _validate_clip(self) -> None:
        if self.clip is not None:
            validate_clip(self.clip)
            if self.scoring.stating.scale is Scale.LOGIT and not self.anytime:
                raise UsageError("--clip: no finite logit loses infinitely much")
        if self.anytime and self.clip is None:
            raise UsageError(
                "--anytime needs a bound on the differences of losses",
                hint="--clip 0.01 bounds them by log(99) = 4.6 nats: the smaller the bound, the "
                "sooner it decides",
            )
        if self.anytime:
            self._validate_anytime()

    def _validate_anytime(self) -> None:
        if self.scoring.weight is not None:
            raise UsageError(
                "--anytime and --weight exclude each other",
                hint="a confidence sequence is about the plain mean of rows as they come",
            )
        if self.scoring.grouping.cluster is not None:
            raise UsageError(
                "--anytime and --cluster exclude each other",
                hint="a confidence sequence takes each row as new, whatever came before it",
            )
        if self.scoring.grouping.by:
            raise UsageError(
                "--anytime and --by exclude each other",
                hint="groups turn up as rows come in, and p-values cannot be adjusted for those "
                "that have not: choose a group, and give its rows to --anytime alone",
            )

    @property
    def level(self) -> float:
        return self.scoring.grouping.level

    @property
    def margin_in_nats(self) -> float | None:
        return None if self.margin is None else self.margin * NATS_PER[self.scoring.units]

    def inference(self, *, of_several: bool) -> Inference:
        """Return how intervals and p-values are found, of two classes or of several."""
        if self.clip is not None and of_several and self._is_logit:
            raise UsageError("--clip bounds no loss of logits of several classes")
        if not self.anytime or self.clip is None:
            return FixedSize(self.level)
        most = math.log1p(-self.clip) - math.log(self.clip)
        # Soft labels of several classes may add up to a little more than 1.
        return Anytime(self.level, most * (1.0 + REFUSED) if of_several else most)

    @property
    def _is_logit(self) -> bool:
        """Whether predictions are logits, or logarithms up to a constant, which are the same."""
        stating = self.scoring.stating
        unnormalized = stating.normalize and stating.scale is Scale.LOG_PROBABILITY
        return stating.scale is Scale.LOGIT or unnormalized
