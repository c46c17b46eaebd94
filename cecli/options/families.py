"""The options that several commands share, each stated once.

Values are as the user typed them; `cecli.options.values` turns them into the values of plans.
"""

from collections.abc import Sequence
from typing import Annotated

from cecli.columns.bad_rows import OnBadRow
from cecli.columns.numbers import Scale
from cecli.core.errors import UsageError
from cecli.options.declare import COLUMNS, GROUPS, MEASURE, READING, Family, Option
from cecli.report.result import LEVEL, Units

MIN_COUNT, MAX_GROUPS = 30, 10_000
# A fixed default, so that the same command gives the same bytes.
SEED = 0
# Bounds of a share, such as the level of intervals.
SHARE = {"gt": 0.0, "lt": 1.0, "allow_inf_nan": False}
DATA = "Delimited text, compressed or not, or Parquet; patterns, directories, @LIST, URLs"


class Inputs(Family):
    """The input."""

    files: Annotated[
        Sequence[str], Option(f"{DATA}; - is stdin.", metavar="FILE…", is_argument=True)
    ]


# Single options, for the families of commands.

Label = Annotated[str | None, Option("Column of the observed classes.", COLUMNS, "COL")]
Target = Annotated[
    Sequence[str],
    Option("Column of soft labels in [0, 1], or one per class; replaces --label.",
           COLUMNS, "COL"),
]  # fmt: skip
Prob = Annotated[
    Sequence[str],
    Option(
        "Column of the predicted probabilities of the positive class; or one per class, by "
        "repeating the option or by a pattern such as 'p_*'.",
        COLUMNS,
        "COL",
    ),
]
LogProb = Annotated[
    str | None,
    Option(
        "Column of a language model's log-probability of each token; replaces --label and --prob.",
        COLUMNS,
        "COL",
    ),
]
Weight = Annotated[
    str | None,
    Option("Column of weights, such as importance weights; only their ratios matter.",
           COLUMNS, "COL"),
]  # fmt: skip
Count = Annotated[
    str | None,
    Option("Column of counts: a row with count K stands for K equal rows; excludes --weight.",
           COLUMNS, "COL"),
]  # fmt: skip
Positive = Annotated[
    str | None,
    Option("Label of the positive class, if labels are not 0/1 or false/true.", COLUMNS, "VALUE"),
]
From = Annotated[
    Scale,
    Option(
        "Scale of the predictions.",
        MEASURE,
        name="--from",
        echoed=True,
        schema=str,
    ),
]
Normalize = Annotated[
    bool,
    Option(
        "Divide the probabilities of the classes by their sum, and report how many rows change.",
        MEASURE,
        echoed=True,
    ),
]
Clip = Annotated[
    float | None,
    Option("Clip probabilities to [EPS, 1-EPS], and report how many rows change.", MEASURE, "EPS",
           echoed=True),
]  # fmt: skip
InUnits = Annotated[Units, Option("Units of information.", MEASURE)]


class UnitOptions(Family):
    """The units alone, for commands that share no other option of measures."""

    units: InUnits = Units.NATS


class GroupOptions(Family):
    """Groups and clusters of rows, and the level of confidence intervals."""

    by: Annotated[
        Sequence[str],
        Option(
            "Columns whose values form groups; each group gets its own results.",
            GROUPS,
            "COL[,COL]",
        ),
    ] = ()
    min_count: Annotated[
        int | None,
        Option(
            "Mark groups with fewer than N rows; default: 30.",
            GROUPS,
            "N",
            usual=MIN_COUNT,
            echoed=True,
            limits={"ge": 0},
        ),
    ] = None
    max_groups: Annotated[
        int | None,
        Option(
            "Fail if there are more than N groups; default: 10,000.",
            GROUPS,
            "N",
            usual=MAX_GROUPS,
            limits={"ge": 1},
        ),
    ] = None
    cluster: Annotated[
        str | None,
        Option("Column whose values mark dependent rows, such as a user's.", GROUPS, "COL"),
    ] = None
    level: Annotated[
        float | None,
        Option(
            "Level of the confidence intervals; default: 0.95.",
            GROUPS,
            "L",
            usual=LEVEL,
            echoed=True,
            limits=SHARE,
        ),
    ] = None

    def echo(self) -> dict[str, float | str | bool]:
        """Return what a report states of these options: min_count only if there are groups."""
        stated = super().echo()
        return stated if self.by else {n: v for n, v in stated.items() if n != "min_count"}


