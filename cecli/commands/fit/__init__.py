"""`cecli fit`: how are these probabilities to be recalibrated?

plan - what the user asks, bound to a header
procedures - how each model is estimated, and data without a maximum
newton - Newton's method, one pass over the rows a step
curve - the log-odds that a model gives, as a function of its parameters
terms - the loss, gradient and Hessian of each row
statistics - what a fit needs to know of the rows
recalibrations - what a fitted model makes of predictions
metrics - the loss before and after, and whether the gain could be chance
notices - the fit in a report, and what to know of it
passes - passes over the rows that fits share, fits that leave out a fold, and rows that are kept
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale, number
from cecli.columns.roles import Tell
from cecli.core.errors import UsageError, shown
from cecli.options.declare import COLUMNS, Family, Option
from cecli.options.families import (
    Clip,
    From,
    Inputs,
    InUnits,
    Label,
    Normalize,
    Positive,
    Prob,
    ReadingOptions,
    Target,
    Weight,
)
from cecli.options.keywords import CommandLine, echo, in_keywords, silent
from cecli.report.fit import FitPart, Model
from cecli.report.result import Units
from cecli.terminal.output import Output, OutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report


FIT = "The fit"
# The rows are read more than once, unless they fit in memory.
PASSES = 2


def _pair(text: str) -> tuple[float, float]:
    numbers = [number(part) for part in text.split(",")]
    if len(numbers) != 2 or None in numbers:
        raise UsageError(f"--prior-beta {shown(text)} is no pair of numbers", hint="such as 2,2")
    a, b = numbers
    return float(a or 0.0), float(b or 0.0)


class FitOptions(Family):
    """What is fitted, and to which predictions."""

    model: Annotated[
        Model, Option("What is fitted; see docs/fit.md.", FIT, echoed=True)
    ]  # fmt: skip
    label: Label = None
    target: Target = ()
    prob: Prob = ()
    weight: Weight = None
    positive: Positive = None
    scale: From = Scale.PROBABILITY
    normalize: Normalize = False
    clip: Clip = None
    prior_sd: Annotated[
        float | None,
        Option("A Gaussian prior around the identity, with this standard deviation.", FIT, "S",
               echoed=True),
    ] = None  # fmt: skip
    prior_beta: Annotated[
        tuple[float, float] | None,
        Option("A Beta prior of the base rate, for --model constant.", FIT, "A,B", echoed=True,
               read=_pair),
    ] = None  # fmt: skip
    folds: Annotated[
        int | None,
        Option("Report the loss of unseen rows too, by fits that leave out a fold each.", FIT, "K",
               echoed=True),
    ] = None  # fmt: skip
    fold_by: Annotated[
        str | None,
        Option(
            "Column whose values stay together in a fold; default: each row by its position.",
            COLUMNS,
            "COL",
        ),
    ] = None
    units: InUnits = Units.NATS


@in_keywords
def fit(
    data: "Data",
    asked: FitOptions,
    reading: ReadingOptions,
    *,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
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
    from cecli.commands.fit.plan import Fitting, fitting
    from cecli.options.values import engine_of, reading_of, scoring_of
    from cecli.readers.opening import open_table
    from cecli.report.fit import Prior

    wanted = Fitting(
        scoring_of(asked, reading, tell),
        asked.model,
        Prior(asked.prior_sd, asked.prior_beta),
        asked.folds,
        asked.fold_by,
    )
    table = open_table(data, reading_of(reading, passes=PASSES))
    estimation = fitting(table, wanted).stating(echo(asked, reading))
    return estimation.report(table, engine_of(reading), progress)


class StepOptions(Family):
    """What is said of the way to the fit."""

    verbose: Annotated[
        bool, Option("Show each step of the fit.", FIT)
    ] = False  # fmt: skip


def _run(inputs: Inputs, asked: dict[str, Any], steps: StepOptions, style: Style) -> Output:
    """How are these probabilities to be recalibrated?

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


COMMAND = CommandLine(_run, fit, output=OutputOptions)
