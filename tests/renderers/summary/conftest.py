"""Reports that have a few figures, as if rows had been read."""

import pytest

from cecli.renderers.summary.figures import KeyFigures, OfGroup
from cecli.report.result import Interval

LEVEL = 0.95


def intervals_of(ends):
    return {
        name: Interval((upper - lower) / 3.92, lower, upper, LEVEL)
        for name, (lower, upper) in ends.items()
    }


@pytest.fixture
def figures():
    """Return a function that makes figures, from metrics and from the ends of their intervals."""

    def make(values, ends=None, groups=(), **more):
        given = {
            "command": "score",
            "task": "binary",
            "units": "nats",
            "classes": ("no", "yes"),
            "positive": "yes",
            "rows": 1000,
            "columns": {},
            "options": {},
        }
        of_groups = tuple(
            OfGroup(name, False, {"cross_entropy": loss}, intervals_of({"cross_entropy": ends}))
            for name, loss, ends in groups
        )
        return KeyFigures(
            **(given | more), values=values, intervals=intervals_of(ends or {}), groups=of_groups
        )

    return make
