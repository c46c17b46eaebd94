"""Intervals of a bootstrap against brute force, the delta method, and all ways to read rows."""

import gzip
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cecli
from cecli.intervals.bootstrap import basic_interval
from cecli.numerics.resampling import multiplicities, outputs, streams
from cecli.options.groups import least_replicates
from cecli.report.result import Definition


def sample(seed, rows, clusters=None):
    rng = np.random.default_rng(seed)
    q = rng.beta(1.0, 3.0, rows)
    user = np.arange(rows) if clusters is None else rng.integers(0, clusters, rows)
    shift = rng.normal(0.0, 1.0, user.max() + 1)[user]
    y = rng.random(rows) < 1 / (1 + np.exp(-(np.log(q / (1 - q)) + shift)))
    return {"y": y.astype(int), "p": q, "user": user.astype(str), "w": rng.integers(1, 5, rows)}


def drawn(rows, replicates, seed, place=0):
    """Return how often each row of an input is drawn, shape (rows, replicates)."""
    start = outputs(np.zeros(1, np.uint64), np.array([place], np.uint64))
    keys = outputs(start, np.arange(rows, dtype=np.uint64))
    return multiplicities(keys, streams(seed, (replicates + 1) // 2))[:, :replicates].astype(float)


def by_hand(data, replicates, seed, weights):
    """Return some metrics of each replicate."""
    y, q = np.array(data["y"]), np.array(data["p"])
    loss = -np.log(np.where(y == 1, q, 1 - q))
    w = drawn(len(y), replicates, seed).T * weights
    mean = lambda x: w @ x / w.sum(axis=1)  # noqa: E731
    ce, rate = mean(loss), mean(y)
    with np.errstate(all="ignore"):  # a replicate of one class only
        entropy = -rate * np.log(rate) - (1 - rate) * np.log(1 - rate)
    return {
        "cross_entropy": ce,
        "log_likelihood": -weights.sum() * ce,
        "perplexity": np.exp(ce),
        "skill": 1 - ce / entropy,
        "observed_expected": rate / mean(q),
        "brier": mean((q - y) ** 2),
    }


PLAIN = Definition("x", "", "", low=-math.inf)


def reflected(name, value, ends):
    """Return the basic interval of two percentiles, on the root of the loss that a metric is of."""
    to, back = {
        "perplexity": (lambda x: math.sqrt(math.log(x)), lambda r: math.exp(r * r)),
        "skill": (lambda x: math.sqrt(1 - x), lambda r: 1 - r * r),
        "log_likelihood": (lambda x: math.sqrt(-x), lambda r: -r * r),
    }.get(name, (math.sqrt, lambda r: r * r))
    found = [back(max(2 * to(value) - to(end), 0.0)) for end in ends]
    return min(value, *found), max(value, *found)


@settings(max_examples=20)
@given(
    st.integers(0, 2**32),
    st.integers(30, 80),
    st.integers(100, 130),
    st.integers(0, 2**63 - 1),
    st.booleans(),
)
def test_intervals_are_those_of_the_same_replicates_by_hand(data, rows, replicates, seed, weighted):
    data = sample(data, rows)
    data["y"][:2] = 0, 1
    weights = data["w"] * 1.0 if weighted else np.ones(rows)
    options = {"weight": "w"} if weighted else {}
    report = cecli.score(
        data, label="y", prob="p", bootstrap=replicates, seed=seed, level=0.9, **options
    )
    for name, values in by_hand(data, replicates, seed, weights).items():
        values = np.sort(values[np.isfinite(values)])
        place = math.floor((len(values) + 1) * 0.05 + 1e-9)
        found = report.intervals[name]
        expected = reflected(name, report[name], (values[place - 1], values[-place]))
        assert (found.lower, found.upper) == pytest.approx(expected, rel=1e-9), name
        assert found.se == pytest.approx(values.std(ddof=1), rel=1e-9), name
        assert (found.level, found.method) == (0.9, "bootstrap")


@pytest.mark.parametrize("options", [{}, {"weight": "w"}, {"cluster": "user"}])
def test_standard_errors_are_nearly_those_of_the_delta_method(options):
    data = sample(1, 20_000, clusters=400 if "cluster" in options else None)
    formula = cecli.score(data, label="y", prob="p", **options).intervals
    found = cecli.score(data, label="y", prob="p", bootstrap=2000, **options).intervals
    assert found.keys() - {"target_entropy"} == formula.keys()
    for name, interval in formula.items():
        # The noise of 2000 replicates alone is 1.6 %.
        assert found[name].se == pytest.approx(interval.se, rel=0.08), name
        assert found[name].lower == pytest.approx(interval.lower, abs=0.4 * interval.se), name
        assert found[name].upper == pytest.approx(interval.upper, abs=0.4 * interval.se), name


def test_several_classes_have_an_interval_of_skill():
    rng = np.random.default_rng(2)
    probs = rng.dirichlet([1.0, 1.0, 1.0], 500)
    label = [int(rng.choice(3, p=p)) for p in probs]
    data = {"y": np.array(["a", "b", "c"])[label]}
    data |= {f"p_{name}": probs[:, place] for place, name in enumerate("abc")}
    report = cecli.score(data, label="y", prob="p_*", bootstrap=300, seed=5)
    m = drawn(500, 300, 5).T
    loss = -np.log(probs[np.arange(500), label])
    rates = np.stack([m @ (np.array(label) == k) for k in range(3)]) / m.sum(axis=1)
    skill = np.sort(1 - (m @ loss / m.sum(axis=1)) / -(rates * np.log(rates)).sum(axis=0))
    found = report.intervals["skill"]
    expected = reflected("skill", report["skill"], (skill[6], skill[-7]))
    assert (found.lower, found.upper) == pytest.approx(expected, rel=1e-9)
    assert found.se == pytest.approx(skill.std(ddof=1), rel=1e-9)
    assert {"normalized_entropy", "base_rate_entropy"} <= report.intervals.keys()


def test_tokens_and_divergences_have_intervals_too():
    rng = np.random.default_rng(3)
    data = {"l": -rng.exponential(2.0, 3000), "b": rng.integers(1, 9, 3000) * 1.0}
    formula = cecli.score(data, log_prob="l", n_bytes="b").intervals
    found = cecli.score(data, log_prob="l", n_bytes="b", bootstrap=1000).intervals
    for name, interval in formula.items():
        assert found[name].se == pytest.approx(interval.se, rel=0.1), name
    pair = {"p": rng.random(3000), "q": rng.random(3000)}
    formula = cecli.kl(pair, p="p", q="q").intervals["kl"]
    assert cecli.kl(pair, p="p", q="q", bootstrap=1000).intervals["kl"].se == pytest.approx(
        formula.se, rel=0.1
    )


def text_of(data):
    rows = zip(data["y"], data["p"], data["user"], data["w"], strict=True)
    return "y,p,user,w\n" + "".join(f"{y},{p!r},{u},{w}\n" for y, p, u, w in rows)


@pytest.fixture
def data():
    data = sample(4, 2000, clusters=50)
    return {name: values.tolist() for name, values in data.items()}


@pytest.mark.parametrize("options", [{}, {"weight": "w"}, {"cluster": "user"}])
def test_intervals_have_the_same_bits_however_rows_are_read(data, write, monkeypatch, options):
    monkeypatch.setattr("cecli.readers.text.csv.PART_BYTES", 2_500)
    options = {"label": "y", "prob": "p", "bootstrap": 120, "seed": 9} | options
    data = {name: values[:700] for name, values in data.items()}
    text = text_of(data)
    quoted = text.replace("\n1,", '\n"1",')
    path = write(text)
    frame = pd.DataFrame(data)
    expected = cecli.score(frame, **options).intervals
    frame.to_parquet(path + ".parquet", row_group_size=111)
    for read, reading in [
        (path, {"workers": 1}),
        (path, {"workers": 4}),
        (path, {"chunk_bytes": 1_000, "workers": 3}),
        (path, {"chunk_bytes": 50}),
        (write(gzip.compress(text.encode()), "preds.csv.gz"), {"chunk_bytes": 3_000}),
        (write(quoted, "quoted.csv"), {"chunk_bytes": 500}),
        (write(text.partition("\n")[2], "bare.csv"), {"header": False}),
        (path + ".parquet", {"workers": 2}),
        (data, {}),
    ]:
        names = options
        if "header" in reading:
            places = {"y": "1", "p": "2", "user": "3", "w": "4"}
            names = {k: places.get(v, v) if isinstance(v, str) else v for k, v in options.items()}
        assert cecli.score(read, **names, **reading).intervals == expected, (read, reading)


def test_intervals_have_the_same_bits_without_the_compiled_parts(data, monkeypatch):
    from cecli.numerics import resampling
    from cecli.numerics.sums import exact

    if resampling.resampler is None:
        pytest.skip("it was not built")
    options = {"label": "y", "prob": "p", "weight": "w", "bootstrap": 120}
    expected = cecli.score(data, **options)
    monkeypatch.setattr(exact, "accumulator", None)
    monkeypatch.setattr(resampling, "resampler", None)
    assert cecli.score(data, **options).intervals == expected.intervals


def test_a_cluster_bootstrap_does_not_mind_the_order_of_the_rows(data):
    order = np.random.default_rng(5).permutation(len(data["y"]))
    shuffled = {name: np.array(values)[order] for name, values in data.items()}
    options = {"label": "y", "prob": "p", "cluster": "user", "bootstrap": 120}
    assert cecli.score(shuffled, **options).intervals == cecli.score(data, **options).intervals


def test_rows_of_several_inputs_are_drawn_apart(data, write):
    options = {"label": "y", "prob": "p", "bootstrap": 200}
    half = pd.DataFrame(data)[:500]
    whole = cecli.score(pd.concat([half, half]), **options).intervals["cross_entropy"]
    path = write(text_of(half))
    assert cecli.score([path, path], **options).intervals["cross_entropy"].se == pytest.approx(
        whole.se, rel=0.3
    )
    pieces = cecli.score(iter([half, half]), **options)
    twice = cecli.score([path, path], **options)
    assert pieces.intervals == twice.intervals
    nested = cecli.score(iter([iter([half]), iter([half])]), **options)
    assert nested.intervals == twice.intervals


def test_rows_that_are_left_out_take_no_place_of_others(data):
    marked = pd.DataFrame(data)
    marked.loc[[3, 17, 1999], "w"] = 0
    kept = cecli.score(marked, label="y", prob="p", weight="w", bootstrap=200)
    marked["p"] = marked["p"].astype(object)
    marked.loc[[3, 17, 1999], "w"] = 1
    marked.loc[[3, 17, 1999], "p"] = "bad"
    skipped = cecli.score(marked, label="y", prob="p", weight="w", bootstrap=200, on_bad_row="skip")
    assert skipped.intervals == kept.intervals


def test_units_scale_intervals_of_information_alone(data):
    nats, bits = (
        cecli.score(data, label="y", prob="p", bootstrap=200, units=units).intervals
        for units in ("nats", "bits")
    )
    assert bits["cross_entropy"].se == nats["cross_entropy"].se / math.log(2)
    assert bits["cross_entropy"].lower == nats["cross_entropy"].lower / math.log(2)
    assert bits["brier"] == nats["brier"]


def test_the_interval_of_a_rising_function_is_that_of_its_ends(data):
    found = cecli.score(data, label="y", prob="p", bootstrap=500).intervals
    loss, perplexity = found["cross_entropy"], found["perplexity"]
    assert perplexity.lower == pytest.approx(math.exp(loss.lower), rel=1e-12)
    assert perplexity.upper == pytest.approx(math.exp(loss.upper), rel=1e-12)


def test_what_is_no_function_of_means_has_no_interval(data):
    report = cecli.score(data, label="y", prob="p", bootstrap=200)
    assert set(report.metrics) - set(report.intervals) == {
        "top_1pct_loss_share", "top_row_loss_share", "effective_rows", "calibration_z",
        "calibration_z_p_value", "spiegelhalter_z", "spiegelhalter_z_p_value", "calibration_chi2",
        "calibration_chi2_p_value", "miscalibration", "ecce", "ecce_p_value",
    }  # fmt: skip


def test_an_entropy_of_many_classes_is_inside_of_its_interval():
    # All replicates of an entropy lie below it: their percentiles would leave it out.
    rng = np.random.default_rng(6)
    names = [f"c{k}" for k in range(60)]
    label = rng.integers(0, 60, 100)
    data = {"y": np.array(names)[label]} | {f"p_{name}": np.full(100, 1 / 60) for name in names}
    report = cecli.score(data, label="y", prob="p_*", bootstrap=200, normalize=True)
    found = report.intervals["base_rate_entropy"]
    assert found.lower <= report["base_rate_entropy"] <= found.upper <= math.log(60) + 1e-12


def test_rows_that_are_all_alike_are_no_certainty():
    found = cecli.score({"y": [0] * 40, "p": [0.01] * 40}, bootstrap=100).intervals["brier"]
    assert (found.se, found.lower, found.upper) == (0.0, None, None)


def test_replicates_that_do_not_define_a_metric_are_counted_and_said():
    data = {"y": [1, 1] + [0] * 98, "p": [0.1] * 100}
    report = cecli.score(data, label="y", prob="p", bootstrap=1000)
    notice, _ = [n for n in report.notices if n.code == "bootstrap-replicates"]
    missing = int((drawn(100, 1000, 0)[:2].sum(axis=0) == 0).sum())
    assert notice.message.startswith(f"skill and normalized_entropy: in {missing} of 1,000 repl")
    assert "their intervals use the others" in notice.message
    assert report.intervals["skill"].se is not None


def test_replicates_beyond_the_range_of_floats_are_counted_and_said():
    probs = [5e-324] * 6 + [1e-300] * 14
    report = cecli.score({"y": [1] * 20, "p": probs}, label="y", prob="p", bootstrap=500)
    m = drawn(20, 500, 0).T
    beyond = int((m @ -np.log(probs) / m.sum(axis=1) > math.log(np.finfo(float).max)).sum())
    assert 0 < beyond < 500
    said = [n.message for n in report.notices if n.code == "bootstrap-replicates"]
    assert [message for message in said if f"perplexity: in {beyond} of 500 replicates" in message]
    assert math.isfinite(report.intervals["cross_entropy"].se)
    assert math.isfinite(report.intervals["perplexity"].se)


def test_of_too_few_defined_replicates_there_is_no_interval():
    data = {"y": [1, 1] + [0] * 98, "p": [0.1] * 100}
    report = cecli.score(data, label="y", prob="p", bootstrap=100)
    assert report.intervals["skill"].se is None
    assert report.intervals["cross_entropy"].se is not None
    notice, _ = [n for n in report.notices if n.code == "bootstrap-replicates"]
    assert "too few are left for an interval" in notice.message


@pytest.mark.parametrize(
    ("data", "options"),
    [
        ({"y": [1], "p": [0.5]}, {}),
        ({"y": [1, 0, 1], "p": [0.5, 0.1, 0.7], "c": ["a"] * 3}, {"cluster": "c"}),
    ],
)
def test_one_row_or_one_cluster_has_no_interval(data, options):
    report = cecli.score(data, label="y", prob="p", bootstrap=200, **options)
    assert all(interval.se is None for interval in report.intervals.values())


def test_an_infinite_loss_leaves_no_interval_but_for_what_it_does_not_touch():
    data = {"y": [1, 0, 1, 0], "p": [0.0, 0.5, 0.5, 0.25]}
    report = cecli.score(data, label="y", prob="p", bootstrap=200)
    assert report.intervals["cross_entropy"].se is None
    assert report.intervals["brier"].se > 0
    said = [n.message for n in report.notices if n.code == "bootstrap-replicates"]
    assert not any("cross_entropy" in message for message in said)


def test_percentiles_are_order_statistics():
    values = [float(x) for x in range(999, 0, -1)]
    interval = basic_interval(500.0, values, 0.9, PLAIN)
    assert (interval.lower, interval.upper) == (50.0, 950.0)
    interval = basic_interval(500.0, [*values[:-1], math.inf], 0.9, PLAIN)
    assert (interval.se, interval.upper) == (math.inf, 949.0)


@given(st.floats(0.5, 0.9999))
def test_the_least_number_of_replicates_has_two_beyond_each_end(level):
    least = least_replicates(level)
    values = list(map(float, range(least)))
    interval = basic_interval((least - 1) / 2, values, level, PLAIN)
    assert 1 <= interval.lower < interval.upper <= least - 2
    assert basic_interval(least / 2, values[1:], level, PLAIN).se is None


def test_the_entropy_of_a_base_rate_has_what_the_interval_of_the_rate_maps_to():
    data = {"y": [1] * 12 + [0] * 18, "p": [0.4] * 30}
    report = cecli.score(data, bootstrap=200)
    rate, found = report.intervals["base_rate"], report.intervals["base_rate_entropy"]

    def entropy(x):
        return -x * math.log(x) - (1 - x) * math.log(1 - x)

    most = math.log(2) if rate.lower < 0.5 < rate.upper else entropy(rate.upper)
    assert found.lower == pytest.approx(min(entropy(rate.lower), entropy(rate.upper)), rel=1e-12)
    assert found.upper == pytest.approx(most, rel=1e-12)
