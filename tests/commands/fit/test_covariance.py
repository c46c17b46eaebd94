"""Standard errors by the kind of rows, against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit

import cecli
from cecli.commands.fit.covariance import InverseHessian, Sandwich, covariance_of
from cecli.commands.fit.scores import RowKind

ROWS = 400
rng = np.random.default_rng(11)
Z = rng.normal(-0.3, 1.4, ROWS)
Q = expit(Z)
Y = (rng.random(ROWS) < expit(0.7 * Z + 0.2)).astype(int)
SOFT = np.clip(expit(0.8 * Z + rng.normal(0, 0.4, ROWS)), 0, 1)
W = rng.lognormal(0, 0.7, ROWS)
USER = np.sort(rng.integers(0, 40, ROWS))
X = {
    "temperature": Z[:, None],
    "offset": np.ones((ROWS, 1)),
    "platt": np.stack((Z, np.ones(ROWS)), 1),
    "beta": np.stack((np.log(Q), -np.log1p(-Q), np.ones(ROWS)), 1),
}

COLUMNS = (USER, Y, Q.tolist(), W.tolist())


def table(**columns):
    return {"y": Y, "t": SOFT, "p": Q, "w": W, "user": USER.astype(str)} | columns


def statsmodels(model, target, weights=None, **covariance):
    return sm.GLM(
        target,
        X[model],
        family=sm.families.Binomial(),
        offset=Z if model == "offset" else None,
        var_weights=weights,
    ).fit(tol=1e-14, **covariance)


def errors(report, model):
    (part,) = report.fit.parts
    found = list(part.standard_errors.values())
    return [found[0] / report["temperature"] ** 2] if model == "temperature" else found


@pytest.mark.parametrize("model", X)
def test_soft_labels_have_hc1_errors(model):
    report = cecli.fit(table(), model=model, target="t", prob="p")
    factor = np.sqrt(ROWS / (ROWS - X[model].shape[1]))
    theirs = factor * statsmodels(model, SOFT, cov_type="HC0").bse
    assert errors(report, model) == pytest.approx(theirs, rel=1e-8)
    # The inverse Hessian takes soft labels for labels, whose variance is far greater.
    assert errors(report, model)[-1] < 0.7 * statsmodels(model, SOFT).bse[-1]


@pytest.mark.parametrize("model", X)
def test_clusters_have_the_errors_of_liang_and_zeger(model):
    report = cecli.fit(table(), model=model, label="y", prob="p", cluster="user")
    theirs = statsmodels(model, Y, cov_type="cluster", cov_kwds={"groups": USER})
    assert errors(report, model) == pytest.approx(theirs.bse, rel=1e-8)


@pytest.mark.parametrize("model", X)
def test_weights_have_the_errors_of_repeated_gradients(model):
    report = cecli.fit(table(), model=model, label="y", prob="p", weight="w")
    fitted = statsmodels(model, Y, W)
    q = fitted.fittedvalues
    gradient = X[model] * (W * (Y - q))[:, None]
    bread = np.linalg.inv((X[model] * (W * q * (1 - q))[:, None]).T @ X[model])
    size = X[model].shape[1]
    sandwich = bread @ gradient.T @ gradient @ bread * ROWS / (ROWS - size)
    assert errors(report, model) == pytest.approx(np.sqrt(np.diag(sandwich)), rel=1e-8)


@pytest.mark.parametrize("options", [{"label": "y"}, {"target": "t"}])
@pytest.mark.parametrize("model", ["constant", *X])
def test_a_factor_common_to_all_weights_changes_nothing_but_the_likelihood(model, options):
    given = options | {"model": model, "weight": "w", "prob": "p"}
    one, other = (cecli.fit(table(w=W * factor), **given) for factor in (1.0, 2.0**-7))
    likelihoods = {"log_likelihood", "calibrated_log_likelihood"}
    names = {name for name, x in one.metrics.items() if x is not None} - likelihoods
    assert {name: one[name] for name in names} == pytest.approx(
        {name: other[name] for name in names}, rel=1e-9
    )
    assert one.fit.parts[0].standard_errors == pytest.approx(
        other.fit.parts[0].standard_errors, rel=1e-9
    )


@pytest.mark.parametrize("prior", [{"model": "platt", "prior_sd": 0.2},
                                   {"model": "constant", "prior_beta": (5.0, 9.0)}])  # fmt: skip
def test_equal_weights_leave_a_prior_as_it_is(prior):
    given = prior | {"label": "y", "prob": "p"}
    plain = cecli.fit(table(), **given)
    for weight in (0.01, 100.0):
        weighted = cecli.fit(table(w=np.full(ROWS, weight)), weight="w", **given)
        (one,), (other,) = plain.fit.parts, weighted.fit.parts
        assert other.parameters == pytest.approx(one.parameters, rel=1e-7)


@pytest.mark.parametrize("model", ["constant", "temperature", "platt"])
def test_each_row_its_own_cluster_is_as_independent_rows(model):
    own = [f"u{k}" for k in range(ROWS)]
    by_row = cecli.fit(table(), model=model, target="t", prob="p")
    by_cluster = cecli.fit(table(user=own), model=model, target="t", prob="p", cluster="user")
    assert by_cluster.fit.parts[0].standard_errors == pytest.approx(
        by_row.fit.parts[0].standard_errors, rel=1e-12
    )


def test_the_bits_of_clusters_depend_on_neither_order_nor_cuts_nor_workers(tmp_path):
    lines = [f"u{u},{y},{p!r},{w!r}\n" for u, y, p, w in zip(*COLUMNS, strict=True)]
    found = []
    for place, (rows, size) in enumerate([(lines, 1 << 20), (lines[::-1], 200)]):
        path = tmp_path / f"{place}.csv"
        path.write_text("user,y,p,w\n" + "".join(rows))
        report = cecli.fit(path, model="platt", cluster="user", weight="w", chunk_bytes=size)
        found.append((report.metrics, report.fit.parts))
    assert found[0] == found[1]


def test_several_classes_have_robust_errors_too():
    logits = rng.normal(0, 1, (ROWS, 3))
    q = expit(logits) / expit(logits).sum(axis=1, keepdims=True)
    names = np.array(list("abc"))[(0.7 * logits + rng.gumbel(size=(ROWS, 3))).argmax(axis=1)]
    data = {"y": names, "w": W} | {f"p_{c}": q[:, k] for k, c in enumerate("abc")}
    report = cecli.fit(data, model="temperature", label="y", prob="p_*", weight="w")
    inverse = 1 / report["temperature"]
    t = np.stack([names == c for c in "abc"], 1).astype(float)
    tempered = q**inverse / (q**inverse).sum(axis=1, keepdims=True)
    gradient = W * ((tempered - t) * np.log(q)).sum(axis=1)
    mean = (tempered * np.log(q)).sum(axis=1)
    curvature = (W * (tempered * np.log(q) ** 2).sum(axis=1) - W * mean**2).sum()
    error = np.sqrt((gradient**2).sum() * ROWS / (ROWS - 1)) / curvature / inverse**2
    assert report.intervals["temperature"].se == pytest.approx(error, rel=1e-8)


def test_weights_near_the_end_of_the_range_are_weights_like_others():
    sizes = np.where(np.arange(ROWS) < 3, 1.0, 0.5)
    one, large, huge = (
        cecli.fit(table(w=sizes * factor), model="platt", label="y", prob="p", weight="w")
        for factor in (1.0, 2.0**390, 2.0**1000)
    )
    for other in (large, huge):
        assert other["p_value"] == pytest.approx(one["p_value"], rel=1e-9)
    assert large.intervals["slope"].se == pytest.approx(one.intervals["slope"].se, rel=1e-9)
    # Degrees of freedom take the fifth powers of weights, which are not known so far out.
    assert "slope" not in huge.intervals
    assert "extreme-weights" in {notice.code for notice in huge.notices}


def test_too_few_clusters_have_no_errors_and_that_is_said():
    data = table(user=["a" if k % 2 else "b" for k in range(ROWS)])
    report = cecli.fit(data, model="platt", label="y", prob="p", cluster="user")
    assert report.fit.parts[0].standard_errors == {"slope": None, "intercept": None}
    codes = [notice.code for notice in report.notices]
    assert "no-standard-error" in codes
    assert "parameter-at-bound" not in codes
    assert report["p_value"] is None


def test_soft_labels_that_a_map_fits_exactly_have_no_errors():
    report = cecli.fit({"t": Q, "p": Q}, model="platt", target="t", prob="p")
    assert report["slope"] == pytest.approx(1.0)
    assert report.fit.parts[0].standard_errors == {"slope": None, "intercept": None}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (RowKind(soft=False, weighted=False, clustered=False), InverseHessian),
        (RowKind(soft=True, weighted=False, clustered=False), Sandwich),
        (RowKind(soft=False, weighted=True, clustered=False), Sandwich),
        (RowKind(soft=False, weighted=False, clustered=True), Sandwich),
    ],
)
def test_only_equal_independent_labels_have_the_inverse_hessian(rows, expected):
    assert isinstance(covariance_of(rows), expected)


def test_intervals_from_few_clusters_are_by_students_t():
    clusters = np.arange(ROWS) % 8
    data = table(user=clusters.astype(str))
    report = cecli.fit(data, model="platt", label="y", prob="p", cluster="user")
    for name in ("slope", "intercept"):
        interval = report.intervals[name]
        assert interval.degrees == pytest.approx(7, abs=0.1)  # sizes differ by one row
        margin = stats.t.ppf(0.975, interval.degrees) * interval.se
        assert interval.upper - report[name] == pytest.approx(margin, rel=1e-9)
        assert report[name] - interval.lower == pytest.approx(margin, rel=1e-9)
    assert "few-clusters" in {notice.code for notice in report.notices}
    labels = cecli.fit(data, model="platt", label="y", prob="p")
    assert labels.intervals["slope"].degrees is None
    assert "few-clusters" not in {notice.code for notice in labels.notices}
