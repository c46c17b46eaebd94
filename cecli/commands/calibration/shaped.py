"""Files that have no plain label and predictions, as rows whose calibration can be told."""

from dataclasses import replace

from cecli.core.errors import UsageError, named
from cecli.core.table import Table
from cecli.options.reading import ReadingOptions
from cecli.options.scoring import Scoring
from cecli.options.shapes import ShapeOptions
from cecli.options.values import shapes_of
from cecli.report.result import Notice
from cecli.shapes import shaped

NO_LOG_PROB = UsageError(
    "--log-prob has the probability of what happened alone, and calibration needs that of what did "
    "not happen, too",
    hint="give the probabilities of all classes, as in --label token --prob 'p_*'; or those "
    "of the likeliest classes, as in --label token --predicted guess --prob confidence; "
    "cecli score --log-prob COL has the loss",
)


def shaped_rows(
    table: Table, shapes: ShapeOptions, scoring: Scoring, reading: ReadingOptions
) -> tuple[Table, Scoring]:
    """Return a table with plain columns, and the options that name them.

    Raises
    ------
    UsageError
        If options contradict each other.
    """
    known = shapes_of(shapes, reading)
    if shapes.within is not None:
        return table, _candidates(shapes.within, scoring)
    table, scoring = shaped(table, known, scoring)
    if scoring.parts is not None and scoring.weighting.count is not None:
        raise UsageError(
            "several events a row and --count cannot be used together",
            hint="repeat a row as often as its count says: the events of one row depend on each "
            "other, those of equal rows do not",
        )
    return table, scoring.by_parts


def _candidates(within: str, scoring: Scoring) -> Scoring:
    """Return the options of rows that are candidates: each is an event, the groups are clusters."""
    grouping = scoring.grouping
    if grouping.cluster is None:
        grouping = replace(grouping, cluster=within)
    notice = Notice(
        "candidates",
        f"each row is a candidate, and its event is that it happens; those of one {named(within)} "
        "depend on each other",
    )
    return replace(
        scoring,
        grouping=grouping,
        elsewhere=[*scoring.elsewhere, within],
        notices=[*scoring.notices, notice],
    )
