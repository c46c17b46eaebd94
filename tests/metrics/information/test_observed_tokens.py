"""What two models tell of observed tokens, against numpy; what no float64 holds is undefined."""

import numpy as np
import pytest
from scipy.special import log_softmax

import cecli

RNG = np.random.default_rng(20261130)
LOGITS, OTHERS = RNG.normal(scale=2.0, size=(2, 400, 7))
TOKENS = RNG.integers(0, 7, 400)


def kl(p, q, tokens):
    return cecli.kl(p, q, scale="logit", tokens=tokens)


def error_of_mean(values):
    return values.std(ddof=1) / np.sqrt(len(values))


def test_errors_of_functions_of_losses_are_those_of_what_each_token_adds():
    report = kl(LOGITS, OTHERS, TOKENS)
    p, q = (-log_softmax(x, axis=1)[np.arange(400), TOKENS] for x in (LOGITS, OTHERS))
    perplexities = np.exp(p.mean()), np.exp(q.mean())
    squares = (np.exp(-q) - np.exp(-p)) ** 2
    root = np.sqrt(squares.mean())
    added = {
        "perplexity_difference": perplexities[1] * q - perplexities[0] * p,
        "delta_p_rms": squares / (2 * root),
    }
    assert report["delta_p_rms"] == pytest.approx(root, rel=1e-10)
    for name, each in added.items():
        assert report.intervals[name].se == pytest.approx(error_of_mean(each), rel=1e-9), name


def test_a_perplexity_beyond_the_range_of_floats_leaves_the_difference_undefined():
    far, even = np.array([[0.0, 2000.0]] * 2), np.zeros((2, 2))
    for p, q in ((far, even), (even, far)):
        report = kl(p, q, [0, 0])
        assert report["perplexity_difference"] is None
        assert "perplexity_difference" not in report.intervals
        (why,) = [r.undefined for r in report.results if r.name == "perplexity_difference"]
        assert "beyond the range" in why


def test_models_that_are_alike_have_no_error_of_a_root_of_0():
    report = kl(LOGITS, LOGITS, TOKENS)
    assert report["delta_p_rms"] == 0.0
    assert "delta_p_rms" not in report.intervals


def test_a_token_that_cannot_be_costs_all():
    never, even = np.array([[-np.inf, 0.0], [0.0, 0.0]]), np.zeros((2, 2))
    for p, q, difference in ((never, even, -np.inf), (even, never, np.inf), (never, never, None)):
        report = kl(p, q, [0, 0])
        assert report["perplexity_difference"] == difference
        assert "perplexity_difference" not in report.intervals
        assert report["loss_correlation"] is None
