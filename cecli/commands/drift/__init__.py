"""`cecli drift`: has the distribution of a column moved?

columns - which columns are compared, and how: as numbers, or as categories
measures - the statistics of columns, and what they come to
findings - what a report says of a reference alone, and of the rows of now beside it
saved - the columns of a reference that was saved
plan - plans for the reference, which has the bins, and for the rows of now
running - a run: the reference as a file or as a saved state, and then the rows of now
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.columns.roles import Tell
from cecli.core.errors import UsageError
from cecli.core.files import refuse_stdin_twice
from cecli.options.declare import COLUMNS, MEASURE, Family, Option
from cecli.options.groups import Level, refuse_no_level
from cecli.options.keywords import CommandLine, in_keywords, silent
from cecli.options.predictions import Count, InUnits, Label, Positive, Weight
from cecli.options.reading import ReadingOptions
from cecli.options.states import StateOptions
from cecli.report.result import LEVEL, Units
from cecli.terminal.output import Output, PlottedOutputOptions, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.report import Report

BINS, MOST_BINS, MOST_CATEGORIES = 10, 1000, 10_000


class DriftInputs(Family):
    """The reference, and the rows of now."""

    files: Annotated[
        Sequence[str],
        Option(
            "The reference, or its state, and then the inputs that are compared with it; none "
            "with --save-state. Delimited text, compressed or not, or Parquet; patterns, "
            "directories, @LIST, URLs; - is stdin.",
            metavar="REFERENCE [CURRENT…]",
            is_argument=True,
        ),
    ]

    def __post_init__(self) -> None:
        refuse_stdin_twice(self.files)


class DriftOptions(Family):
    """The columns that are compared, and how."""

    column: Annotated[
        Sequence[str],
        Option("Columns to compare; default: all that both inputs have.", COLUMNS, "COL[,COL]"),
    ] = ()
    category: Annotated[
        Sequence[str],
        Option("Columns whose numbers are categories, such as codes.", COLUMNS, "COL[,COL]"),
    ] = ()
    label: Label = None
    prob: Annotated[
        str | None,
        Option("Column of the predicted probabilities, whose loss is compared; with --label.",
               COLUMNS, "COL"),
    ] = None  # fmt: skip
    positive: Positive = None
    weight: Weight = None
    count: Count = None
    bins: Annotated[
        int | None,
        Option("Bins of numbers, of equal weight in the reference; default: 10.", MEASURE, "N",
               min=2, max=MOST_BINS, usual=BINS, echoed=True,
               limits={"ge": 2, "le": MOST_BINS}),
    ] = None  # fmt: skip
    smooth: Annotated[
        float | None,
        Option("Add A rows to each bin or category, in both inputs, so that none is empty.",
               MEASURE, "A", echoed=True, limits={"gt": 0.0, "allow_inf_nan": False}),
    ] = None  # fmt: skip
    max_categories: Annotated[
        int | None,
        Option("Leave out columns with more than N different texts; default: 10,000.", MEASURE,
               "N", min=1, usual=MOST_CATEGORIES, limits={"ge": 1}),
    ] = None  # fmt: skip
    anytime: Annotated[
        bool,
        Option("Give p-values that stay valid however often you look as rows arrive.", MEASURE,
               echoed=True),
    ] = False  # fmt: skip
    level: Level = None
    units: InUnits = Units.NATS

    def __post_init__(self) -> None:
        if self.smooth is not None and not 0.0 < self.smooth < float("inf"):
            raise UsageError(f"--smooth {self.smooth:g} is not a finite number above 0")
        if self.bins is not None and not 2 <= self.bins <= MOST_BINS:
            raise UsageError(f"--bins {self.bins} is not from 2 to {MOST_BINS:,}")
        if self.max_categories is not None and self.max_categories < 1:
            raise UsageError(f"--max-categories {self.max_categories} is below 1")
        if self.level is not None:
            refuse_no_level("--level", self.level, "--level 0.95")


@in_keywords
def drift(
    reference: "Data",
    current: "Data | None" = None,
    *,
    asked: DriftOptions,
    reading: ReadingOptions,
    states: StateOptions,
    tell: Tell = silent,
    progress: "Progress | None" = None,
) -> "Report":
    """Compare the distributions of columns with those of a reference, and with chance.

    Parameters
    ----------
    reference : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per
        line, or a list of these; the path of a state that save_state wrote; a DataFrame; or arrays
        by column name.
    current : the rows that are compared with it; without them, the report is about the reference.
    column : the columns to compare; by default all that both inputs have and that no folder's name
        states, such as dt=2026-01-01.
    category : columns whose values are compared as they are written, although they are numbers.
    label, prob, positive : the columns of classes and of predictions, and the positive class: then
        the change of the mean loss is split into population, calibration and refinement.
    weight : the column of weights of both inputs; their chance is that of (Σw)²/Σw² rows.
    count : instead of weight, the column that says for how many equal rows each row stands.
    bins : of numbers, quantiles of the reference: 10. Up to 20 different numbers have a bin each.
    smooth : add this to the weight of each bin in both inputs; by default nothing is added, and
        psi is infinite where a bin is empty on one side.
    max_categories : a column of more different texts is not compared, and a notice says so.
    anytime : rows of current arrive one after another, and are looked at again and again: p-values
        hold at all times at once, and are larger.
    level : a column has moved if its adjusted p-value is at most 1 − level.
    save_state : the state is that of the reference.
    units : units of information, nats or bits.
    tell : called with one sentence for each option that the first lines of a text show.

    Returns
    -------
    Report
        Its `drift` has each column with its bins, its verdict and a sentence; its `groups` have
        the metrics of each.

    Raises
    ------
    UsageError
        If an option is invalid.
    ColumnError
        If a column is missing.
    InputError
        If an input cannot be read, or has no rows.
    RowError
        If a row cannot be used, with its line, column and value.

    Examples
    --------
    >>> report = drift({"x": ["a"] * 50 + ["b"] * 50}, {"x": ["a"] * 80 + ["b"] * 20})
    >>> report.drift[0].verdict.value, round(report["psi_max"], 4)
    ('moved', 0.4159)
    """
    from fractions import Fraction

    from cecli.commands.drift.columns import Asked
    from cecli.commands.drift.measures import Manner
    from cecli.commands.drift.running import DriftRun
    from cecli.options.scoring import Weighting
    from cecli.options.values import bad_rows_of

    columns = Asked(
        asked.column,
        asked.category,
        asked.label,
        asked.prob,
        asked.positive,
        Weighting(asked.weight, asked.count),
        bad_rows_of(reading),
    )
    manner = Manner(
        asked.bins or BINS,
        Fraction(asked.smooth or 0.0),
        LEVEL if asked.level is None else asked.level,
        asked.anytime,
        asked.max_categories or MOST_CATEGORIES,
    )
    families, path = [asked, reading], states.save_state
    run = DriftRun(columns, manner, asked.units, families, reading, path, tell, progress)
    return run.report(reference, current)


def _run(inputs: DriftInputs, asked: dict[str, Any], style: Style) -> Output:
    """Has a column moved, by more than chance?

    cecli drift january.csv february.csv

    cecli drift january.csv february.csv --column age,country,score --smooth 0.5

    cecli drift train.csv today.csv --label y_true --prob y_prob

    cecli drift train.csv --save-state train.state

    cecli drift train.state today.csv -o page.html

    cecli drift train.state day_1.csv day_2.csv --anytime
    """
    return style.output(drift(inputs.files[:1], inputs.files[1:] or None, **asked))


COMMAND = CommandLine(
    _run,
    drift,
    output=PlottedOutputOptions,
    configured=(ReadingOptions,),
    matters="column category label prob bins smooth anytime save_state output json",
)
