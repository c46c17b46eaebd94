"""What metrics mean, for people."""

import math
from collections.abc import Sequence

from cecli.metrics.definition import Definition
from cecli.renderers.sheet import Grid, Sheet

HEADINGS = ("metric", "unit", "better", "range", "what it is")


def sheet_of(definitions: Sequence[Definition]) -> Sheet:
    """Return a table of some metrics; of one alone all that is known of it."""
    if len(definitions) == 1:
        return _one(definitions[0])
    rows = tuple(
        (of.name, of.unit, str(of.direction), _range(of), of.meaning) for of in definitions
    )
    grid = Grid(HEADINGS, rows, frozenset(), remark=len(HEADINGS) - 1)
    return Sheet("metrics", "cecli metrics NAME has formulas and other names", (grid,), ())


def _one(of: Definition) -> Sheet:
    rows = (
        ("formula", of.formula),
        ("unit", of.unit),
        ("better", str(of.direction)),
        ("range", _range(of)),
        ("also called", ", ".join(of.also) or "-"),
        ("in one pass", of.streams),
    )
    return Sheet(of.name, of.meaning, (Grid(("what", "is"), rows, frozenset()),), ())


def _range(of: Definition) -> str:
    opening = "(" if math.isinf(of.low) else "["
    closing = ")" if math.isinf(of.high) else "]"
    return f"{opening}{of.low:.6g}, {of.high:.6g}{closing}"
