"""What people read of a file that was looked into."""

from cecli.core.errors import visible
from cecli.renderers.sheet import Grid, Sheet, names, sentence
from cecli.report.inspection import Inspection

INSPECTED = ("column", "values", "range", "missing", "distinct", "could be", "first rows")


def sheet_of(found: Inspection) -> Sheet:
    """Return one row a column."""
    looked = "all" if found.complete else "the first"
    rows = tuple(
        (
            visible(column.name),
            column.kind,
            "" if column.low is None else f"{column.low:g} … {column.high:g}",
            str(column.missing),
            "many" if column.distinct is None else str(column.distinct),
            visible(column.role),
            visible(", ".join(column.first)),
        )
        for column in found.columns
    )
    return Sheet(
        visible(f"{found.command} {names(found.input.paths)}"),
        f"{len(found.columns):,} columns | {looked} {found.input.rows:,} rows",
        (Grid(INSPECTED, rows, frozenset({3, 4}), remark=len(INSPECTED) - 1),),
        (
            *map(visible, map(sentence, found.notices)),
            *(f"try: {visible(advice)}" for advice in found.advice),
        ),
    )
