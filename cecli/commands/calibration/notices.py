"""What is said of a report as a whole, and which groups are refused."""

from cecli.core.errors import UsageError, shown
from cecli.metrics.groups import Groups
from cecli.options.scoring import Scoring
from cecli.report.result import Notice

NOT_EXACT = Notice(
    "bracket",
    "the order of rows in some cells was not resolved in the passes and the memory that there are: "
    "the decomposition is within certain bounds, _lower and _upper",
)

ONE_PASS = Notice(
    "bracket",
    "the rows are not there one by one, so that their order inside of narrow cells is not known: "
    "the decomposition is within certain bounds, _lower and _upper, and is compared with labels "
    "drawn in the same cells",
)


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
