"""What docs/other-tools.md says of other tools holds of those that are installed for the tests.

Tools that train models are in test_training_tools.py, which is skipped where they are missing.
"""

import warnings
from inspect import signature

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import entropy
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

import cecli

LABELS = np.array([1, 0, 1, 0, 1, 0])
# Certain and right, certain and wrong in both ways, tied, and in between.
PREDICTIONS = np.array([1.0, 0.0, 0.0, 1.0, 0.75, 0.75])
WEIGHTS = np.array([1.0, 2.0, 0.5, 3.0, 0.0, 0.25])
BINARY = {"y": LABELS, "q": PREDICTIONS, "w": WEIGHTS}

ANIMALS = np.array(["cat", "dog", "ant", "ant"])
# In the order of scikit-learn, which is that of the names: ant, cat, dog.
SHARES = np.array([[0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0]])


def scored(**options):
    return cecli.score(BINARY, label="y", prob="q", **options)


def in_another_order(shares):
    return {"y": ANIMALS, "p_dog": shares[:, 2], "p_ant": shares[:, 0], "p_cat": shares[:, 1]}


@pytest.mark.parametrize("weight", [None, "w"])
def test_scikit_learn_clips_to_the_epsilon_of_float64(weight):
    epsilon = 2.220446049250313e-16
    theirs = log_loss(LABELS, PREDICTIONS, sample_weight=BINARY.get(weight))
    assert scored(clip=epsilon, weight=weight)["cross_entropy"] == pytest.approx(theirs, rel=1e-15)
    assert scored(weight=weight)["cross_entropy"] == np.inf


def test_scikit_learn_clips_float32_to_its_epsilon():
    epsilon = 1.1920928955078125e-07
    single = {"y": LABELS, "q": PREDICTIONS.astype(np.float32)}
    ours = cecli.score(single, label="y", prob="q", clip=epsilon)["cross_entropy"]
    assert ours == pytest.approx(log_loss(LABELS, single["q"]), rel=1e-6)
    assert ours != pytest.approx(log_loss(LABELS, PREDICTIONS), rel=0.1)


def test_scikit_learn_has_the_classes_in_the_order_of_their_names_and_cecli_by_their_columns():
    epsilon = 2.220446049250313e-16
    frame = in_another_order(SHARES)
    ours = cecli.score(frame, label="y", prob="p_*", clip=epsilon)["cross_entropy"]
    assert ours == pytest.approx(log_loss(ANIMALS, SHARES), rel=1e-15)
    as_in_the_frame = np.column_stack([frame[f"p_{name}"] for name in ("dog", "ant", "cat")])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wrong = log_loss(ANIMALS, as_in_the_frame)
    assert abs(wrong - ours) > 0.5


def test_scikit_learn_scores_sums_that_are_not_1_as_they_are_which_cecli_refuses():
    off = SHARES * np.array([[0.9], [1.1], [0.95], [1.0]])
    with pytest.warns(UserWarning, match="do not sum to one"):
        theirs = log_loss(ANIMALS, off)
    with pytest.raises(cecli.CecliError, match=r"add up to 0\.9, not to 1"):
        cecli.score(in_another_order(off), label="y", prob="p_*")
    frame = in_another_order(off)
    ours = cecli.score(frame, label="y", prob="p_*", normalize=True, clip=2.0**-52)["cross_entropy"]
    normalized = log_loss(ANIMALS, off / off.sum(axis=1, keepdims=True))
    assert ours == pytest.approx(normalized, rel=1e-15)
    # Rows 1 and 2 are 10 % off; row 3 has a 0 that is clipped, and row 4 adds up to 1.
    assert theirs - ours == pytest.approx(-(np.log(0.9) + np.log(1.1)) / 4, rel=1e-12)


def test_scikit_learn_scores_sums_that_are_nearly_1_as_cecli_does():
    off = SHARES[:2] * np.array([[0.9999], [1.0002]])
    frame = {"y": [0, 2], "p_0": off[:, 0], "p_1": off[:, 1], "p_2": off[:, 2]}
    with pytest.warns(UserWarning, match="do not sum to one"):
        theirs = log_loss([0, 2], off, labels=[0, 1, 2])
    ours = cecli.score(frame, label="y", prob="p_*")["cross_entropy"]
    assert ours == pytest.approx(theirs, rel=1e-15)


