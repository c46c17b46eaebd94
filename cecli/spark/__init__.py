"""Reports on Spark DataFrames: rows stay where they are, and states travel (an extra).

job - the job that returns the state of all rows of a DataFrame

Each function takes the options of the function of the same name in `cecli`, and returns the same
report, bit for bit. What differs follows from rows that are spread over machines: they have no
lines and no order, they cannot be joined to labels elsewhere, and they are read once.
"""

from collections.abc import Callable
from functools import update_wrapper
from inspect import signature
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import cecli
from cecli.spark.job import reported

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from cecli.report.report import Report

P = ParamSpec("P")
Command = Callable[Concatenate[Any, P], "Report"]
OnSpark = Callable[Concatenate["DataFrame", P], "Report"]


def _with_options_of(command: Command[P]) -> Callable[[Callable[..., "Report"]], OnSpark[P]]:
    """Return what gives a function the options of a command as its keywords."""

    def decorated(function: Callable[..., "Report"]) -> OnSpark[P]:
        def called(df: "DataFrame", /, *places: P.args, **options: P.kwargs) -> "Report":
            return function(df, *places, **options)

        update_wrapper(called, function)
        own, others = signature(function), signature(command).parameters.values()
        keywords = [one for one in others if one.kind is one.KEYWORD_ONLY]
        parameters = [own.parameters["df"], *keywords]
        called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        return called

    return decorated


@_with_options_of(cecli.score)
def score(df: "DataFrame", /, **options: Any) -> "Report":
    """Evaluate probabilistic predictions; see `cecli.score`.

    Parameters
    ----------
    df : of Spark; only the columns that are named are read.
    options : as `cecli.score` takes them. Columns that are not named are guessed from the names of
        all, without a look at the rows.

    Returns
    -------
    Report
        That of `cecli.score` of the same rows, bit for bit, but for the lines of rows: they have
        none.

    Raises
    ------
    UsageError
        If an option is invalid, or needs all rows in one place.
    ColumnError
        If a column is missing, occurs twice, or cannot be guessed.
    InputError
        If there are no rows.
    RowError
        If a row cannot be used, with its column and value.
    """
    return reported("score", df, options)


@_with_options_of(cecli.calibration)
def calibration(df: "DataFrame", /, **options: Any) -> "Report":
    """Split the loss into miscalibration, discrimination and uncertainty; see `cecli.calibration`.

    Parameters
    ----------
    df : of Spark.
    options : as `cecli.calibration` takes them, but for clusters, `versus` and `model`, which read
        rows again.

    Returns
    -------
    Report
        That of `cecli.calibration` for up to half a million rows. Of more rows, which are read
        once, some results are between bounds that a notice states.
    """
    return reported("calibration", df, options)


@_with_options_of(cecli.compare)
def compare(df: "DataFrame", /, **options: Any) -> "Report":
    """Compare models by the difference of their losses in each row; see `cecli.compare`.

    Parameters
    ----------
    df : of Spark, with a column for each model.
    options : as `cecli.compare` takes them. Rows without an order do not tell whether they depend
        on those before them.

    Returns
    -------
    Report
    """
    return reported("compare", df, options)


@_with_options_of(cecli.kl)
def kl(df: "DataFrame", /, **options: Any) -> "Report":
    """Compare distributions: the divergence of q from p; see `cecli.kl`.

    Parameters
    ----------
    df : of Spark.
    options : as `cecli.kl` takes them.

    Returns
    -------
    Report
    """
    return reported("kl", df, options)


@_with_options_of(cecli.entropy)
def entropy(df: "DataFrame", /, **options: Any) -> "Report":
    """Measure the uncertainty of values, or of predicted probabilities; see `cecli.entropy`.

    Parameters
    ----------
    df : of Spark.
    options : as `cecli.entropy` takes them.

    Returns
    -------
    Report
    """
    return reported("entropy", df, options)
