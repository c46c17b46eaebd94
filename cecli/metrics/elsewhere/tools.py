"""What each tool does with predictions: how it keeps logarithms finite, its precision, its mean.

References
----------
scikit-learn, sklearn/metrics/_classification.py: log_loss.
XGBoost, src/metric/elementwise_metric.cu: LogLoss; multiclass_metric.cu: EvalMultiLogLoss.
LightGBM, src/metric/binary_metric.hpp, multiclass_metric.hpp: LossOnPoint; xentropy_metric.hpp:
XentLoss.
PyTorch, aten/src/ATen/native/Loss.cpp: binary_cross_entropy_out_cpu.
Keras, keras/src/losses/losses.py and keras/src/backend/*/nn.py: binary_crossentropy,
categorical_crossentropy.
"""

import numpy as np

from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import UsageError
from cecli.metrics.cross_entropy import cross_entropy
from cecli.metrics.elsewhere.losses import LossElsewhere
from cecli.numerics.scalars import log
from cecli.options.reading import Tool
from cecli.statistics.mean import Score

EPSILON, EPSILON_OF_FLOAT32 = 2.0**-52, 2.0**-23


def _in_float32(least: float) -> float:
    """Return minus the logarithm of a float32, as a float32."""
    return float(np.float32(-log(float(np.float32(least)))))


# The largest losses: of 1e-16 and 1e-15 in float32, of 1e-12, and as it is given.
MOST_OF_XGBOOST, MOST_OF_LIGHTGBM = _in_float32(1e-16), _in_float32(1e-15)
MOST_OF_LIGHTGBM_SOFT, MOST_OF_PYTORCH, EPSILON_OF_KERAS = -log(1e-12), 100.0, 1e-7
PLAIN = LossElsewhere()


@dataclass(frozen=True)
class KindOfPredictions:
    """What is known of predictions before any row is read.

    Attributes
    ----------
    several : whether each class has a column.
    soft : whether targets are probabilities.
    are_logits : whether predictions are logits.
    is_divided : whether cecli divides probabilities by their sum.
    is_weighted : whether rows have weights, which are no counts.
    """

    several: bool
    soft: bool = False
    are_logits: bool = False
    is_divided: bool = False
    is_weighted: bool = False


@dataclass(frozen=True)
class LossOfTool:
    """The loss of a tool.

    Attributes
    ----------
    metric : its key in reports.
    name : of the tool.
    function : what computes it in the tool.
    loss : of a row; None if it is that of cecli.
    bound : how it keeps logarithms finite, in words.
    by_rows : whether a weighted sum is divided by the number of rows.
    """

    metric: str
    name: str
    function: str
    loss: LossElsewhere | None
    bound: str = ""
    by_rows: bool = False

    @property
    def score(self) -> Score:
        """The loss of a row in nats."""
        return cross_entropy if self.loss is None else self.loss


def elsewhere(tool: Tool, of: KindOfPredictions) -> LossOfTool:
    """Return the loss of a tool for predictions.

    Raises
    ------
    UsageError
        If the tool has none for such predictions.
    """
    match tool:
        case Tool.SCIKIT_LEARN | Tool.SCIKIT_LEARN_FLOAT32:
            return _of_scikit_learn(tool, of)
        case Tool.XGBOOST:
            return _of_xgboost(of)
        case Tool.LIGHTGBM:
            return _of_lightgbm(of)
        case Tool.PYTORCH:
            return _of_pytorch(of)
        case Tool.KERAS:
            return _of_keras(of)
    raise TypeError(f"{tool} writes logs, and has no loss")


def _of_scikit_learn(tool: Tool, of: KindOfPredictions) -> LossOfTool:
    if of.soft:
        what = "scikit-learn's log_loss takes observed classes, and no soft labels"
        raise UsageError(what, hint="--like keras, xgboost, lightgbm or pytorch takes soft labels")
    is_single = tool is Tool.SCIKIT_LEARN_FLOAT32
    if is_single and of.are_logits:
        raise _needs_probabilities(tool)
    epsilon = EPSILON_OF_FLOAT32 if is_single else EPSILON
    loss = LossElsewhere(epsilon=epsilon, is_single=is_single)
    bound = f"keeps probabilities in [{epsilon:.2g}, 1 - {epsilon:.2g}]"
    return LossOfTool("sklearn_log_loss", "scikit-learn", "log_loss", loss, bound)


