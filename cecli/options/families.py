"""The options that several commands take, each stated once, alone or with those it goes with.

They are as they are typed; what they mean is made of them in `cecli.options.values`.
"""

from collections.abc import Sequence
from typing import Annotated

from cecli.columns.bad_rows import OnBadRow
from cecli.columns.numbers import Scale
from cecli.core.errors import UsageError
from cecli.options.declare import COLUMNS, GROUPS, MEASURE, READING, Family, Option
from cecli.report.result import LEVEL, Units

MIN_COUNT, MAX_GROUPS = 30, 10_000
# Always the same, so that the same command gives the same bytes.
SEED = 0
# What a share is, such as the level of intervals.
SHARE = {"gt": 0.0, "lt": 1.0, "allow_inf_nan": False}
DATA = "Delimited text, compressed or not, or Parquet; patterns, directories, @LIST, addresses"


class Inputs(Family):
    """What is read."""

    files: Annotated[
        Sequence[str], Option(f"{DATA}; - is stdin.", metavar="FILE…", is_argument=True)
    ]


# One option each, for the families of commands.

Label = Annotated[str | None, Option("Column of observed classes.", COLUMNS, "COL")]
Target = Annotated[
    Sequence[str],
    Option("Instead of --label: column of soft labels, from 0 to 1; or one a class.",
           COLUMNS, "COL"),
]  # fmt: skip
Prob = Annotated[
    Sequence[str],
    Option(
        "Column of predicted probabilities of the positive class; or one a class, by repeating it "
        "or by a pattern such as 'p_*'.",
        COLUMNS,
        "COL",
    ),
]
LogProb = Annotated[
    str | None,
    Option(
        "Instead of these: column of a language model's log-probability of each token.",
        COLUMNS,
        "COL",
    ),
]
Weight = Annotated[str | None, Option("Column of weights.", COLUMNS, "COL")]
Positive = Annotated[
    str | None,
    Option(
        "Label of the positive class, where labels are not 0/1 or false/true.", COLUMNS, "VALUE"
    ),
]
From = Annotated[
    Scale,
    Option(
        "What the predictions are written as.",
        MEASURE,
        name="--from",
        echoed=True,
        schema=str,
    ),
]
Normalize = Annotated[
    bool,
    Option(
        "Divide the probabilities of the classes by their sum, and report how many.",
        MEASURE,
        echoed=True,
    ),
]
Clip = Annotated[
    float | None,
    Option("Move probabilities into EPS … 1-EPS, and report how many.", MEASURE, "EPS",
           echoed=True),
]  # fmt: skip
InUnits = Annotated[Units, Option("Units of information.", MEASURE)]


class UnitOptions(Family):
    """The units alone, for commands that have nothing else in common with others."""

    units: InUnits = Units.NATS


class GroupOptions(Family):
    """Which rows belong together, and the level of intervals."""

    by: Annotated[
        Sequence[str],
        Option(
            "Results for each group too: the rows that share the values of these columns.",
            GROUPS,
            "COL[,COL]",
        ),
    ] = ()
    min_count: Annotated[
        int | None,
        Option("Mark groups of fewer rows; default: 30.", GROUPS, "N", usual=MIN_COUNT, echoed=True,
               limits={"ge": 0}),
    ] = None  # fmt: skip
    max_groups: Annotated[
        int | None,
        Option("More groups are an error; default: 10,000.", GROUPS, "N", usual=MAX_GROUPS,
               limits={"ge": 1}),
    ] = None  # fmt: skip
    cluster: Annotated[
        str | None,
        Option("Rows that share its value, such as a user's, are not independent.", GROUPS, "COL"),
    ] = None
    level: Annotated[
        float | None,
        Option("Level of the intervals; default: 0.95.", GROUPS, "L", usual=LEVEL, echoed=True,
               limits=SHARE),
    ] = None  # fmt: skip

    def echo(self) -> dict[str, float | str | bool]:
        """Return what a report states of these options: no mark where there are no groups."""
        stated = super().echo()
        return stated if self.by else {n: v for n, v in stated.items() if n != "min_count"}


