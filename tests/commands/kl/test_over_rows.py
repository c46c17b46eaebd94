"""Scores of rows that are taken for counts of bins."""

import numpy as np
import pytest

import cecli

SCORES = np.linspace(0.01, 0.99, 50)


def over_rows(p, q):
    return cecli.kl({"p": p, "q": q}, p="p", q="q", over_rows=True, normalize=True)


def meaning(report):
    return next(result.meaning for result in report.results if result.name == "jeffreys")


@pytest.mark.parametrize("q", [SCORES[::-1], np.ones(50)], ids=["scores", "labels"])
def test_scores_are_noticed_and_never_called_a_stability_index(q):
    report = over_rows(SCORES, q)
    (notice,) = report.notices
    assert notice.code == "raw-scores"
    assert "cecli drift REFERENCE CURRENT" in notice.message
    assert "stability" not in meaning(report)


@pytest.mark.parametrize(
    "p",
    [
        np.arange(50.0) + 1,
        SCORES / SCORES.sum(),
        100 * SCORES / SCORES.sum(),
        np.ceil(SCORES / SCORES.sum() * 100) / 100,
        SCORES * 40,
    ],
    ids=["counts", "shares", "percentages", "rounded", "weighted counts"],
)
def test_counts_and_shares_of_bins_are_a_stability_index(p):
    report = over_rows(p, np.arange(50.0)[::-1] + 1)
    assert report.notices == ()
    assert meaning(report).endswith("population stability index")
