"""Unions of ascending runs, against sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics.ascending import union

runs = st.lists(st.lists(st.integers(-9, 9) | st.integers(-(2**63), 2**63 - 1)), min_size=1)


@given(runs)
def test_a_union_has_each_integer_once_in_ascending_order(found):
    ascending = [np.array(sorted(some), dtype=np.int64) for some in found]
    assert union(ascending).tolist() == sorted(set().union(*found))
