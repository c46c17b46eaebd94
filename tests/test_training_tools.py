"""What docs/other-tools.md says of tools that train models, held against the tools.

`.ci/neighbours` installs XGBoost and LightGBM, which are light, and runs their tests; what is not
installed is skipped.
"""

from importlib.util import find_spec

import numpy as np
import pytest

import cecli


def needs(module):
    return pytest.mark.skipif(find_spec(module) is None, reason=f"{module} is not installed")


EVENTS = np.array([1.0, 0.0, 1.0, 0.0, 1.0])
SOFT = np.array([1.0, 0.0, 0.3, 0.6, 0.2])
WEIGHTS = np.array([1.0, 2.0, 0.5, 3.0, 0.125])
# A sigmoid in float32 makes 1 of 40, and less than 1e-16 of -60.
MARGINS = np.array([0.5, -1.0, 3.0, 40.0, -60.0])
MODERATE = np.array([0.5, -1.0, 3.0, 9.0, -10.0])

CLASSES = np.array([0, 2, 1, 0])
LOGITS = np.array([[1.0, 0.0, -1.0], [0.0, 90.0, -90.0], [0.3, 0.2, 0.1], [2.0, 1.0, 0.0]])
# What a tool computes in float32 has about 7 digits.
SINGLE = 1e-6


def of_events(predictions, labels=EVENTS, weights=None, **options):
    """Return cecli's loss of events, whose labels may be soft."""
    frame = {"y": labels, "q": predictions, "w": np.ones(5) if weights is None else weights}
    role = "label" if labels is EVENTS else "target"
    return cecli.score(frame, prob="q", weight="w", **{role: "y"}, **options)["cross_entropy"]


def of_classes(predictions, labels=CLASSES, weights=None, **options):
    """Return cecli's loss of classes that are the numbers of columns."""
    frame = {f"q_{k}": predictions[:, k] for k in range(predictions.shape[1])}
    frame |= {"y": labels, "w": np.ones(len(labels)) if weights is None else weights}
    return cecli.score(frame, label="y", prob="q_*", weight="w", **options)["cross_entropy"]


def kept_from_zero(predictions, least):
    """Return both columns of a prediction of events, no number below the least."""
    q = np.asarray(predictions, dtype=np.float64)
    return np.maximum(np.column_stack([1.0 - q, q]), least)


def of_xgboost(margins, labels, metric, weights=None, **parameters):
    """Return what XGBoost predicts without a tree, and the metric of it."""
    import xgboost

    data = xgboost.DMatrix(
        np.zeros((len(labels), 1)), label=labels, weight=weights, base_margin=margins
    )
    parameters |= {"eval_metric": metric, "verbosity": 0, "base_score": 0.5}
    booster = xgboost.train(parameters, data, num_boost_round=0)
    return booster.predict(data), float(booster.eval(data).split(":")[-1])


@needs("xgboost")
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_xgboost_keeps_q_and_its_complement_from_1e_16(weights):
    binary = {"objective": "binary:logistic"}
    q, theirs = of_xgboost(MARGINS, EVENTS, "logloss", weights, **binary)
    assert q.dtype == np.float32
    assert q[3] == 1.0
    assert q[4] < 1e-16
    kept = of_classes(kept_from_zero(q, 1e-16), EVENTS.astype(int), weights)
    assert kept == pytest.approx(theirs, rel=SINGLE)
    logits = of_events(MARGINS, weights=weights, scale="logit")
    assert abs(logits - theirs) > 1.0


@needs("xgboost")
@pytest.mark.parametrize("labels", [EVENTS, SOFT])
def test_xgboost_agrees_as_it_is_where_no_prediction_is_certain(labels):
    q, theirs = of_xgboost(MODERATE, labels, "logloss", objective="binary:logistic")
    assert of_events(q.astype(np.float64), labels) == pytest.approx(theirs, rel=SINGLE)
    # 1 - q of float32 has lost digits that the logits have.
    assert of_events(MODERATE, labels, scale="logit") == pytest.approx(theirs, rel=1e-3)


