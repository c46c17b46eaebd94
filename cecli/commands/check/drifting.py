"""Rules on drift: about all columns of a report, or about one of them.

`psi` bounds the psi of each column, and `psi@age` that of the column age.
"""

from dataclasses import replace

from cecli.commands.check.figures import Figures, Groups
from cecli.commands.check.rule import Rule
from cecli.core.errors import UsageError, shown
from cecli.metrics.drift.definitions import OF_COLUMNS

DRIFT, COLUMN = "drift", "column"
# The options of `check` that drift has, too, by their names in Python.
OF_DRIFT = frozenset({
    "weight", "count", "positive", "level", "units", "delimiter", "quotechar", "comment",
    "encoding", "header", "chunk_bytes", "decimal", "row_names", "missing", "on_bad_row", "max_bad",
    "workers",
})  # fmt: skip


def by_column(figures: Figures) -> Figures:
    """Return the figures of a report on drift, in which each column is a group of its own, too."""
    if figures.command != DRIFT:
        return figures
    columns = figures.groups.get(COLUMN, {})
    alone: dict[str, Groups] = {key[0]: {key: found} for key, found in columns.items()}
    return replace(figures, groups={**alone, **figures.groups})


def about_columns(rule: Rule, figures: Figures) -> Rule:
    """Return a rule that bounds a metric of columns as one about all columns of a report.

    Raises
    ------
    UsageError
        If it is about a column that the report on drift does not have.
    """
    if figures.command != DRIFT or rule.metric not in OF_COLUMNS:
        return rule
    if rule.by is None:
        return replace(rule, by=COLUMN, of_columns=True)
    if rule.by not in figures.groups:
        known = ", ".join(shown(name) for (name,) in figures.groups.get(COLUMN, {}))
        raise UsageError(
            f"{rule.limit} {rule.subject}: column {shown(rule.by)} was not compared",
            figures.name,
            f"the columns are {known}",
        )
    return replace(rule, of_columns=True)
