"""The losses of other tools as metrics: their keys, formulas and values."""

from functools import partial

from cecli.core.remarks import ZERO_WEIGHT
from cecli.core.statistic import States
from cecli.metrics.elsewhere.tools import LossOfTool
from cecli.metrics.metric import Metric, mean_metric
from cecli.options.reading import Tool
from cecli.report.result import Answer, Definition, Direction, IntervalScale, Measure
from cecli.statistics.first_rows import Remarked
from cecli.statistics.mean import WEIGHT, Mean


def _definition(name: str, tool: str, formula: str) -> Definition:
    return Definition(
        name,
        f"Mean loss of the predictions as {tool} computes it: cross_entropy, kept finite.",
        formula,
        Direction.LOWER,
        Measure.INFORMATION,
        scale=IntervalScale.PROPORTIONAL,
    )


DEFINITIONS = (
    _definition(
        "sklearn_log_loss",
        "scikit-learn's log_loss",
        "cross_entropy of q clipped to [e, 1-e], e = 2^-52 of float64, 2^-23 of float32",
    ),
    _definition(
        "xgboost_logloss",
        "XGBoost's logloss or mlogloss",
        "cross_entropy of q and 1-q in float32, each at least 1e-16",
    ),
    _definition(
        "lightgbm_logloss",
        "LightGBM's binary_logloss, multi_logloss or cross_entropy",
        "cross_entropy of q and 1-q, each at least 1e-15; of soft labels 1e-12",
    ),
    _definition(
        "pytorch_loss",
        "PyTorch's binary_cross_entropy, nll_loss or cross_entropy",
        "cross_entropy, log q and log(1-q) at least -100; weighted: sum w loss / rows",
    ),
    _definition(
        "keras_loss",
        "Keras' binary_crossentropy or categorical_crossentropy",
        "cross_entropy of q / sum q clipped to [1e-7, 1-1e-7] in float32; weighted: / rows",
    ),
)
BY_NAME = {definition.name: definition for definition in DEFINITIONS}
# What `--like` takes to report them.
TOOLS = {
    "sklearn_log_loss": Tool.SCIKIT_LEARN,
    "xgboost_logloss": Tool.XGBOOST,
    "lightgbm_logloss": Tool.LIGHTGBM,
    "pytorch_loss": Tool.PYTORCH,
    "keras_loss": Tool.KERAS,
}
ALL_ROWS = Remarked(ZERO_WEIGHT)


def metric_of(tool: LossOfTool, *, is_weighted: bool) -> Metric:
    """Return the loss of a tool as a metric.

    A sum of weighted losses over the number of rows is no mean under the weights, and has no
    interval.
    """
    definition, mean = BY_NAME[tool.metric], Mean(tool.score)
    meaning = f"{tool.function} of {tool.name}"
    if not (tool.by_rows and is_weighted):
        return mean_metric(definition, meaning, tool.score)
    needed = (mean, WEIGHT, ALL_ROWS)
    return Metric(definition, f"{meaning}: sum of w loss / rows", needed, partial(_over_rows, mean))


def _over_rows(mean: Mean, states: States) -> Answer:
    return float(states[mean].mean * mean_weight(states))


def mean_weight(states: States) -> float:
    """Return the mean weight of all rows; those of weight 0 are rows, too."""
    weights = states[WEIGHT]
    return float(weights.total / (weights.rows + states[ALL_ROWS].count))