@needs("xgboost")
def test_xgboost_keeps_the_observed_class_from_1e_16():
    several = {"objective": "multi:softprob", "num_class": 3}
    q, theirs = of_xgboost(LOGITS, CLASSES, "mlogloss", **several)
    kept = np.maximum(q.astype(np.float64), 1e-16)
    assert of_classes(kept) == pytest.approx(theirs, rel=SINGLE)
    assert of_classes(q.astype(np.float64)) == np.inf


def of_lightgbm(scores, labels, objective, metric, weights=None, **parameters):
    """Return the metric of scores that LightGBM starts from, with a tree that adds nothing."""
    import lightgbm

    quiet = {"verbose": -1}
    data = lightgbm.Dataset(
        np.zeros((len(labels), 1)),
        label=labels,
        weight=weights,
        init_score=scores.T.ravel(),
        params=quiet,
    )
    still = {"learning_rate": 1e-300, "boost_from_average": False, "num_threads": 1}
    kept = {}
    lightgbm.train(
        {"objective": objective, "metric": metric} | quiet | still | parameters,
        data,
        num_boost_round=1,
        valid_sets=[data],
        valid_names=["all"],
        callbacks=[lightgbm.record_evaluation(kept)],
    )
    return kept["all"][metric][0]


@needs("lightgbm")
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_lightgbm_keeps_q_and_its_complement_from_1e_15(weights):
    theirs = of_lightgbm(MARGINS, EVENTS, "binary", "binary_logloss", weights)
    ours = of_events(MARGINS, weights=weights, scale="logit", clip=1e-15)
    # Its 1e-15 is a float32, and so is the logarithm of it.
    assert ours == pytest.approx(theirs, rel=1e-8)


@needs("lightgbm")
def test_a_prediction_of_1_is_clipped_to_a_rounded_number_where_lightgbm_has_none():
    theirs = of_lightgbm(MARGINS, EVENTS, "binary", "binary_logloss")
    q = 1.0 / (1.0 + np.exp(-MARGINS))
    ours = of_events(q, clip=1e-15)
    # One row of five is certain and wrong: -log(1 - (1 - 1e-15)) is not -log(1e-15).
    assert ours - theirs == pytest.approx((np.log(1e-15) - np.log(1 - (1 - 1e-15))) / 5, rel=1e-3)


@needs("lightgbm")
def test_lightgbm_keeps_soft_labels_from_1e_12():
    theirs = of_lightgbm(MARGINS, SOFT, "cross_entropy", "cross_entropy")
    ours = of_events(MARGINS, SOFT, scale="logit", clip=1e-12)
    assert ours == pytest.approx(theirs, rel=SINGLE)


@needs("lightgbm")
def test_lightgbm_keeps_the_observed_class_from_1e_15():
    theirs = of_lightgbm(LOGITS, CLASSES, "multiclass", "multi_logloss", num_class=3)
    assert of_classes(LOGITS, scale="logit", clip=1e-15) == pytest.approx(theirs, rel=1e-8)


TIED = np.array([0.0, 0.0, 1.0, 1.0, 1.0])


@needs("xgboost")
def test_xgboost_counts_ties_as_one_half():
    q, theirs = of_xgboost(TIED, EVENTS, "auc", objective="binary:logistic")
    ours = cecli.score({"y": EVENTS, "q": q}, label="y", prob="q")["auc"]
    assert ours == pytest.approx(theirs, rel=SINGLE)


@needs("lightgbm")
def test_lightgbm_counts_ties_as_one_half():
    theirs = of_lightgbm(TIED, EVENTS, "binary", "auc")
    ours = cecli.score({"y": EVENTS, "z": TIED}, label="y", prob="z", scale="logit")["auc"]
    assert ours == pytest.approx(theirs, rel=1e-15)


@needs("catboost")
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize(("labels", "metric"), [(EVENTS, "Logloss"), (SOFT, "CrossEntropy")])
def test_catboost_clips_nothing(labels, metric, weights):
    from catboost.utils import eval_metric

    (theirs,) = eval_metric(labels, MARGINS, metric, weight=weights)
    ours = of_events(MARGINS, labels, weights, scale="logit")
    assert ours == pytest.approx(theirs, rel=SINGLE)


