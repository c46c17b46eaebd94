"""Intervals against formulas written differently: matrices, and influence functions."""

import math

import numpy as np
import pytest
from scipy import stats

import cecli
from cecli.core.statistic import States
from cecli.intervals.delta import Spread
from cecli.intervals.formula import BY_FORMULA, Least, _at_least
from cecli.intervals.scales import Estimate
from cecli.metrics.registry import definition_of
from cecli.report.result import Definition, IntervalScale

LEVEL = 0.95


def sample(seed, rows, clusters=None, rate=-1.0):
    rng = np.random.default_rng(seed)
    z = rng.normal(rate, 1.5, rows)
    user = np.arange(rows) if clusters is None else rng.integers(0, clusters, rows)
    y = rng.random(rows) < 1 / (1 + np.exp(-z - rng.normal(0.0, 1.0, user.max() + 1)[user]))
    return {
        "y": y.astype(int),
        "p": 1 / (1 + np.exp(-z)),
        "user": user.astype(str),
        "w": rng.lognormal(0.0, 1.0, rows),
    }


def scores_of(data):
    q, y = data["p"], data["y"]
    logit = np.log(q / (1 - q))
    return {
        "loss": np.where(y == 1, -np.log(q), -np.log(1 - q)),
        "entropy": -q * np.log(q) - (1 - q) * np.log(1 - q),
        "logit": logit,
        "v": q * (1 - q),
        "y": y * 1.0,
        "q": q,
    }


def test_clusters_have_the_degrees_of_bell_and_mccaffrey():
    # One row of each cluster carries its weight: the working model has equal variances of totals.
    data = sample(1, 60, clusters=9)
    report = cecli.score(data, label="y", prob="p", cluster="user")
    sizes = np.unique(data["user"], return_counts=True)[1].astype(float)
    h = sizes / sizes.sum()
    # r_c = u_c − h_c Σu, with independent u_c of variance h_c.
    rest = np.eye(len(h)) - np.outer(h, np.ones(len(h)))
    middle = np.diag(1 / (1 - h))
    variance = rest @ np.diag(h) @ rest.T
    product = middle @ variance
    degrees = np.trace(product) ** 2 / np.trace(product @ product)
    assert report.intervals["cross_entropy"].degrees == pytest.approx(degrees, rel=1e-9)
    residuals = scores_of(data)["loss"] - report["cross_entropy"]
    sums = np.array([residuals[data["user"] == c].sum() for c in np.unique(data["user"])])
    expected = math.sqrt((sums**2 / (1 - h)).sum()) / 60
    found = report.intervals["cross_entropy"]
    assert found.floor == "predictions" or found.se == pytest.approx(expected, rel=1e-9)


def test_weighted_rows_have_an_unbiased_variance_and_its_degrees():
    data = sample(2, 50)
    w = data["w"]
    share = w / w.sum()
    # Σ w²(x − x̄)² = x'Ax for rows of equal variance: E = tr A, and 2 tr A² is its variance.
    rest = np.eye(50) - np.outer(np.ones(50), share)
    form = rest.T @ np.diag(share**2) @ rest
    degrees = np.trace(form) ** 2 / np.trace(form @ form)
    factor = (share**2).sum() / np.trace(form)
    report = cecli.score(data, label="y", prob="p", weight="w")
    accuracy = report.intervals["accuracy"]
    assert accuracy.degrees == pytest.approx(degrees, rel=1e-9)
    hits = ((data["p"] >= 0.5) == data["y"]) * 1.0
    variance = (share**2 * (hits - share @ hits) ** 2).sum() * factor
    assert accuracy.se == pytest.approx(math.sqrt(variance), rel=1e-9)


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_weights_have_no_scale(scale):
    data = sample(3, 80)
    whole = cecli.score(data, label="y", prob="p", weight="w").intervals["skill"]
    scaled = cecli.score(data | {"w": data["w"] * scale}, label="y", prob="p", weight="w")
    assert scaled.intervals["skill"].lower == pytest.approx(whole.lower, rel=1e-9)
    assert scaled.intervals["skill"].degrees == pytest.approx(whole.degrees, rel=1e-9)


