"""How are these probabilities to be recalibrated?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cecli.columns.column import Column
from cecli.columns.roles import choose_prob, refuse_sharing
from cecli.commands.fit.estimation import Estimation
from cecli.commands.fit.folds import FOLD_BY, FoldByText
from cecli.commands.fit.notices import FiniteLogits
from cecli.commands.score.plan import predictions
from cecli.core.errors import UsageError
from cecli.core.plan import Plan
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.options.predictions import Scoring
from cecli.report.fit import NEEDS_LOGITS, Model, Prior

MOST_FOLDS = 100
# Vector scaling has twice as many parameters as classes, and a Hessian of their square.
MOST_VECTOR_CLASSES = 50


@dataclass(frozen=True)
class Fitting:
    """The options of `fit`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    scoring : which predictions, and of what.
    folds : how many fits leave out a fold each; None for none.
    fold_by : the column that tells folds apart.
    """

    scoring: Scoring
    model: Model
    prior: Prior
    folds: int | None
    fold_by: str | None

    def __post_init__(self) -> None:
        sd, beta = self.prior.sd, self.prior.beta
        if sd is not None:
            _refuse_sd(self.model, sd)
        if beta is not None:
            if self.model is not Model.CONSTANT:
                raise UsageError(
                    "--prior-beta is a prior of the base rate: it goes with --model constant",
                    hint="--prior-sd S is for the parameters of other models",
                )
            if not all(0.0 < x < math.inf for x in beta):
                raise UsageError("--prior-beta A,B: both are above 0", hint="such as 2,2")
        if self.folds is not None and not 2 <= self.folds <= MOST_FOLDS:
            raise UsageError(f"--folds {self.folds} is not between 2 and {MOST_FOLDS}")
        if self.fold_by is not None and self.folds is None:
            raise UsageError("--fold-by goes with --folds K")


def _refuse_sd(model: Model, sd: float) -> None:
    if model in {Model.CONSTANT, Model.ISOTONIC}:
        what = "a constant" if model is Model.CONSTANT else "a step function"
        raise UsageError(
            f"--prior-sd is a prior around the identity, which {what} has no parameters for",
            hint="--prior-beta A,B goes with --model constant",
        )
    if not 1e-100 <= sd <= 1e100:
        raise UsageError(f"--prior-sd {sd:g} is not a standard deviation")


def fitting(table: Table, wanted: Fitting) -> Estimation:
    """Return how the predictions of a table are to be fitted."""
    scoring = wanted.scoring
    taken = [*scoring.taken, *([] if wanted.fold_by is None else [wanted.fold_by])]
    prob = choose_prob(table.header, scoring.prob, taken, table.name, scoring.tell)
    several = tuple(name for name, _ in prob) if len(prob) > 1 else ()
    _refuse_for(several, wanted)
    scored = predictions(table, scoring, prob)
    columns, folds = list(scored.columns), []
    if wanted.fold_by is not None and wanted.folds is not None:
        columns.append(Column(FOLD_BY, wanted.fold_by, None))
        refuse_sharing(columns, table.name)
        folds.append(FoldByText(wanted.folds))
    scored = scored._replace(columns=columns)
    opening = Plan(
        columns=columns,
        prepare=scored.prepare(scoring, texts=folds),
        findings=(*_requirements(wanted.model, several), scored.classes),
        head=scored.head("fit", scoring),
        bad_rows=scoring.bad_rows,
    )
    return Estimation(
        opening,
        (*scored.of_losses, *scored.watches, *remarks(scoring.bad_rows)),
        wanted.model,
        wanted.prior,
        several,
        wanted.folds,
        scoring.stating.scale,
        scoring.clip,
        scoring.stating.normalize,
    )


def _refuse_for(classes: Sequence[str], wanted: Fitting) -> None:
    if not classes and wanted.model is Model.VECTOR:
        raise UsageError(
            "--model vector has parameters for each of several classes",
            hint="--model platt is the same for one column of predictions",
        )
    if len(classes) > MOST_VECTOR_CLASSES and wanted.model is Model.VECTOR:
        raise UsageError(
            f"--model vector is for up to {MOST_VECTOR_CLASSES} classes, not {len(classes)}",
            hint="--model temperature has one parameter, --model platt fits each class apart",
        )
    if classes and wanted.prior.beta is not None:
        raise UsageError("--prior-beta A,B is for one positive class: here there are several")


def _requirements(model: Model, classes: Sequence[str]) -> list[FiniteLogits]:
    if model not in NEEDS_LOGITS:
        return []
    together = bool(classes) and model in {Model.TEMPERATURE, Model.VECTOR}
    return [FiniteLogits(model, len(classes), apart=not together)]