@needs("torch")
def test_torch_clamps_each_logarithm_and_divides_a_weighted_sum_by_the_number_of_rows():
    import torch

    q = np.array([0.75, 0.25, 0.0, 1.0, 1.0])
    y, w = torch.tensor(EVENTS), torch.tensor(WEIGHTS)
    loss = torch.nn.functional.binary_cross_entropy
    kept, labels = kept_from_zero(q, np.exp(-100.0)), EVENTS.astype(int)
    assert of_classes(kept, labels) == pytest.approx(loss(torch.tensor(q), y).item(), rel=1e-15)
    theirs = loss(torch.tensor(q), y, weight=w).item()
    ours = of_classes(kept, labels, WEIGHTS)
    assert ours * WEIGHTS.sum() / 5 == pytest.approx(theirs, rel=1e-15)


@needs("torch")
@pytest.mark.parametrize("labels", [EVENTS, SOFT])
def test_torch_scores_logits_of_events_as_cecli_does(labels):
    import torch

    loss = torch.nn.functional.binary_cross_entropy_with_logits
    theirs = loss(torch.tensor(MARGINS), torch.tensor(labels)).item()
    assert of_events(MARGINS, labels, scale="logit") == pytest.approx(theirs, rel=1e-15)


@needs("torch")
def test_torch_divides_by_the_weights_of_the_observed_classes():
    import torch

    weights = np.array([1.0, 2.0, 0.5])
    loss = torch.nn.functional.cross_entropy
    logits, labels = torch.tensor(LOGITS), torch.tensor(CLASSES)
    plain = loss(logits, labels).item()
    assert of_classes(LOGITS, scale="logit") == pytest.approx(plain, rel=1e-15)
    weighted = loss(logits, labels, weight=torch.tensor(weights)).item()
    ours = of_classes(LOGITS, weights=weights[CLASSES], scale="logit")
    assert ours == pytest.approx(weighted, rel=1e-15)


@needs("torch")
def test_torch_smooths_labels_and_leaves_out_those_of_minus_100():
    import torch

    loss = torch.nn.functional.cross_entropy
    logits, labels = torch.tensor(LOGITS), torch.tensor(CLASSES)
    smoothed = 0.9 * np.eye(3)[CLASSES] + 0.1 / 3
    frame = {f"q_{k}": LOGITS[:, k] for k in range(3)} | {
        f"t_{k}": smoothed[:, k] for k in range(3)
    }
    ours = cecli.score(frame, target="t_*", prob="q_*", scale="logit")["cross_entropy"]
    assert ours == pytest.approx(loss(logits, labels, label_smoothing=0.1).item(), rel=1e-14)

    ignored = np.array([0, -100, 1, 0])
    theirs = loss(logits, torch.tensor(ignored)).item()
    skipped = of_classes(LOGITS, ignored, scale="logit", missing=["-100", "skip"])
    assert skipped == pytest.approx(theirs, rel=1e-15)


@needs("torch")
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
def test_torch_divides_a_divergence_by_the_rows_only_on_request():
    import torch

    p, q = np.array([[0.5, 0.5], [0.9, 0.1]]), np.array([[0.4, 0.6], [0.8, 0.2]])
    frame = {f"{name}_{k}": x[:, k] for name, x in (("p", p), ("q", q)) for k in range(2)}
    ours = cecli.kl(frame, p="p_*", q="q_*")["kl"]
    log_q, target = torch.tensor(q).log(), torch.tensor(p)
    by_rows = torch.nn.functional.kl_div(log_q, target, reduction="batchmean").item()
    by_numbers = torch.nn.functional.kl_div(log_q, target, reduction="mean").item()
    assert ours == pytest.approx(by_rows, rel=1e-14)
    assert ours == pytest.approx(2 * by_numbers, rel=1e-14)


@needs("torch")
def test_torch_gives_events_a_weight_and_divides_by_the_rows():
    import torch

    loss = torch.nn.functional.binary_cross_entropy_with_logits
    logits, labels = torch.tensor(MARGINS), torch.tensor(EVENTS)
    theirs = loss(logits, labels, pos_weight=torch.tensor([3.0], dtype=torch.float64)).item()
    weights = np.where(EVENTS > 0, 3.0, 1.0)
    ours = of_events(MARGINS, weights=weights, scale="logit")
    assert ours * weights.mean() == pytest.approx(theirs, rel=1e-14)
