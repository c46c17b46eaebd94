"""A notice of rows that are of the same unit, such as a patient, and so depend on each other."""

from collections.abc import Collection

from cecli.core.errors import named
from cecli.core.plan import Noticing
from cecli.guessing.evidence import FirstSight, Seen
from cecli.guessing.names import names_units
from cecli.report.result import Notice

# With fewer rows than this for each unit, on average, few rows depend on others.
LEAST_REPEATED = 1.5


def dependent_rows(sight: FirstSight, scored: Collection[str]) -> list[Noticing]:
    """Return the notice that tests take rows as independent, where a column tells units apart.

    Parameters
    ----------
    scored : the columns of labels, predictions and weights.
    """
    found = [c.name for c in sight.columns if c.name not in scored and _has_units(c)]
    if not found:
        return []
    message = (
        f"tests take rows as independent, but those of one {named(found[0])} may depend on each "
        "other, and then more is found than is there: one row of each tells"
    )
    notice = Notice("dependent-rows", message)
    return [Noticing((), lambda _: notice)]


def _has_units(column: Seen) -> bool:
    """Return whether the first rows have several units, most of them more than once."""
    units = len(set(column.texts[~column.missing].tolist()))
    return (
        names_units(column.name)
        and units > 1
        and int((~column.missing).sum()) >= LEAST_REPEATED * units
    )
