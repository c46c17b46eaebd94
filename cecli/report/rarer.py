"""The fields of a report that few reports have, from its parts."""

from collections.abc import Sequence
from typing import Any

from cecli.report.curves import Curves
from cecli.report.fit import Fit
from cecli.report.grouped.table import GroupTable
from cecli.report.parts import Comparison, ModelSet, Row, Step
from cecli.report.reliability import AtThreshold, MeasuredColumn, ModelResults, ReliabilityTable
from cecli.report.result import Group, Units, only


def rarer_fields(parts: Sequence[Any], units: Units) -> dict[str, Any]:
    """Return these fields by their names; each kind of part keeps its order."""
    curves = only(Curves, parts)
    columns = only(MeasuredColumn, parts)
    groups = tuple(part.in_units(units) for part in [*only(Group, parts), *_groups(columns)])
    return {
        "groups": next((table.in_units(units) for table in only(GroupTable, parts)), groups),
        "explanation": tuple(only(Step, parts)),
        "rows": tuple(part.in_units(units) for part in only(Row, parts)),
        "fit": next(iter(only(Fit, parts)), None),
        "comparisons": tuple(part.in_units(units) for part in only(Comparison, parts)),
        "confidence_set": next((part.in_units(units) for part in only(ModelSet, parts)), None),
        "reliability": tuple(only(ReliabilityTable, parts)),
        "thresholds": tuple(only(AtThreshold, parts)),
        "models": tuple(part.in_units(units) for part in only(ModelResults, parts)),
        "curves": Curves.joined(curves) if curves else None,
        "drift": tuple(column.drift for column in columns),
    }


def _groups(columns: Sequence[MeasuredColumn]) -> list[Group]:
    """Return the metrics of columns as those of groups, whose key is the name."""
    return [Group({"column": x.drift.column}, x.rows, x.weight, x.results) for x in columns]
