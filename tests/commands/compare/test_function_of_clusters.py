"""Comparisons of rows that are not independent, against statsmodels and many samples."""

import math
from fractions import Fraction

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

import cecli
from cecli.core.chunk import Chunk, Coded
from cecli.core.statistic import States
from cecli.intervals.clusters import Clusters
from cecli.report.parts import Conclusion
from cecli.statistics.group_totals import GroupTotals
from cecli.statistics.mean import Mean


def made(rows=900, users=60, seed=1, shift=0.1, apart=1.0):
    """Return rows of users on each of whom the second model errs in its own way."""
    rng = np.random.default_rng(seed)
    user = rng.integers(0, users, rows)
    z = rng.normal(size=rows)
    y = (rng.random(rows) < 1 / (1 + np.exp(-0.3 * z))).astype(int)
    b = (1 - shift) * z + apart * rng.normal(size=users)[user]
    return {
        "y": y, "a": 1 / (1 + np.exp(-z)), "b": 1 / (1 + np.exp(-b)),
        "user": np.array([f"u{u}" for u in user]), "w": rng.integers(1, 5, rows).astype(float),
    }  # fmt: skip


def differences(data):
    a, b = (np.where(data["y"] == 1, data[m], 1 - data[m]) for m in ("a", "b"))
    return np.log(a) - np.log(b)


def robust(data, weighted):
    """Return the mean difference, its CR2 standard error, and Bell and McCaffrey's degrees."""
    d, w = differences(data), data["w"] if weighted else np.ones(len(data["y"]))
    mean = np.average(d, weights=w)
    codes = np.unique(data["user"], return_inverse=True)[1]
    share = np.bincount(codes, w) / w.sum()
    rest = np.bincount(codes, w * (d - mean))
    se = math.sqrt((rest**2 / (1 - share)).sum()) / w.sum()
    below = (share**2 * (1 - 2 * share) / (1 - share) ** 2).sum()
    return mean, se, 1 / (below + (share**2 / (1 - share)).sum() ** 2)


@pytest.mark.parametrize("weighted", [False, True])
def test_it_has_cluster_robust_errors(weighted):
    data = made()
    report = cecli.compare(
        data, label="y", prob=["a", "b"], weight="w" if weighted else None, cluster="user"
    )
    mean, se, degrees = robust(data, weighted)
    interval = report.intervals["difference"]
    assert report["difference"] == pytest.approx(mean, rel=1e-9)
    assert interval.se == pytest.approx(se, rel=1e-9)
    assert interval.degrees == pytest.approx(degrees, rel=1e-9)
    ends = stats.t.interval(0.95, degrees, mean, se)
    assert (interval.lower, interval.upper) == pytest.approx(ends, rel=1e-7)
    assert report["p_value"] == pytest.approx(2 * stats.t.sf(abs(mean) / se, degrees), rel=1e-7)
    assert report["clusters"] == len(set(data["user"]))
    assert report.comparisons[0].distribution == "t"


def test_many_clusters_are_nearly_those_of_least_squares():
    data = made()
    codes = np.unique(data["user"], return_inverse=True)[1]
    fit = sm.OLS(differences(data), np.ones(len(codes))).fit(
        cov_type="cluster", cov_kwds={"groups": codes}
    )
    report = cecli.compare(data, label="y", prob=["a", "b"], cluster="user")
    assert report.intervals["difference"].se == pytest.approx(fit.bse[0], rel=0.01)


@pytest.mark.parametrize("margin", [0.01, 0.1, 0.3])
def test_the_one_sided_tests_go_by_clusters(margin):
    data = made()
    report = cecli.compare(data, label="y", prob=["a", "b"], cluster="user", margin=margin)
    mean, se, degrees = robust(data, weighted=False)
    below = stats.t.cdf((mean - margin) / se, degrees)
    above = stats.t.sf((mean + margin) / se, degrees)
    assert report["p_noninferiority"] == pytest.approx(below, rel=1e-7)
    assert report["p_equivalence"] == pytest.approx(max(below, above), rel=1e-7)


def test_more_than_a_thousand_clusters_are_normal():
    data = made(rows=3000, users=1500)
    report = cecli.compare(data, prob=["a", "b"], cluster="user")
    assert report["clusters"] > 1000
    assert report.comparisons[0].distribution == "normal"
    z = report["difference"] / report.intervals["difference"].se
    assert report["p_value"] == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-7)


def test_losses_have_the_intervals_of_score():
    data = made()
    report = cecli.compare(data, prob=["a", "b"], weight="w", cluster="user")
    for side, model in (("baseline", "a"), ("model", "b")):
        alone = cecli.score(data, label="y", prob=model, weight="w", cluster="user")
        assert report.intervals[f"cross_entropy_{side}"] == alone.intervals["cross_entropy"]


def test_a_cluster_for_each_row_changes_nothing():
    data = made(rows=300)
    plain = cecli.compare(data, prob=["a", "b"], margin=0.1)
    data["row"] = [str(row) for row in range(300)]
    found = cecli.compare(data, prob=["a", "b"], margin=0.1, cluster="row")
    ours, theirs = (each.intervals["difference"] for each in (found, plain))
    assert (ours.se, ours.lower, ours.upper) == pytest.approx(
        (theirs.se, theirs.lower, theirs.upper), rel=1e-9
    )
    assert found["p_equivalence"] == pytest.approx(plain["p_equivalence"], rel=1e-6)
    assert found["clusters"] == 300


