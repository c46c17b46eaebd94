"""`cecli.fit`: against scikit-learn, statsmodels and SciPy, and by its laws."""

import json

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

import cecli
from cecli.commands.fit import plan as estimation
from cecli.commands.fit import significance
from cecli.commands.fit.passes import Kept

CURVES = ["temperature", "offset", "platt", "beta"]
BINARY = ["constant", *CURVES, "isotonic"]
SEVERAL = [*BINARY, "vector"]


def miscalibrated(rows=600, seed=3):
    rng = np.random.default_rng(seed)
    z = rng.normal(0.3, 1.8, rows)
    y = (rng.random(rows) < expit(0.6 * z - 0.5)).astype(int)
    return {"y": y, "p": expit(z), "w": rng.integers(1, 5, rows)}


def three_classes(rows=500, seed=5):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (rows, 3))
    odds = np.exp(0.6 * logits + [0.5, 0.0, -0.3])
    y = [rng.choice(["a", "b", "c"], p=row / row.sum()) for row in odds]
    q = np.exp(log_softmax(logits, axis=1))
    return {"y": y} | {f"p_{name}": q[:, k] for k, name in enumerate("abc")}


DATA = miscalibrated()
Y, Q, W = DATA["y"], DATA["p"], DATA["w"]
Z = logit(Q)
FEATURES = {
    "temperature": Z[:, None],
    "offset": np.ones((len(Z), 1)),
    "platt": np.stack((Z, np.ones_like(Z)), 1),
    "beta": np.stack((np.log(Q), -np.log1p(-Q), np.ones_like(Z)), 1),
}
OFFSET = {"offset": Z}
IDENTITY = {"temperature": [1.0], "offset": [0.0], "platt": [1.0, 0.0], "beta": [1.0, 1.0, 0.0]}
NAMES = {
    "temperature": ["temperature"],
    "offset": ["intercept"],
    "platt": ["slope", "intercept"],
    "beta": list("abc"),
}


def parameters(report, model):
    found = [report[name] for name in NAMES[model]]
    return [1 / found[0]] if model == "temperature" else found


@pytest.mark.parametrize("model", CURVES)
def test_parameters_and_standard_errors_equal_those_of_statsmodels(model):
    theirs = sm.Logit(Y, FEATURES[model], offset=OFFSET.get(model)).fit(
        disp=0, method="newton", tol=1e-14
    )
    report = cecli.fit(DATA, model=model)
    assert parameters(report, model) == pytest.approx(theirs.params, rel=1e-9)
    errors = [report.intervals[name].se for name in NAMES[model]]
    if model == "temperature":
        errors[0] /= report["temperature"] ** 2
    assert errors == pytest.approx(theirs.bse, rel=1e-8)
    assert report["calibrated_log_likelihood"] == pytest.approx(theirs.llf, rel=1e-13)


def test_weights_give_the_parameters_of_repeated_rows():
    weighted = cecli.fit(DATA, model="platt", weight="w")
    repeated = cecli.fit({k: np.repeat(DATA[k], W) for k in ("y", "p")}, model="platt")
    for name in ("slope", "intercept"):
        assert weighted[name] == repeated[name]


def test_the_slope_equals_that_of_scikit_learn():
    theirs = LogisticRegression(C=np.inf, tol=1e-12, solver="newton-cholesky").fit(Z[:, None], Y)
    report = cecli.fit(DATA, model="platt")
    assert report["slope"] == pytest.approx(theirs.coef_[0, 0], rel=1e-7)
    assert report["intercept"] == pytest.approx(theirs.intercept_[0], rel=1e-7)


@pytest.mark.parametrize("model", CURVES)
@pytest.mark.parametrize("sd", [0.05, 0.5, 3.0])
def test_a_prior_is_that_of_a_general_optimiser(model, sd):
    features, start = FEATURES[model], np.array(IDENTITY[model])

    def objective(point):
        eta = features @ point + OFFSET.get(model, 0.0)
        loss = np.sum(np.logaddexp(0.0, eta) - Y * eta)
        gradient = features.T @ (expit(eta) - Y) + (point - start) / sd**2
        return loss + np.sum((point - start) ** 2) / (2 * sd**2), gradient

    theirs = minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-9})
    report = cecli.fit(DATA, model=model, prior_sd=sd)
    assert parameters(report, model) == pytest.approx(theirs.x, rel=1e-5)


@pytest.mark.parametrize("model", CURVES)
def test_a_posteriori_is_likeliest_by_a_wide_prior_and_the_identity_by_a_narrow_one(model):
    likeliest = parameters(cecli.fit(DATA, model=model), model)
    wide = parameters(cecli.fit(DATA, model=model, prior_sd=1e6), model)
    narrow = parameters(cecli.fit(DATA, model=model, prior_sd=1e-6), model)
    assert wide == pytest.approx(likeliest, rel=1e-9)
    assert narrow == pytest.approx(IDENTITY[model], abs=1e-8)


