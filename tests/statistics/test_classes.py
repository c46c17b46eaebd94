"""What is said of a third class: which are known, and what it may be instead of a class."""

import numpy as np
import pytest

from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import RowError
from cecli.statistics.classes import Classes


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        (["yes", "no", "Yes"], "differ only in case or spaces"),
        (["yes", "no", " no"], "differ only in case or spaces"),
        (["1", "0", "NA"], "--missing NA"),
        (["low", "mid", "high"], "is this the label column?"),
    ],
)
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_third_class_has_a_hint_of_what_it_is(names, hint, cut):
    statistic = Classes("y")

    def of(some, line):
        label = Coded(np.arange(len(some)), tuple(some))
        return statistic.summarize(
            Chunk("x", np.arange(line, line + len(some)), {}, {"label": label})
        )

    with pytest.raises(RowError, match=f"x:4: column y: '{names[2]}' is a third class") as caught:
        of(names[:cut], 2).merge(of(names[cut:], 2 + cut)).merge(statistic.empty())
    assert hint in str(caught.value.hint)
