"""The compiled sums of a logistic fit are those of its terms, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.columns.numbers import Scale
from cecli.commands.fit.likelihood.newton import quick_sums
from cecli.commands.fit.models import Event, offset, platt
from cecli.commands.fit.statistics import Likelihood
from cecli.core.chunk import Chunk

logistic_pass = pytest.importorskip("cecli.kernels.logistic_pass", reason="not compiled here")
probs = st.one_of(st.floats(0.0, 1.0), st.floats(0.2, 0.7))
targets = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))
rows = st.lists(st.tuples(probs, targets), min_size=1, max_size=40)
number = st.one_of(st.floats(-3.0, 3.0), st.sampled_from([0.0, 1.0, 1e3, -1e300]))


def chunk(q, t, **more):
    return Chunk("x", np.arange(len(q)), {"prob": np.array(q), "target": np.array(t)}, **more)


@given(rows, number, number, st.booleans())
def test_the_sums_are_those_of_the_terms(found, slope, intercept, is_shift):
    q, t = zip(*found, strict=True)
    curve = (offset if is_shift else platt)(Event())
    point = (intercept,) if is_shift else (slope, intercept)
    of = chunk(q, t)
    with np.errstate(all="ignore"):
        compiled = quick_sums(curve)(of, point)
        if compiled is None:
            assert min(q) == 0.0 or max(q) == 1.0 or max(map(abs, point)) > 100.0
            return
        plain = Likelihood(curve.terms, point).summarize(of)
    assert tuple(compiled) == plain.sums
    assert Likelihood(curve.terms, point, quick_sums(curve)).summarize(of) == plain


def test_other_rows_are_left_to_the_terms():
    sums, point = quick_sums(platt(Event())), (1.5, 0.1)
    assert sums(chunk([0.2, 0.5], [0.0, 1.0]), point) is not None
    assert sums(chunk([0.0, 0.5], [0.0, 1.0]), point) is None
    assert sums(chunk([0.2, 0.5], [0.0, 1.0], scales={"prob": Scale.LOGIT}), point) is None
    assert sums(chunk([0.2], [0.0]).with_numbers(weight=np.array([2.0])), point) is None
    assert quick_sums(platt(Event(1))) is None


@pytest.mark.parametrize("kernel", range(len(logistic_pass.KERNELS)))
def test_each_kernel_gives_the_same(kernel):
    rng = np.random.default_rng(kernel)
    q, t = rng.random(4099), (rng.random(4099) < 0.4).astype(float)
    best = logistic_pass.logistic_sums(t, q, 1.2, 0.1, is_shift=False)
    assert logistic_pass.logistic_sums(t, q, 1.2, 0.1, False, kernel) == best
