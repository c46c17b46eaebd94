"""Every metric that a report may have is described, and lies in the range that is given for it."""

import json
import math

import pytest

import cecli
from cecli.commands.calibration import line
from cecli.commands.compare import decomposed
from cecli.commands.compare import definitions as comparison
from cecli.commands.compare.texts import perplexity
from cecli.commands.fit import metrics as fits
from cecli.commands.score.tokens import PER_BYTE, PER_TOKEN, PER_WORD
from cecli.commands.slices import definitions as slices
from cecli.core.errors import ExitCode, UsageError
from cecli.metrics.cells import cumulative, decomposition, ranking, recalibrated
from cecli.metrics.drift import definitions as drifts
from cecli.metrics.information.categories import CountedPairs
from cecli.metrics.information.ensembles import of_ensemble
from cecli.metrics.information.entropy import (
    COLUMN,
    GIVEN,
    Counted,
    MillerMadow,
    of_predictions,
)
from cecli.metrics.information.kl_divergence import rows_metrics
from cecli.metrics.information.mutual_information import Related
from cecli.metrics.information.over_rows import of_shares
from cecli.metrics.information.tokens import token_metrics
from cecli.metrics.information.top_lists import TOP_LIST_METRICS
from cecli.metrics.many import averages
from cecli.metrics.metric import Task
from cecli.metrics.registry import definition_of, definitions, looked_up, metrics_of
from cecli.metrics.reliability import bins, class_wise, paired_auc, smooth, thresholds
from cecli.report.result import Direction
from cecli.statistics.counts import Counts

OF_COMPARISONS = (comparison, decomposed, perplexity)
OF_CELLS = (decomposition, cumulative, ranking, recalibrated)
OF_BINS = (bins, class_wise, paired_auc, smooth, thresholds)
PAIRS = Counted(Counts((COLUMN, GIVEN), "x"))
REPORTED = [
    *metrics_of(Task(several=False)),
    *metrics_of(Task(several=False, soft=True, base_rate=0.5)),
    *metrics_of(Task(several=True, soft=True)),
    *PER_TOKEN,
    *PER_BYTE,
    *PER_WORD,
    *token_metrics(are_observed=True),
    *TOP_LIST_METRICS,
    *rows_metrics(0.1),
    *of_shares(),
    *CountedPairs(Counts(("p", "q"), "x")).metrics,
    *PAIRS.metrics,
    MillerMadow(PAIRS).metric,
    *Related(PAIRS).metrics,
    *of_predictions(2),
    *of_ensemble(("a", "b"), 3),
]
# What other reports have beside metrics of their own: of groups, of rows, of ordered classes (whose
# range has their number), of calibration, and parameters.
OTHERS = {"loss_share", "gap_share", "row_share", "rps"} | {
    definition.name
    for family in (
        fits,
        comparison,
        decomposed,
        perplexity,
        averages,
        drifts,
        *OF_CELLS,
        line,
        *OF_BINS,
        slices,
    )
    for definition in family.DEFINITIONS
}


def test_every_metric_is_described_and_no_other():
    assert {metric.name for metric in REPORTED} | OTHERS == set(definitions())


@pytest.mark.parametrize("metric", REPORTED, ids=lambda metric: metric.name)
def test_metrics_of_one_name_share_one_definition(metric):
    found = definition_of(metric.name)
    # The range of two classes may be a part of that of several.
    assert metric.definition._replace(high=found.high) == found
    assert metric.definition.high <= found.high


def reports(samples):
    cancer, soft = str(samples / "breast_cancer.csv"), str(samples / "soft_labels.csv")
    yield cecli.score(cancer, weight="sample_weight")
    yield cecli.score(soft, target="teacher")
    yield cecli.score(str(samples / "wine.csv"), label="cultivar", prob="p_*")
    yield cecli.kl(soft, p="teacher", q="y_prob", threshold=0.1)
    yield cecli.kl({"p": [1, 2, 3], "q": [3, 1, 1]}, p="p", q="q", over_rows=True, normalize=True)
    yield cecli.kl({"p": [*"abcab"], "q": [*"bcabb"]}, p="p", q="q", categories=True)
    yield cecli.entropy({"a": [0.5, 0.1, 0.2], "b": [0.25, 0.3, 0.1]}, member=["a", "b"])
    yield cecli.entropy(cancer, column="y_true", given="segment")
    text = {"lp": [-1.5, -0.5], "n": [3, 2], "w": [0, 1]}
    yield cecli.score(text, log_prob="lp", n_bytes="n", n_words="w")
    yield cecli.kl(samples / "base.kld", samples / "quantised.kld")
    yield cecli.kl(samples / "base.jsonl", samples / "quantised.jsonl", like="openai")


def test_values_lie_in_the_range_of_their_metric(samples):
    seen = set()
    for report in reports(samples):
        for name, value in report.metrics.items():
            definition = definition_of(name)
            assert value is not None
            assert definition.low <= value <= definition.high, name
            seen.add(name)
    assert seen | OTHERS == set(definitions())


def test_the_better_direction_is_that_of_better_predictions():
    labels = [1, 0, 1, 0, 1, 0]
    good = cecli.score({"y": labels, "p": [0.9, 0.1, 0.9, 0.1, 0.9, 0.1]}).metrics
    bad = cecli.score({"y": labels, "p": [0.6, 0.4, 0.6, 0.6, 0.6, 0.4]}).metrics
    for name, value in good.items():
        match definition_of(name).direction:
            case Direction.LOWER:
                assert value < bad[name], name
            case Direction.HIGHER:
                assert value > bad[name], name


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("log loss", "cross_entropy"),
        ("Log-Loss", "cross_entropy"),
        ("PSI", "psi"),
        ("J-divergence", "jeffreys"),
        ("cross-entropy", "cross_entropy"),
        ("kl", "kl"),
        ("same top p", "top1_agreement"),
        ("Mean KLD", "Mean KLD"),
    ],
)
def test_a_metric_is_found_by_any_of_its_names(cecli, name, found):
    assert looked_up(name).name == found
    (definition,) = json.loads(cecli("metrics", name, "--json").stdout)["definitions"]
    assert definition["name"] == found


def test_no_two_metrics_share_a_name():
    names = [n.casefold() for d in definitions().values() for n in (d.name, *d.also)]
    assert len(names) == len(set(names))


def test_every_definition_is_complete():
    for definition in definitions().values():
        assert definition.meaning.endswith(".")
        assert definition.formula
        assert definition.low < definition.high
        assert not math.isnan(definition.low)


def test_all_metrics_are_listed_with_unit_and_direction(cecli):
    text = cecli("metrics").stdout
    for name, definition in definitions().items():
        (line,) = [line for line in text.splitlines() if line.split()[:1] == [name]]
        assert definition.unit in line
        assert f"  {definition.direction}  " in line
    assert len(json.loads(cecli("metrics", "--json").stdout)["definitions"]) == len(definitions())


def test_one_metric_is_explained(cecli):
    text = cecli("metrics", "kl_p99").stdout
    assert "within 0.05 % of the value" in text
    assert "McFadden R2" in cecli("metrics", "skill", "--format", "markdown").stdout


def test_another_name_is_a_usage_error(cecli):
    done = cecli("metrics", "crossentropi")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "did you mean 'cross_entropy'?" in done.stderr


@pytest.mark.parametrize("name", ["ACE", "c-index", "C index"])
def test_a_metric_of_other_tools_is_told_what_is_in_its_place(name):
    with pytest.raises(UsageError) as caught:
        looked_up(name)
    assert "cecli calibration" in caught.value.hint
