"""The options of a fit, and those that make no sense."""

import math
from collections.abc import Sequence

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.options.scoring import Scoring
from cecli.report.fit import Model, Prior

MOST_FOLDS = 100
# Vector scaling has 2K parameters, and a Hessian of their square.
MOST_VECTOR_CLASSES = 50


@dataclass(frozen=True)
class Fitting:
    """The options of `fit`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    scoring : the columns and scale of the predictions.
    folds : the number of folds; None for no cross-validation.
    fold_by : the column whose values assign rows to folds.
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
                    "--prior-beta is a prior of the base rate: it needs --model constant",
                    hint="--prior-sd S is for the parameters of other models",
                )
            if not all(0.0 < x < math.inf for x in beta):
                raise UsageError("--prior-beta A,B: both must be above 0", hint="--prior-beta 2,2")
        if self.folds is not None and not 2 <= self.folds <= MOST_FOLDS:
            raise UsageError(f"--folds {self.folds} is not between 2 and {MOST_FOLDS}")
        if self.fold_by is not None and self.folds is None:
            raise UsageError("--fold-by needs --folds K")

    def refuse(self, classes: Sequence[str]) -> None:
        """Raise a UsageError if the options make no sense for these classes, or for one column."""
        if not classes and self.model is Model.VECTOR:
            raise UsageError(
                "--model vector needs several classes",
                hint="--model platt is the same for one column of predictions",
            )
        if len(classes) > MOST_VECTOR_CLASSES and self.model is Model.VECTOR:
            raise UsageError(
                f"--model vector takes at most {MOST_VECTOR_CLASSES} classes, not {len(classes)}",
                hint="--model temperature has one parameter, --model platt fits each class "
                "separately",
            )
        if classes and self.prior.beta is not None:
            raise UsageError("--prior-beta A,B is for one positive class: here there are several")


def _refuse_sd(model: Model, sd: float) -> None:
    if model in {Model.CONSTANT, Model.ISOTONIC}:
        what = "a constant" if model is Model.CONSTANT else "a step function"
        raise UsageError(
            f"--prior-sd is a prior around the identity, which {what} cannot represent",
            hint="--prior-beta A,B is the prior for --model constant",
        )
    if not 1e-100 <= sd <= 1e100:
        raise UsageError(f"--prior-sd {sd:g} is not a standard deviation")