def test_a_narrower_prior_moves_nearer_to_the_identity():
    slopes = [cecli.fit(DATA, model="platt", prior_sd=sd)["slope"] for sd in (0.03, 0.1, 0.3, 1)]
    assert slopes == sorted(slopes, reverse=True)


def test_the_likeliest_constant_is_the_base_rate():
    report = cecli.fit(DATA, model="constant", weight="w")
    assert report["base_rate"] == cecli.score(DATA, weight="w")["base_rate"]
    assert report["calibrated_cross_entropy"] == pytest.approx(
        cecli.score(DATA, weight="w")["base_rate_entropy"], rel=1e-15
    )
    # A mean of rows with weights, as in `score`, which frees its variance of bias as well.
    of_score = cecli.score(DATA, weight="w").intervals["base_rate"].se
    assert report.intervals["base_rate"].se == pytest.approx(of_score, rel=1e-3)


def test_a_beta_prior_is_so_many_rows_more():
    report = cecli.fit(DATA, model="constant", prior_beta=(3.0, 5.0))
    assert report["base_rate"] == pytest.approx((Y.sum() + 2) / (len(Y) + 6), rel=1e-15)
    assert cecli.fit({"y": [1, 1], "p": [0.5, 0.5]}, model="constant", prior_beta=(2, 2))[
        "base_rate"
    ] == pytest.approx(3 / 4)


def test_steps_are_those_of_scikit_learn():
    coarse = {"y": Y, "p": np.round(Q, 2), "w": W}
    theirs = IsotonicRegression(y_min=0, y_max=1).fit(coarse["p"], Y, sample_weight=W)
    report = cecli.fit(coarse, model="isotonic", weight="w")
    ours = cecli.apply(coarse, fit=report)["calibrated"]
    assert ours == pytest.approx(theirs.predict(coarse["p"]), abs=1e-12)


def test_no_monotone_map_loses_less_than_the_steps():
    steps = cecli.fit(DATA, model="isotonic")["calibrated_cross_entropy"]
    assert all(steps <= cecli.fit(DATA, model=m)["calibrated_cross_entropy"] for m in CURVES)


# A beta map of a beta map need not be one.
@pytest.mark.parametrize("model", [model for model in BINARY if model != "beta"])
def test_fitting_what_was_fitted_is_the_identity(model):
    first = cecli.fit(DATA, model=model)
    fitted = cecli.apply(DATA, fit=first)
    again = cecli.fit(fitted, model=model, prob="calibrated")
    assert again["calibration_loss"] == pytest.approx(0.0, abs=1e-14)
    if model in CURVES:
        assert parameters(again, model) == pytest.approx(IDENTITY[model], abs=1e-6)
        assert again["p_value"] == pytest.approx(1.0, abs=1e-5)
    else:
        twice = cecli.apply(fitted, fit=again, prob="calibrated", column="twice")
        assert twice["twice"].tolist() == fitted["calibrated"].tolist()


soft = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))
soft_rows = st.lists(st.tuples(soft, st.floats(1e-6, 1 - 1e-6)), min_size=2, max_size=30)


@settings(max_examples=60)
@given(soft_rows, st.sampled_from(CURVES), st.sampled_from([None, 0.3]))
def test_the_loss_never_rises_and_nothing_is_nan(rows, model, sd):
    t, q = map(np.array, zip(*rows, strict=True))
    try:
        report = cecli.fit({"t": t, "p": q}, target="t", model=model, prior_sd=sd)
    except cecli.InputError:  # separable, or all alike
        return
    assert all(x is None or x == x for x in report.metrics.values())
    before, after = report["cross_entropy"], report["calibrated_cross_entropy"]
    assert after <= before * (1 + 1e-14) or sd is not None
    assert report.fit.converged
    gradients = [step.gradient for step in report.fit.parts[0].trace]
    assert gradients[-1] <= 1e-10


def test_the_likelihood_ratio_is_tested_by_chi_squared():
    from scipy.stats import chi2

    report = cecli.fit(DATA, model="platt")
    ratio = 2 * (report["calibrated_log_likelihood"] - report["log_likelihood"])
    assert report["likelihood_ratio"] == pytest.approx(ratio, rel=1e-12)
    assert report["p_value"] == pytest.approx(chi2.sf(ratio, 2), rel=1e-9)


