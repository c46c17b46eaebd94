"""Divergence of q from p, each being one distribution over all rows."""

import math
from fractions import Fraction
from functools import partial

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import CROSS_ENTROPY_DEFINITION
from cecli.metrics.cross_entropy import KL as KL_DEFINITION
from cecli.metrics.information import kl_divergence as rows
from cecli.metrics.information.entropy import ENTROPY
from cecli.metrics.metric import Metric
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.logarithm import log
from cecli.preparations.sums import DIFFERENCE
from cecli.report.result import Answer, Definition
from cecli.statistics.mean import Mean, Score


def p_share(chunk: Chunk) -> Floats:
    """Return each row's share of p."""
    return chunk.numbers["p"]


def q_share(chunk: Chunk) -> Floats:
    """Return each row's share of q."""
    return chunk.numbers["q"]


def _difference(chunk: Chunk) -> Floats:
    return chunk.numbers.get(DIFFERENCE, chunk.numbers["q"] - chunk.numbers["p"])


def _surprisal(share: Floats) -> Floats:
    return np.asarray(0.0 - log(share))


def cross_entropy_term(chunk: Chunk) -> Floats:
    return divergences.expected(p_share(chunk), _surprisal(q_share(chunk)))


def entropy_term(chunk: Chunk) -> Floats:
    return divergences.expected(p_share(chunk), _surprisal(p_share(chunk)))


def kl_term(chunk: Chunk) -> Floats:
    return divergences.excess(p_share(chunk), q_share(chunk), _difference(chunk))


def reverse_kl_term(chunk: Chunk) -> Floats:
    return divergences.excess(q_share(chunk), p_share(chunk), 0.0 - _difference(chunk))


def js_term(chunk: Chunk) -> Floats:
    return divergences.js_terms(p_share(chunk), q_share(chunk), _difference(chunk))


def total_variation_term(chunk: Chunk) -> Floats:
    return np.abs(_difference(chunk))


def hellinger_term(chunk: Chunk) -> Floats:
    roots = divergences.root_differences(p_share(chunk), q_share(chunk), _difference(chunk))
    return roots * roots


P_TOTAL, Q_TOTAL = Mean(p_share), Mean(q_share)
KL, REVERSE_KL, JS = Mean(kl_term), Mean(reverse_kl_term), Mean(js_term)
VARIATION, HELLINGER = Mean(total_variation_term), Mean(hellinger_term)


def total(term: Mean, states: States) -> Fraction | float:
    """Return the sum of a term over the rows."""
    return states[term].total


def _total(term: Mean, states: States) -> Answer:
    return float(states[term].total)


def _sum_metric(definition: Definition, meaning: str, term: Score) -> Metric:
    mean = Mean(term)
    return Metric(definition, meaning, (mean,), partial(_total, mean))


def _jeffreys(states: States) -> Answer:
    return float(states[KL].total + states[REVERSE_KL].total)


def _js_distance(states: States) -> Answer:
    return math.sqrt(states[JS].total)


def _total_variation(states: States) -> Answer:
    return float(states[VARIATION].total / 2)


def _hellinger(states: States) -> Answer:
    return min(1.0, math.sqrt(states[HELLINGER].total / 2))


STABILITY_INDEX = f"{rows.OF_JEFFREYS}: population stability index"


def of_shares(*, are_scores: bool = False) -> tuple[Metric, ...]:
    """Return the metrics of two columns of shares.

    Parameters
    ----------
    are_scores : whether they are scores of rows: the stability index is of counts in bins.
    """
    return (
        _sum_metric(CROSS_ENTROPY_DEFINITION, rows.OF_CROSS_ENTROPY, cross_entropy_term),
        _sum_metric(ENTROPY, rows.OF_ENTROPY, entropy_term),
        _sum_metric(KL_DEFINITION, rows.OF_KL, kl_term),
        rows.residual_metric(total, Mean(cross_entropy_term), Mean(entropy_term), KL),
        _sum_metric(rows.REVERSE_KL, rows.OF_REVERSE_KL, reverse_kl_term),
        Metric(
            rows.JEFFREYS,
            rows.OF_JEFFREYS if are_scores else STABILITY_INDEX,
            (KL, REVERSE_KL),
            _jeffreys,
        ),
        _sum_metric(rows.JS_DIVERGENCE, rows.OF_JS_DIVERGENCE, js_term),
        Metric(rows.JS_DISTANCE, "sqrt(js_divergence)", (JS,), _js_distance),
        Metric(rows.TOTAL_VARIATION, rows.OF_TOTAL_VARIATION, (VARIATION,), _total_variation),
        Metric(rows.HELLINGER, rows.OF_HELLINGER, (HELLINGER,), _hellinger),
    )
