"""A stored report whose numbers contradict each other is refused."""

import copy

import pytest

import cecli

DATA = {"y": [1, 0, 1, 0] * 10, "p": [0.75, 0.25, 0.5, 0.25] * 10, "g": list("aabb") * 10}
REPORT = cecli.score(DATA, label="y", prob="p", by="g").to_dict()
RULE = {"max": {"cross_entropy": 1}}


def changed(change):
    report = copy.deepcopy(REPORT)
    change(report)
    return report


def ends(part, name="cross_entropy", **numbers):
    part["intervals"][name].update(numbers)


def test_a_report_as_it_was_written_is_checked():
    assert cecli.check(REPORT, **RULE).passed
    for report in (
        cecli.kl({"p": [0.2, 0.5], "q": [0.3, 0.4]}, p="p", q="q", units="bits"),
        cecli.compare({**DATA, "q": [0.5, 0.4] * 20}, label="y", prob=["p", "q"], units="bits"),
        cecli.score({"y": [1, 0], "p": [0.0, 0.5]}, label="y", prob="p"),
        cecli.score({"y": [1], "p": [0.5]}, label="y", prob="p", units="bits"),
    ):
        assert cecli.check(report.to_dict(), rows=1).passed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: ends(r, lower=0.5, upper=0.6), "cross_entropy is .*, which is not in its inter"),
        (lambda r: ends(r, upper=0.0), "which is not in its interval"),
        (lambda r: ends(r, lower=0.9, upper=0.1), "which is not in its interval"),
        (lambda r: ends(r["groups"][1], lower=9.0, upper=10.0), "cross_entropy of 'g=[ab]' is"),
        (lambda r: ends(r, upper=None), "has a part without the others"),
        (lambda r: ends(r, se="-Infinity"), "the standard error of cross_entropy is -inf"),
        (lambda r: ends(r, level=95.0), "has the level 95"),
        (lambda r: r["metrics"].update(cross_entropy=None), "has a part without the others"),
        (lambda r: r["metrics"].update(cross_entropy="Infinity"), "not in its interval"),
        (lambda r: r["metrics"].pop("cross_entropy"), "interval of cross_entropy, but no value"),
        (lambda r: r["metrics"].update(skill=1.5), r"skill is 1.5, which is not in \[-inf, 1\]"),
        (
            lambda r: r["metrics"].update(auc_upper=0.9),
            "auc is .*, which is not within its bounds",
        ),
        (
            lambda r: r["metrics"].update(ecce_upper=0.0),
            "ecce is .*, which is not within its bounds",
        ),
        (lambda r: r["metrics"].update(auc_upper=None), "auc is .*, but its bounds are"),
        (lambda r: r["metrics"].update(top_1pct_loss_share=-0.1), "which is not in"),
        (lambda r: r["input"]["skipped"].update(rows=3), "3 rows were skipped, but"),
        (lambda r: r["input"].update(weight=-1.0), "the weight of the rows is -1"),
    ],
)
def test_contradictions_are_refused_as_report_and_as_baseline(change, words):
    report = changed(change)
    with pytest.raises(cecli.InputError, match=words):
        cecli.check(report, **RULE)
    with pytest.raises(cecli.InputError, match=words):
        cecli.check(REPORT, baseline=report, **RULE)


def test_a_negative_standard_error_is_no_report():
    with pytest.raises(cecli.InputError, match="is not a report"):
        cecli.check(changed(lambda r: ends(r, se=-1.0)), **RULE)


@pytest.mark.parametrize("name", ["log_loss", "Log loss", "NLL", "logloss", "binary-cross-entropy"])
def test_a_rule_takes_any_name_of_a_metric(name):
    checked = cecli.check(REPORT, max={name: 1})
    assert checked.outcomes[0].rule.metric == "cross_entropy"
    assert checked.passed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("log_los", "did you mean 'cross_entropy'"),
        ("xyzzy", "cecli metrics lists them"),
    ],
)
def test_of_a_metric_that_there_is_not_another_is_named(name, words):
    with pytest.raises(cecli.UsageError, match=words):
        cecli.check(REPORT, max={name: 1})
