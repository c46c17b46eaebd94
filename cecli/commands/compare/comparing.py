"""The options of a comparison, before header rows are read."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.numbers import Scale
from cecli.commands.compare.in_time import InTime
from cecli.commands.compare.inference import Inference
from cecli.commands.compare.one_look import OneLook
from cecli.commands.score.plan import completed
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import RowError, TriedCommand, UsageError, shown
from cecli.core.table import Table
from cecli.engines import Engine, serial
from cecli.numerics.scalars import log, log1p
from cecli.options.joining import JoinOptions
from cecli.options.scoring import Scoring, validate_clip
from cecli.options.shapes import ShapeOptions
from cecli.preparations.sums import REFUSED
from cecli.report.report import Report
from cecli.report.result import NATS_PER


def refuse_within(scoring: Scoring) -> None:
    """Raise a UsageError if rows are candidates."""
    if scoring.within is not None:
        raise UsageError(
            "--within and compare cannot be used together",
            hint="cecli score --within, for each model; or keep the row of each group that "
            "happened, and compare --log-prob A --log-prob B --from probability",
        )


def too_many(files: Sequence[str], *, in_time: bool) -> UsageError:
    """Return the error of more than two inputs, of which one may be meant as a column of times."""
    if in_time and not os.path.exists(files[-1]):
        return UsageError(
            f"--order takes no value, so that {shown(files[-1])} is a further input",
            hint="it takes one input, with the predictions of all models and in order of time",
        )
    return UsageError(
        f"{len(files)} inputs: compare takes one or two, or states",
        hint="put a pattern in quotes, so that all files it matches are one input",
    )


def only(data: Any) -> Any:
    """Return the only path of a list, as a command line has a word for each model's input."""
    return data[0] if isinstance(data, list | tuple) and len(data) == 1 else data


# What makes several rows, or a part, of a row of the file.
WITHOUT_MODELS = ("pairs", "multilabel", "within")


def refuse_with_models(
    shapes: ShapeOptions, joins: JoinOptions, others: Mapping[str, object]
) -> None:
    """Raise a UsageError if models in rows are not paired by a key, or with what excludes them.

    Parameters
    ----------
    others : further options that exclude models in rows, by name.
    """
    given = {
        **others,
        "--labels": joins.labels is not None,
        "--by-position": joins.by_position,
        **{shapes.declared[name].name: getattr(shapes, name) for name in WITHOUT_MODELS},
    }
    if name := next((name for name, value in given.items() if value), None):
        raise UsageError(
            f"--model and {name} cannot be used together",
            hint="--model takes one input: a row for each case and model, with its label and its "
            "prediction",
        )
    if not joins.id:
        raise UsageError(
            "--model needs --id, the key that the rows of a case share",
            hint="--id COL, or --id A,B: each model has one row for each key",
        )


MOST_MODELS = 100
# At a lower level, one interval could not decide all verdicts.
LEAST_LEVEL = 0.5


