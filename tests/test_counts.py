"""The law of counts: a row of count k is k equal rows, in every command, bit for bit."""

import re

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

import cecli
from cecli.core.errors import CecliError, ExitCode

counts = st.lists(st.integers(0, 4), min_size=4, max_size=40).filter(lambda ks: sum(ks) > 3)
# Extreme predictions too: their losses are large, and infinite at 0 and 1.
mild = st.floats(0.01, 0.99)
any_prob = st.one_of(mild, st.sampled_from([0.0, 1.0, 1e-300, 0.5]))
PLACE = re.compile(r"lines? [0-9, …]+|:\d+")


def drawn(draw, ks):
    """Return columns of as many rows as there are counts, with all that commands may ask for."""

    def column(of):
        return np.array(draw(st.lists(of, min_size=len(ks), max_size=len(ks))))

    a, b = column(mild), column(mild)
    return {
        "k": ks, "y": column(st.sampled_from("01")), "soft": b,
        "p": column(any_prob), "other": column(any_prob),
        **three_shares("q", a, b), **three_shares("r", b, a),
        "class": column(st.sampled_from("abc")),
        "group": column(st.sampled_from("xyz")), "user": column(st.sampled_from("stuvw")),
    }  # fmt: skip


def three_shares(name, first, split):
    rest = 1.0 - first
    return {f"{name}_a": first, f"{name}_b": rest * split, f"{name}_c": rest * (1.0 - split)}


def written_out(data):
    copies = np.array(data["k"])
    return {name: np.repeat(np.array(c), copies) for name, c in data.items() if name != "k"}


def is_of_order(notice):
    """Return whether a notice is about the order of rows, which counted ones do not have."""
    return isinstance(notice, dict) and notice.get("code") == "order-matters"


def without_places(value):
    """Return a document without what must differ: lines, and the option itself."""
    if isinstance(value, dict):
        return {
            key: without_places(one)
            for key, one in value.items()
            if key not in {"rows", "places", "count"} or isinstance(one, int | float)
        }
    if isinstance(value, list | tuple):
        return [without_places(one) for one in value if not is_of_order(one)]
    return PLACE.sub("", value) if isinstance(value, str) else value


def outcome(command, data, options):
    try:
        return without_places(command(data, **options).to_dict())
    except CecliError as error:
        return without_places(str(error))


BINARY = {"label": "y", "prob": "p"}
CLASSES = {"label": "class", "prob": "q_*"}
TWO = {"label": "y", "prob": ["p", "other"]}
ASKED = {
    "score": (cecli.score, BINARY),
    "score of soft labels": (cecli.score, {"target": "soft", "prob": "p"}),
    "score, clipped": (cecli.score, BINARY | {"clip": 0.1}),
    "score, explained": (cecli.score, BINARY | {"explain": True, "base_rate": 0.3}),
    "score of groups": (cecli.score, BINARY | {"by": ["group"]}),
    "score of clusters": (cecli.score, BINARY | {"cluster": "user"}),
    "score of drawn clusters": (cecli.score, BINARY | {"cluster": "user", "bootstrap": 100}),
    "score of classes": (cecli.score, CLASSES),
    "score of classes, in groups": (cecli.score, CLASSES | {"by": ["group"]}),
    "kl": (cecli.kl, {"p": "soft", "q": "p", "threshold": 0.1, "by": ["group"]}),
    "kl of classes": (cecli.kl, {"p": "q_*", "q": "r_*", "cluster": "user"}),
    "entropy": (cecli.entropy, {"column": "class"}),
    "entropy, given": (cecli.entropy, {"column": "class", "given": "group"}),
    "entropy of predictions": (cecli.entropy, {"prob": "q_*"}),
    "compare": (cecli.compare, TWO | {"margin": 0.1}),
    "compare groups": (cecli.compare, TWO | {"by": ["group"]}),
    "compare clusters": (cecli.compare, TWO | {"cluster": "user"}),
    "compare at any time": (cecli.compare, TWO | {"anytime": True, "clip": 0.05}),
    "fit, constant": (cecli.fit, BINARY | {"model": "constant"}),
    "fit, temperature": (cecli.fit, BINARY | {"model": "temperature"}),
    "fit, platt": (cecli.fit, {"target": "soft", "prob": "p", "model": "platt"}),
    "fit, isotonic": (cecli.fit, {"target": "soft", "prob": "p", "model": "isotonic"}),
    "fit of classes": (cecli.fit, CLASSES | {"model": "vector"}),
}
asked = pytest.mark.parametrize(("command", "options"), ASKED.values(), ids=ASKED)


@asked
def test_many_copies_equal_the_rows_written_out(command, options):
    rng = np.random.default_rng(7)
    size = 250
    names = ("p", "other", "soft", "split")
    data = {name: rng.uniform(0.02, 0.98, size) for name in names}
    data |= three_shares("q", data["p"], data["split"])
    of_classes = (data["q_a"], data["q_b"], data["q_c"])
    data |= three_shares("r", data["other"], data["soft"])
    data |= {
        "k": rng.integers(0, 40, size),
        "y": (rng.random(size) < data["p"]).astype(int),
        "class": [rng.choice(list("abc"), p=of) for of in zip(*of_classes, strict=True)],
        "group": rng.choice(list("xyz"), size),
        "user": rng.choice(list("stuvw"), size),
    }
    counted = without_places(command(data, count="k", **options).to_dict())
    assert counted == without_places(command(written_out(data), **options).to_dict())
    assert counted["input"]["rows"] == counted["input"]["weight"] == data["k"].sum()


