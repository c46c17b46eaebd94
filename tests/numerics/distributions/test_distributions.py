"""Distributions of any number of classes and on any scale, against mpmath.

Certainty costs what the general formula says, to the last bit.
"""

import mpmath
import numpy as np
import pytest
import reference
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from reference import relative, ulps

from cecli.columns.numbers import Scale
from cecli.numerics.distributions import bernoulli, categorical, divergences
from cecli.numerics.distributions.distributions import Certain, stated
from cecli.numerics.distributions.shares import sum_over_classes

DISTANCES = [
    divergences.kl_divergence,
    divergences.js_divergence,
    divergences.total_variation,
    divergences.hellinger,
]
CLASSES, ROWS = 4, 6
SPREAD = [1e-300, 1e-17, 1e-8, 0.001, 0.3, 1.0]
LOGITS = [-800.0, -745.5, -40.0, -1.0, -1e-300, 0.0, 1e-17, 0.5, 36.7, 709.8, 1e5]
LOG_PROBS = [-1e4, -745.2, -36.8, -1.0, -0.6931471805599453, -0.5, -1e-8, -1e-300, 0.0]


def exact(score, p, q):
    with mpmath.workdps(100):
        return getattr(reference, score.__name__)(p, q)


def rows_of(seed, classes, count=6):
    """Return rows of K probabilities over many orders of magnitude, as float64."""
    rng = np.random.default_rng(seed)
    raw = rng.choice(SPREAD, size=(classes, count)) * rng.random((classes, count))
    return np.ascontiguousarray(np.maximum(raw / raw.sum(axis=0), 1e-300))


def mp(column):
    return [mpmath.mpf(float(x)) for x in column]


@pytest.mark.parametrize("classes", [2, 3, 7, 100, 1000])
@pytest.mark.parametrize("shift", [1.0, 1e-4, 1e-9, 2.0**-52])
def test_k_classes_are_as_accurate_as_two(classes, shift):
    p = rows_of(classes, classes)
    noise = np.random.default_rng(1).uniform(-1, 1, p.shape)
    q = p * (1 + shift * noise)
    both = categorical.CategoricalProbabilities(p), categorical.CategoricalProbabilities(q)
    for row in range(p.shape[1]):
        loss = float(divergences.cross_entropy(*both)[row])
        assert ulps(loss, exact(divergences.cross_entropy, mp(p[:, row]), mp(q[:, row]))) <= 4
        for score in DISTANCES:
            truth = exact(score, mp(p[:, row]), mp(q[:, row]))
            if truth > 1e-300:
                assert relative(float(score(*both)[row]), truth) <= 1e-14, score


@pytest.mark.parametrize("classes", [2, 3, 5, 33])
def test_a_row_does_not_depend_on_its_position(classes):
    p, q = rows_of(1, classes, 67), rows_of(2, classes, 67)
    for score in (divergences.cross_entropy, *DISTANCES):
        for scale, values in (
            (Scale.PROBABILITY, (p, q)),
            (Scale.LOGIT, (np.log(p), np.log(q) + 3)),
            (Scale.LOG_PROBABILITY, (np.log(p), np.log(q))),
        ):
            whole = score(*(stated(x, scale) for x in values)).tolist()
            alone = [
                float(score(*(stated(np.ascontiguousarray(x[:, [i]]), scale) for x in values))[0])
                for i in range(p.shape[1])
            ]
            assert whole == alone


def test_two_classes_stated_apart_are_a_bernoulli():
    q = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    p = np.array([1.0, 0.5, 0.5, 0.25, 1.0])
    for score in (divergences.cross_entropy, *DISTANCES):
        implicit = score(bernoulli.BernoulliProbabilities(p), bernoulli.BernoulliProbabilities(q))
        explicit = score(
            categorical.CategoricalProbabilities(np.stack((1 - p, p))),
            categorical.CategoricalProbabilities(np.stack((1 - q, q))),
        )
        assert implicit.tolist() == explicit.tolist()


@pytest.mark.parametrize("z", [sign * z for z in LOGITS for sign in (1, -1)])
def test_a_logit_is_within_4_ulp(z):
    with mpmath.workdps(1200):
        chances = reference.softmax([0.0, z])
        surprisals = [-mpmath.log(chance) for chance in chances]
    binary, explicit = (
        bernoulli.BernoulliLogits(np.array([z])),
        categorical.CategoricalLogits(np.array([[0.0], [z]])),
    )
    for found in (binary, explicit):
        for k in (0, 1):
            assert ulps(float(found.surprisal[k, 0]), surprisals[k]) <= 4
            if chances[k] > 1e-300:
                assert relative(float(found.prob[k, 0]), chances[k]) <= 1e-15


@given(arrays(np.float64, (3, 1), elements=st.floats(-60, 60)))
@example(np.array([[59.34135782], [-0.97058918], [10.27960877]]))
@example(np.array([[42.1958224], [-5.31270413], [0.42768949]]))
def test_the_rounding_of_a_difference_of_logits_is_no_error_of_the_odds(z):
    found = categorical.CategoricalLogits(z)
    with mpmath.workdps(100):
        chances = reference.softmax(z[:, 0].tolist())
        for k, chance in enumerate(chances):
            assert relative(float(found.prob[k, 0]), chance) <= 1e-15
            assert ulps(float(found.surprisal[k, 0]), -mpmath.log(chance)) <= 4


