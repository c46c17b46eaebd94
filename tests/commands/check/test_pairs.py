"""With a baseline of predictions, figures and verdict are about the same rows and weights."""

import json

import numpy as np
import pytest

import cecli as library
from cecli.core.errors import ExitCode

OLD = "id,y,p\na,1,0.9\nb,0,0.1\nc,1,0.6\nd,0,0.3\n"
NEW = "id,y,p\na,1,0.8\nb,0,0.1\nc,1,0.7\nd,0,0.3\n"
RULE = ["--label", "y", "--prob", "p", "--max-increase", "cross_entropy=0.01"]


def checked(cecli, write, old, new, *options):
    old, new = write(old, "old.csv"), write(new, "new.csv")
    done = cecli("check", new, "--baseline-file", old, *RULE, *options, "--json")
    assert done.stdout, done.stderr
    return done, json.loads(done.stdout)["checks"]


def test_a_row_that_the_baseline_skipped_does_not_escape_the_verdict(cecli, write):
    """The third row has become far worse, and no pair holds it."""
    old, new = "y,p\n1,.9\n0,.1\n1,nan\n", "y,p\n1,.9\n0,.1\n1,1e-9\n"
    options = ["--missing", "skip", "--max-skipped", "0"]
    done, (change, skipped) = checked(cecli, write, old, new, *options)
    assert done.returncode == ExitCode.CHECK_FAILED
    assert (change["verdict"], skipped["verdict"]) == ("fail", "fail")
    assert "new.csv has 3 rows of weight 3" in change["reason"]
    assert "old.csv:4" in change["reason"]


@pytest.mark.parametrize("bad", ["old", "new", "both"])
def test_skipped_rows_of_both_inputs_count(cecli, write, bad):
    rows = {name: text.replace("d,0,0.3", "d,0,x") if bad in {name, "both"} else text
            for name, text in (("old", OLD), ("new", NEW))}  # fmt: skip
    count = 2 if bad == "both" else 1
    options = ["--on-bad-row", "skip", "--max-skipped", str(count - 1)]
    _, (change, skipped) = checked(cecli, write, rows["old"], rows["new"], *options)
    assert (skipped["verdict"], skipped["value"]) == ("fail", count)
    # If both lack the same row, the pairs are all rows of both.
    assert change["verdict"] == ("pass" if bad == "both" else "fail")


def test_more_weight_on_the_rows_that_got_worse_is_not_judged_by_the_old_weights(cecli, write):
    """The same predictions, in which the new file gives rare errors fifty times the weight."""
    rows = [(i, i % 2, (i % 7 + 2) / 10) for i in range(300)]
    heavy = [50 if y == 1 and p < 0.4 else 1 for _, y, p in rows]
    old = "id,y,p,w\n" + "".join(f"{i},{y},{p},1\n" for i, y, p in rows)
    new = "id,y,p,w\n" + "".join(
        f"{i},{y},{p},{w}\n" for (i, y, p), w in zip(rows, heavy, strict=True)
    )
    options = ["--id", "id", "--weight", "w", "--confidence", "0.95"]
    done, (change,) = checked(cecli, write, old, new, *options)
    assert (done.returncode, change["verdict"]) == (ExitCode.CHECK_FAILED, "fail")


# The same from Python, where reports are made one by one


def paired(old, new, limit=9.0, confidence=None, **options):
    """Return the outcome of a rule on the change, and the comparison that it rests on."""
    apart = {"label": "y", "prob": "p", **options}
    comparison = library.compare(old, new, **apart)
    now, before = (library.score(data, **apart) for data in (new, old))
    found = library.check(
        now, baseline=before, paired=comparison, max_increase={"cross_entropy": limit},
        confidence=confidence,
    )  # fmt: skip
    return found.outcomes[0], comparison


