"""The losses that `--like NAME` adds, held against the tools that have these names.

scikit-learn is installed for the tests. `.ci/neighbours` installs XGBoost, LightGBM and Keras; what
is not installed is skipped, and `tests/commands/score/test_beside.py` has its formulas.
"""

import os

import numpy as np
import pytest
from sklearn.metrics import log_loss
from test_training_tools import (
    CLASSES,
    EVENTS,
    LOGITS,
    MARGINS,
    MODERATE,
    SOFT,
    WEIGHTS,
    needs,
    of_lightgbm,
    of_xgboost,
)

import cecli

# What a tool computes in float32 has about 7 digits.
SINGLE = 1e-6
# Certain and right, certain and wrong in both ways, beyond the bounds of each tool, and in between.
PREDICTIONS = np.array([1.0, 0.0, 0.0, 1.0, 1e-17, 1 - 1e-16, 1e-9, 0.75, 0.25, 0.5])
HAPPENED = np.array([1, 0, 1, 0, 1, 0, 1, 1, 1, 0])
OF_ROWS = np.array([1.0, 2.0, 0.5, 3.0, 0.25, 1.0, 1.0, 0.125, 2.0, 1.0])
SHARES = np.array([[0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0]])


def of_events(tool, q, labels, weights=None, **options):
    frame = {"y": labels, "q": q, "w": np.ones(len(q)) if weights is None else weights}
    role = "target" if labels is SOFT else "label"
    named = options | {role: "y"} | ({} if weights is None else {"weight": "w"})
    return loss_of(cecli.score(frame, prob="q", like=tool, **named))


def of_classes(tool, q, labels, weights=None, **options):
    frame = {f"q_{k}": q[:, k] for k in range(q.shape[1])} | {"y": labels}
    if weights is not None:
        frame["w"], options = weights, options | {"weight": "w"}
    return loss_of(cecli.score(frame, label="y", prob="q_*", like=tool, **options))


def loss_of(report):
    (name,) = report.metrics.keys() & {
        "sklearn_log_loss", "xgboost_logloss", "lightgbm_logloss", "pytorch_loss", "keras_loss",
    }  # fmt: skip
    return report[name]


@pytest.mark.parametrize("weights", [None, OF_ROWS])
def test_scikit_learn_of_events(weights):
    ours = of_events("scikit-learn", PREDICTIONS, HAPPENED, weights)
    theirs = log_loss(HAPPENED, PREDICTIONS, sample_weight=weights)
    assert ours == pytest.approx(theirs, rel=1e-14)


@pytest.mark.parametrize("weights", [None, OF_ROWS])
def test_scikit_learn_of_float32(weights):
    single = PREDICTIONS.astype(np.float32)
    ours = of_events("scikit-learn-float32", single, HAPPENED, weights)
    assert ours == pytest.approx(log_loss(HAPPENED, single, sample_weight=weights), rel=SINGLE)
    # A float64 is rounded to float32 first.
    again = of_events("scikit-learn-float32", PREDICTIONS, HAPPENED, weights)
    assert again == ours


@pytest.mark.parametrize("weights", [None, OF_ROWS[:4]])
def test_scikit_learn_of_classes(weights):
    labels = np.array([1, 2, 0, 1])
    ours = of_classes("scikit-learn", SHARES, labels, weights)
    theirs = log_loss(labels, SHARES, sample_weight=weights, labels=[0, 1, 2])
    assert ours == pytest.approx(theirs, rel=1e-14)


def test_scikit_learn_takes_sums_as_they_are_even_where_cecli_divides_by_them():
    off = SHARES * np.array([[0.9], [1.1], [0.95], [1.0]])
    labels = np.array([1, 2, 0, 1])
    with pytest.warns(UserWarning, match="do not sum to one"):
        theirs = log_loss(labels, off, labels=[0, 1, 2])
    assert of_classes("scikit-learn", off, labels, normalize=True) == pytest.approx(
        theirs, rel=1e-14
    )


@needs("xgboost")
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("margins", [MARGINS, MODERATE])
@pytest.mark.parametrize("labels", [EVENTS, SOFT])
def test_xgboost_of_events(labels, margins, weights):
    q, theirs = of_xgboost(margins, labels, "logloss", weights, objective="binary:logistic")
    assert of_events("xgboost", q, labels, weights) == pytest.approx(theirs, rel=SINGLE)


