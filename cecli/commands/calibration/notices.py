"""What is said of a report as a whole, and which groups are refused."""

from cecli.core.errors import UsageError, shown
from cecli.core.plan import Noticing
from cecli.core.statistic import States
from cecli.metrics.cells.ranking import rows_of_classes
from cecli.metrics.groups import Groups
from cecli.options.scoring import Scoring
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


def refuse_groups(groups: Groups | None, scoring: Scoring) -> None:
    """Raise a UsageError for groups whose calibration cannot be told."""
    if groups is not None and scoring.target:
        raise UsageError(
            "--by and --target cannot be used together",
            hint="the p-values of calibration are of labels, not of soft labels",
        )
    if groups is not None and scoring.label in groups.names:
        raise UsageError(
            f"--by {shown(scoring.label)} is the label: among rows that are chosen by their "
            "outcome, no predictions are calibrated",
            hint="group by what is known before the outcome",
        )
