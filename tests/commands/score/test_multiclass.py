"""`cecli.score` with one probability column a class, against scikit-learn."""

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, brier_score_loss, d2_log_loss_score, log_loss

import cecli

CLASSES = ["barbera", "barolo", "grignolino"]  # sorted, as scikit-learn wants them


@pytest.fixture(scope="module")
def wine(samples):
    return pd.read_csv(samples / "wine.csv")


@pytest.fixture(scope="module")
def prob(wine):
    return wine[[f"p_{name}" for name in CLASSES]].to_numpy()


def scored(data, **options):
    return cecli.score(data, label="cultivar", prob="p_*", **options)


def test_the_sample_equals_scikit_learn(wine, prob):
    y, report = wine["cultivar"], scored(wine)
    likeliest = np.array(CLASSES)[prob.argmax(axis=1)]
    onehot = (np.array(CLASSES) == y.to_numpy()[:, None]).astype(float)
    assert report["cross_entropy"] == pytest.approx(log_loss(y, prob), rel=1e-13)
    assert report["skill"] == pytest.approx(d2_log_loss_score(y, prob), rel=1e-12)
    assert report["accuracy"] == pytest.approx(accuracy_score(y, likeliest), rel=1e-13)
    assert report["brier"] == pytest.approx(((prob - onehot) ** 2).sum(axis=1).mean(), rel=1e-13)
    assert report["brier"] == pytest.approx(
        brier_score_loss(y, prob, labels=CLASSES, scale_by_half=False), rel=1e-12
    )


def test_a_weight_of_k_is_k_rows(wine):
    k = np.arange(len(wine)) % 4
    weighted = scored(wine.assign(w=k), weight="w").to_dict()
    repeated = scored(wine.loc[np.repeat(wine.index, k)]).to_dict()
    for name in ("cross_entropy", "skill", "brier", "accuracy", "base_rate_entropy"):
        assert weighted["metrics"][name] == repeated["metrics"][name], name
    for ours, theirs in zip(weighted["per_class"], repeated["per_class"], strict=True):
        assert ours["metrics"] == theirs["metrics"]
        assert ours["weight"] == theirs["weight"]


def test_the_order_of_the_columns_changes_no_bit(wine):
    expected = scored(wine).metrics
    for order in itertools.permutations([f"p_{name}" for name in CLASSES]):
        assert scored(wine[["cultivar", *order]]).metrics == expected


def test_the_order_of_rows_and_the_cuts_change_no_bit(wine, tmp_path):
    path, shuffled = tmp_path / "a.csv", tmp_path / "b.csv"
    wine.to_csv(path, index=False)
    wine.sample(frac=1, random_state=0).to_csv(shuffled, index=False)
    expected = scored(path).to_dict()
    for chunk_bytes in (1, 100, 5000):
        assert scored(path, chunk_bytes=chunk_bytes).to_dict() == expected
    other = scored(shuffled).to_dict()
    assert other | {"input": 0} == expected | {"input": 0}


def test_two_classes_are_the_binary_task(samples):
    data = pd.read_csv(samples / "breast_cancer.csv")
    two = pd.DataFrame({"y": data["y_true"], "p_0": 1 - data["y_prob"], "p_1": data["y_prob"]})
    multiclass, binary = cecli.score(two, prob="p_*"), cecli.score(two, prob="p_1")
    for name in ("cross_entropy", "kl", "skill", "prediction_entropy", "accuracy"):
        assert multiclass[name] == pytest.approx(binary[name], rel=1e-12)
    assert multiclass["brier"] == pytest.approx(2 * binary["brier"], rel=1e-12)


def test_each_class_adds_up_to_the_whole(wine):
    report = scored(wine)
    rows = [group.rows for group in report.per_class]
    losses = [group.results[-1].value for group in report.per_class]
    assert sum(rows) == 178
    assert [group.key["class"] for group in report.per_class] == list(report.classes)
    assert report["cross_entropy"] == pytest.approx(np.average(losses, weights=rows), rel=1e-13)
    for group in report.per_class:
        mine = wine[wine["cultivar"] == group.key["class"]]
        assert group.rows == len(mine)
        mean = -np.log(mine[f"p_{group.key['class']}"]).mean()
        assert group.results[-1].value == pytest.approx(mean, rel=1e-13)