@needs("xgboost")
def test_xgboost_of_classes():
    several = {"objective": "multi:softprob", "num_class": 3}
    q, theirs = of_xgboost(LOGITS, CLASSES, "mlogloss", **several)
    assert of_classes("xgboost", q, CLASSES) == pytest.approx(theirs, rel=SINGLE)


@needs("lightgbm")
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_lightgbm_of_events(weights):
    theirs = of_lightgbm(MARGINS, EVENTS, "binary", "binary_logloss", weights)
    ours = of_events("lightgbm", MARGINS, EVENTS, weights, scale="logit")
    assert ours == pytest.approx(theirs, rel=1e-12)
    q = 1.0 / (1.0 + np.exp(-MARGINS))
    assert of_events("lightgbm", q, EVENTS, weights) == pytest.approx(theirs, rel=1e-12)


@needs("lightgbm")
def test_lightgbm_of_soft_labels_which_are_float32():
    single = SOFT.astype(np.float32).astype(np.float64)
    theirs = of_lightgbm(MARGINS, single, "cross_entropy", "cross_entropy")
    frame = {"y": single, "z": MARGINS}
    report = cecli.score(frame, target="y", prob="z", scale="logit", like="lightgbm")
    assert loss_of(report) == pytest.approx(theirs, rel=1e-12)


@needs("lightgbm")
def test_lightgbm_of_classes():
    theirs = of_lightgbm(LOGITS, CLASSES, "multiclass", "multi_logloss", num_class=3)
    ours = of_classes("lightgbm", LOGITS, CLASSES, scale="logit")
    assert ours == pytest.approx(theirs, rel=1e-12)


def of_keras(name, labels, q, weights=None, **options):
    """Return the value of a loss of Keras, computed by numpy."""
    os.environ.setdefault("KERAS_BACKEND", "numpy")
    import keras

    loss = getattr(keras.losses, name)(**options)
    q = np.asarray(q, dtype=np.float32)
    labels = np.asarray(labels, dtype=np.float32 if q.shape == np.shape(labels) else np.int32)
    if q.ndim == 1:
        q, labels = q[:, None], labels[:, None]
    return float(loss(labels, q, sample_weight=weights))


@needs("keras")
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("labels", [EVENTS, SOFT])
def test_keras_of_events(labels, weights):
    q = np.array([0.75, 0.25, 0.0, 1.0, 1e-8])
    theirs = of_keras("BinaryCrossentropy", labels, q, weights)
    assert of_events("keras", q, labels, weights) == pytest.approx(theirs, rel=SINGLE)
    # Of certain logits, its numpy loses digits that its other backends keep.
    logits = np.array([0.5, -1.0, 3.0, -3.0, 2.0])
    theirs = of_keras("BinaryCrossentropy", labels, logits, weights, from_logits=True)
    ours = of_events("keras", logits, labels, weights, scale="logit")
    assert ours == pytest.approx(theirs, rel=SINGLE)


@needs("keras")
@pytest.mark.parametrize("weights", [None, OF_ROWS[:4]])
@pytest.mark.parametrize("name", ["CategoricalCrossentropy", "SparseCategoricalCrossentropy"])
def test_keras_divides_by_the_sum_of_classes(name, weights):
    off = SHARES * np.array([[0.9], [1.1], [0.95], [1.0]])
    labels = np.array([1, 2, 0, 1])
    given = labels if name.startswith("Sparse") else np.eye(3)[labels]
    theirs = of_keras(name, given, off, weights)
    ours = of_classes("keras", off, labels, weights, normalize=True)
    assert ours == pytest.approx(theirs, rel=SINGLE)


@needs("torch")
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("labels", [EVENTS, SOFT])
def test_torch_of_events(labels, weights):
    import torch

    def single(x):
        return torch.tensor(np.asarray(x), dtype=torch.float32)

    q = np.array([0.75, 0.25, 0.0, 1.0, 1e-8])
    of_rows = None if weights is None else single(weights)
    functional = torch.nn.functional
    theirs = functional.binary_cross_entropy(single(q), single(labels), of_rows).item()
    assert of_events("pytorch", q, labels, weights) == pytest.approx(theirs, rel=SINGLE)
    with_logits = functional.binary_cross_entropy_with_logits
    theirs = with_logits(single(MARGINS), single(labels), of_rows).item()
    ours = of_events("pytorch", MARGINS, labels, weights, scale="logit")
    assert ours == pytest.approx(theirs, rel=SINGLE)
