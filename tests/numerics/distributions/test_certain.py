"""Certainty costs what the general formula says, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cecli.numerics.distributions import categorical, divergences
from cecli.numerics.distributions.distributions import Certain

CLASSES, ROWS = 4, 6


def one_hot(places):
    return (np.arange(CLASSES)[:, None] == places).astype(float)


@given(
    arrays(np.int64, ROWS, elements=st.integers(0, CLASSES - 1)),
    arrays(np.float64, (CLASSES, ROWS), elements=st.sampled_from([0.0, 1e-300, 0.1, 0.5, 1.0])),
)
def test_certainty_is_the_distribution_that_gives_one_class_everything(places, prob):
    prob[0, prob.sum(axis=0) == 0.0] = 1.0
    predicted = categorical.CategoricalProbabilities(prob / prob.sum(axis=0))
    certain = Certain(places, one_hot(places))
    general = categorical.CategoricalProbabilities(one_hot(places))
    for measure in (
        divergences.cross_entropy,
        divergences.kl_divergence,
        divergences.js_divergence,
        divergences.total_variation,
    ):
        np.testing.assert_array_equal(measure(certain, predicted), measure(general, predicted))
    np.testing.assert_array_equal(divergences.entropy(certain), 0.0)
    np.testing.assert_array_equal(certain.surprisal, general.surprisal)
    np.testing.assert_array_equal(certain.preference, general.preference)


def test_what_did_not_happen_costs_nothing_however_unlikely():
    certain = Certain(np.array([2]), np.array([[0.0], [0.0], [1.0]]))
    predicted = categorical.CategoricalProbabilities(np.array([[0.0], [0.75], [0.25]]))
    assert divergences.cross_entropy(certain, predicted)[0] == pytest.approx(np.log(4.0), rel=1e-15)