def drawn(seed, rows=200):
    """Return two models' predictions of the same labels."""
    random = np.random.default_rng(seed)
    y, w = random.integers(0, 2, rows), random.exponential(size=rows)
    return [{"y": y, "p": random.uniform(0.01, 0.99, rows), "w": w} for _ in range(2)]


@pytest.mark.parametrize("weights", [[2, 1, 1, 2], [2, 2, 1, 2], [1, 2, 1, 0], [1, 2, 0, 3]])
def test_other_weights_than_those_of_the_baseline_fail(weights):
    """The same total on other rows, another total, and rows that do not count."""
    old = {"y": [1, 0, 1, 0], "p": [0.9, 0.1, 0.6, 0.3], "w": [1, 2, 1, 2]}
    new = {"y": [1, 0, 1, 0], "p": [0.8, 0.1, 0.7, 0.3], "w": weights}
    outcome, _ = paired(old, new, weight="w")
    assert outcome.verdict == "fail"
    assert "cannot be compared row by row" in outcome.reason
    same, _ = paired(old, {**new, "w": old["w"]}, weight="w")
    assert same.verdict == "pass"


SCALES = {
    "probability": lambda q: q,
    "percent": lambda q: 100 * q,
    "logit": lambda q: np.log(q / (1 - q)),
    "log-probability": np.log,
}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("options", [{}, {"weight": "w"}, {"units": "bits"}])
def test_the_change_is_that_of_the_pairs_in_figures_and_reason(scale, options):
    old, new = ({**data, "p": SCALES[scale](data["p"])} for data in drawn(5))
    outcome, comparison = paired(old, new, confidence=0.95, scale=scale, **options)
    assert outcome.verdict == "pass"
    assert outcome.change == comparison["difference"]
    assert f"a change of {outcome.change:+.6g}" in outcome.reason
    interval = comparison.intervals["difference"]
    assert (outcome.lower, outcome.upper) == (interval.lower, interval.upper)


@pytest.mark.parametrize("options", [{}, {"clip": 0.01}, {"normalize": True}])
def test_pairs_of_several_classes_are_the_rows_of_both_reports(options):
    random = np.random.default_rng(6)
    files = []
    for _ in range(2):
        probs = random.dirichlet([1, 1, 1], 60).T
        files.append(
            {"y": list("abc" * 20), **dict(zip(["p_a", "p_b", "p_c"], probs, strict=True))}
        )
    assert paired(*files, prob="p_*", **options)[0].verdict == "pass"


def test_clusters_in_which_changes_cancel_are_not_a_model_that_has_not_changed():
    old = {"y": [1, 1, 1, 1], "p": [0.5, 0.6, 0.5, 0.6], "c": list("aabb")}
    new = {**old, "p": [0.6, 0.5, 0.6, 0.5]}
    assert paired(old, new, limit=1.0, confidence=0.95, cluster="c")[0].verdict == "undecided"
    assert paired(old, old, confidence=0.95, cluster="c")[0].verdict == "pass"


def test_changes_within_rounding_tell_nothing_of_the_noise():
    old, _ = drawn(7, rows=3)
    new = {**old, "p": np.nextafter(old["p"], 1.0)}
    assert paired(old, new, confidence=0.95)[0].verdict == "undecided"


def test_a_comparison_of_other_rows_is_no_evidence_about_two_reports():
    old, new = drawn(8)
    few = [{name: values[:100] for name, values in data.items()} for data in (old, new)]
    apart = {"label": "y", "prob": "p"}
    rule = {"max_increase": {"cross_entropy": 9}, "baseline": library.score(old, **apart)}
    now = library.score(new, **apart)
    assert library.check(now, **rule, paired=library.compare(old, new, **apart)).passed
    assert not library.check(now, **rule, paired=library.compare(*few, **apart)).passed
    bits = library.compare(old, new, units="bits", **apart)
    with pytest.raises(library.InputError, match="units"):
        library.check(now, **rule, paired=bits)
    with pytest.raises(library.InputError, match="not a comparison"):
        library.check(now, **rule, paired=now)
