"""`cecli.kl`, against SciPy and against its own laws."""

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import entropy

import cecli

CLASSES = ["barolo", "grignolino", "barbera"]


@pytest.fixture(scope="module")
def soft(samples):
    data = pd.read_csv(samples / "soft_labels.csv")
    return data[data["teacher"] > 0]


@pytest.fixture(scope="module")
def wine(samples):
    return pd.read_csv(samples / "wine.csv")


def both(values):
    return np.stack((1 - values, values))


@pytest.fixture(params=["bernoulli", "categorical"])
def case(request, soft, wine):
    """Return data, options, and the two sides as arrays of shape (K, n)."""
    if request.param == "bernoulli":
        p, q = soft["teacher"].to_numpy(), soft["y_prob"].to_numpy()
        return soft, {"p": "teacher", "q": "y_prob"}, both(p), both(q)
    p, q = (wine[[f"{m}_{c}" for c in CLASSES]].to_numpy().T for m in ("forest", "p"))
    return wine, {"p": "forest_*", "q": "p_*"}, p, q


def test_rows_equal_scipy(case):
    data, options, p, q = case
    report = cecli.kl(data, **options)
    row_kl = rel_entr(p, q).sum(axis=0)
    expected = {
        "kl": row_kl.mean(),
        "entropy": entropy(p, axis=0).mean(),
        "cross_entropy": -(p * np.log(q)).sum(axis=0).mean(),
        "reverse_kl": rel_entr(q, p).sum(axis=0).mean(),
        "jeffreys": (rel_entr(p, q) + rel_entr(q, p)).sum(axis=0).mean(),
        "js_distance": jensenshannon(p, q, axis=0).mean(),
        "js_divergence": (jensenshannon(p, q, axis=0) ** 2).mean(),
        "total_variation": 0.5 * abs(p - q).sum(axis=0).mean(),
        "hellinger": np.sqrt(0.5 * ((np.sqrt(p) - np.sqrt(q)) ** 2).sum(axis=0)).mean(),
        "kl_max": row_kl.max(),
    }
    for name, value in expected.items():
        assert report[name] == pytest.approx(value, rel=1e-9), name
    assert abs(report["identity_residual"]) < 1e-14
    for level, name in ((50, "kl_p50"), (90, "kl_p90"), (99, "kl_p99")):
        sorted_out = np.percentile(row_kl, level, method="inverted_cdf")
        assert report[name] == pytest.approx(sorted_out, rel=6e-4)


def test_the_largest_row_is_named(case):
    data, options, p, q = case
    row = int(rel_entr(p, q).sum(axis=0).argmax())
    assert cecli.kl(data, **options).to_dict()["places"] == {"kl_max": f"<DataFrame>:{row + 1}"}


def test_units_of_bits_are_those_of_scipy(wine):
    counts = {"a": [10.0, 20, 70], "b": [15.0, 15, 70]}
    report = cecli.kl(counts, p="a", q="b", over_rows=True, normalize=True, units="bits")
    assert report["kl"] == pytest.approx(entropy(counts["a"], counts["b"], base=2), rel=1e-12)
    assert report["js_distance"] == pytest.approx(jensenshannon(*counts.values(), base=2), rel=1e-9)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), min_size=2, max_size=40))
def test_counts_over_the_rows_equal_scipy(counts):
    a, b = (np.array(column, dtype=float) for column in zip(*counts, strict=True))
    report = cecli.kl({"a": a, "b": b}, p="a", q="b", over_rows=True, normalize=True)
    p, q = a / a.sum(), b / b.sum()
    assert report["kl"] == pytest.approx(entropy(a, b), rel=1e-9, abs=1e-15)
    assert report["entropy"] == pytest.approx(entropy(a), rel=1e-12)
    assert report["total_variation"] == pytest.approx(0.5 * abs(p - q).sum(), abs=1e-15)
    assert report["kl"] >= 0
    assert abs(report["identity_residual"]) < 1e-14


def test_proportional_counts_do_not_differ_at_all():
    counts = np.array([3.0, 5, 7, 11, 1e6])
    report = cecli.kl({"a": counts, "b": 7 * counts}, p="a", q="b", over_rows=True, normalize=True)
    for name in ("kl", "reverse_kl", "js_divergence", "total_variation", "hellinger"):
        assert report[name] == 0, name


def test_over_the_rows_the_order_and_the_cuts_change_no_bit(tmp_path):
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"a": rng.integers(0, 1000, 500), "b": rng.integers(1, 1000, 500)})
    options = {"p": "a", "q": "b", "over_rows": True, "normalize": True}
    expected = cecli.kl(data, **options).metrics
    shuffled, path = data.sample(frac=1, random_state=1), tmp_path / "counts.csv"
    data.to_csv(path, index=False)
    assert cecli.kl(shuffled, **options).metrics == expected
    assert cecli.kl(path, chunk_bytes=50, **options).metrics == expected