class ReplicateOptions(Family):
    """Bootstrap intervals, instead of those from formulas."""

    bootstrap: Annotated[
        int | None,
        Option("Compute intervals from B bootstrap replicates, such as 1000, not from formulas.",
               GROUPS, "B", echoed=True, limits={"ge": 1}),
    ] = None  # fmt: skip
    seed: Annotated[
        int | None,
        Option("Seed of the replicates; default: 0.", GROUPS, "S", usual=SEED,
               echoed=True, limits={"ge": 0}),
    ] = None  # fmt: skip

    def __post_init__(self) -> None:
        if self.seed is not None and self.bootstrap is None:
            raise UsageError(
                "--seed needs --bootstrap: nothing else is random", hint="--bootstrap 1000"
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
        Option("Field separator; default: a comma, or a tab in .tsv files.", READING, "CHAR",
               echoed=True),
    ] = None  # fmt: skip
    quotechar: Annotated[
        str | None,
        Option('Quote character; default: ".', READING, "CHAR", usual='"',
               echoed=True),
    ] = None  # fmt: skip
    comment: Annotated[
        str | None,
        Option("Skip lines that begin with this character.", READING, "CHAR", echoed=True),
    ] = None
    encoding: Annotated[
        str | None,
        Option("Read this encoding instead of UTF-8.", READING, "NAME", usual="utf-8", echoed=True),
    ] = None
    header: Annotated[
        bool,
        Option("The input has no header row: name columns 1, 2, …", READING, name="--no-header",
               echoed=True),
    ] = True  # fmt: skip
    chunk_bytes: Annotated[
        int | None,
        Option(
            "Bytes to read at a time; default: 2 MiB. Does not change results.",
            READING,
            "N",
            min=1,
            configurable=False,
        ),
    ] = None


class ReadingOptions(TextOptions):
    """How rows are read, and which are used."""

    missing: Annotated[
        Sequence[str],
        Option(
            "Text that marks a missing value, besides empty cells and nan; 'skip' skips rows with "
            "missing values.",
            READING,
            "TOKEN",
            echoed=True,
        ),
    ] = ()
    on_bad_row: Annotated[
        OnBadRow,
        Option(
            "Fail at the first unusable row, or skip such rows and count them.",
            READING,
            echoed=True,
        ),
    ] = OnBadRow.ERROR
    max_bad: Annotated[
        str | None,
        Option(
            "Most rows that may be skipped, as a number or a share.",
            READING,
            "N|N%",
            echoed=True,
            schema=str | int,
            python="str | int | None",
        ),
    ] = None
    workers: Annotated[
        int | None,
        Option("Reading threads; default: one per core. Does not change results.", READING, "N",
               min=1, configurable=False),
    ] = None  # fmt: skip


class ScoreOptions(Family):
    """What `score` measures, and in which columns."""

    label: Label = None
    target: Target = ()
    prob: Prob = ()
    log_prob: LogProb = None
    n_bytes: Annotated[
        str | None,
        Option("Column of the number of bytes of each token.", COLUMNS, "COL", name="--bytes"),
    ] = None
    weight: Weight = None
    count: Count = None
    positive: Positive = None
    scale: From = Scale.PROBABILITY
    normalize: Normalize = False
    base_rate: Annotated[
        float | None,
        Option(
            "Measure skill against a constant prediction of R, such as the training base rate.",
            MEASURE,
            "R",
            echoed=True,
        ),
    ] = None
    clip: Clip = None
    explain: Annotated[
        bool,
        Option("Show step by step how the numbers follow from each other.", MEASURE,
               configurable=False),
    ] = False  # fmt: skip
    units: InUnits = Units.NATS
