"""Classes that labels, or the columns of predictions, call by their codes."""

from cecli.columns.codes import CodedClasses
from cecli.core.dataclasses import dataclass, replace
from cecli.core.table import Table
from cecli.options.scoring import Scoring


@dataclass(frozen=True)
class ClassCodes:
    """Labels and columns of predictions are called by the names or the codes of classes."""

    classes: CodedClasses

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        return table, replace(scoring, coded=self.classes)