def test_copies_of_rows_tell_nothing_new():
    data = made(rows=100)
    # Soft labels, as copies of an outcome are no further outcomes of the same prediction.
    data["y"] = 0.1 + 0.8 * data["y"]
    data["user"] = np.array([str(row) for row in range(100)])
    copies = {name: np.repeat(values, 9) for name, values in data.items()}
    once = cecli.compare(data, target="y", prob=["a", "b"])
    often = cecli.compare(copies, target="y", prob=["a", "b"], cluster="user")
    assert often.intervals["difference"].se == pytest.approx(
        once.intervals["difference"].se, rel=1e-12
    )
    assert often["p_value"] == pytest.approx(once["p_value"], rel=1e-9)
    naive = cecli.compare(copies, target="y", prob=["a", "b"])
    assert naive["p_value"] < 0.1 * often["p_value"]


def test_so_many_fresh_clusters_find_a_difference_of_the_margin_four_times_of_five():
    data = made(rows=400, users=40, seed=7, shift=0.0, apart=0.3)
    margin = 0.012
    report = cecli.compare(data, prob=["a", "b"], cluster="user", margin=margin)
    assert report.comparisons[0].verdict is Conclusion.UNDECIDED
    assert "fresh clusters would find a difference of 0.012 nats" in report.comparisons[0].sentence
    assert "rows_needed" not in report.metrics
    needed, d = int(report["clusters_needed"]), differences(data)
    d += margin - d.mean()
    parts = [d[data["user"] == user] for user in set(data["user"])]
    sums, sizes = np.array([p.sum() for p in parts]), np.array([len(p) for p in parts])
    generator, decided = np.random.default_rng(0), 0
    for _ in range(400):
        drawn = generator.integers(0, len(parts), needed)
        mean = sums[drawn].sum() / sizes[drawn].sum()
        residuals = sums[drawn] - mean * sizes[drawn]
        se = math.sqrt((residuals**2).sum() * needed / (needed - 1)) / sizes[drawn].sum()
        decided += abs(mean) > 1.96 * se
    assert 0.7 < decided / 400 < 0.9


def test_one_cluster_has_no_standard_error():
    data = made(rows=50, users=1)
    report = cecli.compare(data, prob=["a", "b"], cluster="user")
    assert report["p_value"] is None
    assert report["clusters"] == 1
    assert report.intervals["difference"].se is None
    assert report.comparisons[0].verdict is Conclusion.UNDECIDED
    assert "a standard error needs at least two clusters" in report.comparisons[0].sentence


def test_an_infinite_loss_decides_as_without_clusters():
    data = made(rows=50, users=5)
    data["b"][0] = 1.0 - data["y"][0]
    report = cecli.compare(data, prob=["a", "b"], cluster="user")
    assert report["difference"] == math.inf
    assert report.comparisons[0].verdict is Conclusion.WORSE
    assert report["p_value"] is None


@pytest.mark.parametrize(
    ("sizes", "is_said"), [([100] * 5, True), ([50] * 12, False), ([400, *[10] * 12], True)]
)
def test_clusters_that_weigh_as_few_are_said(sizes, is_said):
    data = made(rows=sum(sizes))
    data["user"] = np.repeat([f"u{u}" for u in range(len(sizes))], sizes)
    report = cecli.compare(data, prob=["a", "b"], cluster="user")
    assert ("few-clusters" in [notice.code for notice in report.notices]) is is_said


def test_the_rows_of_clusters_have_the_variance_of_the_formula():
    """To the last bit of a fraction, whatever the magnitudes are."""
    rng = np.random.default_rng(2)
    for weighted in (False, True):
        numbers = {"x": rng.normal(size=80) * 10.0 ** rng.integers(-300, 100, 80)}
        if weighted:
            numbers["weight"] = rng.random(80) * 10.0 ** rng.integers(-200, 100, 80)
        text = Coded(rng.integers(0, 9, 80), tuple("abcdefghi"))
        chunk = Chunk("x", np.arange(80), numbers, {"cluster": text})
        mean = Mean(score)
        clusters = Clusters(GroupTotals(("cluster",), (mean,), "x", 100))
        states = States.empty([clusters.groups, mean]).update(chunk)
        draws = states[clusters.groups].as_rows(mean)
        expected = variance(numbers["x"], numbers.get("weight", np.ones(80)), text.codes)
        assert draws.variance_of_mean == expected
        assert draws.finite_mean == states[mean].finite_mean


def variance(x, w, cluster):
    """Return Σ_c (Σ w(x − x̄))² / W² · C/(C − 1) in fractions."""
    x, w = ([Fraction(float(value)) for value in values] for values in (x, w))
    mean = sum(a * b for a, b in zip(w, x, strict=True)) / sum(w)
    sums = dict.fromkeys(cluster.tolist(), Fraction(0))
    for a, b, c in zip(w, x, cluster.tolist(), strict=True):
        sums[c] += a * (b - mean)
    count = len(sums)
    return sum(s * s for s in sums.values()) / sum(w) ** 2 * Fraction(count, count - 1)


def score(chunk):
    return chunk.numbers["x"]


def test_groups_have_the_errors_of_their_own_clusters():
    data = made()
    data["g"] = np.array(list("abc"))[np.arange(900) % 3]
    groups = cecli.compare(data, label="y", prob=["a", "b"], cluster="user", by=["g"]).groups
    assert len(groups) == 3
    for group in groups:
        part = {name: x[data["g"] == group.key["g"]] for name, x in data.items()}
        mean, se, degrees = robust(part, weighted=False)
        found = {result.name: result for result in group.results}["difference"]
        assert found.value == pytest.approx(mean, rel=1e-9)
        assert found.interval.se == pytest.approx(se, rel=1e-9)
        assert found.interval.degrees == pytest.approx(degrees, rel=1e-9)