def test_soft_targets_show_the_identity(wine):
    soft = wine.rename(columns=lambda name: name.replace("forest_", "t_"))
    report = cecli.score(soft, target="t_*", prob="p_*")
    t = soft[[f"t_{name}" for name in CLASSES]].to_numpy()
    q = soft[[f"p_{name}" for name in CLASSES]].to_numpy()
    assert report["target_entropy"] == pytest.approx(-(t * np.log(t)).sum(axis=1).mean(), rel=1e-13)
    assert report["kl"] == pytest.approx((t * np.log(t / q)).sum(axis=1).mean(), rel=1e-11)
    assert report["cross_entropy"] == pytest.approx(
        report["target_entropy"] + report["kl"], rel=1e-12
    )


def test_a_class_that_never_occurs_is_scored_and_said():
    data = {"y": ["a", "b"], "p_a": [0.5, 0.2], "p_b": [0.3, 0.6], "p_c": [0.2, 0.2]}
    report = cecli.score(data, prob="p_*")
    assert report.classes == ("a", "b", "c")
    assert report.per_class[2].results[-1].value is None
    assert report.per_class[2].rows == 0


def test_uniform_predictions_are_right_once_in_k():
    third = np.full(5, 1 / 3)
    data = {"y": list("abcab"), "p_a": third, "p_b": third, "p_c": third}
    assert cecli.score(data, prob="p_*")["accuracy"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("scale", "states"),
    [
        ("percent", lambda q: 100 * q),
        ("logit", lambda q: np.log(q) + 5.0),
        ("log-probability", np.log),
    ],
)
def test_a_scale_states_the_same_predictions(wine, prob, scale, states):
    columns = [f"p_{name}" for name in CLASSES]
    other = wine.copy()
    other[columns] = states(prob)
    expected = scored(wine).metrics
    found = scored(other, scale=scale).metrics
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_binary_scales_state_the_same_predictions(samples):
    data = pd.read_csv(samples / "breast_cancer.csv")
    q = data["y_prob"]
    expected = cecli.score(data).metrics
    for scale, stated in {
        "percent": 100 * q,
        "logit": np.log(q) - np.log1p(-q),
        "log-probability": np.log(q),
    }.items():
        found = cecli.score(data.assign(y_prob=stated), scale=scale).metrics
        assert found == pytest.approx(expected, rel=1e-10), scale


def test_a_logit_never_passes_through_a_probability():
    report = cecli.score({"y": [0, 1], "p": [800.0, -800.0]}, scale="logit")
    assert report["cross_entropy"] == 800
    report = cecli.score({"y": [1], "p": [40.0]}, scale="logit")
    assert report["cross_entropy"] == pytest.approx(np.log1p(np.exp(-40.0)), rel=1e-15)


def test_tokens_are_scored_as_language_models_are():
    log_prob, size = np.array([-0.5, -2.25, -11.0]), np.array([3, 4, 1])
    report = cecli.score({"lp": log_prob, "b": size}, log_prob="lp", n_bytes="b", units="bits")
    nats = -log_prob.sum()
    assert report["cross_entropy"] == pytest.approx(nats / 3 / np.log(2))
    assert report["perplexity"] == pytest.approx(np.exp(nats / 3))
    assert report["bits_per_byte"] == pytest.approx(nats / np.log(2) / size.sum())
    assert report["byte_perplexity"] == pytest.approx(np.exp(nats / size.sum()))
    assert report.task == "tokens"


def test_normalize_divides_by_the_sum(wine, prob):
    columns = [f"p_{name}" for name in CLASSES]
    counts = wine.copy()
    counts[columns] = prob * np.linspace(0.5, 50, len(wine))[:, None]
    report = scored(counts, normalize=True)
    assert report.metrics == pytest.approx(scored(wine).metrics, rel=1e-12)
    (notice,) = report.notices
    assert notice.code == "normalized"
    assert notice.count == len(wine)


def test_normalized_log_probabilities_are_logits(wine, prob):
    columns = [f"p_{name}" for name in CLASSES]
    logs = wine.copy()
    logs[columns] = np.log(prob) - 2.0
    found = scored(logs, normalize=True, scale="log-probability")
    assert found.metrics == pytest.approx(scored(wine).metrics, rel=1e-12)


