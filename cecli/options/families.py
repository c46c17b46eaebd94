"""The options that several commands take, each stated once, alone or with those it goes with.

They are as they are typed; what they mean is made of them in `cecli.options.values`.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from cecli.columns.bad_rows import OnBadRow
from cecli.columns.numbers import Scale
from cecli.core.errors import UsageError
from cecli.options.declare import COLUMNS, GROUPS, MEASURE, OUTPUT, READING, Family, Option
from cecli.report.result import Units

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
        Option("Mark groups of fewer rows; default: 30.", GROUPS, "N", usual=30, echoed=True,
               limits={"ge": 0}),
    ] = None  # fmt: skip
    max_groups: Annotated[
        int | None,
        Option("More groups are an error; default: 10,000.", GROUPS, "N", usual=10_000,
               limits={"ge": 1}),
    ] = None  # fmt: skip
    cluster: Annotated[
        str | None,
        Option("Rows that share its value, such as a user's, are not independent.", GROUPS, "COL"),
    ] = None
    level: Annotated[
        float | None,
        Option("Level of the intervals; default: 0.95.", GROUPS, "L", usual=0.95, echoed=True,
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
        Option("Seed of the replicates; default: 0, always the same.", GROUPS, "S", usual=0,
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
        return {"bootstrap": self.bootstrap, "seed": self.seed or 0}


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


# Those of `cecli check`: they are here because a configuration has them.

RULES, BASELINE, NOISE = "Rules", "Baseline", "Noise"
OF_METRIC, OF_CHANGE = "METRIC[@COL]=X", "METRIC[@COL]=X|X%"


class CheckedInputs(Family):
    """What is checked."""

    files: Annotated[
        Sequence[str],
        Option(
            "Predictions, as for cecli score; or one report, as --json writes it; - is stdin. "
            "Default: those of the configuration.",
            metavar="[FILE]…",
            is_argument=True,
            is_path=True,
        ),
    ] = ()


class RuleOptions(Family):
    """What must hold."""

    max: Annotated[
        Sequence[str],
        Option("At most X; with @COL in each group of a column.", RULES, OF_METRIC,
               configurable=False),
    ] = ()  # fmt: skip
    min: Annotated[
        Sequence[str], Option("At least X.", RULES, OF_METRIC, configurable=False)
    ] = ()  # fmt: skip
    require_rows: Annotated[
        int | None, Option("At least N rows.", RULES, "N", min=1, limits={"ge": 1})
    ] = None  # fmt: skip
    max_skipped: Annotated[
        str | None,
        Option("No more rows may have been skipped.", RULES, "N|N%", schema=str | int),
    ] = None


class BaselineOptions(Family):
    """What changes are from: a stored report, or predictions, whose rows may have a key."""

    baseline: Annotated[
        str | None,
        Option("The report that changes are from, as --json writes it.", BASELINE, "REPORT",
               is_path=True),
    ] = None  # fmt: skip
    baseline_file: Annotated[
        str | None,
        Option(
            "Instead, the predictions that changes are from: cross_entropy changes row by row, "
            "whose noise is far less.",
            BASELINE,
            "FILE",
            is_path=True,
        ),
    ] = None
    id: Annotated[
        str | None,
        Option("Column that tells which rows of both belong together; default: their position.",
               BASELINE, "COL"),
    ] = None  # fmt: skip

    def __post_init__(self) -> None:
        if self.baseline is not None and self.baseline_file is not None:
            raise UsageError("--baseline and --baseline-file exclude each other")
        if self.id is not None and self.baseline_file is None:
            raise UsageError("--id goes with --baseline-file: it tells which rows belong together")


class ChangeOptions(Family):
    """How much may change from the baseline."""

    max_increase: Annotated[
        Sequence[str],
        Option("The metric may rise by so much, or such a share.", BASELINE, OF_CHANGE,
               configurable=False),
    ] = ()  # fmt: skip
    max_decrease: Annotated[
        Sequence[str],
        Option("The metric may fall by so much.", BASELINE, OF_CHANGE, configurable=False),
    ] = ()
    max_worsening: Annotated[
        Sequence[str],
        Option("The same in the direction that is worse: cecli metrics has it.", BASELINE,
               OF_CHANGE, configurable=False),
    ] = ()  # fmt: skip


class NoiseOptions(Family):
    """How sure a verdict has to be."""

    confidence: Annotated[
        float | None,
        Option("Compare the interval of this confidence, 0.95 say, not the value itself.", NOISE,
               "C", limits=SHARE),
    ] = None  # fmt: skip
    undecided: Annotated[
        Literal["fail", "pass"] | None,
        Option("What becomes of a rule whose limit is inside the interval; default: fail.", NOISE),
    ] = None


class ExportOptions(Family):
    """What else is written."""

    export: Annotated[
        Sequence[str],
        Option("Write the verdicts in this format as well; - is standard output.", OUTPUT,
               "FORMAT=PATH"),
    ] = ()  # fmt: skip


# All that a configuration may have defaults of.
CONFIGURABLE = (
    ScoreOptions, GroupOptions, ReplicateOptions, ReadingOptions,
    CheckedInputs, BaselineOptions, NoiseOptions, RuleOptions, ExportOptions,
)  # fmt: skip
