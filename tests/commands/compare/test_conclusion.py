"""Verdicts, and p-values of several comparisons at once."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from cecli.commands.compare.conclusion import Tests, verdict
from cecli.numerics.tails import holm
from cecli.report.parts import Conclusion

Tests.__test__ = False


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12))
def test_holm_is_statsmodels(p_values):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "collect", lambda: 0)  # which statsmodels waits for each time
        reference = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(reference.tolist())


def test_undefined_p_values_count_as_hypotheses():
    assert holm([None, 0.01, None]) == [None, 0.03, None]


@pytest.mark.parametrize(
    ("mean", "tests", "expected"),
    [
        (-1.0, Tests(0.04), Conclusion.BETTER),
        (1.0, Tests(0.04), Conclusion.WORSE),
        (1.0, Tests(0.06), Conclusion.UNDECIDED),
        (0.0, Tests(1.0), Conclusion.UNDECIDED),
        (-1.0, Tests(0.04, 0.001, 0.02), Conclusion.EQUIVALENT),
        (-1.0, Tests(0.04, 0.001, 0.03), Conclusion.BETTER),
        (0.1, Tests(0.5, 0.02, 0.03), Conclusion.NOT_WORSE),
        (0.1, Tests(0.5, 0.03, 0.03), Conclusion.UNDECIDED),
    ],
)
def test_a_verdict_reads_the_interval(mean, tests, expected):
    assert verdict(mean, tests, 0.95) is expected