@dataclass(frozen=True)
class Comparing:
    """The options of `compare`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    scoring : the options of `score` for each model, without --clip; its grouping applies to the
        first table, and has the level of intervals and verdicts.
    prob : the column of each model, or a pattern for the columns of its classes.
    margin : in the units of the report.
    log_prob : the column of each model, if rows are the tokens of a text.
    complete : completes the scoring of a table with the label, given the columns of one model.
    advise : returns the error of a row with commands that suit the file better.
    baseline : the model that the others are compared with, if models have rows of their own.
    engine : where the inputs of a join are parsed.
    n_bytes : the column of the number of bytes of each token.
    by_position : whether rows are to be matched by their order.
    models_in : returns commands with the models that a table may have.
    """

    scoring: Scoring
    prob: Sequence[str]
    margin: float | None
    anytime: bool
    clip: float | None
    key: Sequence[str]
    on_unmatched: OnUnmatched | None
    order: bool = False
    log_prob: Sequence[str] = ()
    complete: Callable[..., Scoring] = completed
    advise: Callable[..., RowError] | None = None
    decompose: bool = False
    baseline: str | None = None
    engine: Engine = serial
    n_bytes: str | None = None
    by_position: bool = False
    models_in: Callable[[Table], Sequence[TriedCommand]] = lambda _: ()

    def completed(
        self, table: Table, spec: Sequence[str], scoring: Scoring, others: Sequence[str] = ()
    ) -> Scoring:
        """Return a scoring with its label, which is guessed if the user named none.

        Parameters
        ----------
        spec : the column or the pattern of the model.
        others : the columns of other models.
        """
        elsewhere = scoring.elsewhere
        scoring = replace(scoring, elsewhere=[*elsewhere, *others])
        return replace(self.complete(table, scoring, prob=spec), elsewhere=elsewhere)

    def advising(self, table: Table, report: Callable[[], Report]) -> Report:
        """Return a report; the error of a row ends with commands that suit the table better."""
        try:
            return report()
        except RowError as error:
            if self.advise is None or self.log_prob:
                raise
            others = [*self.scoring.elsewhere, *self.prob[1:]]
            scoring = replace(self.scoring, prob=self.prob[:1], elsewhere=others)
            raise self.advise(error, table, scoring, kept=("prob",)) from None

    def __post_init__(self) -> None:
        if not self.level >= LEAST_LEVEL:
            raise UsageError(
                f"--level {self.level:g} is not in [{LEAST_LEVEL:g}, 1)",
                hint="for 95 % intervals, write 0.95",
            )
        if self.margin is not None and not 0.0 < self.margin < math.inf:
            raise UsageError(f"--margin {self.margin:g} is not a finite number above 0")
        if len(self.prob) > MOST_MODELS:
            raise UsageError(f"{len(self.prob)} models: at most {MOST_MODELS} can be compared")
        if self.order:
            self._validate_order()
        self._validate_replicates()
        if self.scoring.grouping.over_groups:
            self._validate_average()
        if self.log_prob:
            self._validate_tokens()
        elif self.n_bytes is not None:
            raise UsageError("--bytes requires --log-prob: it counts the bytes of those tokens")
        self._validate_clip()

    def _validate_tokens(self) -> None:
        others = {
            "--label": self.scoring.label,
            "--target": self.scoring.target,
            "--prob": self.prob,
            "--positive": self.scoring.positive,
            "--clip": self.clip,
            "--anytime": self.anytime,
            "--decompose": self.decompose,
            "--normalize": self.scoring.stating.normalize,
        }
        if given := [option for option, value in others.items() if value]:
            raise UsageError(
                f"--log-prob and {given[0]} cannot be used together",
                hint="--log-prob A --log-prob B: each gives the log-probability that a language "
                "model had for the observed token",
            )

    def _validate_replicates(self) -> None:
        others = {"--anytime": self.anytime, "--order": self.order}
        given = [option for option, value in others.items() if value]
        if given and self.scoring.grouping.resampling is not None:
            raise UsageError(
                f"--bootstrap and {given[0]} cannot be used together",
                hint="without --bootstrap, the set of the best models comes from tests of pairs",
            )

    def _validate_average(self) -> None:
        others = {
            "--anytime": self.anytime,
            "--order": self.order,
            "--decompose": self.decompose,
        }
        if given := [option for option, value in others.items() if value]:
            raise UsageError(
                f"--average groups and {given[0]} cannot be used together",
                hint="a mean over groups takes each group of --by as one independent difference",
            )

    def _validate_order(self) -> None:
        grouping = self.scoring.grouping
        others = {
            "--anytime": self.anytime,
            "--cluster": grouping.cluster is not None,
            "--by": bool(grouping.by),
            "--id": bool(self.key),
            "--count": self.scoring.weighting.count is not None,
        }
        if given := [option for option, value in others.items() if value]:
            raise UsageError(
                f"--order and {given[0]} cannot be used together",
                hint="--order takes the rows of one input as a single series in time",
            )

    def _validate_clip(self) -> None:
        if self.clip is not None:
            validate_clip(self.clip)
        if self.anytime and self.clip is None:
            raise UsageError(
                "--anytime requires --clip, which bounds the differences of losses",
                hint="--clip 0.01 bounds them by log(99) = 4.6 nats; smaller bounds decide sooner",
            )
        if self.anytime:
            self._validate_anytime()

    def _validate_anytime(self) -> None:
        if self.scoring.weighting.weight is not None:
            raise UsageError(
                "--anytime and --weight cannot be used together",
                hint="a confidence sequence estimates the unweighted mean of the rows seen so far",
            )
        if self.scoring.grouping.cluster is not None:
            raise UsageError(
                "--anytime and --cluster cannot be used together",
                hint="a confidence sequence treats each row as a new draw given the rows before it",
            )
        if self.scoring.grouping.by:
            raise UsageError(
                "--anytime and --by cannot be used together",
                hint="p-values cannot be adjusted for groups that have not occurred yet; to use "
                "--anytime for one group, give only the rows of that group",
            )

    def with_prob_of(self, given: Sequence[str], theirs: Sequence[str]) -> Self:
        """Return the same for two inputs, given what the shape of the second makes of --prob."""
        if not given:
            return self
        triples = zip(given, self.prob, theirs, strict=True)
        return replace(self, prob=[b if a == name else a for name, a, b in triples])

    @property
    def level(self) -> float:
        return self.scoring.grouping.level

    @property
    def margin_in_nats(self) -> float | None:
        return None if self.margin is None else self.margin * NATS_PER[self.scoring.units]

    def inference(self, *, of_several: bool) -> Inference:
        """Return the method for intervals and p-values.

        Raises
        ------
        UsageError
            If a clip is given for logits of several classes.
        """
        if self.clip is not None and of_several and self._is_logit:
            raise UsageError("--clip cannot bound the losses of logits of several classes")
        if not self.anytime or self.clip is None:
            return OneLook(self.level, InTime()) if self.order else OneLook(self.level)
        # Imported here, because few comparisons need it.
        from cecli.commands.compare.anytime import Anytime

        most = log1p(-self.clip) - log(self.clip)
        # The sum of soft labels of several classes may exceed 1 by up to REFUSED.
        return Anytime(self.level, most * (1.0 + REFUSED) if of_several else most)

    @property
    def _is_logit(self) -> bool:
        """Whether predictions are logits, or unnormalized logarithms, which are equivalent."""
        stating = self.scoring.stating
        unnormalized = stating.normalize and stating.scale is Scale.LOG_PROBABILITY
        return stating.scale is Scale.LOGIT or unnormalized
