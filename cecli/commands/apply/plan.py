"""Recalibrating predictions with a fit, or for a population with another base rate."""

from collections.abc import Callable, Sequence

import numpy as np

from cecli.columns.bad_rows import STRICT
from cecli.columns.column import Column, classes_of
from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell, distribution, in_order_of
from cecli.commands.fit.recalibrations import AsTheyAre, Recalibration, Shifted, recalibration_of
from cecli.core.chunk import Chunk, Preparation
from cecli.core.dataclasses import dataclass
from cecli.core.errors import RowError, UsageError, shown
from cecli.core.table import Table
from cecli.guessing.completing import predictions_of
from cecli.numerics import Floats
from cecli.numerics.distributions.distributions import written
from cecli.numerics.scalars import log, log1p
from cecli.options.scoring import PROBABILITIES, Stating
from cecli.preparations.order import as_one, as_several, in_order
from cecli.preparations.rows import Clip
from cecli.report.fit import Fit


@dataclass(frozen=True)
class Addition:
    """Columns that are computed from other columns, row by row.

    Attributes
    ----------
    columns : the columns that are read.
    preparations : applied in turn to each chunk first.
    names : of the columns to add, or to replace if they exist.
    compute : returns their values for a chunk, shape (len(names), n).
    """

    columns: Sequence[Column]
    preparations: Sequence[Preparation]
    names: Sequence[str]
    compute: Callable[[Chunk], Floats]

    def values(self, chunk: Chunk) -> Floats:
        """Return the new values of a chunk that a reader yielded.

        Raises
        ------
        RowError
            At the first row that is unusable, or whose new value is undefined.
        """
        for prepare in self.preparations:
            chunk = prepare(chunk)
        if chunk.defect is not None:
            raise chunk.defect
        values = self.compute(chunk)
        undefined = np.isnan(values).any(axis=0)
        if undefined.any():
            row = int(np.argmax(undefined))
            raise RowError.at(
                *chunk.position(row),
                "the prediction is certain, and the fit does not determine what becomes of it",
                "a fit with --clip moves such predictions first",
            )
        return values


ADDED, ADDED_CLASSES = "calibrated", "calibrated_*"


@dataclass(frozen=True)
class Applying:
    """The options of `apply`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    fit : None if predictions are only moved to another base rate.
    scale : of the predictions; None for that of the fit.
    to : the scale that is written; None for that of the predictions.
    rate, base_rate : shares of the positive class, in the population to predict for and in the
        training data.
    """

    fit: Fit | None
    prob: Sequence[str]
    column: str | None
    scale: Scale | None
    to: Scale | None
    rate: float | None
    base_rate: float | None
    tell: Tell

    def __post_init__(self) -> None:
        for option, rate in (("--prior-shift", self.rate), ("--base-rate", self.base_rate)):
            if rate is not None and not 0.0 < rate < 1.0:
                raise UsageError(f"{option} {rate:g} is not between 0 and 1")
        if self.base_rate is not None and self.rate is None:
            raise UsageError("--base-rate needs --prior-shift RATE")
        if self.column == "":
            raise UsageError("--column needs a name")
        if self.fit is None:
            if self.rate is None:
                raise UsageError("--fit FIT.json is needed", hint="cecli fit writes one")
            if self.base_rate is None:
                raise UsageError(
                    "--prior-shift without --fit needs --base-rate R",
                    hint="R is the share of the positive class in the training data",
                )
        elif self.scale not in {None, self.fit.scale}:
            raise UsageError(
                f"--from {self.scale} contradicts the fit, whose predictions are on the scale "
                f"{self.fit.scale}",
                hint="--to sets the scale to write",
            )

    @property
    def written(self) -> Scale:
        """The scale that is written."""
        return self.to or self.read

    @property
    def read(self) -> Scale:
        """The scale of the predictions."""
        return self.scale or (Scale.PROBABILITY if self.fit is None else self.fit.scale)


def applying(table: Table, wanted: Applying) -> Addition:
    """Return the columns to add to a table."""
    fit = wanted.fit
    prob = _predictions(table, wanted)
    stating = Stating(wanted.read, normalize=fit is not None and fit.normalize)
    probabilities = (
        as_one(stating, "prob")
        if len(prob) == 1
        else as_several(stating, "prob", PROBABILITIES, STRICT)
    )
    clip = [] if fit is None or fit.clip is None else [Clip(fit.clip)]
    names = _names(wanted.column, [name for name, _ in prob])
    if wanted.column is None:
        _refuse_replacing(names, table)
    return Addition(
        distribution("prob", prob, stating.domain),
        in_order(probabilities, clip=clip),
        names,
        _Written(_recalibration(wanted), wanted.written),
    )


@dataclass(frozen=True, eq=False)
class _Written:
    """The recalibrated predictions on the scale that is written."""

    recalibration: Recalibration
    scale: Scale

    def __call__(self, chunk: Chunk) -> Floats:
        return written(self.recalibration.distributions(chunk), self.scale)


def _predictions(table: Table, wanted: Applying) -> list[tuple[str, str]]:
    """Return the (class, column) names of the predictions, in the order of the fit."""
    fit = wanted.fit
    if fit is None:
        named = wanted.prob or predictions_of(table, (), wanted.tell)
        prob = classes_of(table.header, named, [], table.name)
        if len(prob) > 1:
            raise UsageError("--prior-shift RATE is for one positive class: here there are several")
        return prob
    several = fit.task == "multiclass"
    if not wanted.prob:
        names = fit.classes if several else fit.prob
        return list(zip(names, fit.prob, strict=True))
    prob = classes_of(table.header, wanted.prob, [], table.name)
    if not several and len(prob) > 1:
        raise UsageError("--prob names several columns, but the fit is of one")
    return in_order_of(fit.classes, prob, table.name, "--prob") if several else prob


def _names(column: str | None, classes: Sequence[str]) -> list[str]:
    if len(classes) == 1:
        return [ADDED if column is None else column]
    pattern = column or ADDED_CLASSES
    if pattern.count("*") != 1:
        raise UsageError(
            "--column must be a pattern for several classes",
            hint=f"such as '{ADDED_CLASSES}': the star stands for the class",
        )
    return [pattern.replace("*", name) for name in classes]


def _refuse_replacing(names: Sequence[str], table: Table) -> None:
    """Raise a UsageError if a table has a column that nobody asked to replace."""
    for name in names:
        if name in table.header:
            raise UsageError(
                f"there is a column {shown(name)} already",
                table.name,
                f"--column NAME adds another · --column {ADDED} replaces it"
                if name == ADDED
                else f"--column 'NAME_*' adds others · --column '{ADDED_CLASSES}' replaces them",
            )


def _recalibration(wanted: Applying) -> Recalibration:
    fit = wanted.fit
    before: Recalibration = (
        AsTheyAre() if fit is None else recalibration_of(fit.model, fit.parts, len(fit.prob))
    )
    if wanted.rate is None:
        return before
    if fit is not None and len(fit.prob) > 1:
        raise UsageError("--prior-shift RATE is for one positive class: here there are several")
    base_rate = wanted.base_rate
    if base_rate is None:
        base_rate = 0.0 if fit is None else fit.base_rates[0]
    if not 0.0 < base_rate < 1.0:
        raise UsageError("the fit has seen one class only: its base rate cannot be shifted")
    return Shifted(before, _logit(wanted.rate) - _logit(base_rate))


def _logit(rate: float) -> float:
    return log(rate) - log1p(-rate)
