"""Standard errors against formulas written differently, and against many samples."""

import math

import numpy as np
import pytest
from scipy import stats

import cecli


def sample(rng, rows, clusters=None):
    q = rng.beta(1.0, 3.0, rows)
    user = np.arange(rows) if clusters is None else rng.integers(0, clusters, rows)
    shift = rng.normal(0.0, 1.0, user.max() + 1)[user]
    y = rng.random(rows) < 1 / (1 + np.exp(-(np.log(q / (1 - q)) + shift)))
    return {"y": y.astype(int), "p": q, "user": user.astype(str), "w": rng.integers(1, 5, rows)}


def loss_of(data):
    return -np.log(np.where(data["y"] == 1, data["p"], 1.0 - data["p"]))


def influence(data):
    """Return the influence function of each metric that is a function of means, row by row."""
    loss, y, q, w = loss_of(data), data["y"], data["p"], data["w"] * 1.0
    mean = lambda x: np.average(x, weights=w)  # noqa: E731
    ce, rate = mean(loss), mean(y)
    entropy = -rate * math.log(rate) - (1 - rate) * math.log(1 - rate)
    d_loss, d_rate = loss - ce, y - rate
    d_entropy = math.log((1 - rate) / rate) * d_rate
    d_skill = -d_loss / entropy + ce * d_entropy / entropy**2
    return {
        "cross_entropy": d_loss,
        "log_likelihood": -w.sum() * d_loss,
        "perplexity": math.exp(ce) * d_loss,
        "base_rate": d_rate,
        "base_rate_entropy": d_entropy,
        "skill": d_skill,
        "normalized_entropy": -d_skill,
        "observed_expected": d_rate / mean(q) - rate * (q - mean(q)) / mean(q) ** 2,
    }


def assert_se(interval, expected):
    """Check a standard error, which is larger where the predictions imply a larger one."""
    if interval.floor is None:
        assert interval.se == pytest.approx(expected, rel=1e-9)
    else:
        assert interval.se > expected * (1 - 1e-9)


def test_standard_errors_are_those_of_the_influence_functions():
    data = sample(np.random.default_rng(1), 400)
    w, n = data["w"] * 1.0, 400
    found = cecli.score(data, label="y", prob="p", weight="w").intervals
    share = w / w.sum()
    # E Σ w²(x − x̄)² of rows of variance 1.
    unbiased = (share**2).sum() - 2 * (share**3).sum() + (share**2).sum() ** 2
    for name, score in influence(data).items():
        variance = ((share * score) ** 2).sum() * (share**2).sum() / unbiased
        assert_se(found[name], math.sqrt(variance))
    assert n == 400


def test_clusters_add_residuals_up_first():
    data = sample(np.random.default_rng(2), 600, clusters=40)
    w = data["w"] * 1.0
    found = cecli.score(data, label="y", prob="p", weight="w", cluster="user").intervals
    for name, score in influence(data).items():
        sums = np.array([(w * score)[data["user"] == user].sum() for user in set(data["user"])])
        shares = np.array([w[data["user"] == user].sum() for user in set(data["user"])]) / w.sum()
        assert_se(found[name], math.sqrt((sums**2 / (1 - shares)).sum()) / w.sum())


def test_a_cluster_for_each_row_changes_nothing():
    data = sample(np.random.default_rng(3), 200)
    plain = cecli.score(data, label="y", prob="p").intervals
    found = cecli.score(data, label="y", prob="p", cluster="user").intervals
    # The placements of an AUC between clusters take a further pass.
    assert plain.keys() - found.keys() == {"auc"}
    for name, interval in found.items():
        degrees = plain[name].degrees
        assert interval.se == pytest.approx(plain[name].se, rel=1e-12), name
        assert interval.degrees == (degrees and pytest.approx(degrees, rel=1e-9)), name


def test_rows_that_are_alike_make_wider_intervals():
    data = sample(np.random.default_rng(4), 50)
    copies = {name: np.repeat(values, 10) for name, values in data.items()}
    once = cecli.score(data, label="y", prob="p", cluster="user").intervals["cross_entropy"]
    often = cecli.score(copies, label="y", prob="p", cluster="user").intervals["cross_entropy"]
    assert often.se == pytest.approx(once.se, rel=1e-12)
    naive = cecli.score(copies, label="y", prob="p").intervals["cross_entropy"]
    assert naive.se < 0.4 * often.se


def test_the_level_sets_the_width_alone():
    data = sample(np.random.default_rng(5), 100)
    wide = cecli.score(data, label="y", prob="p", level=0.99).intervals["skill"]
    usual = cecli.score(data, label="y", prob="p").intervals["skill"]
    assert wide.se == usual.se
    assert wide.level == 0.99
    # The roots of the ends are about as far to both sides of the value.
    widths = [math.sqrt(1 - x.lower) - math.sqrt(1 - x.upper) for x in (wide, usual)]
    assert widths[0] / widths[1] == pytest.approx(
        stats.t.ppf(0.995, 99) / stats.t.ppf(0.975, 99), rel=1e-3
    )


def test_skill_against_a_given_rate_moves_with_the_rows_too():
    data = sample(np.random.default_rng(6), 300)
    loss, y, n = loss_of(data), data["y"], 300
    reference = -np.where(y == 1, math.log(0.3), math.log(0.7))
    ce, constant = loss.mean(), reference.mean()
    score = (loss - ce) / constant - ce * (reference - constant) / constant**2
    expected = math.sqrt((score**2).sum()) / n * math.sqrt(n / (n - 1))
    found = cecli.score(data, label="y", prob="p", base_rate=0.3).intervals
    assert found["skill"].se == pytest.approx(expected, rel=1e-9)


def test_bits_per_byte_is_a_ratio_of_two_means():
    rng = np.random.default_rng(7)
    cost, size = rng.exponential(2.0, 500), rng.integers(1, 9, 500) * 1.0
    rate = cost.sum() / size.sum()
    score = (cost - rate * size) / size.mean() / math.log(2.0)
    expected = math.sqrt((score**2).sum()) / 500 * math.sqrt(500 / 499)
    found = cecli.score({"l": -cost, "b": size}, log_prob="l", n_bytes="b").intervals
    assert found["bits_per_byte"].se == pytest.approx(expected, rel=1e-9)
    assert found["byte_perplexity"].se == pytest.approx(
        expected * math.log(2.0) * math.exp(rate), rel=1e-9
    )


def test_an_infinite_loss_leaves_no_interval_but_for_what_it_does_not_touch():
    data = {"y": [1, 0, 1, 0], "p": [0.0, 0.5, 0.5, 0.25]}
    report = cecli.score(data, label="y", prob="p")
    assert report.intervals["cross_entropy"].se is None
    assert "skill" not in report.intervals or report.intervals["skill"].se is None
    assert report.intervals["base_rate"].se > 0.0


def test_losses_next_to_the_end_of_the_floats_have_an_error():
    data = {"y": [1, 0, 1], "z": [-1e300, -1.0, 2.0], "n": [10**9, 3, 5]}
    report = cecli.score(data, label="y", prob="z", scale="logit", count="n")
    assert report["cross_entropy"] == pytest.approx(1e300)
    assert report["skill"] < -1e306