def test_calibrated_predictions_pass_the_test_as_often_as_they_should(monkeypatch):
    # An interval is half of the work, and not looked at.
    monkeypatch.setattr(significance, "noncentralities", lambda *_: (0.0, 1.0))
    rng = np.random.default_rng(1)
    values = []
    for _ in range(200):
        z = rng.normal(0, 1.5, 300)
        y = (rng.random(300) < expit(z)).astype(int)
        values.append(cecli.fit({"y": y, "p": expit(z)}, model="platt", workers=1)["p_value"])
    assert 0.02 <= np.mean(np.array(values) < 0.1) <= 0.18


def test_a_bound_keeps_the_map_from_decreasing():
    rng = np.random.default_rng(0)
    q = rng.uniform(0.02, 0.98, 400)
    y = (rng.random(400) < 0.2 + 0.6 * (q - 0.5) ** 2 / 0.25).astype(int)
    report = cecli.fit({"y": y, "p": q}, model="beta")
    assert min(report["a"], report["b"]) == 0.0

    def objective(point):
        eta = np.stack((np.log(q), -np.log1p(-q), np.ones_like(q)), 1) @ point
        return np.sum(np.logaddexp(0.0, eta) - y * eta)

    bounds = [(0, None), (0, None), (None, None)]
    theirs = minimize(objective, [1, 1, 0], bounds=bounds, method="L-BFGS-B", tol=1e-14)
    assert -report["calibrated_log_likelihood"] == pytest.approx(theirs.fun, rel=1e-8)
    assert report["likelihood_ratio"] is None
    assert "parameter-at-bound" in [notice.code for notice in report.notices]


@pytest.mark.parametrize("model", ["temperature", "vector"])
def test_several_classes_are_fitted_as_by_a_general_optimiser(model):
    data = three_classes()
    logs = np.log(np.stack([data[f"p_{c}"] for c in "abc"], 1))
    places = np.array(["abc".index(y) for y in data["y"]])

    def objective(point):
        eta = point[0] * logs if model == "temperature" else point[:3] * logs + [*point[3:], 0.0]
        return -log_softmax(eta, axis=1)[np.arange(len(places)), places].sum()

    start = [1.0] if model == "temperature" else [1.0, 1.0, 1.0, 0.0, 0.0]
    theirs = minimize(objective, start, method="BFGS", options={"gtol": 1e-7})
    report = cecli.fit(data, label="y", prob="p_*", model=model)
    assert -report["calibrated_log_likelihood"] == pytest.approx(theirs.fun, rel=1e-9)
    if model == "temperature":
        assert report["temperature"] == pytest.approx(1 / theirs.x[0], rel=1e-5)
        return
    parts = [part.parameters for part in report.fit.parts]
    biases = np.array([part["intercept"] for part in parts])
    assert sum(biases) == pytest.approx(0.0, abs=1e-12)
    assert [part["slope"] for part in parts] == pytest.approx(theirs.x[:3], rel=1e-4)
    assert biases - biases[2] == pytest.approx([*theirs.x[3:], 0.0], abs=1e-4)


def test_classes_apart_are_binary_fits_divided_by_their_sum():
    data = three_classes()
    report = cecli.fit(data, label="y", prob="p_*", model="platt")
    odds = []
    for part in report.fit.parts:
        name = part.class_name
        binary = {"y": [int(y == name) for y in data["y"]], "p": data[f"p_{name}"]}
        alone = cecli.fit(binary, model="platt")
        assert part.parameters["slope"] == pytest.approx(alone["slope"], rel=1e-9)
        odds.append(cecli.apply(binary, fit=alone)["calibrated"])
    applied = cecli.apply(data, fit=report)
    expected = np.stack(odds) / np.sum(odds, axis=0)
    ours = np.stack([applied[f"calibrated_{c}"] for c in "abc"])
    assert ours == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("model", SEVERAL)
def test_what_is_applied_to_several_classes_loses_what_was_promised(model):
    data = three_classes()
    report = cecli.fit(data, label="y", prob="p_*", model=model)
    applied = cecli.apply(data, fit=report)
    loss = cecli.score(applied, label="y", prob="calibrated_*")["cross_entropy"]
    assert loss == pytest.approx(report["calibrated_cross_entropy"], rel=1e-12)


@pytest.mark.parametrize("scale", ["probability", "percent", "logit", "log-probability"])
@pytest.mark.parametrize("model", BINARY)
def test_each_scale_gives_the_same_fit(scale, model):
    written = {"probability": Q, "percent": 100 * Q, "logit": Z, "log-probability": np.log(Q)}
    data = {"y": Y, "p": written[scale]}
    report = cecli.fit(data, model=model, scale=scale)
    plain = cecli.fit(DATA, model=model)
    assert report["calibrated_cross_entropy"] == pytest.approx(
        plain["calibrated_cross_entropy"], rel=1e-12
    )
    # A step may be certain, which has no logarithm.
    to = "probability" if model == "isotonic" else scale
    applied = cecli.apply(data, fit=report, to=to)
    loss = cecli.score(applied, prob="calibrated", scale=to)
    assert loss["cross_entropy"] == pytest.approx(report["calibrated_cross_entropy"], rel=1e-12)


