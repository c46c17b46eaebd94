"""What is said of a report on calibration: bounds in place of values, and few rows of a class."""

from cecli.core.plan import Noticing
from cecli.core.statistic import States
from cecli.metrics.cells.ranking import rows_of_classes
from cecli.report.result import Notice
from cecli.statistics.cells.prediction_cells import CELLS

NOT_EXACT = Notice(
    "bracket",
    "the order of rows in some cells was not resolved in the passes and the memory that there are: "
    "the decomposition is within certain bounds, _lower and _upper",
)

# With fewer rows of a class, intervals of its AUC cover the true one less often, or are very wide.
ENOUGH_RANKED = 20


def _few_ranked(states: States) -> Notice | None:
    rows = states.once(rows_of_classes).rarer
    if not 0.0 < rows < ENOUGH_RANKED:
        return None
    return Notice(
        "few-events",
        f"the AUC rests on {rows:.3g} {'row' if rows == 1.0 else 'rows'} of the rarer class: with "
        f"fewer than {ENOUGH_RANKED}, its interval and tests of it are rough",
    )


FEW_RANKED = Noticing((CELLS,), _few_ranked)
