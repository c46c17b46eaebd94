"""The options of predictions: their columns, their scale, and what is measured."""

from collections.abc import Sequence
from typing import Annotated

from cecli.columns.numbers import Scale
from cecli.options.declare import COLUMNS, MEASURE, Family, Option
from cecli.report.result import Units

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
        "Column of the log-probability of what happened, such as a language model's of each token, "
        "or of its probability on the scale of --from; replaces --label and --prob.",
        COLUMNS,
        "COL",
    ),
]
Bytes = Annotated[
    str | None,
    Option("Column of the number of bytes of each token.", COLUMNS, "COL", name="--bytes"),
]
Weight = Annotated[
    str | None,
    Option("Column of weights, such as importance weights; of counts of equal rows, see --count.",
           COLUMNS, "COL"),
]  # fmt: skip
Count = Annotated[
    str | None,
    Option("Column of counts: a row with count K stands for K equal rows. Excludes --weight.",
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
# Where columns may have probabilities of what happened, too.
Tokens = Annotated[
    str | None,
    Option(
        "Array of the observed token of each row of distributions over a vocabulary: a file, "
        "or its name in the first input.",
        COLUMNS,
        "FILE|ARRAY",
        python="str | ArrayLike | None",
        configurable=False,
    ),
]
FromAny = Annotated[
    Scale | None,
    Option(
        "Scale of the predictions; default: probability, or log-probability for --log-prob.",
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


class ScoreOptions(Family):
    """What `score` measures, and in which columns."""

    label: Label = None
    target: Target = ()
    prob: Prob = ()
    log_prob: LogProb = None
    n_bytes: Bytes = None
    n_words: Annotated[
        str | None,
        Option("Column of the number of words that end with each token, 0 or 1.", COLUMNS, "COL",
               name="--words"),
    ] = None  # fmt: skip
    weight: Weight = None
    count: Count = None
    positive: Positive = None
    scale: FromAny = None
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
    ordered: Annotated[
        bool,
        Option("The classes are ordered as their columns are: add rps, the ranked probability "
               "score.", MEASURE, echoed=True),
    ] = False  # fmt: skip
    explain: Annotated[
        bool,
        Option("Show step by step how the numbers follow from each other.", MEASURE,
               configurable=False),
    ] = False  # fmt: skip
    units: InUnits = Units.NATS