class ReplicateOptions(Family):
    """Intervals of replicates of the rows, in place of formulas."""

    bootstrap: Annotated[
        int | None,
        Option("Intervals from B replicates of the rows, 1000 say, in place of formulas.",
               GROUPS, "B", echoed=True, limits={"ge": 1}),
    ] = None  # fmt: skip
    seed: Annotated[
        int | None,
        Option("Seed of the replicates; default: 0, always the same.", GROUPS, "S", usual=SEED,
               echoed=True, limits={"ge": 0}),
    ] = None  # fmt: skip

    def __post_init__(self) -> None:
        if self.seed is not None and self.bootstrap is None:
            raise UsageError(
                "--seed goes with --bootstrap: nothing else is drawn", hint="--bootstrap 1000"
            )

    def echo(self) -> dict[str, float | str | bool]:
        """Return what a report states of these options: replicates always have a seed."""
        if self.bootstrap is None:
            return {}
        return {"bootstrap": self.bootstrap, "seed": SEED if self.seed is None else self.seed}


class TextOptions(Family):
    """How delimited text is read."""

    delimiter: Annotated[
        str | None,
        Option("What separates fields; default: a comma, or a tab in .tsv files.", READING, "CHAR",
               echoed=True),
    ] = None  # fmt: skip
    quotechar: Annotated[
        str | None,
        Option('What fields are quoted with; default: ".', READING, "CHAR", usual='"',
               echoed=True),
    ] = None  # fmt: skip
    comment: Annotated[
        str | None,
        Option("Lines that begin with it do not count.", READING, "CHAR", echoed=True),
    ] = None
    encoding: Annotated[
        str | None, Option("Default: UTF-8.", READING, "NAME", usual="utf-8", echoed=True)
    ] = None
    header: Annotated[
        bool,
        Option("Columns have no names: they are 1, 2, …", READING, name="--no-header",
               echoed=True),
    ] = True  # fmt: skip
    chunk_bytes: Annotated[
        int | None,
        Option("Bytes read at a time, 2 MiB by default: changes no result.", READING, "N", min=1,
               configurable=False),
    ] = None  # fmt: skip


class ReadingOptions(TextOptions):
    """How rows are read, and which of them are used."""

    missing: Annotated[
        Sequence[str],
        Option(
            "What stands for no value, beside empty cells and nan; the word skip leaves rows with "
            "missing values out.",
            READING,
            "TOKEN",
            echoed=True,
        ),
    ] = ()
    on_bad_row: Annotated[
        OnBadRow,
        Option("Refuse rows that cannot be used, or count them.", READING, echoed=True),
    ] = OnBadRow.ERROR
    max_bad: Annotated[
        str | None,
        Option("How many rows may be skipped.", READING, "N|N%", echoed=True, schema=str | int,
               python="str | int | None"),
    ] = None  # fmt: skip
    workers: Annotated[
        int | None,
        Option("Threads that read at once, default all cores: changes no result.", READING, "N",
               min=1, configurable=False),
    ] = None  # fmt: skip


class ScoreOptions(Family):
    """What `score` measures, and of which columns."""

    label: Label = None
    target: Target = ()
    prob: Prob = ()
    log_prob: LogProb = None
    n_bytes: Annotated[
        str | None,
        Option("Column of how many bytes each token has.", COLUMNS, "COL", name="--bytes"),
    ] = None
    weight: Weight = None
    positive: Positive = None
    scale: From = Scale.PROBABILITY
    normalize: Normalize = False
    base_rate: Annotated[
        float | None,
        Option("Measure skill against predicting R, the base rate of the training data.", MEASURE,
               "R", echoed=True),
    ] = None  # fmt: skip
    clip: Clip = None
    explain: Annotated[
        bool,
        Option("Show how the numbers follow from each other, step by step.", MEASURE,
               configurable=False),
    ] = False  # fmt: skip
    units: InUnits = Units.NATS
