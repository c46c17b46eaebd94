"""The groups of an input none of whose rows counts, which no report has."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cecli.commands.check.figures import Key
from cecli.core.fold import fold
from cecli.core.pipes import Pipe
from cecli.metrics.groups import groups_of
from cecli.options.groups import GroupOptions
from cecli.options.joining import JoinOptions
from cecli.options.reading import ScoredReadingOptions
from cecli.options.values import bad_rows_of, engine_of, grouping_of, reading_of, with_labels
from cecli.readers.opening import open_table


def absent_groups(
    files: Sequence[str | Pipe], options: Mapping[str, Any], reported: Collection[Key]
) -> list[Key]:
    """Return the groups that the input has and a report has not, in the order of the input.

    Their rows were all skipped, or have weight 0. Only the columns of the groups are read, so that
    a row is seen whatever is wrong with its other cells.

    Parameters
    ----------
    options : of `score`, by their names in Python.
    reported : the groups of the report.
    """
    reading = ScoredReadingOptions.taken_from(options)
    grouping = grouping_of(GroupOptions.taken_from(options))
    how = reading_of(reading)
    table = with_labels(open_table(list(files), how), JoinOptions.taken_from(options), how)
    groups = groups_of(grouping, table.header, table.name)
    if groups is None:
        return []
    rows = groups.sums(())
    partitions = table.partitions(grouping.columns(table.header), bad_rows_of(reading))
    states = fold(partitions, [rows], engine=engine_of(reading))
    return [key for key, _, _ in states[rows] if key not in reported]