def test_equal_weights_are_no_weights():
    data = sample(4, 70)
    data["w"] = np.full(70, 3.0)
    plain = cecli.score(data, label="y", prob="p").intervals
    weighted = cecli.score(data, label="y", prob="p", weight="w").intervals
    for name in plain.keys() - {"log_likelihood"}:
        assert weighted[name].lower == pytest.approx(plain[name].lower, rel=1e-9), name
        degrees = plain[name].degrees
        assert weighted[name].degrees == (degrees and pytest.approx(degrees, rel=1e-9)), name


def test_the_floor_is_the_variance_if_the_predictions_were_true():
    # Nothing has happened: the rows alone would be certain.
    data = {"y": [0] * 60, "p": np.linspace(0.005, 0.05, 60)}
    s = scores_of({"y": np.zeros(60), "p": data["p"]})
    found = cecli.score(data).intervals["cross_entropy"]
    variance = (s["v"] * s["logit"] ** 2).sum() / 60**2 + s["entropy"].var(ddof=1) / 60
    rate = s["entropy"].mean() / variance
    assert s["entropy"].mean() * rate < 20
    mean, t = s["loss"].mean(), stats.t.ppf(0.975, 59)
    extra = t * t / (2 * rate)
    half = t * math.sqrt(mean / rate + t * t / (4 * rate * rate))
    assert found.floor == "predictions"
    assert found.upper == pytest.approx(mean + extra + half, rel=1e-9)
    assert found.se == pytest.approx(math.sqrt(mean / rate), rel=1e-9)


def test_the_floor_of_skill_knows_that_the_base_rate_varies_with_the_loss():
    y = np.array([1] + [0] * 99)
    data = {"y": y, "p": np.linspace(0.005, 0.03, 100)}
    s = scores_of(data)
    found = cecli.score(data).intervals["normalized_entropy"]
    rate, loss = 0.01, s["loss"].mean()
    constant = -rate * math.log(rate) - (1 - rate) * math.log(1 - rate)
    slopes = np.array([1 / constant, -loss / constant**2 * math.log((1 - rate) / rate)])
    v, logit = s["v"], s["logit"]
    within = (
        np.array([[(v * logit**2).sum(), -(v * logit).sum()], [-(v * logit).sum(), v.sum()]])
        / 100**2
    )
    between = np.cov(s["entropy"], s["q"]) / 100
    variance = slopes @ (within + between) @ slopes
    expected = s["entropy"].mean() / constant
    at_rate = expected / variance
    own = np.cov(s["loss"], s["y"]) / 100
    of_rows = (loss / constant) / (slopes @ own @ slopes)
    size = min(of_rows, at_rate * max(1.0, expected * at_rate / 20) ** 2)
    assert found.se == pytest.approx(math.sqrt(loss / constant / size), rel=1e-9)