def test_the_brier_score_of_one_column_is_that_of_scikit_learn_and_of_classes_its_sum():
    assert scored()["brier"] == pytest.approx(brier_score_loss(LABELS, PREDICTIONS), rel=1e-15)
    weighted = brier_score_loss(LABELS, PREDICTIONS, sample_weight=WEIGHTS)
    assert scored(weight="w")["brier"] == pytest.approx(weighted, rel=1e-15)
    classes = cecli.score(in_another_order(SHARES), label="y", prob="p_*")["brier"]
    both = {"y": LABELS, "p_0": 1 - PREDICTIONS, "p_1": PREDICTIONS}
    two = cecli.score(both, label="y", prob="p_*")["brier"]
    one = brier_score_loss(LABELS, PREDICTIONS)
    assert two == pytest.approx(2 * one, rel=1e-15)
    # scikit-learn takes several classes since 1.7.
    if "scale_by_half" in signature(brier_score_loss).parameters:
        assert classes == pytest.approx(brier_score_loss(ANIMALS, SHARES), rel=1e-15)
        columns = np.column_stack([both["p_0"], both["p_1"]])
        assert brier_score_loss(LABELS, columns) == pytest.approx(one, rel=1e-15)
        unscaled = brier_score_loss(LABELS, columns, scale_by_half=False)
        assert two == pytest.approx(unscaled, rel=1e-15)


@pytest.mark.parametrize("weight", [None, "w"])
def test_scikit_learn_counts_ties_as_one_half(weight):
    theirs = roc_auc_score(LABELS, PREDICTIONS, sample_weight=BINARY.get(weight))
    assert scored(weight=weight)["auc"] == pytest.approx(theirs, rel=1e-14)


P, Q = np.array([2.0, 1.0, 1.0, 0.0]), np.array([1.0, 1.0, 1.0, 1.0])


def test_scipy_divides_by_the_sum_in_entropy_and_jensenshannon_and_not_in_rel_entr():
    assert entropy(P, Q) == pytest.approx(entropy(P / 4, Q / 4), rel=1e-15)
    assert jensenshannon(P, Q) == pytest.approx(jensenshannon(P / 4, Q / 4), rel=1e-15)
    assert rel_entr(P, Q).sum() == pytest.approx(np.log(4), rel=1e-15)

    frame = {"p": P, "q": Q}
    with pytest.raises(cecli.CecliError):
        cecli.kl(frame, p="p", q="q", over_rows=True)
    ours = cecli.kl(frame, p="p", q="q", over_rows=True, normalize=True)
    assert ours["kl"] == pytest.approx(entropy(P, Q), rel=1e-15)
    assert ours["entropy"] == pytest.approx(entropy(P), rel=1e-15)
    assert ours["js_divergence"] == pytest.approx(jensenshannon(P, Q) ** 2, rel=1e-14)


def test_scipy_takes_columns_for_distributions_and_cecli_rows():
    shares = np.array([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]])
    other = np.array([[0.25, 0.5, 0.25], [0.5, 0.25, 0.25]])
    frame = {f"p_{k}": shares[:, k] for k in range(3)} | {f"q_{k}": other[:, k] for k in range(3)}
    ours = cecli.kl(frame, p="p_*", q="q_*")
    assert ours["kl"] == pytest.approx(entropy(shares, other, axis=1).mean(), rel=1e-15)
    assert ours["kl"] != pytest.approx(entropy(shares, other).mean(), rel=0.1)


def test_soft_labels_cost_the_entropy_and_the_divergence_of_scipy():
    target = np.array([0.0, 1.0, 0.3, 0.75, 0.5])
    q = np.array([0.25, 1.0, 0.5, 0.25, 0.5])
    both, said = np.column_stack([1 - target, target]), np.column_stack([1 - q, q])
    weights = np.array([1.0, 2.0, 0.5, 3.0, 0.25])
    frame = {"t": target, "q": q, "w": weights}
    ours = cecli.score(frame, target="t", prob="q", weight="w")
    kl = np.average(rel_entr(both, said).sum(axis=1), weights=weights)
    floor = np.average(entropy(both, axis=1), weights=weights)
    assert ours["kl"] == pytest.approx(kl, rel=1e-14)
    assert ours["target_entropy"] == pytest.approx(floor, rel=1e-14)
    assert ours["cross_entropy"] == pytest.approx(kl + floor, rel=1e-14)
