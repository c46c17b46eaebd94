"""`cecli.entropy`, against SciPy, scikit-learn and the laws of information."""

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy as scipy_entropy
from sklearn.metrics import mutual_info_score

import cecli
from cecli.metrics import entropy as counts

letters = st.sampled_from("abcde")
pairs = st.lists(st.tuples(letters, letters), min_size=1, max_size=60)
few = settings(max_examples=40)


def of(rows, **options):
    x, y = zip(*rows, strict=True)
    return cecli.entropy({"x": list(x), "y": list(y)}, column="x", given="y", **options)


@few
@given(pairs)
def test_counted_entropies_equal_scipy_and_scikit_learn(rows):
    x, y = (pd.Series(column) for column in zip(*rows, strict=True))
    report = of(rows)
    assert report["entropy"] == pytest.approx(scipy_entropy(x.value_counts()), abs=1e-14)
    assert report["given_entropy"] == pytest.approx(scipy_entropy(y.value_counts()), abs=1e-14)
    assert report["mutual_information"] == pytest.approx(mutual_info_score(x, y), abs=1e-13)
    assert report["perplexity"] == pytest.approx(np.exp(report["entropy"]))
    assert report["categories"] == x.nunique()
    assert report["entropy_miller_madow"] == pytest.approx(
        report["entropy"] + (x.nunique() - 1) / (2 * len(rows))
    )


@few
@given(pairs)
def test_the_laws_of_information_hold(rows):
    report = of(rows)
    information = report["mutual_information"]
    assert information >= 0
    assert report["entropy"] == pytest.approx(
        report["conditional_entropy"] + information, abs=1e-14
    )
    swapped = of([(y, x) for x, y in rows])
    assert information == pytest.approx(swapped["mutual_information"], rel=1e-13, abs=1e-300)
    assert report["conditional_entropy"] <= report["entropy"] + 1e-14


@few
@given(st.dictionaries(letters, st.integers(1, 9)), st.dictionaries(letters, st.integers(1, 9)))
def test_independent_columns_have_no_mutual_information_at_all(x_counts, y_counts):
    x_counts, y_counts = x_counts or {"a": 1}, y_counts or {"a": 1}
    rows = [(x, y) for x, m in x_counts.items() for y, n in y_counts.items() for _ in range(m * n)]
    assert of(rows)["mutual_information"] == 0


@few
@given(pairs, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_as_weight_changes_a_bit(rows, random):
    expected = of(rows).metrics
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert of(shuffled).metrics == expected
    x, y = zip(*rows, strict=True)
    doubled = {"x": list(x), "y": list(y), "w": [2.0] * len(rows)}
    weighted = cecli.entropy(doubled, column="x", given="y", weight="w").metrics
    assert weighted == expected


def test_a_nearly_independent_pair_keeps_its_digits():
    n = 10.0**7
    data = {"x": list("aabb"), "y": list("abab"), "w": [n, n, n, n + 1]}
    report = cecli.entropy(data, column="x", given="y", weight="w")
    # One count too many in four of n: I is about 1/(2·(4n)²) · ¼ · 4 · ¼
    assert report["mutual_information"] == pytest.approx(1 / (32 * n**2), rel=1e-6)


def test_values_are_compared_letter_by_letter():
    assert cecli.entropy({"x": ["1", "1.0", "01", "a"]}, column="x")["categories"] == 4


def test_predictions_have_a_mean_entropy(samples):
    wine = pd.read_csv(samples / "wine.csv")
    q = wine[["p_barolo", "p_grignolino", "p_barbera"]].to_numpy()
    report = cecli.entropy(wine, prob="p_*", units="bits")
    assert report["entropy"] == pytest.approx(scipy_entropy(q, base=2, axis=1).mean(), rel=1e-13)
    assert report.intervals["entropy"].se > 0
    logits = wine.assign(**{name: np.log(wine[name]) for name in wine if name.startswith("p_")})
    from_logits = cecli.entropy(logits, prob="p_*", scale="logit", units="bits")
    assert from_logits["entropy"] == pytest.approx(report["entropy"], rel=1e-13)


def test_a_binary_prediction_has_the_entropy_that_score_reports(samples):
    path = samples / "breast_cancer.csv"
    expected = cecli.score(path)["prediction_entropy"]
    assert cecli.entropy(path, prob="y_prob")["entropy"] == expected


def test_too_many_values_are_refused(monkeypatch):
    monkeypatch.setattr(counts, "MOST", 10)
    with pytest.raises(cecli.InputError, match="<arrays>: has more than 10 distinct values"):
        cecli.entropy({"x": np.arange(11)}, column="x")


@pytest.mark.parametrize("weight", [1e-165, 1e-300, 5e-324, 1e-12])
def test_the_information_of_rare_values_is_finite(weight):
    data = {"x": ["a", "b"], "y": ["u", "v"], "w": [1.0, weight]}
    report = cecli.entropy(data, column="x", given="y", weight="w")
    with mpmath.workdps(700):
        rare = mpmath.mpf(weight)
        exact = mpmath.log1p(rare) - rare / (1 + rare) * mpmath.log(rare)
    for name in ("mutual_information", "entropy", "given_entropy"):
        assert report[name] == pytest.approx(float(exact), rel=1e-14, abs=5e-324), name


def test_shares_near_1_keep_their_digits():
    report = cecli.entropy({"p_a": [1.0], "p_b": [1e12]}, prob=["p_*"], normalize=True)
    with mpmath.workdps(50):
        rare = 1 / (1 + mpmath.mpf(10) ** 12)
        exact = -rare * mpmath.log(rare) - (1 - rare) * mpmath.log1p(-rare)
    assert report["entropy"] == pytest.approx(float(exact), rel=1e-15)