@asked
@settings(max_examples=5)
@given(draw=st.data(), ks=counts)
def test_any_copies_equal_the_rows_written_out(command, options, draw, ks):
    data = drawn(draw.draw, ks)
    counted = outcome(command, data, options | {"count": "k"})
    assert counted == outcome(command, written_out(data), options)


TABLE = {"y": [1, 0, 1, 0], "p": [0.2, 0.2, 0.7, 0.7], "k": [200, 800, 700, 300]}


def test_counts_of_one_change_nothing_even_in_a_bootstrap():
    data = {"y": [1, 0, 1, 0], "p": [0.2, 0.3, 0.7, 0.6], "k": [1, 1, 1, 1]}
    plain = cecli.score(data, label="y", prob="p", bootstrap=200).to_dict()
    counted = cecli.score(data, label="y", prob="p", bootstrap=200, count="k").to_dict()
    assert without_places(counted) == without_places(plain)


def test_a_bootstrap_draws_each_copy():
    report = cecli.score(TABLE, label="y", prob="p", count="k", bootstrap=4000)
    formula = cecli.score(TABLE, label="y", prob="p", count="k")
    for name in ("cross_entropy", "brier", "skill"):
        # The standard deviation of B values has a relative error of 1/√(2B).
        expected = formula.intervals[name].se
        assert report.intervals[name].se == pytest.approx(expected, rel=4 / np.sqrt(8000))


def test_a_single_line_of_many_rows_has_an_interval():
    report = cecli.score(
        {"y": [1], "p": [0.5], "k": [9]}, label="y", prob="p", count="k", bootstrap=100
    )
    assert report.intervals["cross_entropy"].se == 0.0


def test_a_count_of_zero_is_no_row_and_no_news():
    data = TABLE | {"k": [0, 800, 700, 0]}
    report = cecli.score(data, label="y", prob="p", count="k")
    assert report.input.rows == 1500
    assert not [notice for notice in report.notices if notice.code.startswith("zero")]
    with pytest.raises(cecli.InputError, match="all 4 rows have count 0"):
        cecli.score(TABLE | {"k": [0] * 4}, label="y", prob="p", count="k")


@pytest.mark.parametrize("bad", [2.5, -1, 2.0**53 + 2, np.inf, "1e-3"])
def test_what_is_no_count_is_refused_by_line_column_and_value(bad):
    data = TABLE | {"k": np.array([1, bad, 1, 1], dtype=object)}
    with pytest.raises(cecli.RowError, match=r":2: column k: .* is not a count") as error:
        cecli.score(data, label="y", prob="p", count="k")
    assert "--weight" in error.value.hint


def test_text_is_held_to_the_same_counts(cecli, write):
    done = cecli("score", write("y,p,k\n1,0.2,3\n0,0.4,2.5\n"), "--count", "k", "--prob", "p")
    assert done.returncode == ExitCode.INPUT
    assert "preds.csv:3: column k: '2.5' is not a count" in done.stderr
    both = cecli("score", write("y,p,k\n1,0.2,3\n"), "--count", "k", "--weight", "k")
    assert both.returncode == ExitCode.USAGE
    assert "--weight and --count exclude each other" in both.stderr


def test_sums_of_large_counts_are_exact():
    data = {"y": [1, 0, 1], "p": [0.5, 0.5, 0.5], "k": [2**53, 1, 2**53]}
    assert cecli.score(data, label="y", prob="p", count="k").input.rows == 2**54 + 1
    with pytest.raises(cecli.InputError, match="more than 2\\^63 - 1 rows"):
        cecli.score({n: c * 400 for n, c in data.items()} | {"k": [2**53] * 1200},
                    label="y", prob="p", count="k")  # fmt: skip


def test_the_share_of_skipped_rows_is_one_of_lines():
    data = TABLE | {"p": [0.2, "x", 0.7, 0.7]}
    options = {"label": "y", "prob": "p", "count": "k", "on_bad_row": "skip"}
    assert cecli.score(data, max_bad="25%", **options).input.rows == 1200
    with pytest.raises(cecli.InputError, match="1 of 4 rows were skipped"):
        cecli.score(data, max_bad="24%", **options)


def test_worst_names_a_line_once_with_its_count():
    report = cecli.worst(TABLE, label="y", prob="p", count="k", rows=1)
    (row,) = report.rows
    assert (row.line, row.count, row.weight) == (1, 200, None)
    assert report["row_share"] == 0.1
    assert report["loss_share"] == pytest.approx(200 * np.log(5) / 2000 / report["cross_entropy"])


def test_a_fit_to_counts_is_that_of_statsmodels_with_frequency_weights():
    rng = np.random.default_rng(4)
    z, k = rng.normal(size=80), rng.integers(1, 30, 80)
    data = {"y": rng.integers(0, 2, 80), "p": 1 / (1 + np.exp(-z)), "k": k}
    report = cecli.fit(data, label="y", prob="p", model="platt", count="k")
    features = sm.add_constant(z)
    model = sm.GLM(data["y"], features, family=sm.families.Binomial(), freq_weights=k).fit()
    assert report["intercept"] == pytest.approx(model.params[0], rel=1e-8)
    assert report["slope"] == pytest.approx(model.params[1], rel=1e-8)
    errors = [report.intervals[name].se for name in ("intercept", "slope")]
    assert errors == pytest.approx(list(model.bse), rel=1e-6)
