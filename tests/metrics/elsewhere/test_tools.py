"""Which loss a tool has for which predictions, and for which it has none."""

import pytest

from cecli.core.errors import UsageError
from cecli.metrics.elsewhere.tools import KindOfPredictions, elsewhere
from cecli.options.reading import Tool

SOFT_CLASSES = KindOfPredictions(several=True, soft=True)
LOGITS = KindOfPredictions(several=False, are_logits=True)


@pytest.mark.parametrize(
    ("tool", "of", "what", "instead"),
    [
        (Tool.XGBOOST, LOGITS, "needs probabilities", "probabilities that the model predicts"),
        (Tool.SCIKIT_LEARN_FLOAT32, LOGITS, "needs probabilities", "that the model predicts"),
        (Tool.XGBOOST, SOFT_CLASSES, "mlogloss takes observed classes", "--like keras"),
        (Tool.LIGHTGBM, SOFT_CLASSES, "multi_logloss takes observed classes", "--like keras"),
        (Tool.PYTORCH, SOFT_CLASSES, "nll_loss observed classes", "--from logit"),
        (Tool.SCIKIT_LEARN, SOFT_CLASSES, "no soft labels", "--like keras"),
    ],
)
def test_what_a_tool_does_not_take_is_refused_with_what_does(tool, of, what, instead):
    with pytest.raises(UsageError, match=what) as error:
        elsewhere(tool, of)
    assert instead in error.value.hint


@pytest.mark.parametrize(
    ("tool", "of", "function"),
    [
        (Tool.LIGHTGBM, KindOfPredictions(several=False, soft=True), "cross_entropy"),
        (Tool.LIGHTGBM, KindOfPredictions(several=False), "binary_logloss"),
        (Tool.PYTORCH, KindOfPredictions(several=True), "nll_loss"),
        (Tool.PYTORCH, KindOfPredictions(several=False), "binary_cross_entropy"),
        (Tool.PYTORCH, LOGITS, "binary_cross_entropy_with_logits"),
        (Tool.KERAS, SOFT_CLASSES, "categorical_crossentropy"),
    ],
)
def test_the_loss_is_the_function_that_the_tool_has_for_it(tool, of, function):
    assert elsewhere(tool, of).function == function