def test_logits_beyond_probabilities_keep_their_digits():
    z = np.array([-60.0, -45.0, -40.0, 41.0, 50.0, 70.0, 1.0, -1.0] * 3)
    y = np.array([0, 0, 1, 0, 1, 1, 1, 0] * 3)
    report = cecli.fit({"y": y, "p": z}, model="platt", scale="logit")
    theirs = sm.Logit(y, np.stack((z, np.ones_like(z)), 1)).fit(disp=0, tol=1e-13)
    assert report["slope"] == pytest.approx(theirs.params[0], rel=1e-8)


@pytest.mark.parametrize("model", BINARY)
def test_the_bits_depend_on_neither_cuts_nor_workers_nor_memory(model, tmp_path, monkeypatch):
    path = tmp_path / "preds.csv"
    rows = (f"{y},{p!r},{w}" for y, p, w in zip(Y.tolist(), Q.tolist(), W.tolist(), strict=True))
    path.write_text("\n".join(["y,p,w", *rows]) + "\n")
    options = {"model": model, "weight": "w"}
    expected = cecli.fit(path, **options).to_dict()
    for chunk_bytes, workers in ((100, 1), (1000, 3), (1 << 20, 2)):
        assert cecli.fit(path, chunk_bytes=chunk_bytes, workers=workers, **options).to_dict() == (
            expected
        )
    monkeypatch.setattr(estimation, "KEPT", Kept(1000))
    assert cecli.fit(path, chunk_bytes=1000, **options).to_dict() == expected


def test_cross_fitting_scores_rows_by_fits_that_have_not_seen_them():
    data = {"id": [f"u{k}" for k in range(len(Y))], "y": Y, "p": Q}
    report = cecli.fit(data, model="platt", folds=4, fold_by="id")
    from cecli.commands.fit.passes import fold_of

    folds = np.array([fold_of(name, 4) for name in data["id"]])
    losses = np.empty(len(Y))
    for fold in range(4):
        inside = folds == fold
        fit = cecli.fit({"y": Y[~inside], "p": Q[~inside]}, model="platt")
        q = cecli.apply({"p": Q[inside]}, fit=fit)["calibrated"]
        losses[inside] = -np.log(np.where(Y[inside] == 1, q, 1 - q))
    assert report["out_of_fold_cross_entropy"] == pytest.approx(losses.mean(), rel=1e-12)
    assert report["out_of_fold_cross_entropy"] > report["calibrated_cross_entropy"]


def test_folds_by_position_are_even_and_the_same_in_any_cut(tmp_path):
    from cecli.commands.fit.passes import folds_of_positions

    folds = folds_of_positions(0, 100_000, 5)
    assert folds_of_positions(40, 10, 5).tolist() == folds[40:50].tolist()
    counts = np.bincount(folds.astype(int))
    assert np.abs(counts - 20_000).max() < 600
    path = tmp_path / "preds.csv"
    path.write_text("y,p\n" + "".join(f"{y},{p!r}\n" for y, p in zip(Y, Q.tolist(), strict=True)))
    reports = [
        cecli.fit(path, model="platt", folds=3, chunk_bytes=size, workers=2).to_dict()
        for size in (64, 5000, 1 << 20)
    ]
    assert reports[0] == reports[1] == reports[2]


def test_a_fold_keeps_rows_of_one_value_together_in_every_cut(tmp_path):
    path = tmp_path / "preds.csv"
    lines = (f"u{k // 7},{y},{p!r}\n" for k, (y, p) in enumerate(zip(Y, Q.tolist(), strict=True)))
    path.write_text("user,y,p\n" + "".join(lines))
    options = {"model": "platt", "folds": 3, "fold_by": "user"}
    reports = [cecli.fit(path, chunk_bytes=s, **options).to_dict() for s in (64, 1 << 20)]
    assert reports[0] == reports[1]


def test_the_report_survives_json_as_a_fit():
    report = cecli.fit(DATA, model="beta", folds=3)
    again = json.loads(report.to_json())
    one = cecli.apply(DATA, fit=report)["calibrated"]
    two = cecli.apply(DATA, fit=again)["calibrated"]
    assert one.tolist() == two.tolist()
    assert again["metrics"]["a"] == again["fit"]["parts"][0]["parameters"]["a"]
    assert again["fit"]["rows"] == len(Y)
