"""p and q as two arrays, against SciPy."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import rel_entr
from scipy.stats import entropy

import cecli

P = np.array([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])
Q = np.array([[0.25, 0.5, 0.25], [0.3, 0.3, 0.4]])


@pytest.mark.parametrize("kind", [np.array, np.ndarray.tolist])
def test_an_array_of_two_dimensions_has_a_distribution_in_each_row(kind):
    expected = entropy(P, Q, axis=1).mean()
    assert cecli.kl(kind(P), kind(Q))["kl"] == pytest.approx(expected, rel=1e-14)


def test_an_array_of_one_dimension_has_a_probability_in_each_row():
    p, q = P[:, 0], Q[:, 0]
    expected = (rel_entr(p, q) + rel_entr(1 - p, 1 - q)).mean()
    assert cecli.kl(pd.Series(p), q)["kl"] == pytest.approx(expected, rel=1e-14)
    assert cecli.kl(P[:, :1], Q[:, :1]).metrics == cecli.kl(p, q).metrics


def test_over_the_rows_it_is_the_entropy_of_scipy():
    found = cecli.kl(P[0], Q[0], over_rows=True)["kl"]
    assert found == pytest.approx(entropy(P[0], Q[0]), rel=1e-14)


def test_logits_are_arrays_too():
    p, q = np.log(P), np.log(Q)
    found = cecli.kl(p + 3.0, q - 1.0, scale="logit")["kl"]
    assert found == pytest.approx(entropy(P, Q, axis=1).mean(), rel=1e-13)


@pytest.mark.parametrize(
    ("p", "q", "options", "message"),
    [
        (P, Q[:1], {}, r"the shapes of p and q are \(2, 3\) and \(1, 3\)"),
        ([], [], {}, r"the shapes of p and q are \(0,\)"),
        (P[None, None], Q[None, None], {}, "of two dimensions, or of three"),
        (P, Q, {"weight": "w"}, "two arrays have no column for weight"),
        (P, Q, {"id": "k"}, "two arrays have no column for id"),
        ([[0.5], [0.5, 0.5]], Q, {}, "p is not an array of numbers"),
    ],
)
def test_what_are_no_two_arrays_is_refused(p, q, options, message):
    with pytest.raises(cecli.UsageError, match=message):
        cecli.kl(p, q, **options)
