"""`cecli.entropy`, against SciPy, scikit-learn and the laws of information."""

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from scipy.stats import entropy as scipy_entropy
from sklearn.metrics import mutual_info_score

import cecli
from cecli.statistics import counts

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


def two_columns(rows=400, seed=2):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 4, rows)
    return {"x": x, "y": np.where(rng.random(rows) < 0.15, x % 3, rng.integers(0, 3, rows))}


def test_independence_is_tested_as_scipy_does():
    data = two_columns()
    table = pd.crosstab(data["x"], data["y"], rownames=["x"], colnames=["y"])
    expected = chi2_contingency(table, lambda_="log-likelihood", correction=False)
    report = cecli.entropy(data, column="x", given="y")
    assert report["independence_p_value"] == pytest.approx(expected.pvalue, rel=1e-10)
    # The same table, one line for each pair.
    pairs = table.stack().reset_index(name="k")
    counted = cecli.entropy(pairs, column="x", given="y", count="k")
    assert counted.metrics == report.metrics


def test_mutual_information_of_independent_columns_is_corrected_to_about_zero():
    rng = np.random.default_rng(0)
    found = []
    for _ in range(200):
        data = {"x": rng.integers(0, 8, 200), "y": rng.integers(0, 5, 200)}
        report = cecli.entropy(data, column="x", given="y")
        found.append((report["mutual_information"], report["mutual_information_miller_madow"]))
    plug_in, corrected = np.array(found).T
    assert plug_in.mean() == pytest.approx(7 * 4 / 400, rel=0.1)
    assert abs(corrected.mean()) < 0.01


def test_corrected_mutual_information_is_that_of_three_corrected_entropies():
    data = two_columns()
    both = {"xy": [f"{x},{y}" for x, y in zip(data["x"], data["y"], strict=True)]} | data
    x, y, xy = (cecli.entropy(both, column=c)["entropy_miller_madow"] for c in ("x", "y", "xy"))
    report = cecli.entropy(data, column="x", given="y")
    assert report["mutual_information_miller_madow"] == pytest.approx(x + y - xy, rel=1e-10)


def test_unequal_weights_have_no_test_and_equal_ones_do():
    data = two_columns()
    plain = cecli.entropy(data, column="x", given="y")["independence_p_value"]
    for weight, expected in ((np.full(400, 0.3), plain), (np.linspace(1, 2, 400), None)):
        report = cecli.entropy(data | {"w": weight}, column="x", given="y", weight="w")
        assert report["independence_p_value"] == expected


@pytest.mark.parametrize("weighted", [False, True])
def test_the_standard_error_of_an_entropy_is_that_of_the_mean_surprisal(weighted):
    data = two_columns()
    w = np.linspace(1, 3, 400) if weighted else np.ones(400)
    shares = np.bincount(data["x"], w) / w.sum()
    surprisal = -np.log(shares[data["x"]])
    entropy = np.average(surprisal, weights=w)
    first = (w**2 * (surprisal - entropy) ** 2).sum() / w.sum() ** 2 * 400 / 399
    effective = w.sum() ** 2 / (w**2).sum()
    options = {"weight": "w"} if weighted else {}
    found = cecli.entropy(data | {"w": w}, column="x", **options).intervals["entropy_miller_madow"]
    assert found.se == pytest.approx(np.sqrt(first + 3 / (2 * effective**2)), rel=1e-10)


def test_equally_frequent_values_are_no_certainty():
    interval = cecli.entropy({"x": [0, 1] * 25}, column="x").intervals["entropy_miller_madow"]
    assert interval.lower < np.log(2) < interval.upper
    assert cecli.entropy({"x": [0]}, column="x").intervals["entropy_miller_madow"].se is None


def test_values_and_pairs_that_are_too_rare_are_noticed():
    def codes(data, **options):
        return [notice.code for notice in cecli.entropy(data, **options).notices]

    rng = np.random.default_rng(1)
    few = {"x": rng.integers(0, 20, 50), "y": rng.integers(0, 20, 50)}
    assert codes(few, column="x", given="y") == ["unseen-values", "rare-pairs"]
    assert codes(two_columns(), column="x", given="y") == []
    assert codes({"x": ["a", "b"] * 20 + ["c", "d"]}, column="x") == []
    assert codes({"x": ["a", "b"] * 20 + ["c", "d", "e"]}, column="x") == ["unseen-values"]


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
