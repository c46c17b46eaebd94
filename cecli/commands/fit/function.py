"""How are these probabilities to be recalibrated?"""

from collections.abc import Callable, Sequence
from typing import Unpack

from cecli.columns.numbers import Scale
from cecli.commands.fit.plan import Fitting, fitting
from cecli.options.predictions import Scoring, Stating
from cecli.options.values import (
    ReadingOptions,
    bad_rows_of,
    choice,
    engine_of,
    names_of,
    reading_of,
    scale_of,
    units_of,
)
from cecli.readers.opening import Data, open_table
from cecli.report.fit import Model, Prior
from cecli.report.report import Report
from cecli.report.result import Units

# The rows are read more than once, unless they fit in memory.
PASSES = 2


def fit(
    data: Data,
    *,
    model: Model | str,
    label: str | None = None,
    target: str | Sequence[str] | None = None,
    prob: str | Sequence[str] | None = None,
    weight: str | None = None,
    positive: str | None = None,
    scale: Scale | str = Scale.PROBABILITY,
    normalize: bool = False,
    clip: float | None = None,
    prior_sd: float | None = None,
    prior_beta: tuple[float, float] | None = None,
    folds: int | None = None,
    fold_by: str | None = None,
    units: Units | str = Units.NATS,
    tell: Callable[[str], None] = lambda _: None,
    **reading: Unpack[ReadingOptions],
) -> Report:
    """Recalibrate predictions by maximum likelihood, or maximum a posteriori.

    Parameters
    ----------
    data : as `cecli.score` takes it.
    model : "constant", "temperature", "vector", "platt", "beta" or "isotonic".
    label, target, prob, weight, positive, scale, normalize, clip : as `cecli.score` takes them.
    prior_sd : the standard deviation of a Gaussian prior around the identity, of each parameter.
    prior_beta : for the constant model, the parameters of a Beta prior of the base rate.
    folds : also report the loss of rows that a fit has not seen, by so many fits.
    fold_by : the column whose values tell folds apart; by default the rows' positions do.
    units : of information, nats or bits.
    tell : called with one sentence for each column that was guessed from its name.
    **reading : how input is read, see `cecli.options.values.ReadingOptions`.

    Returns
    -------
    Report
        With the parameters among its metrics, and the fit as `fit`: `cecli.apply` takes it.

    Raises
    ------
    UsageError
        If an option makes no sense.
    InputError
        If the input cannot be read, or leaves the parameters undetermined: separable classes, one
        class only, predictions that are all the same, or exactly 0 or 1.

    Examples
    --------
    >>> report = fit({"y": [1, 0, 1, 1], "p": [0.9, 0.2, 0.6, 0.4]}, model="constant")
    >>> report["base_rate"]
    0.75
    """
    wanted = Fitting(
        Scoring(
            label=label,
            target=names_of(target),
            prob=names_of(prob),
            weight=weight,
            positive=positive,
            clip=clip,
            stating=Stating(scale_of(scale), normalize),
            units=units_of(units),
            bad_rows=bad_rows_of(reading),
            tell=tell,
        ),
        choice(Model, model, "--model"),
        Prior(prior_sd, prior_beta),
        folds,
        fold_by,
    )
    table = open_table(data, reading_of(reading, passes=PASSES))
    estimation = fitting(table, wanted)
    return estimation.report(table, engine_of(reading), reading.get("progress"))
