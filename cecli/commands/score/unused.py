"""Columns that are plainly weights or counts, and that the user did not name."""

import shlex

import numpy as np

from cecli.columns.column import classes_of
from cecli.core.errors import shown
from cecli.core.table import Table
from cecli.guessing.evidence import Seen, look
from cecli.guessing.names import Suggestion, weighs
from cecli.options.scoring import Scoring


def tell_of_weights(table: Table, scoring: Scoring) -> None:
    """Tell of columns that are plainly weights or counts, if the user named none for them."""
    if scoring.weighting.name is not None:
        return
    names = [name for name in table.header if weighs(name) and name not in _used(table, scoring)]
    seen = look(table, names).by_name if names else {}
    for name in names:
        if name in seen and (said := _unused(seen[name])):
            scoring.tell(said)


def _used(table: Table, scoring: Scoring) -> set[str]:
    """Return the columns that have a role."""
    probs = classes_of(table.header, scoring.prob, scoring.taken, table.name)
    return {*scoring.taken, *(name for _, name in probs)}


def _unused(column: Seen) -> str | None:
    """Return the sentence about a column that nobody named for weights; None if it may be no such.

    Equal weights change nothing, and what counts the rows, or is another number in each, is a key.
    """
    name, numbers = column.name, column.numbers
    if not column.is_numeric or column.profile.low <= 0.0 or len(np.unique(numbers)) < 2:
        return None
    if column.named.suggestion is Suggestion.WEIGHT:
        return (
            f"column {shown(name)} is not used; if it says how much each row matters, "
            f"--weight {shlex.quote(name)} weighs the rows"
        )
    is_key = len(np.unique(numbers)) == len(numbers) or 2 * (np.diff(numbers) == 1.0).mean() > 1.0
    if is_key or (np.mod(numbers, 1.0) != 0.0).any():
        return None
    return (
        f"column {shown(name)} is not used; if it says for how many equal rows each row stands, "
        f"--count {shlex.quote(name)} counts them"
    )
