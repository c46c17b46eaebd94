"""The measurements of coverage count what they say, against truths that are true."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def benchmark(monkeypatch):
    """Return a function that imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(ROOT)
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def observed(benchmark):
    """Return a function that returns what happened in samples of a trial, as shares."""
    trials = benchmark("trials")

    def shares(trial, runs=3):
        with ThreadPoolExecutor(1) as pool:
            return trials.tallies({"name": (trial, runs)}, pool)[0]

    return shares


@pytest.fixture
def coverage_of(benchmark):
    """Return a function that makes a trial: so many rows, and how far off the truth is said."""
    laws, trials = benchmark("laws"), benchmark("trials")

    def trial(rows, off=0.0, law=laws.labelled):
        said = {name: value + off for name, value in trials.truths(law()).items()}
        return trials.Coverage(partial(laws.rows, law, rows), said)

    return trial


def test_the_truth_of_a_law_is_the_mean_of_its_rows(benchmark):
    law = benchmark("laws").labelled()
    y, p = law["y"], law["p"]
    truth = benchmark("trials").truths(law)
    assert truth["cross_entropy"] == pytest.approx(-np.log(np.where(y, p, 1 - p)).mean(), rel=1e-12)
    assert truth["brier"] == pytest.approx(((y - p) ** 2).mean(), rel=1e-12)
    assert truth["base_rate"] == y.mean() == pytest.approx(0.3, abs=0.005)


def test_models_that_are_called_equally_good_are(benchmark):
    laws, difference = benchmark("laws"), benchmark("trials").difference
    for law in (laws.equal_pair(0.0056), laws.equal_pair(0.01), laws.equal_constants(0.01)):
        assert abs(difference(law)) < 1e-12
        assert np.abs(law["p"] / law["q"] - 1).min() > 0.1


def test_an_interval_that_leaves_out_the_truth_is_a_miss(observed, coverage_of, benchmark):
    metrics = set(benchmark("trials").METRICS)
    right, wrong = observed(coverage_of(10_000)), observed(coverage_of(10_000, off=1.0))
    assert all(right[metric, "held"] > 0 for metric in metrics)
    assert all(wrong[metric, "held"] == 0 for metric in metrics)


def test_a_metric_without_an_interval_is_counted_apart_and_not_as_held(
    observed, coverage_of, benchmark
):
    rare = partial(benchmark("laws").labelled, rate=0.0001)
    shares = observed(coverage_of(30, law=rare))
    assert shares["skill", "no interval"] == 1.0
    assert shares.get(("skill", "held"), 0.0) == 0.0
    (cell,) = [
        cell for cell in benchmark("experiments").of_metrics(shares) if "none 100.0" in cell
    ][:1]
    assert cell == "0.0 (none 100.0)"


def test_samples_depend_on_the_name_of_the_trial_alone(coverage_of, benchmark):
    trials = benchmark("trials")
    first, second, other = (
        [block.tally() for block in trials.blocks(name, coverage_of(30), trials.BLOCK + 2)]
        for name in ("a", "a", "b")
    )
    assert first == second != other


def test_a_gate_far_from_its_limit_passes_or_fails(observed, benchmark):
    laws, trials = benchmark("laws"), benchmark("trials")
    draw = partial(laws.rows, laws.labelled, 300)
    passes = observed(trials.Gate(draw, {"max": {"cross_entropy": 5.0}}))
    fails = observed(trials.Gate(draw, {"max": {"cross_entropy": 0.1, "brier": 1.0}}))
    assert (passes["pass"], passes["fail"]) == (1.0, 0.0)
    assert (fails["pass"], fails["fail"]) == (0.0, 1.0)


def test_a_true_difference_of_a_group_is_found(observed, benchmark):
    laws, trials = benchmark("laws"), benchmark("trials")
    worse = partial(laws.pair, 0.3, 1.0, 2.0)
    draw = partial(laws.rows_of_groups, worse, 3, 1000)
    assert observed(trials.Families(draw))["rejected"] == 1.0


def test_clusters_and_weights_are_as_uneven_as_they_say(benchmark):
    laws, generator = benchmark("laws"), np.random.default_rng(0)
    rows = laws.clusters(5000, 1.0, generator)
    _, sizes = np.unique(rows["c"], return_counts=True)
    assert np.mean(sizes) == pytest.approx(laws.ROWS_PER_CLUSTER, rel=0.1)
    assert np.std(np.log(sizes)) == pytest.approx(1.0, abs=0.1)
    weights = laws.weighted_rows(laws.labelled, 5000, 1.5, generator)["w"]
    assert np.std(np.log(weights)) == pytest.approx(1.5, abs=0.1)


def test_tables_are_written_between_the_marks_of_the_page(benchmark):
    coverage = benchmark("coverage")
    page = coverage.PAGE.read_text()
    written = coverage.replaced(page, "| a |")
    before, after = page.split(coverage.BEGIN)[0], page.split(coverage.END)[1]
    assert written == f"{before}{coverage.BEGIN}\n\n| a |\n{coverage.END}{after}"
    with pytest.raises(ValueError, match="the page has no"):
        coverage.replaced("nothing", "| a |")