def test_zeros_have_their_conventions():
    report = cecli.kl({"p": [0.0, 1.0, 0.0], "q": [0.0, 1.0, 0.5]}, p="p", q="q")
    assert report["kl_p50"] == 0
    assert report["kl_max"] == pytest.approx(np.log(2), rel=1e-15)
    infinite = cecli.kl({"p": [0.5, 0.5], "q": [0.0, 0.5]}, p="p", q="q")
    assert infinite["kl"] == np.inf
    assert infinite["kl_p50"] == 0
    assert infinite["identity_residual"] is None
    (notice,) = (n for n in infinite.notices if n.code == "infinite-kl")
    assert (notice.count, notice.rows) == (1, (1,))


def test_a_threshold_is_in_the_units_of_the_report(soft):
    nats = cecli.kl(soft, p="teacher", q="y_prob", threshold=0.1)
    bits = cecli.kl(soft, p="teacher", q="y_prob", threshold=0.1 / np.log(2), units="bits")
    assert 0 < nats["kl_above"] == bits["kl_above"] < 1


def test_a_weight_of_k_is_k_rows(soft):
    k = np.arange(len(soft)) % 3
    weighted = cecli.kl(soft.assign(w=k), p="teacher", q="y_prob", weight="w").metrics
    repeated = cecli.kl(soft.loc[np.repeat(soft.index, k)], p="teacher", q="y_prob").metrics
    del weighted["effective_rows"], repeated["effective_rows"]
    assert weighted == repeated


def test_logits_of_both_sides_keep_tiny_divergences():
    z = np.array([0.5, -30.0, 200.0])
    report = cecli.kl({"p": z, "q": z + 1e-9}, p="p", q="q", scale="logit")
    q = 1 / (1 + np.exp(-z))
    moved = (z + 1e-9) - z
    expected = (q * np.exp(-z) / (1 + np.exp(-z)) * moved**2 / 2).mean()
    assert report["kl"] == pytest.approx(expected, rel=1e-7)


def test_score_and_kl_agree_on_soft_labels(soft):
    ours = cecli.kl(soft, p="teacher", q="y_prob")
    theirs = cecli.score(soft, target="teacher", prob="y_prob")
    assert ours["kl"] == theirs["kl"]
    assert ours["cross_entropy"] == theirs["cross_entropy"]
    assert ours["entropy"] == theirs["target_entropy"]


def test_logits_beyond_the_range_of_probabilities_keep_their_divergence():
    report = cecli.kl({"p": [0.0, 0.0], "q": [800.0, 744.0]}, p="p", q="q", scale="logit")
    assert report["kl_max"] == pytest.approx(400 - np.log(2), rel=1e-14)
    assert abs(report["identity_residual"]) < 1e-12
    several = {"p_a": [1.0], "p_b": [0.0], "q_a": [1.0], "q_b": [-1e4]}
    report = cecli.kl(several, p="p_*", q="q_*", scale="logit")
    assert report["kl"] == pytest.approx(report["cross_entropy"] - report["entropy"], rel=1e-14)
    soft = cecli.score({"t": [0.5], "p": [800.0]}, target="t", prob="p", scale="logit")
    assert soft["kl"] == pytest.approx(400 - np.log(2), rel=1e-14)


@pytest.mark.parametrize("size", [1e-200, 1e-170, 1e100])
def test_small_amounts_over_the_rows_are_shares_as_well(size):
    data = {"p": np.array([1.0, 2, 3]) * size, "q": np.array([3.0, 2, 1]) * size}
    report = cecli.kl(data, p="p", q="q", over_rows=True, normalize=True)
    expected = entropy([1, 2, 3], [3, 2, 1])
    assert report["kl"] == pytest.approx(expected, rel=1e-12)
    assert report["total_variation"] == pytest.approx(1 / 3, rel=1e-12)


def test_percentages_keep_their_digits():
    p, q = 99.99999999999, 99.99999999998
    report = cecli.kl({"p": [p], "q": [q]}, p="p", q="q", scale="percent")
    a, b = (1 - mpmath.mpf(x) / 100 for x in (p, q))
    exact = a * mpmath.log(a / b) + (1 - a) * mpmath.log((1 - a) / (1 - b))
    assert report["kl"] == pytest.approx(float(exact), rel=1e-12)
    score = cecli.score({"y": [0], "p": [99.99999999999999]}, scale="percent")
    assert score["cross_entropy"] == pytest.approx(36.48994, rel=1e-6)
    score = cecli.score({"y": [1], "p": [5e-324]}, scale="percent")
    assert score["cross_entropy"] == pytest.approx(749.0452, rel=1e-6)
