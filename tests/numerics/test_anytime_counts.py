"""Evidence on counts at any number of looks: what bounds it, and how often it errs."""

import math

import numpy as np
import pytest
from scipy import optimize, special

from cecli.numerics.anytime_counts import (
    WORTH,
    _log_likeliest,
    _radius,
    anytime_p_value,
    log_bet,
)


def test_a_bet_is_the_mean_of_dirichlet_multinomials():
    then, later = np.array([30, 5, 60, 5]), np.array([3, 0, 7, 1])
    near = (then + 0.5) / (then.sum() + 2.0)
    bets = [
        special.gammaln(prior.sum()) - special.gammaln(prior.sum() + later.sum())
        + (special.gammaln(prior + later) - special.gammaln(prior)).sum()
        for prior in (np.full(4, 0.5), *(rows * near for rows in WORTH))
    ]  # fmt: skip
    expected = special.logsumexp(bets) - math.log(len(bets))
    assert log_bet([*zip(then, later, strict=True)]) == pytest.approx(expected, rel=1e-12)


def test_overwhelming_evidence_has_a_p_value_of_0():
    assert anytime_p_value([10**6, 10**6], [10**6, 0]) == 0.0


def test_bets_on_all_sequences_add_up_to_one():
    total = sum(math.exp(log_bet([(9, k), (4, 6 - k)])) * math.comb(6, k) for k in range(7))
    assert total == pytest.approx(1.0, rel=1e-12)


def test_no_distribution_within_the_radius_is_likelier():
    n, m, radius = np.array([30.0, 50.0, 20.0]), np.array([9.0, 3.0, 8.0]), 2.5
    p = n / n.sum()

    def share(x):
        e = np.exp(np.append(x, 0.0))
        return e / e.sum()

    found = optimize.minimize(
        lambda x: -(m * np.log(share(x))).sum(),
        np.log(p[:2] / p[2]),
        constraints={
            "type": "ineq",
            "fun": lambda x: radius - (n * np.log(p / share(x))).sum(),
        },
    )
    ours = _log_likeliest([(30, 9), (50, 3), (20, 8)], radius)
    assert ours == pytest.approx(-found.fun, abs=1e-4)


def test_the_radius_holds_for_random_counts():
    # Far more often than the bound says, as it holds for every distribution.
    rng, share, n = np.random.default_rng(3), np.array([0.5, 0.3, 0.15, 0.05]), 60
    radius = _radius(math.log(0.05), 3)
    counts = rng.multinomial(n, share, 4000)
    distance = special.rel_entr(counts / n, share).sum(axis=1) * n
    assert (distance >= radius).mean() <= 0.05


def test_looking_again_and_again_does_not_find_what_is_not_there():
    rng, share = np.random.default_rng(11), np.array([0.4, 0.3, 0.2, 0.1])
    found = 0
    for _ in range(25):
        reference, later = rng.multinomial(400, share), np.zeros(4, dtype=int)
        for _ in range(4):
            later += rng.multinomial(100, share)
            if anytime_p_value(reference.tolist(), later.tolist()) <= 0.05:
                found += 1
                break
    assert found <= 1


def test_a_large_change_is_found_and_a_new_value_is_no_proof_by_itself():
    assert anytime_p_value([5000, 5000], [140, 60]) < 0.01
    assert anytime_p_value([1000, 0], [99, 1]) == 1.0
    assert anytime_p_value([1000, 0], [50, 50]) < 1e-6
    assert anytime_p_value([10, 0], [7, 0]) == 1.0
