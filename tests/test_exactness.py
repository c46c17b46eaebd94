"""All numbers of random reports are those of the definitions, to a few units of the last place."""

import definitions
import exactness
import pytest
from random_cases import KINDS, case

CASES = 6 * len(KINDS)


@pytest.fixture(scope="module")
def numbers():
    """Return all numbers of some cases of each kind."""
    return [one for number in range(CASES) for one in exactness.compared(case(0, number))]


def test_every_number_is_that_of_its_definition(numbers):
    assert [exactness.told(one) for one in numbers if not one.is_right] == []


def test_all_metrics_that_are_defined_are_compared(numbers):
    names = {one.name for one in numbers if one.got}
    assert names >= definitions.INFORMATION - {"identity_residual"}
    assert names >= {"brier", "accuracy", "skill", "normalized_entropy", "observed_expected"}
    assert names >= {"perplexity", "js_distance", "hellinger", "total_variation", "bits_per_byte"}
    assert {one.where for one in numbers} >= {"score, group", "score, class", "kl, group"}


@pytest.mark.parametrize("error", [2e-15, -2e-15])
def test_an_error_of_2e15_is_found(numbers, error):
    found = set()
    for one in numbers:
        if one.got and one.is_sharp:
            off = one._replace(got=one.got * (1 + error))
            assert off.got == one.got or not off.is_right, one  # an infinite loss stays infinite
            found.add(one.name)
    assert found >= {"cross_entropy", "kl", "normalized_entropy", "brier", "entropy", "hellinger"}
