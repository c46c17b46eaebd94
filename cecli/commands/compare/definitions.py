"""Definitions of the metrics of a comparison of two models on the same rows."""

import math

from cecli.report.result import Definition, Direction, IntervalScale, Measure

INFORMATION = Measure.INFORMATION
LOWER, HIGHER, NEITHER = Direction.LOWER, Direction.HIGHER, Direction.NEITHER


def _p_value(name: str, meaning: str, formula: str) -> Definition:
    return Definition(name, meaning, formula, high=1.0, numbered=True)


def _share(name: str, direction: Direction, which: str) -> Definition:
    meaning = f"Share of rows in which the model's loss is {which} the baseline's."
    return Definition(
        name,
        meaning,
        "share of rows, weighted",
        direction,
        high=1.0,
        numbered=True,
        scale=IntervalScale.SHARE,
    )


BETTER = _share("share_better", HIGHER, "less than")
EQUAL = _share("share_equal", NEITHER, "equal to")
WORSE = _share("share_worse", LOWER, "greater than")


DEFINITIONS = (
    Definition(
        "difference",
        "Mean loss of the model minus that of the baseline; negative if the model is better.",
        "sum w (CE_i of the model - CE_i of the baseline) / sum w",
        LOWER,
        INFORMATION,
        low=-math.inf,
        numbered=True,
    ),
    Definition(
        "cross_entropy_baseline",
        "Mean loss of the baseline's predictions.",
        "cross_entropy of the first model",
        NEITHER,
        INFORMATION,
        numbered=True,
    ),
    Definition(
        "cross_entropy_model",
        "Mean loss of the other model's predictions.",
        "cross_entropy of the model",
        LOWER,
        INFORMATION,
        numbered=True,
    ),
    Definition(
        "contribution",
        "Part of the difference in all that is due to a group; the parts add up to it.",
        "sum over the group of w (CE_i of the model - CE_i of the baseline) / sum w of all rows; "
        "with --average groups: difference / number of groups",
        LOWER,
        INFORMATION,
        low=-math.inf,
        numbered=True,
    ),
    Definition(
        "difference_share",
        "Contribution as a share of the difference; negative if the group differs the other way.",
        "contribution / difference in all",
        NEITHER,
        low=-math.inf,
        numbered=True,
    ),
    BETTER,
    EQUAL,
    WORSE,
    _p_value(
        "p_value_adjusted",
        "p_value adjusted for the comparison of several models or groups.",
        "p_value adjusted by Holm",
    ),
    _p_value(
        "p_noninferiority",
        "Probability of a difference this small, if the model is worse by the margin or more.",
        "tail of (difference - margin) / se",
    ),
    _p_value(
        "p_noninferiority_adjusted",
        "p_noninferiority adjusted for the comparison of several models or groups.",
        "p_noninferiority adjusted by Holm",
    ),
    _p_value(
        "p_equivalence",
        "Probability of a difference this close to 0, if the models differ by the margin or more.",
        "the larger p-value of two one-sided tests (TOST)",
    ),
    _p_value(
        "p_equivalence_adjusted",
        "p_equivalence adjusted for the comparison of several models or groups.",
        "p_equivalence adjusted by Holm",
    ),
    Definition(
        "clusters",
        "Number of clusters; clusters are independent, rows of one cluster are not.",
        "distinct values of the column of --cluster",
        NEITHER,
        numbered=True,
    ),
    Definition(
        "clusters_needed",
        "Fresh clusters that find a difference of the margin with a probability of 80 %.",
        "clusters ((z_(1 - alpha/2K) + z_0.8) se / margin)^2, for K comparisons",
        NEITHER,
        numbered=True,
    ),
    Definition(
        "groups_needed",
        "Fresh groups that find a difference of the margin with a probability of 80 %.",
        "groups ((z_(1 - alpha/2K) + z_0.8) se / margin)^2, for K comparisons",
        NEITHER,
        numbered=True,
    ),
    Definition(
        "rows_needed",
        "Fresh rows that find a difference of the margin with a probability of 80 %.",
        "rows ((z_(1 - alpha/2K) + z_0.8) se / margin)^2, for K comparisons",
        NEITHER,
        numbered=True,
    ),
    Definition(
        "smallest_detectable_difference",
        "Difference that as many fresh rows or clusters find with a probability of 80 %.",
        "(z_(1 - alpha/2K) + z_0.8) se, for K comparisons",
        NEITHER,
        INFORMATION,
        numbered=True,
    ),
    Definition(
        "e_value",
        "Evidence against the hypothesis of no difference, valid at any time.",
        "half of the larger mixture of the capitals of bets on either sign; p_value = 1 / e_value",
        NEITHER,
        numbered=True,
    ),
)
