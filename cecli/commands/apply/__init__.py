"""`cecli apply`: recalibrate predictions with a fit.

copying - a table with the recalibrated predictions, written or returned
plan - the columns that are read, and the new values of each chunk
rewriting - delimited text and Parquet with columns added or replaced, and nothing else changed
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.options.declare import COLUMNS, OUTPUT, Family, Option
from cecli.options.keywords import CommandLine, in_keywords, silent
from cecli.options.reading import TextOptions
from cecli.terminal.output import Debug, ErrorFormat, InErrorFormat, Output, Quiet, say

if TYPE_CHECKING:
    from cecli.readers.opening import Data


CHANGE = "Recalibration"
# The header is read before the rows, so that a stream is kept in a temporary file.
PASSES = 2


class AppliedInput(Family):
    """The input."""

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
            "File to write, whole or not at all; .gz, .bz2, .xz and .zst compress.",
            OUTPUT,
            "PATH",
            short="-o",
        ),
    ]


class ApplyOptions(Family):
    """Which predictions are recalibrated, and how."""

    fit: Annotated[
        Any,
        Option(
            "Fit file, written by cecli fit -o.",
            CHANGE,
            "FIT",
            python="Fit | Report | Mapping[str, Any] | str | PathLike[str] | None",
        ),
    ] = None
    prior_shift: Annotated[
        float | None,
        Option("Share of the positive class in the population to predict for.",
               CHANGE, "RATE"),
    ] = None  # fmt: skip
    base_rate: Annotated[
        float | None,
        Option(
            "Share of the positive class in the training data; default: that of the fit.",
            CHANGE,
            "R",
        ),
    ] = None
    prob: Annotated[
        Sequence[str],
        Option("Column of predictions, or one per class; default: the columns of the fit.", COLUMNS,
               "COL"),
    ] = ()  # fmt: skip
    column: Annotated[
        str | None,
        Option("Column to add or replace; default: calibrated, or 'calibrated_*'.", COLUMNS,
               "NAME"),
    ] = None  # fmt: skip
    scale: Annotated[
        Scale | None,
        Option("Scale of the predictions; default: that of the fit.", CHANGE, name="--from"),
    ] = None
    to: Annotated[
        Scale | None, Option("Scale to write; default: that of the predictions.", CHANGE)
    ] = None  # fmt: skip


class SilenceOptions(Family):
    """What is written to standard error."""

    quiet: Quiet = False
    error_format: InErrorFormat = ErrorFormat.TEXT
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
    output : the file to write, if data is a path; its suffix decides the compression.
    prob : the columns of predictions, by default those of the fit.
    column : the name of the column to add or replace, "calibrated" by default; for several classes
        a pattern, "calibrated_*" by default.
    scale : the scale of the predictions, by default that of the fit.
    to : the scale of the recalibrated predictions, by default the same.
    prior_shift : the share of the positive class in the population to predict for.
    base_rate : the share of the positive class in the training data, by default that of the fit.
    tell : called with one sentence for each column that was guessed from its name.

    Returns
    -------
    None for a path; otherwise a DataFrame, or arrays by column name, as data was given.

    Raises
    ------
    UsageError
        If an option makes no sense.
    InputError
        If the fit or the input cannot be read, or the output cannot be written.
    RowError
        If a row has no usable prediction; no output is written.

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
    """Recalibrate predictions with a fit.

    cecli apply preds.csv --fit fit.json -o out.csv

    cecli apply preds.csv --fit fit.json --column y_prob -o out.csv.gz

    cecli apply preds.csv --fit fit.json --prior-shift 0.01 -o out.csv

    cecli apply preds.csv --prob y_prob --base-rate 0.5 --prior-shift 0.01 -o out.csv
    """

    def tell(sentence: str) -> None:
        if not silence.quiet and silence.error_format is ErrorFormat.TEXT:
            say(f"note: {sentence}")

    apply([inputs.file], output=to.output, tell=tell, **asked)
    return Output("")


COMMAND = CommandLine(
    _run,
    apply,
    matters="fit prob column base_rate prior_shift output",
)