def test_many_classes_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(700, 300)) * 3
    prob = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = [str(k) for k in rng.integers(0, 300, 700)]
    data = {"y": y} | {f"p_{k}": prob[:, k] for k in range(300)}
    order = sorted(map(str, range(300)))
    expected = log_loss(y, prob[:, list(map(int, order))], labels=order)
    assert cecli.score(data, prob="p_*")["cross_entropy"] == pytest.approx(expected, rel=1e-13)
    weights = rng.random(700)
    weighted = cecli.score(data | {"w": weights}, prob="p_*", weight="w")
    assert weighted["cross_entropy"] == pytest.approx(
        log_loss(y, prob[:, list(map(int, order))], labels=order, sample_weight=weights), rel=1e-13
    )


@pytest.mark.parametrize("logs", [[-744.0, -745.0], [-1000.0, -1001.0], [3.0 - 2000, 1.0 - 2000]])
def test_unnormalized_log_likelihoods_are_normalized_whatever_their_size(logs):
    data = {"y": ["a"], "p_a": logs[:1], "p_b": logs[1:]}
    report = cecli.score(data, prob="p_*", scale="log-probability", normalize=True)
    assert report["cross_entropy"] == pytest.approx(np.log1p(np.exp(logs[1] - logs[0])), rel=1e-13)


def test_soft_targets_are_normalized_too():
    data = {"t_a": [6.0], "t_b": [4.0], "p_a": [0.5], "p_b": [0.5]}
    report = cecli.score(data, target="t_*", prob="p_*", normalize=True)
    assert report["target_entropy"] == pytest.approx(-0.6 * np.log(0.6) - 0.4 * np.log(0.4))


def test_logits_that_differ_are_no_tie():
    assert cecli.score({"y": [0], "p": [-1e-17]}, scale="logit")["accuracy"] == 1
    data = {"y": ["b"], "p_a": [0.0], "p_b": [1e-17]}
    assert cecli.score(data, prob="p_*", scale="logit")["accuracy"] == 1


def test_what_is_undefined_of_a_class_is_said():
    report = cecli.score({"y": ["a", "b"], "p_a": [0.0, 0.0], "p_b": [1.0, 1.0]}, prob="p_*")
    messages = [notice.message for notice in report.notices]
    assert any(
        "class 'a': undefined, because every prediction of this class is 0" in m for m in messages
    )


def test_what_is_undefined_of_many_classes_is_said_once():
    data = {"y": ["z"] * 3, "p_z": [1.0] * 3} | {f"p_{k}": [0.0] * 3 for k in range(9)}
    report = cecli.score(data, prob="p_*")
    found = [n.message for n in report.notices if "every prediction of" in n.message]
    (told,) = (message for message in found if "classes" in message)
    assert found == [told]
    assert "of classes '0', '1', '2', '3' and 5 more: undefined, because" in told


def test_extremes_never_crash():
    cecli.score({"y": ["b", "a"], "p_a": [5e-324] * 2, "p_b": [1.0] * 2}, prob="p_*")
    cecli.score({"y": [1, 1], "p": [-1e300] * 2}, scale="logit", explain=True)
    cecli.score({"lp": [-1.0], "b": [1e-310]}, log_prob="lp", n_bytes="b")
    cecli.entropy({"x": ["a", "b"], "w": [5e-324] * 2}, column="x", weight="w")


def test_normalized_amounts_keep_their_digits_near_certainty():
    amounts = {"y": ["b", "a"], "p_a": [1.0, 1e-200], "p_b": [1e12, 1e200]}
    report = cecli.worst(amounts, prob=["p_*"], normalize=True)
    assert [row.loss for row in report.rows] == [921.0340371976183, 9.999999999995e-13]
    soft = {"t_a": [0.0], "t_b": [5.0], "p_a": [1.0], "p_b": [1e12]}
    kl = cecli.kl(soft, p=["t_*"], q=["p_*"], normalize=True)
    assert (kl["cross_entropy"], kl["kl"]) == (9.999999999995e-13, 9.999999999995e-13)


def test_two_classes_in_two_columns_are_told_what_brier_counts():
    table = {"y": ["a", "b"], "p_a": [0.5, 0.25], "p_b": [0.5, 0.75]}
    report = cecli.score(table, label="y", prob="p_*")
    (notice,) = [each for each in report.notices if each.code == "two-classes"]
    assert "--prob p_b --positive b" in notice.message
    one = cecli.score(table, label="y", prob="p_b", positive="b")
    assert report["brier"] == 2.0 * one["brier"]
    assert report["cross_entropy"] == one["cross_entropy"]
