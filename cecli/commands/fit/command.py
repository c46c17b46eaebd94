"""`cecli fit`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cecli.columns.numbers import Scale, number
from cecli.core.errors import UsageError, shown
from cecli.options import columns as predictions
from cecli.options import shared as options
from cecli.options.shared import COLUMNS
from cecli.report.fit import FitPart, Model
from cecli.report.result import Units
from cecli.terminal.output import Output, Style

if TYPE_CHECKING:
    from cecli.options.values import ReadingOptions


FIT = "The fit"


def fit(
    files: options.Files,
    model: Annotated[
        Model, typer.Option(help="What is fitted; see docs/fit.md.", rich_help_panel=FIT)
    ],
    label: predictions.Label = None,
    target: predictions.Target = None,
    prob: predictions.Prob = None,
    weight: options.Weight = None,
    positive: predictions.Positive = None,
    scale: options.From = Scale.PROBABILITY,
    normalize: options.Normalize = False,
    clip: predictions.Clip = None,
    prior_sd: Annotated[
        float | None,
        typer.Option(
            metavar="S",
            help="A Gaussian prior around the identity, with this standard deviation.",
            rich_help_panel=FIT,
        ),
    ] = None,
    prior_beta: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="A Beta prior of the base rate, for --model constant.",
            rich_help_panel=FIT,
        ),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(
            metavar="K",
            help="Report the loss of unseen rows too, by fits that leave out a fold each.",
            rich_help_panel=FIT,
        ),
    ] = None,
    fold_by: Annotated[
        str | None,
        typer.Option(
            metavar="COL",
            help="Column whose values stay together in a fold; default: each row by its position.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    units: options.InUnits = Units.NATS,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", help="Show each step of the fit.", rich_help_panel=FIT),
    ] = False,
    *,
    reading: "ReadingOptions",
    style: Style,
) -> Output:
    """How are these probabilities to be recalibrated?

    cecli fit preds.csv --model platt -o fit.json

    cecli fit preds.csv --model temperature --folds 5

    cecli fit preds.csv --label outcome --positive yes --model beta --prior-sd 1

    cecli fit preds.csv --label species --prob 'p_*' --model temperature

    cecli fit preds.csv --model constant --prior-beta 2,2 --json
    """
    from cecli.commands.fit.function import fit as estimate

    report = estimate(
        files,
        model=model,
        label=label,
        target=target,
        prob=prob,
        weight=weight,
        positive=positive,
        scale=scale,
        normalize=normalize,
        clip=clip,
        prior_sd=prior_sd,
        prior_beta=None if prior_beta is None else _pair(prior_beta),
        folds=folds,
        fold_by=fold_by,
        units=units,
        tell=style.tell,
        **reading,
    )
    if verbose and report.fit is not None:
        for part in report.fit.parts:
            for line in _steps(part):
                style.tell(line)
    return style.output(report)


def _pair(text: str) -> tuple[float, float]:
    numbers = [number(part) for part in text.split(",")]
    if len(numbers) != 2 or None in numbers:
        raise UsageError(f"--prior-beta {shown(text)} is no pair of numbers", hint="such as 2,2")
    a, b = numbers
    return float(a or 0.0), float(b or 0.0)


def _steps(part: FitPart) -> Iterator[str]:
    of = "" if part.class_name is None else f"class {shown(part.class_name)}: "
    for place, step in enumerate(part.trace):
        share = f", step {step.step:g}" if place else ""
        parameters = ", ".join(f"{x:.9g}" for x in step.parameters)
        yield (
            f"{of}iteration {place}: log_likelihood {step.log_likelihood:.15g}, "
            f"gradient {step.gradient:.3g} per row{share}, at ({parameters})"
        )
