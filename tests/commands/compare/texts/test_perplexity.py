"""Two runs on the same tokens, by hand, with statsmodels and with SciPy."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import cecli
from cecli.core.errors import ExitCode

DOCS, EACH = 20, 15
N = DOCS * EACH
RANDOM = np.random.default_rng(8)
FIRST = -RANDOM.gamma(2.0, 1.0, N) - 0.5
APART = np.repeat(RANDOM.normal(0.03, 0.03, DOCS), EACH) + RANDOM.normal(0.0, 0.1, N)
BOTH = pd.DataFrame(
    {
        "doc": np.repeat([f"d{k}" for k in range(DOCS)], EACH),
        "pos": np.tile(np.arange(EACH), DOCS),
        "a": FIRST,
        "b": np.minimum(FIRST - APART, 0.0),
        "n": RANDOM.integers(1, 9, N),
    }
)
D = (BOTH["a"] - BOTH["b"]).to_numpy()
RUNS = {"log_prob": "lp", "id": ["doc", "pos"]}


@pytest.fixture
def cecli_process(request):
    """Return the function that runs cecli as a process."""
    return request.getfixturevalue("cecli")


def one_run(name):
    return BOTH.rename(columns={name: "lp"})[["doc", "pos", "lp", "n"]]


def clustered(values):
    """Return a mean and its standard error, for clusters of one size."""
    ols = sm.OLS(np.asarray(values), np.ones(N))
    codes = pd.factorize(BOTH["doc"])[0]
    fit = ols.fit(cov_type="cluster", cov_kwds={"groups": codes})
    return fit.params[0], fit.bse[0]


@pytest.fixture(scope="module")
def report():
    return cecli.compare(BOTH, log_prob=["a", "b"], n_bytes="n", cluster="doc")


def test_errors_are_those_of_clusters(report):
    value, se = clustered(D)
    assert report["difference"] == pytest.approx(value, rel=1e-12)
    assert report.intervals["difference"].se == pytest.approx(se, rel=1e-10)
    share, se = clustered((D < 0).astype(float))
    better = report.intervals["share_better"]
    assert (report["share_better"], better.se) == pytest.approx((share, se), rel=1e-10)
    # Wilson's interval, for as many rows as the clusters are worth.
    t = stats.t.ppf(0.975, DOCS - 1)
    rows = share * (1 - share) / se**2
    middle, extra = share + t**2 / (2 * rows), 1 + t**2 / rows
    half = t * math.sqrt(share * (1 - share) / rows + t**2 / (4 * rows**2))
    ends = [(middle - half) / extra, (middle + half) / extra]
    assert [better.lower, better.upper] == pytest.approx(ends, rel=1e-9)


def test_the_ratio_of_perplexities_has_the_ends_of_the_difference(report):
    ratio, of = report.intervals["perplexity_ratio"], report.intervals["difference"]
    assert report["perplexity_ratio"] == pytest.approx(
        report["perplexity_model"] / report["perplexity_baseline"], rel=1e-12
    )
    assert [ratio.lower, ratio.upper] == pytest.approx(np.exp([of.lower, of.upper]), rel=1e-12)
    assert ratio.degrees == of.degrees == pytest.approx(DOCS - 1)
    losses = {"baseline": -BOTH["a"], "model": -BOTH["b"]}
    for side, loss in losses.items():
        value, se = clustered(loss)
        assert report[f"perplexity_{side}"] == pytest.approx(math.exp(value), rel=1e-12)
        found = report.intervals[f"perplexity_{side}"].se
        assert found == pytest.approx(math.exp(value) * se, rel=1e-10)


def test_bits_per_byte_are_ratios_of_totals(report):
    total = BOTH["n"].sum() * math.log(2.0)
    for side, column in (("baseline", "a"), ("model", "b")):
        expected = -BOTH[column].sum() / total
        assert report[f"bits_per_byte_{side}"] == pytest.approx(expected, rel=1e-12)
    rate = D.sum() / BOTH["n"].sum()
    # The error of a ratio is that of the mean of its residuals.
    _, se = clustered(D - rate * BOTH["n"])
    found = report.intervals["difference_bits_per_byte"]
    assert report["difference_bits_per_byte"] == pytest.approx(rate / math.log(2.0), rel=1e-12)
    assert found.se == pytest.approx(se / BOTH["n"].mean() / math.log(2.0), rel=1e-9)


def test_two_inputs_are_as_columns_of_one(report):
    shuffled = one_run("b").sample(frac=1.0, random_state=0)
    two = cecli.compare(one_run("a"), shuffled, **RUNS, n_bytes="n", cluster="doc")
    assert two.metrics == report.metrics
    assert two.intervals == report.intervals
    by_position = cecli.compare(
        one_run("a"), one_run("b"), log_prob="lp", by_position=True, n_bytes="n", cluster="doc"
    )
    assert by_position.metrics == report.metrics
    assert any(notice.code == "paired-by-position" for notice in by_position.notices)


def test_runs_may_have_rows_of_their_own(report):
    runs = [one_run(name).assign(run=name) for name in ("a", "b")]
    third = one_run("b").assign(run="c", lp=lambda rows: rows["lp"] - 0.5)
    rows = pd.concat([*runs, third])
    found = cecli.compare(rows, **RUNS, model="run", cluster="doc", n_bytes="n")
    assert found["perplexity_baseline"] == report["perplexity_baseline"]
    assert found["perplexity_ratio_2"] == report["perplexity_ratio"]
    assert found["perplexity_ratio_3"] == pytest.approx(
        report["perplexity_ratio"] * math.exp(0.5), rel=1e-9
    )
    assert [model.model for model in found.confidence_set.models] == ["a", "b", "c"]


def test_texts_that_count_the_same_are_a_paired_t_test():
    rows = BOTH.drop(index=range(3, 12))
    found = cecli.compare(rows, log_prob=["a", "b"], n_bytes="n", by="doc", average="groups")
    means = (-rows[["a", "b"]]).groupby(rows["doc"]).mean()
    test = stats.ttest_rel(means["b"], means["a"])
    assert found["p_value"] == pytest.approx(test.pvalue, rel=1e-9)
    interval = found.intervals["difference"]
    assert [interval.lower, interval.upper] == pytest.approx(
        list(test.confidence_interval()), rel=1e-9
    )
    assert found["averaged_groups"] == DOCS
    apart = means["b"] - means["a"]
    assert found["perplexity_ratio"] == pytest.approx(math.exp(apart.mean()), rel=1e-12)
    per_byte = rows.groupby("doc").apply(
        lambda d: (d["a"] - d["b"]).sum() / d["n"].sum(), include_groups=False
    )
    expected = per_byte.mean() / math.log(2.0)
    assert found["difference_bits_per_byte"] == pytest.approx(expected, rel=1e-12)
    better = (rows["b"] > rows["a"]).groupby(rows["doc"]).mean()
    assert found["share_better"] == pytest.approx(better.mean(), rel=1e-12)


def test_an_infinite_loss_decides_and_names_its_line():
    rows = BOTH.copy()
    rows.loc[4, "b"] = -np.inf
    for asked in ({"cluster": "doc"}, {"by": "doc", "average": "groups"}):
        found = cecli.compare(rows, log_prob=["a", "b"], n_bytes="n", **asked)
        assert found["perplexity_ratio"] == math.inf
        assert found["difference_bits_per_byte"] == math.inf
        assert found.intervals["perplexity_ratio"].upper is None
        (comparison,) = found.comparisons
        assert comparison.verdict == "worse"
        assert "probability 0 to the token in 1" in comparison.sentence
        (notice,) = (n for n in found.notices if n.code == "infinite-loss")
        assert notice.rows == (5,)
        assert "--clip" not in notice.message


def test_equal_runs_are_equal_within_any_margin():
    found = cecli.compare(one_run("a"), one_run("a"), **RUNS, cluster="doc", margin=1e-6)
    (comparison,) = found.comparisons
    assert comparison.verdict == "equivalent"
    assert found["perplexity_ratio"] == 1.0


def test_the_column_of_texts_is_proposed_as_clusters():
    found = cecli.compare(one_run("a"), one_run("b"), **RUNS)
    (notice,) = (n for n in found.notices if n.code == "dependent-tokens")
    assert "--cluster doc" in notice.message
    told = cecli.compare(one_run("a"), one_run("b"), **RUNS, cluster="doc")
    assert not any(n.code == "dependent-tokens" for n in told.notices)


def test_texts_of_one_row_each_do_not_depend_on_each_other():
    a, b = ({"doc": ["x", "y", "z"], "lp": [-1.0, -2.0, last]} for last in (-3.0, -4.0))
    found = cecli.compare(a, b, log_prob="lp", id="doc")
    assert not any(n.code == "dependent-tokens" for n in found.notices)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"id": None}, "nothing says which tokens"),
        ({"log_prob": ["lp", "lp", "lp"]}, "at most twice"),
        ({"log_prob": None, "n_bytes": "n", "prob": "lp", "label": "n"}, "--bytes requires"),
        ({"average": "groups"}, "--average groups needs --by"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_way_out(asked, said):
    with pytest.raises(cecli.UsageError, match=said) as caught:
        cecli.compare(one_run("a"), one_run("b"), **{**RUNS, **asked})
    assert caught.value.hint or "--bytes" in said


def test_a_gate_holds_the_ratio_to_its_limit(cecli_process, tmp_path):
    for name in ("a", "b"):
        one_run(name).to_csv(tmp_path / f"{name}.csv", index=False)
    upper = cecli.compare(BOTH, log_prob=["a", "b"], cluster="doc").intervals["perplexity_ratio"]
    asked = ["check", "b.csv", "--baseline-file", "a.csv", "--log-prob", "lp", "--id", "doc,pos"]
    asked += ["--cluster", "doc", "--confidence", "0.95", "--quiet"]
    for limit, code in (
        (upper.upper + 1e-6, ExitCode.OK),
        (upper.upper - 1e-6, ExitCode.CHECK_FAILED),
    ):
        done = cecli_process(*asked, "--max", f"perplexity_ratio={limit}")
        assert done.returncode == code, done.stdout + done.stderr
    stored = cecli_process(
        "compare", "a.csv", "b.csv", "--log-prob", "lp", "--id", "doc,pos", "--cluster", "doc",
        "--json", "--quiet",
    )  # fmt: skip
    rules = ["--max", f"perplexity_ratio={upper.upper + 0.05}", "--confidence", "0.99"]
    done = cecli_process("check", "-", *rules, stdin=stored.stdout)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
