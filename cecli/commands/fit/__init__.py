"""`cecli fit`: fit a recalibration of predictions.

fitting - the options of a fit, and those that make no sense
plan - the options of the fit, bound to a header
procedures - how each model is fitted, and errors if the likelihood has no maximum
likelihood/ - the likelihood of the rows, and where it is greatest
scores - sums of the gradients of rows, and of their products
covariance - the covariance of the parameters: which one is right for the rows, and its estimate
models - families of recalibrations, and the events whose probabilities they predict
statistics - the statistics that a fit needs
recalibrations - fitted models as functions of predictions, and fit files
metrics - the loss before and after, and the gain
significance - tests of calibration, and what a fit would win on new rows
null_reference - what isotonic regression would win back of calibrated predictions
notices - the parameters in a report, and notices about the fit
passes - passes that several fits share, fits without a fold, and rows kept in memory
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale, number
from cecli.columns.roles import Tell
from cecli.core.errors import UsageError, shown
from cecli.options.declare import COLUMNS, Family, Option
from cecli.options.groups import Cluster
from cecli.options.joining import LabelOptions
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.options.predictions import (
    Clip,
    Count,
    From,
    InUnits,
    Label,
    Normalize,
    Positive,
    Prob,
    Target,
    Weight,
)
from cecli.options.reading import Inputs, ReadingOptions
from cecli.options.shapes import ShapeOptions
from cecli.report.fit import FitPart, Model
from cecli.report.result import Units
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report


FIT = "The fit"
# Rows that do not fit in memory are read more than once.
PASSES = 2


def _pair(text: str) -> tuple[float, float]:
    numbers = [number(part) for part in text.split(",")]
    if len(numbers) != 2 or None in numbers:
        raise UsageError(
            f"--prior-beta {shown(text)} is not a pair of numbers", hint="--prior-beta 2,2"
        )
    a, b = numbers
    return float(a or 0.0), float(b or 0.0)


class FitOptions(Family):
    """Which model is fitted, and to which predictions."""

    model: Annotated[
        Model, Option("Model to fit; see docs/fit.md.", FIT, echoed=True)
    ]  # fmt: skip
    label: Label = None
    target: Target = ()
    prob: Prob = ()
    weight: Weight = None
    count: Count = None
    cluster: Cluster = None
    positive: Positive = None
    scale: From = Scale.PROBABILITY
    normalize: Normalize = False
    clip: Clip = None
    prior_sd: Annotated[
        float | None,
        Option("Standard deviation of a Gaussian prior around the identity.", FIT, "S",
               echoed=True),
    ] = None  # fmt: skip
    prior_beta: Annotated[
        tuple[float, float] | None,
        Option("Beta prior of the base rate, for --model constant.", FIT, "A,B", echoed=True,
               read=_pair),
    ] = None  # fmt: skip
    folds: Annotated[
        int | None,
        Option("Also report the out-of-fold loss, by K-fold cross-validation.", FIT, "K",
               echoed=True),
    ] = None  # fmt: skip
    fold_by: Annotated[
        str | None,
        Option(
            "Column whose values stay together in a fold; default: that of --cluster, or else rows "
            "go by their position.",
            COLUMNS,
            "COL",
        ),
    ] = None
    units: InUnits = Units.NATS


@in_keywords
def fit(
    data: "Data",
    asked: FitOptions,
    shapes: ShapeOptions,
    joins: LabelOptions,
    reading: ReadingOptions,
    *,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Recalibrate predictions by maximum likelihood, or maximum a posteriori.

    Parameters
    ----------
    data : as `cecli.score` takes it.
    model : "constant", "temperature", "offset", "vector", "platt", "beta" or "isotonic".
    label, target, prob, weight, count, cluster, positive, scale, normalize, clip : as `cecli.score`
        takes them.
    prior_sd : for each parameter, the standard deviation of a Gaussian prior around the identity.
    prior_beta : for the constant model, the parameters of a Beta prior of the base rate.
    folds : the number of folds; also report the loss of each row by a fit without its fold.
    fold_by : the column whose values assign rows to folds; by default, that of the clusters, or
        else the positions of rows.
    units : of information, nats or bits.
    labels : the input with the labels, if they are not in data, and perhaps with weights, groups or
        clusters; rows are matched by `id`, or by their order with `by_position`.
    id : the columns of a key that both inputs have, and that identifies their rows.
    by_position : match the rows of both inputs by their order.
    on_unmatched : "skip" leaves out and counts rows whose key the other input does not have.
    tell : called with one sentence for each column that was guessed from its name.

    Returns
    -------
    Report
        Its metrics include the parameters; its `fit` can be passed to `cecli.apply`.

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
    from cecli.commands.fit.fitting import Fitting
    from cecli.commands.fit.plan import fitting
    from cecli.commands.score.plan import completed
    from cecli.engines import Elsewhere, ready
    from cecli.options.scoring import Grouping
    from cecli.options.values import (
        engine_of,
        read_as_shown,
        reading_of,
        scoring_of,
        shapes_of,
        with_labels,
    )
    from cecli.readers.opening import open_table
    from cecli.report.fit import Prior
    from cecli.shapes import shaped

    scoring = scoring_of(asked, reading, tell, grouping=Grouping(cluster=asked.cluster))
    engine = engine_of(reading)
    if asked.folds and not (asked.fold_by or asked.cluster) and isinstance(engine, Elsewhere):
        raise UsageError(
            "--engine dask has no folds by the positions of rows: no worker knows how many are "
            "before its own",
            hint="name a column that identifies rows, --fold-by COL, or leave out --engine",
        )
    reading = read_as_shown(data, reading, tell, "fit", [asked, shapes, joins])
    how = reading_of(reading, passes=PASSES)
    families = [asked, shapes, joins, reading]
    table = with_labels(open_table(data, how), joins, how, "fit", data, families, tell)
    table, scoring = shaped(table, shapes_of(shapes, reading), scoring)
    elsewhere = [*scoring.elsewhere, *([] if asked.fold_by is None else [asked.fold_by])]
    scoring = completed(table, replace(scoring, elsewhere=elsewhere), "fit", data, families)
    wanted = Fitting(
        scoring,
        asked.model,
        Prior(asked.prior_sd, asked.prior_beta),
        asked.folds,
        asked.fold_by,
    )
    estimation = fitting(table, wanted).stating({**echo(*families), **scoring.guessed})
    with ready(engine):
        return estimation.report(table, engine, progress)


class StepOptions(Family):
    """Notes on the progress of the fit."""

    verbose: Annotated[
        bool, Option("Show each step of the fit.", FIT)
    ] = False  # fmt: skip


def _run(inputs: Inputs, asked: dict[str, Any], steps: StepOptions, style: Style) -> Output:
    """Fit a recalibration of predictions.

    cecli fit preds.csv --model platt -o fit.json

    cecli fit preds.csv --model temperature --folds 5

    cecli fit preds.csv --label outcome --positive yes --model beta --prior-sd 1

    cecli fit preds.csv --label species --prob 'p_*' --model temperature

    cecli fit preds.csv --model constant --prior-beta 2,2 --json
    """
    report = fit(inputs.files, **asked)
    if steps.verbose and report.fit is not None:
        for part in report.fit.parts:
            for line in _steps(part):
                style.tell(line)
    return style.output(report)


def _steps(part: FitPart) -> Iterator[str]:
    of = "" if part.class_name is None else f"class {shown(part.class_name)}: "
    for place, step in enumerate(part.trace):
        share = f", step {step.step:g}" if place else ""
        parameters = ", ".join(f"{x:.9g}" for x in step.parameters)
        yield (
            f"{of}iteration {place}: log_likelihood {step.log_likelihood:.15g}, "
            f"gradient {step.gradient:.3g} per row{share}, at ({parameters})"
        )


COMMAND = CommandLine(
    _run,
    fit,
    output=ReportOutputOptions,
    matters="model label prob positive folds prior_sd weight output whole json",
)