def test_the_floor_fades_where_many_losses_are_expected():
    # These predictions are far too humble: they expect much more loss than there is.
    rng = np.random.default_rng(5)
    y = (rng.random(2000) < 0.5).astype(int)
    p = np.where(y == 1, 0.8, 0.2) + rng.uniform(-0.1, 0.1, 2000)
    found = cecli.score({"y": y, "p": p}, label="y", prob="p").intervals["cross_entropy"]
    assert found.floor is None
    loss = np.where(y == 1, -np.log(p), -np.log(1 - p))
    assert found.se == pytest.approx(loss.std(ddof=1) / math.sqrt(2000), rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_skill_of_classes_has_the_variance_of_its_influence(seed):
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet([2.0, 1.0, 1.0], 400)
    label = np.array([rng.choice(3, p=p) for p in probs])
    w = rng.integers(1, 5, 400) * 1.0
    data = {"y": np.array(list("abc"))[label], "w": w}
    data |= {f"p_{c}": probs[:, k] for k, c in enumerate("abc")}
    loss = -np.log(probs[np.arange(400), label])
    share = w / w.sum()
    rates = np.array([share[label == k].sum() for k in range(3)])
    entropy, mean = -(rates * np.log(rates)).sum(), share @ loss
    away = -np.log(rates)[label] - entropy
    influence = (loss - mean) / entropy - mean / entropy**2 * away
    rest = np.eye(400) - np.outer(np.ones(400), share)
    factor = (share**2).sum() / np.trace(rest.T @ np.diag(share**2) @ rest)
    found = cecli.score(data, label="y", prob="p_*", weight="w").intervals
    expected = math.sqrt((share**2 * influence**2).sum() * factor)
    assert found["skill"].se == pytest.approx(expected, rel=1e-9)
    assert found["base_rate_entropy"].se == pytest.approx(
        math.sqrt((share**2 * away**2).sum() * factor), rel=1e-9
    )
    assert found["base_rate_entropy"].upper <= math.log(3)


def test_values_that_are_all_alike_have_no_certainty():
    report = cecli.score({"p": [0.3] * 40, "q": [0.4] * 40, "y": [0, 1] * 20}, label="y", prob="p")
    assert report.intervals["prediction_entropy"].se == 0.0
    assert report.intervals["prediction_entropy"].lower is None
    assert report.intervals["mean_prediction"].lower is None
    for q in (0.3, 0.4):
        divergence = cecli.kl({"p": [0.3] * 40, "q": [q] * 40}, p="p", q="q").intervals["kl"]
        assert (divergence.se, divergence.lower, divergence.upper) == (0.0, None, None)


def test_shares_of_what_has_no_certainty_have_none():
    found = cecli.entropy({"p": [0.3] * 40}, prob="p").intervals["efficiency"]
    assert (found.se, found.lower, found.upper) == (0.0, None, None)


def test_a_gini_coefficient_has_twice_the_distance_of_the_ends_of_the_auc_from_a_half():
    found = cecli.calibration(sample(10, 120), label="y", prob="p").intervals
    auc, gini = found["auc"], found["gini"]
    assert (gini.lower, gini.upper) == pytest.approx((2 * auc.lower - 1, 2 * auc.upper - 1))
    assert gini.se == pytest.approx(2 * auc.se, rel=1e-12)


@pytest.mark.parametrize("expected", [1.0, 19.0, 40.0, 400.0])
def test_a_floor_fades_with_the_square_of_the_losses_that_are_expected(expected):
    # A floor of a mean of 2, beside a value whose own error is much smaller.
    size = expected / 2.0
    least = Least(2.0, math.sqrt(2.0 / size))
    found = _at_least(IntervalScale.PROPORTIONAL, Estimate(5.0, 1e-9, 1e18), least)
    assert found.size == pytest.approx(size * max(1.0, expected / 20.0) ** 2, rel=1e-12)
    assert found.se == pytest.approx(math.sqrt(5.0 / found.size), rel=1e-12)
    assert _at_least(IntervalScale.PROPORTIONAL, Estimate(5.0, 9.0, 1e-9), least) is None


def test_what_rounds_to_its_bound_without_a_floor_is_as_precise_as_its_error():
    definition = Definition("x", "", "", high=1.0, low=-9.0, scale=IntervalScale.COMPLEMENT)
    found = BY_FORMULA.around(definition, 1.0, Spread(0.25, math.inf), None, States({}))
    reach = 0.25 * stats.norm.ppf(0.975)
    assert (found.lower, found.upper) == pytest.approx((1.0 - reach, 1.0), rel=1e-12)


@pytest.mark.parametrize("size", [1e-19, 1e-12])
def test_what_rounds_to_its_bound_has_the_ends_of_the_loss_that_it_is_a_function_of(size):
    # Nothing went wrong, and predictions say that it may: no skill is certain to be 1.
    prob = [1.0 if row % 2 else size * (1 + row % 7) for row in range(40)]
    report = cecli.score({"y": [0, 1] * 20, "p": prob}, label="y", prob="p")
    found = report.intervals
    assert report["skill"] == pytest.approx(1.0, abs=1e-11)
    loss, ratio, skill = found["cross_entropy"], found["normalized_entropy"], found["skill"]
    assert loss.upper > 1.0
    assert found["perplexity"].upper == pytest.approx(math.exp(loss.upper), rel=1e-4)
    assert (skill.lower, skill.upper) == pytest.approx((1 - ratio.upper, 1 - ratio.lower), rel=1e-4)
    assert skill.floor == found["perplexity"].floor == ratio.floor == "predictions"


def test_an_error_beyond_the_range_of_floats_leaves_no_interval():
    # Losses of 744 and 691 nats: the mean is 709.6, and its exponential hardly a float.
    data = {"y": [1] * 20, "p": [5e-324] * 7 + [1e-300] * 13}
    report = cecli.score(data, label="y", prob="p")
    assert 1e308 < report["perplexity"] < math.inf
    assert report.intervals["perplexity"].se is report.intervals["perplexity"].upper is None
    assert report.intervals["cross_entropy"].se > 1.0


def test_losses_that_differ_by_rounding_alone_are_alike():
    p = np.nextafter(np.full(50, 0.3), np.arange(50) % 2)
    found = cecli.kl({"p": p, "q": np.full(50, 0.4)}, p="p", q="q").intervals["cross_entropy"]
    assert (found.se, found.lower) == (0.0, None)


def test_forty_of_forty_right_are_no_certainty():
    found = cecli.score({"y": [0] * 40, "p": [0.01] * 40}).intervals["accuracy"]
    assert (round(found.lower, 3), found.upper) == (0.907, 1.0)


@pytest.mark.parametrize("rows", [3, 10, 40])
@pytest.mark.parametrize("rate", [-6.0, -1.0, 2.0])
def test_no_end_is_outside_of_the_range_of_its_metric(rows, rate):
    data = sample(6, rows, rate=rate)
    report = cecli.score(data, label="y", prob="p")
    for name, interval in report.intervals.items():
        if interval.lower is None:
            continue
        definition = definition_of(name)
        assert definition.low <= interval.lower <= report[name], name
        assert report[name] <= interval.upper <= definition.high, name


def test_perplexity_and_likelihood_follow_the_ends_of_cross_entropy():
    report = cecli.score(sample(7, 25), label="y", prob="p")
    loss = report.intervals["cross_entropy"]
    perplexity, total = report.intervals["perplexity"], report.intervals["log_likelihood"]
    assert perplexity.lower == pytest.approx(math.exp(loss.lower), rel=1e-12)
    assert perplexity.upper == pytest.approx(math.exp(loss.upper), rel=1e-12)
    assert (total.lower, total.upper) == pytest.approx((-25 * loss.upper, -25 * loss.lower))
    skill, normalized = report.intervals["skill"], report.intervals["normalized_entropy"]
    assert skill.lower == pytest.approx(1 - normalized.upper, rel=1e-12)


def test_the_entropy_of_a_base_rate_of_a_half_has_an_interval_below_ln_2():
    report = cecli.score({"y": [0, 1] * 50, "p": [0.5] * 100})
    found = report.intervals["base_rate_entropy"]
    assert found.lower < report["base_rate_entropy"] == found.upper == math.log(2)


@pytest.mark.parametrize("options", [{}, {"weight": "w"}])
def test_groups_have_the_intervals_of_their_own_rows(options):
    data = sample(8, 400)
    data["g"] = np.array(list("abcd"))[np.arange(400) % 4]
    groups = cecli.score(data, label="y", prob="p", by=["g"], **options).groups
    for group in groups:
        inside = data["g"] == group.key["g"]
        alone = cecli.score(
            {name: x[inside] for name, x in data.items()}, label="y", prob="p", **options
        ).intervals
        found = {result.name: result.interval for result in group.results}
        for name in ("cross_entropy", "skill", "observed_expected", "accuracy", "brier"):
            assert found[name] == alone[name], name


def test_groups_of_clusters_have_the_intervals_of_their_own_clusters():
    data = sample(9, 600, clusters=30)
    data["g"] = np.array(list("abc"))[np.arange(600) % 3]
    groups = cecli.score(data, label="y", prob="p", cluster="user", by=["g"]).groups
    assert len(groups) == 3
    for group in groups:
        inside = data["g"] == group.key["g"]
        alone = cecli.score(
            {name: x[inside] for name, x in data.items()}, label="y", prob="p", cluster="user"
        ).intervals
        found = {result.name: result.interval for result in group.results}
        for name in ("cross_entropy", "skill", "observed_expected", "accuracy"):
            assert found[name].se == pytest.approx(alone[name].se, rel=1e-12), name
            assert found[name].degrees == pytest.approx(alone[name].degrees, rel=1e-12), name
