"""Shapes of files: what makes a label and predictions of columns that are neither.

A shape changes the table, and the names of columns in the options. All commands that read
predictions do so through `shaped`, so that what follows knows nothing of shapes.

sharing - columns that several roles need
derived - columns that are computed from others
event - a label that says whether a quantity is in some range
cells - columns whose cells have the numbers of all classes
lists - cells that are lists of numbers
named_values - cells that are pairs of a class and a number
events - several events a row, each with a label
races - groups of candidates, one of which happens
gathered - what is known of groups of rows
class_codes - classes called by their codes
top_class - a label that says whether the predicted class was observed
"""

from collections.abc import Sequence
from typing import Protocol

from cecli.core.table import Table
from cecli.options.scoring import Scoring


class Shape(Protocol):
    """A way to write labels and predictions."""

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        """Return the table with plain columns, and the options that name them.

        Raises
        ------
        UsageError
            If options contradict the shape.
        CecliError
            If the table does not have it.
        """
        ...


def shaped(table: Table, shapes: Sequence[Shape], scoring: Scoring) -> tuple[Table, Scoring]:
    """Return a table and options after all shapes, in order."""
    for shape in shapes:
        table, scoring = shape.of(table, scoring)
    return table, scoring
