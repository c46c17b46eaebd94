"""Known sums that wait add up like those of all their rows."""

from fractions import Fraction

import numpy as np
import pytest

from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import from_units
from cecli.statistics.group_rows import Term
from cecli.statistics.group_sums import SummedRows

FIRST, LEVELS, GROUPS = -12, 24, 5
TERMS = (Term(1), Term(2), Term(1, (0,)), Term(0, (1,)))


def lines_of(codes, values, size):
    """Return the digits of the sums of some groups, shape (levels, groups)."""
    lines = np.zeros((LEVELS, size), dtype=np.int64)
    for level, digits in Digits.sums_by(codes, size, values).levels.items():
        lines[level - FIRST] = digits
    return lines


def exact(codes, values):
    sums = [Fraction(0)] * GROUPS
    for code, value in zip(codes.tolist(), values.tolist(), strict=True):
        sums[code] += Fraction(value)
    return sums


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_sums_that_wait_add_up_like_those_of_all_rows(parts):
    rng = np.random.default_rng(parts)
    waiting, codes, columns = [], [], []
    for part in range(parts):
        # Each part has groups of its own, and digits on other levels.
        used = rng.permutation(GROUPS)[: 1 + part % GROUPS]
        some = rng.integers(0, len(used), 40)
        x, y = rng.normal(scale=2.0 ** rng.integers(-200, 200), size=(2, 40))
        first, second = (lines_of(some, values, len(used)) for values in (x, y))
        waiting.append(SummedRows.of(FIRST, (first, first, second, None)).renumbered(used))
        codes.append(used[some])
        columns.append((x, y))
    codes, (x, y) = np.concatenate(codes), np.concatenate(columns, axis=1)
    one, same, other, none = SummedRows.joined(waiting).sums(TERMS, GROUPS)
    assert one is same
    for found, values in ((one, x), (other, y), (none, np.zeros_like(x))):
        assert list(map(from_units, found.units())) == exact(codes, values)
