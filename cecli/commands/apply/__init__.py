"""`cecli apply`: what do predictions become by a fit?

copying - a table with what a fit adds, written or returned
plan - the columns that are read, and the new values of each chunk
rewriting - delimited text and Parquet with columns added or replaced; all else stays as it was
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.options.declare import COLUMNS, OUTPUT, Family, Option
from cecli.options.families import TextOptions
from cecli.options.keywords import CommandLine, in_keywords, silent
from cecli.terminal.output import Debug, Output, Quiet, say

if TYPE_CHECKING:
    from cecli.readers.opening import Data


CHANGE = "What becomes of predictions"
# A stream is kept in a temporary file: its header is read before its rows.
PASSES = 2


class AppliedInput(Family):
    """What is copied."""

    file: Annotated[
        str,
        Option("Delimited text, compressed or not, or Parquet; - is stdin.", metavar="FILE",
               is_argument=True),
    ]  # fmt: skip


class AddedOutput(Family):
    """Where the copy is written."""

    output: Annotated[
        str,
        Option(
            "Where to write, whole or not at all; .gz, .bz2, .xz and .zst compress.",
            OUTPUT,
            "PATH",
            short="-o",
        ),
    ]


class ApplyOptions(Family):
    """What becomes of which predictions."""

    fit: Annotated[
        Any,
        Option(
            "What cecli fit -o wrote.",
            CHANGE,
            "FIT",
            python="Fit | Report | Mapping[str, Any] | str | PathLike[str] | None",
        ),
    ] = None
    prior_shift: Annotated[
        float | None,
        Option("Predict for a population in which RATE is the share of the positive class.",
               CHANGE, "RATE"),
    ] = None  # fmt: skip
    base_rate: Annotated[
        float | None,
        Option("Its share in the data that were learned from; default: that of the fit.", CHANGE,
               "R"),
    ] = None  # fmt: skip
    prob: Annotated[
        Sequence[str],
        Option("Column of predictions, or one a class; default: those that were fitted.", COLUMNS,
               "COL"),
    ] = ()  # fmt: skip
    column: Annotated[
        str | None,
        Option("Column to add or replace; default: calibrated, or 'calibrated_*'.", COLUMNS,
               "NAME"),
    ] = None  # fmt: skip
    scale: Annotated[
        Scale | None,
        Option("What predictions are written as, where no fit knows.", CHANGE, name="--from"),
    ] = None
    to: Annotated[
        Scale | None, Option("What to write them as; default: the same.", CHANGE)
    ] = None  # fmt: skip


class SilenceOptions(Family):
    """What is said beside it."""

    quiet: Quiet = False
    debug: Debug = False


@in_keywords
def apply(
    data: "Data",
    *,
    output: "str | os.PathLike[str] | None" = None,
    asked: ApplyOptions,
    text: TextOptions,
    tell: Tell = silent,
) -> Any:
    """Add recalibrated predictions to a file, or to a table in memory.

    Parameters
    ----------
    data : a path ("-" is standard input), of delimited text or Parquet; a DataFrame; or arrays by
        column name.
    fit : what `cecli.fit` returned, or the path of a fit file.
    output : the file to write, for a path; its suffix tells the compression.
    prob : the columns of predictions, by default those that were fitted.
    column : the name of the column to add or replace, "calibrated" by default; for several classes
        a pattern, "calibrated_*" by default.
    scale : how predictions are written, where there is no fit that knows.
    to : how recalibrated ones are; by default the same.
    prior_shift : the share of the positive class in the population for which to predict.
    base_rate : that in the population that was learned from; by default that of the fit.
    tell : called with one sentence for each column that was guessed from its name.

    Returns
    -------
    None for a path; a DataFrame, or arrays by column name, for such.

    Raises
    ------
    UsageError
        If an option makes no sense.
    InputError
        If the fit or the input cannot be read, or the output not be written.
    RowError
        If a row has no prediction; no output is written.

    Examples
    --------
    >>> shifted = apply({"p": [0.5, 0.9]}, prior_shift=0.1, base_rate=0.5)
    >>> [round(float(q), 6) for q in shifted["calibrated"]]
    [0.1, 0.5]
    """
    from cecli.commands.apply.copying import copied, fit_of
    from cecli.commands.apply.plan import Applying
    from cecli.options.values import reading_of
    from cecli.readers.opening import open_table

    wanted = Applying(
        fit=None if asked.fit is None else fit_of(asked.fit),
        prob=asked.prob,
        column=asked.column,
        scale=asked.scale,
        to=asked.to,
        rate=asked.prior_shift,
        base_rate=asked.base_rate,
        tell=tell,
    )
    table = open_table(data, reading_of(text, passes=PASSES))
    inputs = [asked.fit] if isinstance(asked.fit, str) else []
    return copied(table, wanted, None if output is None else os.fspath(output), inputs)


def _run(
    inputs: AppliedInput,
    to: AddedOutput,
    asked: dict[str, Any],
    silence: SilenceOptions,
) -> Output:
    """Apply a fit: what do predictions become?

    cecli apply preds.csv --fit fit.json -o out.csv

    cecli apply preds.csv --fit fit.json --column y_prob -o out.csv.gz

    cecli apply preds.csv --fit fit.json --prior-shift 0.01 -o out.csv

    cecli apply preds.csv --prob y_prob --base-rate 0.5 --prior-shift 0.01 -o out.csv
    """

    def tell(sentence: str) -> None:
        if not silence.quiet:
            say(f"note: {sentence}")

    apply([inputs.file], output=to.output, tell=tell, **asked)
    return Output("")


COMMAND = CommandLine(_run, apply)