def _of_xgboost(of: KindOfPredictions) -> LossOfTool:
    if of.are_logits:
        raise _needs_probabilities(Tool.XGBOOST)
    if of.soft and of.several:
        raise _no_soft_classes("XGBoost's mlogloss")
    loss = LossElsewhere(most=MOST_OF_XGBOOST, is_single=True)
    function = "mlogloss" if of.several else "logloss"
    return LossOfTool(
        "xgboost_logloss", "XGBoost", function, loss, "takes a probability for 1e-16 or more"
    )


def _of_lightgbm(of: KindOfPredictions) -> LossOfTool:
    if of.soft and of.several:
        raise _no_soft_classes("LightGBM's multi_logloss")
    function = "multi_logloss" if of.several else "binary_logloss"
    most, bound = MOST_OF_LIGHTGBM, "takes a probability for 1e-15 or more"
    if of.soft:
        function, most = "cross_entropy", MOST_OF_LIGHTGBM_SOFT
        bound = "takes a probability for 1e-12 or more"
    return LossOfTool("lightgbm_logloss", "LightGBM", function, LossElsewhere(most=most), bound)


def _of_pytorch(of: KindOfPredictions) -> LossOfTool:
    if of.are_logits:
        function = "cross_entropy" if of.several else "binary_cross_entropy_with_logits"
        return LossOfTool(
            "pytorch_loss", "PyTorch", function, None, by_rows=of.soft or not of.several
        )
    if not of.several:
        loss = LossElsewhere(most=MOST_OF_PYTORCH, is_single=True)
        function, bound = "binary_cross_entropy", "keeps each logarithm at -100 or more"
        return LossOfTool("pytorch_loss", "PyTorch", function, loss, bound, by_rows=True)
    if of.soft:
        raise UsageError(
            "PyTorch's cross_entropy takes logits, and nll_loss observed classes",
            hint="give the logits, with --from logit",
        )
    return LossOfTool("pytorch_loss", "PyTorch", "nll_loss", LossElsewhere(is_single=True))


def _of_keras(of: KindOfPredictions) -> LossOfTool:
    function = "categorical_crossentropy" if of.several else "binary_crossentropy"
    loss = None
    if not of.are_logits:
        loss = LossElsewhere(
            epsilon=EPSILON_OF_KERAS, is_single=True, is_divided=of.several, clips_first=True
        )
    bound = "keeps probabilities in [1e-07, 1 - 1e-07]"
    return LossOfTool("keras_loss", "Keras", function, loss, bound, by_rows=True)


def _needs_probabilities(tool: Tool) -> UsageError:
    return UsageError(
        f"--like {tool} needs probabilities: its sigmoid or softmax of logits rounds to float32 in "
        "ways of its own",
        hint="give the probabilities that the model predicts",
    )


def _no_soft_classes(function: str) -> UsageError:
    return UsageError(
        f"{function} takes observed classes, and no soft labels of several classes",
        hint="--like keras takes them",
    )


def stages(tool: LossOfTool, of: KindOfPredictions) -> list[tuple[str, LossElsewhere]]:
    """Return what leads from the loss of cecli to that of a tool, one reason after another.

    Returns
    -------
    each reason in words, and the loss of a row once it applies, too. The reason that makes infinite
    losses finite comes first, so that each change has a size.
    """
    aim = tool.loss
    if aim is None:
        return []
    found: list[tuple[str, LossElsewhere]] = []
    loss = replace(PLAIN, is_divided=of.is_divided)
    if tool.bound:
        loss = replace(loss, epsilon=aim.epsilon, most=aim.most, clips_first=aim.clips_first)
        found.append((tool.bound, loss))
    if of.several and aim.is_divided != of.is_divided:
        loss = replace(loss, is_divided=aim.is_divided)
        word = "divides by the sum of the classes" if aim.is_divided else "takes sums as they are"
        found.append((word, loss))
    if aim.is_single:
        found.append(("computes in float32", aim))
    return found
