"""Two columns of categories, against SciPy, statsmodels and simulation."""

import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import SquareTable

import cecli

pairs = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abce")), min_size=1)


def of(rows, **options):
    p, q = zip(*rows, strict=True)
    return cecli.kl({"x": list(p), "y": list(q)}, p="x", q="y", categories=True, **options)


@settings(max_examples=60)
@given(pairs)
def test_shares_are_compared_as_scipy_does(rows):
    report = of(rows)
    counts = [Counter(side) for side in zip(*rows, strict=True)]
    names = sorted(counts[0] | counts[1])
    p, q = (np.array([side[name] for name in names]) / len(rows) for side in counts)
    assert report["kl"] == pytest.approx(rel_entr(p, q).sum(), abs=1e-14)
    assert report["reverse_kl"] == pytest.approx(rel_entr(q, p).sum(), abs=1e-14)
    assert report["js_distance"] == pytest.approx(jensenshannon(p, q), abs=1e-7)
    assert report["total_variation"] == pytest.approx(np.abs(p - q).sum() / 2, abs=1e-15)
    assert report["hellinger"] == pytest.approx(
        np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2), abs=1e-14
    )
    assert report["categories"] == len(names)
    assert (report["kl"] == 0) == (counts[0] == counts[1])


@settings(max_examples=30)
@given(pairs, st.randoms(use_true_random=False))
def test_neither_order_nor_equal_weights_change_a_bit(rows, random):
    expected = of(rows).metrics
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert of(shuffled).metrics == expected
    p, q = zip(*rows, strict=True)
    once = {"x": [*p, "a"], "y": [*q, "a"], "k": [2] * len(rows) + [0]}
    counted = cecli.kl(once, p="x", q="y", categories=True, count="k")
    assert counted.metrics == of([*rows, *rows]).metrics


def made(rows, seed, same=0.6):
    """Return rows whose two columns have one distribution, and are often equal."""
    rng = np.random.default_rng(seed)
    p, q = rng.choice(list("abcd"), (2, rows), p=[0.4, 0.3, 0.2, 0.1])
    return pd.DataFrame({"x": p, "y": np.where(rng.random(rows) < same, p, q)})


@pytest.mark.parametrize("same", [0.0, 0.6])
def test_the_kl_that_chance_gives_is_what_is_expected(same):
    reports = [
        cecli.kl(made(400, seed, same), p="x", q="y", categories=True) for seed in range(120)
    ]
    expected = 3 * (1 - same) / 400  # (K − 1)/n of independent columns
    assert np.mean([r["kl_expected"] for r in reports]) == pytest.approx(expected, rel=0.02)
    assert np.mean([r["kl"] for r in reports]) == pytest.approx(expected, rel=0.25)
    # Chance gives small p-values as often as it should.
    small = np.mean([r["homogeneity_p_value"] <= 0.1 for r in reports])
    assert 0.03 < small < 0.19


@pytest.mark.parametrize("same", [0.0, 0.9])
def test_homogeneity_is_tested_as_statsmodels_does(same):
    data = made(300, 3, same)
    data.loc[:20, "x"] = "a"
    table = pd.crosstab(data["x"], data["y"])
    expected = SquareTable(table, shift_zeros=False).homogeneity()
    report = cecli.kl(data, p="x", q="y", categories=True)
    assert report["homogeneity_p_value"] == pytest.approx(expected.pvalue, rel=1e-9)


def test_values_that_never_change_are_no_degrees_of_freedom():
    two = made(200, 5).replace({"c": "a", "d": "b"})
    two.loc[:9, "x"] = "b"
    apart = pd.concat([two, pd.DataFrame({"x": ["z"] * 50, "y": ["z"] * 50})])
    twice = pd.concat([two, two.replace({"a": "c", "b": "d"})])
    found = [cecli.kl(data, p="x", q="y", categories=True) for data in (two, apart)]
    assert found[0]["homogeneity_p_value"] == found[1]["homogeneity_p_value"]
    of_parts = cecli.kl(twice, p="x", q="y", categories=True)["homogeneity_p_value"]
    statistic = chi2.isf(found[0]["homogeneity_p_value"], 1)
    assert of_parts == pytest.approx(chi2.sf(2 * statistic, 2), rel=1e-9)
    same = cecli.kl({"x": ["a", "b"], "y": ["a", "b"]}, p="x", q="y", categories=True)
    assert same["homogeneity_p_value"] is None
    assert any("the same value in every row" in notice.message for notice in same.notices)


def test_values_that_one_side_lacks_are_named_and_infinite():
    report = of([("a", "a"), ("b", "a"), ("c", "a"), ("a", "d")])
    assert report["kl"] == report["reverse_kl"] == np.inf
    assert 0 < report["js_divergence"] < np.log(2)
    said = {notice.code: notice.message for notice in report.notices}
    assert said["infinite-kl"].startswith("q never has the values 'b', 'c', which p has")
    assert said["infinite-reverse-kl"].startswith("p never has the value 'd', which q has")


def test_more_values_than_a_covariance_is_inverted_for_have_no_test(monkeypatch):
    monkeypatch.setattr("cecli.metrics.information.categories.MOST_TESTED", 3)
    data = made(300, 3)
    assert of(zip(data["x"], data["y"], strict=True))["homogeneity_p_value"] is None
    three = data.replace("d", "a")
    assert of(zip(three["x"], three["y"], strict=True))["homogeneity_p_value"] is not None


def test_unequal_weights_have_no_test():
    data = made(100, 1).assign(w=np.arange(100) + 1.0)
    report = cecli.kl(data, p="x", q="y", categories=True, weight="w")
    assert report["homogeneity_p_value"] is None
    assert report["kl_expected"] > 0


@pytest.mark.parametrize(
    ("second", "options", "message"),
    [
        ({"x": ["a"]}, {}, "of one input\nhint: cecli drift REFERENCE CURRENT"),
        (None, {"over_rows": True}, "exclude each other"),
        (None, {"by": "x"}, "--by cannot be used with --categories"),
        (None, {"scale": "logit"}, "--from cannot be used with --categories"),
        (None, {"q": ["x", "y"]}, "exactly two columns"),
    ],
)
def test_what_categories_do_not_have_is_refused(second, options, message):
    data = {"x": ["a"], "y": ["b"]}
    with pytest.raises(cecli.UsageError, match=message):
        cecli.kl(data, second, **{"p": "x", "q": "y", "categories": True, **options})


def test_the_command_says_what_chance_would_give(cecli, write):
    path = write("x,y\n" + "a,b\nb,a\na,a\n" * 10 + "a,b\n")
    done = cecli("kl", path, "--p", "x", "--q", "y", "--categories")
    assert "Counts of one distribution may differ so, as far as these rows tell" in done.stdout
    report = json.loads(cecli("kl", path, "--p", "x", "--q", "y", "--categories", "--json").stdout)
    assert report["task"] == "categories"
    expected = rel_entr([21 / 31, 10 / 31], [20 / 31, 11 / 31]).sum()
    assert report["metrics"]["kl"] == pytest.approx(expected, rel=1e-12)