@pytest.mark.parametrize("z", [-700.0, -40.0, -1.0, 0.5, 36.7, 40.0, 300.0])
def test_the_brier_score_of_a_logit_keeps_its_digits(z):
    with mpmath.workdps(400):
        chances = reference.softmax([0.0, z])
        for label in (0, 1):
            target = bernoulli.BernoulliProbabilities(np.array([float(label)]))
            found = divergences.brier(target.prob, bernoulli.BernoulliLogits(np.array([z])).prob)
            if chances[1 - label] ** 2 > 1e-300:
                assert relative(float(found[0]), chances[1 - label] ** 2) <= 2e-15


@pytest.mark.parametrize("log_prob", LOG_PROBS)
def test_a_log_probability_is_within_4_ulp(log_prob):
    found = bernoulli.BernoulliLogProbabilities(np.array([log_prob]))
    with mpmath.workdps(1200):
        prob = mpmath.exp(mpmath.mpf(log_prob))
        surprisals = [-mpmath.log(1 - prob) if log_prob else mpmath.inf, -mpmath.mpf(log_prob)]
    for k in (0, 1):
        assert ulps(float(found.surprisal[k, 0]), surprisals[k]) <= 4
    if prob > 1e-300:
        assert ulps(float(found.prob[1, 0]), prob) <= 2
        assert ulps(float(found.prob[0, 0]), 1 - prob) <= 2


@given(st.floats(-300, 300), st.floats(-300, 300))
@example(0.0, 1e-17)
@example(3.0, 3.0000000000000004)
def test_kl_of_logits_keeps_its_digits(a, b):
    with mpmath.workdps(reference.DIGITS):
        p, q = reference.softmax([0.0, a]), reference.softmax([0.0, b])
        truth = reference.kl_divergence(p, q)
    for make in (
        lambda z: bernoulli.BernoulliLogits(np.array([z])),
        lambda z: categorical.CategoricalLogits(np.array([[0.0], [z]])),
    ):
        value = float(divergences.kl_divergence(make(a), make(b))[0])
        if truth > 1e-290:
            assert relative(value, truth) <= 2e-14, (value, truth)
        # Logits that differ by a subnormal state probabilities that no double tells apart.
        assert value == 0 if a == b else value > 0 or abs(a - b) < 1e-300


@given(
    st.lists(st.tuples(st.floats(-30, 30), st.floats(-1, 1)), min_size=3, max_size=8),
    st.sampled_from([1.0, 1e-3, 1e-9]),
    st.floats(-50, 50),
)
def test_kl_of_k_logits_keeps_its_digits_whatever_is_added_to_all(moves, size, constant):
    z = np.array([a for a, _ in moves])
    moved = z + size * np.array([b for _, b in moves]) + constant
    with mpmath.workdps(800):
        truth = reference.kl_divergence(reference.softmax(z), reference.softmax(moved))
    value = float(
        divergences.kl_divergence(
            categorical.CategoricalLogits(z.reshape(-1, 1)),
            categorical.CategoricalLogits(moved.reshape(-1, 1)),
        )[0]
    )
    # The differences of logits are rounded, by 1e-14 where a constant of 50 was added.
    error = float(abs(mpmath.mpf(value) - truth))
    assert error <= 1e-12 * float(truth) + 1e-13 * float(abs(truth)) ** 0.5 + 5e-324


@given(st.lists(st.floats(-700, -1e-3), min_size=2, max_size=6), st.data())
def test_log_probabilities_agree_with_their_definition(logs, data):
    moves = data.draw(st.lists(st.floats(-1, 1), min_size=len(logs), max_size=len(logs)))
    p, q = np.array(logs), np.minimum(np.array(logs) + 1e-6 * np.array(moves), 0.0)
    with mpmath.workdps(800):
        masses = [[mpmath.exp(mpmath.mpf(float(x))) for x in side] for side in (p, q)]
        truth = reference.kl_divergence(*masses)
    value = float(
        divergences.kl_divergence(
            categorical.CategoricalLogProbabilities(p.reshape(-1, 1)),
            categorical.CategoricalLogProbabilities(q.reshape(-1, 1)),
        )[0]
    )
    if truth > 1e-290:
        assert relative(value, truth) <= 1e-12
    else:
        assert value >= 0


@pytest.mark.parametrize(
    "scale",
    [scale for scale in Scale if scale is not Scale.PERCENT],  # divided by 100 before
)
@pytest.mark.parametrize("values", [np.array([0.3, 0.6]), np.full((3, 2), 1 / 3)])
def test_each_scale_states_what_it_says(scale, values):
    raw = {
        Scale.PROBABILITY: lambda q: q,
        Scale.LOGIT: lambda q: np.log(q) - (np.log1p(-q) if q.ndim == 1 else 7.0),
        Scale.LOG_PROBABILITY: np.log,
    }[scale](values)
    found = stated(raw, scale)
    expected = np.stack((1 - values, values)) if values.ndim == 1 else values
    np.testing.assert_allclose(found.prob, expected, rtol=1e-14)
    np.testing.assert_allclose(found.surprisal, -np.log(expected), rtol=1e-14)


@given(st.lists(st.lists(st.floats(0, 1e300), min_size=3, max_size=3), min_size=1, max_size=40))
def test_a_sum_over_classes_is_good_to_the_last_place(terms):
    found = sum_over_classes(np.array(terms))
    with mpmath.workdps(700):
        for row in range(3):
            assert ulps(float(found[row]), mpmath.fsum(mpmath.mpf(t[row]) for t in terms)) <= 1


def test_an_infinite_term_makes_the_sum_infinite():
    terms = np.array([[np.inf, 1.0], [1.0, 1.0], [np.inf, 1.0]])
    assert sum_over_classes(terms).tolist() == [np.inf, 3.0]


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
