"""The metrics of slices."""

from collections.abc import Mapping

from cecli.report.result import Definition, Direction, Measure, Result

TESTED = Definition(
    "slices_tested",
    "Number of groups whose loss, and for two classes whose calibration, was tested.",
    "groups of --min-rows rows or more, in all columns and their crossings",
)
EXCESS = Definition(
    "excess_loss",
    "How much more a row of the group loses than a row of the rest.",
    "CE_g - CE_rest",
    Direction.LOWER,
    Measure.INFORMATION,
    low=float("-inf"),
)
EXCESS_SHARE = Definition(
    "excess_share",
    "Share of the total loss that would be saved if the group lost no more than the rest.",
    "W_g (CE_g - CE_rest) / sum w CE_i",
    Direction.LOWER,
    low=float("-inf"),
    high=1.0,
)
LOSS_P = Definition(
    "excess_p_value_adjusted",
    "p-value of the loss: the group loses no more than the rest.",
    "Welch's t, one-sided, adjusted by Holm for all that was searched",
    high=1.0,
)
GAP = Definition(
    "calibration_gap",
    "How much more often the event happens in a group than predicted.",
    "sum w (t - q) / sum w",
    low=-1.0,
    high=1.0,
)
GAP_P = Definition(
    "gap_p_value_adjusted",
    "p-value of calibration: the group is no further off than the rest.",
    "Welch's t, two-sided, adjusted by Holm for all that was searched",
    high=1.0,
)
DEFINITIONS = (TESTED, EXCESS, EXCESS_SHARE, LOSS_P, GAP, GAP_P)
MEANINGS: Mapping[Definition, str] = {
    TESTED: "groups that were tested",
    EXCESS: "loss of a row, minus that of a row of the rest",
    EXCESS_SHARE: "share of the total loss, if it lost no more than the rest",
    LOSS_P: "hypothesis: loses no more than the rest; Holm, over all that was searched",
    GAP: "observed rate minus mean prediction",
    GAP_P: "hypothesis: no further off than the rest; Holm, over all that was searched",
}


def result(definition: Definition, value: float | None) -> Result:
    """Return the result of one of these metrics."""
    undefined = "" if value is not None else "its rows are all alike"
    meaning = MEANINGS[definition]
    return Result(definition.name, meaning, value, definition.measure, undefined=undefined)
