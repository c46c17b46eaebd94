"""A point near the maximum of a likelihood, from the cells of the predictions.

Cells are so narrow that the maximum for them, as if each were one row, is nearer to that for the
rows than any first steps: one or two are left, each of which is a pass.
"""

import numpy as np

from cecli.columns.numbers import Scale
from cecli.commands.fit.likelihood.newton import NoMaximumError, newton
from cecli.commands.fit.models import Curve, Point
from cecli.core.chunk import Chunk
from cecli.numerics import Floats
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.distributions.logarithm import log


def nearest(curve: Curve, cells: OrderedCells) -> Point | None:
    """Return the maximum for the cells, as if each were one row; None if there is none.

    Parameters
    ----------
    cells : of predictions of which none is 0 or 1.
    """
    rows, asking = _as_rows(cells), newton(curve, None)
    try:
        asked = next(asking)
        while True:
            asked = asking.send(asked.summarize(rows))
    except NoMaximumError:
        return None
    except StopIteration as stop:
        point: Point = stop.value.point
        return point


def _as_rows(cells: OrderedCells) -> Chunk:
    weight = cells.weight.astype(np.float64)
    q, rest = cells.means
    numbers: dict[str, Floats] = {
        # Not the probability: near 1 its logit has no digits, or is infinite.
        "prob": log(q) - log(rest),
        "target": cells.events / weight,
        "weight": weight * (len(cells) / weight.sum()),
    }
    return Chunk("cells", np.arange(len(cells)), numbers, scales={"prob": Scale.LOGIT})
