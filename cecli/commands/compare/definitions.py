"""What the metrics of a comparison are, of two models on the same rows."""

import math

from cecli.report.result import Definition, Direction, Measure

INFORMATION = Measure.INFORMATION
LOWER, HIGHER, NEITHER = Direction.LOWER, Direction.HIGHER, Direction.NEITHER


def _p_value(name: str, meaning: str, formula: str) -> Definition:
    return Definition(name, meaning, formula, high=1.0, numbered=True)


def _share(name: str, direction: Direction, which: str) -> Definition:
    meaning = f"In which share of the rows the model loses {which}."
    return Definition(name, meaning, "share of rows, weighted", direction, high=1.0, numbered=True)


DEFINITIONS = (
    Definition(
        "difference",
        "How much more the model loses a row than the baseline: negative where it is better.",
        "sum w (CE_i of the model - CE_i of the baseline) / sum w",
        LOWER,
        INFORMATION,
        low=-math.inf,
        numbered=True,
    ),
    Definition(
        "cross_entropy_baseline",
        "What the baseline's predictions cost on average.",
        "cross_entropy of the first model",
        NEITHER,
        INFORMATION,
        numbered=True,
    ),
    Definition(
        "cross_entropy_model",
        "What the other model's predictions cost on average.",
        "cross_entropy of the model",
        LOWER,
        INFORMATION,
        numbered=True,
    ),
    Definition(
        "contribution",
        "Which part of the difference of all rows is that of a group: they add up to it.",
        "sum over the group of w (CE_i of the model - CE_i of the baseline) / sum w of all rows",
        LOWER,
        INFORMATION,
        low=-math.inf,
        numbered=True,
    ),
    Definition(
        "difference_share",
        "The same as a share: below 0 where a group differs the other way, above 1 beside such.",
        "contribution / difference of all rows",
        NEITHER,
        low=-math.inf,
        numbered=True,
    ),
    _share("share_better", HIGHER, "less than the baseline"),
    _share("share_equal", NEITHER, "as much as the baseline"),
    _share("share_worse", LOWER, "more than the baseline"),
    _p_value(
        "p_value_adjusted",
        "The chance of so large a difference, were there none; held to several models or groups.",
        "p_value adjusted by Holm",
    ),
    _p_value(
        "p_noninferiority",
        "The chance of so small a difference, were the model worse by the margin or more.",
        "tail of (difference - margin) / se",
    ),
    _p_value(
        "p_noninferiority_adjusted",
        "The same, held to several models or groups.",
        "p_noninferiority adjusted by Holm",
    ),
    _p_value(
        "p_equivalence",
        "The chance of so small a difference, did the models differ by the margin or more.",
        "the larger p-value of two one-sided tests (TOST)",
    ),
    _p_value(
        "p_equivalence_adjusted",
        "The same, held to several models or groups.",
        "p_equivalence adjusted by Holm",
    ),
    Definition(
        "clusters",
        "How many clusters there are: they are what is independent.",
        "distinct values of the column of --cluster",
        NEITHER,
        numbered=True,
    ),
    Definition(
        "clusters_needed",
        "About how many clusters like these would decide it, four times of five.",
        "from the power of the test at the observed difference and variance between clusters",
        NEITHER,
        numbered=True,
    ),
    Definition(
        "rows_needed",
        "About how many rows like these would decide it, four times of five.",
        "from the power of the test at the observed difference and variance",
        NEITHER,
        numbered=True,
    ),
)
