"""Further passes: over the rows that were kept, or over the input once more."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

from cecli.commands.calibration.kept import KeptRowsState, TableOfKept
from cecli.commands.calibration.line import NOT_KEPT, Line, LineFit
from cecli.commands.calibration.notices import NOT_EXACT, ONE_PASS
from cecli.commands.calibration.open_cells import Refined
from cecli.commands.fit.passes import converse, once_more
from cecli.commands.fit.recalibrations import Dialogue
from cecli.core.dataclasses import dataclass, replace
from cecli.core.fold import Progress
from cecli.core.plan import Plan
from cecli.core.statistic import States, Statistic
from cecli.core.table import Partition, Table
from cecli.engines import Engine
from cecli.numerics.cells.ordered import OrderedCells
from cecli.report.result import Notice
from cecli.statistics.cells.prediction_cells import CELLS

# Rows of up to this many bytes are kept in memory, 2 million usually, and others in a file.
KEPT_IN_MEMORY = 16 << 20


@dataclass(frozen=True)
class RowsAgain:
    """Reads the rows again.

    Attributes
    ----------
    opening : the plan of the first pass.
    states : what it found.
    kept : the rows that it kept; None if it kept none.
    """

    table: Table
    opening: Plan
    states: States
    kept: KeptRowsState | None
    engine: Engine
    progress: Progress | None
    inexact: ClassVar[Notice] = NOT_EXACT

    def __call__(self, statistics: Iterable[Statistic[Any]]) -> States:
        """Return the states of some statistics over all rows.

        Raises
        ------
        InputError
            If the rows cannot be read, or have changed.
        """
        prepare = self.opening.prepare if self._kept is None else ()
        return once_more(
            self._partitions, statistics, prepare, self.engine, self.progress,
            first=self.states, source=self.table.name,
        )  # fmt: skip

    def answers(self, dialogues: Sequence[Dialogue[Any]], unread: Sequence[Any]) -> list[Any]:  # noqa: ARG002
        """Return what dialogues about the rows tell."""
        return converse(dialogues, self)

    def cells_to_draw_in(self, first: OrderedCells, finer: Refined) -> OrderedCells:  # noqa: ARG002
        """Return the cells in which labels are drawn, and divided as those of the rows are."""
        return first

    @cached_property
    def _kept(self) -> TableOfKept | None:
        found = None if self.kept is None else self.kept.settled()
        if found is None or found.packed is None:
            return None
        return TableOfKept.over(self.table, found, self.states[CELLS].cells)

    @property
    def _partitions(self) -> Sequence[Partition]:
        rows = self.table if self._kept is None else self._kept
        return rows.partitions(self.opening.columns, self.opening.bad_rows)


def unread(cells: OrderedCells, lines: Sequence[LineFit]) -> list[Any]:
    """Return what is known of finer cells, and of lines, if no rows can be read."""
    return [Refined.of(cells), *(Line(line.model, (), (), NOT_KEPT.reason) for line in lines)]


class CellsAlone:
    """All that is left of rows that cannot be read again are their cells."""

    inexact: ClassVar[Notice] = ONE_PASS

    def cells_to_draw_in(self, first: OrderedCells, finer: Refined) -> OrderedCells:
        """Return the cells in which labels are drawn.

        Isotonic regression of undivided cells wins back less. So it is compared with what it wins
        back of labels drawn in undivided cells.
        """
        return first if finer.is_exact else replace(first, most=first.least)

    def answers(self, dialogues: Sequence[Dialogue[Any]], unread: Sequence[Any]) -> list[Any]:
        """Return what dialogues tell that ask for no rows, and else what is known without."""
        return [_told(*both) for both in zip(dialogues, unread, strict=True)]


def _told(dialogue: Dialogue[Any], otherwise: Any) -> Any:
    try:
        next(dialogue)
    except StopIteration as stop:
        return stop.value
    return otherwise
